// SPDX-License-Identifier: Apache-2.0
//
// pass/lower_grid: schedules for a grid, run by its threads on the host.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

void tiled(schedule& s) { tile_gemm(s, 32); }

}  // namespace

TEST_CASE("a tiled product waits twice for each tile", "[emulator]") {
  auto const p = captured<f32<64, 96>, f32<64, 40> const, f32<40, 96> const>(gemm);
  auto const q = on_grid(*p, tiled);
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "barrier") == 2);
  auto const all = launches(*q);
  REQUIRE(all.count == 1);
  REQUIRE(all[0].threads_per_block() == 64);
  REQUIRE(all[0].shared_bytes == 2 * 32 * 8 * 4);
  REQUIRE(q->indices[all[0].blocks[0]].is_constant(3));
  REQUIRE(q->indices[all[0].blocks[1]].is_constant(2));
}

TEST_CASE("tiles at the ends have all of their threads", "[emulator]") {
  auto const p =
      captured<f32<at_call, at_call>, f32<at_call, at_call> const, f32<at_call, at_call> const>(
          gemm);
  auto const q = on_grid(*p, tiled);
  REQUIRE(count(show(*q), "barrier") == 2);
  for (index_t const n : {0, 1, 7, 33, 40}) require_grid(*p, *q, {n, 37, n, n, n, 37});
}

TEST_CASE("a row is combined by the lanes of a warp", "[emulator]") {
  constexpr auto rows = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i) = ashlar::sum(k, x(i, k));
  };
  auto const p = captured<f32<13>, f32<13, 200> const>(rows);
  auto const q = on_grid(*p, [](schedule& s) {
    auto const r = s.split("i", 4);
    s.bind(r.outer, gpu::block_x);
    s.bind(r.inner, gpu::warp);
    s.bind(s.split("k", 32).inner, gpu::lane);
  });
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "barrier") == 0);
  REQUIRE(count(show(*q), "allocate y_rf: registers f32[1, 32]") == 1);
  REQUIRE(count(show(*q), "thread_x one in [0, 1):") == 1);
  REQUIRE(launches(*q)[0].threads[0] == 32);
  REQUIRE(launches(*q)[0].threads[1] == 4);
}

TEST_CASE("warps combine what they have in shared memory", "[emulator]") {
  constexpr auto norm = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    ashlar::local m("m");
    m(i) = ashlar::max(k, x(i, k));
    y(i, k) = x(i, k) - m(i);
  };
  auto const p = captured<f32<5, 1000>, f32<5, 1000> const>(norm);
  auto const q = on_grid(*p, [](schedule& s) {
    s.bind("i", gpu::block_x);
    auto const c = s.split("k", 256);
    auto const w = s.split(c.inner, 32);
    s.bind(w.outer, gpu::warp);
    s.bind(w.inner, gpu::lane);
    auto const m = s["m"];
    m.compute_at(s.get("i"));
    m.store_in(scope::registers);
    auto const k1 = m.split("k", 256);
    auto const k2 = m.split(k1.inner, 32);
    auto const part = m.rfactor(k2.outer);
    part.reorder("kio", "ko", "kii");
    part.bind("kio", gpu::warp);
    part.bind("kii", gpu::lane);
  });
  require_grid(*p, *q);
  REQUIRE(count(show(*q), "barrier") == 1);
  REQUIRE(launches(*q)[0].threads_per_block() == 256);
}

TEST_CASE("a transposed tile goes through shared memory", "[emulator]") {
  constexpr auto turn = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i, j) = x(j, i);
  };
  auto const p = captured<f32<at_call, 70>, f32<70, at_call> const>(turn);
  auto const q = on_grid(*p, [](schedule& s) {
    auto const rows = s.split("i", 8);
    auto const r = s.split(rows.outer, 4);
    auto const c0 = s.split("j", 32);
    s.reorder(r.outer, c0.outer, r.inner, rows.inner, c0.inner);
    s.bind(r.outer, gpu::block_y);
    s.bind(c0.outer, gpu::block_x);
    s.bind(rows.inner, gpu::thread_y);
    s.bind(c0.inner, gpu::thread_x);
    auto const c = s.cache_read("x", c0.outer);
    c.align_storage("j", 32, 1);
    auto const cr = c.split("j", 8);
    c.bind(cr.inner, gpu::thread_y);
    c.bind("i", gpu::thread_x);
  });
  for (index_t const n : {1, 31, 64, 100}) require_grid(*p, *q, {n, n});
  REQUIRE(count(show(*q), "barrier") == 1);
  REQUIRE(launches(*q)[0].shared_bytes == 32 * 33 * 4);
}

TEST_CASE("the emulator finds what a barrier is for", "[emulator]") {
  auto const p = captured<f32<64, 64>, f32<64, 16> const, f32<16, 64> const>(gemm);
  auto const run = [&](int without, thread_order order) {
    auto q = on_grid(*p, tiled);
    int n = 0;
    for (auto& s : q->stmts) {
      if (s.kind == stmt_kind::barrier && n++ == without) s.kind = stmt_kind::prefetch;
    }
    auto all = operands_of(*p);
    return emulate_grid(*q, std::span<array>(all), order);
  };
  REQUIRE(run(-1, thread_order::forward).barriers == 2 * 2 * 2 * 2);
  for (int const without : {0, 1}) {
    auto const found = run(without, thread_order::shuffled);
    REQUIRE(found.found.kind ==
            (without == 0 ? violation_kind::unwritten_read : violation_kind::race));
    REQUIRE(found.stmt >= 0);
    REQUIRE(found.block >= 0);
  }
}
