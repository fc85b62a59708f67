// SPDX-License-Identifier: Apache-2.0
//
// tir/grid_shape: what a launch needs to know of a nest for a grid.
//
//   takes       a lowered nest, as a program or as the code that is emitted of it; one launch is a
//               statement that no workspace is allocated inside of
//   returns     for each launch its statement, the numbers of blocks as sums over symbols, the
//               threads of a block and the bytes of its shared memory as constants, and along which
//               dimensions all loops have one extent: there no thread is sent away
//   invariants  launches follow each other; what one writes to the workspace the next one reads
//   shared      a buffer begins at a multiple of 16 bytes behind those before it: see shared_offset
#pragma once

#include <ashlar/core/overflow.hpp>
#include <ashlar/tir/grid.hpp>

namespace ashlar::tir {

inline constexpr int max_launches = 8;

/// The dimensions of the grid and of a block: 0 to 2 are blocks, 3 to 5 threads.
inline constexpr int grid_dimensions = 6;
constexpr auto dimension_of(loop_kind k) -> int { return grid_dim(k) + (is_block(k) ? 0 : 3); }

struct grid_shape {
  handle first = -1;                // the statement
  handle blocks[3] = {-1, -1, -1};  // sums; -1: one block
  std::int32_t threads[3] = {1, 1, 1};
  std::int32_t shared_bytes = 0;
  bool has_warps = false;
  bool is_uneven[grid_dimensions] = {};  // the loops of a dimension have several extents

  constexpr auto threads_per_block() const -> std::int64_t {
    return saturating_product(std::int64_t{threads[0]} * threads[1], threads[2]);
  }
  friend constexpr auto operator==(grid_shape const&, grid_shape const&) -> bool = default;
};

using launch_list = static_vector<grid_shape, max_launches>;

namespace grid_shape_impl {

template <class Nest, class Buffer>
constexpr auto bytes_of_local(Nest const& p, Buffer const& b) -> std::int64_t {
  std::int64_t n = 1;
  for (int d = b.rank - 1; d >= 0; --d) {
    n = saturating_product(n, p.indices[b.shape[d]].offset);
    if (d > 0 && b.stride_is.dim == d - 1) n = b.stride_is.padded(n);
  }
  return saturating_product(n, bytes_of(b.type));
}

constexpr auto rounded(std::int64_t bytes) -> std::int64_t { return (bytes + 15) / 16 * 16; }

// Calls `visit` with each statement of a chain and inside of it, outermost first.
template <class Nest, class Visit>
constexpr void each(Nest const& p, handle h, Visit const& visit) {
  for (; h >= 0; h = p.stmts[h].next) {
    visit(h);
    each(p, p.stmts[h].body, visit);
    each(p, p.stmts[h].otherwise, visit);
  }
}
template <class Nest, class Visit>
constexpr void each_in(Nest const& p, handle h, Visit const& visit) {
  visit(h);
  each(p, p.stmts[h].body, visit);
  each(p, p.stmts[h].otherwise, visit);
}

template <class Nest> constexpr auto shape_of(Nest const& p, handle h) -> grid_shape {
  grid_shape g{.first = h};
  std::int64_t shared = 0;
  handle first[grid_dimensions] = {-1, -1, -1, -1, -1, -1};  // the extent of the first loop
  each_in(p, h, [&](handle at) {
    stmt const& s = p.stmts[at];
    if (s.kind == stmt_kind::allocate && p.buffers[s.target].where == scope::shared) {
      shared += rounded(bytes_of_local(p, p.buffers[s.target]));
    }
    if (s.kind != stmt_kind::loop || !is_bound(s.loop)) return;
    int const d = grid_dim(s.loop);
    handle& one = first[dimension_of(s.loop)];
    if (one < 0) one = s.extent;
    if (p.indices[one] != p.indices[s.extent]) g.is_uneven[dimension_of(s.loop)] = true;
    if (is_block(s.loop)) {
      g.blocks[d] = one;
      return;
    }
    if (is_warp(s.loop)) g.has_warps = true;
    auto const extent = p.indices[s.extent].offset;
    auto const n = static_cast<std::int32_t>(extent < 0x7fffffff ? extent : 0x7fffffff);
    if (n > g.threads[d]) g.threads[d] = n;
  });
  // A warp is 32 threads along x, however many of them its loops have.
  if (g.has_warps && g.threads[0] < warp_threads) {
    g.threads[0] = warp_threads;
    g.is_uneven[3] = true;
  }
  g.shared_bytes = static_cast<std::int32_t>(shared < 0x7fffffff ? shared : 0x7fffffff);
  return g;
}

template <class Nest> constexpr auto is_around_launches(Nest const& p, stmt const& s) -> bool {
  return s.kind == stmt_kind::allocate && p.buffers[s.target].where == scope::workspace;
}

template <class Nest> constexpr void collect(Nest const& p, handle h, launch_list& all) {
  for (; h >= 0 && !all.full(); h = p.stmts[h].next) {
    if (is_around_launches(p, p.stmts[h])) {
      collect(p, p.stmts[h].body, all);
    } else {
      all.push_back(shape_of(p, h));
    }
  }
}

}  // namespace grid_shape_impl

/// How many launches a lowered nest has; lowering takes no more than max_launches.
template <class Nest> constexpr auto launch_count(Nest const& p, handle h) -> int {
  int n = 0;
  for (; h >= 0; h = p.stmts[h].next) {
    n += grid_shape_impl::is_around_launches(p, p.stmts[h]) ? launch_count(p, p.stmts[h].body) : 1;
  }
  return n;
}

/// The launches of a lowered nest, in their order.
template <class Nest> constexpr auto launches(Nest const& p) -> launch_list {
  launch_list all{};
  if constexpr (requires { p.fault; }) {
    if (p.fault) return all;
  }
  grid_shape_impl::collect(p, p.root, all);
  return all;
}

/// Where a shared buffer begins in the shared memory of its launch, in bytes.
template <class Nest>
constexpr auto shared_offset(Nest const& p, grid_shape const& g, int buffer) -> std::int32_t {
  using namespace grid_shape_impl;
  std::int64_t at = 0;
  bool is_found = false;
  each_in(p, g.first, [&](handle h) {
    stmt const& s = p.stmts[h];
    if (is_found || s.kind != stmt_kind::allocate) return;
    if (p.buffers[s.target].where != scope::shared) return;
    is_found = s.target == buffer;
    if (!is_found) at += rounded(bytes_of_local(p, p.buffers[s.target]));
  });
  return static_cast<std::int32_t>(at);
}

}  // namespace ashlar::tir
