// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/extremum: what minima and maxima of the definition are made of.
//
//   bound_of         whether one operand is a constant, which the machine's own instruction is for
//   fold_extremum    the minimum or maximum of all lanes
#ifndef ASHLAR_EMIT_SIMD_EXTREMUM
#define ASHLAR_EMIT_SIMD_EXTREMUM

#include <ashlar/emit/simd/math.hpp>
#include <ashlar/tir/program.hpp>

#include <bit>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace eval_impl {

// What a constant operand makes of the IEEE minimum and maximum. MINPS(k, x) and MAXPS(k, x) give x
// where it is NaN or both are zeros, which leaves only the sign of some zeros to mend.
enum class bound : std::uint8_t { none, plain, add_zero };

template <class Code> consteval auto bound_of(Code const& c, int e, tir::opcode op) -> bound {
  tir::expr const& k = c.exprs[e];
  if (k.op != tir::opcode::constant || !is_float(k.type)) return bound::none;
  auto const v = std::bit_cast<double>(k.bits);
  if (v != v) return bound::none;
  if (v < 0 || v > 0) return bound::plain;
  bool const is_negative = k.bits < 0;
  if (op == tir::opcode::min) return is_negative ? bound::none : bound::plain;
  return is_negative ? bound::plain : bound::add_zero;
}

// Lanes folded as B::reduce does, with the minimum and maximum of the definition.
template <class B, tir::opcode Op, int L, class V> ASHLAR_INLINE auto fold_extremum(V v) {
  if constexpr (L == 1) {
    return v;
  } else {
    auto const low = B::lower(v);
    auto const high = B::upper(v);
    if constexpr (Op == tir::opcode::min) {
      return fold_extremum<B, Op, L / 2>(math<B>::minimum(low, high));
    } else {
      return fold_extremum<B, Op, L / 2>(math<B>::maximum(low, high));
    }
  }
}

}  // namespace eval_impl

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_EXTREMUM
