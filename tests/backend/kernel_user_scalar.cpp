// SPDX-License-Identifier: Apache-2.0
//
// Kernels over element types of the user's: pairs and single components, packed, strided and
// dynamic, against the same arithmetic on the host.
#include <ashlar/expr/expr.hpp>
#include <ashlar/kernel/explain.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <catch2/catch_test_macros.hpp>

namespace ash = ashlar;

namespace {

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

/// A complex number of small integers, so that all is exact.
template <class V> struct complex {
  V re{}, im{};

  friend constexpr auto operator+(complex a, complex b) -> complex {
    return {a.re + b.re, a.im + b.im};
  }
  friend constexpr auto operator*(complex a, complex b) -> complex {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  friend constexpr auto operator==(complex, complex) -> bool = default;
  /// Linear, so a sum of the parts.
  template <class Axis> friend constexpr auto sum(Axis axis, complex a) -> complex {
    return {ash::sum(axis, a.re), ash::sum(axis, a.im)};
  }
};

/// Halves, counted in one byte.
struct halves {
  std::uint8_t count = 0;
};
struct halves_value {
  ash::traced count{};
  friend constexpr auto operator+(halves_value a, halves_value b) -> halves_value {
    return {a.count + b.count};
  }
};

}  // namespace

template <> struct ash::scalar_traits<complex<float>> {
  using component = float;
  static constexpr int components = 2;
  using value = complex<ash::traced>;
  static constexpr auto load(ash::traced const* c) -> value { return {c[0], c[1]}; }
  static constexpr void store(value const& v, ash::traced* c) {
    c[0] = v.re;
    c[1] = v.im;
  }
};
template <> struct ash::scalar_traits<halves> {
  using component = std::uint8_t;
  static constexpr int components = 1;
  using value = halves_value;
  static constexpr auto load(ash::traced const* c) -> value { return {c[0]}; }
  static constexpr void store(value const& v, ash::traced* c) { c[0] = v.count; }
};

namespace {

using number = complex<float>;
using ash::dyn;

auto filled(int n) -> number {
  return {static_cast<float>(n * 7 % 5 - 2), static_cast<float>(n * 3 % 7 - 3)};
}

constexpr auto product = [](auto y, auto a, auto b) {
  y.name("y");
  y(i, j) = sum(k, a(i, k) * b(k, j));
};
constexpr auto horner = [](auto y, auto x) {
  auto v = x(i, j);
  v = v * v + x(i, 0);
  v += x(i, j);
  y(i, j) = v;
};
constexpr auto onto = [](auto y, auto x) { y(i) += x(i); };
constexpr auto in_vectors = [](ash::schedule& s) {
  s.reorder("component", "j");
  s.unroll("component");
  s.vectorize("j", 8);
};

template <class Y, class X> auto is_horner(Y const& y, X const& x) -> bool {
  bool same = true;
  for (int r = 0; r < y.extent(0); ++r) {
    for (int c = 0; c < y.extent(1); ++c) {
      same = same && y(r, c) == x(r, c) * x(r, c) + x(r, 0) + x(r, c);
    }
  }
  return same;
}

}  // namespace

TEST_CASE("a product of pairs", "[backend][kernel][scalar]") {
  ash::tensor<number, 3, 4> a;
  ash::tensor<number, 4, 5> b;
  ash::tensor<number, 3, 5> y;
  for (int n = 0; n < 12; ++n) a.data()[n] = filled(n);
  for (int n = 0; n < 20; ++n) b.data()[n] = filled(n + 5);
  REQUIRE(ash::kernel<product>{}(y, a, b));
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 5; ++c) {
      number s{};
      for (int n = 0; n < 4; ++n) s = s + a(r, n) * b(n, c);
      CHECK(y(r, c) == s);
    }
  }
  auto const text = ash::kernel<product>{}.explain(y, a, b);
  CHECK(std::string_view(text).find("component") != std::string_view::npos);
}

TEST_CASE("extents and strides of scalars are those of components", "[backend][kernel][scalar]") {
  number memory[200];
  for (int n = 0; n < 200; ++n) memory[n] = filled(n);
  ash::tensor<number, dyn, dyn> y(3, 19);
  ash::strided_view<number const, ash::strides(dyn, 3), dyn, dyn> const x(
      memory, ash::extents<dyn, dyn>(3, 19), 60);
  REQUIRE(ash::kernel<horner>{}(y, x));
  CHECK(is_horner(y, x));
  ash::tensor<number, 3, 19> z;
  REQUIRE(ash::kernel<horner, in_vectors>{}(z, x));
  CHECK(is_horner(z, x));
  ash::view<number const, 4, 19> const other(memory);
  CHECK_FALSE(ash::kernel<horner>{}(y, other));  // another extent
}

TEST_CASE("one component is no dimension", "[backend][kernel][scalar]") {
  halves y[5], x[10];
  for (int n = 0; n < 10; ++n) x[n].count = static_cast<std::uint8_t>(n);
  for (int n = 0; n < 5; ++n) y[n].count = 100;
  ash::strided_view<halves const, ash::strides(2), 5> const odd(x + 1, {});
  REQUIRE(ash::kernel<onto>{}(ash::view<halves, 5>(y), odd));
  for (int n = 0; n < 5; ++n) CHECK(y[n].count == 101 + 2 * n);
  REQUIRE(ash::kernel<onto>{}(std::span<halves>(y), std::span<halves const>(x).first(5)));
  CHECK(y[4].count == 113);
}
