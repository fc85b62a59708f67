// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/eval: the value of an expression in the lanes of a thread; one instantiation for each
// node of the program.
//
//   Lane, L     the loop variable that the lanes stand for and their number; -1 and 1 outside
//   returns     lanes<T, L>; of truth values lanes<bool, L>
//   invariants  the same operations whatever L is, so that a schedule does not change a value
#pragma once

#include <ashlar/emit/cuda/half.hpp>
#include <ashlar/emit/cuda/memory.hpp>
#include <ashlar/expr/functor.hpp>

namespace ashlar::emit::cuda {
inline namespace ASHLAR_ISA {

template <int E, int Lane, int L, class Cursor> ASHLAR_DEVICE auto eval(Cursor c);

// Lambdas take numbers from around them alone: nvcc reads a constant object there at run time.
namespace eval_impl {

template <class Tag, int E> struct constant_of {
  static constexpr tir::expr e = Tag::value.exprs[E];
  using T = std::conditional_t<is_half(e.type), half_bits, type_of<e.type>>;
  static consteval auto make() -> T {
    if constexpr (is_half(e.type))
      return type_of<e.type>(__builtin_bit_cast(double, e.bits)).bits;
    else if constexpr (is_float(e.type))
      return static_cast<T>(__builtin_bit_cast(double, e.bits));
    else
      return static_cast<T>(e.bits);
  }
  static constexpr T value = make();
};

// The value of an index in each lane.
template <class T, int H, int Lane, int L, class Frame> ASHLAR_DEVICE auto index_value(Frame& f) {
  lanes<T, L> r;
  for_lanes<Lane, L>(
      f, [&](int l) { r.v[l] = static_cast<T>(sum<index_of<typename Frame::tag, H>, H>(f)); });
  return r;
}

template <int E, int Lane, int L, class Cursor> ASHLAR_DEVICE auto load(Cursor c) {
  using tag = typename Cursor::tag;
  constexpr tir::expr e = tag::value.exprs[E];
  constexpr tir::handle fallback = e.b;
  constexpr dtype type = e.type;
  using T = stored<type>;
  auto const outside = [&] {
    if constexpr (fallback < 0)
      return broadcast<L>(T(0));
    else if constexpr (type == dtype::boolean)
      return map([](bool x) { return static_cast<T>(x ? 1 : 0); }, eval<fallback, Lane, L>(c));
    else
      return eval<fallback, Lane, L>(c);
  };
  auto const v = load_access<e.a, Lane, L>(c, outside);
  if constexpr (type == dtype::boolean)
    return map([](T x) { return x != T(0); }, v);
  else
    return v;
}

// A constant bound of a value. Where it is not a zero of the sign that loses, one comparison will
// do, and NaN stays.
template <class Code> consteval auto is_plain_bound(Code const& c, int e, tir::opcode op) -> bool {
  tir::expr const& k = c.exprs[e];
  if (k.op != tir::opcode::constant || !is_float(k.type)) return false;
  auto const v = __builtin_bit_cast(double, k.bits);
  if (v != v) return false;
  bool const is_zero = !(v < 0) && !(v > 0);
  return !is_zero || (op == tir::opcode::min) == (k.bits < 0);
}
template <int E, int Lane, int L, class Cursor> ASHLAR_DEVICE auto extremum(Cursor c) {
  using tag = typename Cursor::tag;
  constexpr tir::expr e = tag::value.exprs[E];
  constexpr tir::opcode op = e.op;
  constexpr bool is_left = is_plain_bound(tag::value, e.a, e.op);
  constexpr bool is_right = is_plain_bound(tag::value, e.b, e.op);
  auto const v = eval<is_left ? e.b : e.a, Lane, L>(c);
  auto const limit = eval<is_left ? e.a : e.b, Lane, L>(c);
  return map(
      [](auto x, auto k) {
        if constexpr (!is_left && !is_right)
          return binary<op>(x, k);
        else if constexpr (op == tir::opcode::min)
          return !(x >= k) ? x : k;
        else
          return !(x <= k) ? x : k;
      },
      v, limit);
}

// Lanes folded as on other backends: the upper half on the lower, until one is left.
template <tir::opcode Op, class T, int L> ASHLAR_DEVICE auto folded(lanes<T, L> const& v) {
  if constexpr (L == 1) {
    return v;
  } else {
    lanes<T, L / 2> half;
    ASHLAR_UNROLL
    for (int l = 0; l < L / 2; ++l) half.v[l] = binary<Op>(v.v[l], v.v[l + L / 2]);
    return folded<Op>(half);
  }
}

// The same over the lanes of the warp, of which each ends with the result.
template <tir::opcode Op, int Threads, class T, class Frame>
ASHLAR_DEVICE auto folded_by_warp(Frame& f, lanes<T, 1> v) {
  int const own = f.thread.index(0);
  ASHLAR_UNROLL
  for (int half = Threads / 2; half > 0; half /= 2) {
    T const other = f.thread.shuffled(v.v[0], own ^ half);
    v.v[0] = (own & half) == 0 ? binary<Op>(v.v[0], other) : binary<Op>(other, v.v[0]);
  }
  return v;
}

// The combination of value e.a over e.c lanes of its own.
template <int E, class Cursor> ASHLAR_DEVICE auto reduce(Cursor c) {
  constexpr tir::expr e = Cursor::tag::value.exprs[E];
  constexpr auto op = static_cast<tir::opcode>(e.bits);
  if constexpr (Cursor::tag::value.is_warp_lane[e.b]) {
    return folded_by_warp<op, e.c>(c.f, eval<e.a, -1, 1>(c));
  } else {
    c.f.variable[e.b] = 0;
    return folded<op>(eval<e.a, e.b, e.c>(c));
  }
}

template <int E, int Lane, int L, class Cursor> ASHLAR_DEVICE auto call(Cursor c) {
  using tag = typename Cursor::tag;
  constexpr tir::expr e = tag::value.exprs[E];
  constexpr auto function = *functor_of(expr::functor_slot<static_cast<std::uint64_t>(e.bits)>{});
  using R = type_of<e.type>;
  if constexpr (e.b < 0) {
    return map([&](auto a) { return static_cast<R>(function(a)); }, eval<e.a, Lane, L>(c));
  } else {
    return map([&](auto a, auto b) { return static_cast<R>(function(a, b)); },
               eval<e.a, Lane, L>(c), eval<e.b, Lane, L>(c));
  }
}

consteval auto operands_of(tir::opcode op) -> int { return tir::operand_count(op); }

template <int E, int Lane, int L, class Cursor> ASHLAR_DEVICE auto operation(Cursor c) {
  using tag = typename Cursor::tag;
  constexpr tir::expr e = tag::value.exprs[E];
  constexpr tir::opcode op = e.op;
  using enum tir::opcode;
  if constexpr (op == fma) {
    return map([](auto x, auto y, auto z) { return cuda::fma(x, y, z); }, eval<e.a, Lane, L>(c),
               eval<e.b, Lane, L>(c), eval<e.c, Lane, L>(c));
  } else if constexpr (op == select) {
    return map([](bool on, auto yes, auto no) { return on ? yes : no; }, eval<e.a, Lane, L>(c),
               eval<e.b, Lane, L>(c), eval<e.c, Lane, L>(c));
  } else if constexpr (op == tir::opcode::cast) {
    constexpr dtype to = e.type;
    constexpr dtype from = tag::value.exprs[e.a].type;
    return map([](auto x) { return cast_to<to, from>(x); }, eval<e.a, Lane, L>(c));
  } else if constexpr (op == min || op == max) {
    return extremum<E, Lane, L>(c);
  } else if constexpr (eval_impl::operands_of(op) == 1) {
    return map([](auto x) { return unary<op>(x); }, eval<e.a, Lane, L>(c));
  } else {
    return map([](auto x, auto y) { return binary<op>(x, y); }, eval<e.a, Lane, L>(c),
               eval<e.b, Lane, L>(c));
  }
}

}  // namespace eval_impl

/// The value of expression E.
template <int E, int Lane, int L, class Cursor> ASHLAR_DEVICE auto eval(Cursor c) {
  using tag = typename Cursor::tag;
  constexpr tir::expr e = tag::value.exprs[E];
  using enum tir::opcode;
  if constexpr (e.op == constant) {
    constexpr auto value = eval_impl::constant_of<tag, E>::value;
    return broadcast<L>(value);
  } else if constexpr (e.op == tir::opcode::index) {
    return eval_impl::index_value<type_of<e.type>, e.a, Lane, L>(c.f);
  } else if constexpr (e.op == in_range) {
    return map([](auto x) { return x >= 0; },
               eval_impl::index_value<index_of<tag, e.a>, e.a, Lane, L>(c.f));
  } else if constexpr (e.op == tir::opcode::load) {
    return eval_impl::load<E, Lane, L>(c);
  } else if constexpr (e.op == reduce_lanes) {
    static_assert(L == 1, "lanes are reduced outside of vectorized loops");
    return eval_impl::reduce<E>(c);
  } else if constexpr (e.op == tir::opcode::call) {
    return eval_impl::call<E, Lane, L>(c);
  } else {
    return eval_impl::operation<E, Lane, L>(c);
  }
}

template <int E, class Frame> ASHLAR_DEVICE auto loaded_index(Frame& f) -> std::int64_t {
  return static_cast<std::int64_t>(eval<E, -1, 1>(cursor<Frame>{.f = f}).v[0]);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda
