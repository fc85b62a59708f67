// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/nibbles: i4 and u4, which operands hold two in a byte, and vectors one in a byte.
//
//   nibbles<B>::load<D, L>(bytes, at)   L elements from element `at` on, whatever half that is
//   nibbles<B>::one<D>(bytes, at)       element `at`
//   nibbles<B>::store(bytes, at, v, on) elements from an even one on, of pairs of lanes that are on
//   nibbles<B>::narrow<To, From>(v)     values as elements, as tir::convert has it
//   invariants  bytes of which no element is asked for are neither read nor written. Elements of an
//               odd place on are halves of L / 2 + 1 bytes, two loads of L / 2 that overlap
#ifndef ASHLAR_EMIT_SIMD_NIBBLES
#define ASHLAR_EMIT_SIMD_NIBBLES

#include <ashlar/emit/simd/address.hpp>
#include <ashlar/emit/simd/backend.hpp>

#include <cstring>

namespace ashlar::emit::ASHLAR_SIMD {

/// True for an access to an operand with two elements in a byte.
template <class Code> consteval auto is_paired_access(Code const& c, int access) -> bool {
  code_buffer const& b = c.buffers[c.accesses[access].buffer];
  return is_nibble(b.type) && b.operand >= 0;
}

/// True if the access is to the low half of a byte in lane 0, as far as that is constant.
template <class Code> consteval auto starts_at_byte(Code const& c, int access, int lane) -> bool {
  tir::access const& a = c.accesses[access];
  for (int d = 0; d < a.rank; ++d) {
    index_t const stride = static_stride(c, a.buffer, d);
    bool const is_even = stride != dynamic_stride && stride % 2 == 0;
    if (!is_even && !address_impl::starts_block(c, a.index[d], lane, 2)) return false;
  }
  return true;
}

inline namespace ASHLAR_ISA {

template <class B> struct nibbles {
  template <class T, int L> using vec = typename B::template vec<T, L>;
  using byte = std::uint8_t;

  template <dtype D> ASHLAR_INLINE static auto one(byte const* bytes, index_t at) -> stored<D> {
    int const four = (bytes[at >> 1] >> (4 * (at & 1))) & 15;
    return static_cast<stored<D>>(D == dtype::i4 ? (four ^ 8) - 8 : four);
  }

  template <dtype D, int L, bool AtByte>
  ASHLAR_INLINE static auto load(byte const* bytes, index_t at) -> vec<stored<D>, L> {
    if constexpr (L == 1) {
      return B::template broadcast<1>(one<D>(bytes, at));
    } else {
      byte const* const p = bytes + (at >> 1);
      auto const first = B::template load<L / 2>(p);
      if (AtByte || (at & 1) == 0) return signs<D>(B::zip(low(first), high(first)));
      return signs<D>(B::zip(high(first), low(B::template load<L / 2>(p + 1))));
    }
  }

  template <class T, int L, template <class, int> class V, class M>
  ASHLAR_INLINE static void store(byte* bytes, index_t at, V<T, L> v, M on) {
    static_assert(L % 2 == 0);
    T from[std::size_t{L}];
    B::store(from, v);
    byte to[std::size_t{L / 2}];
    for (int n = 0; n < L / 2; ++n) {
      to[n] = static_cast<byte>((from[2 * n] & 15) | ((from[2 * n + 1] & 15) << 4));
    }
    byte* const first = bytes + (at >> 1);
    if constexpr (std::is_empty_v<M>) {
      std::memcpy(first, to, sizeof to);
    } else {
      byte flags[std::size_t{L}];
      B::store(flags, B::bool_to_vec(B::template convert_mask<byte>(on)));
      for (int n = 0; n < L / 2; ++n)
        if (flags[2 * n] != 0) first[n] = to[n];
    }
  }

  template <dtype To, dtype From, class V> ASHLAR_INLINE static auto narrow(V v) {
    using T = stored<To>;
    if constexpr (From == dtype::boolean) {
      return B::bool_to_vec(B::template convert_mask<T>(v));
    } else if constexpr (is_float(From)) {
      return B::template convert<T>(clamped<To>(B::template convert<std::int32_t>(v)));
    } else {
      return B::template bitcast<T>(signs<To>(low(B::template convert<byte>(v))));
    }
  }

 private:
  template <template <class, int> class V, int L>
  ASHLAR_INLINE static auto low(V<byte, L> v) -> vec<byte, L> {
    return B::bit_and(v, B::template broadcast<L>(byte{15}));
  }
  template <template <class, int> class V, int L>
  ASHLAR_INLINE static auto high(V<byte, L> v) -> vec<byte, L> {
    return B::template shift_right<4>(v);
  }
  template <dtype D, template <class, int> class V, int L>
  ASHLAR_INLINE static auto signs(V<byte, L> v) -> vec<stored<D>, L> {
    if constexpr (D == dtype::i4) {
      auto const bit = B::template broadcast<L>(byte{8});
      return B::template bitcast<std::int8_t>(B::sub(B::bit_xor(v, bit), bit));
    } else {
      return v;
    }
  }
  template <dtype To, template <class, int> class V, int L>
  ASHLAR_INLINE static auto clamped(V<std::int32_t, L> v) -> vec<std::int32_t, L> {
    constexpr std::int32_t least = To == dtype::i4 ? -8 : 0;
    return B::min(B::max(v, B::template broadcast<L>(least)), B::template broadcast<L>(least + 15));
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_NIBBLES
