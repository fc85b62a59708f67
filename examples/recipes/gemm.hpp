// SPDX-License-Identifier: Apache-2.0
//
// recipes/gemm: a matrix product in row-major order, with nothing packed before the call.
//
//   schedule   for k in equal blocks of at most 1024: for 4 vectors of columns: pack what they read
//              of b; for 6 rows: 24 vectors of running values in registers, for the whole block
//   why        a is read where it is: six rows are six streams. Short blocks of k would read and
//              write c more often than packing more of b costs. Hints for the next rows of a lose
//              5 % where its lines are found without (Zen 5)
//   source     panel-panel products: Goto, van de Geijn, TOMS 2008
#pragma once

#include <ashlar/ashlar.hpp>

namespace recipes {

struct gemm {
  static constexpr auto definition = [](auto c, auto a, auto b) {
    constexpr ashlar::axis<"i"> i;
    constexpr ashlar::axis<"j"> j;
    constexpr ashlar::axis<"k"> k;
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) = ashlar::sum(k, a(i, k) * b(k, j));
  };

  static constexpr auto schedule = [](ashlar::schedule& s) {
    constexpr int rows = 6;
    int const columns = 4 * s.machine().lanes(ashlar::dtype::f32);
    auto const [io, ii] = s.split("i", rows, ashlar::tail::cut);
    auto const [jo, ji] = s.split("j", columns, ashlar::tail::cut);
    auto const [ko, ki] = s.split_balanced("k", 1024, 16);
    s.reorder(ko, jo, io, ki, ii, ji);
    s.cache_write(ki);
    s.unroll(ii);
    s.vectorize(ji);
    auto const panel = s.cache_read("b", jo, ashlar::packed("j", columns));
    panel.vectorize("j", columns);
  };
};

}  // namespace recipes
