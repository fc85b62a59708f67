// SPDX-License-Identifier: Apache-2.0
//
// Reductions, positions of extremes, and softmax, along axes at random.
#include "op_support.hpp"

namespace {

using namespace op_tests;

constexpr op_kind reductions[] = {op_kind::reduce_sum, op_kind::reduce_mean, op_kind::reduce_max,
                                  op_kind::reduce_min, op_kind::reduce_prod};

template <int Seed, dtype Type> struct reduction {
  static constexpr auto graph = finished([](graph_maker& m) {
    chooser pick{Seed * 1000};
    int const rank = pick(1, 4);
    graph_maker::dims d;
    for (int i = 0; i < rank; ++i) d.push_back(pick(0, 4) == 0 ? 1 : pick(1, 7));
    auto const x = m.input(Type, d);
    int axes[4]{};
    int count = 0;
    for (int i = 0; i < rank; ++i) {
      if (pick(0, 1) == 0) axes[count++] = i;
    }
    auto const op = reductions[Seed % 5];
    int const keep = pick(0, 1);
    if (count == 0) m.output(m.node(op, {x}, {keep}));
    if (count == 1) m.output(m.node(op, {x}, {keep, axes[0]}));
    if (count == 2) m.output(m.node(op, {x}, {keep, axes[0], axes[1]}));
    if (count == 3) m.output(m.node(op, {x}, {keep, axes[0], axes[1], axes[2]}));
    if (count == 4) m.output(m.node(op, {x}, {keep, 0, 1, 2, 3}));
  });
};

template <int... Seed> void reduce_all(std::integer_sequence<int, Seed...>) {
  (agree<reduction<Seed, dtype::f32>>(real), ...);
}

TEST_CASE("reductions of floats along any axes", "[backend][op]") {
  reduce_all(std::make_integer_sequence<int, 15>{});
}

TEST_CASE("reductions of integers and bool are exact", "[backend][op]") {
  agree<reduction<20, dtype::i64>>(exact);
  agree<reduction<21, dtype::i32>>(exact);
  agree<reduction<22, dtype::u8>>(exact);
  agree<reduction<24, dtype::i32>>(exact);
  agree<reduction<32, dtype::boolean>>(data{.least = 0, .most = 1});
  agree<reduction<33, dtype::boolean>>(data{.least = 0, .most = 1});
}

// Over no element: the identities.
struct of_nothing {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {3, 0, 2});
    for (auto const op : {op_kind::reduce_sum, op_kind::reduce_max, op_kind::reduce_prod}) {
      m.output(m.node(op, {x}, {0, 1}));
    }
    m.output(m.node(op_kind::relu, {x}));
  });
};

TEST_CASE("a reduction over no element is its identity", "[backend][op]") {
  agree<of_nothing>(exact);
}

}  // namespace
