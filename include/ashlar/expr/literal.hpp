// SPDX-License-Identifier: Apache-2.0
//
// expr/literal: a C++ number inside an expression, which takes the element type of its neighbour.
//
//   x(i) + 1        1 becomes what x is, if it can
//
//   errors      E055 a long double, and what is volatile; E037 a fraction next to integers, a
//               number next to bool; E042 out of range, or an
//               integer that the floating point type cannot hold exactly
//   source      the narrowing rule for constants of C++ ([dcl.init.list]): a double constant within
//               range may be rounded, an integer constant must be kept
#pragma once

#include <ashlar/core/text.hpp>
#include <ashlar/diag/code.hpp>
#include <ashlar/tensor/dtype.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace ashlar::expr {

/// Floats of 16 bits. (Asking their dtype would compare it, which has our operators looked through
/// while these are made of this concept.)
template <class T>
concept half_number = std::same_as<T, float16> || std::same_as<T, bfloat16> ||
                      std::same_as<T, native_float16> || std::same_as<T, native_bfloat16>;

/// A number of C++ that can be one of a kernel.
template <class T>
concept number = (std::integral<T> && sizeof(T) <= 8 && !std::is_volatile_v<T>) ||
                 std::same_as<T, float> || std::same_as<T, double> || half_number<T>;

/// One that cannot: of a wider type, or of a value that is not known while compiling.
template <class T> concept misfit = std::is_arithmetic_v<T> && !number<T>;

/// The least number of an integer type; bool holds 0 and 1.
constexpr auto least_of(dtype d) -> std::int64_t {
  if (!is_signed(d)) return 0;
  return std::numeric_limits<std::int64_t>::min() >> (64 - bits_of(d));
}

/// The greatest number of an integer type.
constexpr auto greatest_of(dtype d) -> std::uint64_t {
  if (d == dtype::boolean) return 1;
  int const bits = bits_of(d) - (is_signed(d) ? 1 : 0);
  return ~std::uint64_t{0} >> (64 - bits);
}

/// The greatest number as text; that of u64 is more than what text takes.
constexpr auto greatest_text(dtype d) -> text<24> {
  std::uint64_t const most = greatest_of(d);
  auto const last = static_cast<int>(most % 10);
  return most < 10 ? text<24>{} << last
                   : text<24>{} << static_cast<std::int64_t>(most / 10) << last;
}

/// `fault`: what an operation on numbers has made where it has no result.
enum class literal_kind : std::uint8_t { none, boolean, integer, natural, single, real, fault };

/// A number before its element type is known. `bits`: the integer, or the bits of the double; of a
/// fault its code and, 16 bits higher, the operation or a misfit_kind.
struct literal {
  literal_kind kind = literal_kind::none;
  std::int64_t bits = 0;

  constexpr literal() = default;
  constexpr literal(bool v) : kind(literal_kind::boolean), bits(v ? 1 : 0) {}  // NOLINT
  constexpr literal(std::integral auto v)  // NOLINT(google-explicit-constructor)
      : kind(literal_kind::integer), bits(static_cast<std::int64_t>(v)) {
    if (std::is_unsigned_v<decltype(v)> && bits < 0) kind = literal_kind::natural;
  }
  constexpr literal(float v)  // NOLINT(google-explicit-constructor)
      : kind(literal_kind::single), bits(std::bit_cast<std::int64_t>(static_cast<double>(v))) {}
  constexpr literal(double v)  // NOLINT(google-explicit-constructor)
      : kind(literal_kind::real), bits(std::bit_cast<std::int64_t>(v)) {}

  constexpr auto is_float() const -> bool {
    return kind == literal_kind::single || kind == literal_kind::real;
  }
  template <half_number T>
  constexpr literal(T v) : literal(static_cast<float>(v)) {}  // NOLINT(google-explicit-constructor)
  /// Stands for a fault of an operation.
  static constexpr auto failed(diag::code why, int op) -> literal {
    literal v{};
    v.kind = literal_kind::fault;
    v.bits = static_cast<std::int64_t>(why) | (std::int64_t{op} << 16);
    return v;
  }
  constexpr auto is_fault() const -> bool { return kind == literal_kind::fault; }
  constexpr auto number() const -> double { return std::bit_cast<double>(bits); }
  /// The element type of the C++ type: int is i32, float f32, double f64.
  constexpr auto natural_type() const -> dtype {
    switch (kind) {
      case literal_kind::boolean: return dtype::boolean;
      case literal_kind::integer: {
        bool const small = bits >= std::numeric_limits<std::int32_t>::min() &&
                           bits <= std::numeric_limits<std::int32_t>::max();
        return small ? dtype::i32 : dtype::i64;
      }
      case literal_kind::natural: return dtype::u64;
      case literal_kind::single: return dtype::f32;
      case literal_kind::real: return dtype::f64;
      default: return dtype::none;
    }
  }
};

