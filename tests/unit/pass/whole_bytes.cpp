// SPDX-License-Identifier: Apache-2.0
//
// Stores of 4-bit elements: what is a whole number of bytes, and what is refused, and why.
#include <ashlar/expr/expr.hpp>
#include <ashlar/pass/pipeline.hpp>
#include <ashlar/schedule/schedule.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string_view>

namespace ashlar::tests {
namespace {

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;

constexpr auto quantize = [](auto q, auto x) { q(i, j) = cast<uint4x2>(x(i, j)); };

/// What lowering says of q(i, j) with these extents, j in vectors of `lanes`.
template <class Q, class X> auto fault(int lanes, tail tails = tail::guard) -> diag::diagnostic {
  constexpr operand_type types[] = {expr::type_of_operand<Q>(), expr::type_of_operand<X>()};
  auto p = expr::capture(quantize, types);
  if (lanes > 0) schedule(p).vectorize("j", lanes, tails);
  pass::lower(p, 64);
  return p.fault;
}

template <index_t... E> auto of_packed(int lanes, tail tails = tail::guard) {
  return fault<view<uint4x2, E...>, view<std::int32_t const, E...>>(lanes, tails);
}
template <layout L, index_t... E> auto of_strided(int lanes) {
  return fault<strided_view<uint4x2, L, E...>, view<std::int32_t const, E...>>(lanes);
}

auto refuses(diag::diagnostic const& d, std::string_view word) -> bool {
  UNSCOPED_INFO(std::string(d.text.view()));
  return d.id == diag::code::half_bytes && d.text.view().find(word) != std::string_view::npos;
}

TEST_CASE("vectors of whole bytes are legal", "[pass][whole_bytes]") {
  CHECK(of_packed<3, 16>(8).ok());
  CHECK(of_packed<3, 22>(8).ok());  // the last has 6 of its lanes
  CHECK(of_packed<3, 22>(8, tail::narrow).ok());
  CHECK(of_packed<3, 22>(2).ok());
  CHECK(of_packed<dyn, dyn_multiple_of(2)>(16).ok());
  CHECK(of_packed<dyn, dyn_multiple_of(6)>(4).ok());
  CHECK(of_packed<1, 22>(16).ok());
  CHECK(of_strided<strides(20, 1), 3, 16>(8).ok());
}

TEST_CASE("a row that begins in a byte, or ends there, is refused", "[pass][whole_bytes]") {
  CHECK(refuses(of_packed<3, 15>(4), "in the middle of one"));
  CHECK(refuses(of_strided<strides(16, 1), 3, 15>(4), "one of two lanes may be off"));
  CHECK(refuses(of_packed<3, dyn>(4), "ash::dyn_multiple_of(2)"));
  CHECK(refuses(of_strided<strides(17, 1), 3, 16>(8), "in the middle of one"));
  CHECK(refuses(of_strided<strides(dyn, 1), 3, 16>(8), "in the middle of one"));
}

TEST_CASE("single elements and other lanes are refused", "[pass][whole_bytes]") {
  CHECK(refuses(of_packed<3, 16>(0), "one by one"));
  CHECK(refuses(of_packed<3, 16>(1), "one by one"));
  CHECK(refuses(of_strided<strides(32, 2), 3, 16>(8), "do not follow each other"));
  auto const turned = [](auto q, auto x) { q(j, i) = cast<uint4x2>(x(i, j)); };
  constexpr operand_type types[] = {expr::type_of_operand<view<uint4x2, 16, 8>>(),
                                    expr::type_of_operand<view<float const, 8, 16>>()};
  auto p = expr::capture(turned, types);
  schedule s(p);
  s.reorder("i", "j");
  s.vectorize("j", 8, tail::guard);
  pass::lower(p, 64);
  CHECK(refuses(p.fault, "do not follow each other"));
}

TEST_CASE("loads and local stages have no such rule", "[pass][whole_bytes]") {
  auto const staged = [](auto y, auto x) {
    local m("m");
    m(i) = cast<int4x2>(x(i));
    y(i) = m(i) + 1;
  };
  constexpr operand_type types[] = {expr::type_of_operand<view<std::int32_t, 7>>(),
                                    expr::type_of_operand<view<int4x2 const, 7>>()};
  auto p = expr::capture(staged, types);
  pass::lower(p, 64);
  CHECK(p.fault.ok());
}

}  // namespace
}  // namespace ashlar::tests
