// SPDX-License-Identifier: Apache-2.0
//
// pass/slide_windows with kept_region: what iterations keep for each other, and what they compute.
#include "support.hpp"

#include <memory>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

void require_lowered(program const& before, program const& p) {
  auto const now = std::make_unique<program>(p);
  pass::lower(*now, 32, [&](std::string_view name, program const& then) {
    if (then.root >= 0) require_same(before, then, name == "settle registers", has_checks(name));
  });
}

}  // namespace

TEST_CASE("a window of three rows computes each row once", "[pass][slide_windows][golden]") {
  auto const p = scheduled(blur(8), [](schedule& s) {
    s.compute_at("h", "v", "r");
    s["h"].store_root();
  });
  auto const text = show(after(p, "simplify nest"));
  REQUIRE(text == golden("pass/slide_windows/rows.tir", text));
  require_lowered(blur(8), p);
}
