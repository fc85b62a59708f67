// SPDX-License-Identifier: Apache-2.0
//
// f16 and bf16 are stored, and computed with as f32: where capture puts the conversions.
#include "support.hpp"

namespace ashlar::tests {
namespace {

template <index_t... Extent> using f16 = view<float16, Extent...>;
template <index_t... Extent> using bf16 = view<bfloat16, Extent...>;

TEST_CASE("a load is a float, and a store rounds", "[expr][half]") {
  auto const kernel = [](auto y, auto x, auto v) { y(i) = x(i) * v(i) + 1; };
  auto const p = program_of<bf16<8>, f16<8>, f32<8>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) == "arg0(i) = bf16(f32(arg1(i)) * arg2(i) + 1)\n");
}

TEST_CASE("what is moved alone is not converted", "[expr][half]") {
  auto const copy = [](auto y, auto x) { y(i) = x(i); };
  CHECK(definitions(program_of<f16<8>, f16<8>>(copy)) == "arg0(i) = arg1(i)\n");
  CHECK(definitions(program_of<bf16<8>, f16<8>>(copy)) == "arg0(i) = bf16(f32(arg1(i)))\n");
  auto const number = [](auto y) { y(i) = 0.1F; };
  CHECK(definitions(program_of<bf16<8>>(number)) == "arg0(i) = 0.100097656\n");
}

TEST_CASE("a cast rounds where it stands", "[expr][half]") {
  auto const kernel = [](auto y, auto x) { y(i) = cast<bfloat16>(x(i)) + x(i); };
  CHECK(definitions(program_of<f32<8>, f32<8>>(kernel)) ==
        "arg0(i) = f32(bf16(arg1(i))) + arg1(i)\n");
  auto const twice = [](auto y, auto x) { y(i) = cast<float16>(cast<float16>(x(i))); };
  CHECK(definitions(program_of<f16<8>, f32<8>>(twice)) == "arg0(i) = f16(arg1(i))\n");
  auto const once = [](auto y, auto x) { y(i) = cast<float16>(x(i)); };
  CHECK(definitions(program_of<f16<8>, f64<8>>(once)) == "arg0(i) = f16(arg1(i))\n");
  CHECK(definitions(program_of<f16<8>, i32<8>>(once)) == "arg0(i) = f16(f32(arg1(i)))\n");
}

TEST_CASE("a reduction accumulates floats", "[expr][half]") {
  auto const kernel = [](auto y, auto x, auto v) { y(i) = sum(k, x(i, k) * v(k)); };
  auto const p = program_of<bf16<4>, bf16<4, 8>, bf16<8>>(kernel);
  CHECK(definitions(p) == "arg0(i) = bf16(sum(k, f32(arg1(i, k)) * f32(arg2(k))))\n");
  CHECK(p.exprs[p.stages[0].value[0]].type == dtype::f32);
}

TEST_CASE("a local stage of a cast is stored in 16 bits", "[expr][half]") {
  auto const kernel = [](auto y, auto x) {
    local m("m");
    m(i) = cast<bfloat16>(x(i) * 2);
    y(i) = m(i) + zero(m)(i - 1);
  };
  auto const p = program_of<f32<8>, f32<8>>(kernel);
  CHECK(p.buffers[p.stages[0].buffer].type == dtype::bf16);
  CHECK(definitions(p) == "m(i) = bf16(arg1(i) * 2)\narg0(i) = f32(m(i)) + f32(m(i - 1?))\n");
}

TEST_CASE("the value outside is one that the tensor could hold", "[expr][half]") {
  auto const kernel = [](auto y, auto x, auto v) { y(i) = constant(x, v())(i - 1); };
  CHECK(definitions(program_of<f32<9>, f16<8>, float>(kernel)) ==
        "arg0(i) = f32(arg1(i - 1?) else f16(arg2))\n");
}

TEST_CASE("an expression on the spot converts alike", "[expr][half]") {
  bf16<8> const y{};
  f16<8> const x{};
  using assigned = decltype(y(i) = x(i) * 2.0F);
  CHECK(definitions(expr::record<assigned>()) == "arg0(i) = bf16(f32(arg1(i)) * arg2)\n");
}

TEST_CASE("other types need a cast, and messages name what is stored", "[expr][half]") {
  auto const from = [](auto y, auto x) { y(i) = x(i); };
  CHECK(fault_of<f16<8>, f64<8>>(from).id == code::narrowing);
  CHECK(fault_of<f16<8>, i32<8>>(from).id == code::mixed_types);
  auto const wrong = fault_of<i32<8>, bf16<8>>([](auto y, auto x) { y(i) = x(i); });
  CHECK(wrong.text.view().find("bf16 arg1") != std::string_view::npos);
}

TEST_CASE("rounding happens once, to nearest even", "[expr][half]") {
  auto const kernel = [](auto y, auto x) { y(i) = x(i) + x(i); };
  auto const p = program_of<bf16<2>, f32<2>>(kernel);
  auto const found = elements<bfloat16>(
      p, {tir::array(dtype::bf16, {2}), tir::array(dtype::f32, {2}, {128.5F, 129.5F})});
  CHECK(found[0] == 256.0F);
  CHECK(found[1] == 260.0F);
}

}  // namespace
}  // namespace ashlar::tests
