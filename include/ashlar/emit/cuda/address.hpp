// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/address: where an access is in memory, and which lanes of it are inside.
//
//   invariants  static strides and shapes are constants in the address; nothing is read here
#pragma once

#include <ashlar/emit/cuda/facts.hpp>
#include <ashlar/emit/cuda/lanes.hpp>

namespace ashlar::emit::cuda {

using simd::lane_step;
using simd::step_of;
using simd::stored;

namespace address_impl {

// The stride in the registers of one thread, which has its own element along a lane.
template <class Code>
consteval auto stride_in_registers(Code const& c, int buffer, int d) -> index_t {
  index_t stride = 1;
  for (int at = c.buffers[buffer].rank - 1; at > d; --at) {
    if (!is_in_warp(c, buffer, at)) stride *= c.indices[c.buffers[buffer].shape[at]].offset;
  }
  return stride;
}
// What is known of a stride, as a constant that code for the GPU may ask for.
template <class Tag, int Buffer, int D> struct stride_constant {
  static constexpr index_t value = Tag::value.buffers[Buffer].where == tir::scope::registers
                                       ? stride_in_registers(Tag::value, Buffer, D)
                                       : simd::static_stride(Tag::value, Buffer, D);
};

template <class Tag, int Buffer, int D> consteval auto is_spread() -> bool {
  return is_in_warp(Tag::value, Buffer, D);
}

}  // namespace address_impl

inline namespace ASHLAR_ISA {

/// What stride_rule::padded says, on the GPU.
template <class Tag, int Buffer, int D> ASHLAR_DEVICE auto padded_stride(std::int32_t packed) {
  constexpr tir::stride_rule rule = Tag::value.buffers[Buffer].stride_is;
  if constexpr (rule.dim != D) {
    return packed;
  } else {
    constexpr std::int32_t multiple = rule.multiple;
    constexpr std::int32_t remainder = rule.remainder;
    std::int32_t const beyond = (packed - remainder) % multiple;
    return beyond == 0 ? packed : packed + (beyond < 0 ? -beyond : multiple - beyond);
  }
}

template <class Tag, int Buffer, int D, class Frame>
ASHLAR_DEVICE auto stride_of(Frame& f) -> std::int32_t {
  constexpr index_t fixed = address_impl::stride_constant<Tag, Buffer, D>::value;
  if constexpr (fixed != dynamic_stride) {
    return static_cast<std::int32_t>(fixed);
  } else if constexpr (Tag::value.buffers[Buffer].operand >= 0) {
    return f.call.stride[strides_before(Tag::value, Buffer, D)];
  } else {
    constexpr tir::handle inner = Tag::value.buffers[Buffer].shape[D + 1];
    std::int32_t const packed = sum<std::int32_t, inner>(f) * stride_of<Tag, Buffer, D + 1>(f);
    return padded_stride<Tag, Buffer, D>(packed);
  }
}

template <int A, int D, class Frame> ASHLAR_DEVICE auto part_of_offset(Frame& f) -> std::int32_t {
  using tag = typename Frame::tag;
  constexpr tir::handle buffer = tag::value.accesses[A].buffer;
  constexpr tir::handle index = tag::value.accesses[A].index[D];
  if constexpr (address_impl::is_spread<tag, buffer, D>())
    return 0;
  else
    return static_cast<std::int32_t>(sum<index_of<tag, index>, index>(f)) *
           stride_of<tag, buffer, D>(f);
}

/// The offset of access A in elements, for the current values of the loop variables.
template <int A, class Frame> ASHLAR_DEVICE auto offset(Frame& f) -> std::int32_t {
  constexpr int n = Frame::tag::value.accesses[A].rank;
  std::int32_t r = 0;
  if constexpr (n > 0) r += part_of_offset<A, 0>(f);
  if constexpr (n > 1) r += part_of_offset<A, 1>(f);
  if constexpr (n > 2) r += part_of_offset<A, 2>(f);
  if constexpr (n > 3) r += part_of_offset<A, 3>(f);
  if constexpr (n > 4) r += part_of_offset<A, 4>(f);
  if constexpr (n > 5) r += part_of_offset<A, 5>(f);
  if constexpr (n > 6) r += part_of_offset<A, 6>(f);
  if constexpr (n > 7) r += part_of_offset<A, 7>(f);
  return r;
}

/// The address of access A, in the type of its elements.
template <int A, class Frame> ASHLAR_DEVICE auto pointer(Frame& f) {
  using tag = typename Frame::tag;
  constexpr tir::handle buffer = tag::value.accesses[A].buffer;
  using T = stored<tag::value.buffers[buffer].type>;
  if constexpr (data_place<tag, buffer>::is_given)
    return static_cast<T*>(f.call.data[data_place<tag, buffer>::value]) + offset<A>(f);
  else
    return static_cast<T*>(f.local[buffer]) + offset<A>(f);
}

/// The distance of access A from one lane to the next, in elements.
template <int A, int Lane, int D = 0, class Frame>
ASHLAR_DEVICE auto lane_distance(Frame& f) -> std::int32_t {
  using tag = typename Frame::tag;
  if constexpr (D == tag::value.accesses[A].rank) {
    return 0;
  } else {
    constexpr tir::handle buffer = tag::value.accesses[A].buffer;
    constexpr simd::lane_use u = simd::use_of(tag::value, tag::value.accesses[A].index[D], Lane);
    std::int32_t const rest = lane_distance<A, Lane, D + 1>(f);
    if constexpr (u.step == 0)
      return rest;
    else
      return static_cast<std::int32_t>(u.step) * stride_of<tag, buffer, D>(f) + rest;
  }
}

/// True if every checked index of access A is inside.
template <int A, int D = 0, class Frame> ASHLAR_DEVICE auto is_inside(Frame& f) -> bool {
  using tag = typename Frame::tag;
  constexpr int checked = tag::value.accesses[A].checked;
  constexpr int nonnegative = tag::value.accesses[A].nonnegative;
  if constexpr (D == tag::value.accesses[A].rank || (checked >> D) == 0) {
    return true;
  } else if constexpr ((checked >> D & 1) == 0) {
    return is_inside<A, D + 1>(f);
  } else {
    constexpr tir::handle index = tag::value.accesses[A].index[D];
    constexpr tir::handle shape = tag::value.buffers[tag::value.accesses[A].buffer].shape[D];
    auto const i = sum<index_of<tag, index>, index>(f);
    bool const low = (nonnegative >> D & 1) != 0 || i >= 0;
    return low && i < sum<std::int32_t, shape>(f) && is_inside<A, D + 1>(f);
  }
}

/// f(l) in each lane, with the loop variable of the lanes set to l.
template <int Lane, int L, class Frame, class Each>
ASHLAR_DEVICE void for_lanes(Frame& f, Each const& each) {
  ASHLAR_UNROLL
  for (int l = 0; l < L; ++l) {
    if constexpr (Lane >= 0) f.variable[Lane] = l;
    each(l);
  }
  if constexpr (Lane >= 0) f.variable[Lane] = 0;
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda
