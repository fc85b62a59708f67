// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

/// y(i, j) = sum(k, select(condition, x(i + k - 1, j), other)): i and k as they are in a window, n
/// rows of 8; an extent below 0 is dynamic.
template <class Condition>
constexpr auto window(index_t n, Condition const& condition, double other = 0) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {n, 8});
  auto const x = b.operand("x", dtype::f32, {n, 8});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  auto const k = b.axis("k", constant(3), true);
  auto const tap = b.load(x, {b.at(i) + b.at(k) - 1, b.at(j)}, 1);
  auto const chosen =
      b.make(opcode::select, condition(b, b.at(i) + b.at(k), b.extent(x, 0), b.at(j)), tap,
             b.number(dtype::f32, other));
  b.reduction(y, {i, j}, {k}, opcode::add, 0, chosen);
  return b.p;
}

constexpr auto inside = [](program_builder& b, affine const& row, affine const& n, affine const&) {
  handle const low = b.make(opcode::ge, b.index(row), b.number(dtype::i64, 1));
  return b.make(opcode::logical_and, low, b.make(opcode::le, b.index(row), b.index(n)));
};
constexpr auto in_columns = [](program_builder& b, affine const&, affine const&, affine const& j) {
  return b.make(opcode::lt, b.index(j), b.number(dtype::i64, 3));
};
constexpr auto at_two = [](program_builder& b, affine const& row, affine const&, affine const&) {
  return b.make(opcode::eq, b.number(dtype::i64, 2), b.index(row));
};

constexpr auto in_vectors = [](schedule& s) {
  s.reorder("i", "k", "j");
  s.vectorize("j");
};

auto has_select(program const& p, handle h) -> bool {
  for (; h >= 0; h = p.stmts[h].next) {
    stmt const& s = p.stmts[h];
    handle const added = s.kind == stmt_kind::store ? p.exprs[s.value].b : handle{-1};
    if (added >= 0 && p.exprs[added].op == opcode::select) return true;
    if (has_select(p, s.body) || has_select(p, s.otherwise)) return true;
  }
  return false;
}

void require_skipped(program const& before, program const& p) {
  auto const nest = after(p, "build nest");
  REQUIRE(!has_select(nest, nest.root));
  require_same(before, after(p, "simplify nest"));
}

}  // namespace

TEST_CASE("what is outside of an image is tested for outside of the vectors",
          "[pass][skip_identity][golden]") {
  auto const before = window(-1, inside);
  auto const p = scheduled(before, in_vectors);
  require_skipped(before, p);
  auto const text = show(after(p, "simplify nest"));
  REQUIRE(text == golden("pass/skip_identity/window.tir", text));
}

TEST_CASE("the first and the last row are peeled, and nothing is tested",
          "[pass][skip_identity][golden]") {
  auto const before = window(9, inside);
  auto const p = scheduled(before, [](schedule& s) {
    in_vectors(s);
    s.peel("i", 1, 1);
    s.peel("k", 1, 1);
  });
  require_skipped(before, p);
  auto const nest = after(p, "simplify nest");
  REQUIRE(count_stmts(nest, nest.root, stmt_kind::guard) == 0);
  auto const text = show(nest);
  REQUIRE(text == golden("pass/skip_identity/peeled.tir", text));
}

TEST_CASE("comparisons of all kinds, with the index on either side", "[pass][skip_identity]") {
  auto const before = window(-1, at_two);
  require_skipped(before, scheduled(before, in_vectors));
  require_skipped(before, scheduled(before, [](schedule& s) { s.split("k", 2); }));
}

TEST_CASE("indices that are compared do not make vectors narrow", "[pass][skip_identity]") {
  auto const p = after(scheduled(window(-1, inside), in_vectors), "split vectors");
  REQUIRE(p.axes[p.stages[0].loops.back()].extent == constant(8));
}

TEST_CASE("lanes that differ, and values that are not the identity, stay choices",
          "[pass][skip_identity][subtlety]") {
  for (auto const& before : {window(-1, in_columns), window(-1, inside, 1)}) {
    auto const nest = after(scheduled(before, in_vectors), "build nest");
    REQUIRE(has_select(nest, nest.root));
    require_same(before, after(scheduled(before, in_vectors), "simplify nest"));
  }
}

TEST_CASE("partial results are there although the first block is skipped",
          "[pass][skip_identity][subtlety]") {
  // Rows above and below have a block of k in which nothing counts: the sum starts there all the
  // same, and ends there.
  auto const before = window(-1, inside);
  auto const p = scheduled(before, [](schedule& s) {
    s.reorder("k", "i", "j");
    s.vectorize("j");
  });
  require_skipped(before, p);
}

TEST_CASE("a window that slides is filled in iterations that are skipped, too",
          "[pass][skip_identity][subtlety]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {-1});
  auto const x = b.operand("x", dtype::f32, {-1});
  affine const n = b.extent(x, 0);
  auto const h = b.local("h", dtype::f32, {n});
  auto const t = b.axis("t", n);
  b.stage(h, {t}, b.make(opcode::add, b.load(x, {b.at(t)}), b.number(dtype::f32, 1)));
  auto const i = b.axis("i", b.extent(y, 0));
  auto const k = b.axis("k", n, true);
  auto const far = b.make(opcode::ge, b.index(b.at(k)), b.number(dtype::i64, 2));
  auto const value = b.make(opcode::select, far, b.load(h, {b.at(k)}), b.number(dtype::f32, 0));
  b.reduction(y, {i}, {k}, opcode::add, 0, value);
  auto const p = scheduled(b.p, [](schedule& s) { s.compute_at("h", s.get("k")); });
  require_skipped(b.p, p);
}
