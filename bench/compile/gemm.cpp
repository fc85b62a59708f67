// SPDX-License-Identifier: Apache-2.0
//
// Blocked matrix products with the schedule of bench gemm.
#include "../gemm_schedule.hpp"
#include "copies.hpp"

bool run(float* c, float const* a, float const* b) {
  return copies::run_all(
      []<int N>(float* out, float const* left, float const* right) {
        return ashlar::kernel<bench::gemm, bench::gemm_blocked>{}(
            ashlar::view<float, 96 + N, 128>(out), ashlar::view<float const, 96 + N, 256>(left),
            ashlar::view<float const, 256, 128>(right));
      },
      c, a, b);
}
