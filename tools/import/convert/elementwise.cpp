// SPDX-License-Identifier: Apache-2.0
//
// import/convert/elementwise: operators that work element by element, and those made of them.
#include "converters.hpp"

#include <cmath>
#include <limits>

namespace ashlar::import::convert {

namespace {

auto constant_like(call& c, double value) -> tensor_id {
  return c.to.scalar(c.type(0).type, value);
}

void needs_float(call const& c) {
  if (!is_float(c.type(0).type)) c.fail(code::element_type, "takes a floating-point type");
}

struct named {
  char const* name;
  op_kind op;
};

auto op_named(call const& c, std::initializer_list<named> list) -> op_kind {
  for (auto const& n : list) {
    if (c.name() == n.name) return n.op;
  }
  c.fail(code::unknown_operator, "no such operator");
}

}  // namespace

void unary(call& c) {
  auto const op = op_named(c, {{"Relu", op_kind::relu},
                               {"Sigmoid", op_kind::sigmoid},
                               {"Tanh", op_kind::tanh},
                               {"Exp", op_kind::exp},
                               {"Log", op_kind::log},
                               {"Sqrt", op_kind::sqrt},
                               {"Abs", op_kind::abs},
                               {"Neg", op_kind::neg},
                               {"Reciprocal", op_kind::reciprocal},
                               {"Floor", op_kind::floor},
                               {"Ceil", op_kind::ceil},
                               {"Round", op_kind::round},
                               {"Erf", op_kind::erf},
                               {"Sin", op_kind::sin},
                               {"Cos", op_kind::cos},
                               {"Sign", op_kind::sign},
                               {"Softplus", op_kind::softplus}});
  c.give(c.to.emit(op, {c.operand(0)}));
}

void binary(call& c) {
  auto const op = op_named(
      c,
      {{"Add", op_kind::add}, {"Sub", op_kind::sub}, {"Mul", op_kind::mul}, {"Div", op_kind::div}});
  c.give(c.to.emit(op, {c.operand(0), c.operand(1)}));
}

/// The exponent may have another type; the result has that of the base.
void power(call& c) {
  dtype const base = c.type(0).type;
  dtype const exponent = c.type(1).type;
  dtype const common = is_float(exponent) && !is_float(base) ? exponent : base;
  auto const x = c.to.cast(c.operand(0), common);
  auto const y = c.to.cast(c.operand(1), common);
  c.give(c.to.cast(c.to.emit(op_kind::pow, {x, y}), base));
}

void variadic(call& c) {
  auto const op = op_named(c, {{"Sum", op_kind::add},
                               {"Mean", op_kind::add},
                               {"Max", op_kind::maximum},
                               {"Min", op_kind::minimum}});
  auto total = c.operand(0);
  for (std::size_t i = 1; i < c.operands.size(); ++i) total = c.to.emit(op, {total, c.operand(i)});
  if (c.name() == "Mean") {
    needs_float(c);
    auto const count = constant_like(c, static_cast<double>(c.operands.size()));
    total = c.to.emit(op_kind::div, {total, count});
  }
  c.give(total);
}

void leaky_relu(call& c) {
  c.give(c.to.emit(op_kind::leaky_relu, {c.operand(0)}, {}, {c.real("alpha", 0.01F)}));
}

void elu(call& c) { c.give(c.to.emit(op_kind::elu, {c.operand(0)}, {}, {c.real("alpha", 1.0)})); }

void selu(call& c) {
  double const alpha = c.real("alpha", 1.67326319217681884765625);
  auto const gamma = constant_like(c, c.real("gamma", 1.05070102214813232421875));
  c.give(c.to.emit(op_kind::mul, {c.to.emit(op_kind::elu, {c.operand(0)}, {}, {alpha}), gamma}));
}

void celu(call& c) {
  needs_float(c);
  auto const alpha = constant_like(c, c.real("alpha", 1.0));
  auto const scaled = c.to.emit(op_kind::div, {c.operand(0), alpha});
  c.give(c.to.emit(op_kind::mul, {c.to.emit(op_kind::elu, {scaled}, {}, {1.0}), alpha}));
}

void prelu(call& c) {
  auto const zero = constant_like(c, 0);
  auto const below = c.to.emit(op_kind::minimum, {c.operand(0), zero});
  auto const above = c.to.emit(op_kind::relu, {c.operand(0)});
  c.give(c.to.emit(op_kind::add, {above, c.to.emit(op_kind::mul, {below, c.operand(1)})}));
}

void hard_sigmoid(call& c) {
  needs_float(c);
  bool const swish = c.name() == "HardSwish";
  double const alpha = swish ? 1.0 / 6.0 : c.real("alpha", 0.2F);
  double const beta = swish ? 0.5 : c.real("beta", 0.5);
  auto const x = c.operand(0);
  auto const line = c.to.emit(op_kind::add, {c.to.emit(op_kind::mul, {x, constant_like(c, alpha)}),
                                             constant_like(c, beta)});
  auto const gate = c.to.emit(op_kind::clip, {line}, {}, {0.0, 1.0});
  c.give(swish ? c.to.emit(op_kind::mul, {x, gate}) : gate);
}

void softsign(call& c) {
  needs_float(c);
  auto const x = c.operand(0);
  auto const below = c.to.emit(op_kind::add, {c.to.emit(op_kind::abs, {x}), constant_like(c, 1)});
  c.give(c.to.emit(op_kind::div, {x, below}));
}

void swish(call& c) {
  needs_float(c);
  auto const x = c.operand(0);
  double const alpha = c.real("alpha", 1.0);
  auto const scaled = alpha == 1.0 ? x : c.to.emit(op_kind::mul, {x, constant_like(c, alpha)});
  c.give(c.to.emit(op_kind::mul, {x, c.to.emit(op_kind::sigmoid, {scaled})}));
}

void mish(call& c) {
  auto const x = c.operand(0);
  auto const gate = c.to.emit(op_kind::tanh, {c.to.emit(op_kind::softplus, {x})});
  c.give(c.to.emit(op_kind::mul, {x, gate}));
}

void gelu(call& c) {
  needs_float(c);
  auto const x = c.operand(0);
  std::string const approximate = c.text("approximate", "none");
  tensor_id gate;
  if (approximate == "none") {
    auto const half = constant_like(c, std::sqrt(0.5));
    gate = c.to.emit(op_kind::erf, {c.to.emit(op_kind::mul, {x, half})});
  } else if (approximate == "tanh") {
    auto const cube = c.to.emit(op_kind::mul, {x, c.to.emit(op_kind::mul, {x, x})});
    auto const bent = c.to.emit(op_kind::mul, {cube, constant_like(c, 0.044715)});
    auto const sum = c.to.emit(op_kind::add, {x, bent});
    auto const scale = constant_like(c, std::sqrt(2.0 / 3.14159265358979323846));
    gate = c.to.emit(op_kind::tanh, {c.to.emit(op_kind::mul, {sum, scale})});
  } else {
    c.fail(code::attribute, "approximate must be none or tanh");
  }
  auto const one_more = c.to.emit(op_kind::add, {gate, constant_like(c, 1)});
  auto const half = c.to.emit(op_kind::mul, {x, constant_like(c, 0.5)});
  c.give(c.to.emit(op_kind::mul, {half, one_more}));
}

/// Bounds were attributes before opset 11 and are operands since.
void clip(call& c) {
  auto const x = c.operand(0);
  dtype const type = c.type(0).type;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double least = -infinity;
  double most = infinity;
  if (c.version < 11) {
    least = c.real("min", least);
    most = c.real("max", most);
    c.give(c.to.emit(op_kind::clip, {x}, {}, {least, most}));
    return;
  }
  bool const constant = (!c.has(1) || c.to.is_constant(c.operand(1))) &&
                        (!c.has(2) || c.to.is_constant(c.operand(2)));
  for (std::size_t i = 1; i <= 2; ++i) {
    if (c.has(i) && (c.rank(i) > 1 || graph::element_count(c.type(i)) != 1)) {
      c.fail(code::operand, "a bound is one number");
    }
    if (c.has(i) && c.type(i).type != type) c.fail(code::element_type, "bounds have the type of x");
  }
  if (constant && is_float(type)) {
    if (c.has(1)) least = c.to.real_of(c.operand(1), "min");
    if (c.has(2)) most = c.to.real_of(c.operand(2), "max");
    c.give(c.to.emit(op_kind::clip, {x}, {}, {least, most}));
    return;
  }
  // A bound of shape [1] must not give a scalar a dimension.
  auto const bound = [&](std::size_t i) { return c.to.reshaped(c.operand(i), {}); };
  auto result = x;
  if (c.has(1)) result = c.to.emit(op_kind::maximum, {result, bound(1)});
  if (c.has(2)) result = c.to.emit(op_kind::minimum, {result, bound(2)});
  c.give(result);
}

void cast(call& c) {
  c.ignore("saturate");
  c.ignore("round_mode");
  dtype const type =
      c.name() == "CastLike" ? c.type(1).type : dtype_of_onnx(c.integer("to", 0), c.to.where);
  if (is_nibble(type)) c.fail(code::element_type, "4 bits are types of inputs and weights alone");
  c.give(c.to.cast(c.operand(0), type));
}

}  // namespace ashlar::import::convert
