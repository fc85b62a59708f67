// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/math_double: the functions of one argument in double, judged by the C library's
// long double, whose 64 bits measure an error to 1/1000 of a unit in the last place.
//
//   sample      each binade of both signs: its edges, neighbours of these, and points between
#pragma once

#include <limits>
#include <random>

#include "math_support.hpp"

namespace backend_tests {

/// |got - real| in units of the last place of the double nearest to real.
inline auto error_of_double(double got, long double real) -> double {
  auto const nearest = static_cast<double>(real);
  if (std::isnan(nearest) || std::isnan(got))
    return std::isnan(nearest) && std::isnan(got) ? 0 : wrong;
  if (std::isinf(nearest) || std::isinf(got)) {
    long double const most = std::numeric_limits<double>::max();
    bool const edge = std::fabs(real) > most * (1 - 0x1p-53L) &&
                      std::fabs(real) < most * (1 + 0x1p-52L) &&
                      std::signbit(got) == std::signbit(nearest);
    return nearest == got || edge ? 0 : wrong;
  }
  if (got == 0 && nearest == 0) return std::signbit(got) == std::signbit(nearest) ? 0 : wrong;
  int exponent = 0;
  std::frexp(real, &exponent);
  long double const unit = std::ldexp(1.0L, std::max(exponent, -1021) - 53);
  return static_cast<double>(std::fabs(got - real) / unit);
}

struct function_of_double {
  char const* name;
  double bound;
  long double (*real)(long double);
  void (*run)(double const*, double*, std::size_t);
};

template <class Name>
constexpr auto make_double(char const* name, double bound, long double (*real)(long double))
    -> function_of_double {
  using B = simd::native_backend;
  constexpr int lanes = B::max_lanes<double>();
  return function_of_double{.name = name,
                            .bound = bound,
                            .real = real,
                            .run = [](double const* x, double* y, std::size_t n) {
                              for (std::size_t i = 0; i < n; i += lanes) {
                                B::store(y + i,
                                         Name::template of<simd::math<B>>(B::load<lanes>(x + i)));
                              }
                            }};
}

inline auto functions_of_double() -> std::vector<function_of_double> {
  using real = long double;
  return {
      make_double<call_exp>("exp", 4, [](real x) { return std::exp(x); }),
      make_double<call_exp2>("exp2", 4, [](real x) { return std::exp2(x); }),
      make_double<call_expm1>("expm1", 4, [](real x) { return std::expm1(x); }),
      make_double<call_log>("log", 4, [](real x) { return std::log(x); }),
      make_double<call_log2>("log2", 4, [](real x) { return std::log2(x); }),
      make_double<call_log1p>("log1p", 4, [](real x) { return std::log1p(x); }),
      make_double<call_rsqrt>("rsqrt", 4, [](real x) { return 1 / std::sqrt(x); }),
      make_double<call_tanh>("tanh", 4, [](real x) { return std::tanh(x); }),
      make_double<call_sigmoid>("sigmoid", 4, [](real x) { return 1 / (1 + std::exp(-x)); }),
      make_double<call_erf>("erf", 4, [](real x) { return std::erf(x); }),
      make_double<call_sin>("sin", 4, [](real x) { return std::sin(x); }),
      make_double<call_cos>("cos", 4, [](real x) { return std::cos(x); }),
  };
}

/// 8 edges and `between` points of each binade and sign; a multiple of 64 in all.
inline auto binades(int between) -> std::vector<double> {
  std::mt19937_64 random(11);
  std::vector<double> r;
  for (std::uint64_t exponent = 0; exponent < 2047; ++exponent) {
    for (std::uint64_t sign : {std::uint64_t{0}, std::uint64_t{1} << 63}) {
      std::uint64_t const first = exponent << 52;
      for (std::uint64_t i = 0; i < 4; ++i) {
        r.push_back(std::bit_cast<double>((first + i) | sign));
        r.push_back(std::bit_cast<double>((first + (std::uint64_t{1} << 52) - 1 - i) | sign));
      }
      for (int i = 0; i < between; ++i) {
        r.push_back(std::bit_cast<double>((first + (random() >> 12)) | sign));
      }
    }
  }
  while (r.size() % 64 != 0) r.push_back(0.0);
  return r;
}

}  // namespace backend_tests
