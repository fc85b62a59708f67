// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_products: sums of products of narrow elements in wide lanes.
//
//   takes       see backend.hpp; running sums of 32 bits, operands of bytes or bfloat16
//   returns     lane l: sum + a[0] * b[4 l] + ... + a[3] * b[4 l + 3], of bytes modulo 2^32
//   invariants  bytes are exact: VPDPBUSD where the target has it; elsewhere products of 16 bits
//               are added in 32, as VPMADDUBSW would saturate two products of bytes. bfloat16 is
//               VDPBF16PS where the flags allow it, else two FMAs of floats
//   source      Highway quick reference: SumOfMulQuadAccumulate
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS
#define ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS

#include <ashlar/emit/simd/highway_divide.hpp>

#include <cstring>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

struct highway_products : highway_divide {
  template <int L, class S, class Left, class Right>
  ASHLAR_INLINE static auto dot_groups(vec<S, L> sum, Left const* a, Right const* b) -> vec<S, L> {
    tag<std::uint32_t, L> const d;
    std::uint32_t group = 0;
    std::memcpy(&group, a, sizeof group);
    auto const x = hn::Set(d, group);
    auto const y = hn::BitCast(d, hn::LoadU(hn::Repartition<std::uint8_t, decltype(d)>{},
                                            reinterpret_cast<std::uint8_t const*>(b)));
    if constexpr (sizeof(Left) == 1) {
      sum.raw = add_bytes<Left, Right>(tag<S, L>{}, x, y, sum.raw);
      ASHLAR_SETTLED(sum.raw.raw);
    } else {
      sum.raw = add_bfloats(tag<S, L>{}, x, y, sum.raw);
    }
    return sum;
  }

 private:
  template <class Left, class Right, class D, class X>
  ASHLAR_INLINE static auto add_bytes(D d, X x, X y, hn::Vec<D> sum) -> hn::Vec<D> {
    auto const left = hn::BitCast(hn::Repartition<Left, D>{}, x);
    auto const right = hn::BitCast(hn::Repartition<Right, D>{}, y);
    if constexpr (std::is_unsigned_v<Left> && std::is_unsigned_v<Right>) {
      hn::RebindToUnsigned<D> const bits;
      return hn::BitCast(d, hn::SumOfMulQuadAccumulate(bits, left, right, hn::BitCast(bits, sum)));
    } else if constexpr (std::is_signed_v<Left> && std::is_unsigned_v<Right>) {
      return hn::SumOfMulQuadAccumulate(d, right, left, sum);
    } else {
      return hn::SumOfMulQuadAccumulate(d, left, right, sum);
    }
  }

  template <class D, class X>
  ASHLAR_INLINE static auto add_bfloats([[maybe_unused]] D d, X x, X y, hn::Vec<D> sum)
      -> hn::Vec<D> {
// Highway asks for more than the instruction before it says so of the compile flags.
#if HWY_ARCH_X86 && (HWY_NATIVE_DOT_BF16 || (defined(__AVX512BF16__) && defined(__AVX512VL__)))
    if constexpr (sizeof(sum.raw) == 64) {
      return {_mm512_dpbf16_ps(sum.raw, std::bit_cast<__m512bh>(x.raw),
                               std::bit_cast<__m512bh>(y.raw))};
    } else if constexpr (sizeof(sum.raw) == 32) {
      return {_mm256_dpbf16_ps(sum.raw, std::bit_cast<__m256bh>(x.raw),
                               std::bit_cast<__m256bh>(y.raw))};
    } else {
      return {
          _mm_dpbf16_ps(sum.raw, std::bit_cast<__m128bh>(x.raw), std::bit_cast<__m128bh>(y.raw))};
    }
#else
    return hn::MulAdd(odd(d, x), odd(d, y), hn::MulAdd(even(d, x), even(d, y), sum));
#endif
  }

  // The bfloat16 in the low and in the high halves, as floats.
  template <class D, class X> ASHLAR_INLINE static auto even(D d, X v) -> hn::Vec<D> {
    return hn::BitCast(d, hn::ShiftLeft<16>(v));
  }
  template <class D, class X> ASHLAR_INLINE static auto odd(D d, X v) -> hn::Vec<D> {
    return hn::BitCast(d, hn::And(v, hn::Set(hn::RebindToUnsigned<D>{}, 0xffff0000U)));
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS
