// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// The second matrix of a product in panels of 16 columns.
auto in_panels(index_t n, tail tails) -> program {
  return scheduled(product(n, n, n), [&](schedule& s) {
    auto const [jo, ji] = s.split("j", 16, tails);
    s.reorder(jo, "i", "k", ji);
    s.vectorize(ji);
    s.cache_read("b", jo, packed("j", 16));
  });
}
auto layouts_of(program const& p) -> int {
  int n = 0;
  for (auto const& b : p.buffers) n += b.layout.empty() ? 0 : 1;
  return n;
}

}  // namespace

TEST_CASE("a copy in panels is addressed panel by panel", "[pass][apply_layouts][golden]") {
  auto const p = in_panels(-1, tail::guard);
  auto const before = after(p, "share values");
  auto const now = after(p, "apply layouts");
  REQUIRE(layouts_of(before) == 1);
  REQUIRE(layouts_of(now) == 0);
  require_same(in_panels(32, tail::guard), after(in_panels(32, tail::guard), "apply layouts"));
  auto const text = show(now);
  REQUIRE(text == golden("pass/apply_layouts/panels.tir", text));
}

TEST_CASE("applying twice is applying once", "[pass][apply_layouts]") {
  program p = after(in_panels(20, tail::cut), "apply layouts");
  program const once = p;
  pass::apply_layouts(p);
  REQUIRE(p == once);
}
