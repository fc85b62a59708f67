// SPDX-License-Identifier: Apache-2.0
// not with nvcc: includes SIMD headers
//
// Numbers that a hand has counted.
#include <ashlar/expr/expr.hpp>
#include <ashlar/kernel/report.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <ashlar/emit/simd/scalar.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/intrinsics.hpp>

#include <limits>

namespace {

namespace ash = ashlar;
using ash::dyn;
using ash::kernel_report;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

template <ash::index_t... E> using f32 = ash::view<float, E...>;

constexpr auto dense = [](auto y, auto x, auto w, auto b) {
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)) + b(j));
};
constexpr auto blocked = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  auto const [jo, ji] = s.split("j", 8);
  s.reorder(io, jo, "k", ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(io);
};
constexpr auto as_written = [](ash::schedule&) {};

template <auto Algorithm, auto Schedule = as_written>
using scalar_kernel =
    ash::kernel<Algorithm, Schedule, ash::fp::relaxed, ash::emit::simd::scalar_backend>;

TEST_CASE("a dense layer", "[kernel][report]") {
  constexpr ash::kernel<dense, blocked> layer;
  constexpr auto r = layer.report<f32<16, 24>, f32<16, 10>, f32<10, 24>, f32<24>>();
  STATIC_REQUIRE(r.flops == 2 * 16 * 24 * 10 + 2 * 16 * 24);  // fma, and + and max for each output
  STATIC_REQUIRE(r.bytes_read == 4 * (16 * 10 + 10 * 24 + 24));
  STATIC_REQUIRE(r.bytes_written == 4 * 16 * 24);
  STATIC_REQUIRE(r.workspace_bytes == 0);
  STATIC_REQUIRE(r.workspace_bytes_per_thread == 0);
  STATIC_REQUIRE(r.is_parallel);
  STATIC_REQUIRE(r.intensity() == 8448.0 / (1696 + 1536));
}

TEST_CASE("an intrinsic counts as what it means", "[kernel][report]") {
  constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
  constexpr auto in_calls = [](ash::schedule& s) {
    auto const [io, ii] = s.split("i", 4);
    auto const [jo, ji] = s.split("j", 4);
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(io, jo, ko, ii, ji, ki);
    s.tensorize(ii, ash::intrin<ash::intrinsic_tests::product4>);
  };
  constexpr ash::kernel<product, in_calls> kernel;
  constexpr auto r = kernel.report<f32<8, 12>, f32<8, 16>, f32<16, 12>>();
  STATIC_REQUIRE(r.flops == 2 * 8 * 12 * 16);
  STATIC_REQUIRE(r.bytes_read == 4 * (8 * 16 + 16 * 12));
  STATIC_REQUIRE(r.bytes_written == 4 * 8 * 12);
  STATIC_REQUIRE(r.loops == 5);  // io, jo, two that set y to 0, ko: those of the code are its own
  STATIC_REQUIRE(r.workspace_bytes == 0);
}

TEST_CASE("the registers of a tile", "[kernel][report]") {
  // 4 rows of one vector; the vector of w is used by all rows, the numbers of x pass through.
  constexpr scalar_kernel<dense, blocked> layer;
  constexpr auto r = layer.report<f32<16, 24>, f32<16, 10>, f32<10, 24>, f32<24>>();
  STATIC_REQUIRE(r.vector_lanes == 8);
  STATIC_REQUIRE(r.register_tile == 4);
  STATIC_REQUIRE(r.vectors == 4 + 1 + 1);
  STATIC_REQUIRE(r.fits_registers());
  // io, jo; fill: ii, ji; update: k, ii, ji; write: ii, ji
  STATIC_REQUIRE(r.loops == 2 + 2 + 3 + 2);
}

