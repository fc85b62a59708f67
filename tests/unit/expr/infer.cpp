// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

TEST_CASE("an axis has one extent", "[expr][infer]") {
  auto const kernel = [](auto y, auto x, auto w) { y(i, j) = sum(k, x(i, k) * w(k, j)); };
  CHECK(says(fault_of<f32<8, 16>, f32<8, 64>, f32<100, 16>>(kernel), code::extent_mismatch,
             "axis k is 64 in dimension 1 of arg1", "100 in dimension 0 of arg2", "two axes"));
  CHECK(says(fault_of<f32<8, 16>, f32<1, 64>, f32<64, 16>>(kernel), code::extent_mismatch, "axis i",
             "8", "1"));
  CHECK(fault_of<f32<0, 16>, f32<0, 64>, f32<64, 16>>(kernel).ok());
}

TEST_CASE("an axis may state its extent", "[expr][infer]") {
  auto const kernel = [](auto y, auto x) { y(i) = sum(r, x(i, r)); };
  CHECK(fault_of<f32<8>, f32<8, 3>>(kernel).ok());
  CHECK(says(fault_of<f32<8>, f32<8, 4>>(kernel), code::extent_mismatch, "axis r", "4", "3",
             "its declaration"));
  CHECK(checks(program_of<f32<8>, f32<8, dyn>>(kernel)) == "arg1.extent(1) == 3\n");
  auto const conflict = [](auto y, auto x) {
    axis<"r", 5> other;
    y(i) = sum(r, x(i, r)) + sum(other, x(i, other));
  };
  CHECK(says(fault_of<f32<8>, f32<8, 3>>(conflict), code::extent_mismatch, "axis r", "3", "5"));
}

TEST_CASE("an axis has no negative extent", "[expr][infer]") {
  auto const kernel = [](auto y, auto x) { y(i) = sum(axis<"q", -3>{}, x(i)); };
  CHECK(says(fault_of<f32<4>, f32<4>>(kernel), code::negative_extent, "axis q has extent -3",
             "0 or more"));
}

TEST_CASE("an axis that indexes nothing alone has no extent", "[expr][infer]") {
  auto const window = [](auto y, auto x) { y(i) = sum(k, x(i + k)); };
  CHECK(says(fault_of<f32<8>, f32<16>>(window), code::unbounded_axis, "axis k", "arg0",
             "ash::axis<\"k\", N>"));
  auto const on_left = [](auto y, auto x) {
    local m("m");
    m(j) = x(2 * j) + x(2 * j + 1);
    y(i) = m(i);
  };
  // m takes the extent of y, through the stage that reads it.
  CHECK(fault_of<f32<8>, f32<16>>(on_left).ok());
  auto const unused = [](auto y, auto x) {
    local m("m");
    m(j) = x(2 * j);
    y(i) = m(2 * i);
  };
  CHECK(says(fault_of<f32<8>, f32<32>>(unused), code::unbounded_axis, "axis j of m"));
}

TEST_CASE("the shape of a local stage is that of its axes", "[expr][infer]") {
  auto const kernel = [](auto y, auto x, auto w) {
    local m("m");
    m(j, i) = x(i) * w(j);
    y(i) = sum(j, m(j, i));
  };
  constexpr auto p = program_of<f32<8>, f32<dyn>, f32<dyn>>([](auto y, auto x, auto w) {
    local m("m");
    m(j, i) = x(i) * w(j);
    y(i) = sum(j, m(j, i));
  });
  STATIC_REQUIRE(p.fault.ok());
  CHECK(p == program_of<f32<8>, f32<dyn>, f32<dyn>>(kernel));
  CHECK(p.indices[p.buffers[3].shape[1]] == tir::constant(8));
  CHECK(checks(p) == "arg1.extent(0) == 8\n");
}

TEST_CASE("extents travel through several stages", "[expr][infer]") {
  auto const kernel = [](auto y, auto a, auto b) {
    local m("m");
    local n("n");
    m(i) = a(i) + 1;
    n(i) = b(i) * 2;
    y(i) = m(i) + n(i);
  };
  CHECK(says(fault_of<f32<8>, f32<8>, f32<9>>(kernel), code::extent_mismatch, "axis i", "8", "9"));
  CHECK(checks(program_of<f32<dyn>, f32<dyn>, f32<dyn>>(kernel)) ==
        "arg1.extent(0) == arg0.extent(0)\narg2.extent(0) == arg0.extent(0)\n");
}

TEST_CASE("offsets of an axis leave its extent to others", "[expr][infer]") {
  auto const stencil = [](auto y, auto x) { y(i) = x(i) + x(i + 1) + x(i + 2); };
  CHECK(fault_of<f32<14>, f32<16>>(stencil).ok());
  CHECK(fault_of<f32<16>, f32<16>>(stencil).id == code::index_out_of_range);
  auto const alone = [](auto y, auto x) { y(i) = x(i); };
  CHECK(fault_of<f32<14>, f32<16>>(alone).id == code::extent_mismatch);
}

TEST_CASE("the bytes of a tensor fit the index type", "[expr][infer]") {
  auto const outer = [](auto y, auto x, auto w) {
    local m("m");
    m(i, j) = x(i) * w(j);
    y(i) = sum(j, m(i, j));
  };
  constexpr index_t large = index_t{1} << 31;
  CHECK(says(fault_of<f32<large>, f32<large>, f32<large>>(outer), code::extent_overflow, "m",
             "2147483648 x 2147483648"));
  CHECK(fault_of<f32<large>, f32<large>, f32<dyn>>(outer).ok());
  auto const copied = [](auto y, auto x) { y(i, j) = x(i, j); };
  using huge = f32<large, large>;
  CHECK(fault_of<huge, huge>(copied).id == code::extent_overflow);
}

}  // namespace
}  // namespace ashlar::tests
