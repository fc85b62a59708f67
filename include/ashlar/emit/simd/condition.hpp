// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/condition: a condition on loop indices that is the same in all lanes, as a bool.
//
//   why         a test chooses one value where masks would compute two, and compilers decide it
//               where loops are unrolled, which they do not do for vectors of indices
#ifndef ASHLAR_EMIT_SIMD_CONDITION
#define ASHLAR_EMIT_SIMD_CONDITION

#include <ashlar/emit/simd/memory.hpp>
#include <ashlar/tir/condition.hpp>

namespace ashlar::emit::ASHLAR_SIMD {

/// True if e is a condition on indices that no lane changes.
template <class Code> consteval auto is_uniform(Code const& c, int e, int lane) -> bool {
  return tir::is_fixed_condition(c, e, [&](int sum) {
    lane_use const u = frame_impl::find_use(c, sum, lane);
    return !u.affine || u.step != 0;
  });
}

inline namespace ASHLAR_ISA {

namespace uniform_impl {

template <tir::opcode Op> ASHLAR_INLINE auto compare(auto a, auto b) -> bool {
  using enum tir::opcode;
  if constexpr (Op == eq)
    return a == b;
  else if constexpr (Op == ne)
    return a != b;
  else if constexpr (Op == lt)
    return a < b;
  else if constexpr (Op == le)
    return a <= b;
  else if constexpr (Op == gt)
    return a > b;
  else
    return a >= b;
}

}  // namespace uniform_impl

/// The value of a condition that is_uniform, or of an integer in it.
template <int E, class Tag> ASHLAR_INLINE auto uniform_value(frame<Tag>& f) {
  using enum tir::opcode;
  constexpr tir::expr e = Tag::value.exprs[E];
  if constexpr (e.op == constant) {
    return static_cast<stored<e.type>>(e.bits);
  } else if constexpr (e.op == tir::opcode::index) {
    return static_cast<stored<e.type>>(sum<Tag, e.a>(f));
  } else if constexpr (e.op == in_range) {
    return sum<Tag, e.a>(f) >= 0;
  } else if constexpr (e.op == logical_not) {
    return !uniform_value<e.a>(f);
  } else if constexpr (e.op == logical_and) {
    return uniform_value<e.a>(f) && uniform_value<e.b>(f);
  } else if constexpr (e.op == logical_or) {
    return uniform_value<e.a>(f) || uniform_value<e.b>(f);
  } else {
    return uniform_impl::compare<e.op>(uniform_value<e.a>(f), uniform_value<e.b>(f));
  }
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_CONDITION
