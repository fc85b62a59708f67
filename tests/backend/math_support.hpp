// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/math_support: the functions of one argument as a table, and the error of a result
// in units in the last place of the real value, which the C library's double function stands for.
//
//   invariants  a NaN, an infinity or a zero of the wrong sign counts as an error above any bound
//   source      testing by bit pattern: 2^32 is small enough to try them all
#pragma once

#include <ashlar/emit/simd/math.hpp>
#include <ashlar/emit/simd/native.hpp>
#include <ashlar/emit/simd/scalar.hpp>
#include <cmath>
#include <cstring>
#include <span>
#include <vector>

namespace backend_tests {

namespace simd = ashlar::emit::simd;

inline constexpr double wrong = 1e30;

/// |got - real| in units of the last place of the float nearest to real.
inline auto error_in_ulp(float got, double real) -> double {
  if (std::isnan(real) || std::isnan(got)) return std::isnan(real) && std::isnan(got) ? 0 : wrong;
  auto const nearest = static_cast<float>(real);
  if (std::isinf(nearest) || std::isinf(got)) {
    // One step below the overflow threshold either answer is within a unit.
    bool const edge = std::fabs(real) > 0x1.fffffcp+127 && std::fabs(real) < 0x1.000002p+128 &&
                      std::signbit(got) == std::signbit(real) && std::fabs(got) > 0x1.fffffcp+127f;
    return nearest == got || edge ? 0 : wrong;
  }
  if (got == 0 && nearest == 0 && std::signbit(got) != std::signbit(nearest)) return wrong;
  int exponent = 0;
  std::frexp(real, &exponent);
  double const unit = std::ldexp(1.0, std::max(exponent, -125) - 24);
  return std::fabs(static_cast<double>(got) - real) / unit;
}

template <class B> inline constexpr int widest = B::template max_lanes<float>();

template <class B, int L, class F> void map(F const& f, float const* x, float* y, std::size_t n) {
  for (std::size_t i = 0; i < n; i += L) B::store(y + i, f(B::template load<L>(x + i)));
}

struct function {
  char const* name;
  double bound;
  double (*real)(double);
  void (*native)(float const*, float*, std::size_t);
  void (*scalar)(float const*, float*, std::size_t);
  void (*native_1)(float const*, float*, std::size_t);
  void (*native_4)(float const*, float*, std::size_t);
};

template <class Name>
constexpr auto make_function(char const* name, double bound, double (*real)(double)) -> function {
  using N = simd::native_backend;
  using S = simd::scalar_backend;
  return function{
      .name = name,
      .bound = bound,
      .real = real,
      .native =
          [](float const* x, float* y, std::size_t n) {
            map<N, widest<N>>([](auto v) { return Name::template of<simd::math<N>>(v); }, x, y, n);
          },
      .scalar =
          [](float const* x, float* y, std::size_t n) {
            map<S, 16>([](auto v) { return Name::template of<simd::math<S>>(v); }, x, y, n);
          },
      .native_1 =
          [](float const* x, float* y, std::size_t n) {
            map<N, 1>([](auto v) { return Name::template of<simd::math<N>>(v); }, x, y, n);
          },
      .native_4 =
          [](float const* x, float* y, std::size_t n) {
            map<N, 4>([](auto v) { return Name::template of<simd::math<N>>(v); }, x, y, n);
          }};
}

struct call_exp {
  template <class M> static auto of(auto v) { return M::exp(v); }
};
struct call_exp2 {
  template <class M> static auto of(auto v) { return M::exp2(v); }
};
struct call_expm1 {
  template <class M> static auto of(auto v) { return M::expm1(v); }
};
struct call_log {
  template <class M> static auto of(auto v) { return M::log(v); }
};
struct call_log2 {
  template <class M> static auto of(auto v) { return M::log2(v); }
};
struct call_log1p {
  template <class M> static auto of(auto v) { return M::log1p(v); }
};
struct call_rsqrt {
  template <class M> static auto of(auto v) { return M::rsqrt(v); }
};
struct call_tanh {
  template <class M> static auto of(auto v) { return M::tanh(v); }
};
struct call_sigmoid {
  template <class M> static auto of(auto v) { return M::sigmoid(v); }
};
struct call_erf {
  template <class M> static auto of(auto v) { return M::erf(v); }
};
struct call_sin {
  template <class M> static auto of(auto v) { return M::sin(v); }
};
struct call_cos {
  template <class M> static auto of(auto v) { return M::cos(v); }
};

/// The bounds are what is promised; what was measured is a good deal below most of them.
inline auto functions() -> std::vector<function> {
  return {
      make_function<call_exp>("exp", 1.5, [](double x) { return std::exp(x); }),
      make_function<call_exp2>("exp2", 1.5, [](double x) { return std::exp2(x); }),
      make_function<call_expm1>("expm1", 4, [](double x) { return std::expm1(x); }),
      make_function<call_log>("log", 1.5, [](double x) { return std::log(x); }),
      make_function<call_log2>("log2", 4, [](double x) { return std::log2(x); }),
      make_function<call_log1p>("log1p", 4, [](double x) { return std::log1p(x); }),
      make_function<call_rsqrt>("rsqrt", 1.5, [](double x) { return 1 / std::sqrt(x); }),
      make_function<call_tanh>("tanh", 4, [](double x) { return std::tanh(x); }),
      make_function<call_sigmoid>("sigmoid", 4, [](double x) { return 1 / (1 + std::exp(-x)); }),
      make_function<call_erf>("erf", 4, [](double x) { return std::erf(x); }),
      make_function<call_sin>("sin", 4, [](double x) { return std::sin(x); }),
      make_function<call_cos>("cos", 4, [](double x) { return std::cos(x); }),
  };
}

inline auto from_pattern(std::uint64_t bits) -> float {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}

/// The largest error over a list; its length is a multiple of 64.
struct worst {
  double error = 0;
  float at = 0;
  bool same_bits = true;                     // of the two backends
  std::uint64_t hash = 0xcbf29ce484222325u;  // of all results in their order, any NaN as one

