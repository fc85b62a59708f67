// SPDX-License-Identifier: Apache-2.0
//
// Operands without dimensions: in vectors, in parallel loops, as indices, as conditions.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto scaled = [](auto y, auto a, auto x, auto b) { y(i, j) = a * x(i, j) + b; };
constexpr auto parallel_rows = [](ash::schedule& s) {
  s.parallel("i");
  s.vectorize("j", 8);
};
constexpr auto shifted = [](auto y, auto x, auto at) { y(i) = ash::zero(x)(i + at()); };
constexpr auto element = [](auto y, auto x, auto at) { y() = x(at()); };
constexpr auto chosen = [](auto y, auto x, auto flag) { y(i) = ash::select(flag(), x(i), -x(i)); };
constexpr auto total = [](auto y, auto x, auto by) { y() = ash::sum(i, x(i)) * by() + by(); };
constexpr auto two_parts = [](auto y, auto z, auto a, auto x) {
  y(i, j) = a * x(i, j);
  z(i, j) = a + x(i, j);
};
constexpr auto two_parallel = [](ash::schedule& s) {
  s["arg0"].parallel("i");
  s["arg1"].parallel("i");
};

auto three(std::uint64_t) -> double { return 3; }
auto one(std::uint64_t) -> double { return 1; }

TEST_CASE("numbers in vectors and in parallel loops", "[backend][kernel]") {
  for (int const n : {0, 1, 20}) {
    auto const x = like<float, dyn, dyn>(5, n);
    auto const a = filled<float>(three);
    agree<scaled>(x, a, x, a);
    agree<scaled, parallel_rows>(x, a, x, a);
    agree<two_parts, two_parallel>(x, x, a, x);
  }
}

TEST_CASE("a number as an index", "[backend][kernel]") {
  auto const at = filled<std::int64_t>(three);
  for (int const n : {1, 20}) {
    agree<shifted>(like<float, dyn>(n), like<float, dyn>(n), at);
    agree<shifted, in_lanes<8>{}>(like<float, dyn>(n), like<float, dyn>(n), at);
  }
  agree<element>(like<double>(), like<double, 5>(), at);
}

TEST_CASE("a number as a condition", "[backend][kernel]") {
  agree<chosen>(like<float, dyn>(20), like<float, dyn>(20), filled<bool>(one));
}

TEST_CASE("a result without dimensions", "[backend][kernel]") {
  for (int const n : {0, 1, 70}) {
    agree<total>(like<float>(), like<float, dyn>(n), filled<float>(three));
  }
}

}  // namespace
