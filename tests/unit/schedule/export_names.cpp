// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <ashlar/schedule/export_names.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("names become words, each once", "[schedule][export_names]") {
  auto p = product(8, 8, 8);
  p.buffers[0].name = "a b";
  p.buffers[1].name = "a.b";
  p.buffers[2].name = "2nd";
  scheduling::export_names names(p);
  REQUIRE(names.buffer(0) == "a_b");
  REQUIRE(names.buffer(1) == "a_b_2");
  REQUIRE(names.buffer(2) == "n2nd");
  REQUIRE_FALSE(names.has(0));
  names.name_axis(0, "for");
  names.name_axis(1, "a_b");
  names.name_in_stage(2, 2);
  REQUIRE(names.axis(0) == "for_");
  REQUIRE(names.axis(1) == "a_b_3");
  REQUIRE(names.axis(2) == "n2nd_k");
  names.share_axis(1, 0);
  REQUIRE(names.axis(1) == "for_");
}

TEST_CASE("a name without a character is a word, too", "[schedule][export_names]") {
  auto p = product(8, 8, 8);
  p.buffers[0].name = "";
  REQUIRE(scheduling::export_names(p).buffer(0) == "unnamed");
}
