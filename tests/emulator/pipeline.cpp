// SPDX-License-Identifier: Apache-2.0
//
// pass/overlap_copies: tiles that are copied while earlier ones are used, on the emulated grid.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

void tiles(schedule& s, int iterations, bool pads = false) {
  s.pipeline(tile_gemm(s, 16, pads), iterations);
}

// The first statement of that kind.
auto find(program const& p, stmt_kind kind) -> handle {
  handle found = -1;
  tir::grid_shape_impl::each(p, p.root, [&](handle h) {
    if (found < 0 && p.stmts[h].kind == kind) found = h;
  });
  return found;
}

auto emulated(program const& p) -> violation_kind {
  auto operands = operands_of(p);
  return emulate_grid(p, std::span<array>(operands)).found.kind;
}

}  // namespace

TEST_CASE("a tile is under way while others are used: one barrier for each",
          "[emulator][pipeline]") {
  auto const p = captured<f32<16, 32>, f32<16, 24> const, f32<24, 32> const>(gemm);
  for (int const n : {2, 3, 5}) {
    auto const q = on_grid(*p, [n](schedule& s) { tiles(s, n); });
    require_grid(*p, *q);
    auto const text = show(*q);
    REQUIRE(count(text, "barrier") == 1);
    REQUIRE(count(text, "await all groups but " + std::to_string(n - 2)) == 1);
    REQUIRE(count(text, "commit") == 2);
    REQUIRE(count(text, "async ") == 4);
    REQUIRE(count(text, "shared f32[" + std::to_string(n) + ", 16, 4]") == 1);
  }
  auto const padded = on_grid(*p, [](schedule& s) { tiles(s, 3, true); });
  require_grid(*p, *padded);
}

TEST_CASE("what cannot change places is said", "[emulator][swizzle]") {
  auto const p = captured<f32<16, 32>, f32<16, 24> const, f32<24, 32> const>(gemm);
  auto const q = on_grid(*p, [](schedule& s) {
    auto const kk = s.split("k", 12);
    s.reorder("i", kk.outer, "j", kk.inner);
    s.bind("i", gpu::block_x);
    auto const c = s.cache_read("a", kk.outer);
    c.bind("k", gpu::thread_x);
    c.swizzle();
  });
  REQUIRE(q->fault.id == diag::code::bad_align);
  REQUIRE(
      q->fault.text.view() ==
      "swizzle of a_cache: its rows have 12 elements of 4 bytes; a power of two, and 32 bytes or "
      "more, are what can change places; align_storage pads other rows");
}

TEST_CASE("fewer tiles than there is memory for, and tiles at the ends", "[emulator][pipeline]") {
  using matrix = f32<at_call, at_call>;
  auto const p = captured<matrix, matrix const, matrix const>(gemm);
  auto const q = on_grid(*p, [](schedule& s) { tiles(s, 4); });
  for (index_t const n : {0, 1, 3, 9, 18}) require_grid(*p, *q, {17, 5, 17, n, n, 5});
}

// The emulator does copies where they are waited for, so what is missing is seen.
TEST_CASE("a wait or a barrier that is missing is found", "[emulator][pipeline]") {
  auto const p = captured<f32<16, 32>, f32<16, 24> const, f32<24, 32> const>(gemm);
  auto const whole = on_grid(*p, [](schedule& s) { tiles(s, 3); });
  auto const await = find(*whole, stmt_kind::await);
  auto const barrier = find(*whole, stmt_kind::barrier);
  REQUIRE(emulated(*whole) == violation_kind::none);
  auto late = *whole;
  late.stmts[await].target = 2;
  REQUIRE(emulated(late) == violation_kind::unwritten_read);
  auto open = *whole;
  open.stmts[barrier].kind = stmt_kind::prefetch;
  open.stmts[barrier].target = 0;
  REQUIRE(emulated(open) == violation_kind::unwritten_read);
}

TEST_CASE("what is computed, not copied, is waited for as always", "[emulator][pipeline]") {
  constexpr auto scaled = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    ashlar::local h("h");
    h(i, k) = x(i, k) * 2.0f;
    y(i) = ashlar::sum(k, h(63 - i, k));
  };
  auto const p = captured<f32<64>, f32<64, 48> const>(scaled);
  auto const q = on_grid(*p, [](schedule& s) {
    s.bind("i", gpu::thread_x);
    auto const c = s.split("k", 16);
    auto const h = s["h"];
    h.compute_at(c.outer);
    h.bind("i", gpu::thread_x);
    s.pipeline(c.outer, 2);
  });
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "async") == 0);
  REQUIRE(count(show(*q), "barrier") == 1);
}

