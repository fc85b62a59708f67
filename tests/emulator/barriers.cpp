// SPDX-License-Identifier: Apache-2.0
//
// pass/place_barriers, pass/thread_access and pass/one_writer: where threads wait, and which of
// them writes.
#include "support.hpp"

#include <ashlar/expr/carried.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"r"> r;

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

// Threads that are 4 apart reach 5 and more with what they add to it.
TEST_CASE("what reaches into the places of the next thread needs a barrier",
          "[emulator][barriers]") {
  auto const sums = [](auto y, auto x, auto w) {
    y.name("y");
    x.name("x");
    w.name("w");
    ashlar::local h("h");
    h(i, k) = x(i, k) + 1.0f;
    y(i, k) = ashlar::sum(r, h(i, k + r) * w(r));
  };
  auto const by = [](int n) {
    return [n](schedule& s) {
      s.bind("i", gpu::block_x);
      s.bind(s.split("k", n).outer, gpu::thread_x);
      s["h"].compute_at(s.get("i"));
      s["h"].bind(s["h"].split("k", n).outer, gpu::thread_x);
    };
  };
  auto const three = captured<f32<4, 64>, f32<4, 66> const, f32<3> const>(sums);
  auto const eight = captured<f32<4, 64>, f32<4, 71> const, f32<8> const>(sums);
  auto const by_four = on_grid(*three, by(4));
  require_grid(*three, *by_four);
  REQUIRE(barriers(*by_four) == 1);
  auto const by_eight = on_grid(*eight, by(8));
  require_grid(*eight, *by_eight);
  REQUIRE(barriers(*by_eight) == 1);
}

TEST_CASE("a block has the threads that it says, and a nest as many launches as are looked at",
          "[emulator][limits]") {
  auto const wide = captured<f32<70000, 70000>, f32<70000, 70000> const>(
      [](auto y, auto x) { y(i, k) = x(i, k); });
  auto const squares = on_grid(*wide, [](schedule& s) {
    s.bind("i", gpu::thread_y);
    s.bind("k", gpu::thread_x);
  });
  REQUIRE(squares->fault.id == diag::code::too_many_threads);
  auto const lanes =
      captured<f32<4>, f32<4, 16> const>([](auto y, auto x) { y(i) = ashlar::sum(k, x(i, k)); });
  auto const half = on_grid(*lanes, [](schedule& s) {
    s.bind("i", gpu::block_x);
    s.bind("k", gpu::lane);
  });
  REQUIRE(half->fault.id == diag::code::bad_grid_extent);
  using v = f32<8>;
  auto const nine = captured<v, v, v, v, v, v, v, v, v, v const>(
      [](auto a, auto b, auto c, auto d, auto e, auto f, auto g, auto h, auto l, auto x) {
        a(i) = x(i), b(i) = x(i), c(i) = x(i), d(i) = x(i), e(i) = x(i), f(i) = x(i);
        g(i) = x(i), h(i) = x(i), l(i) = x(i);
      });
  auto const launches = on_grid(*nine, [](schedule& s) {
    for (auto const* name :
         {"arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "arg6", "arg7", "arg8"})
      s[name].bind("i", gpu::block_x);
  });
  REQUIRE(launches->fault.id == diag::code::capacity_exceeded);
}

TEST_CASE("threads carry values to each other, and blocks do not", "[emulator][barriers]") {
  constexpr ashlar::axis<"t"> t;
  constexpr ashlar::axis<"c"> c;
  constexpr ashlar::axis<"d"> d;
  auto const p = captured<f32<4, 20>, f32<20, 20> const>([=](auto y, auto w) {
    y.name("y");
    w.name("w");
    y(t, c) =
        ashlar::min(ashlar::sum(d, ashlar::carried(y, 0.0f)(t - 1, d) * w(c, d)), 3.0f) + 1.0f;
  });
  auto const one_block = on_grid(*p, [](schedule& s) { s.bind("c", gpu::thread_x); });
  require_grid(*p, *one_block);
  REQUIRE(count(show(*one_block), "barrier") == 1);
  auto const many = on_grid(*p, [](schedule& s) {
    auto const b = s.split("c", 10);
    s.bind(b.outer, gpu::block_x);
    s.bind(b.inner, gpu::thread_x);
  });
  REQUIRE(many->fault.id == diag::code::bad_recurrence);
  REQUIRE(many->fault.text.view().starts_with(
      "bind co to block_x: what y has computed is read at other points along the loop, in other "
      "blocks"));
  // The sum reads the states of all blocks, of which each would make its own.
  auto const cell =
      captured<f32<4, 20>, f32<4, 20> const, f32<20, 20> const>([=](auto h, auto x, auto w) {
        h.name("h");
        x.name("x");
        w.name("w");
        ashlar::local g("g");
        g(t, c) = x(t, c) + ashlar::sum(d, w(c, d) * ashlar::carried(h, 0.0f)(t - 1, d));
        h(t, c) = ashlar::min(g(t, c), 3.0f);
      });
  auto const states = on_grid(*cell, [](schedule& s) { s["h"].bind("c", gpu::block_x); });
  REQUIRE(states->fault.id == diag::code::bad_recurrence);
  REQUIRE(states->fault.text.view().find("what h has computed is read") != std::string_view::npos);
}
