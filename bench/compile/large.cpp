// SPDX-License-Identifier: Apache-2.0
//
// Programs of 32 stages with 64 directives.
#include "../large_program.hpp"

#include "copies.hpp"

bool run(float* y, float const* x, float const* w) {
  return copies::run_all(
      []<int N>(float* out, float const* in, float const* weights) {
        return ashlar::kernel<bench::network, bench::network_blocked>{}(
            ashlar::view<float, 64 + 4 * N, 32>(out), ashlar::view<float const, 64 + 4 * N, 32>(in),
            ashlar::view<float const, 32, 32>(weights));
      },
      y, x, w);
}
