// SPDX-License-Identifier: Apache-2.0
//
// Operands that broadcast, and chains of element-wise operators in one kernel.
#include "op_support.hpp"

namespace {

using namespace op_tests;

// Shapes that meet: [a, b, c] with any of [a, 1, c], [b, 1], [c], [1], [] and the like.
template <int Seed> struct broadcast {
  static constexpr auto graph = finished([](graph_maker& m) {
    chooser pick{Seed * 100};
    int const rank = pick(1, 4);
    int dims[4] = {pick(1, 3), pick(1, 4), pick(1, 5), pick(1, 20)};
    auto const operand = [&](int kept) {
      graph_maker::dims d{};
      for (int at = 4 - kept; at < 4; ++at) d.push_back(pick(0, 2) == 0 ? 1 : dims[at]);
      return m.input(dtype::f32, d);
    };
    auto x = operand(rank);
    for (auto const op : {op_kind::add, op_kind::mul, op_kind::sub, op_kind::maximum}) {
      auto const z = operand(pick(0, rank));
      x = pick(0, 1) == 0 ? m.node(op, {x, z}) : m.node(op, {z, x});
    }
    m.output(m.node(op_kind::relu, {x}));
  });
};

template <int... Seed> void broadcasts(std::integer_sequence<int, Seed...>) {
  (agree<broadcast<Seed>>(exact), ...);
}

TEST_CASE("operands broadcast, and chains are one kernel", "[backend][op]") {
  broadcasts(std::make_integer_sequence<int, 10>{});
}

struct swish {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {5, 7});
    m.output(m.node(op_kind::mul, {m.node(op_kind::sigmoid, {x}), x}));
  });
  static_assert(ag::group_count(graph) == 1);
};

TEST_CASE("a tensor that two steps read is one operand", "[backend][op]") {
  agree<swish>(real);
  CHECK(ag::lowering<swish, 0>::plan.operands.size() == 2);
}

}  // namespace
