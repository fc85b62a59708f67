// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

/// a(i) = x(i) + 1, b(i) = x(i) + 2, c(i) = x(i) + 3: three outputs of n elements.
constexpr auto three(index_t n) -> program {
  program_builder b{};
  handle const y[] = {b.output("a", dtype::f32, {n}), b.output("b", dtype::f32, {n}),
                      b.output("c", dtype::f32, {n})};
  auto const x = b.operand("x", dtype::f32, {n});
  for (int s = 0; s < 3; ++s) {
    auto const i = b.axis("i", b.extent(y[0], 0));
    b.stage(y[s], {i}, b.make(opcode::add, b.load(x, {b.at(i)}), b.number(dtype::f32, s + 1)));
  }
  return b.p;
}

// a runs with b, and b with c: so the loop is that of c.
constexpr void chain(schedule& s) {
  for (auto const* const name : {"a", "b", "c"}) s[name].split("i", 4);
  s.compute_with("a", s["b"].get("io"));
  s.compute_with("b", s["c"].get("ii"));
}

}  // namespace

TEST_CASE("shared loops are one axis while the nest is built", "[pass][join_loops]") {
  auto const before = scheduled(three(10), chain);
  program p = before;
  pass::nest::join_loops(p);
  auto const& c = p.stages[2].loops;
  REQUIRE(p.stages[1].loops == c);
  REQUIRE(p.stages[0].loops[0] == c[0]);
  REQUIRE(p.stages[0].loops[1] != c[1]);
  int shared = 0;
  for (auto const& a : p.axes) shared += static_cast<int>(a.shared >= 0);
  REQUIRE(shared == 3);
  pass::nest::part_loops(p);
  REQUIRE(p == before);
}

TEST_CASE("a shared axis has the variable of the loop", "[pass][join_loops]") {
  program p = scheduled(three(10), chain);
  pass::nest::join_loops(p);
  auto const of = [&](int stage) { return pass::value_of(p, p.stages[stage].pure[0]); };
  REQUIRE(of(1) == of(2));
  REQUIRE(of(0) != of(2));
}

TEST_CASE("what shares most is in the innermost loop", "[pass][join_loops]") {
  for (index_t const n : {8, 10, -1}) {
    auto const before = three(n);
    auto const p = scheduled(before, chain);
    REQUIRE(p.fault.ok());
    for (auto const pass : {"build nest", "cut loops", "simplify nest", "settle registers"}) {
      require_same(before, after(p, pass), std::string_view(pass) == "settle registers",
                   has_checks(pass));
    }
    auto const low = after(p, "build nest");
    REQUIRE(count_stmts(low, low.root, stmt_kind::loop) == 3);  // io, ii of c and b, ii of a
  }
}

TEST_CASE("a body comes after that of the stage whose loops it shares", "[pass][join_loops]") {
  auto const text = show(after(scheduled(three(8), chain), "simplify nest"));
  auto const at = [&](char const* what) { return text.find(what); };
  REQUIRE(at("c[") < at("b["));
  REQUIRE(at("b[") < at("a["));
  REQUIRE(at("a[") != std::string::npos);
}
