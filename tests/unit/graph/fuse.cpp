// SPDX-License-Identifier: Apache-2.0
#include <ashlar/graph/verify.hpp>

#include <catch2/catch_test_macros.hpp>
#include <support/graphs.hpp>

namespace {

namespace ag = ashlar::graph;
using support::dtype;
using support::graph_maker;
using support::op_kind;

constexpr auto fused(graph_maker& m) -> support::small_graph {
  auto g = m.done();
  ag::fuse(g);
  return g;
}

constexpr auto groups_are(support::small_graph const& g, std::initializer_list<int> expected)
    -> bool {
  if (g.nodes.size() != static_cast<int>(expected.size()) || !ag::verify(g).ok()) return false;
  int n = 0;
  for (int const group : expected) {
    if (g.nodes[n++].group != group) return false;
  }
  return true;
}

TEST_CASE("bias and activation join their producer", "[graph][fuse]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const x = m.input(dtype::f32, {4, 8});
    auto const y = m.node(op_kind::matmul, {x, m.weight(dtype::f32, {8, 16})});
    auto const z = m.node(op_kind::relu, {m.node(op_kind::add, {y, m.weight(dtype::f32, {16})})});
    m.output(m.node(op_kind::softmax, {z}, {1}));
    return fused(m);
  }();
  STATIC_REQUIRE(groups_are(g, {0, 0, 0, 1}));
  STATIC_REQUIRE(ag::group_count(g) == 2);
}

TEST_CASE("a value with two readers, or an output, ends a group", "[graph][fuse]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const a = m.node(op_kind::relu, {m.input(dtype::f32, {4})});
    auto const b = m.node(op_kind::exp, {a});
    auto const c = m.node(op_kind::neg, {b});
    m.output(b);
    m.output(m.node(op_kind::mul, {c, a}));
    return fused(m);
  }();
  STATIC_REQUIRE(groups_are(g, {0, 1, 2, 2}));
}

TEST_CASE("extents and types are the same through a group", "[graph][fuse]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const a = m.node(op_kind::relu, {m.input(dtype::f32, {4})});
    auto const b = m.node(op_kind::add, {a, m.weight(dtype::f32, {3, 4})});
    auto const c = m.node(op_kind::cast, {b}, {static_cast<int>(dtype::f64)});
    m.output(m.node(op_kind::exp, {c}));
    return fused(m);
  }();
  STATIC_REQUIRE(groups_are(g, {0, 1, 2, 3}));
}

TEST_CASE("a group runs when the last of its operands is there", "[graph][fuse]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const x = m.input(dtype::f32, {4, 4});
    auto const w = m.weight(dtype::f32, {4, 4});
    auto const left = m.node(op_kind::matmul, {x, w});
    auto const right = m.node(op_kind::matmul, {x, m.node(op_kind::matmul, {w, x})});
    m.output(m.node(op_kind::add, {left, right}));
    return fused(m);
  }();
  // The other two products come first.
  STATIC_REQUIRE(groups_are(g, {0, 1, 2, 2}));
  STATIC_REQUIRE(g.nodes[3].op == op_kind::add);
}

constexpr auto long_chain() -> support::small_graph {
  graph_maker m;
  auto x = m.input(dtype::f32, {4});
  for (int i = 0; i < 2 * ag::most_in_group + 1; ++i) x = m.node(op_kind::neg, {x});
  m.output(x);
  return fused(m);
}

TEST_CASE("a long chain is several groups", "[graph][fuse]") {
  constexpr auto g = long_chain();
  STATIC_REQUIRE(ag::verify(g).ok());
  STATIC_REQUIRE(ag::group_count(g) == 3);
  STATIC_REQUIRE(g.nodes[ag::most_in_group - 1].group == 0);
  STATIC_REQUIRE(g.nodes[ag::most_in_group].group == 1);
  constexpr auto too_long = [] {
    auto copy = long_chain();
    for (auto& n : copy.nodes) n.group = 0;
    return copy;
  }();
  STATIC_REQUIRE(ag::verify(too_long).id == ag::rule::grouping);
}

TEST_CASE("fusing twice is fusing once", "[graph][fuse]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const x = m.input(dtype::f32, {4, 4});
    auto const y = m.node(op_kind::matmul, {x, x});
    m.output(m.node(op_kind::add, {m.node(op_kind::relu, {y}), m.node(op_kind::exp, {x})}));
    return fused(m);
  }();
  constexpr auto twice = [](auto copy) {
    ag::fuse(copy);
    return copy;
  }(g);
  STATIC_REQUIRE(g == twice);
}

}  // namespace
