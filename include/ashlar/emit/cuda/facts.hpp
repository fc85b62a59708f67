// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/facts: what is known of a program for the GPU before it runs.
//
//   known_alignment   of the address of an access where the lanes are 0, in bytes: from what types
//                     and facts say of addresses, extents and strides
//   grid_axes         which loops a dimension of the grid or of the block has, and whether its
//                     length is that of each of them, so that no thread has to be sent away
//   shared_layout     where the locals in shared memory lie
#pragma once

#include <ashlar/emit/cuda/frame.hpp>
#include <ashlar/tir/grid.hpp>

#include <numeric>

namespace ashlar::emit::cuda {

/// Locals in shared memory lie at multiples of what one instruction moves.
inline constexpr int shared_alignment = 16;

namespace facts_impl {

template <class Code> consteval auto multiple_of_sum(Code const& c, int sum) -> std::int64_t;

// A number that divides the atom.
template <class Code> consteval auto multiple_of_atom(Code const& c, int at) -> std::int64_t {
  tir::atom const& a = c.atoms[at];
  using enum tir::atom_kind;
  if (a.kind == product) return multiple_of_sum(c, a.lhs) * multiple_of_sum(c, a.rhs);
  if (a.kind == minimum || a.kind == maximum)
    return std::gcd(multiple_of_sum(c, a.lhs), multiple_of_sum(c, a.rhs));
  return 1;
}

// A number that divides the sum; 0 if it is 0.
template <class Code> consteval auto multiple_of_sum(Code const& c, int sum) -> std::int64_t {
  tir::affine const& a = c.indices[sum];
  std::int64_t r = a.offset;
  for (int i = 0; i < a.terms.count; ++i) {
    r = std::gcd(r, a.terms.items[i].coef * multiple_of_atom(c, a.terms.items[i].atom));
  }
  return r;
}

// The same where the variable of the lanes is 0.
template <class Code>
consteval auto multiple_at_lane_0(Code const& c, int sum, int lane) -> std::int64_t {
  if (!simd::use_of(c, sum, lane).affine) return 1;
  tir::affine const& a = c.indices[sum];
  std::int64_t r = a.offset;
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms.items[i].atom];
    bool const is_lane = at.kind == tir::atom_kind::variable && at.id == lane;
    if (!is_lane)
      r = std::gcd(r, a.terms.items[i].coef * multiple_of_atom(c, a.terms.items[i].atom));
  }
  return r;
}

// What the facts of the schedule say that the stride or the address of an operand is a multiple of.
template <class Code>
consteval auto stated_multiple(Code const& c, int buffer, tir::fact_kind kind, int dim)
    -> std::int64_t {
  std::int64_t r = 1;
  for (int i = 0; i < c.size.facts; ++i) {
    tir::fact const& f = c.facts[i];
    bool const is_it = f.buffer == buffer && f.kind == kind && (dim < 0 || f.dim == dim);
    bool const is_exact =
        f.relation == tir::fact_relation::multiple || f.relation == tir::fact_relation::equal;
    if (is_it && is_exact) r = std::lcm(r, f.number);
  }
  return r;
}

// What the stride of a packed operand is a multiple of, as its extents are known to be.
template <class Code>
consteval auto multiple_of_stride(Code const& c, int buffer, int dim) -> std::int64_t {
  index_t const fixed = simd::static_stride(c, buffer, dim);
  if (fixed != dynamic_stride) return fixed;
  if (c.buffers[buffer].operand >= 0)
    return stated_multiple(c, buffer, tir::fact_kind::stride, dim);
  return 1;
}

}  // namespace facts_impl

/// The address of access A where lane loop `lane` is 0 is a multiple of so many bytes; only powers
/// of two count.
template <class Code>
consteval auto known_alignment(Code const& c, int access, int lane) -> std::int64_t {
  using namespace facts_impl;
  tir::access const& a = c.accesses[access];
  code_buffer const& b = c.buffers[a.buffer];
  std::int64_t const bytes = bytes_of(b.type);
  std::int64_t r = b.where != tir::scope::operand
                       ? shared_alignment
                       : std::lcm(std::int64_t{b.alignment},
                                  stated_multiple(c, a.buffer, tir::fact_kind::address, -1));
  for (int d = 0; d < a.rank; ++d) {
    r = std::gcd(
        r, multiple_at_lane_0(c, a.index[d], lane) * multiple_of_stride(c, a.buffer, d) * bytes);
  }
  return r;
}

/// How many elements of a vector of `lanes` one instruction may move.
template <class Code>
consteval auto chunk_of(Code const& c, int access, int lane, int lanes) -> int {
  int const bytes = bytes_of(c.buffers[c.accesses[access].buffer].type);
  int n = lanes;
  while (n > 1 && (n * bytes > backend::access_bytes ||
                   known_alignment(c, access, lane) % (n * bytes) != 0)) {
    n /= 2;
  }
  return n;
}

