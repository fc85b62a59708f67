// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <utility>

namespace ash = ashlar;
using ash::dyn;

// A request that cannot be met has to come back as one, also where memory is checked.
extern "C" auto __asan_default_options() -> char const*;
extern "C" auto __asan_default_options() -> char const* { return "allocator_may_return_null=1"; }

namespace {

auto is_line_aligned(void const* p) -> bool {
  return reinterpret_cast<std::uintptr_t>(p) % 64 == 0;
}

auto first_row(ash::view<float const, dyn, 4> v) -> float const* { return v.data(); }

}  // namespace

TEST_CASE("a tensor starts as zeros on a cache line", "[tensor]") {
  ash::tensor<float, 3, 5> const t;
  ash::tensor<bool, dyn> const flags(100);
  REQUIRE(is_line_aligned(t.data()));
  REQUIRE(is_line_aligned(flags.data()));
  for (float const x : t.span()) REQUIRE(x == 0.0f);
  for (bool const x : flags.span()) REQUIRE_FALSE(x);
  REQUIRE(t.span().size() == 15);
  REQUIRE(flags.size() == 100);
}

TEST_CASE("static extents leave one pointer", "[tensor]") {
  STATIC_REQUIRE(sizeof(ash::tensor<float, 128, 256>) == sizeof(void*));
  STATIC_REQUIRE(sizeof(ash::tensor<float, dyn, 256>) == sizeof(void*) + 8);
}

TEST_CASE("elements lie in row-major order", "[tensor]") {
  ash::tensor<int, 2, dyn> t(3);
  auto const all = t.span();
  std::iota(all.begin(), all.end(), 0);
  REQUIRE(t(0, 2) == 2);
  REQUIRE(t(1, 0) == 3);
  t(1, 2) = 50;
  REQUIRE(all[5] == 50);
  REQUIRE(t.stride(0) == 3);
  REQUIRE(std::as_const(t)(1, 2) == 50);
  t.fill(7);
  for (int const x : all) REQUIRE(x == 7);
}

TEST_CASE("a tensor moves and is copied by name alone", "[tensor]") {
  using tensor = ash::tensor<int, dyn>;
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<tensor>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<tensor>);
  tensor a(4);
  a(2) = 5;
  auto* const elements = a.data();
  tensor b = std::move(a);
  REQUIRE(b.data() == elements);
  REQUIRE(a.data() == nullptr);
  REQUIRE(a.size() == 0);
  auto c = b.clone();
  REQUIRE(c.has_value());
  REQUIRE(c->data() != b.data());
  REQUIRE((*c)(2) == 5);
  (*c)(2) = 6;
  REQUIRE(b(2) == 5);
  a = std::move(*c);
  REQUIRE(a(2) == 6);
  auto& same = a;
  a = std::move(same);
  REQUIRE(a(2) == 6);
}

TEST_CASE("a tensor is a view that promises no more", "[tensor]") {
  ash::tensor<float, 3, 4> t;
  ash::tensor<float, 3, 4> const& c = t;
  REQUIRE(first_row(t) == t.data());
  REQUIRE(first_row(c) == t.data());
  ash::view const v{t};
  ash::view const w{c};
  STATIC_REQUIRE(std::is_same_v<decltype(v), ash::view<float, 3, 4> const>);
  STATIC_REQUIRE(std::is_same_v<decltype(w), ash::view<float const, 3, 4> const>);
  STATIC_REQUIRE(decltype(t.as_view())::type == ash::tensor<float, 3, 4>::type);
  STATIC_REQUIRE_FALSE(
      std::is_convertible_v<ash::tensor<float, 3, 4> const&, ash::view<float, 3, 4>>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<ash::tensor<float, 3, 4>, ash::view<float, 3, 4>>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<ash::tensor<float, 3, 4>&, ash::view<float, 4, 4>>);
}

TEST_CASE("nothing is allocated for no elements", "[tensor]") {
  ash::tensor<float, dyn> const none;
  ash::tensor<float, dyn, 0> const empty(1'000'000'000'000);
  REQUIRE(none.data() == nullptr);
  REQUIRE(empty.data() == nullptr);
  REQUIRE(empty.span().empty());
  REQUIRE(empty.clone().has_value());
}

TEST_CASE("a scalar tensor has one element", "[tensor]") {
  ash::tensor<double> s;
  s.item() = 2.5;
  REQUIRE(std::as_const(s).item() == 2.5);
  REQUIRE(s.size() == 1);
}

TEST_CASE("make says why there is no tensor", "[tensor]") {
  using ash::status_code;
  using eights = ash::tensor<float, 2, ash::dyn_multiple_of(8, 64)>;
  REQUIRE(eights::make(16).has_value());
  REQUIRE(eights::make(16)->size() == 32);
  auto const wrong = eights::make(12).error();
  REQUIRE(wrong.code == status_code::extent_not_multiple);
  REQUIRE(wrong.dimension == 1);
  REQUIRE(wrong.found == 12);
  REQUIRE(wrong.expected == 8);
  REQUIRE(eights::make(72).error().code == status_code::extent_too_large);
  REQUIRE(eights::make(-8).error().code == status_code::extent_negative);
  using square = ash::tensor<float, dyn, dyn>;
  auto const big = std::int64_t{1} << 32;
  REQUIRE(square::make(big, big).error().code == status_code::overflow);
  REQUIRE(square::make(big, big / 4).error().code == status_code::out_of_memory);
  REQUIRE(square::make(big, 1 << 20).error().code == status_code::out_of_memory);
}
