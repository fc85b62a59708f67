// SPDX-License-Identifier: Apache-2.0
//
// pass/apply_layouts: gives locals the dimensions that they have in memory.
//
//   t[k, j] with layout (j / 64, k, j % 64)   -->   t[j / 64, k, j % 64], row-major
//
//   takes       a loop nest whose locals may have layouts
//   returns     the nest with row-major locals only
//   invariants  the element that an access means is the same; checks stay with its own index
#pragma once

#include <ashlar/tir/index.hpp>

namespace ashlar::pass {

namespace apply_layouts_impl {

using namespace tir;
using tir::axis;
using tir::expr;

constexpr auto part(program& p, affine const& index, layout_dim const& l) -> affine {
  if (l.block == 1) return l.inner ? constant(0) : index;
  return l.inner ? floor_mod(p, index, constant(l.block)) : floor_div(p, index, constant(l.block));
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
      to.index[to.rank++] = p.add(part(p, affine(p.indices[a.index[l.dim]]), l));
    }
    a = to;
  }
  for (auto& b : p.buffers) {
    if (b.layout.empty()) continue;
    handle shape[max_rank]{};
    int rank = 0;
    for (auto const& l : b.layout) {
      affine const n = p.indices[b.shape[l.dim]];
      shape[rank++] = p.add(l.inner ? constant(l.block) : ceil_div(p, n, l.block));
    }
    for (int d = 0; d < rank; ++d) b.shape[d] = shape[d];
    b.rank = static_cast<std::int8_t>(rank);
    b.layout.clear();
  }
}

}  // namespace ashlar::pass
