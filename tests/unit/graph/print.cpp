// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/text.hpp>
#include <ashlar/graph/fuse.hpp>
#include <ashlar/graph/plan.hpp>
#include <ashlar/graph/print.hpp>

#include <catch2/catch_test_macros.hpp>
#include <support/golden.hpp>
#include <support/graphs.hpp>

#include <limits>

namespace {

namespace ag = ashlar::graph;
using support::dtype;
using support::graph_maker;
using support::op_kind;

constexpr auto sample() -> support::small_graph {
  graph_maker m;
  auto const x = m.input(dtype::f32, {1, 3, 8, 8});
  auto const w = m.weight(dtype::f32, {4, 3, 3, 3});
  auto y = m.node(op_kind::conv, {x, w}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0});
  y = m.node(op_kind::clip, {y}, {}, {-0.5, std::numeric_limits<double>::infinity()});
  y = m.node(op_kind::max_pool, {y}, {2, 2, 2, 2, 1, 1, 0, 0, 0, 0, 1, 0, 0});
  y = m.node(op_kind::reshape, {y}, {1, 64});
  m.output(m.node(op_kind::arg_max, {y}, {1, 0, 0}));
  auto g = m.done();
  ag::fuse(g);
  ag::plan(g);
  return g;
}

TEST_CASE("the text of a graph is the golden", "[graph][print][golden]") {
  constexpr auto g = sample();
  ashlar::text<4000> text;
  ag::print(g, text);
  CHECK(text.view() == golden("graph/print/small_network.graph", text.view()));
}

TEST_CASE("the drawing of a graph is the golden", "[graph][print][golden]") {
  constexpr auto g = sample();
  ashlar::text<4000> text;
  ag::draw(g, text);
  CHECK(text.view() == golden("graph/print/small_network.mmd", text.view()));
}

}  // namespace
