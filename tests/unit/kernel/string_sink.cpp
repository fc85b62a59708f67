// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/string_sink.hpp>

#include <catch2/catch_test_macros.hpp>

TEST_CASE("characters, text and numbers are appended", "[kernel][string_sink]") {
  auto const text = ashlar::printed([](auto& out) {
    out.append('a');
    out.append(std::string_view(" = "));
    out.append(std::int64_t{-3});
  });
  REQUIRE(text == "a = -3");
}
