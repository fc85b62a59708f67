// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// y(i, j) = a * x(i, j)
auto scaled(index_t m, index_t n) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {m, n});
  auto const a = b.operand("a", dtype::f32, {});
  auto const x = b.operand("x", dtype::f32, {m, n});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  b.stage(y, {i, j}, b.make(opcode::mul, b.load(a, {}), b.load(x, {b.at(i), b.at(j)})));
  return b.p;
}

}  // namespace

TEST_CASE("a number is loaded once, before all loops", "[pass][hoist_scalars][golden]") {
  auto const p = after(scaled(-1, 8), "hoist scalars");
  require_same(scaled(-1, 8), p);
  auto const text = show(p);
  REQUIRE(text == golden("pass/hoist_scalars/serial.tir", text));
}

TEST_CASE("or in each iteration of a parallel loop", "[pass][hoist_scalars][golden]") {
  auto const rows = scheduled(scaled(-1, 8), [](schedule& s) { s.parallel("i"); });
  auto const p = after(rows, "settle registers");
  require_same(rows, p, true);
  auto const text = show(p);
  REQUIRE(text == golden("pass/hoist_scalars/parallel.tir", text));
}

TEST_CASE("nothing changes without such operands", "[pass][hoist_scalars]") {
  auto const p = product(4, 4, 4);
  REQUIRE(after(p, "hoist scalars") == after(p, "simplify nest"));
}

TEST_CASE("a number that may be in the memory of an output is loaded where it is used",
          "[pass][hoist_scalars]") {
  auto p = scaled(4, 4);
  for (auto& b : p.buffers) b.may_alias_output = b.rank == 0;
  REQUIRE(after(p, "hoist scalars") == after(p, "simplify nest"));
}

TEST_CASE("hoisting twice is hoisting once", "[pass][hoist_scalars]") {
  program p = after(scaled(4, 4), "hoist scalars");
  program again = p;
  pass::hoist_scalars(again);
  require_same(scaled(4, 4), again);
}
