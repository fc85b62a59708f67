// SPDX-License-Identifier: Apache-2.0
//
// tir/scalar: one value of any element type, as the interpreter moves it around.
//
//   bits        the pattern of the type: a float in the lower 32 bits, f16 and bf16 in the lower
//               16, signed integers extended by their sign, i4 too, bool as 0 or 1
//   invariants  equal values of one type have equal bits, but for zeros and NaNs; the type `none`
//               stands for a value that was never written
//   convert     float to integer truncates, saturates and takes NaN to 0; integers wrap, to 4 bits
//               too; everything else rounds to nearest even; a bool is whether the number is not 0
#pragma once

#include <ashlar/core/half.hpp>
#include <ashlar/tensor/dtype.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace ashlar::tir {

struct scalar {
  dtype type = dtype::none;
  std::uint64_t bits = 0;

  constexpr auto is_written() const -> bool { return type != dtype::none; }
  friend constexpr auto operator==(scalar const&, scalar const&) -> bool = default;
};
static_assert(std::is_trivially_copyable_v<scalar>);

/// The scalar with the value and the element type of a C++ number.
template <element T> constexpr auto to_scalar(T v) -> scalar {
  if constexpr (std::is_same_v<T, float>) {
    return scalar{.type = dtype::f32, .bits = std::bit_cast<std::uint32_t>(v)};
  } else if constexpr (std::is_same_v<T, double>) {
    return scalar{.type = dtype::f64, .bits = std::bit_cast<std::uint64_t>(v)};
  } else if constexpr (is_half(dtype_of<T>)) {
    return scalar{.type = dtype_of<T>, .bits = std::bit_cast<std::uint16_t>(v)};
  } else {
    return scalar{.type = dtype_of<T>, .bits = static_cast<std::uint64_t>(v)};
  }
}

/// The number in a scalar whose type is dtype_of<T>.
template <element T> constexpr auto get(scalar s) -> T {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(s.bits));
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<double>(s.bits);
  } else if constexpr (std::is_same_v<T, bool>) {
    return s.bits != 0;
  } else if constexpr (is_half(dtype_of<T>)) {
    return std::bit_cast<T>(static_cast<std::uint16_t>(s.bits));
  } else {
    return static_cast<T>(s.bits);
  }
}

/// The scalar as an f32, if its type is f16 or bf16, and as an i32, if that is i4 or u4; other
/// scalars as they are.
constexpr auto widened(scalar s) -> scalar {
  if (is_nibble(s.type)) return scalar{.type = dtype::i32, .bits = s.bits};
  if (s.type == dtype::f16) return to_scalar(f16_to_f32(static_cast<std::uint16_t>(s.bits)));
  if (s.type == dtype::bf16) return to_scalar(bf16_to_f32(static_cast<std::uint16_t>(s.bits)));
  return s;
}

/// An f32 rounded to `d`, if that is f16 or bf16, and the low bits of an integer, if it is i4 or
/// u4; other scalars as they are.
constexpr auto narrowed(scalar s, dtype d) -> scalar {
  if (is_nibble(d)) {
    std::uint64_t const four = s.bits & 15U;
    return scalar{.type = d, .bits = d == dtype::i4 ? (four ^ 8U) - 8U : four};
  }
  if (s.type != dtype::f32) return s;
  if (d == dtype::f16) return scalar{.type = d, .bits = f32_to_f16(get<float>(s))};
  if (d == dtype::bf16) return scalar{.type = d, .bits = f32_to_bf16(get<float>(s))};
  return s;
}

/// f.template operator()<T>() for the C++ type of `d`; f16 and bf16 go by float, 4 bits by 8.
template <class F> constexpr auto with_type(dtype d, F const& f) -> scalar {
  switch (d) {
    case dtype::none: return {};
    case dtype::boolean: return f.template operator()<bool>();
    case dtype::u4:
    case dtype::u8: return f.template operator()<std::uint8_t>();
    case dtype::i4:
    case dtype::i8: return f.template operator()<std::int8_t>();
    case dtype::u16: return f.template operator()<std::uint16_t>();
    case dtype::i16: return f.template operator()<std::int16_t>();
    case dtype::u32: return f.template operator()<std::uint32_t>();
    case dtype::i32: return f.template operator()<std::int32_t>();
    case dtype::u64: return f.template operator()<std::uint64_t>();
    case dtype::i64: return f.template operator()<std::int64_t>();
    case dtype::f16:
    case dtype::bf16:
    case dtype::f32: return f.template operator()<float>();
    case dtype::f64: return f.template operator()<double>();
  }
  return {};
}

