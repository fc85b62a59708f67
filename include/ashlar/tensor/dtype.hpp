// SPDX-License-Identifier: Apache-2.0
//
// tensor/dtype: the element types as values, and their C++ types.
//
//   dtype_of<T>        the dtype of a C++ type, `none` when it has none
//   type_of<D>         the C++ type of a dtype
//   element            a C++ type which can be the element of a view
//   invariants         a bool is one byte that holds 0 or 1; dtype_of and type_of are inverse, but
//                      for a compiler's own 16-bit floats, which have the dtypes of ours
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/tensor/float16.hpp>
#include <ashlar/tensor/int4.hpp>

#include <cstdint>
#include <type_traits>

namespace ashlar {

enum class dtype : std::uint8_t {
  none,
  boolean,
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  u64,
  i64,
  f16,
  bf16,
  f32,
  f64,
  u4,
  i4,
};

inline constexpr int dtype_count = 16;

/// The size of one element in bytes; 0 for `none`, and 1 for 4 bits: the memory of a kernel has
/// these in bytes of their own, two in a byte are in operands alone.
constexpr auto bytes_of(dtype d) -> int {
  switch (d) {
    case dtype::none: return 0;
    case dtype::boolean:
    case dtype::u8:
    case dtype::i8:
    case dtype::u4:
    case dtype::i4: return 1;
    case dtype::u16:
    case dtype::i16:
    case dtype::f16:
    case dtype::bf16: return 2;
    case dtype::u32:
    case dtype::i32:
    case dtype::f32: return 4;
    case dtype::u64:
    case dtype::i64:
    case dtype::f64: return 8;
  }
  return 0;
}

/// The name in printed programs: "f32", "bool", "i64".
constexpr auto name_of(dtype d) -> char const* {
  constexpr char const* names[dtype_count] = {"none", "bool", "u8",  "i8",  "u16", "i16",
                                              "u32",  "i32",  "u64", "i64", "f16", "bf16",
                                              "f32",  "f64",  "u4",  "i4"};
  auto const at = static_cast<int>(d);
  return at < dtype_count ? names[at] : "none";
}

constexpr auto is_float(dtype d) -> bool {
  return d == dtype::f16 || d == dtype::bf16 || d == dtype::f32 || d == dtype::f64;
}

/// True for the two that are only stored: their values are computed with as f32.
constexpr auto is_half(dtype d) -> bool { return d == dtype::f16 || d == dtype::bf16; }

/// True for the integers of 4 bits, which are only stored: their values are computed with as i32.
constexpr auto is_nibble(dtype d) -> bool { return d == dtype::u4 || d == dtype::i4; }

/// True for what is converted where it is loaded and where it is stored.
constexpr auto is_stored_only(dtype d) -> bool { return is_half(d) || is_nibble(d); }

/// The type that values of `d` are computed with.
constexpr auto computed_type(dtype d) -> dtype {
  return is_half(d) ? dtype::f32 : is_nibble(d) ? dtype::i32 : d;
}

/// True for the integers of 8 to 64 bits; bool is none of them.
constexpr auto is_integer(dtype d) -> bool { return d >= dtype::u8 && d <= dtype::i64; }

/// True for what can hold a negative number.
constexpr auto is_signed(dtype d) -> bool {
  return is_float(d) || d == dtype::i8 || d == dtype::i16 || d == dtype::i32 || d == dtype::i64 ||
         d == dtype::i4;
}

/// The bits of one element.
constexpr auto bits_of(dtype d) -> int { return is_nibble(d) ? 4 : 8 * bytes_of(d); }

/// The bytes of n elements of an operand that follow each other, from n elements' bytes: those of
/// 4 bits share them.
constexpr auto shared_bytes(dtype d, std::int64_t bytes) -> std::int64_t {
  return is_nibble(d) ? bytes / 2 + bytes % 2 : bytes;
}

// Exact types rather than sizes: where int64_t is long, a long long must not be read through it.
template <class T> inline constexpr dtype dtype_of = dtype::none;
template <class T> inline constexpr dtype dtype_of<T const> = dtype_of<T>;
template <> inline constexpr dtype dtype_of<bool> = dtype::boolean;
template <> inline constexpr dtype dtype_of<std::uint8_t> = dtype::u8;
template <> inline constexpr dtype dtype_of<std::int8_t> = dtype::i8;
template <> inline constexpr dtype dtype_of<std::uint16_t> = dtype::u16;
template <> inline constexpr dtype dtype_of<std::int16_t> = dtype::i16;
template <> inline constexpr dtype dtype_of<std::uint32_t> = dtype::u32;
template <> inline constexpr dtype dtype_of<std::int32_t> = dtype::i32;
template <> inline constexpr dtype dtype_of<std::uint64_t> = dtype::u64;
template <> inline constexpr dtype dtype_of<std::int64_t> = dtype::i64;
template <> inline constexpr dtype dtype_of<float16> = dtype::f16;
template <> inline constexpr dtype dtype_of<bfloat16> = dtype::bf16;
template <> inline constexpr dtype dtype_of<native_float16> = dtype::f16;
template <> inline constexpr dtype dtype_of<native_bfloat16> = dtype::bf16;
template <> inline constexpr dtype dtype_of<uint4x2> = dtype::u4;
template <> inline constexpr dtype dtype_of<int4x2> = dtype::i4;
template <> inline constexpr dtype dtype_of<float> = dtype::f32;
template <> inline constexpr dtype dtype_of<double> = dtype::f64;

/// A type that a view can have as its element, const or not.
template <class T> concept element = dtype_of<T> != dtype::none;

namespace dtype_impl {

template <dtype D> struct host_type;
template <class T>
  requires element<T>
struct is {
  using type = T;
};
template <> struct host_type<dtype::boolean> : is<bool> {};
template <> struct host_type<dtype::u8> : is<std::uint8_t> {};
template <> struct host_type<dtype::i8> : is<std::int8_t> {};
template <> struct host_type<dtype::u16> : is<std::uint16_t> {};
template <> struct host_type<dtype::i16> : is<std::int16_t> {};
template <> struct host_type<dtype::u32> : is<std::uint32_t> {};
template <> struct host_type<dtype::i32> : is<std::int32_t> {};
template <> struct host_type<dtype::u64> : is<std::uint64_t> {};
template <> struct host_type<dtype::i64> : is<std::int64_t> {};
template <> struct host_type<dtype::f16> : is<float16> {};
template <> struct host_type<dtype::bf16> : is<bfloat16> {};
template <> struct host_type<dtype::u4> : is<uint4x2> {};
template <> struct host_type<dtype::i4> : is<int4x2> {};
template <> struct host_type<dtype::f32> : is<float> {};
template <> struct host_type<dtype::f64> : is<double> {};

}  // namespace dtype_impl

/// The C++ type of a dtype. Ill-formed for those which have none.
template <dtype D> using type_of = typename dtype_impl::host_type<D>::type;

/// True for a compiler's own type of a dtype that has one of ours.
template <class T>
inline constexpr bool is_foreign_element =
    !std::is_same_v<type_of<dtype_of<T>>, std::remove_const_t<T>>;

static_assert(sizeof(bool) == 1 && sizeof(float) == 4 && sizeof(double) == 8);

}  // namespace ashlar
