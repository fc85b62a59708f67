// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

template <class Out, class In> auto fault_at(auto const& index) -> diag::diagnostic {
  return fault_of<Out, In>([index](auto y, auto x) { y(i) = x(index); });
}
template <class Out, class In> auto checks_at(auto const& index) -> std::string {
  auto const p = program_of<Out, In>([index](auto y, auto x) { y(i) = x(index); });
  return p.fault ? std::string(p.fault.text.view()) : checks(p);
}

TEST_CASE("an index out of range by one is refused at either end", "[expr][in_range]") {
  CHECK(fault_at<f32<8>, f32<9>>(i + 1).ok());
  CHECK(says(fault_at<f32<8>, f32<8>>(i + 1), code::index_out_of_range, "index i + 1", "arg1",
             "reaches 8", "its extent is 8", "ash::zero", "ash::clamp"));
  CHECK(says(fault_at<f32<8>, f32<8>>(i - 1), code::index_out_of_range, "index i - 1",
             "reaches -1, below 0"));
  CHECK(fault_at<f32<8>, f32<22>>(3 * i).ok());
  CHECK(says(fault_at<f32<8>, f32<21>>(3 * i), code::index_out_of_range, "reaches 21",
             "its extent is 21"));
  CHECK(fault_at<f32<8>, f32<8>>(7 - i).ok());
  CHECK(says(fault_at<f32<8>, f32<8>>(6 - i), code::index_out_of_range, "reaches -1"));
  CHECK(says(fault_at<f32<8>, f32<8>>(8 - i), code::index_out_of_range, "reaches 8"));
}

TEST_CASE("quotients and remainders are bounded exactly", "[expr][in_range]") {
  CHECK(fault_at<f32<12>, f32<3>>(i / 4).ok());
  CHECK(says(fault_at<f32<13>, f32<3>>(i / 4), code::index_out_of_range, "reaches 3",
             "its extent is 3"));
  CHECK(fault_at<f32<12>, f32<4>>(i % 4).ok());
  CHECK(says(fault_at<f32<12>, f32<3>>(i % 4), code::index_out_of_range, "reaches 3"));
  CHECK(fault_at<f32<12>, f32<2>>((i + 1) / 2 - i / 2).ok());
  CHECK(says(fault_at<f32<12>, f32<1>>((i + 1) / 2 - i / 2), code::index_out_of_range));
  CHECK(says(fault_at<f32<12>, f32<6>>((i - 1) / 2), code::index_out_of_range, "reaches -1"));
  CHECK(fault_at<f32<12>, f32<12>>(i / 4 * 4 + i % 4).ok());
  CHECK(fault_at<f32<3>, f32<6>>(i / 2 * 5).ok());
  CHECK(says(fault_at<f32<3>, f32<5>>(i / 2 * 5), code::index_out_of_range, "reaches 5"));
  CHECK(fault_at<f32<6>, f32<13>>(12 - i / 2 * 6).ok());
  CHECK(says(fault_at<f32<6>, f32<13>>(11 - i / 2 * 6), code::index_out_of_range, "reaches -1"));
  auto const window = [](auto y, auto x) { y(i) = sum(r, x(i + r / 2 * 4)); };
  CHECK(program_of<f32<4>, f32<8>>(window).fault.ok());
  CHECK(says(fault_of<f32<4>, f32<7>>(window), code::index_out_of_range, "reaches 7"));
}

TEST_CASE("constants are indices too", "[expr][in_range]") {
  auto const at = [](int n) {
    return fault_of<f32<4>, f32<4, 3>>([n](auto y, auto x) { y(i) = x(i, n); });
  };
  CHECK(at(0).ok());
  CHECK(at(2).ok());
  CHECK(says(at(3), code::index_out_of_range, "index 3 of dimension 1", "its extent is 3"));
  CHECK(says(at(-1), code::index_out_of_range, "reaches -1"));
}

TEST_CASE("what depends on dynamic extents is checked at the entry", "[expr][in_range]") {
  CHECK(checks_at<f32<dyn>, f32<dyn>>(i + 1) == "arg0.extent(0) < arg1.extent(0)\n");
  CHECK(checks_at<f32<dyn>, f32<9>>(i + 1) == "arg0.extent(0) < 9\n");
  CHECK(checks_at<f32<8>, f32<dyn>>(2 * i) == "arg1.extent(0) >= 15\n");
  CHECK(checks_at<f32<dyn>, f32<dyn>>(i / 2).find("arg1.extent(0)") != std::string::npos);
  CHECK(checks_at<f32<dyn>, f32<dyn>>(i % 3) == "arg1.extent(0) >= 3\n");
  CHECK(checks_at<f32<dyn>, f32<dyn>>(i - 1).find("reaches -1") != std::string::npos);
}

TEST_CASE("a bound on a dynamic extent is used", "[expr][in_range]") {
  CHECK(checks_at<f32<dyn_at_most(7)>, f32<8>>(i + 1).empty());
  CHECK(checks_at<f32<dyn_at_most(8)>, f32<8>>(i + 1) == "arg0.extent(0) < 8\n");
}

TEST_CASE("of two checks the stronger one stays", "[expr][in_range]") {
  auto const kernel = [](auto y, auto x) { y(i) = x(i) + x(i + 1) + x(i + 4) + x(i + 2); };
  CHECK(checks(program_of<f32<dyn>, f32<dyn>>(kernel)) == "arg0.extent(0) + 3 < arg1.extent(0)\n");
}

TEST_CASE("a window over a tensor", "[expr][in_range]") {
  auto const kernel = [](auto y, auto x) { y(i) = sum(r, x(2 * i + r)); };
  CHECK(program_of<f32<4>, f32<9>>(kernel).fault.ok());
  CHECK(says(fault_of<f32<4>, f32<8>>(kernel), code::index_out_of_range, "2 * i + r", "reaches 8",
             "its extent is 8"));
  CHECK(checks(program_of<f32<dyn>, f32<dyn>>(kernel)) == "2*arg0.extent(0) < arg1.extent(0)\n");
}

TEST_CASE("a loaded index is checked where it is used", "[expr][in_range]") {
  auto const kernel = [](auto y, auto table, auto at) { y(i, j) = table(at(i), j); };
  auto const p = program_of<f32<4, 2>, f32<3, 2>, i32<4>>(kernel);
  using tir::array;
  CHECK(elements<float>(p, {array(dtype::f32, {4, 2}),
                            array(dtype::f32, {3, 2}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}),
                            array(dtype::i32, {4}, {2, -1, 0, 3})}) ==
        std::vector<float>{5, 6, 0, 0, 1, 2, 0, 0});
}

TEST_CASE("an index that exceeds 64 bits is refused", "[expr][in_range]") {
  auto const kernel = [](auto y, auto x) {
    axis<"n", (index_t{1} << 40)> n;
    y() = sum(n, x(n * 2147483648));
  };
  CHECK(
      says(fault_of<f32<>, f32<4>>(kernel), code::extent_overflow, "2147483648", "1099511627776"));
}

}  // namespace
}  // namespace ashlar::tests
