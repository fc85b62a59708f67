// SPDX-License-Identifier: Apache-2.0
//
// What a call refuses, with the numbers that disagree; then nothing has been written.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;
using ash::status_code;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto shifted = [](auto y, auto x) { y(i) = x(i + 2) + x(i); };
constexpr auto doubled = [](auto y, auto x) { y(i) = 2 * x(i); };
constexpr auto updated = [](auto y, auto x) { y(i) = y(i) + x(i); };

using vector = ash::view<float, dyn>;
using matrix = ash::view<float, dyn, dyn>;

struct memory {
  float x[64];
  float y[64];
  memory() {
    for (float& v : x) v = 1;
    for (float& v : y) v = -1;
  }
  auto is_untouched() const -> bool {
    for (float const v : y) {
      if (v != -1) return false;
    }
    return true;
  }
};

TEST_CASE("extents that do not fit", "[backend][kernel]") {
  memory m{};
  auto const s = ash::kernel<product>{}(matrix(m.y, 4, 5), matrix(m.x, 4, 3), matrix(m.x, 6, 5));
  REQUIRE(s.code == status_code::extent_mismatch);
  REQUIRE(s.operand == 2);
  REQUIRE(s.dimension == 0);
  REQUIRE(s.found == 6);
  REQUIRE(s.expected == 3);
  REQUIRE(m.is_untouched());
}

TEST_CASE("an access that would leave its tensor", "[backend][kernel]") {
  memory m{};
  ash::kernel<shifted> const kernel;
  REQUIRE(kernel(vector(m.y, 6), vector(m.x, 8)));
  memory fresh{};
  auto const s = kernel(vector(fresh.y, 7), vector(fresh.x, 8));
  REQUIRE(s.code == status_code::extent_mismatch);
  REQUIRE(s.operand == 1);
  REQUIRE(s.found == 8);
  REQUIRE(s.expected == 9);
  REQUIRE(fresh.is_untouched());
}

TEST_CASE("negative extents, null and misaligned pointers", "[backend][kernel]") {
  memory m{};
  ash::kernel<doubled> const kernel;
  REQUIRE(kernel(vector(m.y, -3), vector(m.x, -3)).code == status_code::extent_negative);
  REQUIRE(kernel(vector(m.y, 3), vector(nullptr, 3)).code == status_code::null_pointer);
  REQUIRE(kernel(vector(nullptr, 0), vector(nullptr, 0)));
  using aligned = ash::strided_view<float, ash::aligned(ash::row_major, 64), dyn>;
  alignas(64) float x[32]{};
  REQUIRE(kernel(vector(m.y, 3), aligned(x, 3)));
  m = memory{};
  REQUIRE(kernel(vector(m.y, 3), aligned(x + 1, 3)).code == status_code::misaligned);
  REQUIRE(m.is_untouched());
}

TEST_CASE("promises of extents", "[backend][kernel]") {
  memory m{};
  ash::kernel<doubled> const kernel;
  using eights = ash::view<float, ash::dyn_multiple_of(8)>;
  using few = ash::view<float, ash::dyn_at_most(10)>;
  REQUIRE(kernel(eights(m.y, 16), eights(m.x, 16)));
  REQUIRE(kernel(few(m.y, 10), few(m.x, 10)));
  m = memory{};
  REQUIRE(kernel(eights(m.y, 12), eights(m.x, 12)).code == status_code::extent_not_multiple);
  REQUIRE(kernel(few(m.y, 11), few(m.x, 11)).code == status_code::extent_too_large);
  REQUIRE(m.is_untouched());
}

TEST_CASE("memory that is written is no other operand's", "[backend][kernel]") {
  memory m{};
  auto const s = ash::kernel<doubled>{}(vector(m.y, 10), vector(m.y + 1, 10));
  REQUIRE(s.code == status_code::overlap);
  REQUIRE(m.is_untouched());
  REQUIRE(ash::kernel<shifted>{}(vector(m.y, 10), vector(m.y, 12)).code == status_code::overlap);
  auto const both = ash::kernel<product>{}(matrix(m.y, 4, 4), matrix(m.x, 4, 4), matrix(m.y, 4, 4));
  REQUIRE(both.code == status_code::overlap);
  REQUIRE(m.is_untouched());
  REQUIRE(ash::kernel<doubled>{}(vector(m.y, 10), vector(m.y + 10, 10)));
}

TEST_CASE("element by element, input and output may be the same", "[backend][kernel]") {
  memory m{};
  REQUIRE(ash::kernel<doubled>{}(vector(m.x, 64), vector(m.x, 64)));
  for (float const v : m.x) REQUIRE(v == 2);
  REQUIRE(ash::kernel<updated>{}(vector(m.y, 64), vector(m.x, 64)));
  for (float const v : m.y) REQUIRE(v == 1);
  using backwards = ash::strided_view<float, ash::strides(-1), dyn>;
  auto const s = ash::kernel<doubled>{}(vector(m.x, 8), backwards(m.x + 7, ash::extents<dyn>(8)));
  REQUIRE(s.code == status_code::overlap);
  for (float const v : m.x) REQUIRE(v == 2);
}

TEST_CASE("an output whose elements share memory", "[backend][kernel]") {
  memory m{};
  using same = ash::strided_view<float, ash::any_strides, dyn>;
  auto const s = ash::kernel<doubled>{}(same(m.y, ash::extents<dyn>(5), 0), vector(m.x, 5));
  REQUIRE(s.code == status_code::self_overlap);
  REQUIRE(m.is_untouched());
}

}  // namespace