TEST_CASE("bytes at each level, lanes and threads", "[kernel][report]") {
  constexpr scalar_kernel<dense, blocked> layer;
  constexpr auto r = layer.report<f32<16, 24>, f32<16, 10>, f32<10, 24>, f32<24>>();
  // Everything fits the caches: each element moves once.
  STATIC_REQUIRE(r.memory_traffic == r.bytes_read + r.bytes_written);
  STATIC_REQUIRE(r.l2_traffic == r.memory_traffic);
  STATIC_REQUIRE(r.l3_traffic == r.memory_traffic);
  STATIC_REQUIRE(r.l1_traffic >= r.l2_traffic);
  STATIC_REQUIRE(r.memory_intensity() == r.intensity());
  STATIC_REQUIRE(r.vector_flops == r.flops);
  STATIC_REQUIRE(r.vector_share() == 1);
  STATIC_REQUIRE(r.vector_bytes == 32);
  STATIC_REQUIRE(r.lane_use() == 32.0 / r.machine_vector_bytes);
  STATIC_REQUIRE(r.parallel_iterations == 4);
  STATIC_REQUIRE(r.parallel_flops == r.flops);
  STATIC_REQUIRE(r.parallel_grain() == 8448.0 / 4);
  STATIC_REQUIRE(r.register_pressure() == 6.0 / r.vector_registers);
  constexpr auto slow =
      scalar_kernel<dense>{}.report<f32<16, 24>, f32<16, 10>, f32<10, 24>, f32<24>>();
  STATIC_REQUIRE(slow.vector_flops == 0);
  STATIC_REQUIRE(slow.lane_use() == 0);
  STATIC_REQUIRE(slow.parallel_iterations == 0);
  STATIC_REQUIRE(slow.parallel_grain() == 0);
}

TEST_CASE("a dot product is done in lanes, but for their sum", "[kernel][report]") {
  constexpr auto dot = [](auto y, auto x) { y() = ash::sum(k, x(k) * x(k)); };
  constexpr auto in_lanes = [](ash::schedule& s) { s.vectorize("k", 8); };
  constexpr auto r = scalar_kernel<dot, in_lanes>{}.report<f32<>, f32<64>>();
  STATIC_REQUIRE(r.vector_share() > 0.9);
}

TEST_CASE("extents that only the call knows", "[kernel][report]") {
  constexpr ash::kernel<dense, blocked> layer;
  constexpr auto r = layer.report<f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn>>();
  STATIC_REQUIRE(r.flops == kernel_report::unknown);
  STATIC_REQUIRE(r.bytes_read == kernel_report::unknown);
  STATIC_REQUIRE(r.bytes_written == kernel_report::unknown);
  STATIC_REQUIRE(r.intensity() == -1);
  STATIC_REQUIRE(r.memory_traffic == kernel_report::unknown);
  STATIC_REQUIRE(r.memory_intensity() == -1);
  STATIC_REQUIRE(r.parallel_grain() == -1);
  STATIC_REQUIRE(r.workspace_bytes == 0);
  f32<dyn, dyn> const y(nullptr, 16, 24);
  f32<dyn, dyn> const x(nullptr, 16, 10);
  f32<dyn, dyn> const w(nullptr, 10, 24);
  auto const now = layer.report(y, x, w, f32<dyn>(nullptr, 24));
  REQUIRE(now.flops == 2 * 16 * 24 * 10 + 2 * 16 * 24);
  REQUIRE(now.bytes_read == 4 * (16 * 10 + 10 * 24 + 24));
  REQUIRE(now.loops == r.loops);
  REQUIRE(now.memory_traffic == now.bytes_read + now.bytes_written);
  REQUIRE(now.parallel_iterations == 4);
}

TEST_CASE("the rest of a split is counted, not a whole block", "[kernel][report]") {
  constexpr auto scale = [](auto y, auto x) { y(i) = 3 * x(i); };
  constexpr auto cut = [](ash::schedule& s) { s.vectorize("i", 8, ash::tail::cut); };
  constexpr auto guarded = [](ash::schedule& s) { s.split("i", 7, ash::tail::guard); };
  STATIC_REQUIRE(ash::kernel<scale, cut>{}.report<f32<1001>, f32<1001>>().flops == 1001);
  STATIC_REQUIRE(ash::kernel<scale, guarded>{}.report<f32<1001>, f32<1001>>().flops == 1001);
  STATIC_REQUIRE(ash::kernel<scale, guarded>{}.report<f32<1000>, f32<1000>>().flops == 1000);
  f32<dyn> const v(nullptr, 1000003);
  REQUIRE(ash::kernel<scale, cut>{}.report(v, v).flops == 1000003);
}

TEST_CASE("work that a schedule repeats counts again", "[kernel][report]") {
  constexpr auto twice = [](auto y, auto x) {
    ash::local h("h");
    h(i) = ash::sqrt(x(i));
    y(i) = h(i) + h(i + 1);
  };
  constexpr auto in_place = [](ash::schedule& s) { s.compute_inline("h"); };
  constexpr auto kept = [](ash::schedule& s) { s.compute_root("h"); };
  constexpr auto once = ash::kernel<twice, kept>{}.report<f32<9999>, f32<10000>>();
  STATIC_REQUIRE(once.flops == 10000 + 9999);
  STATIC_REQUIRE(once.workspace_bytes == 40000);  // in whole lines of 64 bytes
  constexpr auto inlined = ash::kernel<twice, in_place>{}.report<f32<9999>, f32<10000>>();
  STATIC_REQUIRE(inlined.flops == 3 * 9999);
  STATIC_REQUIRE(inlined.workspace_bytes == 0);
  STATIC_REQUIRE(inlined.bytes_read == 40000);
  STATIC_REQUIRE(once.recompute("h") == 1);
  STATIC_REQUIRE(inlined.recompute("h") == 1.9998);
  STATIC_REQUIRE(inlined.recompute("nothing") == -1);
}

