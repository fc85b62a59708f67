// SPDX-License-Identifier: Apache-2.0
//
// Every arithmetic primitive, comparison and mask operation of each backend, for each lane count,
// against plain C++.
#include <catch2/catch_template_test_macros.hpp>
#include <cmath>

#include "support.hpp"

namespace {

using namespace backend_tests;
using simd::highway_backend;
using simd::scalar_backend;

template <class T>
using wide = std::conditional_t<std::is_floating_point_v<T>, T,
                                std::conditional_t<(sizeof(T) < 4), std::uint32_t, std::make_unsigned_t<
                                    std::conditional_t<std::is_floating_point_v<T>, int, T>>>>;

/// What wraps in C++ without undefined behaviour; for floats a product that is rounded.
template <class T>
auto product(T a, T b) -> T {
  wide<T> volatile p = static_cast<wide<T>>(static_cast<wide<T>>(a) * static_cast<wide<T>>(b));
  return static_cast<T>(p);
}
template <class T>
auto sum(T a, T b) -> T {
  return static_cast<T>(static_cast<wide<T>>(a) + static_cast<wide<T>>(b));
}
template <class T>
auto difference(T a, T b) -> T {
  return static_cast<T>(static_cast<wide<T>>(a) - static_cast<wide<T>>(b));
}
template <class T>
auto quotient(T a, T b) -> T {
  if constexpr (std::is_floating_point_v<T>) return a / b;
  else if (b == 0) return 0;
  else if (std::is_signed_v<T> && b == static_cast<T>(-1)) return difference(T(0), a);
  else return static_cast<T>(a / b);
}
template <class T>
auto remainder(T a, T b) -> T {
  if constexpr (std::is_floating_point_v<T>) return std::fmod(a, b);
  else if (b == 0) return a;
  else if (std::is_signed_v<T> && b == static_cast<T>(-1)) return 0;
  else return static_cast<T>(a % b);
}
template <class T>
auto multiply_add(T a, T b, T c) -> T {
  if constexpr (std::is_floating_point_v<T> && ashlar::target_has_fma) return std::fma(a, b, c);
  else return sum(product(a, b), c);
}

template <class B, class T, int L>
void check_arithmetic(operands<T> const& in) {
  check<B, T, L>("add", in, [](auto a, auto b, auto) { return B::add(a, b); },
                 [](T a, T b, T) { return sum(a, b); });
  check<B, T, L>("sub", in, [](auto a, auto b, auto) { return B::sub(a, b); },
                 [](T a, T b, T) { return difference(a, b); });
  check<B, T, L>("mul", in, [](auto a, auto b, auto) { return B::mul(a, b); },
                 [](T a, T b, T) { return product(a, b); });
  check<B, T, L>("mul, add", in, [](auto a, auto b, auto c) { return B::add(B::mul(a, b), c); },
                 [](T a, T b, T c) { return sum(product(a, b), c); });
  check<B, T, L>("fma", in, [](auto a, auto b, auto c) { return B::fma(a, b, c); },
                 [](T a, T b, T c) { return multiply_add(a, b, c); });
  check<B, T, L>("div", in, [](auto a, auto b, auto) { return B::div(a, b); },
                 [](T a, T b, T) { return quotient(a, b); });
  check<B, T, L>("rem", in, [](auto a, auto b, auto) { return B::rem(a, b); },
                 [](T a, T b, T) { return remainder(a, b); });
  check<B, T, L>("neg", in, [](auto a, auto, auto) { return B::neg(a); }, [](T a, T, T) {
    if constexpr (std::is_floating_point_v<T>) return -a;
    else return difference(T(0), a);
  });
  check<B, T, L>("abs", in, [](auto a, auto, auto) { return B::abs(a); }, [](T a, T, T) {
    if constexpr (std::is_floating_point_v<T>) return std::fabs(a);
    else return a < T(0) ? difference(T(0), a) : a;
  });
  check<B, T, L>("min", in, [](auto a, auto b, auto) { return B::min(a, b); },
                 [](T a, T b, T) { return a < b ? a : b; });
  check<B, T, L>("max", in, [](auto a, auto b, auto) { return B::max(a, b); },
                 [](T a, T b, T) { return a > b ? a : b; });
}

template <class B, class T, int L>
void check_rounding(operands<T> const& in) {
  check<B, T, L>("sqrt", in, [](auto a, auto, auto) { return B::sqrt(a); },
                 [](T a, T, T) { return std::sqrt(a); });
  check<B, T, L>("floor", in, [](auto a, auto, auto) { return B::floor(a); },
                 [](T a, T, T) { return std::floor(a); });
  check<B, T, L>("ceil", in, [](auto a, auto, auto) { return B::ceil(a); },
                 [](T a, T, T) { return std::ceil(a); });
  check<B, T, L>("trunc", in, [](auto a, auto, auto) { return B::trunc(a); },
                 [](T a, T, T) { return std::trunc(a); });
  check<B, T, L>("round_even", in, [](auto a, auto, auto) { return B::round_even(a); },
                 [](T a, T, T) { return std::nearbyint(a); });
}

template <class B, class T, int L>
void check_bits(operands<T> const& in) {
  check<B, T, L>("bit_and", in, [](auto a, auto b, auto) { return B::bit_and(a, b); },
                 [](T a, T b, T) { return static_cast<T>(a & b); });
  check<B, T, L>("bit_or", in, [](auto a, auto b, auto) { return B::bit_or(a, b); },
                 [](T a, T b, T) { return static_cast<T>(a | b); });
  check<B, T, L>("bit_xor", in, [](auto a, auto b, auto) { return B::bit_xor(a, b); },
                 [](T a, T b, T) { return static_cast<T>(a ^ b); });
  check<B, T, L>("shift_left", in, [](auto a, auto, auto) { return B::template shift_left<3>(a); },
                 [](T a, T, T) { return product(a, T(8)); });
  check<B, T, L>("shift_right", in, [](auto a, auto, auto) { return B::template shift_right<3>(a); },
                 [](T a, T, T) { return static_cast<T>(a >> 3); });
}

template <class B, class T, int L>
void check_comparisons(operands<T> const& in) {
  auto const pick = [](auto m, auto a, auto c) { return B::select(m, a, c); };
  check<B, T, L>("eq", in, [&](auto a, auto b, auto c) { return pick(B::eq(a, b), a, c); },
                 [](T a, T b, T c) { return a == b ? a : c; });
  check<B, T, L>("ne", in, [&](auto a, auto b, auto c) { return pick(B::ne(a, b), a, c); },
                 [](T a, T b, T c) { return a != b ? a : c; });
  check<B, T, L>("lt", in, [&](auto a, auto b, auto c) { return pick(B::lt(a, b), a, c); },
                 [](T a, T b, T c) { return a < b ? a : c; });
  check<B, T, L>("le", in, [&](auto a, auto b, auto c) { return pick(B::le(a, b), a, c); },
                 [](T a, T b, T c) { return a <= b ? a : c; });
  check<B, T, L>("gt", in, [&](auto a, auto b, auto c) { return pick(B::gt(a, b), a, c); },
                 [](T a, T b, T c) { return a > b ? a : c; });
  check<B, T, L>("ge", in, [&](auto a, auto b, auto c) { return pick(B::ge(a, b), a, c); },
                 [](T a, T b, T c) { return a >= b ? a : c; });
}

template <class B, class T, int L>
void check_masks(operands<T> const& in) {
  check<B, T, L>("mask_and", in, [](auto a, auto b, auto c) {
    return B::bool_to_vec(B::mask_and(B::lt(a, b), B::lt(b, c)));
  }, [](T a, T b, T c) { return T(a < b && b < c); });
  check<B, T, L>("mask_or", in, [](auto a, auto b, auto c) {
    return B::bool_to_vec(B::mask_or(B::lt(a, b), B::lt(b, c)));
  }, [](T a, T b, T c) { return T(a < b || b < c); });
  check<B, T, L>("mask_xor", in, [](auto a, auto b, auto c) {
    return B::bool_to_vec(B::mask_xor(B::lt(a, b), B::lt(b, c)));
  }, [](T a, T b, T c) { return T((a < b) != (b < c)); });
  check<B, T, L>("mask_not", in, [](auto a, auto b, auto) {
    return B::bool_to_vec(B::mask_not(B::vec_to_bool(B::sub(a, b))));
  }, [](T a, T b, T) { return T(!(difference(a, b) != T(0))); });
}

template <class B, class T>
void check_all_lanes() {
  operands<T> const in;
  for_lanes<B, sizeof(T)>([&]<int L>() {
    check_arithmetic<B, T, L>(in);
    check_comparisons<B, T, L>(in);
    check_masks<B, T, L>(in);
    if constexpr (std::is_floating_point_v<T>) check_rounding<B, T, L>(in);
    else check_bits<B, T, L>(in);
  });
}

}  // namespace

TEMPLATE_TEST_CASE("scalar primitives agree with plain C++ in every lane", "[backend][arithmetic]",
                   float, double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<scalar_backend, TestType>();
}

TEMPLATE_TEST_CASE("Highway primitives agree with plain C++ in every lane", "[backend][arithmetic]",
                   float, double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<highway_backend, TestType>();
}
