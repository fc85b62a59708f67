// SPDX-License-Identifier: Apache-2.0
#include "kernels.hpp"

auto isa_tests::kernels_for_haswell() -> int { return run_kernels(); }
