// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/facts: what is known of a program for the GPU before it runs.
//
//   known_alignment   of the address of an access where the lanes are 0, in bytes: from what types
//                     and facts say of addresses, extents and strides
//   launch_facts      tir/grid_shape of a launch, found once
#pragma once

#include <ashlar/emit/cuda/frame.hpp>
#include <ashlar/runtime/gpu_stream.hpp>
#include <ashlar/tir/grid_shape.hpp>

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

// What the stride is a multiple of: the stride itself, or what facts say of it.
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

using runtime::grid_extent;

/// True if the index is a lane of the warp and nothing else: each lane has its own element.
template <class Code> constexpr auto is_own_lane(Code const& c, int sum) -> bool {
  tir::affine const& a = c.indices[sum];
  if (a.offset != 0 || a.terms.count != 1 || a.terms.items[0].coef != 1) return false;
  tir::atom const& at = c.atoms[a.terms.items[0].atom];
  return at.kind == tir::atom_kind::variable && c.is_warp_lane[at.id];
}

/// True if dimension d of a local in registers is spread over the lanes of a warp.
template <class Code> constexpr auto is_in_warp(Code const& c, int buffer, int d) -> bool {
  if (c.buffers[buffer].where != tir::scope::registers) return false;
  for (int a = 0; a < c.size.accesses; ++a) {
    if (c.accesses[a].buffer == buffer && is_own_lane(c, c.accesses[a].index[d])) return true;
  }
  return false;
}

/// The elements of a local whose shape is constant, as one thread has them.
template <class Code> constexpr auto elements_of(Code const& c, int buffer) -> std::int64_t {
  code_buffer const& b = c.buffers[buffer];
  std::int64_t stride = 1;
  for (int d = b.rank - 1; d >= 0; --d) {
    if (is_in_warp(c, buffer, d)) continue;
    stride *= c.indices[b.shape[d]].offset;
    if (d > 0 && b.stride_is.dim == d - 1) stride = b.stride_is.padded(stride);
  }
  return stride > 0 ? stride : 1;
}

/// The launches of a program, found once.
template <class Tag> struct launch_list_of {
  static constexpr tir::launch_list value = tir::launches(Tag::value);
};

/// The shape of launch N.
template <class Tag, int N> struct launch_facts {
  static constexpr tir::grid_shape value = launch_list_of<Tag>::value.items[N];
  static constexpr int root = value.first;
  static constexpr int threads = static_cast<int>(value.threads_per_block());
};

/// Where a shared local of launch N begins. No two share a place: threads may still read the one
/// when others write the next.
template <class Tag, int N, int Buffer> struct shared_place {
  static constexpr std::int32_t value =
      tir::shared_offset(Tag::value, launch_facts<Tag, N>::value, Buffer);
};

/// Whether loop S has as many iterations as there are blocks, or threads, along its dimension.
template <class Tag, int N> consteval auto fills_grid(int s) -> bool {
  return !launch_facts<Tag, N>::value.is_uneven[tir::dimension_of(Tag::value.stmts[s].loop)];
}

}  // namespace ashlar::emit::cuda
