// SPDX-License-Identifier: Apache-2.0
//
// pass/place_fragments: instructions of a warp, whose lanes hold the tiles, on the emulated grid:
// each lane has what the layout says, and an instruction works on what all of them have.
#include "support.hpp"

#include <support/hold_by_elements.hpp>

#include <ashlar/emit/cuda/atoms.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto of_bytes = [](auto y, auto a, auto b) {
  y.name("y");
  a.name("a");
  b.name("b");
  y(i, j) = ashlar::sum(k, ashlar::cast<int>(a(i, k)) * ashlar::cast<int>(b(k, j)));
};

// Two warps of 16 x 16 results each; fragments come straight from the operands, element by element.
template <class E> void by_elements(schedule& s) {
  constexpr int depth = gpu::mma<E>::depth;
  auto const t = s.tile("i", "j", 32, 16, tail::exact);
  auto const m = s.split(t.i_inner, 16);
  auto const n = s.split(t.j_inner, 8);
  auto const kk = s.split("k", depth, tail::exact);
  s.reorder(t.i_outer, t.j_outer, m.outer, kk.outer, n.outer, m.inner, n.inner, kk.inner);
  s.bind(t.i_outer, gpu::block_y);
  s.bind(t.j_outer, gpu::block_x);
  s.bind(m.outer, gpu::warp);
  s.unroll(n.outer);
  s.cache_write(kk.outer);
  hold_by_elements(s.cache_read("a", kk.outer), "i", 16, "k", depth);
  hold_by_elements(s.cache_read("b", kk.outer), "k", depth, "j", 8);
  s.tensorize(m.inner, intrin<gpu::mma<E>>);
}

template <class E, class Sum, class Kernel> auto runs(Kernel const& kernel) -> std::string {
  auto const p = captured<view<Sum, 32, 32>, view<E const, 32, 64>, view<E const, 64, 32>>(kernel);
  auto const q = on_grid(*p, by_elements<E>);
  require_grid(*p, *q);
  return show(*q);
}

// One instruction a tile: its rows bound to `rows`, a copied at the loop over columns or over k.
void one_by_one(schedule& s, auto rows, bool is_a_by_columns) {
  auto const m = s.split("i", 16, tail::exact);
  auto const n = s.split("j", 8, tail::exact);
  auto const kk = s.split("k", 16, tail::exact);
  s.reorder(m.outer, n.outer, kk.outer, m.inner, n.inner, kk.inner);
  s.bind(m.outer, rows);
  s.cache_write(kk.outer);
  s.cache_read("a", is_a_by_columns ? n.outer : kk.outer).store_in(scope::registers);
  s.cache_read("b", kk.outer).store_in(scope::registers);
  s.tensorize(m.inner, intrin<gpu::mma<bfloat16>>);
}

// The first error of a schedule.
template <class Schedule> auto wrong(Schedule const& apply) -> std::string {
  using E = bfloat16;
  auto const p = captured<view<float, 32, 32>, view<E const, 32, 64>, view<E const, 64, 32>>(gemm);
  auto const q = on_grid(*p, apply);
  REQUIRE(q->fault.id == diag::code::bad_fragment);
  return std::string(q->fault.text.view());
}

}  // namespace

static_assert(is_bijective(layout_of(fragment::a_16x16)));
static_assert(is_bijective(layout_of(fragment::b_16x8)));
static_assert(is_bijective(layout_of(fragment::c_16x8)));
static_assert(is_bijective(layout_of(fragment::a_16x8)));
static_assert(is_bijective(layout_of(fragment::b_8x8)));
static_assert(is_bijective(layout_of(fragment::a_16x32)));
static_assert(is_bijective(layout_of(fragment::b_32x8)));

TEST_CASE("layouts are those of the PTX manual", "[emulator][fragments]") {
  auto const left = layout_of(fragment::a_16x16);
  auto const right = layout_of(fragment::b_16x8);
  auto const sums = layout_of(fragment::c_16x8);
  auto const bytes = layout_of(fragment::a_16x32);
  auto const tf32 = layout_of(fragment::a_16x8);
  auto const right_bytes = layout_of(fragment::b_32x8);
  auto const right_tf32 = layout_of(fragment::b_8x8);
  for (int lane = 0; lane < 32; ++lane) {
    int const group = lane / 4;
    int const at = lane % 4;
    for (int r = 0; r < 8; ++r) {
      REQUIRE(left.index_of(0, lane, r) == group + (r / 2 % 2 == 0 ? 0 : 8));
      REQUIRE(left.index_of(1, lane, r) == 2 * at + r % 2 + (r < 4 ? 0 : 8));
    }
    for (int r = 0; r < 4; ++r) {
      REQUIRE(right.index_of(0, lane, r) == 2 * at + r % 2 + (r < 2 ? 0 : 8));
      REQUIRE(right.index_of(1, lane, r) == group);
      REQUIRE(sums.index_of(0, lane, r) == group + (r < 2 ? 0 : 8));
      REQUIRE(sums.index_of(1, lane, r) == 2 * at + r % 2);
      REQUIRE(tf32.index_of(0, lane, r) == group + (r % 2 == 0 ? 0 : 8));
      REQUIRE(tf32.index_of(1, lane, r) == at + (r < 2 ? 0 : 4));
    }
    for (int r = 0; r < 2; ++r) {
      REQUIRE(right_tf32.index_of(0, lane, r) == at + 4 * r);
      REQUIRE(right_tf32.index_of(1, lane, r) == group);
    }
    for (int r = 0; r < 8; ++r) {
      REQUIRE(right_bytes.index_of(0, lane, r) == 4 * at + r % 4 + (r < 4 ? 0 : 16));
      REQUIRE(right_bytes.index_of(1, lane, r) == group);
    }
    for (int r = 0; r < 16; ++r) {
      REQUIRE(bytes.index_of(0, lane, r) == group + (r / 4 % 2 == 0 ? 0 : 8));
      REQUIRE(bytes.index_of(1, lane, r) == 4 * at + r % 4 + (r < 8 ? 0 : 16));
    }
  }
}

