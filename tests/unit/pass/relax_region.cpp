// SPDX-License-Identifier: Apache-2.0
//
// pass/relax_region: a shared stage has what all threads of the block read; run by them, too.
// not in a batch: the support of tests/emulator has names that this folder's has, too
#include "emulator/support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto blur = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  ashlar::local h("h");
  h(i) = x(i) * 2.0f;
  y(i) = h(i) + h(i + 2);
};

auto with_h(scope where, bool at_thread) -> std::string {
  auto const p = captured<f32<40>, f32<42> const>(blur);
  auto const q = on_grid(*p, [&](schedule& s) {
    auto const b = s.split("i", 8);
    s.bind(b.outer, gpu::block_x);
    s.bind(b.inner, gpu::thread_x);
    s.compute_at("h", at_thread ? b.inner : b.outer);
    s["h"].store_in(where);
    if (!at_thread) s["h"].bind(s["h"].split("i", 8).inner, gpu::thread_x);
  });
  require_grid(*p, *q);
  return show(*q);
}

}  // namespace

TEST_CASE("the region of a shared stage is that of the block", "[pass][relax_region]") {
  REQUIRE(count(with_h(scope::shared, false), "allocate h: shared f32[10]") == 1);
  REQUIRE(count(with_h(scope::stack, true), "allocate h: stack f32[3]") == 1);
}

TEST_CASE("so is that of a stage inside of the threads' loops", "[pass][relax_region]") {
  auto const p = captured<f32<20>, f32<20, 40> const>([](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i) = ashlar::sum(k, x(i, k));
  });
  auto const q = on_grid(*p, [](schedule& s) {
    auto const b = s.split("i", 4);
    auto const parts = s.split("k", 8);
    s.bind(b.outer, gpu::block_x);
    s.bind(b.inner, gpu::thread_x);
    auto const c = s.cache_read("x", parts.outer);
    c.store_in(scope::shared);
    c.bind(c.split("k", 4).inner, gpu::thread_x);
  });
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "allocate x_cache: shared f32[4, 8]") == 1);
}
