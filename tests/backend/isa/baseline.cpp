// SPDX-License-Identifier: Apache-2.0
#include "isa.hpp"

auto isa_tests::baseline() -> report { return make_report(ashlar::emit::simd::scalar_backend{}); }
