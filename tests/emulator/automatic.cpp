// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic_grid: the default schedules of a GPU, run by their threads on the host.
#include "support.hpp"

#include <ashlar/expr/boundary.hpp>
#include <ashlar/schedule/automatic_grid.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"n"> n;

constexpr auto chain = [](auto y, auto x, auto b) {
  y.name("y");
  x.name("x");
  b.name("b");
  y(i, j) = ashlar::max(x(i, j) * 2.0f + b(j), 0.0f);
};
constexpr auto turn = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i, j) = x(j, i);
};
constexpr auto planes = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(n, k, i, j) = x(n, i, j, k) * 2.0f;
};
constexpr auto symmetric = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i, j) = x(i, j) + x(j, i);
};
constexpr auto turned_twice = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i, j) = x(j, i) * x(j, i);
};
constexpr auto diagonal_total = [](auto y, auto x, auto v) {
  y.name("y");
  x.name("x");
  v.name("v");
  y() = ashlar::sum(i, k, x(i + k) * v(i) * v(k));
};
constexpr auto outer_total = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y() = ashlar::sum(i, k, x(i) * x(k));
};
constexpr auto rows = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = ashlar::sum(k, x(i, k));
};
constexpr auto columns = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = ashlar::sum(k, x(k, i));
};
constexpr auto total = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y() = ashlar::sum(k, x(k));
};
constexpr auto whole = [](auto z, auto x) {
  z.name("z");
  x.name("x");
  z() = ashlar::sum(i, k, x(i, k));
};
constexpr auto square = [](auto y, auto a) {
  y.name("y");
  a.name("a");
  y(i, j) = ashlar::sum(k, a(i, k) * a(j, k));
};
constexpr auto batched = [](auto y, auto a, auto b) {
  y.name("y");
  a.name("a");
  b.name("b");
  y(n, i, j) = ashlar::sum(k, a(n, i, k) * b(k, j));
};
// Softmax with a step for exp, so that all values are small integers or halves of them.
constexpr auto soft = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  ashlar::local m("m"), e("e"), s("s");
  m(i) = ashlar::max(k, x(i, k));
  e(i, k) = ashlar::max(x(i, k) - m(i) + 3.0f, 0.0f);
  s(i) = ashlar::sum(k, e(i, k));
  y(i, k) = e(i, k) - s(i);
};
constexpr auto running = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(k, i) = ashlar::inclusive_scan(ashlar::monoids::sum, k, x(k, i));
};

// Layer norm and RMS norm whose sums are whole numbers, so that their order does not matter.
constexpr auto layer_norm = [](auto y, auto x, auto g) {
  y.name("y");
  x.name("x");
  g.name("g");
  ashlar::local m("m"), c("c"), v("v");
  m(i) = ashlar::sum(k, x(i, k));
  c(i, k) = x(i, k) * 8.0 - m(i);
  v(i) = ashlar::sum(k, c(i, k) * c(i, k));
  y(i, k) = c(i, k) / ashlar::sqrt(v(i) + 1.0) * g(k);
};
constexpr auto rms_norm = [](auto y, auto x, auto g) {
  y.name("y");
  x.name("x");
  g.name("g");
  ashlar::local v("v");
  v(i) = ashlar::sum(k, x(i, k) * x(i, k));
  y(i, k) = x(i, k) / ashlar::sqrt(v(i) + 1.0) * g(k);
};
constexpr auto best = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = ashlar::argmax(k, x(i, k));
};
constexpr auto rows_of = [](auto y, auto x, auto at) {
  y.name("y");
  x.name("x");
  at.name("at");
  y(i, k) = ashlar::zero(x)(at(i), k);
};

template <index_t... Extent> using f64 = view<double, Extent...>;

template <class... Operand, class Kernel>
auto runs(Kernel const& kernel, std::vector<index_t> const& extents = {}) -> std::string {
  auto const p = captured<Operand...>(kernel);
  auto const q = on_grid(*p, automatic_grid);
  require_grid(*p, *q, extents);
  return show(*q);
}

}  // namespace

TEST_CASE("element by element: 16 bytes a thread", "[emulator][automatic]") {
  auto const text = runs<f32<50, 64>, f32<50, 64> const, f32<64> const>(chain);
  REQUIRE(count(text, "vectorized grid.lane in [0, 4)") == 1);
  REQUIRE(count(text, "thread_x grid.thread in [0, 256)") == 1);
  runs<f32<at_call, at_call>, f32<at_call, at_call> const, f32<at_call> const>(chain,
                                                                               {7, 45, 7, 45, 45});
}

TEST_CASE("tiles are turned in shared memory", "[emulator][automatic]") {
  auto const text = runs<f32<40, 70>, f32<70, 40> const>(turn);
  REQUIRE(count(text, ": shared f32") == 1);
  REQUIRE(count(text, "barrier") == 1);
  runs<f32<at_call, at_call>, f32<at_call, at_call> const>(turn, {33, 45, 45, 33});
  REQUIRE(count(runs<f32<4, 10>, f32<10, 4> const>(turn), "shared") == 0);
  // As from images whose channels are neighbours to planes of channels.
  REQUIRE(count(runs<f32<2, 20, 3, 33>, f32<2, 3, 33, 20> const>(planes), ": shared f32") == 1);
}

TEST_CASE("reductions are combined by lanes", "[emulator][automatic]") {
  REQUIRE(count(runs<f32<21>, f32<21, 100> const>(rows), "reduce_lanes") == 1);
  REQUIRE(count(runs<f32<40>, f32<100, 40> const>(columns), "reduce_lanes") == 0);
  REQUIRE(count(runs<f32<>, f32<4000> const>(total), "block_x") == 1);
  runs<f32<>, f32<5, 64> const>(whole);
}

