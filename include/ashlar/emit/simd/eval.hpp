// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/eval: the value of an expression in all lanes of the loop around; one instantiation for
// each node of the program.
//
//   Lane, L     the loop variable that the lanes stand for and their number; -1 and 1 outside
//   returns     B::vec<T, L>; for booleans B::mask of the lane type that the comparison had
//   invariants  the same operations whatever L is, so that a schedule does not change a value
#ifndef ASHLAR_EMIT_SIMD_EVAL
#define ASHLAR_EMIT_SIMD_EVAL

#include <ashlar/emit/simd/condition.hpp>
#include <ashlar/emit/simd/extremum.hpp>
#include <ashlar/emit/simd/functor.hpp>
#include <ashlar/emit/simd/half.hpp>
#include <ashlar/emit/simd/keep_apart.hpp>
#include <ashlar/emit/simd/math.hpp>
#include <ashlar/emit/simd/memory.hpp>
#include <ashlar/emit/simd/nibbles.hpp>

#include <ashlar/tir/scalar.hpp>
#include <bit>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto eval(cursor<Tag, Tiles> c);

/// Index expression H as values of type T.
template <class Tag, class T, int H, int Lane, int L>
ASHLAR_INLINE auto index_value(frame<Tag>& f) {
  using B = typename Tag::backend;
  constexpr lane_use u = use_of(Tag::value, H, Lane);
  if constexpr (!u.affine) {
    T lanes[std::size_t{L}];
    for_lanes<Lane, L>(f, [&](int l) { lanes[l] = static_cast<T>(sum<Tag, H>(f)); });
    return B::template load<L>(static_cast<T const*>(lanes));
  } else {
    index_t const base = sum<Tag, H>(f);
    if constexpr (u.step == 0) {
      return B::template broadcast<L>(static_cast<T>(base));
    } else {
      auto const ramp = B::template iota<L>(T(0));
      return B::add(B::template broadcast<L>(static_cast<T>(base)),
                    B::mul(ramp, B::template broadcast<L>(static_cast<T>(u.step))));
    }
  }
}

/// The lanes in which sum H is >= 0; masks of 32-bit lanes where these fit, else of bytes.
template <class Tag, int H, int Lane, int L> ASHLAR_INLINE auto nonnegative_lanes(frame<Tag>& f) {
  using B = typename Tag::backend;
  using T =
      std::conditional_t<(L <= B::template max_lanes<std::int32_t>()), std::int32_t, std::uint8_t>;
  constexpr lane_use u = use_of(Tag::value, H, Lane);
  if constexpr (u.affine) {
    return lanes_nonnegative<B, T, L>(sum<Tag, H>(f), u.step);
  } else {
    T lanes[std::size_t{L}];
    for_lanes<Lane, L>(f, [&](int l) { lanes[l] = T(sum<Tag, H>(f) >= 0 ? 1 : 0); });
    return B::vec_to_bool(B::template load<L>(static_cast<T const*>(lanes)));
  }
}

