// SPDX-License-Identifier: Apache-2.0
//
// Pooling: windows, strides, dilations, pads and dimensions at random.
#include "op_support.hpp"

namespace {

using namespace op_tests;

template <int Seed, op_kind Op, dtype Type> struct pooling {
  static constexpr auto graph = finished([](graph_maker& m) {
    chooser pick{Seed * 1000};
    int kernel[2]{}, extent[2]{}, stride[2]{}, dilation[2]{}, before[2]{}, after[2]{};
    for (int d = 0; d < 2; ++d) {
      kernel[d] = pick(1, 4);
      stride[d] = pick(1, 3);
      dilation[d] = pick(1, 2);
      int const reach = dilation[d] * (kernel[d] - 1);
      before[d] = pick(0, reach < 2 ? reach : 2);
      after[d] = pick(0, reach < 2 ? reach : 2);
      extent[d] = reach + pick(1, 12);
    }
    auto const x = m.input(Type, {pick(1, 2), pick(1, 3), extent[0], extent[1]});
    auto y = m.node(Op, {x},
                    {kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1],
                     before[0], before[1], after[0], after[1], 1, pick(0, 1), pick(0, 1)});
    if (pick(0, 1) == 0) y = m.node(op_kind::relu, {y});
    m.output(y);
  });
};

template <int... Seed> void poolings(std::integer_sequence<int, Seed...>) {
  (agree<pooling<Seed, op_kind::max_pool, dtype::f32>>(exact), ...);
  (agree<pooling<Seed + 50, op_kind::average_pool, dtype::f32>>(real), ...);
}

TEST_CASE("pooling is that of the reference", "[backend][op]") {
  poolings(std::make_integer_sequence<int, 6>{});
  agree<pooling<90, op_kind::max_pool, dtype::i64>>(exact);
  agree<pooling<91, op_kind::max_pool, dtype::u8>>(exact);
  agree<pooling<92, op_kind::average_pool, dtype::f64>>(real);
}

// Pads that win nowhere, although every element is below 0.
struct below_zero {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {1, 1, 3, 3});
    m.output(m.node(op_kind::max_pool, {x}, {3, 3, 1, 1, 1, 1, 2, 2, 2, 2, 1, 0, 0}));
  });
};

// A bias for each channel keeps images and channels apart.
struct global_average {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 5, 4, 6});
    auto const y = m.node(op_kind::average_pool, {x}, {4, 6, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0});
    m.output(m.node(op_kind::add, {y, m.weight(dtype::f32, {5, 1, 1})}));
  });
};

struct of_lines {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 3, 19});
    m.output(m.node(op_kind::max_pool, {x}, {3, 2, 1, 1, 0, 1, 0, 0}));
    m.output(m.node(op_kind::average_pool, {x}, {5, 3, 1, 2, 2, 1, 1, 0}));
    auto const v = m.input(dtype::f32, {1, 2, 4, 5, 6});
    m.output(
        m.node(op_kind::average_pool, {v}, {2, 2, 3, 2, 1, 1, 1, 2, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0}));
  });
};

TEST_CASE("pads never win, and means of one and three dimensions", "[backend][op]") {
  agree<below_zero>(data{.least = -9, .most = -1});
  agree<global_average>(real);
  agree<of_lines>(real);
}

TEST_CASE("a NaN in a window is its maximum and its mean", "[backend][op]") {
  agree<of_lines>(data{.tolerance = 2e-6, .nan_every = 15});
  agree<below_zero>(data{.nan_every = 8});
}

}  // namespace
