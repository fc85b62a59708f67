// SPDX-License-Identifier: Apache-2.0
//
// pass/place_barriers, pass/thread_access and pass/one_writer: where threads wait, and which of
// them writes.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"k"> k;

// y(i) = sum(k, a(i, k)), where h = f(x) is a stage of 64 threads, computed at block i.
template <class Read> auto chained(Read const& read) -> std::unique_ptr<program> {
  return captured<f32<4, 64>, f32<4, 64> const>([&](auto y, auto x) {
    y.name("y");
    x.name("x");
    ashlar::local h("h");
    h(i, k) = x(i, k) + 1.0f;
    y(i, k) = read(h);
  });
}

void by_threads(schedule& s) {
  s.bind("i", gpu::block_x);
  s.bind("k", gpu::thread_x);
  s["h"].compute_at(s.get("i"));
  s["h"].bind("k", gpu::thread_x);
}

auto barriers(program const& p) -> int { return count(show(p), "barrier"); }

}  // namespace

TEST_CASE("what a thread has written itself needs no barrier", "[emulator][barriers]") {
  auto const p = chained([](auto& h) { return h(i, k) * 2.0f; });
  auto const q = on_grid(*p, by_threads);
  require_grid(*p, *q);
  REQUIRE(barriers(*q) == 0);
}

TEST_CASE("what another thread has written needs one", "[emulator][barriers]") {
  auto const p = chained([](auto& h) { return h(i, 63 - k) * 2.0f; });
  auto const q = on_grid(*p, by_threads);
  require_grid(*p, *q);
  REQUIRE(barriers(*q) == 1);
}

TEST_CASE("threads have digits of their own in what they index", "[emulator][barriers]") {
  auto const p = chained([](auto& h) { return h(i, k) * 2.0f; });
  auto const q = on_grid(*p, [](schedule& s) {
    s.bind("i", gpu::block_x);
    auto const t = s.split("k", 4);
    s.bind(t.outer, gpu::thread_x);
    s["h"].compute_at(s.get("i"));
    auto const u = s["h"].split("k", 4);
    s["h"].bind(u.outer, gpu::thread_x);
  });
  require_grid(*p, *q);
  REQUIRE(barriers(*q) == 0);
  auto const other = on_grid(*p, [](schedule& s) {
    s.bind("i", gpu::block_x);
    auto const t = s.split("k", 4);
    s.bind(t.outer, gpu::thread_x);
    s["h"].compute_at(s.get("i"));
    auto const u = s["h"].split("k", 16);
    s["h"].bind(u.inner, gpu::thread_x);
  });
  require_grid(*p, *other);
  REQUIRE(barriers(*other) == 1);
}

TEST_CASE("a loop over tiles waits before it fills one again", "[emulator][barriers]") {
  constexpr auto sums = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i) = ashlar::sum(k, x(63 - i, k));
  };
  auto const p = captured<f32<64>, f32<64, 48> const>(sums);
  auto const tiles = [](index_t n) {
    return [n](schedule& s) {
      s.bind("i", gpu::thread_x);
      auto const c = s.split("k", n);
      auto const h = s.cache_read("x", c.outer);
      h.bind("d0", gpu::thread_x);
    };
  };
  auto const q = on_grid(*p, tiles(16));
  require_grid(*p, *q);
  REQUIRE(barriers(*q) == 2);
  // One tile is filled once.
  auto const one = on_grid(*p, tiles(48));
  require_grid(*p, *one);
  REQUIRE(barriers(*one) == 1);
}

TEST_CASE("what is stored once is stored by one thread", "[emulator][barriers]") {
  constexpr auto two = [](auto y, auto z, auto x) {
    y.name("y");
    z.name("z");
    x.name("x");
    ashlar::local m("m");
    m(i) = ashlar::sum(k, x(i, k));
    y(i, k) = x(i, k) - m(i);
    z(i) = m(i);
  };
  auto const p = captured<f32<4, 64>, f32<4>, f32<4, 64> const>(two);
  auto const q = on_grid(*p, [](schedule& s) {
    auto const y = s["y"];
    y.bind("i", gpu::block_x);
    y.bind("k", gpu::thread_x);
    s["z"].bind("i", gpu::block_x);
  });
  require_grid(*p, *q);
  auto const all = launches(*q);
  REQUIRE(all.count == 3);
  REQUIRE(all[0].threads_per_block() == 1);
  REQUIRE(all[1].threads_per_block() == 64);
  // In a block of many threads, one of them has the loop of the sum.
  auto const inside = on_grid(*p, [](schedule& s) {
    auto const y = s["y"];
    y.bind("i", gpu::block_x);
    y.bind("k", gpu::thread_x);
    s["z"].compute_root();
    s["m"].compute_root();
    s["m"].bind(s["m"].split("i", 2).inner, gpu::thread_y);
  });
  require_grid(*p, *inside);
  REQUIRE(launches(*inside)[0].threads[1] == 2);
}
