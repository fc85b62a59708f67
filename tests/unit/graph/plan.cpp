// SPDX-License-Identifier: Apache-2.0
//
// The plan is checked by running: random graphs in the memory of the plan, filled with signalling
// NaNs, against the same graphs with memory of its own for every tensor.
#include <ashlar/graph/interpret.hpp>
#include <ashlar/graph/verify.hpp>

#include <catch2/catch_test_macros.hpp>
#include <support/graphs.hpp>

#include <memory>
#include <random>
#include <vector>

namespace {

namespace ag = ashlar::graph;
using support::dtype;
using support::graph_maker;
using support::op_kind;
using support::tensor_id;

TEST_CASE("a chain of layers needs the two largest neighbours", "[graph][plan]") {
  constexpr auto g = [] {
    graph_maker m;
    auto x = m.input(dtype::f32, {16});
    for (int i = 0; i < 5; ++i) x = m.node(op_kind::softmax, {x}, {0});
    m.output(x);
    auto out = m.done();
    ag::fuse(out);
    ag::plan(out);
    return out;
  }();
  STATIC_REQUIRE(g.arena_bytes == 2 * 64);
  STATIC_REQUIRE(ag::verify_plan(g).ok());
}

TEST_CASE("a reshape between intermediates moves nothing", "[graph][plan]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const a = m.node(op_kind::softmax, {m.input(dtype::f32, {4, 4})}, {1});
    auto const b = m.node(op_kind::reshape, {a}, {16});
    m.output(m.node(op_kind::softmax, {b}, {0}));
    auto out = m.done();
    ag::fuse(out);
    ag::plan(out);
    return out;
  }();
  STATIC_REQUIRE(g[g.nodes[0].output].offset == g[g.nodes[1].output].offset);
  STATIC_REQUIRE(g.arena_bytes == 64);
}

TEST_CASE("a reshape from input to output has memory of its own on both sides", "[graph][plan]") {
  constexpr auto g = [] {
    graph_maker m;
    m.output(m.node(op_kind::reshape, {m.input(dtype::f32, {4, 4})}, {16}));
    auto out = m.done();
    ag::fuse(out);
    ag::plan(out);
    return out;
  }();
  STATIC_REQUIRE(g[g.nodes[0].output].where == ag::place::output);
  STATIC_REQUIRE(g.arena_bytes == 0);
}

TEST_CASE("planning again gives the same plan", "[graph][plan]") {
  constexpr auto g = [] {
    graph_maker m;
    auto const a = m.node(op_kind::softmax, {m.input(dtype::f32, {4, 4})}, {1});
    m.output(m.node(op_kind::softmax, {m.node(op_kind::reshape, {a}, {16})}, {0}));
    auto out = m.done();
    ag::fuse(out);
    ag::plan(out);
    return out;
  }();
  constexpr auto again = [](auto copy) {
    ag::unplan(copy);
    ag::plan(copy);
    return copy;
  }(g);
  STATIC_REQUIRE(g == again);
}

