// SPDX-License-Identifier: Apache-2.0
//
// bench/sleef_loop: SLEEF's functions over arrays, in the widest vectors of the compile flags.
//
//   takes       a multiple of 16 elements
#pragma once

#include <immintrin.h>
#include <sleef.h>

#include <cstddef>

namespace bench::sleef {

#if defined(__AVX512F__)
using vector = __m512;
inline auto load(float const* p) -> vector { return _mm512_loadu_ps(p); }
inline void store(float* p, vector v) { _mm512_storeu_ps(p, v); }
#define BENCH_SLEEF(name, bound) Sleef_##name##f16_##bound
#elif defined(__AVX2__)
using vector = __m256;
inline auto load(float const* p) -> vector { return _mm256_loadu_ps(p); }
inline void store(float* p, vector v) { _mm256_storeu_ps(p, v); }
#define BENCH_SLEEF(name, bound) Sleef_##name##f8_##bound
#else
using vector = __m128;
inline auto load(float const* p) -> vector { return _mm_loadu_ps(p); }
inline void store(float* p, vector v) { _mm_storeu_ps(p, v); }
#define BENCH_SLEEF(name, bound) Sleef_##name##f4_##bound
#endif

struct exp_u10 {
  static auto of(vector v) -> vector { return BENCH_SLEEF(exp, u10)(v); }
};
struct log_u10 {
  static auto of(vector v) -> vector { return BENCH_SLEEF(log, u10)(v); }
};
struct log_u35 {
  static auto of(vector v) -> vector { return BENCH_SLEEF(log, u35)(v); }
};
struct tanh_u10 {
  static auto of(vector v) -> vector { return BENCH_SLEEF(tanh, u10)(v); }
};
struct tanh_u35 {
  static auto of(vector v) -> vector { return BENCH_SLEEF(tanh, u35)(v); }
};
#undef BENCH_SLEEF

template <class F> void for_each(F, float* y, float const* x, std::ptrdiff_t n) {
  constexpr std::ptrdiff_t lanes = sizeof(vector) / sizeof(float);
  for (std::ptrdiff_t at = 0; at < n; at += lanes) store(y + at, F::of(load(x + at)));
}

}  // namespace bench::sleef
