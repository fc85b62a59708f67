// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_products: sums of products of narrow elements in wide lanes.
//
//   takes       see backend.hpp; running sums of 32 bits, operands of 8 bits
//   returns     lane l: sum + a[0] * b[4 l] + ... + a[3] * b[4 l + 3], modulo 2^32
//   invariants  exact: VPDPBUSD where the target has it; elsewhere products of 16 bits are added in
//               32, as VPMADDUBSW would saturate two products of bytes
//   source      Highway quick reference: SumOfMulQuadAccumulate
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS
#define ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS

#include <ashlar/emit/simd/highway_divide.hpp>

#include <cstring>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

struct highway_products : highway_divide {
  template <int L, class Left, class Right>
  ASHLAR_INLINE static auto dot_groups(vec<std::int32_t, L> sum, Left const* a, Right const* b)
      -> vec<std::int32_t, L> {
    static_assert(sizeof(Left) == 1 && sizeof(Right) == 1);
    hn::Repartition<Left, tag<std::int32_t, L>> const left;
    hn::Repartition<Right, tag<std::int32_t, L>> const right;
    std::int32_t group = 0;
    std::memcpy(&group, a, sizeof group);
    auto const x = hn::BitCast(left, hn::Set(tag<std::int32_t, L>{}, group));
    tag<std::int32_t, L> const d;
    sum.raw = add_products<Left, Right>(d, x, hn::LoadU(right, b), sum.raw);
    ASHLAR_SETTLED(sum.raw.raw);
    return sum;
  }

 private:
  template <class Left, class Right, class D, class X, class Y>
  ASHLAR_INLINE static auto add_products(D d, X x, Y y, hn::Vec<D> sum) -> hn::Vec<D> {
    constexpr bool is_left_signed = std::is_signed_v<Left>;
    if constexpr (is_left_signed && std::is_unsigned_v<Right>) {
      return hn::SumOfMulQuadAccumulate(d, y, x, sum);
    } else if constexpr (!is_left_signed && std::is_unsigned_v<Right>) {
      hn::RebindToUnsigned<D> const bits;
      return hn::BitCast(d, hn::SumOfMulQuadAccumulate(bits, x, y, hn::BitCast(bits, sum)));
    } else {
      return hn::SumOfMulQuadAccumulate(d, x, y, sum);
    }
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS
