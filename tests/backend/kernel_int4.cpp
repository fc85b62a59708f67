// SPDX-License-Identifier: Apache-2.0
//
// Kernels on i4 and u4: two elements in a byte of an operand, rows that begin in the middle of one,
// casts from and to the other types, and stores of whole bytes.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;
using ash::dyn_multiple_of;
using ash::int4x2;
using ash::uint4x2;

auto any_bits(std::uint64_t n) -> double { return static_cast<double>(scramble(n) % 16); }

/// Numbers around the ends of 4 bits, and far beyond.
auto any_number(std::uint64_t n) -> double {
  constexpr double rare[] = {NAN, INFINITY, -INFINITY, 1e30, -1e10, 7.75, -8.5, -0.25};
  auto const r = scramble(n);
  if (r % 4 == 0) return rare[(r >> 8) % 8];
  return static_cast<double>((r >> 8) % 400) / 8 - 20;
}
auto whole_number(std::uint64_t n) -> double {
  return static_cast<double>(scramble(n) % 4001) - 2000;
}

constexpr auto sums = [](auto y, auto z, auto w, auto x, auto v) {
  y(i) = x(i) * 3 - v(i);
  z(i) = ash::cast<float>(x(i)) + ash::cast<float>(v(i));
  w(i) = x(i) > v(i);
};
constexpr auto moved = [](auto y, auto z, auto x) {
  y(i) = ash::constant(x, -5)(i - 3) + ash::clamp(x)(2 * i - 1);
  z(i) = ash::select(i % 2 == 0, x(i), 9);
};
constexpr auto turned = [](auto y, auto x) { y(i, j) = x(j, i); };
constexpr auto product = [](auto y, auto a, auto b) {
  y(i, j) = ash::sum(k, a(i, k) * ash::cast<float>(b(k, j)));
};
constexpr auto staged = [](auto y, auto x) {
  ash::local m("m");
  m(i, j) = ash::cast<int4x2>(x(i, j));
  y(i, j) = m(i, j) + ash::zero(m)(i, j + 1);
};
constexpr auto cached = [](ash::schedule& s) { s.cache_read("arg2", "i"); };

constexpr auto narrowed = [](auto s, auto u, auto t, auto f, auto n, auto d) {
  s(i) = ash::cast<int4x2>(f(i));
  u(i) = ash::cast<uint4x2>(n(i));
  t(i) = ash::cast<float>(ash::cast<uint4x2>(f(i))) + ash::cast<float>(ash::cast<int4x2>(d(i)));
};
constexpr auto nearest = [](auto s, auto u, auto f, auto n) {
  s(i, j) = ash::saturate_cast<int4x2>(ash::round(f(i, j)));
  u(i, j) = ash::saturate_cast<uint4x2>(n(i, j));
};
constexpr auto copied = [](auto y, auto x) { y(i, j) = x(i, j); };
constexpr auto flagged = [](auto y, auto x) { y(i) = ash::cast<int4x2>(x(i)); };

TEST_CASE("elements, with every lane count", "[backend][kernel][int4]") {
  for (int const n : {1, 45}) {
    auto const x = filled<int4x2, dyn>(any_bits, n);
    auto const v = filled<uint4x2, dyn>(any_bits, n);
    agree<sums>(like<std::int32_t, dyn>(n), like<float, dyn>(n), like<bool, dyn>(n), x, v);
    agree<sums, in_lanes<4>{}>(like<std::int32_t, dyn>(n), like<float, dyn>(n), like<bool, dyn>(n),
                               x, v);
  }
}

TEST_CASE("what is outside, and lanes that are apart", "[backend][kernel][int4]") {
  agree<moved, in_lanes<8>{}>(like<std::int32_t, 41>(), like<std::int32_t, 41>(),
                              filled<int4x2, 41>(any_bits));
  agree<moved>(like<std::int32_t, 41>(), like<std::int32_t, 41>(), filled<int4x2, 41>(any_bits));
  agree<turned>(like<std::int32_t, 13, 9>(), filled<uint4x2, 9, 13>(any_bits));
}

TEST_CASE("rows of an odd number of elements begin in the middle of a byte",
          "[backend][kernel][int4]") {
  agree<product>(like<float, 5, 35>(), like<float, 5, 11>(), filled<int4x2, 11, 35>(any_bits));
  agree<product>(like<float, dyn, dyn>(3, 33), like<float, dyn, dyn>(3, 6),
                 filled<uint4x2, dyn, dyn>(any_bits, 6, 33));
}

TEST_CASE("stages have an element in each byte", "[backend][kernel][int4]") {
  agree<staged>(like<std::int32_t, 3, 21>(), filled<float, 3, 21>(any_number));
  agree<product, cached>(like<float, 4, 21>(), like<float, 4, 9>(),
                         filled<int4x2, 9, 21>(any_bits));
}

TEST_CASE("casts to 4 bits store whole bytes", "[backend][kernel][int4]") {
  constexpr int n = 48;
  agree<narrowed, in_lanes<8>{}>(
      like<int4x2, n>(), like<uint4x2, n>(), like<float, n>(), filled<float, n>(any_number),
      filled<std::int32_t, n>(whole_number), filled<double, n>(any_number));
  agree<nearest>(like<int4x2, 3, 40>(), like<uint4x2, 3, 40>(), filled<float, 3, 40>(any_number),
                 filled<std::int16_t, 3, 40>(whole_number));
  agree<copied>(like<int4x2, dyn, dyn_multiple_of(2)>(3, 70),
                filled<int4x2, dyn, dyn_multiple_of(2)>(any_bits, 3, 70));
  agree<flagged>(like<int4x2, 22>(), like<bool, 22>());
  agree<flagged, in_lanes<8>{}>(like<int4x2, dyn_multiple_of(2)>(26),
                                like<bool, dyn_multiple_of(2)>(26));
}

}  // namespace