/// The dimensions of the grid and of a block: 0 to 2 are blocks, 3 to 5 threads.
inline constexpr int grid_dimensions = 6;
constexpr auto dimension_of(tir::loop_kind k) -> int {
  return tir::grid_dim(k) + (tir::is_block(k) ? 0 : 3);
}

/// Blocks along x, y and z.
struct grid_extent {
  std::int64_t blocks[3] = {1, 1, 1};
};

/// The loops that are bound to one dimension.
struct bound_loops {
  int count = 0;
  std::int16_t stmt[limits::axes] = {};
  bool is_even = true;  // all have one extent: nobody is sent away
};
struct bound_grid {
  bound_loops dim[grid_dimensions] = {};
  bool has_lanes = false;
};

template <class Code> constexpr auto grid_of(Code const& c) -> bound_grid {
  bound_grid g{};
  for (int s = 0; s < c.size.stmts; ++s) {
    tir::stmt const& st = c.stmts[s];
    if (st.kind != tir::stmt_kind::loop || !tir::is_bound(st.loop)) continue;
    g.has_lanes = g.has_lanes || tir::is_warp(st.loop);
    bound_loops& d = g.dim[dimension_of(st.loop)];
    if (d.count > 0) {
      d.is_even = d.is_even && c.indices[c.stmts[d.stmt[0]].extent] == c.indices[st.extent];
    }
    d.stmt[d.count++] = static_cast<std::int16_t>(s);
  }
  // A warp is 32 threads along x, however many of them a loop over lanes has.
  bound_loops& x = g.dim[3];
  for (int i = 0; g.has_lanes && i < x.count; ++i) {
    x.is_even = x.is_even && c.indices[c.stmts[x.stmt[i]].extent].is_constant(tir::warp_threads);
  }
  return g;
}

/// The grid of a program, found once.
template <class Tag> struct grid_facts {
  static constexpr bound_grid value = grid_of(Tag::value);
};

/// Whether loop S has as many iterations as there are blocks, or threads, along its dimension.
template <class Tag> consteval auto fills_grid(int s) -> bool {
  return grid_facts<Tag>::value.dim[dimension_of(Tag::value.stmts[s].loop)].is_even;
}

/// The threads of a block along d, which are constants.
template <class Code>
constexpr auto threads_along(Code const& c, bound_grid const& g, int d) -> int {
  std::int64_t most = d == 0 && g.has_lanes ? tir::warp_threads : 1;
  bound_loops const& loops = g.dim[3 + d];
  for (int i = 0; i < loops.count; ++i) {
    std::int64_t const n = c.indices[c.stmts[loops.stmt[i]].extent].offset;
    most = most < n ? n : most;
  }
  return static_cast<int>(most);
}
template <class Code> constexpr auto threads_of(Code const& c) -> int {
  bound_grid const g = grid_of(c);
  return threads_along(c, g, 0) * threads_along(c, g, 1) * threads_along(c, g, 2);
}

/// Where locals are in the shared memory of a block. No two share a place: threads of the block may
/// still read the one when others write the next.
struct shared_layout {
  std::int32_t offset[limits::buffers] = {};
  std::int64_t bytes = 0;
};

/// The elements of a local whose shape is constant, between the first and the end of the last.
template <class Code> constexpr auto elements_of(Code const& c, int buffer) -> std::int64_t {
  code_buffer const& b = c.buffers[buffer];
  if (b.rank == 0) return 1;
  std::int64_t stride = 1;
  for (int d = b.rank - 1; d >= 0; --d) {
    stride *= c.indices[b.shape[d]].offset;
    if (b.stride_is.dim == d - 1) stride = b.stride_is.padded(stride);
  }
  return stride > 0 ? stride : 1;
}

template <class Code> constexpr auto shared_layout_of(Code const& c) -> shared_layout {
  shared_layout l{};
  for (int s = 0; s < c.size.stmts; ++s) {
    tir::stmt const& st = c.stmts[s];
    if (st.kind != tir::stmt_kind::allocate) continue;
    if (c.buffers[st.target].where != tir::scope::shared) continue;
    l.offset[st.target] = static_cast<std::int32_t>(l.bytes);
    std::int64_t const bytes = elements_of(c, st.target) * bytes_of(c.buffers[st.target].type);
    l.bytes += (bytes + shared_alignment - 1) / shared_alignment * shared_alignment;
  }
  return l;
}

/// A local that would lie in memory between kernels; -1 if there is none.
template <class Code> constexpr auto workspace_local_in(Code const& c) -> int {
  for (int s = 0; s < c.size.stmts; ++s) {
    tir::stmt const& st = c.stmts[s];
    if (st.kind == tir::stmt_kind::allocate &&
        c.buffers[st.target].where == tir::scope::workspace) {
      return st.target;
    }
  }
  return -1;
}

}  // namespace ashlar::emit::cuda
