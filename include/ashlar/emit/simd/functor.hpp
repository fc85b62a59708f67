// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/functor: a user's own function on values, lane by lane.
//
//   takes       an expression `call`, whose key finds the function, see expr/functor.hpp
//   returns     what the function returns for the arguments of each lane
//   invariants  the function is called once for each lane, also for lanes that are off: their
//               results are dropped, so it must not fail for any argument
#ifndef ASHLAR_EMIT_SIMD_FUNCTOR
#define ASHLAR_EMIT_SIMD_FUNCTOR

#include <ashlar/emit/simd/memory.hpp>
#include <ashlar/expr/functor.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto eval(cursor<Tag, Tiles> c);

namespace functor_impl {

// The lanes of a value in memory; of a mask 0 and 1.
template <class B, dtype D, class V> ASHLAR_INLINE void put(stored<D>* lanes, V v) {
  if constexpr (D == dtype::boolean) {
    B::store(lanes, B::bool_to_vec(B::template convert_mask<std::uint8_t>(v)));
  } else {
    B::store(lanes, v);
  }
}

template <class B, dtype D, int L> ASHLAR_INLINE auto get(stored<D> const* lanes) {
  auto const v = B::template load<L>(lanes);
  if constexpr (D == dtype::boolean)
    return B::vec_to_bool(v);
  else
    return v;
}

}  // namespace functor_impl

/// The value of call E in all lanes.
template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto call_functor(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  constexpr dtype first = Tag::value.exprs[e.a].type;
  constexpr auto const& function =
      *functor_of(expr::functor_slot<static_cast<std::uint64_t>(e.bits)>{});
  stored<e.type> result[std::size_t{L}];
  stored<first> a[std::size_t{L}];
  functor_impl::put<B, first>(a, eval<e.a, Lane, L>(c));
  if constexpr (e.b < 0) {
    for (int l = 0; l < L; ++l) {
      result[l] = static_cast<stored<e.type>>(function(static_cast<type_of<first>>(a[l])));
    }
  } else {
    constexpr dtype second = Tag::value.exprs[e.b].type;
    stored<second> b[std::size_t{L}];
    functor_impl::put<B, second>(b, eval<e.b, Lane, L>(c));
    for (int l = 0; l < L; ++l) {
      result[l] = static_cast<stored<e.type>>(
          function(static_cast<type_of<first>>(a[l]), static_cast<type_of<second>>(b[l])));
    }
  }
  return functor_impl::get<B, e.type, L>(result);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_FUNCTOR
