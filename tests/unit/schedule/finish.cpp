// SPDX-License-Identifier: Apache-2.0
//
// What only the whole schedule shows: a primitive that was to come has not come.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("tails of lanes need lanes", "[schedule][finish]") {
  auto const message = [](tail t) {
    return message_of(product(10, 8, 4), [t](schedule& s) { s.split("i", 4, t); });
  };
  REQUIRE(message(tail::mask) ==
          "E021 tail::mask of i: the inner loop ii must be vectorized; vectorize it, or use "
          "tail::guard");
  REQUIRE(message(tail::narrow).starts_with("E021 tail::narrow of i: the inner loop ii must be"));
  REQUIRE(message(tail::guard) == "ok");
}

TEST_CASE("where rfactor has replaced the loops there is no lane to ask for",
          "[schedule][finish]") {
  REQUIRE(message_of(product(4, 4, 10), [](schedule& s) {
            auto const [ko, ki] = s.split("k", 4, tail::mask);
            s.rfactor(ki);
          }) == "ok");
}
