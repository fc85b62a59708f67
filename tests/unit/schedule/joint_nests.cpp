// SPDX-License-Identifier: Apache-2.0
#include <ashlar/schedule/joint_nests.hpp>

#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;
using namespace ashlar::scheduling;

namespace {

/// Stages of four elements, each of which reads x, or the stages that are named by their number.
constexpr auto stages_of(std::initializer_list<std::initializer_list<int>> reads) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4});
  auto const x = b.operand("x", dtype::f32, {4});
  handle made[8]{};
  int n = 0;
  for (auto const& of : reads) {
    bool const is_last = n + 1 == static_cast<int>(reads.size());
    char const name[] = {'s', static_cast<char>('0' + n), '\0'};
    made[n] = is_last ? y : b.local(name, dtype::f32, {b.extent(y, 0)});
    auto const i = b.axis("i", b.extent(y, 0));
    handle value = b.load(x, {b.at(i)});
    for (int const from : of) value = b.make(opcode::add, value, b.load(made[from], {b.at(i)}));
    b.stage(made[n++], {i}, value);
  }
  return b.p;
}

using list = static_vector<std::int16_t, 8>;

constexpr auto order_of(program const& p) -> list {
  list all{};
  for (int s = 0; s < p.stages.count; ++s) all.push_back(static_cast<std::int16_t>(s));
  return nest_order(p, p.stages[0]).sorted(all);
}
constexpr void join(program& p, int stage, int with) {
  p.stages[stage].with_axis = p.stages[with].loops[0];
}
constexpr auto is(list const& l, std::initializer_list<int> wanted) -> bool {
  int n = 0;
  for (int const w : wanted) {
    if (n >= l.count || l[n++] != w) return false;
  }
  return n == l.count;
}

}  // namespace

TEST_CASE("without shared loops the order is that of the stages", "[schedule][joint_nests]") {
  constexpr auto p = stages_of({{}, {0}, {}, {1, 2}});
  STATIC_REQUIRE(!has_joint_nests(p));
  STATIC_REQUIRE(is(order_of(p), {0, 1, 2, 3}));
}

TEST_CASE("stages that share loops are neighbours, after what they need",
          "[schedule][joint_nests]") {
  // 3 reads 2, which reads 1: so both come before 0 and 3.
  auto p = stages_of({{}, {}, {1}, {2}, {0, 3}});
  join(p, 0, 3);
  REQUIRE(leader_of(p, 0) == 3);
  REQUIRE(is(order_of(p), {1, 2, 3, 0, 4}));
  // What reads one of them comes after both.
  auto q = stages_of({{}, {0}, {}, {1, 2}});
  join(q, 2, 0);
  REQUIRE(is(order_of(q), {0, 2, 1, 3}));
}

TEST_CASE("several follow one, each after its own", "[schedule][joint_nests]") {
  auto p = stages_of({{}, {}, {}, {0, 1, 2}});
  join(p, 0, 1);
  join(p, 1, 2);
  REQUIRE(leader_of(p, 0) == 2);
  REQUIRE(is(order_of(p), {2, 1, 0, 3}));
}

TEST_CASE("a nest that needs itself is found through others", "[schedule][joint_nests]") {
  // 2 reads 1, which reads 0.
  auto p = stages_of({{}, {0}, {1}, {2}});
  join(p, 2, 0);
  REQUIRE(nest_order(p, p.stages[0]).needs(0, 0));
  // Two nests, each of which needs the other: 1 reads 0 and 3 reads 2, and 0 is with 3, 1 with 2.
  auto q = stages_of({{}, {0}, {}, {2}, {1, 3}});
  join(q, 3, 0);
  REQUIRE(!nest_order(q, q.stages[0]).needs(0, 0));
  join(q, 2, 1);
  REQUIRE(nest_order(q, q.stages[0]).needs(0, 0));
}
