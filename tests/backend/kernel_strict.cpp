// SPDX-License-Identifier: Apache-2.0
//
// What fp::strict promises: every operation is rounded, and sums are added in order.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto multiply_add = [](auto y, auto a, auto x, auto b) { y(i) = a(i) * x(i) + b(i); };
constexpr auto dot = [](auto y, auto a, auto x) { y() = ash::sum(i, a(i) * x(i)); };
constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };

// Numbers whose products and sums are not exact.
auto fractions(std::size_t n, std::uint64_t seed) -> std::vector<float> {
  std::vector<float> v(n);
  for (std::size_t at = 0; at < n; ++at) {
    v[at] = static_cast<float>(scramble(seed * 1000 + at) % 1000003) / 999983.0f;
  }
  return v;
}
auto rounded_product(float a, float b) -> float {
  float volatile const rounded = a * b;
  return rounded;
}
auto sum_in_order(std::vector<float> const& a, std::vector<float> const& b) -> float {
  float volatile total = 0;
  for (std::size_t at = 0; at < a.size(); ++at) total = total + rounded_product(a[at], b[at]);
  return total;
}
auto view_of(std::vector<float>& v) -> ash::view<float, dyn> {
  return ash::view<float, dyn>(v.data(), static_cast<index_t>(v.size()));
}

template <class Backend> void check_strict() {
  auto a = fractions(103, 1);
  auto x = fractions(103, 2);
  auto b = fractions(103, 3);
  for (float& v : b) v = -v;
  std::vector<float> y(103);
  REQUIRE(ash::kernel<multiply_add, ash::automatic, ash::fp::strict, Backend>{}(
      view_of(y), view_of(a), view_of(x), view_of(b)));
  for (std::size_t at = 0; at < y.size(); ++at) {
    float volatile const wanted = rounded_product(a[at], x[at]) + b[at];
    REQUIRE(y[at] == wanted);
  }
  float total = 0;
  REQUIRE(ash::kernel<dot, ash::automatic, ash::fp::strict, Backend>{}(ash::view<float>(&total),
                                                                       view_of(a), view_of(x)));
  REQUIRE(total == sum_in_order(a, x));
}

TEST_CASE("strict: each operation is rounded, in order", "[backend][kernel]") {
  check_strict<ash::emit::simd::scalar_backend>();
  check_strict<ash::emit::simd::native_backend>();
}

TEST_CASE("strict: a matrix product sums each element in order", "[backend][kernel]") {
  constexpr int n = 21;
  auto a = fractions(n * n, 4);
  auto b = fractions(n * n, 5);
  std::vector<float> y(n * n);
  using matrix = ash::view<float, dyn, dyn>;
  ash::kernel<product, ash::automatic, ash::fp::strict> const kernel;
  REQUIRE(kernel(matrix(y.data(), n, n), matrix(a.data(), n, n), matrix(b.data(), n, n)));
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < n; ++c) {
      std::vector<float> row;
      std::vector<float> column;
      for (std::size_t t = 0; t < n; ++t) {
        row.push_back(a[r * n + t]);
        column.push_back(b[t * n + c]);
      }
      REQUIRE(y[r * n + c] == sum_in_order(row, column));
    }
  }
}

TEST_CASE("relaxed: a product that is added is rounded once where the machine can",
          "[backend][kernel]") {
  auto a = fractions(50, 1);
  auto x = fractions(50, 2);
  auto b = fractions(50, 3);
  std::vector<float> y(50);
  REQUIRE(ash::kernel<multiply_add>{}(view_of(y), view_of(a), view_of(x), view_of(b)));
  for (std::size_t at = 0; at < y.size(); ++at) {
    float const fused = std::fma(a[at], x[at], b[at]);
    float volatile const separate = rounded_product(a[at], x[at]) + b[at];
    REQUIRE(y[at] == (ash::target_has_fma ? fused : separate));
  }
}

}  // namespace
