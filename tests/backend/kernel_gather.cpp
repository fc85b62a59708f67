// SPDX-License-Identifier: Apache-2.0
//
// Indices that are loaded: rows of a table, elements, tables of tables; no lane reads outside.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto rows = [](auto y, auto table, auto index) { y(j, i) = table(index(j), i); };
constexpr auto elements = [](auto y, auto table, auto index) { y(i) = table(index(i)) + 1; };
constexpr auto twice = [](auto y, auto table, auto index) { y(i) = table(index(index(i))); };
constexpr auto bounded = [](auto y, auto table, auto index) {
  y(i) = ash::constant(table, -9)(index(i) - 2);
};
constexpr auto nearest = [](auto y, auto table, auto index) {
  y(i) = ash::clamp(table)(2 * ash::cast<std::int64_t>(index(i)) + i - 3);
};

auto below_ten(std::uint64_t n) -> double { return static_cast<double>(scramble(n) % 10); }
auto anything(std::uint64_t n) -> double { return static_cast<double>(scramble(n) % 31) - 10; }

TEST_CASE("rows of a table", "[backend][kernel]") {
  for (int const n : {0, 1, 37}) {
    agree<rows>(like<float, 6, dyn>(n), like<float, 10, dyn>(n),
                filled<std::int64_t, 6>(below_ten));
    agree<rows>(like<std::uint8_t, 6, dyn>(n), like<std::uint8_t, 10, dyn>(n),
                filled<std::int32_t, 6>(below_ten));
  }
}

TEST_CASE("elements, in vectors", "[backend][kernel]") {
  for (int const n : {0, 1, 7, 50}) {
    agree<elements, in_lanes<8>{}>(like<float, dyn>(n), like<float, 10>(),
                                   filled<std::int32_t, dyn>(below_ten, n));
  }
}

TEST_CASE("an index of an index", "[backend][kernel]") {
  auto const index = filled<std::int64_t, dyn>(below_ten, 29);
  agree<twice>(like<double, dyn>(29), like<double, 10>(), index);
}

TEST_CASE("indices that may be outside", "[backend][kernel]") {
  for (int const n : {1, 50}) {
    auto const index = filled<std::int32_t, dyn>(anything, n);
    agree<bounded, in_lanes<8>{}>(like<float, dyn>(n), like<float, 10>(), index);
    agree<nearest, in_lanes<4, ash::tail::mask>{}>(like<double, dyn>(n), like<double, 10>(), index);
  }
}

}  // namespace
