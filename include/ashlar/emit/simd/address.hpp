// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/address: where an access is in memory, and how it moves with the lanes.
//
//   invariants  static strides and shapes are constants in the address; nothing is read here
#ifndef ASHLAR_EMIT_SIMD_ADDRESS
#define ASHLAR_EMIT_SIMD_ADDRESS

#include <ashlar/emit/simd/frame.hpp>
#include <ashlar/tensor/layout.hpp>

#include <type_traits>

namespace ashlar::emit::ASHLAR_SIMD {

namespace address_impl {

template <dtype D> struct stored {
  using type = type_of<D>;
};
template <> struct stored<dtype::boolean> {
  using type = std::uint8_t;
};
template <> struct stored<dtype::f16> {
  using type = std::uint16_t;
};
template <> struct stored<dtype::bf16> {
  using type = std::uint16_t;
};
template <> struct stored<dtype::u4> {
  using type = std::uint8_t;
};
template <> struct stored<dtype::i4> {
  using type = std::int8_t;
};

}  // namespace address_impl

/// The C++ type of an element in memory: of a bool a byte of 0 or 1, of a 16-bit float its pattern,
/// of 4 bits in the memory of a kernel a byte with its value.
template <dtype D> using stored = typename address_impl::stored<D>::type;

/// The stride along d in elements, dynamic_stride where it is known at the call only.
template <class Code> consteval auto static_stride(Code const& c, int buffer, int d) -> index_t {
  code_buffer const& b = c.buffers[buffer];
  if (b.operand >= 0) return b.stride[d];
  index_t stride = 1;
  for (int at = b.rank - 1; at > d; --at) {
    tir::affine const& e = c.indices[b.shape[at]];
    if (!e.is_constant()) return dynamic_stride;
    stride *= e.offset;
    if (b.stride_is.dim == at - 1) stride = b.stride_is.padded(stride);
  }
  return stride;
}

/// The step of an access in elements from one lane to the next.
struct lane_step {
  bool uses = false;     // does the address depend on the lane at all
  bool affine = true;    // by a multiple of the lane
  bool constant = true;  // which is known
  index_t step = 0;
};

template <class Code> consteval auto step_of(Code const& c, int access, int lane) -> lane_step {
  lane_step r{};
  tir::access const& a = c.accesses[access];
  for (int d = 0; d < a.rank; ++d) {
    lane_use const u = use_of(c, a.index[d], lane);
    if (!u.affine) r.affine = false;
    if (u.step == 0) continue;
    r.uses = true;
    index_t const stride = static_stride(c, a.buffer, d);
    if (stride == dynamic_stride) {
      r.constant = false;
    } else {
      r.step += u.step * stride;
    }
  }
  r.uses = r.uses || !r.affine;
  return r;
}

/// How the address moves with the lanes where the step is none: the lanes of a fused loop.
///   repeats   lane l is at l % every: all rows read one row of a matrix
///   blocks    lane l is at l / every * every: all columns read one column
enum class lane_map : std::uint8_t { other, repeats, blocks };

struct lane_pattern {
  lane_map map = lane_map::other;
  int every = 1;  // a power of two, at most the lanes; repeats by all lanes: they are contiguous
};

namespace address_impl {

// True if the sum in lane 0 is always a multiple of d.
template <class Code>
consteval auto starts_block(Code const& c, int sum, int lane, index_t d) -> bool {
  tir::affine const& a = c.indices[sum];
  bool is_multiple = a.offset % d == 0;
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms[i].atom];
    bool const is_lane = at.kind == tir::atom_kind::variable && at.id == lane;
    is_multiple = is_multiple && (is_lane || a.terms[i].coef % d == 0);
  }
  return is_multiple;
}

