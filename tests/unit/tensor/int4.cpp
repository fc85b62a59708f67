// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/dlpack.hpp>
#include <ashlar/tensor/overlap.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>

namespace ash = ashlar;
using ash::dtype;
using ash::dyn;
using ash::int4x2;
using ash::uint4x2;

TEST_CASE("a pair keeps four bits of each number", "[tensor][int4]") {
  STATIC_REQUIRE(int4x2(-8, 7)[0] == -8);
  STATIC_REQUIRE(int4x2(-8, 7)[1] == 7);
  STATIC_REQUIRE(int4x2(-8, 7).bits == 0x78);
  STATIC_REQUIRE(int4x2(8, 17)[0] == -8);
  STATIC_REQUIRE(int4x2(8, 17)[1] == 1);
  STATIC_REQUIRE(uint4x2(15, -1)[0] == 15);
  STATIC_REQUIRE(uint4x2(15, -1)[1] == 15);
  for (int byte = 0; byte < 256; ++byte) {
    int4x2 s{};
    s.bits = static_cast<std::uint8_t>(byte);
    CHECK(int4x2(s[0], s[1]).bits == byte);
    s.set(1, s[0]);
    CHECK(s[1] == s[0]);
  }
}

TEST_CASE("the types of 4 bits are elements that are stored", "[tensor][int4]") {
  STATIC_REQUIRE(ash::dtype_of<int4x2 const> == dtype::i4);
  STATIC_REQUIRE(std::is_same_v<ash::type_of<dtype::u4>, uint4x2>);
  STATIC_REQUIRE(ash::is_stored_only(dtype::i4));
  STATIC_REQUIRE_FALSE(ash::is_integer(dtype::i4));
  STATIC_REQUIRE(ash::is_signed(dtype::i4));
  STATIC_REQUIRE_FALSE(ash::is_signed(dtype::u4));
  STATIC_REQUIRE(ash::computed_type(dtype::u4) == dtype::i32);
  STATIC_REQUIRE(ash::computed_type(dtype::bf16) == dtype::f32);
  STATIC_REQUIRE(ash::bits_of(dtype::u4) == 4);
  STATIC_REQUIRE(ash::bits_of(dtype::f64) == 64);
  STATIC_REQUIRE(ash::shared_bytes(dtype::i4, 5) == 3);
  STATIC_REQUIRE(ash::shared_bytes(dtype::i8, 5) == 5);
}

TEST_CASE("a tensor has half as many bytes as elements", "[tensor][int4]") {
  ash::tensor<int4x2, 3, 5> t;
  CHECK(t.size() == 15);
  REQUIRE(t.span().size() == 8);
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 5; ++c) t(r, c) = r * 5 + c - 7;
  t(2, 4) = t(0, 0);
  auto const& fixed = t;
  for (int n = 0; n < 14; ++n) CHECK(fixed(n / 5, n % 5) == n - 7);
  CHECK(fixed(2, 4) == -7);
  CHECK(t.span()[0] == int4x2(-7, -6));
  CHECK(t.span()[7] == int4x2(-7, 0));
  auto const copy = t.clone();
  REQUIRE(copy.has_value());
  CHECK((*copy)(1, 1) == -1);
  ash::tensor<uint4x2, dyn> row(7);
  row.fill(uint4x2(9, 9));
  CHECK(row(6) == 9);
  ash::tensor<uint4x2> one;
  one.item() = 12;
  CHECK(one.item() == 12);
}

TEST_CASE("bytes of a view are as many as it touches", "[tensor][int4]") {
  int4x2 x[8]{};
  CHECK(ash::reach_of(ash::view<int4x2, 3, 5>(x)).last == 7);
  CHECK(ash::reach_of(ash::view<int4x2, 2>(x)).last == 0);
  CHECK(ash::reach_of(ash::view<int4x2, 0>(x)).last == -1);
  auto const back = ash::strided_view<int4x2, ash::strides(-1), 4>(x + 4);
  CHECK(ash::reach_of(back).first == -2);
  CHECK(ash::reach_of(back).last == 0);
  ash::byte_range range{};
  REQUIRE(ash::is_plainly_valid(ash::view<int4x2, dyn>(x, 5), range));
  CHECK(range.end - range.first == 3);
  REQUIRE(ash::is_plainly_valid(ash::view<int4x2, 3, 5>(x), range));
  CHECK(range.end - range.first == 8);
  using any = ash::view<int4x2, dyn>;
  CHECK(ash::view_over<any>(std::span(x), 16).has_value());
  auto const wrong = ash::view_over<any>(std::span(x), 17).error();
  CHECK(wrong.code == ash::status_code::span_too_short);
  CHECK(wrong.expected == 9);
}

TEST_CASE("halves of one byte are apart", "[tensor][int4]") {
  int4x2 x[8]{};
  auto const whole = ash::view<int4x2, 8>(x);
  CHECK_FALSE(ash::may_overlap(whole, ash::view<int4x2, 8>(x + 4)));
  CHECK(ash::may_overlap(whole, ash::view<int4x2, 8>(x + 3)));
  CHECK(ash::may_overlap(whole, ash::view<std::uint8_t, 1>(&x[3].bits)));
  CHECK_FALSE(ash::may_overlap(whole, ash::view<std::uint8_t, 1>(&x[4].bits)));
  CHECK(ash::check_output(whole, 0));
  CHECK(ash::check_output(ash::strided_view<int4x2, ash::strides(3, 1), 2, 3>(x), 0));
  auto const again = ash::strided_view<int4x2, ash::strides(0, 1), 2, 3>(x);
  CHECK(ash::check_output(again, 0).code == ash::status_code::self_overlap);
}

TEST_CASE("DLPack has 4 bits, too", "[tensor][int4]") {
  uint4x2 x[6]{};
  ash::dlpack::shape_room room;
  auto t = ash::to_dlpack(ash::view<uint4x2, 3, 4>(x), room);
  CHECK(t.dtype.bits == 4);
  CHECK(t.dtype.code == 1);
  CHECK(t.strides[0] == 4);
  auto const back = ash::view_of_dlpack<uint4x2, 3, dyn>(t);
  REQUIRE(back.has_value());
  x[3] = uint4x2(3, 4);
  CHECK((*back)(1, 3) == 4);
  CHECK(ash::view_of_dlpack<std::uint8_t, 3, dyn>(t).error().found == 4);
  t.dtype.code = 0;
  CHECK(ash::view_of_dlpack<uint4x2, 3, dyn>(t).error().code == ash::status_code::dtype_mismatch);
}