namespace scalar_impl {

template <class To, class From> constexpr auto saturate(From a) -> To {
  using limit = std::numeric_limits<To>;
  // 2^digits is exact in every float type; max() is not.
  constexpr From above = static_cast<From>(std::uint64_t{1} << (limit::digits - 1)) * From{2};
  constexpr From least = std::is_signed_v<To> ? -above : From{0};
  if (!(a == a)) return To{0};
  if (a >= above) return limit::max();
  return a <= least ? limit::min() : static_cast<To>(a);
}

template <class To, class From> constexpr auto convert(From a) -> To {
  if constexpr (std::is_same_v<To, bool>) {
    return !(a == From{0});
  } else if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>) {
    return saturate<To>(a);
  } else if constexpr (std::is_same_v<From, double> && std::is_same_v<To, float>) {
    // C++ leaves the conversion of what is beyond the largest float undefined.
    constexpr double limit = 0x1.ffffffp127;
    if (a >= limit) return std::numeric_limits<float>::infinity();
    return a <= -limit ? -std::numeric_limits<float>::infinity() : static_cast<float>(a);
  } else {
    return static_cast<To>(a);
  }
}

}  // namespace scalar_impl

constexpr auto convert(scalar s, dtype to) -> scalar;

namespace scalar_impl {

// A float stops at the ends of 4 bits.
constexpr auto to_nibble(scalar wide, dtype to) -> scalar {
  if (!is_float(wide.type)) return narrowed(wide, to);
  auto const number = get<std::int32_t>(convert(wide, dtype::i32));
  std::int32_t const low = to == dtype::i4 ? -8 : 0;
  return narrowed(to_scalar(number < low ? low : number > low + 15 ? low + 15 : number), to);
}

}  // namespace scalar_impl

/// The value converted to another element type.
constexpr auto convert(scalar s, dtype to) -> scalar {
  if (s.type == to) return s;
  auto const wide = widened(s);
  if (is_nibble(to)) return scalar_impl::to_nibble(wide, to);
  if (wide.type == dtype::f64 && is_half(to)) {
    return narrowed(to_scalar(f64_to_odd_f32(get<double>(wide))), to);
  }
  auto const result = with_type(wide.type, [&]<class From>() {
    return with_type(
        to, [&]<class To>() { return to_scalar(scalar_impl::convert<To>(get<From>(wide))); });
  });
  return narrowed(result, to);
}

/// The value as a C++ number.
template <element T> constexpr auto value_of(scalar s) -> T {
  return get<T>(convert(s, dtype_of<T>));
}

/// A C++ number as a scalar of type `d`.
template <element T> constexpr auto make_scalar(dtype d, T v) -> scalar {
  return convert(to_scalar(v), d);
}

/// The constant with the bits of an expression: of an integer, or of a double.
constexpr auto constant_of(dtype d, std::int64_t bits) -> scalar {
  if (!is_float(d)) return convert(to_scalar(bits), d);
  return convert(to_scalar(std::bit_cast<double>(bits)), d);
}

constexpr auto is_nan(scalar s) -> bool {
  if (!is_float(s.type)) return false;
  scalar const w = widened(s);
  return w.type == dtype::f32 ? (w.bits & 0x7fffffffU) > 0x7f800000U
                              : (w.bits << 1U) > (std::uint64_t{0x7ff} << 53U);
}

/// True for equal types and bits, where any NaN equals any NaN.
constexpr auto same_value(scalar a, scalar b) -> bool {
  return a == b || (a.type == b.type && is_nan(a) && is_nan(b));
}

}  // namespace ashlar::tir
