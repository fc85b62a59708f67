// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/check_intrinsic.hpp>
#include <support/intrinsics.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace ashlar::tests {

using namespace intrinsic_tests;

namespace wrong_code {

// Takes the rows of a for packed ones.
struct packed_rows : product4 {
  static void run(float* c, index_t c_row, float const* a, index_t, float const* b, index_t b_row) {
    product4::run(c, c_row, a, 4, b, b_row);
  }
};
struct one_too_far : add_row {
  static void run(float* c, float const* a) {
    for (int y = 0; y < 9; ++y) c[y] += a[y] + 1;
    for (int y = 0; y < 8; ++y) c[y] -= 1;
  }
};
struct no_update : dot8 {
  static void run(float* c, float const* a, float const* b) {
    c[0] = 0;
    dot8::run(c, a, b);
  }
};

}  // namespace wrong_code

TEST_CASE("code that does what its definition says", "[kernel][check_intrinsic]") {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    REQUIRE(check_intrinsic<product4>(seed).ok());
    REQUIRE(check_intrinsic<block_product<double, 3, 5, 7>>(seed).ok());
    REQUIRE(check_intrinsic<block_product<std::int32_t, 1, 1, 2>>(seed).ok());
    REQUIRE(check_intrinsic<block_product<std::uint8_t, 2, 8, 4>>(seed).ok());
    REQUIRE(check_intrinsic<dot8>(seed).ok());
    REQUIRE(check_intrinsic<add_row>(seed).ok());
    REQUIRE(check_intrinsic<double_relu>(seed).ok());
  }
  REQUIRE(check_intrinsic<dot8>().message().empty());
}

TEST_CASE("code that does not is found out", "[kernel][check_intrinsic]") {
  auto const rows = check_intrinsic<wrong_code::packed_rows>();
  REQUIRE_FALSE(rows.ok());
  REQUIRE(rows.is_inside);
  REQUIRE(std::string(rows.message().view()).find("where its definition says") !=
          std::string::npos);
  auto const far = check_intrinsic<wrong_code::one_too_far>();
  REQUIRE(std::string(far.message().view()) ==
          "one_too_far writes outside of its output's block, element 8 from its first");
  REQUIRE_FALSE(check_intrinsic<wrong_code::no_update>().ok());
}

}  // namespace ashlar::tests
