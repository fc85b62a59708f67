// SPDX-License-Identifier: Apache-2.0
//
// Loop nests of a GPU's kernel: grids of two dimensions, threads beyond the end, register tiles,
// stages in memory of a thread; run on this processor by tests/support/emulate_cuda.
#include "cuda_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto turned = [](auto y, auto x) { y(i, j) = x(j, i); };
constexpr auto blur = [](auto y, auto x) {
  ash::local h("h");
  h(i, j) = x(i, j) + x(i, j + 1) + x(i, j + 2);
  y(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};
constexpr auto total = [](auto y, auto x) { y(i) = ash::sum(j, x(i, j)); };

// One thread for each element.
constexpr auto by_element = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 4, 8);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(t.i_inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
};
// Two rows of four elements for each, in registers while k goes on.
constexpr auto by_tile = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 8, 16);
  auto const row = s.split(t.i_inner, 2);
  auto const column = s.split(t.j_inner, 4);
  s.reorder(t.i_outer, t.j_outer, row.outer, column.outer, "k", row.inner, column.inner);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.outer, ash::gpu::thread_y);
  s.bind(column.outer, ash::gpu::thread_x);
  s.unroll(row.inner);
  s.vectorize(column.inner);
};
constexpr auto own_stage = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 4, 8);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(t.j_inner, ash::gpu::thread_x);
  s.compute_at("h", t.j_inner);
  s["h"].store_in(ash::tir::scope::stack);
};
constexpr auto in_vectors = [](ash::schedule& s) {
  auto const b = s.split("i", 8);
  s.bind(b.outer, ash::gpu::block_x);
  s.bind(b.inner, ash::gpu::thread_x);
  s.vectorize("j", 4);
};

// Tiles of both operands are copied to shared memory by all threads of the block.
constexpr auto by_shared_tile = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 8, 16);
  auto const k = s.split("k", 8);
  auto const row = s.split(t.i_inner, 2);
  auto const column = s.split(t.j_inner, 4);
  s.reorder(t.i_outer, t.j_outer, row.outer, column.outer, k.outer, k.inner, row.inner,
            column.inner);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.outer, ash::gpu::thread_y);
  s.bind(column.outer, ash::gpu::thread_x);
  s.unroll(row.inner);
  s.vectorize(column.inner);
  for (auto const* name : {"arg1", "arg2"}) {
    auto const c = s.cache_read(name, k.outer);
    c.store_in(ash::scope::shared);
    auto const first = c.split(name[3] == '1' ? "i" : "k", 4);
    auto const second = c.split(name[3] == '1' ? "k" : "j", 4);
    c.bind(first.inner, ash::gpu::thread_y);
    c.bind(second.inner, ash::gpu::thread_x);
  }
};
// A tile is written by rows, and read by columns.
constexpr auto through_shared = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 8, 8);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(t.i_inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
  auto const c = s.cache_read("arg1", t.j_outer);
  c.store_in(ash::scope::shared);
  auto const first = c.split("j", 8);
  auto const second = c.split("i", 8);
  c.bind(first.inner, ash::gpu::thread_y);
  c.bind(second.inner, ash::gpu::thread_x);
};
constexpr auto by_warp = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  auto const k = s.split("j", 32);
  s.bind(k.inner, ash::gpu::lane);
};

TEST_CASE("a grid of two dimensions", "[backend][cuda]") {
  agree_on_gpu<product, by_element>(like<float, dyn, dyn>(10, 19), like<float, dyn, dyn>(10, 7),
                                    like<float, dyn, dyn>(7, 19));
  agree_on_gpu<turned, by_element>(like<float, dyn, dyn>(10, 19), like<float, dyn, dyn>(19, 10));
  agree_on_gpu<turned, by_element>(like<std::int8_t, 8, 16>(), like<std::int8_t, 16, 8>());
}

TEST_CASE("tiles in the registers of a thread", "[backend][cuda]") {
  agree_on_gpu<product, by_tile>(like<float, 16, 32>(), like<float, 16, 5>(), like<float, 5, 32>());
  for (int const n : {0, 1, 21}) {
    agree_on_gpu<product, by_tile>(like<float, dyn, dyn>(n, 37), like<float, dyn, dyn>(n, 6),
                                   like<float, dyn, dyn>(6, 37));
  }
}

TEST_CASE("a stage in the memory of a thread, and partial sums", "[backend][cuda]") {
  agree_on_gpu<blur, own_stage>(like<float, 10, 21>(), like<float, 12, 23>());
  agree_on_gpu<total, in_vectors>(like<double, dyn>(13), like<double, dyn, 32>(13));
}

TEST_CASE("tiles in shared memory", "[backend][cuda]") {
  agree_on_gpu<product, by_shared_tile>(like<float, 16, 32>(), like<float, 16, 16>(),
                                        like<float, 16, 32>());
  agree_on_gpu<product, by_shared_tile>(
      like<float, dyn, dyn>(19, 37), like<float, dyn, dyn>(19, 13), like<float, dyn, dyn>(13, 37));
  agree_on_gpu<turned, through_shared>(like<float, dyn, dyn>(10, 19),
                                       like<float, dyn, dyn>(19, 10));
}

TEST_CASE("the default schedule of a grid", "[backend][cuda]") {
  agree_on_gpu<turned, ash::automatic>(like<float, dyn, dyn>(10, 19),
                                       like<float, dyn, dyn>(19, 10));
  agree_on_gpu<total, ash::automatic>(like<float, dyn>(5), like<float, dyn, dyn>(5, 70));
}

TEST_CASE("sums of a warp", "[backend][cuda]") {
  agree_on_gpu<total, by_warp>(like<float, dyn>(5), like<float, dyn, dyn>(5, 70));
  agree_on_gpu<total, by_warp>(like<std::int64_t, 4>(), like<std::int64_t, 4, 64>());
}

}  // namespace
