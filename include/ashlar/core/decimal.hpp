// SPDX-License-Identifier: Apache-2.0
//
// core/decimal: the shortest decimal that reads back as the same floating point number, in constant
// evaluation, where <charconv> is none before C++23.
//
//   takes       a finite float or double above 0
//   returns     its digits d1 d2 ... dn and the exponent e of 0.d1d2...dn * 10^e
//   invariants  no shorter decimal reads back as the number; of those as short it is the nearest
//   source      free-format output: Burger, Dybvig, "Printing floating-point numbers quickly and
//               accurately", PLDI 1996
#pragma once

#include <ashlar/config.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

struct decimal {
  char digits[20]{};
  int count = 0;
  int exponent = 0;
};

namespace decimal_impl {

// A natural number below 2^1216: enough for 2^1074 and 10^325.
struct natural {
  std::uint32_t limb[38]{};
  int used = 0;

  constexpr explicit natural(std::uint64_t v) {
    for (; v != 0; v >>= 32U) limb[used++] = static_cast<std::uint32_t>(v);
  }
  constexpr void times(std::uint32_t by) {
    std::uint64_t carry = 0;
    for (int i = 0; i < used; ++i) {
      carry += std::uint64_t{limb[i]} * by;
      limb[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
    if (carry != 0) limb[used++] = static_cast<std::uint32_t>(carry);
  }
  constexpr void shift(int bits) {
    for (; bits >= 31; bits -= 31) times(std::uint32_t{1} << 31U);
    times(std::uint32_t{1} << static_cast<unsigned>(bits));
  }
  constexpr void add(natural const& b) {
    std::uint64_t carry = 0;
    for (int i = 0; i < used || i < b.used || carry != 0; ++i) {
      carry += std::uint64_t{limb[i]} + b.limb[i];
      limb[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
      if (i >= used) used = i + 1;
    }
  }
  // this - b, which must not be negative.
  constexpr void subtract(natural const& b) {
    std::uint64_t borrow = 0;
    for (int i = 0; i < used; ++i) {
      std::uint64_t const d = std::uint64_t{limb[i]} - b.limb[i] - borrow;
      limb[i] = static_cast<std::uint32_t>(d);
      borrow = d >> 63U;
    }
    while (used > 0 && limb[used - 1] == 0) --used;
  }
  constexpr auto compare(natural const& b) const -> int {
    if (used != b.used) return used < b.used ? -1 : 1;
    for (int i = used - 1; i >= 0; --i) {
      if (limb[i] != b.limb[i]) return limb[i] < b.limb[i] ? -1 : 1;
    }
    return 0;
  }
  constexpr auto plus(natural const& b) const -> natural {
    natural s = *this;
    s.add(b);
    return s;
  }
};

// The number is r / s; half the distance to its neighbours is low / s and high / s.
struct fraction {
  natural r, s, low, high;
  bool even = false;  // then the ends of the interval read back as the number, too

  constexpr auto below_low() const -> bool {
    int const c = r.compare(low);
    return even ? c <= 0 : c < 0;
  }
  constexpr auto above_high() const -> bool {
    int const c = r.plus(high).compare(s);
    return even ? c >= 0 : c > 0;
  }
  constexpr void times_ten() {
    r.times(10);
    low.times(10);
    high.times(10);
  }
};

template <class T> constexpr auto to_fraction(T v) -> fraction {
  constexpr bool is_double = sizeof(T) == 8;
  constexpr int fraction_bits = is_double ? 52 : 23;
  constexpr int bias = is_double ? 1075 : 150;
  using word = std::conditional_t<is_double, std::uint64_t, std::uint32_t>;
  std::uint64_t const bits = std::bit_cast<word>(v);
  std::uint64_t const top = std::uint64_t{1} << static_cast<unsigned>(fraction_bits);
  auto const biased = static_cast<int>(bits >> static_cast<unsigned>(fraction_bits));
  std::uint64_t const m = biased == 0 ? bits : (bits & (top - 1)) | top;
  int const e = (biased == 0 ? 1 : biased) - bias;
  bool const is_power = m == top && biased > 1;  // the neighbour below is nearer
  fraction f{natural(m), natural(1), natural(1), natural(1), (m & 1U) == 0};
  int const extra = is_power ? 2 : 1;
  f.r.shift((e > 0 ? e : 0) + extra);
  f.s.shift((e < 0 ? -e : 0) + extra);
  f.low.shift(e > 0 ? e : 0);
  f.high.shift((e > 0 ? e : 0) + extra - 1);
  return f;
}

// Scales until the first digit is the one after the point; returns the exponent.
constexpr auto normalise(fraction& f) -> int {
  int exponent = 0;
  for (; f.above_high(); ++exponent) f.s.times(10);
  for (;; --exponent) {
    fraction next = f;
    next.times_ten();
    if (next.above_high()) return exponent;
    f = next;
  }
}

}  // namespace decimal_impl

/// The shortest digits of a finite v > 0.
template <std::floating_point T> constexpr auto shortest(T v) -> decimal {
  auto f = decimal_impl::to_fraction(v);
  decimal d{.exponent = decimal_impl::normalise(f)};
  for (;;) {
    f.times_ten();
    int digit = 0;
    for (; f.r.compare(f.s) >= 0; ++digit) f.r.subtract(f.s);
    bool const low = f.below_low();
    bool const high = f.above_high();
    if (!low && !high) {
      d.digits[d.count++] = static_cast<char>('0' + digit);
      continue;
    }
    auto const twice = f.r.plus(f.r).compare(f.s);
    bool const up = high && (!low || twice > 0 || (twice == 0 && digit % 2 != 0));
    d.digits[d.count++] = static_cast<char>('0' + digit + static_cast<int>(up));
    return d;
  }
}

/// Appends v: as an integer, positional or with an exponent, whichever reads best; it reads back as
/// the same number. Infinities are `inf`, and a NaN is `nan`.
template <class Sink, std::floating_point T> constexpr void append_number(Sink& out, T v) {
  using word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  if (v != v) {
    out.append(std::string_view("nan"));
    return;
  }
  if ((std::bit_cast<word>(v) >> (sizeof(T) * 8 - 1)) != 0) {
    out.append('-');
    v = -v;
  }
  if (v == 0 || v - v != 0) {
    out.append(v == 0 ? std::string_view("0") : std::string_view("inf"));
    return;
  }
  decimal const d = shortest(v);
  bool const is_positional = d.exponent > -4 && d.exponent <= 10;
  int const point = is_positional ? d.exponent : 1;
  if (point <= 0) out.append(std::string_view("0."));
  for (int i = point; i < 0; ++i) out.append('0');
  for (int i = 0; i < d.count || i < point; ++i) {
    if (i == point && i > 0) out.append('.');
    out.append(i < d.count ? d.digits[i] : '0');
  }
  if (is_positional) return;
  out.append('e');
  out.append(static_cast<std::int64_t>(d.exponent - 1));
}

}  // namespace ashlar

ASHLAR_COMPILER_END
