// SPDX-License-Identifier: Apache-2.0
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// y(i) = x(i - 1) + x(i) + x(i + 1), where the first index is clamped, and 0 is beyond the end.
auto neighbours(index_t n) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {n});
  affine const all = b.extent(y, 0);
  if (n < 0) {
    affine const difference = b.extent(x, 0) - all;
    b.p.checks.push_back(check{.sum = b.p.add(difference), .buffer = x});
  }
  auto const i = b.axis("i", all);
  affine const before = minimum(b.p, maximum(b.p, b.at(i) - 1, constant(0)), all - 1);
  auto const right = b.load(x, {b.at(i) + 1});
  b.p.accesses.back().checked = 1;
  auto const sum = b.make(opcode::add, b.load(x, {before}), b.load(x, {b.at(i)}));
  b.stage(y, {i}, b.make(opcode::add, sum, right));
  return b.p;
}

void require_golden(char const* name, program const& p, auto const& apply) {
  program const q = scheduled(p, apply);
  REQUIRE(q.fault.ok());
  for (auto const pass : {"build nest", "cut loops", "simplify nest", "settle registers"}) {
    require_same(p, after(q, pass), std::string_view(pass) == "settle registers", has_checks(pass));
  }
  auto const text = show(after(p, "simplify nest")) + "-->\n" + show(after(q, "simplify nest"));
  REQUIRE(text == golden(std::string("schedule/peel/") + name + ".tir", text));
}

}  // namespace

TEST_CASE("the middle of a stencil has no boundary conditions", "[schedule][peel][golden]") {
  require_golden("serial", neighbours(20), [](schedule& s) { s.peel("i", 1, 1); });
}

TEST_CASE("the loop of vectors is peeled, and the last one has the rest",
          "[schedule][peel][golden]") {
  require_golden("vectors", neighbours(-1), [](schedule& s) {
    auto const [io, ii] = s.split("i", 8);
    s.vectorize(ii);
    s.peel(io, 1, 1);
  });
}

TEST_CASE("one end can be peeled alone", "[schedule][peel]") {
  auto const loops = [](index_t first, index_t last) {
    auto const q = scheduled(neighbours(20), [&](schedule& s) { s.peel("i", first, last); });
    auto const low = after(q, "settle registers");
    require_same(q, low, true);
    return count_stmts(low, low.root, stmt_kind::loop);
  };
  REQUIRE(loops(2, 0) == 2);
  REQUIRE(loops(0, 3) == 2);
  REQUIRE(loops(2, 3) == 3);
}

TEST_CASE("an extent below both ends is visited once", "[schedule][peel]") {
  auto const q = scheduled(neighbours(-1), [](schedule& s) { s.peel("i", 3, 5); });
  require_same(q, after(q, "settle registers"), true);
}

TEST_CASE("a reduction loop keeps its order", "[schedule][peel]") {
  auto p = product(3, 4, -1);
  p.allowed.reassociate = false;
  auto const q = scheduled(p, [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(ko, "i", ki, "j");
    s.vectorize("j");
    s.peel(ko, 1, 1);
    s.peel(ki, 0, 1);
  });
  REQUIRE(q.fault.ok());
  require_same(p, after(q, "settle registers"), true);
}

TEST_CASE("unrolled parts of a block that is not full are visited once", "[schedule][peel]") {
  for (auto const& [first, last] : {std::pair{0, 2}, {2, 0}, {1, 1}, {2, 3}}) {
    auto const q = scheduled(product(2, 4, -1), [&](schedule& s) {
      auto const [ko, ki] = s.split("k", 8);
      s.peel(ki, first, last);
      s.unroll(ki);
    });
    REQUIRE(q.fault.ok());
    require_same(product(2, 4, -1), after(q, "settle registers"), true);
  }
}

TEST_CASE("a peeled loop is printed as it was written", "[schedule][peel]") {
  auto p = neighbours(20);
  schedule s(p);
  s.parallel(s.peel("i", 1, 0));
  REQUIRE(s.print_steps() == "y.peel(\"i\", 1, 0)\ny.parallel(\"i\")\n");
}

TEST_CASE("what is wrong with peel is said", "[schedule][peel]") {
  auto const wrong = [](index_t n, auto const& f) { return message_of(neighbours(n), f); };
  REQUIRE(wrong(2, [](schedule& s) { s.peel("i", 1, 1); }) ==
          "E029 peel i by 1 and 1: extent 2 leaves no middle; both ends together have at most 1");
  REQUIRE(wrong(20, [](schedule& s) { s.peel("i", 0, 0); }) ==
          "E029 peel i by 0 and 0: each end has 0 to 64 iterations, and one of them at least 1");
  REQUIRE(wrong(20, [](schedule& s) { s.peel("i", -1, 1); }).starts_with("E029"));
  REQUIRE(wrong(20,
                [](schedule& s) {
                  s.vectorize("i");
                  s.peel("i", 1, 1);
                }) ==
          "E029 peel i by 1 and 1: it is vectorized, and its lanes run together; peel the loop of "
          "its vectors, or split it before it is vectorized");
  REQUIRE(wrong(20,
                [](schedule& s) {
                  s.peel("i", 1, 1);
                  s.split("i", 4);
                }) ==
          "E021 split i: peel has divided this loop in three; peel it last, or peel another loop");
  REQUIRE(wrong(20, [](schedule& s) {
            s.peel("i", 1, 1);
            s.vectorize("i");
          }).starts_with("E021 vectorize i: peel has divided"));
  REQUIRE(wrong(20, [](schedule& s) {
            s.peel(s.split("i", 8, tail::cut).outer, 1, 1);
          }).starts_with("E021 peel io: tail::cut has divided"));
}
