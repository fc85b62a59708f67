// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <ashlar/schedule/automatic.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("a sum of bytes has no more lanes than a loop may have", "[schedule][automatic]") {
  program_builder b{};
  auto const y = b.output("y", dtype::u8, {1});
  auto const x = b.operand("x", dtype::u8, {-1});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const k = b.axis("k", b.extent(x, 0), true);
  b.reduction(y, {i}, {k}, opcode::add, 0, b.load(x, {b.at(k)}));
  REQUIRE(message_of(b.p, [](schedule& s) { automatic(s); }) == "ok");
}

TEST_CASE("a stage that nothing reads any more stays at root", "[schedule][automatic]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4, 9});
  auto const x = b.operand("x", dtype::f32, {4, 9});
  auto const rest = b.local("rest", dtype::f32, {b.extent(y, 0)});
  auto const top = b.local("top", dtype::f32, {b.extent(y, 0)});
  auto const of_rows = [&](handle stage, opcode op) {
    auto const i = b.axis("i", b.extent(y, 0));
    auto const k = b.axis("k", b.extent(x, 1), true);
    b.reduction(stage, {i}, {k}, op, 0, b.load(x, {b.at(i), b.at(k)}));
  };
  of_rows(rest, opcode::add);
  of_rows(top, opcode::max);
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  b.stage(y, {i, j}, b.make(opcode::sub, b.load(x, {b.at(i), b.at(j)}), b.load(top, {b.at(i)})));
  auto const p = scheduled(b.p, [](schedule& s) { automatic(s); });
  REQUIRE(p.fault.ok());
  REQUIRE(p.stages[scheduling::find_stage(p, "rest")].place == placement::root);
  REQUIRE(p.stages[scheduling::find_stage(p, "top")].place == placement::at);
}
