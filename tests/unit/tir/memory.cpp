// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/memory.hpp>
#include <catch2/catch_test_macros.hpp>

namespace ashlar::tir {
namespace {

TEST_CASE("dimensions are row-major", "[tir][memory]") {
  constexpr dimensions d{2, 3, 4};
  STATIC_REQUIRE(d.rank == 3);
  STATIC_REQUIRE(d.stride[0] == 12);
  STATIC_REQUIRE(d.stride[2] == 1);
  STATIC_REQUIRE(d.count() == 24);
  STATIC_REQUIRE(dimensions{5, 0}.count() == 0);
}

TEST_CASE("an array owns converted elements", "[tir][memory]") {
  constexpr float third = [] {
    array a(dtype::f32, {3}, {1, 2, 3});
    a.store(0, to_scalar(7.0F));
    return get<float>(a.load(0)) * get<float>(a.load(2));
  }();
  STATIC_REQUIRE(third == 21);
  CHECK(array(dtype::i8, {2}).load(1) == to_scalar(std::int8_t{0}));
}

TEST_CASE("raw memory is read and written in place, in every type", "[tir][memory]") {
  std::int8_t small[] = {-1, 2, -3};
  raw_array s(small, {3});
  CHECK(s.load(2) == to_scalar(std::int8_t{-3}));
  s.store(0, to_scalar(std::int8_t{-128}));
  CHECK(small[0] == -128);
  CHECK(small[1] == 2);

  double large[] = {1.5, -2.5};
  raw_array l(large, {2});
  CHECK(l.load(1) == to_scalar(-2.5));
  l.store(1, to_scalar(0.25));
  CHECK(large[1] == 0.25);

  bool flags[] = {true, false};
  raw_array f(flags, {2});
  f.store(1, f.load(0));
  CHECK(flags[1]);

  std::uint16_t halves[] = {0x3c00, 0xc000};
  raw_array h(dtype::f16, halves, {2});
  CHECK(value_of<float>(h.load(1)) == -2);
  h.store(0, make_scalar(dtype::f16, 0.5));
  CHECK(halves[0] == 0x3800);
}

TEST_CASE("a negative stride walks backwards", "[tir][memory]") {
  int items[] = {1, 2, 3};
  raw_array last(items + 2, {3});
  CHECK(last.load(-2) == to_scalar(1));
}

}  // namespace
}  // namespace ashlar::tir
