// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto cut_in_vectors(index_t n) -> program {
  return scheduled(product(n, n, 3), [](schedule& s) {
    s.reorder("i", "k", "j");
    s.vectorize("j", 8, tail::cut);
  });
}

}  // namespace

TEST_CASE("full blocks, and then the rest", "[pass][cut_loops][golden]") {
  auto const text = show(after(cut_in_vectors(-1), "cut loops"));
  REQUIRE(text == golden("pass/cut_loops/dynamic.tir", text));
}

TEST_CASE("a loop whose blocks are all full is not cut", "[pass][cut_loops]") {
  auto const p = cut_in_vectors(16);
  auto const before = after(p, "build nest");
  auto const now = after(p, "cut loops");
  REQUIRE(count_stmts(before, before.root, stmt_kind::loop) ==
          count_stmts(now, now.root, stmt_kind::loop));
}

TEST_CASE("the guards of full blocks go when they are simplified", "[pass][cut_loops]") {
  auto const p = after(cut_in_vectors(-1), "simplify nest");
  // What is left, for the start and for the update: whether there is a rest, and its lanes.
  REQUIRE(count_stmts(p, p.root, stmt_kind::guard) == 2 * 2);
}

TEST_CASE("cutting twice is cutting once", "[pass][cut_loops]") {
  program p = after(cut_in_vectors(-1), "cut loops");
  auto const once = show(p);
  pass::cut_loops(p);
  REQUIRE(show(p) == once);
}

TEST_CASE("two cut loops make four copies of what is inside", "[pass][cut_loops][subtlety]") {
  auto const p = scheduled(product(-1, -1, 3), [](schedule& s) {
    auto const [io, ii] = s.split("i", 4, tail::cut);
    auto const [jo, ji] = s.split("j", 8, tail::cut);
    s.reorder(io, jo, "k", ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
  });
  auto const one = after(p, "build nest");
  auto const now = after(p, "cut loops");
  REQUIRE(count_stmts(now, now.root, stmt_kind::store) ==
          4 * count_stmts(one, one.root, stmt_kind::store));
  require_same(p, now);
}

TEST_CASE("a part beyond the end of its tensor has no rest", "[pass][cut_loops]") {
  // The part of iio is counted from blocks that are outside of it, and may lie beyond the end.
  auto const p = scheduled(product(-1, 4, 3), [](schedule& s) {
    auto const [io, ii] = s.split("i", 4);
    auto const [iio, iii] = s.split(ii, 2);
    s.reorder(iio, io, "j", iii, "k");
    s.cache_read("a", "j");
    s["a_cache"].split("i", 2, tail::cut);
  });
  require_same(p, after(p, "simplify nest"));
}
