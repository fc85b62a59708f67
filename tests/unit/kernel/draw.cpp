// SPDX-License-Identifier: Apache-2.0
#include "draw_support.hpp"

#include <ashlar/kernel/draw.hpp>

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

TEST_CASE("a picture says which variant it is of", "[kernel][draw]") {
  auto const variant = [](bool is_chosen) {
    auto p = dense(8, 8, -1);
    choices const which{.taken = static_cast<std::uint8_t>(is_chosen), .count = 1};
    schedule s(p, which);
    s.specialize(extent_of(p.buffers[1].name.view(), 1) == 64);
    s.finish();
    REQUIRE(p.fault.ok());
    return p;
  };
  auto const name = std::string(dense(8, 8, -1).buffers[1].name.view());
  std::string const where = "variant where " + name + ".extent(1) == 64</text>";
  for (bool const is_lowered : {false, true}) {
    auto chosen = variant(true);
    auto general = variant(false);
    auto plain = dense(8, 8, -1);
    for (auto* const p : {&chosen, &general, &plain}) {
      if (is_lowered) pass::lower(*p, 64);
      REQUIRE(layout_fault(draw(*p)).empty());
    }
    REQUIRE(draw(chosen).find(where) != std::string::npos);
    REQUIRE(draw(general).find("variant in general</text>") != std::string::npos);
    REQUIRE(draw(plain).find("variant") == std::string::npos);
  }
}
