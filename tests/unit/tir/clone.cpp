// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/clone.hpp>
#include <ashlar/tir/print.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/program_builder.hpp>

#include <string>

namespace ashlar::tests {
namespace {

struct shared_square : program_builder {
  handle x = operand("x", dtype::f32, {64});
  handle i = axis("i", constant(64));
  handle j = axis("j", constant(64));
  handle item = load(x, {at(i) + 1});
  handle root = make(opcode::sqrt, item);
  handle square = make(opcode::mul, root, root);

  auto shown(handle e) const -> std::string {
    text<200> t{};
    print_value(p, e, t);
    return std::string(t.view());
  }
};

TEST_CASE("a clone has its variables replaced, the original has not", "[tir][clone]") {
  shared_square s;
  substitution to{};
  to.bind(s.i, s.at(s.j) * 8);
  handle const copy = clone(s.p, s.square, to);
  CHECK(s.shown(copy) == "sqrt(x[8*j + 1]) * sqrt(x[8*j + 1])");
  CHECK(s.shown(s.square) == "sqrt(x[i + 1]) * sqrt(x[i + 1])");
}

TEST_CASE("what the original shares, the clone shares", "[tir][clone]") {
  shared_square s;
  handle const copy = clone(s.p, s.square, substitution{});
  CHECK(copy != s.square);
  CHECK(s.p.exprs[copy].a == s.p.exprs[copy].b);
  CHECK(s.p.exprs[copy].a != s.root);
}

TEST_CASE("loaded indices are cloned, too", "[tir][clone]") {
  shared_square s;
  auto const at = s.operand("at", dtype::i32, {64});
  auto const where = s.load(at, {s.at(s.i)});
  auto const gathered = s.load(s.x, {multiple(intern(s.p, atom_kind::loaded, where)) + 2});
  substitution to{};
  to.bind(s.i, constant(5));
  CHECK(s.shown(clone(s.p, gathered, to)) == "x[at[5] + 2]");
  CHECK(s.shown(gathered) == "x[at[i] + 2]");
}

TEST_CASE("what stands for an element outside is cloned, too", "[tir][clone]") {
  shared_square s;
  handle const bounded = s.load(s.x, {s.at(s.i) + 64}, 1, s.item);
  substitution to{};
  to.bind(s.i, constant(5));
  handle const copy = clone(s.p, bounded, to);
  CHECK(s.shown(s.p.exprs[copy].b) == "x[6]");
  CHECK(s.shown(s.item) == "x[i + 1]");
}

// Takes `instead` for every square root.
struct replace_roots {
  handle instead;
  auto leaf(program& p, handle e) const -> handle {
    return p.exprs[e].op == opcode::sqrt ? instead : handle{-1};
  }
  void rewrite(program&, access& a) const { a.checked = 1; }
};

TEST_CASE("hooks replace values and rewrite accesses", "[tir][clone]") {
  shared_square s;
  auto const one = s.number(dtype::f32, 1);
  CHECK(s.shown(clone(s.p, s.square, substitution{}, replace_roots{one})) == "1 * 1");
  CHECK(s.shown(clone(s.p, s.item, substitution{}, replace_roots{one})) == "x[i + 1?]");
}

}  // namespace
}  // namespace ashlar::tests
