// SPDX-License-Identifier: Apache-2.0
//
// The expected values are those of numpy.pad with the modes constant, edge and reflect.
#include "support.hpp"

namespace ashlar::tests {
namespace {

using tir::array;
using floats = std::vector<float>;

auto padded(auto const& kernel) -> floats {
  auto const p = program_of<f32<11>, f32<5>>(kernel);
  return elements<float>(
      p, {array(dtype::f32, {11}), array(dtype::f32, {5}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F})});
}

TEST_CASE("outside of a tensor lies what the boundary condition says", "[expr][boundary]") {
  CHECK(padded([](auto y, auto x) { y(i) = zero(x)(i - 3); }) ==
        floats{0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0});
  CHECK(padded([](auto y, auto x) { y(i) = constant(x, 7)(i - 3); }) ==
        floats{7, 7, 7, 1, 2, 3, 4, 5, 7, 7, 7});
  CHECK(padded([](auto y, auto x) { y(i) = clamp(x)(i - 3); }) ==
        floats{1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 5});
  CHECK(padded([](auto y, auto x) { y(i) = reflect(x)(i - 3); }) ==
        floats{4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2});
}

TEST_CASE("reflection goes to the last element, and beyond it stays inside", "[expr][boundary]") {
  auto const kernel = [](auto y, auto x) { y(i) = reflect(x)(i - 4); };
  auto const p = program_of<f32<13>, f32<5>>(kernel);
  CHECK(elements<float>(
            p, {array(dtype::f32, {13}), array(dtype::f32, {5}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F})}) ==
        floats{5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2, 1});
  auto const far = [](auto y, auto x) { y(i) = reflect(x)(i - 6); };
  auto const q = program_of<f32<14>, f32<2>>(far);
  auto const values =
      elements<float>(q, {array(dtype::f32, {14}), array(dtype::f32, {2}, {1.0F, 2.0F})});
  for (float const v : values) CHECK((v == 1 || v == 2));
}

TEST_CASE("a condition costs nothing where the index stays inside", "[expr][boundary]") {
  auto const kernel = [](auto y, auto x) { y(i) = sum(r, zero(x)(i + r)); };
  auto const p = program_of<f32<6>, f32<8>>(kernel);
  CHECK(definitions(p) == "arg0(i) = sum(r, arg1(i + r))\n");
  auto const one_side = [](auto y, auto x) { y(i) = clamp(x)(i + 1) + clamp(x)(i - 1); };
  CHECK(definitions(program_of<f32<8>, f32<8>>(one_side)) ==
        "arg0(i) = arg1(min(i + 1, 7)) + arg1(max(i - 1, 0))\n");
}

TEST_CASE("only the dimension that can be left is checked", "[expr][boundary]") {
  auto const kernel = [](auto y, auto x) { y(i, j) = zero(x)(i - 1, j); };
  auto const p = program_of<f32<dyn, dyn>, f32<dyn, dyn>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(p.accesses[0].checked == 3);  // x's own extents are another matter here
  auto const same = [](auto y, auto x, auto z) { y(i, j) = zero(x)(i - 1, j) + x(i, j) + z(i, j); };
  auto const q = program_of<f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn, dyn>>(same);
  CHECK(q.accesses[0].checked == 1);
}

TEST_CASE("a local stage and an operand may be the value outside or the tensor",
          "[expr][boundary]") {
  auto const kernel = [](auto y, auto x, auto v) {
    local m("m");
    m(i) = x(i) * 2;
    y(i) = constant(m, v)(i - 1) + zero(m)(i + 1);
  };
  auto const p = program_of<f32<4>, f32<4>, float>(kernel);
  CHECK(
      elements<float>(p, {array(dtype::f32, {4}), array(dtype::f32, {4}, {1.0F, 2.0F, 3.0F, 4.0F}),
                          array(dtype::f32, {}, {9.0F})}) == floats{13, 8, 12, 6});
}

TEST_CASE("a boundary that repeats elements needs one", "[expr][boundary]") {
  auto const kernel = [](auto y, auto x) { y(i) = clamp(x)(i - 1); };
  CHECK(says(fault_of<f32<4>, f32<0>>(kernel), code::index_out_of_range, "i - 1", "extent is 0"));
  CHECK(checks(program_of<f32<4>, f32<dyn>>(kernel)) == "arg1.extent(0) >= 1\n");
  auto const own = [](auto y, auto x) { y(i) = clamp(x)(i - 1) + x(i); };
  CHECK(checks(program_of<f32<dyn>, f32<dyn>>(own)) == "arg1.extent(0) == arg0.extent(0)\n");
}

TEST_CASE("a loaded index is reflected at nothing", "[expr][boundary]") {
  auto const kernel = [](auto y, auto x, auto at) { y(i) = reflect(x)(at(i)); };
  CHECK(says(fault_of<f32<4>, f32<8>, i32<4>>(kernel), code::bad_boundary, "arg2(...)", "loaded",
             "ash::clamp"));
  auto const clamped = [](auto y, auto x, auto at) { y(i) = clamp(x)(at(i)) + zero(x)(at(i)); };
  auto const p = program_of<f32<4>, f32<3>, i32<4>>(clamped);
  CHECK(elements<float>(p, {array(dtype::f32, {4}), array(dtype::f32, {3}, {1.0F, 2.0F, 3.0F}),
                            array(dtype::i32, {4}, {-5, 0, 2, 9})}) == floats{1, 2, 6, 3});
}

TEST_CASE("the value outside has the element type of the tensor", "[expr][boundary]") {
  auto const kernel = [](auto y, auto x, auto v) { y(i) = constant(x, v)(i - 1); };
  CHECK(says(fault_of<f32<4>, f32<4>, std::int32_t>(kernel), code::mixed_types, "arg1 is f32",
             "i32 arg2"));
}

}  // namespace
}  // namespace ashlar::tests
