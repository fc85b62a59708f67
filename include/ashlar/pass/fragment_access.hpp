// SPDX-License-Identifier: Apache-2.0
//
// pass/fragment_access: accesses to what the lanes of a warp hold, for pass/place_fragments.
//
//   c[16*m + i, 8*n + j]   -->   by_map:   c[m, n, j % 2 + 2*(i / 8), 4*(i % 8) + j / 2]
//                                by_owner: c[m, n, r0 + 2*r1, lane], where i = lane / 4 + 8*r1
//
//   takes       which locals are held, as which tile (tir/fragment), and along which dimensions
//   returns     hooks for pass/copy_statements: any point of a tile, or those of a lane
#pragma once

#include <ashlar/tir/fragment.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace place_fragments_impl {

using namespace tir;

/// What is known of a local that warps hold.
struct holding {
  fragment what = fragment::none;
  std::int8_t dim[2] = {-1, -1};  // of the local, along the dimensions of the tile

  friend constexpr auto operator==(holding const&, holding const&) -> bool = default;
};
using holdings = holding[limits::buffers];

// The sum divided by n, if all of it is.
constexpr auto divided(affine const& a, std::int64_t n, bool& is_whole) -> affine {
  affine r = constant(a.offset / n);
  is_whole = a.offset % n == 0;
  for (auto const& t : a.terms) {
    is_whole = is_whole && t.coef % n == 0;
    r = add_scaled(r, multiple(t.atom), t.coef / n);
  }
  return r;
}
// Puts the parts of an access together: the tiles' numbers in place of the two indices.
constexpr void set_index(program& p, holding const& h, access& a, affine const (&tile)[2],
                         affine const& reg, affine const& lane) {
  for (int x = 0; x < 2; ++x) a.index[h.dim[x]] = p.add(tile[x]);
  a.index[a.rank++] = p.add(reg);
  a.index[a.rank++] = p.add(lane);
}
// True for an access that is as it was before this pass.
constexpr auto is_old(program const& p, holdings const& all, access const& a) -> bool {
  return all[a.buffer].what != fragment::none && a.rank == p.buffers[a.buffer].rank;
}

/// Accesses in the meaning of a call: any point of a tile.
struct by_map {
  holdings const& all;

  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr auto drops(handle) const -> bool { return false; }
  constexpr void finish(program&, stmt&) const {}
  constexpr void rewrite(program& p, access& a) const {
    if (!is_old(p, all, a)) return;
    holding const& h = all[a.buffer];
    fragment_layout const f = layout_of(h.what);
    affine const index[2] = {p.indices[a.index[h.dim[0]]], p.indices[a.index[h.dim[1]]]};
    affine part[2] = {constant(0), constant(0)};  // register, lane
    for (auto const& d : f.digits) {
      affine const shifted = floor_div(p, index[d.dim], constant(d.place));
      affine const digit = floor_mod(p, shifted, constant(d.count));
      affine& to = part[d.in_lane ? 1 : 0];
      to = add_scaled(to, digit, d.stride);
    }
    affine const tile[2] = {floor_div(p, index[0], constant(f.extent[0])),
                            floor_div(p, index[1], constant(f.extent[1]))};
    set_index(p, h, a, tile, part[0], part[1]);
  }
};

/// Accesses of a lane to what it has: loops `over` are over the points of a tile, and `at` is which
/// of them it is. `wrong` becomes true where an access does not move so.
struct by_owner {
  holdings const& all;
  fragment what;
  handle over[2];
  affine at[2];
  affine reg, lane;
  bool& wrong;

  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr auto drops(handle a) const -> bool { return a == over[0] || a == over[1]; }
  constexpr void finish(program&, stmt&) const {}
  constexpr void rewrite(program& p, access& a) const {
    if (!is_old(p, all, a)) return;
    holding const& h = all[a.buffer];
    fragment_layout const f = layout_of(h.what);
    affine tile[2]{};
    for (int x = 0; x < 2; ++x) {
      bool is_whole = false;
      tile[x] = divided(p.indices[a.index[h.dim[x]]] - at[x], f.extent[x], is_whole);
      wrong = wrong || !is_whole || h.what != what;
    }
    if (!wrong) set_index(p, h, a, tile, reg, lane);
  }
};

}  // namespace place_fragments_impl

}  // namespace ashlar::pass

ASHLAR_COMPILER_END
