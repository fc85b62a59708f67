// SPDX-License-Identifier: Apache-2.0
//
// graph/interpret/elementwise: the meaning of each element-wise operator.
//
//   floating    computed in double and rounded once; NaN, infinities and -0 as in C Annex F
//   integers    computed modulo 2^64 and reduced to the element type; x / 0 is 0
//   cast        out of range is undefined in ONNX: here it saturates, and NaN becomes 0
//   source      ONNX operator schemas
#pragma once

#include <ashlar/graph/interpret/element.hpp>

#include <cmath>
#include <limits>

namespace ashlar::graph::interpret_impl {

inline auto unary_real(op_kind op, double x, double alpha, double most) -> double {
  switch (op) {
    case op_kind::relu: return x < 0 ? 0.0 : x;
    case op_kind::leaky_relu: return x < 0 ? alpha * x : x;
    case op_kind::elu: return x < 0 ? alpha * std::expm1(x) : x;
    case op_kind::sigmoid: return 1 / (1 + std::exp(-x));
    case op_kind::tanh: return std::tanh(x);
    case op_kind::exp: return std::exp(x);
    case op_kind::log: return std::log(x);
    case op_kind::sqrt: return std::sqrt(x);
    case op_kind::abs: return std::fabs(x);
    case op_kind::neg: return -x;
    case op_kind::reciprocal: return 1 / x;
    case op_kind::floor: return std::floor(x);
    case op_kind::ceil: return std::ceil(x);
    case op_kind::round: return std::nearbyint(x);
    case op_kind::erf: return std::erf(x);
    case op_kind::sin: return std::sin(x);
    case op_kind::cos: return std::cos(x);
    case op_kind::softplus: return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
    case op_kind::sign: return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
    case op_kind::clip: x = x < alpha ? alpha : x; return x > most ? most : x;
    default: return x;
  }
}

/// Arithmetic on the unsigned type cannot overflow.
inline auto wrapped(std::uint64_t v) -> std::int64_t { return static_cast<std::int64_t>(v); }
inline auto bits(std::int64_t v) -> std::uint64_t { return static_cast<std::uint64_t>(v); }

inline auto unary_integer(op_kind op, std::int64_t x, std::int64_t least, std::int64_t most)
    -> std::int64_t {
  switch (op) {
    case op_kind::relu: return x < 0 ? 0 : x;
    case op_kind::abs: return x < 0 ? wrapped(0 - bits(x)) : x;
    case op_kind::neg: return wrapped(0 - bits(x));
    case op_kind::sign: return x > 0 ? 1 : x < 0 ? -1 : 0;
    case op_kind::clip: x = x < least ? least : x; return x > most ? most : x;
    default: return x;
  }
}

inline auto binary_real(op_kind op, double x, double y) -> double {
  bool const ordered = x == x && y == y;
  switch (op) {
    case op_kind::add: return x + y;
    case op_kind::sub: return x - y;
    case op_kind::mul: return x * y;
    case op_kind::div: return x / y;
    case op_kind::pow: return std::pow(x, y);
    case op_kind::minimum: return !ordered ? x + y : y < x ? y : x;
    default: return !ordered ? x + y : y > x ? y : x;
  }
}

inline auto power(std::int64_t base, std::int64_t exponent) -> std::int64_t {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
  std::uint64_t result = 1;
  std::uint64_t square = bits(base);
  for (std::uint64_t e = bits(exponent); e != 0; e >>= 1U, square *= square) {
    if ((e & 1U) != 0) result *= square;
  }
  return wrapped(result);
}

inline auto binary_integer(op_kind op, std::int64_t x, std::int64_t y) -> std::int64_t {
  switch (op) {
    case op_kind::add: return wrapped(bits(x) + bits(y));
    case op_kind::sub: return wrapped(bits(x) - bits(y));
    case op_kind::mul: return wrapped(bits(x) * bits(y));
    case op_kind::div: return y == 0 ? 0 : y == -1 ? wrapped(0 - bits(x)) : x / y;
    case op_kind::pow: return power(x, y);
    case op_kind::minimum: return y < x ? y : x;
    default: return y > x ? y : x;
  }
}

/// The division and the order of u64 differ from those of i64.
inline auto binary_u64(op_kind op, std::uint64_t x, std::uint64_t y) -> std::uint64_t {
  switch (op) {
    case op_kind::div: return y == 0 ? 0 : x / y;
    case op_kind::minimum: return y < x ? y : x;
    case op_kind::maximum: return y > x ? y : x;
    default: return bits(binary_integer(op, wrapped(x), wrapped(y)));
  }
}

inline auto saturated(double v, dtype to) -> std::int64_t {
  if (!(v == v)) return 0;
  int const width = bytes_of(to) * 8 - (is_signed(to) ? 1 : 0);
  double const limit = std::ldexp(1.0, width < 63 ? width : 63);
  if (v >= limit)
    return limit < 0x1p63 ? static_cast<std::int64_t>(limit) - 1
                          : std::numeric_limits<std::int64_t>::max();
  double const least = is_signed(to) ? -limit : 0.0;
  return v <= least ? static_cast<std::int64_t>(least) : static_cast<std::int64_t>(v);
}

inline void cast(operand const& in, operand const& out) {
  bool const from_real = is_float(in.type.type);
  bool const to_real = is_float(out.type.type);
  std::int64_t const count = element_count(out.type);
  for (std::int64_t i = 0; i < count; ++i) {
    if (out.type.type == dtype::boolean) {
      bool const set = from_real ? load<double>(in, i) != 0 : load<std::int64_t>(in, i) != 0;
      store<std::int64_t>(out, i, set ? 1 : 0);
    } else if (to_real) {
      store<double>(out, i, load<double>(in, i));
    } else {
      store<std::int64_t>(
          out, i,
          from_real ? saturated(load<double>(in, i), out.type.type) : load<std::int64_t>(in, i));
    }
  }
}

template <class Graph>
void unary(Graph const& g, node const& n, operand const& in, operand const& out) {
  if (n.op == op_kind::cast) return cast(in, out);
  std::int64_t const count = element_count(out.type);
  if (is_float(in.type.type)) {
    double const alpha = n.reals.count > 0 ? g.real(n, 0) : 0;
    double const most = n.reals.count > 1 ? g.real(n, 1) : 0;
    for (std::int64_t i = 0; i < count; ++i) {
      store<double>(out, i, unary_real(n.op, load<double>(in, i), alpha, most));
    }
    return;
  }
  std::int64_t const least = n.integers.count > 0 ? g.integer(n, 0) : 0;
  std::int64_t const most = n.integers.count > 1 ? g.integer(n, 1) : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    store<std::int64_t>(out, i, unary_integer(n.op, load<std::int64_t>(in, i), least, most));
  }
}

inline void binary(node const& n, operand const& a, operand const& b, operand const& out) {
  strides const sa = broadcast_strides(a.type, out.type.rank);
  strides const sb = broadcast_strides(b.type, out.type.rank);
  dtype const type = out.type.type;
  for_each_index(out.type, sa, sb, [&](std::int64_t i, std::int64_t ia, std::int64_t ib) {
    if (is_float(type)) {
      store<double>(out, i, binary_real(n.op, load<double>(a, ia), load<double>(b, ib)));
    } else if (type == dtype::u64) {
      auto const x = load<std::uint64_t>(a, ia);
      store<std::uint64_t>(out, i, binary_u64(n.op, x, load<std::uint64_t>(b, ib)));
    } else {
      auto const x = load<std::int64_t>(a, ia);
      store<std::int64_t>(out, i, binary_integer(n.op, x, load<std::int64_t>(b, ib)));
    }
  });
}

}  // namespace ashlar::graph::interpret_impl
