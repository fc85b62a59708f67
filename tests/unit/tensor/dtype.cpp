// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/dtype.hpp>

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

namespace ash = ashlar;

namespace {

template <class T>
constexpr bool round_trips = std::is_same_v<ash::type_of<ash::dtype_of<T>>, T> &&
                             ash::bytes_of(ash::dtype_of<T>) == sizeof(T) &&
                             ash::is_float(ash::dtype_of<T>) == std::is_floating_point_v<T> &&
                             ash::is_signed(ash::dtype_of<T>) == std::is_signed_v<T>;
template <class T> constexpr bool is_whole = ash::is_integer(ash::dtype_of<T>);

template <ash::dtype D> concept has_host_type = requires { typename ash::type_of<D>; };

}  // namespace

TEST_CASE("a dtype and its type name each other", "[tensor][dtype]") {
  STATIC_REQUIRE(round_trips<bool>);
  STATIC_REQUIRE(round_trips<std::uint8_t>);
  STATIC_REQUIRE(round_trips<std::int8_t>);
  STATIC_REQUIRE(round_trips<std::uint16_t>);
  STATIC_REQUIRE(round_trips<std::int16_t>);
  STATIC_REQUIRE(round_trips<std::uint32_t>);
  STATIC_REQUIRE(round_trips<std::int32_t>);
  STATIC_REQUIRE(round_trips<std::uint64_t>);
  STATIC_REQUIRE(round_trips<std::int64_t>);
  STATIC_REQUIRE(round_trips<float>);
  STATIC_REQUIRE(round_trips<double>);
  STATIC_REQUIRE(ash::dtype_of<float const> == ash::dtype::f32);
}

TEST_CASE("16-bit floats are elements that are stored", "[tensor][dtype]") {
  STATIC_REQUIRE(std::is_same_v<ash::type_of<ash::dtype::f16>, ash::float16>);
  STATIC_REQUIRE(std::is_same_v<ash::type_of<ash::dtype::bf16>, ash::bfloat16>);
  STATIC_REQUIRE(ash::dtype_of<ash::float16 const> == ash::dtype::f16);
  STATIC_REQUIRE(ash::dtype_of<ash::bfloat16> == ash::dtype::bf16);
  STATIC_REQUIRE(ash::is_half(ash::dtype::f16));
  STATIC_REQUIRE(ash::is_half(ash::dtype::bf16));
  STATIC_REQUIRE_FALSE(ash::is_half(ash::dtype::f32));
  STATIC_REQUIRE_FALSE(ash::is_half(ash::dtype::u16));
  STATIC_REQUIRE_FALSE(ash::is_foreign_element<ash::float16 const>);
  STATIC_REQUIRE(ash::dtype_of<ash::native_float16> == ash::dtype::f16);
  STATIC_REQUIRE(ash::dtype_of<ash::native_bfloat16> == ash::dtype::bf16);
  STATIC_REQUIRE(ash::is_foreign_element<ash::native_float16>);
}

TEST_CASE("integers are those types that count", "[tensor][dtype]") {
  STATIC_REQUIRE(is_whole<std::int64_t>);
  STATIC_REQUIRE(is_whole<std::uint8_t>);
  STATIC_REQUIRE_FALSE(is_whole<bool>);
  STATIC_REQUIRE_FALSE(is_whole<float>);
  STATIC_REQUIRE(ash::is_float(ash::dtype::bf16));
  STATIC_REQUIRE(ash::is_signed(ash::dtype::f16));
}

TEST_CASE("other types are no elements", "[tensor][dtype]") {
  STATIC_REQUIRE(ash::element<float const>);
  STATIC_REQUIRE_FALSE(ash::element<void*>);
  STATIC_REQUIRE_FALSE(ash::element<char16_t>);
  STATIC_REQUIRE_FALSE(ash::element<float&>);
  STATIC_REQUIRE_FALSE(ash::element<long double>);
  STATIC_REQUIRE_FALSE(has_host_type<ash::dtype::none>);
  STATIC_REQUIRE(has_host_type<ash::dtype::f64>);
}

TEST_CASE("each dtype has a name of its own", "[tensor][dtype]") {
  std::set<std::string> names;
  for (int d = 0; d < ash::dtype_count; ++d) names.insert(ash::name_of(static_cast<ash::dtype>(d)));
  REQUIRE(static_cast<int>(names.size()) == ash::dtype_count);
  REQUIRE(std::string(ash::name_of(ash::dtype::f32)) == "f32");
  REQUIRE(std::string(ash::name_of(ash::dtype::boolean)) == "bool");
  REQUIRE(std::string(ash::name_of(ash::dtype::bf16)) == "bf16");
  REQUIRE(std::string(ash::name_of(static_cast<ash::dtype>(200))) == "none");
}
