// SPDX-License-Identifier: Apache-2.0
//
// Mathematical functions in kernels, against <cmath> in double precision.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto growth = [](auto e, auto l, auto r, auto p, auto x) {
  e(i) = ash::exp(x(i));
  l(i) = ash::log(ash::abs(x(i)));
  r(i) = ash::rsqrt(ash::abs(x(i)));
  p(i) = ash::pow(ash::abs(x(i)), 1.5);
};
constexpr auto curves = [](auto t, auto s, auto f, auto u, auto v, auto x) {
  t(i) = ash::tanh(x(i));
  s(i) = ash::sigmoid(x(i));
  f(i) = ash::erf(x(i));
  u(i) = ash::sin(x(i));
  v(i) = ash::cos(x(i));
};
constexpr auto mixed = [](auto y, auto a, auto x, auto b) {
  y(i) = ash::tanh(a * x(i) + b) * ash::sigmoid(y(i));
};

template <class T> struct vectors {
  std::vector<T> x{};
  std::vector<T> out[5]{};

  explicit vectors(std::size_t n) {
    for (std::size_t at = 0; at < n; ++at) {
      x.push_back(static_cast<T>(static_cast<double>(scramble(at) % 200001) / 10000 - 10));
    }
    for (auto& o : out) o.assign(n, T(-99));
  }
  auto view(std::vector<T>& v) -> ash::view<T, dyn> {
    return ash::view<T, dyn>(v.data(), static_cast<index_t>(v.size()));
  }
  auto operator[](std::size_t at) -> ash::view<T, dyn> { return view(out[at]); }

  void require_near(std::size_t which, double (*f)(double), double ulp) const {
    for (std::size_t at = 0; at < x.size(); ++at) {
      INFO("function " << which << " of " << x[at]);
      REQUIRE(distance(out[which][at], static_cast<T>(f(double(x[at])))) <= ulp);
    }
  }
};

template <class T, class Backend> void all_of(std::size_t n) {
  vectors<T> v(n);
  ash::kernel<growth, in_lanes<4>{}, ash::fp::relaxed, Backend> const first;
  REQUIRE(first(v[0], v[1], v[2], v[3], v.view(v.x)));
  v.require_near(0, [](double a) { return std::exp(a); }, 4);
  v.require_near(1, [](double a) { return std::log(std::fabs(a)); }, 4);
  v.require_near(2, [](double a) { return 1 / std::sqrt(std::fabs(a)); }, 4);
  v.require_near(3, [](double a) { return std::pow(std::fabs(a), 1.5); }, 4);
  ash::kernel<curves, in_lanes<4>{}, ash::fp::relaxed, Backend> const second;
  REQUIRE(second(v[0], v[1], v[2], v[3], v[4], v.view(v.x)));
  v.require_near(0, [](double a) { return std::tanh(a); }, 4);
  v.require_near(1, [](double a) { return 1 / (1 + std::exp(-a)); }, 4);
  v.require_near(2, [](double a) { return std::erf(a); }, 4);
  v.require_near(3, [](double a) { return std::sin(a); }, 4);
  v.require_near(4, [](double a) { return std::cos(a); }, 4);
}

TEST_CASE("functions of f32 and f64", "[backend][kernel]") {
  all_of<float, ash::emit::simd::native_backend>(1003);
  all_of<double, ash::emit::simd::native_backend>(1003);
}

TEST_CASE("the scalar backend", "[backend][kernel]") {
  all_of<float, ash::emit::simd::scalar_backend>(301);
}

TEST_CASE("a chain of functions with numbers as operands, updated in place", "[backend][kernel]") {
  vectors<float> v(777);
  ash::kernel<mixed> const kernel;
  std::vector<float> before(777);
  for (std::size_t at = 0; at < 777; ++at) v.out[0][at] = before[at] = v.x[776 - at];
  REQUIRE(kernel(v[0], 0.25f, v.view(v.x), 1.5f));
  for (std::size_t at = 0; at < 777; ++at) {
    double const wanted =
        std::tanh(0.25 * double(v.x[at]) + 1.5) / (1 + std::exp(-double(before[at])));
    REQUIRE(std::fabs(double(v.out[0][at]) - wanted) < 1e-6);
  }
}

}  // namespace
