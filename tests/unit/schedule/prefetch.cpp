// SPDX-License-Identifier: Apache-2.0
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("hints are where points are computed, and change nothing",
          "[schedule][prefetch][golden]") {
  auto const p = scheduled(product(-1, 16, -1), [](schedule& s) {
    auto const [io, ii] = s.split("i", 2);
    s.reorder(io, "k", ii, "j");
    s.unroll(ii);
    s.vectorize("j");
    s.prefetch("a", "i", 2);
    s.prefetch("b", "k", 8);
  });
  auto const nest = after(p, "simplify nest");
  auto const text = show(nest);
  REQUIRE(text == golden("schedule/prefetch/product.tir", text));
  require_same(product(-1, 16, -1), nest);
  require_same(product(-1, 16, -1), after(p, "settle registers"), true);
}

TEST_CASE("a hint stays with the operand when the stage reads a copy", "[schedule][prefetch]") {
  auto const p = scheduled(product(8, 8, 8), [](schedule& s) {
    s.prefetch("b", "k", 4);
    s.cache_read("b", "i");
  });
  auto const nest = after(p, "settle registers");
  require_same(product(8, 8, 8), nest, true);
  REQUIRE(count_stmts(nest, nest.root, stmt_kind::prefetch) == 1);
}

TEST_CASE("reads that follow each other have one hint, the furthest on", "[schedule][prefetch]") {
  auto const hints = [](program const& from, auto const& apply) {
    auto const p = scheduled(from, apply);
    std::string all;
    for (auto const& s : p.stages) {
      for (handle const h : s.hints) {
        for (int d = 0; d < 2; ++d) {
          all += (d == 0 ? "[" : ", ") + std::to_string(p.indices[p.accesses[h].index[d]].offset);
        }
        all += "]";
      }
    }
    return all;
  };
  // Three columns are in a line; a row further is another one.
  REQUIRE(hints(blur(8), [](schedule& s) { s["h"].prefetch("x", "r", 2); }) == "[2, 0]");
  REQUIRE(hints(blur(8), [](schedule& s) { s["h"].prefetch("x", "c", 64); }) == "[0, 66]");
  REQUIRE(hints(blur(8), [](schedule& s) { s["h"].prefetch("x", "c", -64); }) == "[0, -64]");
  // Of rows, the last one is what is new.
  auto const rows = [](schedule& s) {
    s.compute_inline("h");
    s.prefetch("x", "r", 1);
  };
  REQUIRE(hints(blur(8), rows) == "[3, 0]");
  // Along columns, each row has its own.
  REQUIRE(hints(blur(8), [](schedule& s) {
            s.compute_inline("h");
            s.prefetch("x", "c", 16);
          }) == "[2, 18][1, 18][0, 18]");
}

TEST_CASE("what is wrong with prefetch is said", "[schedule][prefetch]") {
  auto const wrong = [](auto const& f) { return message_of(product(4, 8, 8), f); };
  REQUIRE(wrong([](schedule& s) { s.prefetch("a", "i", 0); }) ==
          "E052 prefetch(a, i, 0) of y: the distance is 0, which is what is read now; give 1 or "
          "more, or less than 0");
  REQUIRE(wrong([](schedule& s) { s.prefetch("c", "i", 1); }) ==
          "E052 prefetch(c, i, 1) of y: it does not read that operand at indices known before; "
          "operands it reads: a, b");
  REQUIRE(wrong([](schedule& s) { s.prefetch("a", "r", 1); }) ==
          "E002 prefetch(a, r, 1) of y: its definition has no axis r; axes: i, j, k");
  REQUIRE(wrong([](schedule& s) {
            for (int n = 1; n < 6; ++n) s.prefetch("a", "i", n);
          }) == "E052 prefetch(a, i, 5) of y: a stage has at most 4 hints");
}
