// SPDX-License-Identifier: Apache-2.0
//
// Kernels whose blocks are full: copies and stages are padded in memory, and loops run on there.
#include "kernel_support.hpp"

#include <ashlar/kernel/report.hpp>

namespace {

using namespace kernel_tests;

constexpr auto product = [](auto y, auto a, auto b) {
  a.name("a");
  b.name("b");
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};
// Blocks of 8 x 16 x 4; both factors are padded with 0, or the first alone, or none.
template <int Padded>
constexpr auto full_blocks = [](ash::schedule& s) {
  s.pad_to("i", 8);
  s.pad_to("j", 16);
  s.pad_to("k", 4);
  auto const [io, ii] = s.split("i", 8);
  auto const [jo, ji] = s.split("j", 16);
  auto const [ko, ki] = s.split("k", 4);
  s.reorder(io, jo, ko, ki, ii, ji);
  s.unroll(ki);
  s.unroll(ii);
  s.vectorize(ji);
  auto const a = ash::packed("k", 4, "i", 8);
  auto const b = ash::packed("k", 4, "j", 16);
  s.cache_read("a", io, Padded > 0 ? a.pad(0) : a);
  s.cache_read("b", jo, Padded > 1 ? b.pad(0) : b).vectorize("j", 16);
};

template <class T, int M, int N, int K> void multiply() {
  agree<product, full_blocks<2>>(like<T, M, N>(), like<T, M, K>(), like<T, K, N>());
}

TEST_CASE("a product of 37 x 41 x 29 in full blocks", "[backend][kernel]") {
  multiply<float, 37, 41, 29>();
  multiply<std::int32_t, 37, 41, 29>();
  multiply<std::int16_t, 37, 41, 29>();
  multiply<double, 1, 1, 1>();
  for (int const n : {0, 1, 8, 29}) {
    auto const a = like<float, dyn, dyn>(n, 29);
    agree<product, full_blocks<2>>(like<float, dyn, dyn>(n, 41), a, like<float, dyn, dyn>(29, 41));
    agree<product, full_blocks<0>>(like<float, dyn, dyn>(41, n), like<float, dyn, dyn>(41, 29),
                                   like<float, dyn, dyn>(29, n));
  }
}

// All points of the blocks are computed, and all of them in vectors: 40 x 48 x 32.
TEST_CASE("full blocks have no rests", "[backend][kernel]") {
  constexpr auto r = ash::kernel<product, full_blocks<2>>{}
                         .report<ash::tensor<float, 37, 41>, ash::tensor<float, 37, 29>,
                                 ash::tensor<float, 29, 41>>();
  STATIC_REQUIRE(r.flops == 2 * 40 * 48 * 32);
  STATIC_REQUIRE(r.vector_flops == r.flops);
}

inline auto some_infinite(std::uint64_t n) -> double {
  return scramble(n) % 5 == 0 ? HUGE_VAL : small_integers(n);
}
TEST_CASE("what is infinite is multiplied by no padding", "[backend][kernel]") {
  auto a = like<float, 37, 29>();
  auto b = like<float, 29, 41>();
  a.fill = b.fill = some_infinite;
  agree<product, full_blocks<2>>(like<float, 37, 41>(), a, b);
  agree<product, full_blocks<1>>(like<float, 37, 41>(), a, b);
  agree<product, full_blocks<0>>(like<float, 37, 41>(), a, b);
}

constexpr auto blur = [](auto y, auto x) {
  ash::local h("h");
  h(i, j) = x(i, j) + x(i, j + 1) + x(i, j + 2);
  y(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};
constexpr auto in_blocks = [](ash::schedule& s) {
  s.compute_root("h");
  auto const h = s["h"];
  h.layout(ash::packed("j", 8).pad(0));
  h.vectorize("j", 8);
  s.pad_to("j", 8);
  s.vectorize("j", 8);
};
constexpr auto turned = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.compute_at("h", io);
  s["h"].layout(ash::ordered("j", "i"));
  s["h"].vectorize("j", 8);
  s.vectorize("j", 8);
};
constexpr auto small_blocks = [](ash::schedule& s) {
  s.compute_root("h");
  s["h"].layout(ash::packed("j", 2, "i", 4));
  s["h"].vectorize("j", 8);
  s.vectorize("j", 8);
};

TEST_CASE("stages in another order, where vectors go across it", "[backend][kernel]") {
  agree<blur, in_blocks>(like<float, 10, 21>(), like<float, 12, 23>());
  agree<blur, turned>(like<std::int32_t, 10, 21>(), like<std::int32_t, 12, 23>());
  for (int const n : {1, 8, 21}) {
    auto const y = like<float, dyn, dyn>(10, n);
    auto const x = like<float, dyn, dyn>(12, n + 2);
    agree<blur, in_blocks>(y, x);
    agree<blur, turned>(y, x);
    agree<blur, small_blocks>(y, x);
  }
}

// A boundary condition is in the padding.
constexpr auto smoothed = [](auto y, auto x) {
  ash::local h("h");
  h(i) = x(i) + x(i);
  y(i) = ash::constant(h, 7)(i - 1) + ash::constant(h, 7)(i + 1);
};
template <int Value>
constexpr auto behind_end = [](ash::schedule& s) {
  s.compute_root("h");
  s["h"].layout(ash::packed("i", 8).pad(Value));
  s.pad_to("i", 8);
  s.vectorize("i", 8);
};

TEST_CASE("boundary conditions and padding", "[backend][kernel]") {
  for (int const n : {0, 1, 7, 8, 21}) {
    agree<smoothed, behind_end<7>>(like<float, dyn>(n), like<float, dyn>(n));
    agree<smoothed, behind_end<0>>(like<float, dyn>(n), like<float, dyn>(n));
  }
  agree<smoothed, behind_end<7>>(like<std::int32_t, 21>(), like<std::int32_t, 21>());
}

}  // namespace
