// SPDX-License-Identifier: Apache-2.0
//
// bench/gemm_schedule: a blocked matrix product in the scheduling language, without an intrinsic.
//
//   loops      ko: jo: pack b: io: ki: 6 rows x 4 vectors of accumulators in registers
//   source     panel-panel products: Goto, van de Geijn, TOMS 2008; the long block of k and the
//              operand a that is not packed are measured choices, see docs/performance.md
#pragma once

#include <ashlar/ashlar.hpp>

namespace bench {

inline constexpr ashlar::axis<"i"> i;
inline constexpr ashlar::axis<"j"> j;
inline constexpr ashlar::axis<"k"> k;

inline constexpr auto gemm = [](auto c, auto a, auto b) {
  b.name("b");
  c(i, j) = ashlar::sum(k, a(i, k) * b(k, j));
};

inline constexpr auto gemm_blocked = [](ashlar::schedule& s) {
  constexpr int rows = 6;
  int const columns = 4 * s.machine().lanes(ashlar::dtype::f32);
  auto [io, ii] = s.split("i", rows, ashlar::tail::cut);
  auto [jo, ji] = s.split("j", columns, ashlar::tail::cut);
  auto [ko, ki] = s.split("k", 1024);
  s.reorder(ko, jo, io, ki, ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  auto panel = s.cache_read("b", jo, ashlar::packed("j", columns));
  panel.vectorize("j", columns);
};

}  // namespace bench
