// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <support/programs.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// y(i) = sum(r, s, x(i, r, s)).
constexpr auto total(index_t n, index_t m) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {3});
  auto const x = b.operand("x", dtype::f32, {3, n, m});
  auto const i = b.axis("i", constant(3));
  auto const r = b.axis("r", b.extent(x, 1), true);
  auto const s = b.axis("s", b.extent(x, 2), true);
  b.reduction(y, {i}, {r, s}, opcode::add, 0, b.load(x, {b.at(i), b.at(r), b.at(s)}));
  return b.p;
}

}  // namespace

TEST_CASE("the start of a reduction", "[schedule][reduce]") {
  for (char const* legal : {"i", "j", "k"}) {
    auto const p = scheduled(product(8, 8, 8), [&](schedule& s) { s.decompose_reduction(legal); });
    REQUIRE(p.fault.ok());
    REQUIRE(p.axes[p.stages[0].init_above].name == std::string_view(legal));
  }
  REQUIRE(message_of(product(8, 8, 8),
                     [](schedule& s) {
                       auto const [ko, ki] = s.split("k", 4);
                       s.decompose_reduction(ki);
                     }) ==
          "E019 decompose_reduction at ki: it is inside the reduction loop ko; legal loops: i, "
          "j, ko");
  REQUIRE(
      message_of(blur(8), [](schedule& s) { s.decompose_reduction("r"); }) ==
      "E019 decompose_reduction at r: v has no reduction; only sum, max and other reductions have "
      "a start");
}

TEST_CASE("rfactor keeps one loop apart", "[schedule][reduce]") {
  constexpr auto p = scheduled(product(6, 4, 32), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 8);
    s.reorder("i", ko, "j", ki);
    s.rfactor(ki);
  });
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y_rf") == "i 6, j 4, ko 4, ki 8");
  REQUIRE(nest_of(p, "y") == "i 6, j 4, ki 8");
  REQUIRE(p.axes[p.stages[0].at_axis].name == "i");
  REQUIRE(p.buffers[p.stages[0].buffer].rank == 3);
  REQUIRE(p.stages[0].pure.size() == 3);
  REQUIRE(p.stages[0].reduced.size() == 1);
  REQUIRE(values_of(p) == values_of(product(6, 4, 32)));
}

TEST_CASE("a rest contributes the identity and reads nothing", "[schedule][reduce][subtlety]") {
  for (tail const t : {tail::guard, tail::cut, tail::mask}) {
    for (index_t const k : {30, 8, 3, 0, -1}) {
      auto const outer =
          scheduled(product(3, 2, k), [&](schedule& s) { s.rfactor(s.split("k", 8, t).outer); });
      REQUIRE(outer.fault.ok());
      REQUIRE(values_of(outer) == values_of(product(3, 2, k)));
      auto const inner =
          scheduled(product(3, 2, k), [&](schedule& s) { s.rfactor(s.split("k", 8, t).inner); });
      REQUIRE(values_of(inner) == values_of(product(3, 2, k)));
    }
  }
}