// What makes the next tile reads a copy of it at once, so that is no copy that is under way.
TEST_CASE("a copy of a copy, and what is computed of one", "[emulator][pipeline]") {
  constexpr auto summed = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i) = ashlar::sum(k, x(i, k));
  };
  auto const p = captured<f32<64>, f32<64, 48> const>(summed);
  auto const q = on_grid(*p, [](schedule& s) {
    s.bind("i", gpu::thread_x);
    auto const c = s.split("k", 16);
    auto const first = s.cache_read("x", c.outer);
    first.store_in(scope::shared);
    first.bind("i", gpu::thread_x);
    auto const second = s.cache_read("x_cache", c.outer);
    second.store_in(scope::shared);
    second.bind("i", gpu::thread_x);
    s.pipeline(c.outer, 3);
  });
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "async") == 0);
}

TEST_CASE("what the loop computes cannot be read ahead", "[emulator][pipeline]") {
  constexpr ashlar::axis<"t"> t;
  auto const p =
      captured<f32<4, 20>, f32<4, 20> const, f32<20, 20> const>([=](auto h, auto x, auto w) {
        h.name("h");
        ashlar::local g("g");
        g(t, j) = x(t, j) + ashlar::sum(k, w(j, k) * ashlar::carried(h, 0.0f)(t - 1, k));
        h(t, j) = ashlar::min(g(t, j), 3.0f);
      });
  auto const q = on_grid(*p, [](schedule& s) {
    s["h"].bind("j", gpu::thread_x);
    s["g"].compute_at(s["h"].get("t"));
    s["g"].store_in(scope::shared);
    s["g"].bind("j", gpu::thread_x);
    s["h"].pipeline(s["h"].get("t"), 2);
  });
  REQUIRE(q->fault.id == diag::code::bad_pipeline);
}

TEST_CASE("as many tiles as there is memory for take one barrier each", "[emulator][pipeline]") {
  auto const p = captured<f32<16, 32>, f32<16, 12> const, f32<12, 32> const>(gemm);
  auto const q = on_grid(*p, [](schedule& s) { tiles(s, 3); });
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "barrier") == 1);
}

// The number of the block is a matter of the loops: down two tiles, then to the right.
TEST_CASE("blocks in groups of rows", "[emulator][raster]") {
  using matrix = f32<at_call, at_call>;
  auto const p = captured<matrix, matrix const, matrix const>(gemm);
  auto const q = on_grid(*p, [](schedule& s) {
    auto const t = s.tile("i", "j", 4, 4);
    auto const group = s.split(t.i_outer, 2);
    s.reorder(group.outer, t.j_outer, group.inner, t.i_inner, t.j_inner);
    auto const across = s.fuse(t.j_outer, group.inner);
    s.bind(s.fuse(group.outer, across), gpu::block_x);
    s.bind(t.i_inner, gpu::thread_y);
    s.bind(t.j_inner, gpu::thread_x);
  });
  for (index_t const n : {3, 9, 16}) require_grid(*p, *q, {n, 13, n, 5, 5, 13});
}

TEST_CASE("a pipeline in a loop that fills the same memory again", "[emulator][pipeline]") {
  auto const p = captured<f32<16, 16>, f32<16, 24> const, f32<24, 16> const>(gemm);
  auto const q = on_grid(*p, [](schedule& s) {
    auto const t = s.tile("i", "j", 16, 4);
    s.reorder(t.i_outer, t.j_outer, t.i_inner, t.j_inner);
    s.bind(t.i_outer, gpu::block_x);
    s.bind(t.i_inner, gpu::thread_y);
    s.bind(t.j_inner, gpu::thread_x);
    auto const kk = s.split("k", 4);
    auto const c = s.cache_read("b", kk.outer);
    c.bind("k", gpu::thread_y);
    c.bind("j", gpu::thread_x);
    s.pipeline(kk.outer, 3);
  });
  require_grid(*p, *q);
}