namespace eval_impl {

template <class M> struct lane_type_of;
template <template <class, int> class M, class T, int L> struct lane_type_of<M<T, L>> {
  using type = T;
};
template <class M> using lane_type = typename lane_type_of<M>::type;

template <class Tag, int E, int L> ASHLAR_INLINE auto constant() {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  using T = stored<e.type>;
  if constexpr (e.type == dtype::boolean) {
    return B::vec_to_bool(B::template broadcast<L>(T(e.bits)));
  } else if constexpr (is_half(e.type)) {
    constexpr auto pattern = tir::constant_of(e.type, e.bits).bits;
    return B::template broadcast<L>(static_cast<T>(pattern));
  } else if constexpr (is_float(e.type)) {
    return B::template broadcast<L>(static_cast<T>(std::bit_cast<double>(e.bits)));
  } else {
    return B::template broadcast<L>(static_cast<T>(e.bits));
  }
}

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto load(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  constexpr tir::handle fallback = e.b;  // nvcc does not take members of e for constants in lambdas
  constexpr dtype type = e.type;
  using T = stored<type>;
  auto const outside = [&] {
    if constexpr (fallback < 0) {
      return B::template broadcast<L>(T(0));
    } else {
      auto const v = eval<fallback, Lane, L>(c);
      if constexpr (type == dtype::boolean) {
        return B::bool_to_vec(B::template convert_mask<T>(v));
      } else {
        return v;
      }
    }
  };
  auto const v = load_access<e.a, Lane, L>(c, outside);
  if constexpr (e.type == dtype::boolean)
    return B::vec_to_bool(v);
  else
    return v;
}

template <class B, dtype To, dtype From, class V> ASHLAR_INLINE auto cast(V v) {
  using T = stored<To>;
  if constexpr (To == From)
    return v;
  else if constexpr (is_half(From))
    return cast<B, To, dtype::f32>(half<B>::template widen<From>(v));
  else if constexpr (is_half(To))
    return half<B>::template narrow<To>(v);
  else if constexpr (is_nibble(From))
    return cast < B, To, From == dtype::i4 ? dtype::i8 : dtype::u8 > (v);
  else if constexpr (is_nibble(To))
    return nibbles<B>::template narrow<To, From>(v);
  else if constexpr (To == dtype::boolean)
    return B::vec_to_bool(v);
  else if constexpr (From == dtype::boolean)
    return B::bool_to_vec(B::template convert_mask<T>(v));
  else
    return B::template convert<T>(v);
}

template <class B, tir::opcode Op, class V> ASHLAR_INLINE auto unary(V a) {
  using enum tir::opcode;
  if constexpr (Op == neg)
    return B::neg(a);
  else if constexpr (Op == abs)
    return B::abs(a);
  else if constexpr (Op == sqrt)
    return B::sqrt(a);
  else if constexpr (Op == floor)
    return B::floor(a);
  else if constexpr (Op == ceil)
    return B::ceil(a);
  else if constexpr (Op == round)
    return B::round_even(a);
  else if constexpr (Op == logical_not)
    return B::mask_not(a);
  else if constexpr (Op == rsqrt)
    return math<B>::rsqrt(a);
  else if constexpr (Op == exp)
    return math<B>::exp(a);
  else if constexpr (Op == log)
    return math<B>::log(a);
  else if constexpr (Op == tanh)
    return math<B>::tanh(a);
  else if constexpr (Op == sigmoid)
    return math<B>::sigmoid(a);
  else if constexpr (Op == erf)
    return math<B>::erf(a);
  else if constexpr (Op == sin)
    return math<B>::sin(a);
  else
    return math<B>::cos(a);
}

template <class B, tir::opcode Op, class V> ASHLAR_INLINE auto binary(V a, V b) {
  using enum tir::opcode;
  if constexpr (Op == add)
    return B::add(a, b);
  else if constexpr (Op == sub)
    return B::sub(a, b);
  else if constexpr (Op == mul)
    return B::mul(a, b);
  else if constexpr (Op == div)
    return B::div(a, b);
  else if constexpr (Op == rem)
    return B::rem(a, b);
  else if constexpr (Op == bit_and)
    return B::bit_and(a, b);
  else if constexpr (Op == bit_or)
    return B::bit_or(a, b);
  else if constexpr (Op == bit_xor)
    return B::bit_xor(a, b);
  else if constexpr (Op == pow)
    return math<B>::pow(a, b);
  else if constexpr (Op == eq)
    return B::eq(a, b);
  else if constexpr (Op == ne)
    return B::ne(a, b);
  else if constexpr (Op == lt)
    return B::lt(a, b);
  else if constexpr (Op == le)
    return B::le(a, b);
  else if constexpr (Op == gt)
    return B::gt(a, b);
  else
    return B::ge(a, b);
}

// An integer divided by a constant, or its remainder.
template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto division(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  constexpr auto k = static_cast<stored<e.type>>(Tag::value.exprs[e.b].bits);
  auto const v = eval<e.a, Lane, L>(c);
  if constexpr (!B::template has_div_by<k, L>()) {
    return binary<B, e.op>(v, constant<Tag, e.b, L>());
  } else if constexpr (e.op == tir::opcode::div) {
    return B::template div_by<k>(v);
  } else {
    return B::sub(v, B::mul(B::template div_by<k>(v), constant<Tag, e.b, L>()));
  }
}

template <class Code> consteval auto is_division(Code const& c, int e) -> bool {
  tir::expr const& x = c.exprs[e];
  bool const divides = x.op == tir::opcode::div || x.op == tir::opcode::rem;
  return divides && !is_float(x.type) && c.exprs[x.b].op == tir::opcode::constant;
}

// By a constant number of bits, as instructions take it.
template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto shift(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  constexpr int by = static_cast<int>(Tag::value.exprs[e.b].bits);
  auto const v = eval<e.a, Lane, L>(c);
  if constexpr (e.op == tir::opcode::shift_left)
    return B::template shift_left<by>(v);
  else
    return B::template shift_right<by>(v);
}

// Two masks in the lane type of the first.
template <class B, tir::opcode Op, class M, class N> ASHLAR_INLINE auto logical(M a, N other) {
  auto const b = B::template convert_mask<lane_type<M>>(other);
  using enum tir::opcode;
  if constexpr (Op == logical_and)
    return B::mask_and(a, b);
  else if constexpr (Op == logical_or)
    return B::mask_or(a, b);
  else if constexpr (Op == ne)
    return B::mask_xor(a, b);
  else
    return B::mask_not(B::mask_xor(a, b));
}

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto blend(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  auto const on = eval<e.a, Lane, L>(c);
  auto yes = eval<e.b, Lane, L>(c);
  auto no = eval<e.c, Lane, L>(c);
  keep_apart<B>(widening<Tag, e.b>{}, yes);
  keep_apart<B>(widening<Tag, e.c>{}, no);
  if constexpr (e.type == dtype::boolean) {
    return logical<B, tir::opcode::logical_or>(
        logical<B, tir::opcode::logical_and>(yes, on),
        logical<B, tir::opcode::logical_and>(B::mask_not(on), no));
  } else {
    return B::select(B::template convert_mask<stored<e.type>>(on), yes, no);
  }
}

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto select(cursor<Tag, Tiles> c) {
  constexpr tir::expr e = Tag::value.exprs[E];
  if constexpr (e.type != dtype::boolean && is_uniform(Tag::value, e.a, Lane)) {
    if (uniform_value<e.a>(c.f)) return eval<e.b, Lane, L>(c);
    return eval<e.c, Lane, L>(c);
  } else {
    return blend<E, Lane, L>(c);
  }
}

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto extremum(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  constexpr bool is_left = bound_of(Tag::value, e.a, e.op) != bound::none;
  constexpr bound how = bound_of(Tag::value, is_left ? e.a : e.b, e.op);
  auto const limit = eval<is_left ? e.a : e.b, Lane, L>(c);
  auto const v = eval<is_left ? e.b : e.a, Lane, L>(c);
  constexpr bool is_min = e.op == tir::opcode::min;
  if constexpr (how == bound::none) {
    return is_min ? math<B>::minimum(v, limit) : math<B>::maximum(v, limit);
  } else {
    auto const r = is_min ? B::min(limit, v) : B::max(limit, v);
    if constexpr (how == bound::plain)
      return r;
    else
      return B::add(r, B::template broadcast<L>(stored<e.type>(0)));
  }
}

// The combination of value e.a over e.c lanes of its own.
template <int E, class Tag, class Tiles> ASHLAR_INLINE auto reduce(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr tir::expr e = Tag::value.exprs[E];
  constexpr auto op = static_cast<tir::opcode>(e.bits);
  c.f.variable[e.b] = 0;
  auto const v = eval<e.a, e.b, e.c>(c);
  if constexpr (op == tir::opcode::min || op == tir::opcode::max) {
    return fold_extremum<B, op, e.c>(v);
  } else {
    constexpr fold how = op == tir::opcode::add ? fold::add : fold::mul;
    return B::template broadcast<1>(B::template reduce<how>(v));
  }
}

}  // namespace eval_impl