// The sum in lane l less that in lane 0; `known` becomes false where that may vary.
template <class Code>
consteval auto shift_of(Code const& c, int sum, int lane, index_t l, bool& known) -> index_t {
  tir::affine const& a = c.indices[sum];
  index_t shift = 0;
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms[i].atom];
    if (at.kind == tir::atom_kind::variable && at.id == lane) shift += a.terms[i].coef * l;
    if (at.kind == tir::atom_kind::loaded) known = false;
    if (at.lhs < 0 || !frame_impl::mentions(c, sum, lane)) continue;
    index_t const n = shift_of(c, at.lhs, lane, l, known);
    index_t const d = shift_of(c, at.rhs, lane, l, known);
    if (n == 0 && d == 0) continue;
    bool const divides =
        at.kind == tir::atom_kind::floor_div || at.kind == tir::atom_kind::floor_mod;
    tir::affine const& by = c.indices[at.rhs];
    known = known && divides && by.is_constant() && starts_block(c, at.lhs, lane, by.offset);
    if (!known) return 0;
    index_t const q = tir::floor_div(n, by.offset);
    shift += a.terms[i].coef * (at.kind == tir::atom_kind::floor_div ? q : n - q * by.offset);
  }
  return shift;
}

}  // namespace address_impl

template <class Code>
consteval auto pattern_of(Code const& c, int access, int lane, int lanes) -> lane_pattern {
  tir::access const& a = c.accesses[access];
  bool known = a.checked == 0;
  index_t shift[64]{};
  for (int d = 0; d < a.rank; ++d) {
    index_t const stride = static_stride(c, a.buffer, d);
    for (int l = 0; l < lanes; ++l) {
      index_t const n = address_impl::shift_of(c, a.index[d], lane, l, known);
      known = known && (n == 0 || stride != dynamic_stride);
      if (!known) return lane_pattern{};
      shift[l] += n * stride;
    }
  }
  for (int every = lanes; every >= 2; every /= 2) {
    bool repeats = true, blocks = true;
    for (int l = 0; l < lanes; ++l) {
      repeats = repeats && shift[l] == l % every;
      blocks = blocks && shift[l] == l / every * every;
    }
    if (repeats) return lane_pattern{.map = lane_map::repeats, .every = every};
    if (blocks) return lane_pattern{.map = lane_map::blocks, .every = every};
  }
  return lane_pattern{};
}

inline namespace ASHLAR_ISA {

template <class Tag, int Buffer, int D> ASHLAR_INLINE auto stride_of(frame<Tag>& f) -> index_t {
  constexpr index_t fixed = static_stride(Tag::value, Buffer, D);
  if constexpr (fixed != dynamic_stride) {
    return fixed;
  } else if constexpr (Tag::value.buffers[Buffer].operand >= 0) {
    return f.stride[strides_before(Tag::value, Buffer, D)];
  } else {
    constexpr code_buffer b = Tag::value.buffers[Buffer];
    index_t const packed = sum<Tag, b.shape[D + 1]>(f) * stride_of<Tag, Buffer, D + 1>(f);
    if constexpr (b.stride_is.dim == D)
      return b.stride_is.padded(packed);
    else
      return packed;
  }
}

/// Index D of access A, in elements.
template <class Tag, int A, int D> ASHLAR_INLINE auto part_of_offset(frame<Tag>& f) -> index_t {
  constexpr tir::access a = Tag::value.accesses[A];
  return sum<Tag, a.index[D]>(f) * stride_of<Tag, a.buffer, D>(f);
}

/// The offset of access A in elements, for the current values of the loop variables.
template <class Tag, int A> ASHLAR_INLINE auto offset(frame<Tag>& f) -> index_t {
  constexpr int n = Tag::value.accesses[A].rank;
  index_t r = 0;
  if constexpr (n > 0) r += part_of_offset<Tag, A, 0>(f);
  if constexpr (n > 1) r += part_of_offset<Tag, A, 1>(f);
  if constexpr (n > 2) r += part_of_offset<Tag, A, 2>(f);
  if constexpr (n > 3) r += part_of_offset<Tag, A, 3>(f);
  if constexpr (n > 4) r += part_of_offset<Tag, A, 4>(f);
  if constexpr (n > 5) r += part_of_offset<Tag, A, 5>(f);
  if constexpr (n > 6) r += part_of_offset<Tag, A, 6>(f);
  if constexpr (n > 7) r += part_of_offset<Tag, A, 7>(f);
  return r;
}

/// The step of access A from lane to lane where it is not constant.
template <class Tag, int A, int Lane, int D = 0>
ASHLAR_INLINE auto dynamic_step(frame<Tag>& f) -> index_t {
  constexpr tir::access a = Tag::value.accesses[A];
  if constexpr (D == a.rank) {
    return 0;
  } else {
    constexpr index_t step = use_of(Tag::value, a.index[D], Lane).step;
    index_t const rest = dynamic_step<Tag, A, Lane, D + 1>(f);
    if constexpr (step == 0)
      return rest;
    else
      return step * stride_of<Tag, a.buffer, D>(f) + rest;
  }
}

/// True if every checked index of access A that does not depend on the lanes is inside.
template <class Tag, int A, int Lane, int D = 0>
ASHLAR_INLINE auto is_inside(frame<Tag>& f) -> bool {
  constexpr tir::access a = Tag::value.accesses[A];
  if constexpr (D == a.rank) {
    return true;
  } else if constexpr ((a.checked >> D & 1) == 0 ||
                       use_of(Tag::value, a.index[D], Lane).step != 0 ||
                       !use_of(Tag::value, a.index[D], Lane).affine) {
    return is_inside<Tag, A, Lane, D + 1>(f);
  } else {
    index_t const i = sum<Tag, a.index[D]>(f);
    index_t const n = sum<Tag, Tag::value.buffers[a.buffer].shape[D]>(f);
    bool const low = (a.nonnegative >> D & 1) != 0 || i >= 0;
    return low && i < n && is_inside<Tag, A, Lane, D + 1>(f);
  }
}

}  // namespace ASHLAR_ISA

