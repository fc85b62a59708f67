// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/draw.hpp>
#include <support/programs.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("a lowered program is drawn as its nest, any other as its stages", "[kernel][draw]") {
  REQUIRE(draw(lowered_dense(8)) == draw_nest(lowered_dense(8)));
  REQUIRE(draw(dense(8, 8, 8)) == draw_stages(dense(8, 8, 8)));
}

TEST_CASE("a faulty program is drawn as its fault", "[kernel][draw]") {
  auto p = dense(8, 8, 8);
  p.fail(diag::code::unknown_axis, "no loop z");
  REQUIRE(draw(p).find("error: no loop z") != std::string::npos);
}
