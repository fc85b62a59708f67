// SPDX-License-Identifier: Apache-2.0
//
// Reductions that go to the element that each value is for, in one thread and in several.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr ash::axis<"b"> b;

constexpr auto histogram = [](auto h, auto x) {
  h(b) = ash::sum(i, j, ash::select(b == ash::cast<std::int64_t>(x(i, j)), 1, 0));
};
constexpr auto seen = [](auto h, auto x) {
  h(b) = ash::any(i, j, ash::select(b == ash::cast<std::int64_t>(x(i, j)), x(i, j) > 0, false));
};
constexpr auto greatest = [](auto h, auto x) {
  auto const at = ash::abs(x(i, j)) % 4;
  h(b) = ash::max(
      i, j, ash::select(b == ash::cast<std::int64_t>(at), ash::cast<std::uint8_t>(x(i, j)), 0));
};
constexpr auto rows = [](auto y, auto g, auto row) {
  y(b, j) = ash::sum(i, ash::select(ash::cast<std::int64_t>(row(i)) == b, g(i, j), 0)) * 2;
};

constexpr auto columns = [](auto y, auto x) { y(j) = ash::sum(i, x(i, j)); };
constexpr auto doubled = [](auto y, auto x) { y(j) = ash::max(i, x(i, j)) * 2; };

constexpr auto scattered = [](ash::schedule& s) { s.scatter("b"); };
constexpr auto in_threads = [](ash::schedule& s) {
  s.scatter("b");
  s.atomic();
  s.parallel("i");
};
constexpr auto threads = [](ash::schedule& s) {
  s.atomic();
  s.parallel("i");
};
constexpr auto in_columns = [](ash::schedule& s) {
  s.reorder("i", "j");
  s.vectorize("j", 8, ash::tail::cut);
  s.scatter("b");
};
constexpr auto in_parts = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  auto part = s.rfactor(io);
  part.compute_root();
  part.reorder("io", "b", "ii", "j");
  part.scatter("b");
  part.parallel("io");
};

TEST_CASE("a histogram", "[backend][kernel][scatter]") {
  for (int const n : {0, 1, 9, 33}) {
    auto const x = like<std::int32_t, dyn, dyn>(n, 7);
    agree<histogram, scattered>(like<std::int32_t, dyn>(4), x);
    agree<histogram, in_threads>(like<std::int32_t, 4>(), x);
    agree<seen, in_threads>(like<bool, 4>(), x);
    agree<greatest, in_threads>(like<std::uint8_t, 4>(), x);
  }
}

TEST_CASE("rows that are added to other rows", "[backend][kernel][scatter]") {
  for (int const n : {1, 8, 21}) {
    auto const g = like<float, dyn, dyn>(9, n);
    auto const row = like<std::int32_t, dyn>(9);
    auto const y = like<float, dyn, dyn>(4, n);
    agree<rows, scattered>(y, g, row);
    agree<rows, in_columns>(y, g, row);
    agree<rows, in_parts>(y, g, row);
  }
}

TEST_CASE("columns of integers are added up in threads", "[backend][kernel][scatter]") {
  for (int const n : {0, 1, 9, 33}) {
    auto const x = like<std::int32_t, dyn, dyn>(n, 4);
    agree<columns, threads>(like<std::int32_t, 4>(), x);
    agree<columns, threads>(like<std::int32_t, dyn>(4), x);
    agree<doubled, threads>(like<std::int32_t, dyn>(4), x);
    agree<histogram, threads>(like<std::int32_t, 4>(), x);
    agree<rows, in_threads>(like<std::int32_t, dyn, dyn>(4, 3), like<std::int32_t, dyn, dyn>(n, 3),
                            like<std::int32_t, dyn>(n));
  }
}

}  // namespace
