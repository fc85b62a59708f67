// SPDX-License-Identifier: Apache-2.0
//
// Accesses that leave a tensor, and indices with offsets, factors, divisions and remainders.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto outside = [](auto a, auto b, auto c, auto d, auto x) {
  a(i) = ash::zero(x)(i - 2) + ash::zero(x)(i + 1);
  b(i) = ash::constant(x, 7)(i - 1) - ash::constant(x, 3)(2 * i);
  c(i) = ash::clamp(x)(i - 3) + ash::clamp(x)(i + 2);
  d(i) = ash::reflect(x)(i - 1) - ash::reflect(x)(i + 1);
};

constexpr auto frame = [](auto y, auto x) {
  ash::axis<"r", 3> r;
  ash::axis<"s", 3> s;
  y(j, i) = ash::sum(r, s, ash::zero(x)(j + r - 1, i + s - 1));
};

constexpr auto window = [](auto y, auto x) {
  ash::axis<"r", 3> r;
  y(i) = ash::max(r, x(2 * i + r));
};

constexpr auto folded = [](auto y, auto z, auto x) {
  y(i) = x(i / 4, i % 4);
  z(i) = x(i % 5, i / 5 % 4) + ash::cast<float>(i / 3);
};

constexpr auto backwards = [](auto y, auto x) { y(i) = x(19 - i); };

constexpr auto banded = [](auto y, auto x) {
  y(j, i) = ash::select(i <= j && j < i + 3, x(j, i), -1) * ash::cast<float>(j - 2 * i);
};

// Chosen by rows, by what is known where a loop is unrolled, and by lanes.
constexpr auto chosen = [](auto y, auto z, auto x) {
  y(j, i) = ash::select(j % 3 == 1 && !(j > 4), x(j, i) * 2, ash::select(j >= 2, x(j, i), 9));
  z(j, i) = ash::select(j == 0 || i == 3, ash::select(j != 2, x(j, i), 4), x(j, i) + 1);
};
constexpr auto chosen_test = [](auto y, auto x) {
  y(j, i) = ash::select(j % 2 == 1, x(j, i) > 0, x(j, i) < 0);
};
constexpr auto unrolled_rows = [](ash::schedule& s) {
  s.unroll(s.split("j", 4).inner);
  s.vectorize("i", 8);
};

TEST_CASE("values chosen by loops", "[backend][kernel]") {
  for (int const n : {1, 6, 9}) {
    auto const x = like<float, dyn, dyn>(n, 21);
    agree<chosen, unrolled_rows>(x, x, x);
    agree<chosen_test>(like<bool, dyn, dyn>(n, 21), x);
    auto const w = like<std::uint8_t, dyn, dyn>(n, 70);
    agree<chosen>(w, w, w);
  }
}

TEST_CASE("zero, constant, nearest and mirrored elements outside", "[backend][kernel]") {
  for (int const n : {1, 2, 9, 70}) {
    auto const y = like<float, dyn>(n);
    agree<outside, in_lanes<8>{}>(y, y, y, y, y);
  }
  auto const y = like<float, dyn>(0);
  agree<outside, in_lanes<8>{}>(y, y, y, y, y);
}

TEST_CASE("boundaries by the default schedule", "[backend][kernel]") {
  auto const y = like<float, 37>();
  agree<outside>(y, y, y, y, y);
  for (int const n : {0, 1, 17}) {
    agree<frame>(like<std::int32_t, dyn, dyn>(4, n), like<std::int32_t, dyn, dyn>(4, n));
  }
}

TEST_CASE("windows with a stride", "[backend][kernel]") {
  for (int const n : {1, 33}) agree<window>(like<float, dyn>(n), like<float, dyn>(2 * n + 1));
}

TEST_CASE("division and remainder in an index", "[backend][kernel]") {
  auto const y = like<float, 20>();
  agree<folded>(y, y, like<float, 5, 4>());
  agree<folded, in_lanes<8, ash::tail::mask>{}>(y, y, like<float, 5, 4>());
}

TEST_CASE("an index that runs backwards", "[backend][kernel]") {
  agree<backwards>(like<float, 20>(), like<float, 20>());
  agree<backwards>(like<double, dyn>(13), like<double, 20>());
}

TEST_CASE("axes as values", "[backend][kernel]") {
  agree<banded, in_lanes<16>{}>(like<float, dyn, dyn>(5, 21), like<float, dyn, dyn>(5, 21));
}

}  // namespace
