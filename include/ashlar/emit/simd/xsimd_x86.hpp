// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/xsimd_x86: instructions of x86 that xsimd 13 has no function for: loads and stores
// under a mask, stores past the caches, and logical functions of three operands.
//
//   takes       vectors and masks of xsimd, whose registers are those of the intrinsics
//   invariants  bytes of masked-off lanes are not touched. Nobody calls what has_masks, has_stream
//               or has_ternary says is not there; elsewhere than on x86 that is all
//   source      Intel Intrinsics Guide: VPMASKMOV, VMOVDQU8, MOVNTDQ, VPTERNLOGD
#pragma once

#include <ashlar/emit/simd/xsimd_types.hpp>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

struct xsimd_x86 : xsimd_types {
#if defined(__AVX512BW__) && defined(__AVX512VL__)
  static constexpr std::size_t least_masked = 1;
#elif defined(__AVX2__)
  static constexpr std::size_t least_masked = 4;
#else
  static constexpr std::size_t least_masked = 16;  // none
#endif
  static constexpr bool has_ternary = least_masked == 1;

  template <class T, int L>
  static constexpr bool has_masks =
      sizeof(T) >= least_masked && (least_masked == 1 || !has_bit_masks<T, L>);

#if defined(__SSE2__)
  static constexpr bool has_stream = true;
#else
  static constexpr bool has_stream = false;
#endif

 protected:
  // A register of 64 bytes with a mask of bits does for the smaller ones, too: lanes that are off
  // may be beyond their end. So does one of 32 bytes where there are none of 64.
#if defined(__AVX512BW__) && defined(__AVX512VL__)
  template <class T, int L> ASHLAR_INLINE static auto load_on(T const* p, mask<T, L> m) {
    std::uint64_t const k = m.raw.mask();
    if constexpr (std::is_same_v<T, float>)
      return narrow<T, L>(_mm512_castps_si512(_mm512_maskz_loadu_ps(static_cast<__mmask16>(k), p)));
    else if constexpr (std::is_same_v<T, double>)
      return narrow<T, L>(_mm512_castpd_si512(_mm512_maskz_loadu_pd(static_cast<__mmask8>(k), p)));
    else if constexpr (sizeof(T) == 1)
      return narrow<T, L>(_mm512_maskz_loadu_epi8(k, p));
    else if constexpr (sizeof(T) == 2)
      return narrow<T, L>(_mm512_maskz_loadu_epi16(static_cast<__mmask32>(k), p));
    else if constexpr (sizeof(T) == 4)
      return narrow<T, L>(_mm512_maskz_loadu_epi32(static_cast<__mmask16>(k), p));
    else
      return narrow<T, L>(_mm512_maskz_loadu_epi64(static_cast<__mmask8>(k), p));
  }

  template <class T, int L> ASHLAR_INLINE static void store_on(T* p, mask<T, L> m, vec<T, L> v) {
    std::uint64_t const k = m.raw.mask();
    __m512i const x = widen(integer_register(v));
    if constexpr (std::is_same_v<T, float>)
      _mm512_mask_storeu_ps(p, static_cast<__mmask16>(k), _mm512_castsi512_ps(x));
    else if constexpr (std::is_same_v<T, double>)
      _mm512_mask_storeu_pd(p, static_cast<__mmask8>(k), _mm512_castsi512_pd(x));
    else if constexpr (sizeof(T) == 1)
      _mm512_mask_storeu_epi8(p, k, x);
    else if constexpr (sizeof(T) == 2)
      _mm512_mask_storeu_epi16(p, static_cast<__mmask32>(k), x);
    else if constexpr (sizeof(T) == 4)
      _mm512_mask_storeu_epi32(p, static_cast<__mmask16>(k), x);
    else
      _mm512_mask_storeu_epi64(p, static_cast<__mmask8>(k), x);
  }

  /// Bit n of Table is the result where the bits of a, b and c are those of n.
  template <int Table, class T, int L>
  ASHLAR_INLINE static auto ternary(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
    auto const x = integer_register(a), y = integer_register(b), z = integer_register(c);
    if constexpr (sizeof x == 16)
      return of_integers<T, L>(_mm_ternarylogic_epi32(x, y, z, Table));
    else if constexpr (sizeof x == 32)
      return of_integers<T, L>(_mm256_ternarylogic_epi32(x, y, z, Table));
    else
      return of_integers<T, L>(_mm512_ternarylogic_epi32(x, y, z, Table));
  }