TEST_CASE("splits and fusions of reductions are followed", "[schedule][reduce]") {
  auto const p = scheduled(total(5, 7), [](schedule& s) {
    auto const c = s.fuse("r", "s");
    auto const [co, ci] = s.split(c, 4);
    auto const [cio, cii] = s.split(ci, 3);
    s.rfactor(cio);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(values_of(p) == values_of(total(5, 7)));
  auto const q = scheduled(total(5, 7), [](schedule& s) {
    auto const [ro, ri] = s.split("r", 2);
    s.reorder(ro, "s", ri);
    auto const c = s.fuse("s", ri);
    auto const [co, ci] = s.split(c, 5);
    s.rfactor(ci);
  });
  REQUIRE(q.fault.ok());
  REQUIRE(values_of(q) == values_of(total(5, 7)));
  auto const dynamic =
      scheduled(total(-1, -1), [](schedule& s) { s.rfactor(s.split(s.fuse("r", "s"), 4).inner); });
  REQUIRE(dynamic.fault.ok());
  REQUIRE(values_of(dynamic, 5) == values_of(total(-1, -1), 5));
}

TEST_CASE("an epilogue stays with the last combination", "[schedule][reduce]") {
  auto const p = scheduled(normalized(4, 10), [](schedule& s) { s.vectorize("k", 4); });
  REQUIRE(p.fault.ok());
  REQUIRE(values_of(p) == values_of(normalized(4, 10)));
}

TEST_CASE("without a pure loop outside, the partial stage goes where the stage is",
          "[schedule][reduce]") {
  auto const flat = scheduled(total(4, 4), [](schedule& s) {
    s.reorder("r", "s", "i");
    s.rfactor("s");
  });
  REQUIRE(flat.fault.ok());
  REQUIRE(flat.stages[0].place == placement::root);
  auto const inside = scheduled(normalized(8, 8), [](schedule& s) {
    s.compute_at("half", "y", "i");
    s.compute_at("norm", "y", "i");
    s["norm"].reorder("k", "i");
    s["norm"].rfactor(s["norm"].split("k", 2).inner);
  });
  REQUIRE(inside.fault.ok());
  REQUIRE(inside.stages[0].name == "norm_rf");
  REQUIRE(inside.stages[0].at_stage == 3);
  REQUIRE(values_of(inside) == values_of(normalized(8, 8)));
}

TEST_CASE("what is wrong with rfactor is said", "[schedule][reduce][subtlety]") {
  auto const wrong = [](auto const& f) { return message_of(product(8, 8, 8), f); };
  REQUIRE(wrong([](schedule& s) { s.rfactor("j"); }) ==
          "E020 rfactor j of y: it is not a reduction loop; reduction loops: k");
  REQUIRE(message_of(blur(8), [](schedule& s) { s.rfactor("r"); }) ==
          "E020 rfactor r of v: it is not a reduction loop");
  REQUIRE(wrong([](schedule& s) {
            s.unroll("k");
            s.rfactor("k");
          }).starts_with("E024 rfactor k: it is unrolled already"));
  REQUIRE(wrong([](schedule& s) {
            auto const [ko, ki] = s.split("k", 4);
            s.cache_write(ko);
            s.rfactor(ki);
          }) ==
          "E020 rfactor ki of y: rfactor comes before cache_write, decompose_reduction "
          "and scatter");
  REQUIRE(wrong([](schedule& s) {
            auto const [ko, ki] = s.split("k", 4);
            s.cache_read("b", ko);
            s.rfactor(ki);
          }) == "E020 rfactor ki of y: rfactor comes before compute_at and cache_read");
  REQUIRE(message_of(product(8, 8, 512), [](schedule& s) {
            auto [outer, inner] = s.split("k", "k0", "rest", 2);
            char const* const names[] = {"k1", "k2", "k3", "k4", "k5", "k6", "k7"};
            for (char const* const name : names) inner = s.split(inner, name, "rest", 2).inner;
            s.rfactor(outer);
          }) == "E020 rfactor k0 of y: its stage has more than 8 reduction loops");
  auto strict = product(8, 8, 8);
  strict.allowed.reassociate = false;
  REQUIRE(message_of(strict, [](schedule& s) { s.rfactor("k"); }) ==
          "E020 rfactor k of y: fp::strict keeps the order of its additions");
  auto ordered_sum = product(8, 8, 8, dtype::i32);
  ordered_sum.stages[0].reduce.commutative = false;
  REQUIRE(message_of(ordered_sum, [](schedule& s) { s.rfactor("k"); }) ==
          "E020 rfactor k of y: its combiner is not declared commutative");
  REQUIRE(message_of(arg_max(4, 8), [](schedule& s) { s.rfactor("j"); }) ==
          "E020 rfactor j of place: a reduction of pairs, as argmax, keeps one accumulator");
}
