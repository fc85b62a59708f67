// SPDX-License-Identifier: Apache-2.0
//
// pow, minimum and maximum; and the functions in double, which the C library's long double judges.
#include <catch2/catch_test_macros.hpp>
#include <random>

#include "math_support.hpp"

using namespace backend_tests;
using simd::native_backend;
using simd::scalar_backend;

namespace {

template <class B, int L, class T, class F>
auto map_pairs(std::vector<T> const& x, std::vector<T> const& y, F const& f) -> std::vector<T> {
  std::vector<T> r(x.size());
  for (std::size_t i = 0; i < x.size(); i += L)
    B::store(&r[i], f(B::template load<L>(&x[i]), B::template load<L>(&y[i])));
  return r;
}

template <class T> struct pairs {
  std::vector<T> x, y;
  void push(T a, T b) {
    x.push_back(a);
    y.push_back(b);
  }
  void pad() {
    while (x.size() % 64 != 0) push(T(2), T(3));
  }
};

template <class B, int L> auto pow_of(pairs<float> const& p) -> std::vector<float> {
  return map_pairs<B, L>(p.x, p.y, [](auto x, auto y) { return simd::math<B>::pow(x, y); });
}

void require_pow(pairs<float> const& p, double bound) {
  auto const got = pow_of<native_backend, widest<native_backend>>(p);
  auto const one = pow_of<native_backend, 1>(p);
  auto const scalar = pow_of<scalar_backend, 16>(p);
  std::size_t failures = 0;
  for (std::size_t i = 0; i < got.size() && failures < 10; ++i) {
    double const real = std::pow(static_cast<double>(p.x[i]), static_cast<double>(p.y[i]));
    auto const same = [&](float a, float b) {
      return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
    };
    if (error_in_ulp(got[i], real) <= bound && same(got[i], one[i]) && same(got[i], scalar[i]))
      continue;
    ++failures;
    FAIL_CHECK(p.x[i] << " ^ " << p.y[i] << " is " << got[i] << ", " << one[i] << ", " << scalar[i]
                      << ", not " << real);
  }
  SUCCEED();
}

auto double_error(double got, long double real) -> double {
  if (std::isnan(real) || std::isnan(got)) return std::isnan(real) && std::isnan(got) ? 0 : wrong;
  if (std::isinf(static_cast<double>(real)) || std::isinf(got))
    return static_cast<double>(real) == got ? 0 : wrong;
  int exponent = 0;
  std::frexp(real, &exponent);
  long double const unit = std::ldexp(1.0L, std::max(exponent, -1021) - 53);
  return static_cast<double>(std::fabs(got - real) / unit);
}

template <class B, class F>
auto worst_double(F const& f, long double (*real)(long double), std::vector<double> const& x)
    -> double {
  constexpr auto lanes = std::size_t{B::template max_lanes<double>()};
  double most = 0;
  double y[lanes];
  for (std::size_t i = 0; i < x.size(); i += lanes) {
    B::store(y, f(B::template load<int{lanes}>(&x[i])));
    for (std::size_t l = 0; l < lanes; ++l)
      most = std::max(most, double_error(y[l], real(static_cast<long double>(x[i + l]))));
  }
  return most;
}

auto doubles() -> std::vector<double> {
  std::mt19937_64 random(5);
  std::vector<double> r{0.0,    1.0,    -1.0, 708.0,  709.78, 709.79, -745.1, -745.2,
                        -708.0, -750.0, 19.0, 5e-324, 2e-308, 1e308,  1e-300, -1e-300};
  double const infinity = std::numeric_limits<double>::infinity();
  for (double x : {infinity, -infinity, std::nan("")}) r.push_back(x);
  for (int i = 0; i < 60000; ++i) r.push_back(std::bit_cast<double>(random()));
  for (int i = 0; i < 60000; ++i)
    r.push_back(std::ldexp(double(std::int64_t(random())), int(random() % 14) - 66));
  while (r.size() % 64 != 0) r.push_back(0.5);
  return r;
}

template <class B> void require_doubles() {
  using m = simd::math<B>;
  auto const x = doubles();
  auto const check = [&](char const* name, double error) {
    INFO(name << " " << error);
    CHECK(error <= 4);
  };
  using real = long double;
  check("exp",
        worst_double<B>([](auto v) { return m::exp(v); }, [](real v) { return std::exp(v); }, x));
  check("exp2",
        worst_double<B>([](auto v) { return m::exp2(v); }, [](real v) { return std::exp2(v); }, x));
  check("expm1", worst_double<B>([](auto v) { return m::expm1(v); },
                                 [](real v) { return std::expm1(v); }, x));
  check("tanh",
        worst_double<B>([](auto v) { return m::tanh(v); }, [](real v) { return std::tanh(v); }, x));
  check("sigmoid", worst_double<B>([](auto v) { return m::sigmoid(v); },
                                   [](real v) { return 1 / (1 + std::exp(-v)); }, x));
  check("log",
        worst_double<B>([](auto v) { return m::log(v); }, [](real v) { return std::log(v); }, x));
  check("log2",
        worst_double<B>([](auto v) { return m::log2(v); }, [](real v) { return std::log2(v); }, x));
  check("log1p", worst_double<B>([](auto v) { return m::log1p(v); },
                                 [](real v) { return std::log1p(v); }, x));
  check("erf",
        worst_double<B>([](auto v) { return m::erf(v); }, [](real v) { return std::erf(v); }, x));
  check("sin",
        worst_double<B>([](auto v) { return m::sin(v); }, [](real v) { return std::sin(v); }, x));
  check("cos",
        worst_double<B>([](auto v) { return m::cos(v); }, [](real v) { return std::cos(v); }, x));
  check("rsqrt", worst_double<B>([](auto v) { return m::rsqrt(v); },
                                 [](real v) { return 1 / std::sqrt(v); }, x));
}

}  // namespace

