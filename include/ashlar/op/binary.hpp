// SPDX-License-Identifier: Apache-2.0
//
// op/binary: the operators of two operands, element by element.
//
//   takes       the operator and two values of one type
//   returns     a value of that type
//   floats      in the element type itself; minimum and maximum of a NaN are NaN
//   integers    modulo 2^n; x / 0 is 0; a power by squaring, 1 / x^n truncated
//   source      ONNX operator schemas
#pragma once

#include <ashlar/expr/functor.hpp>
#include <ashlar/expr/ops.hpp>
#include <ashlar/op/kind.hpp>

#include <cstdint>
#include <type_traits>

namespace ashlar::op {

/// base ^ exponent of integers, modulo 2^n.
template <class T> struct power_of_integers {
  constexpr auto operator()(T base, T exponent) const -> T {
    using wide = std::uint64_t;
    if constexpr (std::is_signed_v<T>) {
      if (exponent < 0) {
        if (base == T{-1}) return exponent % 2 == 0 ? T{1} : T{-1};
        return base == T{1} ? T{1} : T{0};
      }
    }
    wide result = 1;
    auto square = static_cast<wide>(base);
    for (auto e = static_cast<wide>(exponent); e != 0; e >>= 1U, square *= square) {
      if ((e & 1U) != 0) result *= square;
    }
    return static_cast<T>(result);
  }
};

// Not one variable template: clang leaves its argument out of the name that a call is found by.
inline constexpr power_of_integers<std::int8_t> power_i8;
inline constexpr power_of_integers<std::int16_t> power_i16;
inline constexpr power_of_integers<std::int32_t> power_i32;
inline constexpr power_of_integers<std::int64_t> power_i64;
inline constexpr power_of_integers<std::uint8_t> power_u8;
inline constexpr power_of_integers<std::uint16_t> power_u16;
inline constexpr power_of_integers<std::uint32_t> power_u32;
inline constexpr power_of_integers<std::uint64_t> power_u64;

namespace binary_impl {

constexpr auto power_of(traced const& a, traced const& b) -> traced {
  switch (a.type()) {
    case dtype::i64: return call<power_i64>(a, b);
    case dtype::i32: return call<power_i32>(a, b);
    case dtype::i16: return call<power_i16>(a, b);
    case dtype::i8: return call<power_i8>(a, b);
    case dtype::u64: return call<power_u64>(a, b);
    case dtype::u32: return call<power_u32>(a, b);
    case dtype::u16: return call<power_u16>(a, b);
    case dtype::u8: return call<power_u8>(a, b);
    default: return pow(a, b);
  }
}

}  // namespace binary_impl

constexpr auto binary(op_kind op, traced const& a, traced const& b) -> traced {
  switch (op) {
    case op_kind::add: return a + b;
    case op_kind::sub: return a - b;
    case op_kind::mul: return a * b;
    case op_kind::div: return a / b;
    case op_kind::pow: return binary_impl::power_of(a, b);
    case op_kind::minimum: return (min)(a, b);
    default: return (max)(a, b);
  }
}

}  // namespace ashlar::op
