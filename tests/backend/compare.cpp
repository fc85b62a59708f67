// SPDX-License-Identifier: Apache-2.0
//
// Every comparison, select and mask operation of each backend, for each lane count, against plain
// C++.
#include <catch2/catch_template_test_macros.hpp>

#include "support.hpp"

namespace {

using namespace backend_tests;
using simd::native_backend;
using simd::scalar_backend;

template <class T> struct plain {
  static auto eq(T a, T b, T c) -> T { return a == b ? a : c; }
  static auto ne(T a, T b, T c) -> T { return a != b ? a : c; }
  static auto lt(T a, T b, T c) -> T { return a < b ? a : c; }
  static auto le(T a, T b, T c) -> T { return a <= b ? a : c; }
  static auto gt(T a, T b, T c) -> T { return a > b ? a : c; }
  static auto ge(T a, T b, T c) -> T { return a >= b ? a : c; }
  static auto both(T a, T b, T c) -> T { return T(a < b && b < c); }
  static auto either(T a, T b, T c) -> T { return T(a < b || b < c); }
  static auto one(T a, T b, T c) -> T { return T((a < b) != (b < c)); }
  static auto is_zero(T a, T, T) -> T { return T(!(a != T(0))); }
};

template <class B, class T, int L> void check_comparisons(operands<T> const& in) {
  using p = plain<T>;
  using V = typename B::template vec<T, L>;
  check<B, T, L>("eq", in, [](V a, V b, V c) { return B::select(B::eq(a, b), a, c); }, p::eq);
  check<B, T, L>("ne", in, [](V a, V b, V c) { return B::select(B::ne(a, b), a, c); }, p::ne);
  check<B, T, L>("lt", in, [](V a, V b, V c) { return B::select(B::lt(a, b), a, c); }, p::lt);
  check<B, T, L>("le", in, [](V a, V b, V c) { return B::select(B::le(a, b), a, c); }, p::le);
  check<B, T, L>("gt", in, [](V a, V b, V c) { return B::select(B::gt(a, b), a, c); }, p::gt);
  check<B, T, L>("ge", in, [](V a, V b, V c) { return B::select(B::ge(a, b), a, c); }, p::ge);
}

template <class B, class T, int L> void check_masks(operands<T> const& in) {
  using p = plain<T>;
  using V = typename B::template vec<T, L>;
  check<B, T, L>(
      "mask_and", in,
      [](V a, V b, V c) { return B::bool_to_vec(B::mask_and(B::lt(a, b), B::lt(b, c))); }, p::both);
  check<B, T, L>(
      "mask_or", in,
      [](V a, V b, V c) { return B::bool_to_vec(B::mask_or(B::lt(a, b), B::lt(b, c))); },
      p::either);
  check<B, T, L>(
      "mask_xor", in,
      [](V a, V b, V c) { return B::bool_to_vec(B::mask_xor(B::lt(a, b), B::lt(b, c))); }, p::one);
  check<B, T, L>(
      "mask_not", in, [](V a, V, V) { return B::bool_to_vec(B::mask_not(B::vec_to_bool(a))); },
      p::is_zero);
}

template <class B, class T> void check_all_lanes() {
  operands<T> const in;
  for_lanes<B, sizeof(T)>([&]<int L>() {
    check_comparisons<B, T, L>(in);
    check_masks<B, T, L>(in);
  });
}

}  // namespace

TEMPLATE_TEST_CASE("scalar comparisons agree with plain C++ in every lane", "[backend][compare]",
                   float, double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<scalar_backend, TestType>();
}

TEMPLATE_TEST_CASE("native comparisons agree with plain C++ in every lane", "[backend][compare]",
                   float, double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<native_backend, TestType>();
}
