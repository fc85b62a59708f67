// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("a stage is computed at a loop of its consumer", "[schedule][place]") {
  constexpr auto p = scheduled(blur(16), [](schedule& s) {
    auto const [ro, ri] = s.split("r", 4);
    s["h"].compute_at(ro);
    s["h"].store_in(scope::stack);
  });
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(p.stages[0].place == placement::at);
  REQUIRE(p.stages[0].at_stage == 1);
  REQUIRE(p.axes[p.stages[0].at_axis].name == "ro");
  REQUIRE(p.buffers[p.stages[0].buffer].where == scope::stack);
}

TEST_CASE("compute_root takes a placement back", "[schedule][place]") {
  auto const p = scheduled(blur(16), [](schedule& s) {
    s.compute_at("h", "v", "c");
    s.compute_root("h");
  });
  REQUIRE(p == blur(16));
}

TEST_CASE("a chain of stages is placed from the last to the first", "[schedule][place]") {
  auto const p = scheduled(normalized(8, 8), [](schedule& s) {
    s.compute_at("half", "y", "i");
    s.compute_at("norm", "y", "i");
  });
  REQUIRE(p.fault.ok());
}

TEST_CASE("what is wrong with compute_at is said", "[schedule][place]") {
  auto const wrong = [](auto const& f) { return message_of(normalized(8, 8), f); };
  REQUIRE(
      wrong([](schedule& s) { s.compute_at("norm", "y", "i"); }) ==
      "E013 norm cannot be computed at i of y: half reads it outside of that loop; it can be at: "
      "root");
  REQUIRE(
      wrong([](schedule& s) { s.compute_at("norm", "half", "i"); }) ==
      "E013 norm cannot be computed at i of half: y reads it outside of that loop; it can be at: "
      "root");
  REQUIRE(wrong([](schedule& s) {
            s.compute_inline("half");
            s.compute_at("norm", "y", "k");
          }) ==
          "E013 norm cannot be computed at k of y: y reads it after its reduction, outside of "
          "that loop; it can be at: root, i");
  REQUIRE(wrong([](schedule& s) { s.compute_at("y", "half", "i"); }) ==
          "E013 y cannot be computed at i of half: y is an output, computed at root; it can be at: "
          "root");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("half", "norm", "i");
          }).starts_with("E013 half cannot be computed at i of norm: y reads it outside"));
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("half", "half", "i");
          }).starts_with("E013 half cannot be computed at i of half: half has no such loop"));
  REQUIRE(wrong([](schedule& s) { s.compute_at("half", "y", "x"); }) ==
          "E002 get: y has no loop x; loops: i, k");
  REQUIRE(wrong([](schedule& s) { s.compute_at("none", "y", "i"); }) ==
          "E015 the program has no stage none; stages: norm, half, y");
  REQUIRE(wrong([](schedule& s) {
            auto const i = s.get("i");
            s.split("i", 4);
            s.compute_at("half", i);
          }) == "E002 compute_at: i was replaced by other loops; loops: io, ii, k");
}

TEST_CASE("nothing is computed inside a vectorized loop", "[schedule][place]") {
  REQUIRE(message_of(blur(16),
                     [](schedule& s) {
                       auto const c = s.vectorize("c");
                       s.compute_at("h", c);
                     }) ==
          "E013 h cannot be computed at c of v: v has that loop vectorized; it can be at: root, "
          "r");
}

TEST_CASE("an epilogue's producer stays outside of the reduction's start", "[schedule][place]") {
  auto const inlined = [](schedule& s) {
    s.compute_inline("half");
    s.decompose_reduction("i");
    s.compute_at("norm", "y", "i");
  };
  REQUIRE(
      message_of(normalized(8, 8), inlined)
          .starts_with("E013 norm cannot be computed at i of y: y reads it after its reduction"));
}

TEST_CASE("a placement that a later primitive breaks is refused", "[schedule][place]") {
  REQUIRE(message_of(normalized(8, 8),
                     [](schedule& s) {
                       s.compute_at("half", "y", "i");
                       s.compute_at("norm", "y", "i");
                       s.compute_root("half");
                     }) ==
          "E013 norm cannot be computed at i of y: half reads it outside of that loop; it can "
          "be at: root");
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s["h"].parallel("c");
            s.parallel("r");
            s.compute_at("h", s.get("r"));
          }).starts_with("E022 h cannot be computed at r of v: h has a parallel loop"));
}

TEST_CASE("what is wrong with store_in is said", "[schedule][place]") {
  REQUIRE(message_of(blur(16), [](schedule& s) { s.store_in(scope::registers); }) ==
          "E018 store_in(registers) of v: it is an operand of the call; cache_write keeps its "
          "accumulator in registers");
  REQUIRE(message_of(blur(16), [](schedule& s) { s["h"].store_in(scope::operand); }) ==
          "E018 store_in(operand) of h: a local stage is in scope::workspace, stack, registers or "
          "shared");
  REQUIRE(
      message_of(normalized(-1, 8), [](schedule& s) { s["norm"].store_in(scope::stack); }) ==
      "E018 store_in(stack) of norm: its extents are known at the call; compute it at a loop, or "
      "use scope::workspace");
  auto const at = [](std::string_view axis) {
    return message_of(normalized(-1, 8), [&](schedule& s) {
      s["half"].store_in(scope::registers);
      s.split("i", 4);
      s.compute_at("half", "y", axis);
    });
  };
  REQUIRE(at("io") == "ok");
  REQUIRE(at("ii") == "ok");
  REQUIRE(message_of(normalized(8, -1), [](schedule& s) {
            s.reorder("k", "i");
            s["half"].store_in(scope::registers);
            s.compute_at("half", "y", "k");
          }) == "ok");
  REQUIRE(message_of(normalized(-1, 8),
                     [](schedule& s) {
                       s.reorder("k", "i");
                       s["half"].store_in(scope::registers);
                       s.compute_at("half", "y", "k");
                     }) ==
          "E018 store_in(registers) of half: a loop of y inside k has an extent known at the "
          "call; split it and compute deeper, or use scope::workspace");
}