TEST_CASE("a block has a long row", "[emulator][automatic]") {
  for (auto const& text : {runs<f32<3>, f32<3, 1500> const>(rows),
                           runs<f32<at_call>, f32<at_call, at_call> const>(rows, {3, 3, 700})}) {
    REQUIRE(count(text, "reduce_lanes") == 2);  // of lanes, and of what warps have left
    REQUIRE(count(text, ": shared f32") == 1);
    REQUIRE(count(text, "barrier") == 1);
  }
}

TEST_CASE("a total is two launches", "[emulator][automatic]") {
  auto const text = runs<f32<>, f32<20000> const>(total);
  REQUIRE(count(text, "block_x") == 2);
  REQUIRE(count(text, ": workspace f32[64]") == 1);
  REQUIRE(count(text, "barrier") == 0);
  runs<f32<>, f32<70, 90> const>(whole);
}

TEST_CASE("a tensor that is also read as it is has no tile that is turned",
          "[emulator][automatic]") {
  auto const text =
      runs<f32<at_call, at_call>, f32<at_call, at_call> const>(symmetric, {40, 40, 40, 40});
  REQUIRE(count(text, ": shared f32") == 0);
  auto const twice = runs<f32<40, 70>, f32<70, 40> const>(turned_twice);
  REQUIRE(count(twice, ": shared f32") == 1);
  REQUIRE(count(twice, "block_y") == 0);  // where a grid has 65535 blocks
}

// No operand bounds how many products there are, so they are not one loop of 32 bits.
TEST_CASE("a total of products of all with all", "[emulator][automatic]") {
  auto const sums = runs<f32<>, f32<99> const, f32<50> const>(diagonal_total);
  REQUIRE(count(sums, "for i in [0, 50)") == 1);
  auto const text = runs<f32<>, f32<300> const>(outer_total);
  REQUIRE(count(text, "for i in [0, 300)") == 1);
}

TEST_CASE("products are tiled", "[emulator][automatic]") {
  auto const text = runs<f32<64, 100>, f32<64, 40> const, f32<40, 100> const>(gemm);
  REQUIRE(count(text, "barrier") == 2);
  REQUIRE(count(text, ": shared f32") == 2);
  runs<f32<at_call, at_call>, f32<at_call, at_call> const, f32<at_call, at_call> const>(
      gemm, {37, 65, 37, 18, 18, 65});
  runs<f32<2, 40, 40>, f32<2, 40, 20> const, f32<20, 40> const>(batched);
  runs<f32<64, 64>, f32<64, 40> const>(square);
}

TEST_CASE("rows of a softmax are one launch", "[emulator][automatic]") {
  auto const few = runs<f32<11, 70>, f32<11, 70> const>(soft);
  runs<f32<11, 64>, f32<11, 64> const>(soft);
  REQUIRE(count(few, "block_x") == 1);
  INFO(few);
  REQUIRE(count(few, "barrier") == 0);
  REQUIRE(count(few, "allocate e: registers f32[3, 1, 32]") == 1);
  auto const many = runs<f32<3, 1500>, f32<3, 1500> const>(soft);
  REQUIRE(count(many, "block_x") == 1);
  REQUIRE(count(many, "barrier") == 2);
  REQUIRE(count(many, "allocate e: shared f32[1, 1500]") == 1);
  runs<f32<at_call, at_call>, f32<at_call, at_call> const>(soft, {3, 300, 3, 300});
}

TEST_CASE("norms are one launch, whatever their rows are", "[emulator][automatic]") {
  auto const require_one = [](std::string const& text) { REQUIRE(count(text, "block_x") == 1); };
  require_one(runs<f32<5, 33>, f32<5, 33> const>(soft));
  require_one(runs<f32<2, 5000>, f32<2, 5000> const>(soft));
  require_one(runs<f64<9, 33>, f64<9, 33> const, f64<33> const>(layer_norm));
  require_one(runs<f64<2, 1000>, f64<2, 1000> const, f64<1000> const>(layer_norm));
  require_one(runs<f64<2, 5000>, f64<2, 5000> const, f64<5000> const>(layer_norm));
  require_one(runs<f64<2, 1000>, f64<2, 1000> const, f64<1000> const>(rms_norm));
  for (index_t const width : {1, 33, 600}) {
    require_one(runs<f64<at_call, at_call>, f64<at_call, at_call> const, f64<at_call> const>(
        layer_norm, {2, width, 2, width, width}));
    require_one(runs<f64<at_call, at_call>, f64<at_call, at_call> const, f64<at_call> const>(
        rms_norm, {2, width, 2, width, width}));
  }
}

TEST_CASE("a thread has an index, or an element that an index says", "[emulator][automatic]") {
  runs<view<std::int64_t, 300>, f32<300, 20> const>(best);
  runs<view<std::int64_t, at_call>, f32<at_call, at_call> const>(best, {30, 30, 45});
  // Indices are numbers from -4 to 4: those below 0 are outside, and what is there is 0.
  runs<f32<40, 12>, f32<9, 12> const, view<std::int32_t, 40> const>(rows_of);
}

TEST_CASE("what is carried stays in order", "[emulator][automatic]") {
  auto const text = runs<f32<30, 40>, f32<30, 40> const>(running);
  REQUIRE(count(text, "for k in [0, 30)") == 1);
}
