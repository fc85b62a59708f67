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

/// v(r, c) = h(r + 3) + h(r + 3 - c), h(q) = x(q) * x(q).
constexpr auto apart(index_t rows, index_t columns) -> program {
  program_builder b{};
  auto const v = b.output("v", dtype::f32, {rows, columns});
  auto const x = b.operand("x", dtype::f32, {rows + 3});
  auto const h = b.local("h", dtype::f32, {constant(rows + 3)});
  auto const q = b.axis("q", constant(rows + 3));
  b.stage(h, {q}, b.make(opcode::mul, b.load(x, {b.at(q)}), b.load(x, {b.at(q)})));
  auto const r = b.axis("r", constant(rows));
  auto const c = b.axis("c", constant(columns));
  auto const far = b.load(h, {b.at(r) + 3});
  b.stage(v, {r, c}, b.make(opcode::add, far, b.load(h, {b.at(r) - b.at(c) + 3})));
  return b.p;
}

/// f -> g -> h -> v, where v(r) = h(r) + h(r + 1).
constexpr auto pairs(index_t n) -> program {
  program_builder b{};
  auto const v = b.output("v", dtype::f32, {n});
  handle from = b.operand("x", dtype::f32, {n + 1});
  for (auto const name : {"f", "g", "h"}) {
    auto const to = b.local(name, dtype::f32, {constant(n + 1)});
    auto const r = b.axis("r", constant(n + 1));
    b.stage(to, {r}, b.make(opcode::mul, b.load(from, {b.at(r)}), b.number(dtype::f32, 3)));
    from = to;
  }
  auto const r = b.axis("r", constant(n));
  b.stage(v, {r}, b.make(opcode::add, b.load(from, {b.at(r)}), b.load(from, {b.at(r) + 1})));
  return b.p;
}

/// m(i, j) = sum(k, a(i, k) * b(k, j)), n the same and at least 0, y = m + n.
constexpr auto two_products() -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {8, 8});
  auto const x = b.operand("a", dtype::f32, {8, 4});
  auto const w = b.operand("b", dtype::f32, {4, 8});
  handle made[2]{};
  for (auto const name : {"m", "n"}) {
    auto const to = b.local(name, dtype::f32, {constant(8), constant(8)});
    auto const i = b.axis("i", constant(8)), j = b.axis("j", constant(8));
    auto const k = b.axis("k", constant(4), true);
    auto const each =
        b.make(opcode::mul, b.load(x, {b.at(i), b.at(k)}), b.load(w, {b.at(k), b.at(j)}));
    bool const is_first = *name == 'm';
    auto sum = b.accumulator(dtype::f32);
    if (!is_first) sum = b.make(opcode::max, sum, b.number(dtype::f32, 0));
    b.reduction(to, {i, j}, {k}, opcode::add, 0, each, sum);
    made[is_first ? 0 : 1] = to;
  }
  auto const i = b.axis("i", constant(8)), j = b.axis("j", constant(8));
  auto const m = b.load(made[0], {b.at(i), b.at(j)});
  b.stage(y, {i, j}, b.make(opcode::add, m, b.load(made[1], {b.at(i), b.at(j)})));
  return b.p;
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

TEST_CASE("partial results of a local wait in the local itself", "[pass][build_nest][golden]") {
  golden_nest("partial_local", scheduled(two_products(), [](schedule& s) {
                for (auto const* name : {"m", "n"}) s[name].reorder("k", "i", "j");
                s["m"].compute_at(s.get("i"));
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

TEST_CASE("lanes beyond the end keep their partial results", "[pass][build_nest]") {
  program const p = scheduled(dense(4, 10, 8), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(ko, "i", ki, "j");
    s.vectorize("j");
  });
  require_same(p, after(p, "simplify nest"));
}

TEST_CASE("a part of partial sums has no full blocks of the tensor", "[pass][build_nest]") {
  program const p = scheduled(product(4, 3, 10), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4, tail::cut);
    s.rfactor(ko);
    s.compute_at("y_rf", "y", "ko");
  });
  require_same(p, built(p));
  require_same(p, after(p, "cut loops"));
}

TEST_CASE("an inlined stage keeps nothing in registers", "[pass][build_nest]") {
  program const p = scheduled(product(-1, -1, -1), [](schedule& s) {
    s.cache_read("a", "i");
    s["a_cache"].store_in(scope::registers);
    s["a_cache"].compute_inline();
  });
  require_same(p, built(p));
}

TEST_CASE(
    "a reduction whose last blocks are empty, as its loops are in another order, has a result",
    "[pass][build_nest]") {
  for (int const k : {1, 5, 12, 13, -1}) {
    program const p = scheduled(dense(2, 3, k), [](schedule& s) {
      auto const [ko, ki] = s.split("k", 2);
      s.unroll(ki);
      auto const [koo, koi] = s.split(ko, 3);
      auto const [koio, koii] = s.split(koi, 2);
      s.reorder(koio, "i", koo, koii, "j");
    });
    require_same(p, built(p));
  }
}

TEST_CASE("a copy further in reads nothing beyond what the loop outside has computed",
          "[pass][build_nest]") {
  // In c, h(r + 3 - c .. r + 3) is taken for as long as it can be: h(r + 3 - c .. r + 6 - c).
  for (bool const is_kept : {false, true}) {
    program const p = scheduled(apart(5, 4), [is_kept](schedule& s) {
      s.compute_at("h", "v", "r");
      s["v"].cache_read("h", "c");
      if (is_kept) s["h"].store_root();
    });
    program const now = after(p, "simplify nest");
    require_same(p, now);
    for (auto const& held : now.buffers) {
      if (held.name == "h_cache") REQUIRE(now.indices[held.shape[0]].is_constant(4));
    }
  }
}

TEST_CASE("blocks that are rounded up in an iteration end where those of all iterations do",
          "[pass][build_nest]") {
  for (bool const is_kept : {false, true}) {
    program const p = scheduled(pairs(6), [is_kept](schedule& s) {
      s.compute_at("h", "v", "r");
      s.compute_at("g", "h", "r");
      s.compute_at("f", "v", "r");
      s["g"].split("r", 2, tail::round_up);
      if (is_kept) s["h"].store_root();
    });
    require_same(p, after(p, "simplify nest"));
  }
}
