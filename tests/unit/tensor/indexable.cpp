// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/indexable.hpp>
#include <ashlar/tensor/tensor.hpp>
#include <ashlar/tensor/view.hpp>

#include <catch2/catch_test_macros.hpp>
#include <type_traits>

namespace ash = ashlar;

// What an expression layer adds, found through its index type.
namespace layer {

struct letter {};

template <class Operand> struct access {
  bool is_const;
  int indices;
};

template <class Operand, class... Index>
constexpr auto expr_access(Operand& x, Index const&...) -> access<std::remove_const_t<Operand>> {
  static_cast<void>(x);
  return {std::is_const_v<Operand>, sizeof...(Index)};
}

template <class Operand, class... Index>
concept accessible = requires(Operand&& x, Index... i) { static_cast<Operand&&>(x)(i...); };

}  // namespace layer

TEST_CASE("integers reach an element and axes an expression", "[tensor][indexable]") {
  ash::tensor<float, 3, 4> t;
  ash::tensor<float, 3, 4> const& c = t;
  ash::view<float, 3, 4> const v = t;
  STATIC_REQUIRE(std::is_same_v<decltype(t(1, 2)), float&>);
  STATIC_REQUIRE(std::is_same_v<decltype(c(1, 2)), float const&>);
  STATIC_REQUIRE(std::is_same_v<decltype(v(1, 2)), float&>);
  STATIC_REQUIRE(
      std::is_same_v<decltype(t(layer::letter{}, 2)), layer::access<ash::tensor<float, 3, 4>>>);
  REQUIRE(t(layer::letter{}, 2).indices == 2);
  REQUIRE_FALSE(t(layer::letter{}, 2).is_const);
  REQUIRE(c(1, layer::letter{}).is_const);
  REQUIRE(v(layer::letter{}, layer::letter{}).indices == 2);
}

TEST_CASE("what would dangle or misses an index does not compile", "[tensor][indexable]") {
  using tensor = ash::tensor<float, 3, 4>;
  STATIC_REQUIRE(layer::accessible<tensor&, layer::letter, layer::letter>);
  STATIC_REQUIRE_FALSE(layer::accessible<tensor, layer::letter, layer::letter>);
  STATIC_REQUIRE(layer::accessible<ash::view<float, 3>, layer::letter>);
  STATIC_REQUIRE_FALSE(layer::accessible<tensor&, int>);
  STATIC_REQUIRE_FALSE(layer::accessible<tensor&, int, int, int>);
}
