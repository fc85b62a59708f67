// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/half: f16 and bf16 in memory, to floats and back.
//
//   widen<From>(v)    16-bit patterns as floats
//   narrow<To>(v)     floats or doubles to 16-bit patterns, rounded once, to nearest even
//   invariants        bit for bit core/half.hpp, NaNs and subnormals included. Instructions are
//                     used where they do the same: those of F16C do; vcvtneps2bf16 does not, it
//                     takes subnormals to 0, and integers need four instructions more
//   needs             rounding to nearest, and subnormals of floats
#ifndef ASHLAR_EMIT_SIMD_HALF
#define ASHLAR_EMIT_SIMD_HALF

#include <ashlar/emit/simd/backend.hpp>
#include <ashlar/tensor/dtype.hpp>

#include <bit>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class B> struct half {
  template <class T, int L> using vec = typename B::template vec<T, L>;
  using word = std::uint16_t;

  template <dtype From, template <class, int> class V, int L>
  ASHLAR_INLINE static auto widen(V<word, L> h) -> vec<float, L> {
    if constexpr (From == dtype::bf16) {
      auto const low = B::template convert<std::int32_t>(h);
      return B::template bitcast<float>(B::template shift_left<16>(low));
    } else if constexpr (requires { B::widen_f16(h); }) {
      return B::widen_f16(h);
    } else {
      return widen_f16(h);
    }
  }

  template <dtype To, template <class, int> class V, class T, int L>
  ASHLAR_INLINE static auto narrow(V<T, L> v) -> vec<word, L> {
    if constexpr (sizeof(T) == 8)
      return narrow<To>(to_odd(v));
    else if constexpr (To == dtype::bf16)
      return narrow_bf16(v);
    else if constexpr (requires { B::narrow_f16(v); })
      return B::narrow_f16(v);
    else
      return narrow_f16(v);
  }

 private:
  template <int L> ASHLAR_INLINE static auto all(std::int32_t x) -> vec<std::int32_t, L> {
    return B::template broadcast<L>(x);
  }

  // The exponent moves by 112; infinities and NaNs by as much again, subnormals are integers.
  template <template <class, int> class V, int L>
  ASHLAR_INLINE static auto widen_f16(V<word, L> h) -> vec<float, L> {
    auto const x = B::template convert<std::int32_t>(h);
    auto const sign = B::template shift_left<16>(B::bit_and(x, all<L>(0x8000)));
    auto const rest = B::bit_and(x, all<L>(0x7fff));
    auto const moved = B::add(B::template shift_left<13>(rest), all<L>(112 << 23));
    auto const special = B::add(moved, all<L>(112 << 23));
    auto const quiet = B::bit_or(special, all<L>(0x400000));
    auto const tiny = B::mul(B::template convert<float>(rest), B::template broadcast<L>(0x1p-24F));
    auto r = B::select(B::lt(rest, all<L>(0x400)), B::template bitcast<std::int32_t>(tiny), moved);
    r = B::select(B::ge(rest, all<L>(0x7c00)), special, r);
    r = B::select(B::gt(rest, all<L>(0x7c00)), quiet, r);
    return B::template bitcast<float>(B::bit_or(r, sign));
  }

  // x / 2^N, to nearest even, of x >= 0.
  template <int N, template <class, int> class V, int L>
  ASHLAR_INLINE static auto rounded(V<std::int32_t, L> x) -> vec<std::int32_t, L> {
    auto const odd = B::bit_and(B::template shift_right<N>(x), all<L>(1));
    return B::template shift_right<N>(B::add(B::add(x, all<L>((1 << (N - 1)) - 1)), odd));
  }

  // Adding 1/2 rounds what is below 2^-14 to a multiple of 2^-24, which the last bits are then.
  template <template <class, int> class V, int L>
  ASHLAR_INLINE static auto narrow_f16(V<float, L> v) -> vec<word, L> {
    auto const u = B::template bitcast<std::int32_t>(v);
    auto const rest = B::bit_and(u, all<L>(0x7fffffff));
    auto const sign = B::bit_and(B::template shift_right<16>(u), all<L>(0x8000));
    auto const one_half = B::template broadcast<L>(0.5F);
    auto const sum = B::add(B::template bitcast<float>(rest), one_half);
    auto const tiny =
        B::sub(B::template bitcast<std::int32_t>(sum), B::template bitcast<std::int32_t>(one_half));
    auto const payload = B::bit_and(B::template shift_right<13>(rest), all<L>(0x3ff));
    auto r = rounded<13>(B::sub(rest, all<L>(112 << 23)));
    r = B::select(B::lt(rest, all<L>(113 << 23)), tiny, r);
    r = B::select(B::ge(rest, all<L>(0x477ff000)), all<L>(0x7c00), r);
    r = B::select(B::gt(rest, all<L>(0x7f800000)), B::bit_or(payload, all<L>(0x7e00)), r);
    return B::template convert<word>(B::bit_or(r, sign));
  }

  template <template <class, int> class V, int L>
  ASHLAR_INLINE static auto narrow_bf16(V<float, L> v) -> vec<word, L> {
    auto const u = B::template bitcast<std::int32_t>(v);
    auto const odd = B::bit_and(B::template shift_right<16>(u), all<L>(1));
    auto const near = B::add(B::add(u, all<L>(0x7fff)), odd);
    auto const quiet = B::bit_or(u, all<L>(0x400000));
    auto const r = B::select(B::template convert_mask<std::int32_t>(B::eq(v, v)), near, quiet);
    return B::template convert<word>(B::template shift_right<16>(r));
  }

  // See f64_to_odd_f32.
  template <template <class, int> class V, int L>
  ASHLAR_INLINE static auto to_odd(V<double, L> d) -> vec<float, L> {
    auto const f = B::template convert<float>(d);
    auto const back = B::template convert<double>(f);
    auto const u = B::template bitcast<std::int32_t>(f);
    auto const on = [](auto m) { return B::template convert_mask<std::int32_t>(m); };
    auto const is_beyond = on(B::gt(B::abs(back), B::abs(d)));
    auto const toward = B::sub(u, B::select(is_beyond, all<L>(1), all<L>(0)));
    auto const is_finite = B::lt(B::bit_and(u, all<L>(0x7fffffff)), all<L>(0x7f800000));
    auto const inexact = B::mask_and(on(B::mask_not(B::eq(back, d))), is_finite);
    auto const odd = B::bit_or(toward, all<L>(1));
    return B::template bitcast<float>(B::select(inexact, odd, u));
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HALF
