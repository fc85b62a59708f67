// SPDX-License-Identifier: Apache-2.0
//
// Matrix products, whose leading dimensions broadcast, with chains.
#include "op_support.hpp"

namespace {

using namespace op_tests;

template <int Seed, dtype Type> struct product {
  static constexpr auto graph = finished([](graph_maker& m) {
    chooser pick{Seed * 1000};
    int const rows = pick(0, 3) == 0 ? 1 : pick(1, 33);
    int const columns = pick(0, 3) == 0 ? 1 : pick(1, 41);
    int const inner = pick(1, 30);
    int const batches = pick(0, 2);
    graph_maker::dims left, right;
    for (int d = 0; d < batches; ++d) {
      int const extent = pick(1, 3);
      left.push_back(pick(0, 2) == 0 ? 1 : extent);
      right.push_back(pick(0, 2) == 0 ? 1 : extent);
    }
    left.push_back(rows);
    left.push_back(inner);
    if (pick(0, 1) == 0) right = graph_maker::dims{};
    right.push_back(inner);
    right.push_back(columns);
    auto y = m.node(op_kind::matmul, {m.input(Type, left), m.weight(Type, right)});
    if (pick(0, 2) > 0) y = m.node(op_kind::add, {y, m.weight(Type, {columns})});
    if (pick(0, 2) > 0) y = m.node(op_kind::relu, {y});
    m.output(y);
  });
};

template <int... Seed> void products(std::integer_sequence<int, Seed...>) {
  (agree<product<Seed, dtype::f32>>(exact), ...);
}

TEST_CASE("products of small integers are exact", "[backend][op]") {
  products(std::make_integer_sequence<int, 12>{});
  agree<product<40, dtype::f64>>(exact);
  agree<product<41, dtype::i32>>(exact);
  agree<product<42, dtype::i64>>(exact);
}

struct layer {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {4, 3, 16});
    auto const y = m.node(op_kind::matmul, {x, m.weight(dtype::f32, {16, 5})});
    m.output(m.node(op_kind::tanh, {m.node(op_kind::add, {y, m.weight(dtype::f32, {5})})}));
  });
};

TEST_CASE("rows of all batches are one dimension where one matrix serves them", "[backend][op]") {
  STATIC_REQUIRE(ag::lowering<layer, 0>::plan.dims.size() == 2);
  STATIC_REQUIRE(ag::lowering<layer, 0>::plan.dims.items[0].extent == 12);
  agree<layer>(real);
}

}  // namespace
