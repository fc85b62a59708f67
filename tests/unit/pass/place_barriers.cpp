// SPDX-License-Identifier: Apache-2.0
//
// pass/place_barriers: a barrier where threads meet, none elsewhere; run by the threads, too.
// not in a batch: the support of tests/emulator has names that this folder's has, too
#include "emulator/support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto copy = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = x(i);
};
constexpr auto turned = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = x(31 - i);
};
constexpr auto repeated = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = x(i % 2);
};
constexpr auto sums = [](auto y, auto a, auto x) {
  y.name("y");
  a.name("a");
  x.name("x");
  y(i) = ashlar::sum(k, a(i, k) * x(k));
};

// Blocks of 8 threads, and what a block reads of x in shared memory.
void through_shared(schedule& s) {
  auto const b = s.split("i", 8);
  s.bind(b.outer, gpu::block_x);
  s.bind(b.inner, gpu::thread_x);
  auto const c = s.cache_read("x", b.outer);
  c.store_in(scope::shared);
  auto const own = c.program().axes[c.program().stages[c.stage()].loops[0]].name;
  c.bind(c.split(own.view(), 8).inner, gpu::thread_x);
}

template <class... Operand, class Kernel, class Schedule>
auto barriers(Kernel const& kernel, Schedule const& apply) -> int {
  auto const p = captured<Operand...>(kernel);
  auto const q = on_grid(*p, apply);
  require_grid(*p, *q);
  return count(show(*q), "barrier");
}

}  // namespace

TEST_CASE("a thread does not wait for itself", "[pass][place_barriers]") {
  REQUIRE(barriers<f32<32>, f32<32> const>(copy, through_shared) == 0);
  REQUIRE(barriers<f32<32>, f32<32> const>(turned, through_shared) == 1);
}

TEST_CASE("an index is what all threads make of it", "[pass][place_barriers]") {
  // Two threads fill what eight read by a remainder: it is the index for these two alone.
  REQUIRE(barriers<f32<32>, f32<2> const>(repeated, through_shared) == 1);
}

TEST_CASE("a tile is waited for before it is filled and before it is read",
          "[pass][place_barriers]") {
  REQUIRE(barriers<f32<16>, f32<16, 40> const, f32<40> const>(sums, [](schedule& s) {
            auto const b = s.split("i", 8);
            auto const parts = s.split("k", 8);
            s.reorder(b.outer, b.inner, parts.outer, parts.inner);
            s.bind(b.outer, gpu::block_x);
            s.bind(b.inner, gpu::thread_x);
            auto const c = s.cache_read("x", parts.outer);
            c.store_in(scope::shared);
            c.bind(c.split("k", 8).inner, gpu::thread_x);
          }) == 2);
}