/// A graph of `count` nodes over values of 24 elements, in shapes that reshape into each other.
auto random_graph(std::mt19937& random, int count) -> support::small_graph {
  graph_maker m;
  std::vector<tensor_id> values = {m.input(dtype::f32, {4, 6}), m.input(dtype::f32, {2, 12}),
                                   m.weight(dtype::f32, {4, 6})};
  std::vector<tensor_id> made;
  auto const pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  while (static_cast<int>(made.size()) < count) {
    // Mostly the latest value, so that chains arise.
    auto const x = pick(3) == 0 ? values[pick(values.size())] : values.back();
    auto const y = values[pick(values.size())];
    tensor_id id;
    switch (pick(8)) {
      case 0: id = m.node(op_kind::softmax, {x}, {pick(2) == 0 ? 0 : 1}); break;
      case 1: id = m.node(op_kind::reshape, {x}, {pick(2) == 0 ? 4 : 2, 0}); break;
      case 2: id = m.node(op_kind::transpose, {x}, {1, 0}); break;
      case 3:
      case 4:
        if (!ag::same_shape(m.g[x], m.g[y])) continue;
        id = m.node(op_kind::add, {x, y});
        break;
      case 5: id = m.node(op_kind::relu, {x}); break;
      case 6: id = m.node(op_kind::tanh, {x}); break;
      default: id = m.node(op_kind::reduce_sum, {x}, {1, 1}); break;
    }
    if (m.wrong.ok()) {
      values.push_back(id);
      made.push_back(id);
      continue;
    }
    // A reshape to 0 columns does not fit: take the node back and give the columns.
    m.g.nodes.pop_back();
    m.g.tensors.pop_back();
    std::int64_t const elements = ag::element_count(m.g[x]);
    std::int64_t const rows = elements % 4 == 0 && pick(2) == 0 ? 4 : 2;
    if (elements % rows != 0) continue;
    id = m.node(op_kind::reshape, {x}, {rows, elements / rows});
    values.push_back(id);
    made.push_back(id);
  }
  m.output(made.back());
  for (std::size_t i = 0; i + 1 < made.size(); ++i) {
    if (pick(6) == 0 && m.outputs.size() < 8) m.output(made[i]);
  }
  return m.done();
}

using memory = std::vector<std::byte>;

auto poisoned(std::int64_t bytes) -> memory {
  memory out(static_cast<std::size_t>(bytes) + 64);
  unsigned char const pattern[4] = {0x01, 0x00, 0xb0, 0x7f};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::byte{pattern[i % 4]};
  return out;
}

auto numbers(std::mt19937& random, std::int64_t count) -> memory {
  memory out(static_cast<std::size_t>(count) * 4);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    float const v = static_cast<float>(random() % 2001) / 500.0F - 2.0F;
    std::memcpy(out.data() + 4 * i, &v, 4);
  }
  return out;
}

TEST_CASE("running in the planned memory gives what memory of one's own gives", "[graph][plan]") {
  std::mt19937 random(7);
  std::int64_t saved = 0;
  for (int trial = 0; trial < 400; ++trial) {
    auto const g = std::make_unique<support::small_graph>(random_graph(random, 5 + trial % 30));
    REQUIRE(ag::verify(*g).ok());

    std::vector<memory> own;
    for (auto const& t : g->tensors) {
      bool const given = t.where == ag::place::input || t.where == ag::place::weights;
      own.push_back(given ? numbers(random, ag::element_count(t)) : poisoned(ag::byte_count(t)));
      if (t.where == ag::place::none) saved += ag::byte_count(t);
    }
    auto const at = [&](tensor_id id) { return own[static_cast<std::size_t>(id.index)].data(); };
    for (auto const& n : g->nodes) ag::execute(*g, n, at);

    auto const planned = std::make_unique<support::small_graph>(*g);
    ag::fuse(*planned);
    ag::plan(*planned);
    REQUIRE(ag::verify(*planned).id == ag::rule::ok);
    auto const again = std::make_unique<support::small_graph>(*planned);
    ag::fuse(*again);
    REQUIRE(*again == *planned);
    REQUIRE(ag::verify_plan(*planned).ok());
    saved -= planned->arena_bytes;
    memory arena = poisoned(planned->arena_bytes);
    std::vector<memory> out;
    std::vector<std::byte*> in_at, out_at;
    for (int i = 0; i < g->inputs.count; ++i) in_at.push_back(at(g->input_of_graph(i)));
    for (int i = 0; i < g->outputs.count; ++i) {
      out.push_back(poisoned(ag::byte_count((*g)[g->output_of_graph(i)])));
    }
    for (auto& o : out) out_at.push_back(o.data());
    ag::interpret(*planned, own[2].data(), arena.data(), in_at.data(), out_at.data());
    for (int i = 0; i < g->outputs.count; ++i) {
      auto const id = g->output_of_graph(i);
      auto const bytes = static_cast<std::size_t>(ag::byte_count((*g)[id]));
      INFO("trial " << trial << ", output " << i);
      REQUIRE(std::memcmp(out[static_cast<std::size_t>(i)].data(), at(id), bytes) == 0);
    }
  }
  CHECK(saved > 0);
}

}  // namespace
