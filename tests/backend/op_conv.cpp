// SPDX-License-Identifier: Apache-2.0
//
// Convolutions: windows, strides, dilations, pads, groups and dimensions at random, with chains.
#include "op_support.hpp"

namespace {

using namespace op_tests;

/// A convolution over two dimensions; what stands behind it depends on the seed too.
template <int Seed> struct convolution {
  static constexpr auto graph = finished([](graph_maker& m) {
    chooser pick{Seed * 1000};
    int const groups = pick(0, 2) == 0 ? 2 : 1;
    int const channels = groups * pick(1, 4);
    int const filters = groups * pick(1, 9);
    int const images = pick(1, 2);
    int kernel[2]{}, extent[2]{}, stride[2]{}, dilation[2]{}, before[2]{}, after[2]{};
    for (int d = 0; d < 2; ++d) {
      kernel[d] = pick(1, 4);
      stride[d] = pick(1, 2);
      dilation[d] = pick(1, 2);
      before[d] = pick(0, 2);
      after[d] = pick(0, 2);
      extent[d] = dilation[d] * (kernel[d] - 1) + pick(1, 9);
    }
    auto const x = m.input(dtype::f32, {images, channels, extent[0], extent[1]});
    auto const f = m.weight(dtype::f32, {filters, channels / groups, kernel[0], kernel[1]});
    auto y = m.node(op_kind::conv, {x, f},
                    {kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1],
                     before[0], before[1], after[0], after[1], groups, 0, 0});
    if (pick(0, 1) == 0) y = m.node(op_kind::add, {y, m.weight(dtype::f32, {filters, 1, 1})});
    if (pick(0, 1) == 0) y = m.node(op_kind::relu, {y});
    m.output(y);
  });
};

template <int... Seed> void convolutions(std::integer_sequence<int, Seed...>) {
  (agree<convolution<Seed>>(exact), ...);
}

TEST_CASE("convolutions of small integers are exact", "[backend][op]") {
  convolutions(std::make_integer_sequence<int, 10>{});
}

struct real_convolution {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {1, 8, 9, 11});
    auto const f = m.weight(dtype::f32, {12, 8, 3, 3});
    m.output(m.node(op_kind::conv, {x, f}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0}));
  });
};

TEST_CASE("a convolution of real numbers is close", "[backend][op]") {
  agree<real_convolution>(data{.exact = false, .tolerance = 1e-5});
}

}  // namespace
