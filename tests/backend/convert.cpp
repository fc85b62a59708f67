// SPDX-License-Identifier: Apache-2.0
//
// Conversions between all element types, of vectors and of masks, and horizontal reductions, for
// each backend and lane count, against plain C++.
#include <catch2/catch_template_test_macros.hpp>

#include "support.hpp"

namespace {

using namespace backend_tests;
using simd::fold;
using simd::native_backend;
using simd::scalar_backend;

/// Truncates, saturates, NaN is 0; integers wrap. By way of wider types, unlike the library.
template <class To, class From> auto converted(From x) -> To {
  using limits = std::numeric_limits<To>;
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if (std::isnan(x)) return 0;
    long double const whole = std::trunc(static_cast<long double>(x));
    if (whole < static_cast<long double>(limits::min())) return limits::min();
    if (whole > static_cast<long double>(limits::max())) return limits::max();
    return static_cast<To>(whole);
  } else {
    return static_cast<To>(x);
  }
}

template <class To, class From>
void expect_converted(std::string const& what, std::vector<From> const& in,
                      std::vector<To> const& got) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (same(got[i], converted<To>(in[i]))) continue;
    INFO(what << " " << type_name<From>() << " to " << type_name<To>() << " of " << +in[i]);
    INFO("got " << +got[i] << ", wanted " << +converted<To>(in[i]));
    FAIL();
  }
  SUCCEED();
}

template <class B, class From, int L, class To>
[[gnu::noinline]] void check_pair(std::vector<From> const& in) {
  if constexpr (L <= B::template max_lanes<To>()) {
    std::vector<To> got(in.size()), flags(in.size()), wanted;
    for (std::size_t i = 0; i < in.size(); i += L) {
      auto const v = B::template load<L>(&in[i]);
      B::store(&got[i], B::template convert<To>(v));
      auto const low = B::lt(v, B::template broadcast<L>(From(7)));
      B::store(&flags[i], B::bool_to_vec(B::template convert_mask<To>(low)));
    }
    for (From x : in) wanted.push_back(To(x < From(7)));
    auto const name = std::string(name_of<B>) + " L=" + std::to_string(L);
    expect_converted(name, in, got);
    INFO(name << " convert_mask " << type_name<From>() << " to " << type_name<To>());
    CHECK(flags == wanted);
  }
}

template <class B, class From> void check_from() {
  auto in = samples<From>();
  while (in.size() % 64 != 0) in.push_back(From(1));
  for_lanes<B, sizeof(From)>([&]<int L>() {
    check_pair<B, From, L, float>(in);
    check_pair<B, From, L, double>(in);
    check_pair<B, From, L, std::int32_t>(in);
    check_pair<B, From, L, std::int64_t>(in);
    check_pair<B, From, L, std::uint8_t>(in);
  });
}

template <class T> auto product(T a, T b) -> T {
  if constexpr (std::is_floating_point_v<T>)
    return a * b;
  else
    return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// The documented tree: the upper half is folded on the lower.
template <class T, class F> auto tree(std::vector<T> x, F const& f) -> T {
  while (x.size() > 1) {
    std::size_t const half = x.size() / 2;
    for (std::size_t l = 0; l < half; ++l) x[l] = f(x[l], x[l + half]);
    x.resize(half);
  }
  return x[0];
}

template <class B, class T, int L> [[gnu::noinline]] void check_reduce(std::vector<T> const& in) {
  using u = std::conditional_t<std::is_floating_point_v<T>, T, std::uint64_t>;
  INFO(name_of<B> << " " << type_name<T>() << " L=" << L);
  for (std::size_t i = 0; i < in.size(); i += L) {
    std::vector<T> const x(in.begin() + std::ptrdiff_t(i), in.begin() + std::ptrdiff_t(i + L));
    auto const v = B::template load<L>(x.data());
    auto const sum = tree(x, [](T a, T b) { return static_cast<T>(u(a) + u(b)); });
    auto const least = tree(x, [](T a, T b) { return a < b ? a : b; });
    auto const most = tree(x, [](T a, T b) { return a > b ? a : b; });
    bool const ok = same(B::template reduce<fold::add>(v), sum) &&
                    same(B::template reduce<fold::mul>(v), tree(x, product<T>)) &&
                    same(B::template reduce<fold::min>(v), least) &&
                    same(B::template reduce<fold::max>(v), most);
    if (!ok) FAIL("reduce of lanes from " << i);
    bool all = true, any = false;
    for (T y : x) all = all && y < T(3), any = any || y < T(3);
    auto const m = B::lt(v, B::template broadcast<L>(T(3)));
    if (B::all(m) != all || B::any(m) != any) FAIL("all, any of lanes from " << i);
  }
  SUCCEED();
}

template <class B, class T> void check_reductions() {
  auto in = samples<T>();
  for (int i = 0; i < 64; ++i) in.push_back(T(1));
  for (int i = 0; i < 64; ++i) in.push_back(T(100));
  while (in.size() % 64 != 0) in.push_back(T(in.size() % 5));
  for_lanes<B, sizeof(T)>([&]<int L>() { check_reduce<B, T, L>(in); });
}

}  // namespace

TEMPLATE_TEST_CASE("scalar conversions agree with plain C++", "[backend][convert]", float, double,
                   std::int32_t, std::int64_t, std::uint8_t) {
  check_from<scalar_backend, TestType>();
  check_reductions<scalar_backend, TestType>();
}

TEMPLATE_TEST_CASE("native conversions agree with plain C++", "[backend][convert]", float, double,
                   std::int32_t, std::int64_t, std::uint8_t) {
  check_from<native_backend, TestType>();
  check_reductions<native_backend, TestType>();
}
