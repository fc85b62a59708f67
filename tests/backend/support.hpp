// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/support: runs a primitive of a backend over lists of operands and compares every
// lane with a function written in plain C++.
//
//   invariants  "same" means equal bits, or both NaN; the comparison does not survive -ffast-math
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <ashlar/emit/simd/native.hpp>
#include <ashlar/emit/simd/scalar.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace backend_tests {

namespace simd = ashlar::emit::simd;

template <class B>
inline constexpr char const* name_of = std::is_same_v<B, simd::scalar_backend> ? "scalar"
                                       : ASHLAR_HAS_XSIMD                      ? "xsimd"
                                                                               : "highway";

template <class T> auto same(T a, T b) -> bool {
  if constexpr (std::is_floating_point_v<T>)
    if (a != a || b != b) return a != a && b != b;
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Values at which arithmetic has something to decide, and a few random ones.
template <class T> auto samples() -> std::vector<T> {
  using limits = std::numeric_limits<T>;
  std::vector<T> r{T(0), T(1), T(2), T(3), T(7), T(100), limits::max(), limits::lowest()};
  std::mt19937_64 random(7);
  if constexpr (std::is_floating_point_v<T>) {
    T const inf = limits::infinity(), tiny = limits::denorm_min(), least = limits::min();
    T const half = T(0.5), big = T(4503599627370497.0), odd = T(8388609);
    for (T x : {T(0), T(1), T(3), T(0.25), half, T(1.5), T(2.5), T(0.75), odd, big, T(2147483648.0),
                T(9223372036854775808.0), T(255.5), T(256), tiny, least, inf})
      for (T y : {x, -x}) r.push_back(y);
    r.push_back(limits::quiet_NaN());
    for (int i = 0; i < 20; ++i)
      r.push_back(T(std::ldexp(double(random() >> 11), int(random() % 80) - 90)));
  } else {
    r.push_back(static_cast<T>(-1));
    r.push_back(static_cast<T>(-2));
    r.push_back(static_cast<T>(limits::max() - 1));
    r.push_back(static_cast<T>(limits::lowest() + 1));
    for (int i = 0; i < 12; ++i) r.push_back(static_cast<T>(random()));
    for (int i = 0; i < 6; ++i) r.push_back(static_cast<T>(random() % 17));
  }
  return r;
}

/// Lists of equal length, a multiple of 64, that hold every combination of the samples.
template <class T> struct operands {
  std::vector<T> a, b, c;

  explicit operands(std::vector<T> const& from = samples<T>()) {
    std::size_t i = 0;
    for (T x : from)
      for (T y : from) push(x, y, from[i++ * 7 % from.size()]);
    while (a.size() % 64 != 0) push(from[0], from[1], from[2]);
  }

 private:
  void push(T x, T y, T z) {
    a.push_back(x);
    b.push_back(y);
    c.push_back(z);
  }
};

template <class T> using reference = T (*)(T, T, T);

template <class T> auto type_name() -> std::string {
  std::string r = std::is_floating_point_v<T> ? "f" : std::is_signed_v<T> ? "i" : "u";
  r += std::to_string(8 * sizeof(T));
  return r;
}

/// Compares lane by lane; reports the first difference only. One instantiation a type: a backend's
/// primitives times its lane counts are many.
template <class T>
void require_same(std::string const& what, operands<T> const& in, std::vector<T> const& got,
                  reference<T> ref) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    T const wanted = ref(in.a[i], in.b[i], in.c[i]);
    if (same(got[i], wanted)) continue;
    INFO(what << " " << type_name<T>() << " of " << +in.a[i] << ", " << +in.b[i] << ", "
              << +in.c[i]);
    INFO("got " << +got[i] << ", wanted " << +wanted);
    FAIL();
  }
  SUCCEED();
}

/// op is called with three vectors, ref with three numbers; each may ignore the last ones. Not
/// inlined: the sum of all checks would be one function that takes an optimiser long.
template <class B, class T, int L, class Op>
[[gnu::noinline]] void check(char const* what, operands<T> const& in, Op op, reference<T> ref) {
  std::vector<T> got(in.a.size());
  T const *a = in.a.data(), *b = in.b.data(), *c = in.c.data();
  for (std::size_t i = 0; i < got.size(); i += L)
    B::store(&got[i], op(B::template load<L>(a + i), B::template load<L>(b + i),
                         B::template load<L>(c + i)));
  require_same(std::string(name_of<B>) + " L=" + std::to_string(L) + " " + what, in, got, ref);
}

/// f.template operator()<L>() for every lane count of an element of Bytes bytes, up to 16, and for
/// the largest. The scalar backend runs the same loop for each, so it is spared some.
template <class B, int Bytes, class F> void for_lanes(F const& f) {
  constexpr int most = B::template max_lanes<std::uint8_t>() / Bytes;
  f.template operator()<1>();
  if constexpr (most >= 2 && B::is_vector) f.template operator()<2>();
  if constexpr (most >= 4) f.template operator()<4>();
  if constexpr (most >= 8 && B::is_vector) f.template operator()<8>();
  if constexpr (most >= 16) f.template operator()<16>();
  if constexpr (most > 16 && B::is_vector) f.template operator()<most>();
}

}  // namespace backend_tests
