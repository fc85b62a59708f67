// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto rows = [](schedule& s) {
  s.compute_at("h", "v", "r");
  s["h"].store_root();
};

}  // namespace

TEST_CASE("a dimension of a stage that is stored around its loop is folded",
          "[schedule][fold_storage]") {
  constexpr auto p = scheduled(blur(16), [](schedule& s) {
    rows(s);
    s["h"].fold_storage("r", 4);
  });
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.stages[0].fold_dim == 0);
  STATIC_REQUIRE(p.stages[0].fold_places == 4);
}

TEST_CASE("what is wrong with fold_storage is said", "[schedule][fold_storage]") {
  auto const wrong = [](auto const& f) {
    return message_of(blur(16), [&](schedule& s) {
      rows(s);
      f(s);
    });
  };
  REQUIRE(message_of(blur(16), [](schedule& s) { s["h"].fold_storage("r"); }) ==
          "E057 fold_storage r of h: it is stored where it is computed; store_at, of a loop around "
          "that, comes first");
  REQUIRE(wrong([](schedule& s) { s["h"].fold_storage("y"); }) ==
          "E002 fold_storage y of h: it has no dimension of that name: r, c");
  REQUIRE(wrong([](schedule& s) { s["h"].fold_storage("r", 2000); }) ==
          "E057 fold_storage r of h: 2000 places; give 1 to 1024, or 0 for as many as it needs");
  REQUIRE(wrong([](schedule& s) {
            s["h"].fold_storage("c");
            s["h"].vectorize("c", 8);
          }) ==
          "E057 fold_storage c of h: it is vectorized along it, and the circle has an end; "
          "vectorize another loop");
  REQUIRE(wrong([](schedule& s) {
            s["h"].fold_storage("c");
            s.vectorize("c", 8);
          }) ==
          "E057 fold_storage c of h: v reads it in lanes along it, and the circle has an end; "
          "vectorize another loop");
  REQUIRE(wrong([](schedule& s) {
            s["h"].fold_storage("r", 4);
            s["h"].store_at(s.get("r"));
          }).starts_with("E057 fold_storage r of h: it is stored where it is computed"));
}

TEST_CASE("the steps say what is folded", "[schedule][fold_storage]") {
  program p = blur(16);
  schedule s(p);
  rows(s);
  s["h"].fold_storage("r");
  s["h"].fold_storage("r", 4);
  REQUIRE(s.print_steps().view() ==
          "h.compute_at(\"v\", \"r\")\nh.store_root()\nh.fold_storage(\"r\")\n"
          "h.fold_storage(\"r\", 4)\n");
}
