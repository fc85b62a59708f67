// SPDX-License-Identifier: Apache-2.0
//
// Element-wise functions of floats.
#include "op_support.hpp"

namespace {

using namespace op_tests;

constexpr op_kind functions[] = {op_kind::relu,     op_kind::sigmoid, op_kind::tanh,  op_kind::exp,
                                 op_kind::abs,      op_kind::neg,     op_kind::floor, op_kind::ceil,
                                 op_kind::round,    op_kind::erf,     op_kind::sin,   op_kind::cos,
                                 op_kind::softplus, op_kind::sign};

// Each a group of its own, because the graph puts out every result.
struct every_function {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {3, 37});
    for (auto const op : functions) m.output(m.node(op, {x}));
  });
};

struct with_parameters {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f64, {41});
    m.output(m.node(op_kind::leaky_relu, {x}, {}, {0.25}));
    m.output(m.node(op_kind::elu, {x}, {}, {1.5}));
    m.output(m.node(op_kind::clip, {x}, {}, {-0.75, INFINITY}));
  });
};

struct of_positive {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {53});
    auto const z = m.input(dtype::f32, {53});
    m.output(m.node(op_kind::log, {x}));
    m.output(m.node(op_kind::sqrt, {x}));
    m.output(m.node(op_kind::reciprocal, {x}));
    m.output(m.node(op_kind::pow, {x, z}));
  });
};

TEST_CASE("functions of floats are those of the reference", "[backend][op]") {
  agree<every_function>(real);
  agree<with_parameters>(real);
  agree<every_function>(data{.tolerance = 2e-6, .nan_every = 7});
  agree<with_parameters>(data{.tolerance = 2e-6, .nan_every = 7});
  agree<of_positive>(positive);
}

}  // namespace
