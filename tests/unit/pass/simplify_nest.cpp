// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// y(i) = x(i) for i in [0, n) in blocks of `factor`; `kind` is that of the inner loop.
auto blocks(index_t n, index_t factor, loop_kind kind, tail tails = tail::guard) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {n});
  auto const i = b.axis("i", b.extent(y, 0));
  b.stage(y, {i}, b.load(x, {b.at(i)}));
  return scheduled(b.p, [&](schedule& s) {
    auto const [io, ii] = s.split("i", factor, tails);
    if (kind == loop_kind::unrolled) s.unroll(ii);
    if (kind == loop_kind::vectorized) s.vectorize(ii);
  });
}

auto simplified(program const& p) -> program {
  program r = p;
  pass::build_nest(r);
  pass::simplify_nest(r);
  return r;
}

}  // namespace

TEST_CASE("a serial loop is clipped, and needs no guard", "[pass][simplify_nest][golden]") {
  auto const p = simplified(blocks(-1, 8, loop_kind::serial));
  REQUIRE(count_stmts(p, p.root, stmt_kind::guard) == 0);
  auto const text = show(p);
  REQUIRE(text == golden("pass/simplify_nest/serial.tir", text));
}

TEST_CASE("blocks that divide have constant extents", "[pass][simplify_nest][golden]") {
  auto const p = simplified(blocks(64, 8, loop_kind::serial));
  auto const text = show(p);
  REQUIRE(text == golden("pass/simplify_nest/exact.tir", text));
}

TEST_CASE("unrolled and vectorized loops have constant extents and keep their guards",
          "[pass][simplify_nest][golden][subtlety]") {
  for (auto const kind : {loop_kind::unrolled, loop_kind::vectorized}) {
    auto const p = simplified(blocks(-1, 8, kind));
    require_same(blocks(-1, 8, kind), p);
    REQUIRE(count_stmts(p, p.root, stmt_kind::guard) == 1);
    auto const text = show(p);
    auto const name = kind == loop_kind::unrolled ? "unrolled" : "vectorized";
    REQUIRE(text == golden(std::string("pass/simplify_nest/") + name + ".tir", text));
  }
}

TEST_CASE("lanes are a power of two", "[pass][simplify_nest]") {
  auto const p = simplified(blocks(30, 5, loop_kind::vectorized));
  for (auto const& s : p.stmts) {
    if (s.kind != stmt_kind::loop || s.loop != loop_kind::vectorized) continue;
    REQUIRE(p.indices[s.extent] == constant(8));
  }
  require_same(blocks(30, 5, loop_kind::vectorized), p);
}

TEST_CASE("a bound that the extent promises does not widen the vectors", "[pass][simplify_nest]") {
  program p = blocks(-1, 64, loop_kind::vectorized, tail::cut);
  for (auto& s : p.symbols) s.at_most = 10;
  pass::lower(p, 64);
  require_valid(p, true);
  for (auto const& s : p.stmts) {
    if (s.kind != stmt_kind::loop || s.loop != loop_kind::vectorized) continue;
    REQUIRE(p.indices[s.extent].offset <= 16);
  }
}

TEST_CASE("accesses that are proved to be inside are not checked", "[pass][simplify_nest]") {
  program const p = simplified(stencil(20));
  int checked = 0;
  for (auto const& s : p.stmts) {
    if (s.kind != stmt_kind::store) continue;
    // x(i - 1) can be below, x(i + 1) above; x(i) is inside.
    for (auto const& e : p.exprs) {
      if (e.op == opcode::load) checked += p.accesses[e.a].checked != 0 ? 1 : 0;
    }
  }
  REQUIRE(checked >= 2);
  require_same(stencil(20), p);
  program const copy = simplified(blocks(64, 8, loop_kind::serial));
  for (auto const& e : copy.exprs) {
    if (e.op == opcode::load && e.a >= 0) REQUIRE(copy.accesses[e.a].checked == 0);
  }
}

TEST_CASE("what an index loads is checked in the lanes of its vector",
          "[pass][simplify_nest][subtlety]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {-1});
  auto const table = b.operand("table", dtype::f32, {10});
  auto const index = b.operand("index", dtype::i32, {-1});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const at = b.load(index, {b.at(i)});
  b.stage(y, {i}, b.load(table, {loaded(b.p, at)}));
  program const p = scheduled(b.p, [](schedule& s) { s.vectorize("i", 8, tail::guard); });
  program const now = simplified(p);
  bool found = false;
  for (auto const& s : now.stmts) {
    if (s.kind != stmt_kind::store) continue;
    affine const& place = now.indices[now.accesses[now.exprs[s.value].a].index[0]];
    atom const& a = now.atoms[place.terms[0].atom];
    REQUIRE(a.kind == atom_kind::loaded);
    found = true;
    REQUIRE(now.accesses[now.exprs[a.id].a].checked != 0);
  }
  REQUIRE(found);
}

TEST_CASE("simplifying twice is simplifying once", "[pass][simplify_nest]") {
  for (auto const kind : {loop_kind::serial, loop_kind::unrolled, loop_kind::vectorized}) {
    program p = simplified(blocks(-1, 8, kind));
    auto const once = show(p);
    pass::simplify_nest(p);
    REQUIRE(show(p) == once);
  }
}