/// Why a number, or the type of a cast, is none of a kernel's.
enum class misfit_kind : std::uint8_t { wide, changes, target };

template <misfit T>
inline constexpr misfit_kind kind_of =
    std::is_volatile_v<T> ? misfit_kind::changes : misfit_kind::wide;

constexpr auto failed(misfit_kind why) -> literal {
  return literal::failed(diag::code::no_element_type, static_cast<int>(why));
}

namespace literal_impl {

struct float_range {
  int digits;
  double most;
};
constexpr auto range_of(dtype d) -> float_range {
  if (d == dtype::f16) return float_range{.digits = 11, .most = 65504.0};
  if (d == dtype::bf16) return float_range{.digits = 8, .most = 0x1.fep127};
  if (d == dtype::f32) {
    return float_range{.digits = 24,
                       .most = static_cast<double>(std::numeric_limits<float>::max())};
  }
  return float_range{.digits = 53, .most = std::numeric_limits<double>::max()};
}

constexpr auto integer_fits(literal const& v, dtype d) -> bool {
  if (v.kind == literal_kind::natural) return d == dtype::u64;
  bool const is_below = v.bits < 0 || static_cast<std::uint64_t>(v.bits) <= greatest_of(d);
  return is_below && v.bits >= least_of(d);
}

constexpr auto is_exact(literal const& v, float_range r) -> bool {
  auto magnitude = static_cast<std::uint64_t>(v.bits);
  if (v.kind != literal_kind::natural && v.bits < 0) magnitude = 0 - magnitude;
  if (static_cast<double>(magnitude) > r.most) return false;
  while (magnitude != 0 && magnitude % 2 == 0) magnitude /= 2;
  return magnitude < (std::uint64_t{1} << r.digits);
}

constexpr auto is_within(double v, float_range r) -> bool {
  double const infinity = std::numeric_limits<double>::infinity();
  bool const is_special = v != v || v == infinity || v == -infinity;
  return is_special || (v <= r.most && v >= -r.most);
}

constexpr auto integer_as_double(literal const& v) -> double {
  return v.kind == literal_kind::natural ? static_cast<double>(static_cast<std::uint64_t>(v.bits))
                                         : static_cast<double>(v.bits);
}

}  // namespace literal_impl

/// As C++ does: what is not 0 is true.
constexpr auto is_true(literal const& v) -> bool {
  return v.is_float() ? v.number() != 0 : v.bits != 0;
}

/// A literal in an element type: `bits` as tir::opcode::constant holds them, or why it has none.
struct typed_literal {
  diag::code fault = diag::code::ok;
  std::int64_t bits = 0;
};

constexpr auto adopt(literal const& v, dtype d) -> typed_literal {
  using diag::code;
  if (v.kind == literal_kind::fault) return typed_literal{.fault = code(v.bits & 0xffff)};
  if ((v.kind == literal_kind::boolean) != (d == dtype::boolean)) {
    return typed_literal{.fault = code::mixed_types};
  }
  if (is_float(d)) {
    auto const range = literal_impl::range_of(d);
    bool const fits = v.is_float() ? literal_impl::is_within(v.number(), range)
                                   : literal_impl::is_exact(v, range);
    if (!fits) return typed_literal{.fault = code::inexact_constant};
    double const exact = v.is_float() ? v.number() : literal_impl::integer_as_double(v);
    double const rounded = d == dtype::f32 ? static_cast<double>(static_cast<float>(exact)) : exact;
    return typed_literal{.bits = std::bit_cast<std::int64_t>(rounded)};
  }
  if (v.is_float()) return typed_literal{.fault = code::mixed_types};
  if (d != dtype::boolean && !literal_impl::integer_fits(v, d)) {
    return typed_literal{.fault = code::inexact_constant};
  }
  return typed_literal{.bits = v.bits};
}

}  // namespace ashlar::expr
