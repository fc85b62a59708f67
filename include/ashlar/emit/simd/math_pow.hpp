// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/math_pow: pow.
//
//   |x|^y = 2^(y log2 |x|), in double: a float is normal there, and no intermediate overflows
//
//   takes       float, in halves where a vector of double has fewer lanes; double is the C
//               library's function, lane by lane
//   returns     special values as C Annex F. Easy: x positive, x and y finite. A negative x needs
//               an integer y, and gives a negative result for an odd one; zeros, infinities and
//               NaN go lane by lane
//   source      Muller, "Elementary Functions", 3rd ed., 11.3
#ifndef ASHLAR_EMIT_SIMD_MATH_POW
#define ASHLAR_EMIT_SIMD_MATH_POW

#include <ashlar/emit/simd/math_core.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class B> struct math_pow : math_core<B> {
  using core = math_core<B>;
  using core::like, core::horner;

  template <class V> ASHLAR_INLINE static auto pow(V x, V y) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 8) {
      return each_pair(x, y, [](double a, double b) { return __builtin_pow(a, b); });
    } else {
      auto const finite = B::mask_and(is_finite(x), is_finite(y));
      if (B::all(B::mask_and(finite, B::gt(x, like(x, 0))))) [[likely]]
        return positive(x, y);
      return cold(x, y);
    }
  }

 private:
  template <class V, class F> ASHLAR_INLINE static auto each_pair(V x, V y, F const& f) -> V {
    int l = 0;
    return core::each_lane(x, [&](auto a) { return f(a, B::get(y, l++)); });
  }

  template <class V> ASHLAR_INLINE static auto is_finite(V x) {
    return B::lt(B::abs(x), like(x, std::numeric_limits<float>::infinity()));
  }

  template <class V> ASHLAR_INLINE static auto positive(V x, V y) -> V {
    constexpr int count = math_impl::lanes<V>;
    if constexpr (count <= B::template max_lanes<double>()) {
      return B::template convert<float>(
          in_double(B::template convert<double>(x), B::template convert<double>(y)));
    } else {
      return B::combine(positive(B::lower(x), B::lower(y)), positive(B::upper(x), B::upper(y)));
    }
  }

  template <class D> ASHLAR_INLINE static auto in_double(D x, D y) -> D {
    auto const above = B::sub(core::bits_of(x), core::like_bits(x, 0x3fe6a09e667f3bcd));
    auto const e = B::template shift_right<52>(above);
    D const m = core::from_bits(x, B::sub(core::bits_of(x), B::template shift_left<52>(e)));
    D const log2 = log2_1p(B::sub(m, like(x, 1)), exponent(x, e));
    // 2^1000 is infinity as a float, and 2^-1000 is 0; as an integer both fit the exponent.
    D const t = B::min(B::max(B::mul(y, log2), like(x, -1000)), like(x, 1000));
    D const n = core::shifted_integer(t, like(x, 1));
    return core::scale(exp2_near_0(B::sub(t, core::integer_of(n))), n);
  }

  /// An integer below 2^51 as a double, without a conversion that only AVX-512 has.
  template <class D, class I> ASHLAR_INLINE static auto exponent(D x, I e) -> D {
    D const magic = like(x, math_impl::format<double>::magic);
    return B::sub(core::from_bits(x, B::add(e, core::bits_of(magic))), magic);
  }

  template <class D> ASHLAR_INLINE static auto log2_1p(D f, D e) -> D {
    D const p = horner(f, 0x1.71547652ef954p+0, -0x1.7154767baebe1p-1, 0x1.ec709c00eff71p-2,
                       -0x1.715435eb9e24dp-2, 0x1.277732ce7b56cp-2, -0x1.ec8d73d3301cep-3,
                       0x1.a615cb4fca4c4p-3, -0x1.6eb02b2feb684p-3, 0x1.45a293069ffb8p-3,
                       -0x1.417fe9a979ebbp-3, 0x1.3d25f4f6816e9p-3, -0x1.61ac6035b240bp-4);
    return B::fma(f, p, e);
  }

  template <class D> ASHLAR_INLINE static auto exp2_near_0(D r) -> D {
    return horner(r, 1.0, 0x1.62e430af278fep-1, 0x1.ebfbdc3c2cb5ep-3, 0x1.c6aee88dc9ad1p-5,
                  0x1.3b2d4cf3a9a5p-7, 0x1.5f3e535dfa223p-10, 0x1.41fbbb63c492p-13);
  }

  template <class V> ASHLAR_COLD static auto cold(V x, V y) -> V {
    V const zero = like(x, 0);
    auto const finite = B::mask_and(is_finite(x), is_finite(y));
    auto const near = B::mask_and(finite, B::ne(x, zero));
    V const size = positive(B::select(near, B::abs(x), like(x, 1)), B::select(near, y, zero));
    auto const is_whole = [](V a) { return B::eq(B::round_even(a), a); };
    V const sign =
        B::select(is_whole(B::mul(y, like(y, 0.5f))), zero, B::bit_and(x, like(x, -0.0f)));
    V const nan = like(x, std::numeric_limits<float>::quiet_NaN());
    auto const real = B::mask_or(B::gt(x, zero), is_whole(y));
    V const found = B::select(real, B::bit_or(size, sign), nan);
    if (B::all(near)) return found;
    V const rare = each_pair(B::select(near, like(x, 1), x), y, [](float a, float b) {
      return static_cast<float>(__builtin_pow(static_cast<double>(a), static_cast<double>(b)));
    });
    return B::select(near, found, rare);
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MATH_POW
