// SPDX-License-Identifier: Apache-2.0
//
// f16 and bf16 on each backend and lane count, against core/half, which is compared with numpy in
// tests/unit/core/half.cpp: all 65,536 patterns widened; floats and doubles around each boundary
// between two results narrowed. Where F16C is used, this compares with the machine, payloads of NaN
// included.
#include <ashlar/emit/simd/half.hpp>

#include "support.hpp"

namespace {

using namespace backend_tests;
using ashlar::dtype;
using word = std::uint16_t;

auto bits(float v) -> std::uint32_t { return std::bit_cast<std::uint32_t>(v); }

template <class B, dtype D, int L> [[gnu::noinline]] void check_widen() {
  INFO(name_of<B> << " L=" << L << " widen " << ashlar::name_of(D));
  for (std::uint32_t first = 0; first < 0x10000; first += L) {
    word h[std::size_t{L}];
    float got[std::size_t{L}];
    for (int l = 0; l < L; ++l) h[l] = static_cast<word>(first + static_cast<std::uint32_t>(l));
    B::store(got,
             simd::half<B>::template widen<D>(B::template load<L>(static_cast<word const*>(h))));
    for (int l = 0; l < L; ++l) {
      float const wanted = D == dtype::f16 ? ashlar::f16_to_f32(h[l]) : ashlar::bf16_to_f32(h[l]);
      if (bits(got[l]) != bits(wanted)) FAIL("of pattern " << h[l] << ": got " << got[l]);
    }
  }
  SUCCEED();
}

/// Each value of the format, the middle to the next, what is on both sides of that; NaNs.
template <class T> auto around(dtype d) -> std::vector<T> {
  std::vector<T> r;
  auto const widen = [&](std::uint32_t h) {
    auto const w = static_cast<word>(h);
    return static_cast<double>(d == dtype::f16 ? ashlar::f16_to_f32(w) : ashlar::bf16_to_f32(w));
  };
  std::uint32_t const infinity = d == dtype::f16 ? 0x7c00 : 0x7f80;
  for (std::uint32_t h = 0; h < infinity; ++h) {
    double const next = h + 1 < infinity ? widen(h + 1) : 2 * widen(h) - widen(h - 1);
    auto const middle = static_cast<T>((widen(h) + next) / 2);
    r.push_back(static_cast<T>(widen(h)));
    r.push_back(std::nextafter(middle, T(0)));
    r.push_back(-middle);
    r.push_back(std::nextafter(middle, std::numeric_limits<T>::infinity()));
  }
  using limits = std::numeric_limits<T>;
  for (T const x : {limits::infinity(), limits::max(), limits::min(), limits::denorm_min()}) {
    r.push_back(x);
    r.push_back(-x);
  }
  if constexpr (sizeof(T) == 4) {
    for (std::uint32_t at = 1; at < 0x800000; at = at * 5 + 1) {
      r.push_back(std::bit_cast<float>(0x7f800000U | at));
      r.push_back(std::bit_cast<float>(0xff800000U | at));
    }
  }
  while (r.size() % 64 != 0) r.push_back(T(1));
  return r;
}

template <dtype D> auto narrowed(float v) -> word {
  return D == dtype::f16 ? ashlar::f32_to_f16(v) : ashlar::f32_to_bf16(v);
}
template <dtype D> auto narrowed(double v) -> word {
  return narrowed<D>(ashlar::f64_to_odd_f32(v));
}

template <class B, dtype D, int L, class T>
[[gnu::noinline]] void check_narrow(std::vector<T> const& in) {
  INFO(name_of<B> << " L=" << L << " narrow to " << ashlar::name_of(D));
  for (std::size_t first = 0; first < in.size(); first += L) {
    word got[std::size_t{L}];
    B::store(got, simd::half<B>::template narrow<D>(B::template load<L>(&in[first])));
    for (std::size_t l = 0; l < L; ++l) {
      if (got[l] == narrowed<D>(in[first + l])) continue;
      FAIL("of " << in[first + l] << ": got " << got[l] << ", wanted "
                 << narrowed<D>(in[first + l]));
    }
  }
  SUCCEED();
}

template <class B, dtype D> void check_all() {
  auto const floats = around<float>(D);
  auto const doubles = around<double>(D);
  for_lanes<B, sizeof(float)>([&]<int L>() {
    check_widen<B, D, L>();
    check_narrow<B, D, L>(floats);
    if constexpr (L <= B::template max_lanes<double>()) check_narrow<B, D, L>(doubles);
  });
}

}  // namespace

TEST_CASE("scalar 16-bit floats are those of core/half", "[backend][half]") {
  check_all<simd::scalar_backend, dtype::f16>();
  check_all<simd::scalar_backend, dtype::bf16>();
}

TEST_CASE("Highway's 16-bit floats are those of core/half", "[backend][half]") {
  check_all<simd::native_backend, dtype::f16>();
  check_all<simd::native_backend, dtype::bf16>();
}
