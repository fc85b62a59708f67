// SPDX-License-Identifier: Apache-2.0
#include "kernels.hpp"

auto isa_tests::kernels_for_baseline() -> int { return run_kernels(); }
