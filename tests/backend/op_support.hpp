// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/op_support: runs a graph on kernels, and compares with the reference interpreter.
//
//   struct example { static constexpr auto graph = finished([](graph_maker& m) { ... }); };
//   agree<example>(exact);
//
//   data        exact: small integers, of which every sum is exact, compared bit for bit;
//               real: numbers in -2..2, compared within a few units of the last place of a sum
//   memory      fresh for each run, filled with NaN, and with guards behind each tensor's memory
#pragma once

#include <ashlar/graph/interpret.hpp>
#include <ashlar/graph/model.hpp>
#include <ashlar/graph/plan.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <support/graphs.hpp>
#include <vector>

namespace op_tests {

namespace ag = ashlar::graph;
using ag::op_kind;
using ag::place;
using ag::tensor_id;
using ashlar::dtype;
using support::graph_maker;

/// A number without a pattern for each place.
constexpr auto scramble(std::uint64_t n) -> std::uint64_t {
  n = (n + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
  n ^= n >> 29;
  n *= 0x94d049bb133111ebu;
  return n ^ (n >> 32);
}

/// Random choices of a test, at compile time.
struct chooser {
  std::uint64_t state;
  /// A number in least..most.
  constexpr auto operator()(int least, int most) -> int {
    auto const width = static_cast<std::uint64_t>(most - least + 1);
    return least + static_cast<int>(scramble(state++) % width);
  }
};

/// What `build` makes, fused and with a plan.
template <class Build> constexpr auto finished(Build const& build) -> support::small_graph {
  graph_maker m;
  build(m);
  auto g = m.done();
  ag::fuse(g);
  ag::plan(g);
  return g;
}

struct data {
  bool exact = true;
  double tolerance = 0;
  int least = -4;  // of the integers
  int most = 4;
  int nan_every = 0;  // one element of so many is a NaN, at random
};
inline constexpr data exact{};
inline constexpr data real{.exact = false, .tolerance = 2e-6};
inline constexpr data positive{.exact = false, .tolerance = 2e-6, .least = 1};

inline constexpr std::size_t guard = 256;

/// Aligned bytes that begin as NaN in every type of floats.
struct block {
  explicit block(std::int64_t bytes)
      : size(static_cast<std::size_t>(bytes)), memory(size + guard + 64, std::byte{0xff}) {}
  auto at() -> std::byte* {
    auto const address = reinterpret_cast<std::uintptr_t>(memory.data());
    return memory.data() + (64 - address % 64) % 64;
  }
  auto guard_is_whole() -> bool {
    for (std::size_t i = 0; i < guard; ++i) {
      if (at()[size + i] != std::byte{0xff}) return false;
    }
    return true;
  }
  std::size_t size;
  std::vector<std::byte> memory;
};

inline void fill(ag::tensor const& t, std::byte* at, data const& how, std::uint64_t seed) {
  ag::interpret_impl::operand const o{t, at};
  for (std::int64_t i = 0; i < ag::element_count(t); ++i) {
    auto const random = scramble(seed * 1000003 + static_cast<std::uint64_t>(i));
    auto const whole =
        how.least + static_cast<int>(random % static_cast<std::uint64_t>(how.most - how.least + 1));
    bool const is_nan =
        how.nan_every > 0 && (random >> 32) % static_cast<std::uint64_t>(how.nan_every) == 0;
    bool const unsign = !ashlar::is_signed(t.type);
    if (!ashlar::is_float(t.type)) {
      ag::interpret_impl::store<std::int64_t>(o, i, unsign ? whole - how.least : whole);
    } else if (how.exact) {
      ag::interpret_impl::store<double>(o, i, is_nan ? double{NAN} : whole);
    } else {
      double const span = how.least > 0 ? 2 : 4;
      double const low = how.least > 0 ? 0.125 : -2;
      ag::interpret_impl::store<double>(o, i,
                                        low + span * static_cast<double>(random >> 11) * 0x1p-53);
    }
  }
}

/// The memory of one run.
template <class Definition> struct memory_of {
  static constexpr auto const& g = Definition::graph;
  block weights{g.weights_bytes};
  block arena{static_cast<std::int64_t>(ag::model<Definition>::workspace_bytes)};
  std::vector<block> inputs;
  std::vector<block> outputs;
  std::vector<ag::bound> bound_inputs;
  std::vector<ag::bound> bound_outputs;

  explicit memory_of(data const& how) {
    for (int i = 0; i < g.inputs.count; ++i) {
      ag::tensor const& t = g[g.input_of_graph(i)];
      fill(t, inputs.emplace_back(ag::byte_count(t)).at(), how, static_cast<std::uint64_t>(i) + 1);
    }
    for (int i = 0; i < g.outputs.count; ++i) {
      outputs.emplace_back(ag::byte_count(g[g.output_of_graph(i)]));
    }
    for (auto& b : inputs) bound_inputs.push_back(ag::bound{b.at(), 0});
    for (auto& b : outputs) bound_outputs.push_back(ag::bound{b.at(), 0});
    auto const u = ag::uses_of(g);
    for (int t = 0; t < g.tensors.size(); ++t) {
      if (g.tensors[t].where != place::weights || u.writer[t] >= 0) continue;
      fill(g.tensors[t], weights.at() + g.tensors[t].offset, how,
           static_cast<std::uint64_t>(t) + 77);
    }
  }
  auto view() -> ag::memory<Definition> {
    return {weights.at(), arena.at(), bound_inputs.data(), bound_outputs.data()};
  }
  auto guards_are_whole() -> bool {
    bool whole = weights.guard_is_whole() && arena.guard_is_whole();
    for (auto& b : outputs) whole = whole && b.guard_is_whole();
    return whole;
  }
};

template <class Definition, int... Group>
auto run_all(memory_of<Definition>& m, std::integer_sequence<int, Group...>) -> bool {
  auto const arena = static_cast<std::size_t>(Definition::graph.arena_bytes);
  ashlar::launch const how{.threads = ashlar::serial,
                           .workspace = std::span(m.arena.at(), m.arena.size).subspan(arena)};
  return (ag::run_group<Definition, Group>(how, m.view()).ok() && ...);
}

/// The element of an output that differs most, in units of the tolerance.
inline auto distance(ag::tensor const& t, std::byte* mine, std::byte* theirs, data const& how)
    -> double {
  ag::interpret_impl::operand const a{t, mine};
  ag::interpret_impl::operand const b{t, theirs};
  double worst = 0;
  for (std::int64_t i = 0; i < ag::element_count(t); ++i) {
    auto const x = ag::interpret_impl::load<double>(a, i);
    auto const y = ag::interpret_impl::load<double>(b, i);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    double const allowed = how.tolerance * (1 + std::fabs(y));
    double const off = allowed > 0 ? std::fabs(x - y) / allowed : INFINITY;
    if (!(off <= worst)) worst = off;
  }
  return worst;
}

/// Kernels and interpreter give the same outputs.
template <class Definition> void agree(data const& how) {
  constexpr auto const& g = Definition::graph;
  static_assert(ag::verify(g).ok());
  static_assert(ag::verify_plan(g).ok());
  memory_of<Definition> mine(how);
  memory_of<Definition> theirs(how);
  REQUIRE(run_all(mine, std::make_integer_sequence<int, ag::group_count(g)>{}));
  CHECK(mine.guards_are_whole());
  auto const at = theirs.view();
  for (auto const& n : g.nodes) ag::execute(g, n, at);
  for (int i = 0; i < g.outputs.count; ++i) {
    INFO("output " << i);
    auto const o = static_cast<std::size_t>(i);
    CHECK(distance(g[g.output_of_graph(i)], mine.outputs[o].at(), theirs.outputs[o].at(), how) <=
          1);
  }
}

}  // namespace op_tests