 private:
  ASHLAR_INLINE static auto widen(__m128i v) -> __m512i { return _mm512_castsi128_si512(v); }
  ASHLAR_INLINE static auto widen(__m256i v) -> __m512i { return _mm512_castsi256_si512(v); }
  ASHLAR_INLINE static auto widen(__m512i v) -> __m512i { return v; }
  template <class T, int L> ASHLAR_INLINE static auto narrow(__m512i v) -> vec<T, L> {
    if constexpr (sizeof(vec<T, L>) == 16)
      return of_integers<T, L>(_mm512_castsi512_si128(v));
    else if constexpr (sizeof(vec<T, L>) == 32)
      return of_integers<T, L>(_mm512_castsi512_si256(v));
    else
      return of_integers<T, L>(v);
  }

#elif defined(__AVX2__)
  template <class T, int L> ASHLAR_INLINE static auto load_on(T const* p, mask<T, L> m) {
    __m256i const on = widen(integer_register(mask_to_bits(m)));
    if constexpr (std::is_same_v<T, float>)
      return narrow<T, L>(_mm256_castps_si256(_mm256_maskload_ps(p, on)));
    else if constexpr (std::is_same_v<T, double>)
      return narrow<T, L>(_mm256_castpd_si256(_mm256_maskload_pd(p, on)));
    else if constexpr (sizeof(T) == 4)
      return narrow<T, L>(_mm256_maskload_epi32(reinterpret_cast<int const*>(p), on));
    else
      return narrow<T, L>(_mm256_maskload_epi64(reinterpret_cast<long long const*>(p), on));
  }

  template <class T, int L> ASHLAR_INLINE static void store_on(T* p, mask<T, L> m, vec<T, L> v) {
    __m256i const on = widen(integer_register(mask_to_bits(m)));
    __m256i const x = widen(integer_register(v));
    if constexpr (std::is_same_v<T, float>)
      _mm256_maskstore_ps(p, on, _mm256_castsi256_ps(x));
    else if constexpr (std::is_same_v<T, double>)
      _mm256_maskstore_pd(p, on, _mm256_castsi256_pd(x));
    else if constexpr (sizeof(T) == 4)
      _mm256_maskstore_epi32(reinterpret_cast<int*>(p), on, x);
    else
      _mm256_maskstore_epi64(reinterpret_cast<long long*>(p), on, x);
  }

 private:
  /// With zeros, since what is beyond the mask of a smaller register must be off.
  ASHLAR_INLINE static auto widen(__m128i v) -> __m256i { return _mm256_zextsi128_si256(v); }
  ASHLAR_INLINE static auto widen(__m256i v) -> __m256i { return v; }
  template <class T, int L> ASHLAR_INLINE static auto narrow(__m256i v) -> vec<T, L> {
    if constexpr (sizeof(vec<T, L>) == 16)
      return of_integers<T, L>(_mm256_castsi256_si128(v));
    else
      return of_integers<T, L>(v);
  }
#endif

#if defined(__SSE2__)
 protected:
  /// p is aligned to the register.
  template <class T, int L> ASHLAR_INLINE static void store_past(T* p, vec<T, L> v) {
    auto const x = integer_register(v);
    if constexpr (sizeof x == 16) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(p), x);
    } else {
#if defined(__AVX512F__)
      if constexpr (sizeof x == 64) _mm512_stream_si512(reinterpret_cast<__m512i*>(p), x);
#endif
#if defined(__AVX__)
      if constexpr (sizeof x == 32) _mm256_stream_si256(reinterpret_cast<__m256i*>(p), x);
#endif
    }
  }
  ASHLAR_INLINE static void fence() { _mm_sfence(); }

 private:
  template <class T, int L> ASHLAR_INLINE static auto integer_register(vec<T, L> v) {
    using R = typename batch<std::uint8_t, L* int{sizeof(T)}>::register_type;
    return reinterpret_cast<R>(v.raw.data);
  }
  template <class T, int L, class R> ASHLAR_INLINE static auto of_integers(R x) -> vec<T, L> {
    return {batch<T, L>(reinterpret_cast<typename batch<T, L>::register_type>(x))};
  }
#endif
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd
