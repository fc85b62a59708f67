// SPDX-License-Identifier: Apache-2.0
#include <ashlar/graph/verify.hpp>

#include <catch2/catch_test_macros.hpp>
#include <support/graphs.hpp>

namespace {

namespace ag = ashlar::graph;
using ag::rule;
using support::dtype;
using support::graph_maker;
using support::op_kind;

/// relu(x) + w, sigmoid of it, and the maximum of both: three intermediates.
constexpr auto sample() -> support::small_graph {
  graph_maker m;
  auto const x = m.input(dtype::f32, {2, 3});
  auto const w = m.weight(dtype::f32, {3});
  auto const a = m.node(op_kind::add, {m.node(op_kind::relu, {x}), w});
  auto const b = m.node(op_kind::sigmoid, {a});
  m.output(m.node(op_kind::maximum, {a, b}));
  return m.done();
}

constexpr auto planned() -> support::small_graph {
  auto g = sample();
  ag::fuse(g);
  ag::plan(g);
  return g;
}

/// The rule that a change breaks.
constexpr auto broken(auto change) -> rule {
  auto g = sample();
  change(g);
  return ag::verify(g).id;
}

constexpr auto broken_plan(auto change) -> rule {
  auto g = planned();
  change(g);
  return ag::verify_plan(g).id;
}

TEST_CASE("a sound graph has no fault", "[graph][verify]") {
  STATIC_REQUIRE(ag::verify(sample()).ok());
  STATIC_REQUIRE(ag::verify(planned()).ok());
  STATIC_REQUIRE(ag::verify_plan(planned()).ok());
  STATIC_REQUIRE(ag::verify_plan(sample()).id == rule::placement);
}

TEST_CASE("each broken invariant is found", "[graph][verify]") {
  STATIC_REQUIRE(broken([](auto& g) { g.edges[0].index = 99; }) == rule::bad_handle);
  STATIC_REQUIRE(broken([](auto& g) { g.edges[0].index = -1; }) == rule::bad_handle);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[1].inputs.count = 1000; }) == rule::bad_handle);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[1].output.index = -1; }) == rule::bad_handle);
  STATIC_REQUIRE(broken([](auto& g) { g.inputs.first = -1; }) == rule::bad_handle);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[0].op = static_cast<op_kind>(200); }) ==
                 rule::bad_handle);
  STATIC_REQUIRE(broken([](auto& g) { g.tensors[0].rank = 9; }) == rule::rank);
  STATIC_REQUIRE(broken([](auto& g) { g.tensors[0].dims[0] = -2; }) == rule::extents);
  STATIC_REQUIRE(broken([](auto& g) { g.tensors[0].dims[0] = ag::max_tensor_bytes; }) ==
                 rule::too_large);
  STATIC_REQUIRE(broken([](auto& g) { g.edges[0] = g.nodes[1].output; }) == rule::order);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[1].output = g.nodes[0].output; }) ==
                 rule::one_writer);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[0].output = g.input_of_graph(0); }) ==
                 rule::one_writer);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[1].inputs.count = 1; }) == rule::arity);
  STATIC_REQUIRE(broken([](auto& g) { g[g.nodes[0].output].dims[1] = 4; }) == rule::shape_differs);
  STATIC_REQUIRE(broken([](auto& g) { g[g.nodes[0].output].type = dtype::f64; }) ==
                 rule::type_differs);
  STATIC_REQUIRE(broken([](auto& g) { g.nodes[0].group = 3; }) == rule::grouping);
  STATIC_REQUIRE(broken([](auto& g) {
                   for (auto& n : g.nodes) n.group = 0;
                 }) == rule::grouping);
  STATIC_REQUIRE(broken([](auto& g) { g.edges[g.outputs.first] = g.input_of_graph(0); }) ==
                 rule::ok);
  STATIC_REQUIRE(broken([](auto& g) {
                   g.edges.push_back(g.output_of_graph(0));
                   ++g.outputs.count;
                 }) == rule::interface);
}

TEST_CASE("each misplaced tensor is found", "[graph][verify]") {
  STATIC_REQUIRE(broken_plan([](auto& g) { g[g.nodes[1].output].offset = 32; }) == rule::placement);
  STATIC_REQUIRE(broken_plan([](auto& g) { g[g.nodes[1].output].offset = 1 << 20; }) ==
                 rule::placement);
  STATIC_REQUIRE(broken_plan([](auto& g) { g[g.nodes[1].output].offset = -64; }) ==
                 rule::placement);
  STATIC_REQUIRE(broken_plan([](auto& g) { g.arena_bytes = 0; }) == rule::placement);
  STATIC_REQUIRE(broken_plan([](auto& g) { g[g.input_of_graph(0)].slot = 1; }) == rule::placement);
  STATIC_REQUIRE(broken_plan([](auto& g) { g[g.nodes[0].output].where = ag::place::none; }) ==
                 rule::placement);
  STATIC_REQUIRE(broken_plan([](auto& g) {
                   for (auto& t : g.tensors) {
                     if (t.where == ag::place::arena) t.where = ag::place::weights;
                   }
                 }) == rule::placement);
}

TEST_CASE("tensors that are needed at once may not share bytes", "[graph][verify]") {
  // softmax is no element-wise node, so a, b and c are alive together at the last node.
  constexpr auto g = [] {
    graph_maker m;
    auto const x = m.input(dtype::f32, {4, 16});
    auto const a = m.node(op_kind::softmax, {x}, {1});
    auto const b = m.node(op_kind::softmax, {x}, {0});
    m.output(m.node(op_kind::add, {a, b}));
    auto out = m.done();
    ag::fuse(out);
    ag::plan(out);
    return out;
  }();
  STATIC_REQUIRE(ag::verify_plan(g).ok());
  STATIC_REQUIRE(g.arena_bytes == 512);
  constexpr auto clash = [](auto copy) {
    copy[copy.nodes[1].output].offset = copy[copy.nodes[0].output].offset;
    return copy;
  }(g);
  STATIC_REQUIRE(ag::verify_plan(clash).id == rule::overlap);
}

TEST_CASE("every rule has a sentence", "[graph][verify]") {
  for (int r = 101; r <= 124; ++r) {
    CHECK(ag::text_of(static_cast<rule>(r)) != ag::text_of(static_cast<rule>(999)));
  }
}

}  // namespace
