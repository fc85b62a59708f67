// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/intrinsic: a call of code that takes the place of a loop nest.
//
//   takes       a call, whose key finds the type, see expr/intrinsic.hpp
//   arguments   of each operand the address where the loop variables of the intrinsic are 0, and
//               for each dimension but the last the step of the address, in elements: what a step
//               of the dimension's variable adds. Both are constants where the layout is one
//   invariants  afterwards those variables are 0, and nothing reads them
#ifndef ASHLAR_EMIT_SIMD_INTRINSIC
#define ASHLAR_EMIT_SIMD_INTRINSIC

#include <ashlar/emit/simd/memory.hpp>
#include <ashlar/expr/intrinsic.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace intrinsic_impl {

template <class Tag, int C> struct call_of {
  static constexpr code_call call = Tag::value.calls[C];
  using type = typename decltype(intrinsic_of(expr::intrinsic_slot<call.key>{}))::type;
  static constexpr tir::intrinsic meaning = intrin<type>;

  /// Operand and dimension of an argument; dimension -1 is the pointer.
  struct argument {
    int operand = 0, dim = -1;
  };
  static constexpr int count = [] {
    int n = 0;
    for (auto const& o : meaning.operands) n += o.arguments();
    return n;
  }();
  static constexpr auto argument_at(int n) -> argument {
    for (int o = 0; o < meaning.operands.count; ++o) {
      if (n < meaning.operands[o].arguments()) return argument{.operand = o, .dim = n - 1};
      n -= meaning.operands[o].arguments();
    }
    return {};
  }
};

template <class Tag, int C, int N> ASHLAR_INLINE auto argument(frame<Tag>& f) {
  using to = call_of<Tag, C>;
  constexpr auto at = to::argument_at(N);
  constexpr int access = to::call.operand[at.operand];
  if constexpr (at.dim >= 0) {
    constexpr auto variable = to::call.axis[to::meaning.operands[at.operand].axes[at.dim]];
    index_t const first = offset<Tag, access>(f);
    f.variable[variable] = 1;
    index_t const next = offset<Tag, access>(f);
    f.variable[variable] = 0;
    return next - first;
  } else if constexpr (at.operand > 0) {
    auto const* input = pointer<Tag, access>(f);
    return input;
  } else {
    return pointer<Tag, access>(f);
  }
}

template <class Tag, int C, int... N>
ASHLAR_INLINE void call(frame<Tag>& f, std::integer_sequence<int, N...>) {
  call_of<Tag, C>::type::run(argument<Tag, C, N>(f)...);
}

}  // namespace intrinsic_impl

/// Runs call C.
template <class Tag, int C> ASHLAR_INLINE void call_intrinsic(frame<Tag>& f) {
  using to = intrinsic_impl::call_of<Tag, C>;
  [&]<int... X>(std::integer_sequence<int, X...>) {
    ((f.variable[to::call.axis[X]] = 0), ...);
  }(std::make_integer_sequence<int, to::meaning.axes.count>{});
  intrinsic_impl::call<Tag, C>(f, std::make_integer_sequence<int, to::count>{});
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_INTRINSIC