TEST_CASE("a clamped stage is computed in a loop with no more than its edge", "[kernel][report]") {
  constexpr auto edges = [](auto y, auto x) {
    ash::local h("h");
    h(i, j) = 2 * x(i, j);
    auto const e = ash::clamp(h);
    y(i, j) = e(i - 1, j) + e(i + 1, j);
  };
  constexpr auto strips = [](ash::schedule& s) {
    auto const [io, ii] = s.split("i", 8);
    static_cast<void>(ii);
    s.compute_at("h", io);
  };
  using fixed = f32<32, 64>;
  // Rows -1 to 8 of each strip of 8: ten, where all 32 would be four times too many.
  STATIC_REQUIRE(ash::kernel<edges, strips>{}.report<fixed, fixed>().recompute("h") == 1.25);
  f32<dyn, 64> const open(nullptr, 32);
  REQUIRE(ash::kernel<edges, strips>{}.report(open, open).recompute("h") == 1.25);
}

TEST_CASE("only what is touched is traffic", "[kernel][report]") {
  constexpr auto some = [](auto y, auto table, auto index) { y(i) = table(index(i)); };
  constexpr auto r =
      scalar_kernel<some>{}.report<f32<10>, f32<1000>, ash::view<std::int32_t, 10>>();
  STATIC_REQUIRE(r.bytes_read == 10 * 4 + 10 * 4);
  STATIC_REQUIRE(r.flops == 0);
  STATIC_REQUIRE(r.intensity() == 0);
  constexpr auto update = [](auto y, auto x) { y(i) = y(i) - x(i); };
  constexpr auto u = scalar_kernel<update>{}.report<f32<10>, f32<10>>();
  STATIC_REQUIRE(u.bytes_read == 80);
  STATIC_REQUIRE(u.bytes_written == 40);
}

TEST_CASE("what 64 bits do not count is the most that they do", "[kernel][report]") {
  constexpr auto pairs = [](auto y, auto x) { y(i) = ash::sum(j, k, x(i) * x(j) * x(k)); };
  using X = f32<536870912>;
  constexpr auto r = scalar_kernel<pairs>::report<X, X>();
  STATIC_REQUIRE(r.flops == std::numeric_limits<ash::index_t>::max());
  STATIC_REQUIRE(r.bytes_read == 4 * 536870912LL);
}

TEST_CASE("integers are no flops, and doubles twice the bytes", "[kernel][report]") {
  constexpr auto add = [](auto y, auto x) { y(i) = x(i) + 1; };
  using i64 = ash::view<std::int64_t, 5>;
  using f64 = ash::view<double, 5>;
  STATIC_REQUIRE(scalar_kernel<add>{}.report<i64, i64>().flops == 0);
  STATIC_REQUIRE(scalar_kernel<add>{}.report<f64, f64>().flops == 5);
  STATIC_REQUIRE(scalar_kernel<add>{}.report<f64, f64>().bytes_read == 40);
}

TEST_CASE("the default schedule computes the stages of a row once for each row",
          "[kernel][report]") {
  constexpr auto softmax = [](auto y, auto x) {
    ash::local top("top"), e("e"), scale("scale");
    top(i) = ash::max(j, x(i, j));
    e(i, j) = ash::exp(x(i, j) - top(i));
    scale(i) = 1.0F / ash::sum(j, e(i, j));
    y(i, j) = e(i, j) * scale(i);
  };
  constexpr auto once = scalar_kernel<softmax, as_written>{}.report<f32<32, 640>, f32<32, 640>>();
  constexpr auto rows =
      scalar_kernel<softmax, ash::automatic>{}.report<f32<32, 640>, f32<32, 640>>();
  STATIC_REQUIRE(rows.flops < once.flops + once.flops / 2);
  // A row waits in the output; partial results are on the stack.
  STATIC_REQUIRE(once.workspace_bytes == 32 * 640 * 4);
  STATIC_REQUIRE(rows.workspace_bytes == 0);
}

}  // namespace