  void add_bits(std::uint64_t bits) { hash = (hash ^ bits) * 0x100000001b3u; }
  void add(float y) { add_bits(std::isnan(y) ? 0x7fc00000u : std::bit_cast<std::uint32_t>(y)); }
  void add(double e, float where, std::uint64_t bits) {
    if (e > error) {
      error = e;
      at = where;
    }
    add_bits(bits);
  }
};

inline void survey(function const& f, std::span<float const> x, worst& w) {
  std::vector<float> y(x.size()), z(x.size());
  f.native(x.data(), y.data(), x.size());
  f.scalar(x.data(), z.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    w.add(y[i]);
    double const real = f.real(static_cast<double>(x[i]));
    auto const nearest = static_cast<float>(real);
    // The nearest float is within half a unit; most are, and the exact measure is slow.
    double const error = std::memcmp(&y[i], &nearest, 4) == 0 ? 0 : error_in_ulp(y[i], real);
    bool const same = std::memcmp(&y[i], &z[i], 4) == 0 || (std::isnan(y[i]) && std::isnan(z[i]));
    if (error <= w.error && (same || !w.same_bits)) continue;
    if (error > w.error || !same) w.at = x[i];
    w.error = std::max(error, w.error);
    w.same_bits = w.same_bits && same;
  }
}

/// Every stride-th bit pattern of the 2^32.
inline void sweep(function const& f, std::uint64_t stride, worst& w) {
  std::vector<float> x;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32;) {
    x.clear();
    for (int i = 0; i < 4096; ++i, bits += stride) x.push_back(from_pattern(bits));
    survey(f, x, w);
  }
}

/// Every pattern within `reach` of each of these, and of their negatives.
inline void around(function const& f, std::span<float const> points, int reach, worst& w) {
  std::vector<float> x;
  for (float point : points) {
    x.clear();
    std::uint64_t const bits = std::bit_cast<std::uint32_t>(point);
    for (std::uint64_t sign : {std::uint64_t{0}, std::uint64_t{1} << 31})
      for (int i = -reach; i < reach; ++i)
        x.push_back(from_pattern((bits + static_cast<std::uint64_t>(i)) ^ sign));
    survey(f, x, w);
  }
}

}  // namespace backend_tests
