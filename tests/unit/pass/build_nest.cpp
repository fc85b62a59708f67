// SPDX-License-Identifier: Apache-2.0
//
// pass/build_nest with reduce_nest and place_stages: where init, update and write-back go.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto built(program const& p) -> program {
  program r = p;
  pass::build_nest(r);
  return r;
}

auto golden_nest(char const* name, program const& scheduled_program) -> void {
  program const nest = built(scheduled_program);
  require_same(scheduled_program, nest);
  auto const text = show(nest);
  REQUIRE(text == golden(std::string("pass/build_nest/") + name + ".tir", text));
}

}  // namespace

TEST_CASE("a sum is kept in a register inside of all pure loops", "[pass][build_nest][golden]") {
  golden_nest("product", product(-1, 8, 4));
}

TEST_CASE("a tile of unrolled and vectorized loops is kept in registers",
          "[pass][build_nest][golden]") {
  golden_nest("tile", scheduled(product(8, 16, 4), [](schedule& s) {
                auto const [io, ii] = s.split("i", 4);
                auto const [jo, ji] = s.split("j", 8);
                s.reorder(io, jo, "k", ii, ji);
                s.unroll(ii);
                s.vectorize(ji);
              }));
}

TEST_CASE("with a reduction loop outside of the tile, partial results wait in the output",
          "[pass][build_nest][golden][subtlety]") {
  golden_nest("partial", scheduled(product(8, 16, 8), [](schedule& s) {
                auto const [ko, ki] = s.split("k", 4);
                auto const [jo, ji] = s.split("j", 8);
                s.reorder(ko, "i", jo, ki, ji);
                s.vectorize(ji);
              }));
}

TEST_CASE("where the result is more than the sum, the last block writes it",
          "[pass][build_nest][golden]") {
  golden_nest("partial_result", scheduled(dense(4, 8, 8), [](schedule& s) {
                auto const [ko, ki] = s.split("k", 4);
                s.reorder(ko, "i", ki, "j");
                s.vectorize("j");
              }));
}

TEST_CASE("both parts of a position are combined from the old value",
          "[pass][build_nest][golden]") {
  golden_nest("arg_max", arg_max(-1, -1));
}

TEST_CASE("a producer computes the region that its consumer touches",
          "[pass][build_nest][golden]") {
  golden_nest("region", scheduled(blur(8), [](schedule& s) {
                auto const [ro, ri] = s.split("r", 4);
                s.compute_at("h", ro);
              }));
}

TEST_CASE("a reduction without elements gives its identity", "[pass][build_nest][subtlety]") {
  program const p = scheduled(product(-1, -1, -1), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4);
    auto const [jo, ji] = s.split("j", 8);
    s.reorder(ko, "i", jo, ki, ji);
    s.vectorize(ji);
  });
  program const nest = built(p);
  std::vector<array> operands{array(dtype::f32, {2, 3}), array(dtype::f32, {2, 0}),
                              array(dtype::f32, {0, 3})};
  for (auto& item : operands[0].items) item = make_scalar(dtype::f32, 9);
  REQUIRE(interpret(nest, operands).ok());
  for (auto const& item : operands[0].items) REQUIRE(get<float>(item) == 0);
}

TEST_CASE("a tile without a constant size is not made inside of the lanes", "[pass][build_nest]") {
  program const p = scheduled(product(-1, 8, 4), [](schedule& s) {
    s.reorder("k", "i", "j");
    s.cache_write("k");
    s.vectorize("j");
  });
  program const nest = built(p);
  require_same(p, nest);
  REQUIRE(count_stmts(nest, nest.root, stmt_kind::allocate) == 0);
}

TEST_CASE("what unrolled iterations beyond the end read has been written", "[pass][build_nest]") {
  for (int const n : {5, -1}) {
    program const p = scheduled(product(n, 8, 3), [](schedule& s) {
      auto const [io, ii] = s.split("i", 4);
      s.reorder(io, "k", ii, "j");
      s.unroll(ii);
      s.vectorize("j");
      s.cache_read("a", io);
    });
    require_same(p, after(p, "simplify nest"));
  }
}

TEST_CASE("producers are skipped in unrolled iterations beyond the end", "[pass][build_nest]") {
  program const p = scheduled(blur(9), [](schedule& s) {
    auto const [ro, ri] = s.split("r", 2);
    s.unroll(ri);
    s["h"].cache_read("x", "r");
    s.compute_at("h", ro);
    s.cache_read("h", ri);
  });
  program const now = after(p, "simplify nest");
  require_same(p, now);
  REQUIRE(count_stmts(now, now.root, stmt_kind::guard) == 1);
}

TEST_CASE("the last iteration of unrolled reduction loops is the last one that counts",
          "[pass][build_nest]") {
  program const p = scheduled(dense(4, 8, 5), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4);
    auto const [kio, kii] = s.split(ki, 2);
    s.reorder(ko, kio, "i", kii, "j");
    s.unroll(kio);
    s.vectorize("j");
  });
  require_same(p, after(p, "simplify nest"));
}

TEST_CASE("an inlined stage keeps nothing in registers", "[pass][build_nest]") {
  program const p = scheduled(product(-1, -1, -1), [](schedule& s) {
    s.cache_read("a", "i");
    s["a_cache"].store_in(scope::registers);
    s["a_cache"].compute_inline();
  });
  require_same(p, built(p));
}
