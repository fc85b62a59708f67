// SPDX-License-Identifier: Apache-2.0
//
// Every arithmetic primitive of each backend, for each lane count, against plain C++.
#include <catch2/catch_template_test_macros.hpp>
#include <cmath>

#include "support.hpp"

namespace {

using namespace backend_tests;
using simd::native_backend;
using simd::scalar_backend;

template <class T> using integer_of = std::conditional_t<std::is_floating_point_v<T>, int, T>;
template <class T>
using wide = std::conditional_t<
    std::is_floating_point_v<T>, T,
    std::conditional_t<(sizeof(T) < 4), std::uint32_t, std::make_unsigned_t<integer_of<T>>>>;

/// The answers of plain C++. What wraps does so without undefined behaviour; a product is rounded
/// before it is used, which the compiler would otherwise be free not to do.
template <class T> struct plain {
  static constexpr bool is_float = std::is_floating_point_v<T>;

  static auto mul(T a, T b, T) -> T {
    wide<T> volatile p = static_cast<wide<T>>(static_cast<wide<T>>(a) * static_cast<wide<T>>(b));
    return static_cast<T>(p);
  }
  static auto add(T a, T b, T) -> T {
    return static_cast<T>(static_cast<wide<T>>(a) + static_cast<wide<T>>(b));
  }
  static auto sub(T a, T b, T) -> T {
    return static_cast<T>(static_cast<wide<T>>(a) - static_cast<wide<T>>(b));
  }
  static auto mul_add(T a, T b, T c) -> T { return add(mul(a, b, c), c, c); }
  static auto fma(T a, T b, T c) -> T {
    if constexpr (is_float && ashlar::target_has_fma)
      return std::fma(a, b, c);
    else
      return mul_add(a, b, c);
  }
  static auto div(T a, T b, T) -> T {
    if constexpr (is_float)
      return a / b;
    else if (b == 0)
      return 0;
    else if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return sub(T(0), a, a);
    else
      return static_cast<T>(a / b);
  }
  static auto rem(T a, T b, T) -> T {
    if constexpr (is_float)
      return std::fmod(a, b);
    else if (b == 0)
      return a;
    else if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return 0;
    else
      return static_cast<T>(a % b);
  }
  static auto neg(T a, T, T) -> T {
    if constexpr (is_float)
      return -a;
    else
      return sub(T(0), a, a);
  }
  static auto abs(T a, T, T) -> T {
    if constexpr (is_float)
      return std::fabs(a);
    else
      return a < T(0) ? sub(T(0), a, a) : a;
  }
  static auto min(T a, T b, T) -> T { return a < b ? a : b; }
  static auto max(T a, T b, T) -> T { return a > b ? a : b; }
  static auto sqrt(T a, T, T) -> T { return std::sqrt(a); }
  static auto floor(T a, T, T) -> T { return std::floor(a); }
  static auto ceil(T a, T, T) -> T { return std::ceil(a); }
  static auto trunc(T a, T, T) -> T { return std::trunc(a); }
  static auto round_even(T a, T, T) -> T { return std::nearbyint(a); }
  static auto bit_and(T a, T b, T) -> T { return static_cast<T>(a & b); }
  static auto bit_or(T a, T b, T) -> T { return static_cast<T>(a | b); }
  static auto bit_xor(T a, T b, T) -> T { return static_cast<T>(a ^ b); }
  static auto majority(T a, T b, T c) -> T { return static_cast<T>((a & b) | ((a | b) & c)); }
  static auto times_8(T a, T, T) -> T { return mul(a, T(8), a); }
  static auto over_8(T a, T, T) -> T { return static_cast<T>(a >> 3); }
};

template <class B, class T, int L> void check_arithmetic(operands<T> const& in) {
  using p = plain<T>;
  using V = typename B::template vec<T, L>;
  check<B, T, L>("add", in, [](V a, V b, V) { return B::add(a, b); }, p::add);
  check<B, T, L>("sub", in, [](V a, V b, V) { return B::sub(a, b); }, p::sub);
  check<B, T, L>("mul", in, [](V a, V b, V) { return B::mul(a, b); }, p::mul);
  check<B, T, L>("div", in, [](V a, V b, V) { return B::div(a, b); }, p::div);
  check<B, T, L>("rem", in, [](V a, V b, V) { return B::rem(a, b); }, p::rem);
  check<B, T, L>("min", in, [](V a, V b, V) { return B::min(a, b); }, p::min);
  check<B, T, L>("max", in, [](V a, V b, V) { return B::max(a, b); }, p::max);
  check<B, T, L>("neg", in, [](V a, V, V) { return B::neg(a); }, p::neg);
  check<B, T, L>("abs", in, [](V a, V, V) { return B::abs(a); }, p::abs);
  check<B, T, L>("fma", in, [](V a, V b, V c) { return B::fma(a, b, c); }, p::fma);
  check<B, T, L>(
      "mul then add", in, [](V a, V b, V c) { return B::add(B::mul(a, b), c); }, p::mul_add);
}

template <class B, class T, int L> void check_rounding(operands<T> const& in) {
  using p = plain<T>;
  using V = typename B::template vec<T, L>;
  check<B, T, L>("sqrt", in, [](V a, V, V) { return B::sqrt(a); }, p::sqrt);
  check<B, T, L>("floor", in, [](V a, V, V) { return B::floor(a); }, p::floor);
  check<B, T, L>("ceil", in, [](V a, V, V) { return B::ceil(a); }, p::ceil);
  check<B, T, L>("trunc", in, [](V a, V, V) { return B::trunc(a); }, p::trunc);
  check<B, T, L>("round_even", in, [](V a, V, V) { return B::round_even(a); }, p::round_even);
}

template <class B, class T, int L> void check_bits(operands<T> const& in) {
  using p = plain<T>;
  using V = typename B::template vec<T, L>;
  check<B, T, L>("bit_and", in, [](V a, V b, V) { return B::bit_and(a, b); }, p::bit_and);
  check<B, T, L>("bit_or", in, [](V a, V b, V) { return B::bit_or(a, b); }, p::bit_or);
  check<B, T, L>("bit_xor", in, [](V a, V b, V) { return B::bit_xor(a, b); }, p::bit_xor);
  check<B, T, L>("majority", in, [](V a, V b, V c) { return B::majority(a, b, c); }, p::majority);
  check<B, T, L>("<< 3", in, [](V a, V, V) { return B::template shift_left<3>(a); }, p::times_8);
  check<B, T, L>(">> 3", in, [](V a, V, V) { return B::template shift_right<3>(a); }, p::over_8);
}

template <class B, class T> void check_all_lanes() {
  operands<T> const in;
  for_lanes<B, sizeof(T)>([&]<int L>() {
    check_arithmetic<B, T, L>(in);
    if constexpr (std::is_floating_point_v<T>)
      check_rounding<B, T, L>(in);
    else
      check_bits<B, T, L>(in);
  });
}

/// Of all magnitudes, so that quotients are too.
template <class T> auto random_integers(int n) -> std::vector<T> {
  std::mt19937_64 random(13);
  std::vector<T> r;
  for (int i = 0; i < n; ++i) r.push_back(static_cast<T>(random() >> random() % 64));
  for (int i = 0; i < n; ++i) r.push_back(static_cast<T>(-(random() >> (1 + random() % 63))));
  return r;
}

}  // namespace