/// True if a checked index of the access depends on the lanes.
template <class Code> consteval auto has_lane_check(Code const& c, int access, int lane) -> bool {
  tir::access const& a = c.accesses[access];
  for (int d = 0; d < a.rank; ++d) {
    lane_use const u = use_of(c, a.index[d], lane);
    if ((a.checked >> d & 1) != 0 && (u.step != 0 || !u.affine)) return true;
  }
  return false;
}

inline namespace ASHLAR_ISA {

/// The lanes for which low <= base + step * lane, as a mask.
template <class B, class T, int L>
ASHLAR_INLINE auto lanes_nonnegative(index_t base, index_t step) {
  if (step < 0) return B::template first_n<T, L>(tir::floor_div(base, -step) + 1);
  if (step == 0) return B::template first_n<T, L>(base >= 0 ? L : 0);
  return B::mask_not(B::template first_n<T, L>(-tir::floor_div(base, step)));
}

/// The lanes for which every checked index of access A that depends on them is inside.
template <class Tag, class T, int A, int Lane, int L, int D = 0>
ASHLAR_INLINE auto lanes_inside(frame<Tag>& f) {
  using B = typename Tag::backend;
  constexpr tir::access a = Tag::value.accesses[A];
  if constexpr (D == a.rank) {
    return B::template first_n<T, L>(L);
  } else {
    constexpr lane_use u = use_of(Tag::value, a.index[D], Lane);
    auto const rest = [&] { return lanes_inside<Tag, T, A, Lane, L, D + 1>(f); };
    if constexpr ((a.checked >> D & 1) == 0 || u.step == 0) {
      return rest();
    } else {
      index_t const i = sum<Tag, a.index[D]>(f);
      index_t const n = sum<Tag, Tag::value.buffers[a.buffer].shape[D]>(f);
      auto const high = lanes_nonnegative<B, T, L>(n - 1 - i, -u.step);
      if constexpr ((a.nonnegative >> D & 1) != 0) {
        return B::mask_and(high, rest());
      } else {
        return B::mask_and(lanes_nonnegative<B, T, L>(i, u.step), B::mask_and(high, rest()));
      }
    }
  }
}

}  // namespace ASHLAR_ISA

}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_ADDRESS