TEST_CASE("pow has the special values of C Annex F", "[backend][math][pow]") {
  float const inf = std::numeric_limits<float>::infinity();
  float const nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> bases, exponents;
  for (float x : {0.0f, 1.0f, 2.0f, 0.5f, 3.0f, 1e-40f, 3e38f, 0x1.fffffep-1f, inf})
    for (float s : {x, -x}) bases.push_back(s);
  for (float y : {0.0f, 1.0f, 2.0f, 3.0f, 0.5f, 2.5f, 127.0f, 149.0f, 16777215.0f, 16777216.0f,
                  8388609.0f, 8388608.5f, 1e-40f, 1e30f, inf})
    for (float s : {y, -y}) exponents.push_back(s);
  bases.push_back(nan);
  exponents.push_back(nan);
  pairs<float> p;
  for (float x : bases)
    for (float y : exponents) p.push(x, y);
  p.pad();
  require_pow(p, 4);
}

TEST_CASE("pow is accurate on random operands", "[backend][math][pow]") {
  std::mt19937 random(3);
  auto const uniform = [&] { return float(random() >> 8) * 0x1p-24f; };
  pairs<float> p;
  for (int i = 0; i < 300000; ++i) {
    float const x = std::ldexp(1 + uniform(), int(random() % 253) - 126);
    float const wanted = (uniform() - 0.5f) * 300;  // of the result, as a power of two
    p.push(x, wanted / std::log2(x));
    p.push(1 + (uniform() - 0.5f) * 1e-3f, (uniform() - 0.5f) * 2e5f);
    p.push(-x, float(int(random() % 41) - 20));
  }
  p.pad();
  require_pow(p, 4);
}

TEST_CASE("minimum and maximum pass NaN on and order zeros", "[backend][math]") {
  float const inf = std::numeric_limits<float>::infinity();
  float const nan = std::numeric_limits<float>::quiet_NaN();
  pairs<float> p;
  for (float x : {0.0f, -0.0f, 1.0f, -1.0f, inf, -inf, nan})
    for (float y : {0.0f, -0.0f, 1.0f, -1.0f, inf, -inf, nan}) p.push(x, y);
  p.pad();
  using m = simd::math<native_backend>;
  auto const low =
      map_pairs<native_backend, 4>(p.x, p.y, [](auto a, auto b) { return m::minimum(a, b); });
  auto const high =
      map_pairs<native_backend, 4>(p.x, p.y, [](auto a, auto b) { return m::maximum(a, b); });
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    float const a = p.x[i], b = p.y[i];
    INFO(a << ", " << b);
    if (std::isnan(a) || std::isnan(b)) {
      CHECK((std::isnan(low[i]) && std::isnan(high[i])));
    } else {
      CHECK((low[i] == std::min(a, b) && high[i] == std::max(a, b)));
      if (a == 0 && b == 0) CHECK(std::signbit(low[i]) == (std::signbit(a) || std::signbit(b)));
      if (a == 0 && b == 0) CHECK(std::signbit(high[i]) == (std::signbit(a) && std::signbit(b)));
    }
  }
}

TEST_CASE("functions in double are within 4 units on samples", "[backend][math][double]") {
  require_doubles<native_backend>();
  require_doubles<scalar_backend>();
}
