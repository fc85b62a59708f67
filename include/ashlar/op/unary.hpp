// SPDX-License-Identifier: Apache-2.0
//
// op/unary: the operators of one operand, element by element.
//
//   takes       the operator, a value, and its parameters: alpha, or least and most, or a type
//   returns     the value; its type is that of the operand, but for cast
//   floats      in the element type itself, special values as in C Annex F
//   integers    modulo 2^n; a clip outside of the type's range is at its end
//   source      ONNX operator schemas
#pragma once

#include <ashlar/expr/ops.hpp>
#include <ashlar/op/kind.hpp>

#include <cstdint>

namespace ashlar::op {

/// Attributes of an element-wise operator: those of floats, and those of integers.
struct parameters {
  double real[2]{};
  std::int64_t integer[2]{};
  dtype to = dtype::none;  // cast
  friend constexpr auto operator==(parameters const&, parameters const&) -> bool = default;
};

namespace unary_impl {

// exp(x) - 1 for x <= 0 by way of tanh, which loses no digits near 0.
constexpr auto expm1(traced const& x) -> traced {
  traced const t = tanh(x * 0.5);
  return t * 2 / (1 - t);
}

// log(1 + u) for u in 0..1: the second factor makes up for what the sum lost.
constexpr auto log1p(traced const& u) -> traced {
  traced const sum = u + 1;
  return select(sum == 1, u, log(sum) * (u / (sum - 1)));
}

constexpr auto sign(traced const& x) -> traced {
  if (!is_signed(x.type())) return select(x > 0, traced(1), x);
  return select(x > 0, traced(1), select(x < 0, traced(-1), x));
}

// The number that is nearest to v among those of the type.
constexpr auto nearest(std::int64_t v, dtype type) -> std::int64_t {
  int const width = 8 * bytes_of(type) - (is_signed(type) ? 1 : 0);
  std::int64_t const most =
      width >= 63 ? INT64_MAX : static_cast<std::int64_t>((std::uint64_t{1} << width) - 1);
  std::int64_t const least = is_signed(type) ? -most - 1 : 0;
  return v < least ? least : v > most ? most : v;
}

constexpr auto clip(traced const& x, parameters const& with) -> traced {
  if (is_float(x.type())) return clamp(x, traced(with.real[0]), traced(with.real[1]));
  traced const least = nearest(with.integer[0], x.type());
  return clamp(x, least, traced(nearest(with.integer[1], x.type())));
}

constexpr auto function(op_kind op, traced const& x) -> traced {
  switch (op) {
    case op_kind::sigmoid: return sigmoid(x);
    case op_kind::tanh: return tanh(x);
    case op_kind::exp: return exp(x);
    case op_kind::log: return log(x);
    case op_kind::sqrt: return sqrt(x);
    case op_kind::floor: return floor(x);
    case op_kind::ceil: return ceil(x);
    case op_kind::round: return round(x);
    case op_kind::erf: return erf(x);
    case op_kind::sin: return sin(x);
    case op_kind::cos: return cos(x);
    case op_kind::reciprocal: return 1 / x;
    case op_kind::softplus: return relu(x) + log1p(exp(-abs(x)));
    default: return x;
  }
}

}  // namespace unary_impl

constexpr auto unary(op_kind op, traced const& x, parameters const& with) -> traced {
  using namespace unary_impl;
  switch (op) {
    case op_kind::relu: return relu(x);
    case op_kind::leaky_relu: return select(x < 0, x * with.real[0], x);
    case op_kind::elu: return select(x < 0, expm1(x) * with.real[0], x);
    case op_kind::abs: return abs(x);
    case op_kind::neg: return -x;
    case op_kind::sign: return sign(x);
    case op_kind::clip: return clip(x, with);
    case op_kind::cast: return expr::cast(x, with.to);
    default: return function(op, x);
  }
}

}  // namespace ashlar::op