TEMPLATE_TEST_CASE("native divides random integers", "[backend][arithmetic]", std::int32_t,
                   std::int64_t, std::uint8_t) {
  constexpr int lanes = native_backend::max_lanes<TestType>();
  using p = plain<TestType>;
  using V = native_backend::vec<TestType, lanes>;
  operands<TestType> const in(random_integers<TestType>(150));
  check<native_backend, TestType, lanes>(
      "div", in, [](V a, V b, V) { return native_backend::div(a, b); }, p::div);
  check<native_backend, TestType, lanes>(
      "rem", in, [](V a, V b, V) { return native_backend::rem(a, b); }, p::rem);
}

namespace {

// All numbers of a type that has few, and of the others the ends and what is around multiples.
template <class T, T K> auto dividends() -> std::vector<T> {
  std::vector<T> all = random_integers<T>(400);
  if constexpr (sizeof(T) <= 2) {
    for (int n = 0; n < 1 << 8 * sizeof(T); ++n) all.push_back(static_cast<T>(n));
  } else {
    using limits = std::numeric_limits<T>;
    for (T const q : {T(0), T(1), T(2), T(limits::max() / K), T(limits::min() / K)}) {
      for (int d = -1; d <= 1; ++d) {
        all.push_back(static_cast<T>(static_cast<std::uint64_t>(q) * static_cast<std::uint64_t>(K) +
                                     static_cast<std::uint64_t>(d)));
      }
    }
    all.push_back(limits::min());
    all.push_back(limits::max());
  }
  return all;
}

template <class T, int L, T K> void divide_by() {
  using B = native_backend;
  STATIC_REQUIRE(B::has_div_by<K, L>());
  auto all = dividends<T, K>();
  while (all.size() % L != 0) all.push_back(T(0));
  for (std::size_t at = 0; at < all.size(); at += L) {
    auto const q = B::lanes(B::div_by<K>(B::load<L>(all.data() + at)));
    for (std::size_t l = 0; l < L; ++l) {
      if (q.lane[l] == static_cast<T>(all[at + l] / K)) continue;
      INFO(+all[at + l] << " / " << +K << " in " << L << " lanes");
      REQUIRE(+q.lane[l] == all[at + l] / K);
    }
  }
}

template <class T, int L> void divide() {
  constexpr T top = std::numeric_limits<T>::max();
  divide_by<T, L, T(2)>();
  divide_by<T, L, T(3)>();
  divide_by<T, L, T(7)>();
  divide_by<T, L, T(9)>();
  divide_by<T, L, T(10)>();
  divide_by<T, L, T(64)>();
  divide_by<T, L, T(100)>();
  divide_by<T, L, T(top / 2 + 1)>();
  divide_by<T, L, T(top - 1)>();
  divide_by<T, L, top>();
}

}  // namespace

TEMPLATE_TEST_CASE("native divides by constants", "[backend][arithmetic]", std::int8_t,
                   std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t) {
  divide<TestType, native_backend::max_lanes<TestType>()>();
  divide<TestType, 8 / int{sizeof(TestType)}>();
  STATIC_REQUIRE_FALSE(native_backend::has_div_by<TestType(1), 16>());
  STATIC_REQUIRE_FALSE(native_backend::has_div_by<TestType(3), 1>());
}

TEMPLATE_TEST_CASE("scalar primitives agree with plain C++ in every lane", "[backend][arithmetic]",
                   float, double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<scalar_backend, TestType>();
}

TEMPLATE_TEST_CASE("native primitives agree with plain C++ in every lane", "[backend][arithmetic]",
                   float, double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<native_backend, TestType>();
}
