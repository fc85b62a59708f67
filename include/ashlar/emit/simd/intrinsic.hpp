// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/intrinsic: a call of code that takes the place of a loop nest.
//
//   takes       a call, whose key finds the type, see expr/intrinsic.hpp
//   arguments   of each operand the address where the loop variables of the intrinsic are 0, and
//               for each dimension but the last the step of the address, in elements: what a step
//               of the dimension's variable adds. Both are constants where the layout is one. Code
//               that takes its output as a vector gets that from memory, or an element of a tile
//   invariants  afterwards those variables are 0, and nothing reads them
#ifndef ASHLAR_EMIT_SIMD_INTRINSIC
#define ASHLAR_EMIT_SIMD_INTRINSIC

#include <ashlar/emit/simd/memory.hpp>
#include <ashlar/expr/intrinsic.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

/// The code of an intrinsic that takes its output in memory, on a vector.
template <class Intrinsic, class B, template <class, int> class Vec, class T, int L,
          class... Inputs>
ASHLAR_INLINE auto run_on_lanes(Vec<T, L> c, Inputs... inputs) -> Vec<T, L> {
  T lanes[std::size_t{L}];
  B::store(lanes, c);
  Intrinsic::run(lanes, inputs...);
  return B::template load<L>(static_cast<T const*>(lanes));
}

/// The code of an intrinsic that takes its output as a vector. A user's own is compiled for the
/// compile flags, and no function of those takes a vector of a higher level.
template <class Intrinsic> struct vector_code {
  template <class B, class V, class... Inputs>
  ASHLAR_INLINE static auto update(V c, Inputs... inputs) -> V {
    if constexpr (is_for_flags)
      return Intrinsic::template update<B>(c, inputs...);
    else
      return run_on_lanes<Intrinsic, B>(c, inputs...);
  }
};

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
  } else {
    // A 16-bit float is its pattern in the walk, and a type with that as its member in the code.
    using T = type_of<to::meaning.operands[at.operand].type>;
    if constexpr (at.operand > 0)
      return reinterpret_cast<T const*>(pointer<Tag, access>(f));
    else
      return reinterpret_cast<T*>(pointer<Tag, access>(f));
  }
}

template <class Tag, int C, int... N>
ASHLAR_INLINE void call(frame<Tag>& f, std::integer_sequence<int, N...>) {
  call_of<Tag, C>::type::run(argument<Tag, C, N>(f)...);
}

// The lanes of the output as a vector; 0 where the code gets its address.
template <class Tag, int C> consteval auto lanes_of_output() -> int {
  using to = call_of<Tag, C>;
  using T = stored<to::meaning.operands[0].type>;
  auto const n = static_cast<int>(to::meaning.axes[0].extent);
  return to::meaning.takes_vector && n <= Tag::backend::template max_lanes<T>() ? n : 0;
}

// Input arguments come after the address of the output, which has no strides.
template <class Tag, int C, int L, class Tiles, int... N>
ASHLAR_INLINE void call_with_vector(cursor<Tag, Tiles> c, std::integer_sequence<int, N...>) {
  using B = typename Tag::backend;
  using to = call_of<Tag, C>;
  constexpr int output = to::call.operand[0];
  constexpr auto where = Tag::value.buffers[Tag::value.accesses[output].buffer].where;
  if constexpr (where == tir::scope::registers) {
    auto& element = tile_element<output>(c);
    element = vector_code<typename to::type>::template update<B>(element,
                                                                 argument<Tag, C, N + 1>(c.f)...);
  } else {
    auto* const at = pointer<Tag, output>(c.f);
    B::store(at, vector_code<typename to::type>::template update<B>(
                     B::template load<L>(at), argument<Tag, C, N + 1>(c.f)...));
  }
}

}  // namespace intrinsic_impl

/// Runs call C.
template <int C, class Tag, class Tiles> ASHLAR_INLINE void call_intrinsic(cursor<Tag, Tiles> c) {
  using to = intrinsic_impl::call_of<Tag, C>;
  [&]<int... X>(std::integer_sequence<int, X...>) {
    ((c.f.variable[to::call.axis[X]] = 0), ...);
  }(std::make_integer_sequence<int, to::meaning.axes.count>{});
  constexpr int lanes = intrinsic_impl::lanes_of_output<Tag, C>();
  if constexpr (lanes > 0) {
    using inputs = std::make_integer_sequence<int, to::count - 1>;
    intrinsic_impl::call_with_vector<Tag, C, lanes>(c, inputs{});
  } else {
    intrinsic_impl::call<Tag, C>(c.f, std::make_integer_sequence<int, to::count>{});
  }
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_INTRINSIC
