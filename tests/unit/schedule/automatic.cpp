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
