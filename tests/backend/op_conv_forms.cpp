// SPDX-License-Identifier: Apache-2.0
//
// Forms of convolution that are lowered in their own way: one and three dimensions, depthwise,
// pointwise, double precision, and a side operand of any shape.
#include "op_support.hpp"

namespace {

using namespace op_tests;

struct line {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 3, 17});
    auto const f = m.weight(dtype::f32, {5, 3, 4});
    m.output(m.node(op_kind::conv, {x, f}, {4, 2, 1, 2, 1, 1, 0, 0}));
  });
};

struct volume {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f64, {1, 2, 5, 4, 6});
    auto const f = m.weight(dtype::f64, {3, 2, 2, 3, 2});
    m.output(m.node(op_kind::conv, {x, f}, {2, 3, 2, 1, 1, 2, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0}));
  });
};

struct depthwise {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 6, 7, 7});
    auto const f = m.weight(dtype::f32, {6, 1, 3, 3});
    auto const y = m.node(op_kind::conv, {x, f}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 6, 0, 0});
    m.output(m.node(op_kind::clip, {m.node(op_kind::add, {m.weight(dtype::f32, {6, 1, 1}), y})}, {},
                    {0, 6}));
  });
};

template <int Images, int Side> struct pointwise {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {Images, 5, 4, 6});
    auto const f = m.weight(dtype::f32, {7, 5, 1, 1});
    auto const y = m.node(op_kind::conv, {x, f}, {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0});
    constexpr int channels = Side == 2 ? 1 : 7;
    constexpr int columns = Side == 0 ? 1 : 6;
    m.output(m.node(op_kind::mul, {y, m.input(dtype::f32, {channels, 1, columns})}));
  });
};

// One place, one filter, one channel, one image.
struct smallest {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {1, 1, 2, 2});
    auto const f = m.weight(dtype::f32, {1, 1, 2, 2});
    m.output(m.node(op_kind::conv, {x, f}, {2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0}));
  });
};

// A shortcut behind a convolution, as in residual networks.
struct residual {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {1, 4, 6, 6});
    auto const f = m.weight(dtype::f32, {4, 4, 3, 3});
    auto const y = m.node(op_kind::conv, {x, f}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0});
    m.output(m.node(op_kind::relu, {m.node(op_kind::add, {x, y})}));
  });
};

// Rows wider than a vector, in steps of S elements that are D apart.
template <int S, int D, int Groups> struct wide {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 4, 7, 61});
    auto const f = m.weight(dtype::f32, {6, 4 / Groups, 2, 4});
    auto const y = m.node(op_kind::conv, {x, f}, {2, 4, S, S, D, D, 1, 2, 0, 3, Groups, 0, 0});
    m.output(m.node(op_kind::relu, {y}));
  });
};

TEST_CASE("a convolution of wide rows is exact on small integers", "[backend][op]") {
  agree<wide<1, 1, 1>>(exact);
  agree<wide<2, 1, 2>>(exact);
  agree<wide<3, 2, 1>>(exact);
  using form = ag::conv_form;
  STATIC_REQUIRE(ag::conv_group<wide<1, 1, 1>, 0>::form == form::padded);
  STATIC_REQUIRE(ag::conv_group<smallest, 0>::form == form::direct);
}

TEST_CASE("each form of convolution is exact on small integers", "[backend][op]") {
  agree<line>(exact);
  agree<volume>(exact);
  agree<depthwise>(exact);
  agree<pointwise<1, 0>>(exact);
  agree<pointwise<2, 1>>(exact);
  agree<pointwise<2, 2>>(exact);
  agree<smallest>(exact);
  agree<residual>(exact);
}

TEST_CASE("a pointwise convolution has one spatial dimension", "[backend][op]") {
  STATIC_REQUIRE(ag::lowering<pointwise<1, 0>, 0>::plan.dims.size() == 2);
  STATIC_REQUIRE(ag::lowering<pointwise<2, 1>, 0>::plan.dims.size() == 4);
  STATIC_REQUIRE(ag::group_count(residual::graph) == 1);
}

}  // namespace
