// SPDX-License-Identifier: Apache-2.0
//
// pass/apply_layouts: gives locals the dimensions that they have in memory.
//
//   t[k, j] with layout (j / 64, k, j % 64)   -->   t[j / 64, k, j % 64], row-major
//
//   takes       a loop nest whose locals may have layouts
//   returns     the nest with row-major locals only
//   invariants  the element that an access means is the same; checks keep it inside of the local,
//               and of nothing smaller: boundary conditions are values by now, see nest_builder
#pragma once

#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace apply_layouts_impl {

using namespace tir;
using tir::axis;
using tir::expr;

constexpr auto part(program& p, affine const& index, layout_dim const& l) -> affine {
  if (l.block == 1) return l.inner ? constant(0) : index;
  return l.inner ? floor_mod(p, index, constant(l.block)) : floor_div(p, index, constant(l.block));
}

constexpr auto has_bit(unsigned set, int d) -> bool {
  return ((set >> static_cast<unsigned>(d)) & 1U) != 0;
}
constexpr auto with_bit(std::uint8_t set, int d, bool on) -> std::uint8_t {
  return static_cast<std::uint8_t>(set | (unsigned{on} << static_cast<unsigned>(d)));
}

}  // namespace apply_layouts_impl

constexpr void apply_layouts(tir::program& p) {
  using namespace apply_layouts_impl;
  if (p.fault) return;
  for (auto& a : p.accesses) {
    buffer const& b = p.buffers[a.buffer];
    if (b.layout.empty()) continue;
    access to{.buffer = a.buffer};
    for (auto const& l : b.layout) {
      // A quotient is outside where its index is, or in the padding, which is memory of the local.
      if (!l.inner) {
        to.checked = with_bit(to.checked, to.rank, has_bit(a.checked, l.dim));
        to.nonnegative = with_bit(to.nonnegative, to.rank, has_bit(a.nonnegative, l.dim));
      }
      to.index[to.rank++] = p.add(part(p, affine(p.indices[a.index[l.dim]]), l));
    }
    a = to;
  }
  for (auto& b : p.buffers) {
    if (b.layout.empty()) continue;
    handle shape[max_rank]{};
    int rank = 0;
    stride_rule const asked = b.stride_is;
    for (auto const& l : b.layout) {
      affine const n = p.indices[b.shape[l.dim]];
      if (l.dim == asked.dim && !l.inner) b.stride_is.dim = static_cast<std::int8_t>(rank);
      shape[rank++] = p.add(l.inner ? constant(l.block) : ceil_div(p, n, l.block));
    }
    for (int d = 0; d < rank; ++d) b.shape[d] = shape[d];
    b.rank = static_cast<std::int8_t>(rank);
    b.layout.clear();
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END
