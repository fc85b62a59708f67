// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/math: the transcendental functions of a backend, and minimum and maximum.
//
//   math<B>::exp exp2 expm1 log log2 log1p rsqrt tanh sigmoid erf sin cos (V) -> V, pow(V, V) -> V,
//   minimum maximum (V, V) -> V
//
//   takes       vectors of float or double, any lane count
//   returns     at most 4 units in the last place from the real value, exp, exp2, log and
//               rsqrt of float 1.5; special values as C Annex F, subnormals kept
//   invariants  bit-identical for every backend and lane count of one target_has_fma
#ifndef ASHLAR_EMIT_SIMD_MATH
#define ASHLAR_EMIT_SIMD_MATH

#include <ashlar/emit/simd/math_exp.hpp>
#include <ashlar/emit/simd/math_log.hpp>
#include <ashlar/emit/simd/math_pow.hpp>
#include <ashlar/emit/simd/math_trig.hpp>

#include <bit>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class B> struct math : math_exp<B>, math_log<B>, math_pow<B>, math_trig<B> {
  /// IEEE 754-2019 minimum: NaN if either is, -0 below +0; so any order of a reduction is the same.
  /// MINPS gives its second operand where one is NaN or both are zeros: of both orders, the two
  /// results have the bits of the answer between them, and elsewhere they are equal.
  template <class V> ASHLAR_INLINE static auto minimum(V a, V b) -> V {
    if constexpr (!lane::is_float<math_impl::element<V>>)
      return B::min(a, b);
    else
      return B::bit_or(B::min(a, b), B::min(b, a));
  }

  /// The same with the sign of +0 above that of -0.
  template <class V> ASHLAR_INLINE static auto maximum(V a, V b) -> V {
    if constexpr (!lane::is_float<math_impl::element<V>>) {
      return B::max(a, b);
    } else {
      // Of the sign, what both have; of the rest, what one has.
      using bits = lane::unsigned_of<math_impl::element<V>>;
      constexpr auto rest = std::bit_cast<math_impl::element<V>>(static_cast<bits>(bits(-1) >> 1));
      return B::majority(B::max(a, b), B::max(b, a),
                         B::template broadcast<math_impl::lanes<V>>(rest));
    }
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MATH
