// SPDX-License-Identifier: Apache-2.0
//
// recipes/gemm_narrow: a product of narrow elements into sums of 32 bits, bytes into int32 or bf16
// into floats; row-major, with nothing packed before the call.
//
//   schedule   for k in equal blocks of at most 256 groups: copy a; for 4 vectors of columns: pack
//              what they read of b in groups of 32 bits along k; for 6 rows: 24 vectors of running
//              values in registers, each of which dot products of such groups update
//   why        extents are padded to whole tiles and groups, with 0 in the copies, so there is one
//              body and no rest; a copy of a costs 1 % to 2 % where it would not be needed
//   of floats  both copies are padded along k as the loop is: then it is seen, for extents of the
//              call too, that both factors are 0 beyond the end. An integer needs one, and rows of
//              whole lines are copied without a rest
//   source     the order of loops as in recipes/gemm
#pragma once

#include <ashlar/ashlar.hpp>

namespace recipes {

template <class Left, class Right> struct gemm_narrow {
  template <int L> using dot = ashlar::intrinsics::dot_groups<Left, Right, L>;
  using sum_type = typename dot<1>::sum_type;

  static constexpr auto definition = [](auto c, auto a, auto b) {
    constexpr ashlar::axis<"i"> i;
    constexpr ashlar::axis<"j"> j;
    constexpr ashlar::axis<"k"> k;
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) = ashlar::sum(k, ashlar::cast<sum_type>(a(i, k)) * ashlar::cast<sum_type>(b(k, j)));
  };

  /// An intrinsic is a type, so its lanes are a constant.
  template <int lanes> static constexpr void in_lanes(ashlar::schedule& s) {
    using ashlar::dim;
    constexpr int rows = 6, group = dot<1>::group;
    constexpr int columns = 4 * lanes;
    s.pad_to("i", rows);
    s.pad_to("j", columns);
    s.pad_to("k", group);
    auto const [io, ii] = s.split("i", rows);
    auto const [jo, jr] = s.split("j", columns);
    auto const [jv, jl] = s.split(jr, lanes);
    auto const [kq, ki] = s.split("k", group);
    auto const [ko, kg] = s.split_balanced(kq, 256, 16);
    s.reorder(ko, jo, io, kg, ii, jv, jl, ki);
    s.unroll(ii);
    s.unroll(jv);
    constexpr int whole = dot<1>::is_integer ? 64 : group;
    auto const in_rows =
        ashlar::ordered(dim("i") / rows, dim("i") % rows, dim("k") / whole, dim("k") % whole);
    s.cache_read("a", ko, in_rows.pad(0)).vectorize("k", 64);
    auto const panel = s.cache_read("b", jo, ashlar::packed("j", columns, "k", group).pad(0));
    auto const [po, pi] = panel.split("k", group);
    auto const [qo, qi] = panel.split("j", columns);
    panel.reorder(po, qo, pi, qi);  // the rows of a group are stored at once, their lanes in turn
    panel.unroll(pi);
    panel.vectorize(qi);
    s.tensorize(jl, ashlar::intrin<dot<lanes>>);
  }

  static constexpr auto schedule = [](ashlar::schedule& s) {
    int const lanes = s.machine().lanes(ashlar::dtype_of<sum_type>);
    lanes == 16 ? in_lanes<16>(s) : lanes == 8 ? in_lanes<8>(s) : in_lanes<4>(s);
  };
};

}  // namespace recipes
