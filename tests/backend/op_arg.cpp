// SPDX-License-Identifier: Apache-2.0
//
// Positions of extremes, and softmax.
#include "op_support.hpp"

namespace {

using namespace op_tests;

template <dtype Type> struct positions {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(Type, {3, 11, 4});
    m.output(m.node(op_kind::arg_max, {x}, {1, 0, 0}));
    m.output(m.node(op_kind::arg_min, {x}, {0, 1, 1}));
    m.output(m.node(op_kind::arg_max, {x}, {2, 1, 1}));
  });
};

TEST_CASE("a NaN is the greatest and the least", "[backend][op]") {
  agree<positions<dtype::f32>>(data{.nan_every = 20});
}

TEST_CASE("of equal elements the first or the last one", "[backend][op]") {
  agree<positions<dtype::f32>>(exact);
  agree<positions<dtype::i64>>(exact);
  agree<positions<dtype::u8>>(exact);
}

struct softmaxes {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 10});
    m.output(m.node(op_kind::softmax, {x}, {1}));
    m.output(m.node(op_kind::softmax, {x}, {0}));
    auto const z = m.input(dtype::f64, {2, 5, 3});
    m.output(m.node(op_kind::softmax, {z}, {1}));
    m.output(m.node(op_kind::softmax, {m.input(dtype::f32, {1, 300})}, {1}));
    m.output(m.node(op_kind::softmax, {m.input(dtype::f32, {1})}, {0}));
  });
};

TEST_CASE("softmax along any axis", "[backend][op]") {
  agree<softmaxes>(real);
  agree<softmaxes>(data{.exact = true, .tolerance = 2e-6, .least = -200, .most = 200});
}

}  // namespace