TEST_CASE("products of tiles that lanes hold", "[emulator][fragments]") {
  auto const text = runs<bfloat16, float>(gemm);
  REQUIRE(count(text, "registers f32[2, 1, 1, 4, 32]") == 1);
  REQUIRE(count(text, "registers bf16[1, 1, 8, 32]") == 1);
  REQUIRE(count(text, "barrier") == 0);
  runs<float16, float16>(gemm);
  runs<float, float>(gemm);
  runs<std::int8_t, std::int32_t>(of_bytes);
}

// Threads of a warp that read 16 bytes each are served 8 at a time.
constexpr auto ways(std::int64_t row, std::int64_t padding, bool swizzles) -> int {
  std::int64_t at[32]{};
  int most = 1;
  for (std::int64_t column = 0; column < row; column += 8) {
    for (std::int64_t r = 0; r < 32; ++r) {
      std::int64_t const offset = r * (row + padding) + column;
      at[r] = 2 * (swizzles ? swizzle_of(row, 2).at(offset) : offset);
    }
    int const n = bank_ways(at, 32, 16);
    most = n > most ? n : most;
  }
  return most;
}
static_assert(ways(32, 0, false) == 4 && ways(32, 8, false) == 1 && ways(32, 0, true) == 1);
static_assert(ways(16, 0, false) == 2 && ways(16, 0, true) == 1);
static_assert(ways(64, 0, false) == 8 && ways(64, 0, true) == 1 && ways(128, 0, true) == 1);
// Columns of floats: 32 rows of 32 are one bank, and a row of 33 is none.
static_assert([] {
  std::int64_t column[32]{}, padded[32]{};
  for (int r = 0; r < 32; ++r) column[r] = 4 * 32 * r, padded[r] = 4 * 33 * r;
  return bank_ways(column, 32, 4) == 32 && bank_ways(padded, 32, 4) == 1;
}());
// A bijection that keeps chunks whole.
static_assert([] {
  bool is_taken[32 * 64]{};
  for (std::int64_t n = 0; n < 32 * 64; ++n) {
    std::int64_t const to = swizzle_of(64, 2).at(n);
    if (to < 0 || to >= 32 * 64 || is_taken[to] || to % 8 != n % 8) return false;
    is_taken[to] = true;
  }
  return true;
}());

// Registers of another lane are out of reach.
TEST_CASE("an instruction works on what the lanes have", "[emulator][fragments]") {
  using E = bfloat16;
  auto const p = captured<view<float, 32, 32>, view<E const, 32, 64>, view<E const, 64, 32>>(gemm);
  auto q = on_grid(*p, by_elements<E>);
  handle lane = -1;
  tir::grid_shape_impl::each(*q, q->root, [&](handle h) {
    if (q->stmts[h].kind != stmt_kind::store || lane >= 0) return;
    auto const& to = q->accesses[q->stmts[h].target];
    if (q->buffers[to.buffer].name == "a_cache") lane = to.index[to.rank - 1];
  });
  REQUIRE(lane >= 0);
  q->indices[lane] = q->indices[lane] * -1 + 31;
  auto got = operands_of(*p);
  REQUIRE(emulate_grid(*q, std::span<array>(got)).found.kind == violation_kind::bad_operation);
}

TEST_CASE("what is wrong with the operands of a warp is said", "[emulator][fragments]") {
  REQUIRE(wrong([](schedule& s) {
            by_elements<bfloat16>(s);
            s["a_cache"].store_in(scope::shared);
          }).starts_with("mma.m16n8k16: its a is a_cache, which is not in registers; cache_read"));
  REQUIRE(
      wrong([](schedule& s) { one_by_one(s, gpu::thread_x, false); }) ==
      "mma.m16n8k16 is inside of loop io, which is bound to thread_x: the 32 lanes of a warp run "
      "it together; bind loops around it to warp, or thread_y and thread_z");
  REQUIRE(wrong([](schedule& s) { one_by_one(s, gpu::block_x, true); }) ==
          "a_cache is held by the lanes of a warp, in tiles of 16 by 16, and is read or written "
          "elsewhere not by loops over these; split its loops by the same");
}