/// The value of expression E.
template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto eval(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  using enum tir::opcode;
  constexpr tir::expr e = Tag::value.exprs[E];
  if constexpr (e.op == constant) {
    return eval_impl::constant<Tag, E, L>();
  } else if constexpr (e.op == tir::opcode::index) {
    return index_value<Tag, stored<e.type>, e.a, Lane, L>(c.f);
  } else if constexpr (e.op == in_range) {
    return nonnegative_lanes<Tag, e.a, Lane, L>(c.f);
  } else if constexpr (e.op == tir::opcode::load) {
    return eval_impl::load<E, Lane, L>(c);
  } else if constexpr (e.op == tir::opcode::cast) {
    constexpr dtype from = Tag::value.exprs[e.a].type;
    return eval_impl::cast<B, e.type, from>(eval<e.a, Lane, L>(c));
  } else if constexpr (e.op == reduce_lanes) {
    static_assert(L == 1, "lanes are reduced outside of vectorized loops");
    return eval_impl::reduce<E>(c);
  } else if constexpr (e.op == call) {
    return call_functor<E, Lane, L>(c);
  } else if constexpr (e.op == fma) {
    return B::fma(eval<e.a, Lane, L>(c), eval<e.b, Lane, L>(c), eval<e.c, Lane, L>(c));
  } else if constexpr (e.op == select) {
    return eval_impl::select<E, Lane, L>(c);
  } else if constexpr (e.op == tir::opcode::min || e.op == tir::opcode::max) {
    return eval_impl::extremum<E, Lane, L>(c);
  } else if constexpr (eval_impl::is_division(Tag::value, E)) {
    return eval_impl::division<E, Lane, L>(c);
  } else if constexpr (tir::is_shift(e.op)) {
    return eval_impl::shift<E, Lane, L>(c);
  } else if constexpr (e.op == bit_not) {
    auto const v = eval<e.a, Lane, L>(c);
    return B::bit_xor(v, B::template broadcast<L>(static_cast<stored<e.type>>(-1)));
  } else if constexpr (tir::operand_count(e.op) == 1) {
    return eval_impl::unary<B, e.op>(eval<e.a, Lane, L>(c));
  } else if constexpr (Tag::value.exprs[e.a].type == dtype::boolean) {
    return eval_impl::logical<B, e.op>(eval<e.a, Lane, L>(c), eval<e.b, Lane, L>(c));
  } else {
    return eval_impl::binary<B, e.op>(eval<e.a, Lane, L>(c), eval<e.b, Lane, L>(c));
  }
}

template <class Tag, int E> ASHLAR_INLINE auto loaded_index(frame<Tag>& f) -> index_t {
  using B = typename Tag::backend;
  return static_cast<index_t>(B::get(eval<E, -1, 1>(cursor<Tag>{.f = f}), 0));
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_EVAL
