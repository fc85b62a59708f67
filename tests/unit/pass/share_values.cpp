// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// A chain of squares: 2^n uses of one value.
auto squares(int n, index_t extent = 8) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {extent});
  auto const x = b.operand("x", dtype::f32, {extent});
  auto const i = b.axis("i", b.extent(y, 0));
  handle value = b.make(opcode::add, b.load(x, {b.at(i)}), b.number(dtype::f32, 1));
  for (int at = 0; at < n; ++at) value = b.make(opcode::mul, value, value);
  b.stage(y, {i}, value);
  return b.p;
}

auto uses_of_values(program const& p) -> int {
  int most = 0;
  for (auto const& s : p.stmts) {
    if (s.kind != stmt_kind::store) continue;
    int uses[limits::exprs]{};
    auto const visit = [&](auto const& self, handle h) -> void {
      if (h < 0 || p.exprs[h].op == opcode::load) return;
      int const n = operand_count(p.exprs[h].op);
      if (n > 0 && ++uses[h] > most) most = uses[h];
      if (n > 0) self(self, p.exprs[h].a);
      if (n > 1) self(self, p.exprs[h].b);
      if (n > 2) self(self, p.exprs[h].c);
    };
    visit(visit, s.value);
  }
  return most;
}

}  // namespace

TEST_CASE("a value that is used twice is computed once", "[pass][share_values][golden]") {
  auto const text = show(after(squares(2), "share values"));
  REQUIRE(text == golden("pass/share_values/squares.tir", text));
}

TEST_CASE("every expression is a tree, however often values were shared", "[pass][share_values]") {
  auto const p = after(squares(20), "share values");
  REQUIRE(uses_of_values(p) == 1);
  require_valid(p);
}

TEST_CASE("in vectors the value is a vector", "[pass][share_values]") {
  auto const p = scheduled(squares(2, -1), [](schedule& s) { s.vectorize("i", 8, tail::mask); });
  auto const now = after(p, "settle registers");
  require_same(p, now, true);
  bool is_vector = false;
  for (auto const& b : now.buffers)
    is_vector = is_vector || (b.where == scope::registers && b.lanes == 8);
  REQUIRE(is_vector);
}

TEST_CASE("without shared values nothing changes", "[pass][share_values]") {
  auto const p = product(4, 4, 4);
  REQUIRE(show(after(p, "share values")) == show(after(p, "contract fma")));
}

TEST_CASE("sharing twice is sharing once", "[pass][share_values]") {
  program p = after(squares(3), "share values");
  auto const once = show(p);
  pass::share_values(p);
  REQUIRE(show(p) == once);
}
