// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/opcode.hpp>
#include <catch2/catch_test_macros.hpp>

namespace ashlar::tir {
namespace {

TEST_CASE("every operation has a name of its own", "[tir][opcode]") {
  for (auto const& a : opcode_table) {
    CHECK_FALSE(a.name.empty());
    CHECK(name_of(a.op) == a.name);
    for (auto const& b : opcode_table) CHECK((a.op == b.op) == (a.name == b.name));
  }
}

TEST_CASE("infix operations have two operands", "[tir][opcode]") {
  int infix = 0;
  for (auto const& row : opcode_table) {
    if (!is_infix(row.op)) continue;
    ++infix;
    CHECK(operand_count(row.op) == 2);
  }
  CHECK(infix == 18);
  CHECK(is_comparison(opcode::eq));
  CHECK(is_comparison(opcode::ge));
  CHECK_FALSE(is_comparison(opcode::pow));
  CHECK_FALSE(is_comparison(opcode::logical_and));
  CHECK_FALSE(is_infix(opcode::max));
  CHECK(is_bitwise(opcode::bit_not));
  CHECK(is_bitwise(opcode::bit_and));
  CHECK(is_shift(opcode::shift_right));
  CHECK_FALSE(is_shift(opcode::bit_xor));
  CHECK_FALSE(is_bitwise(opcode::logical_not));
}

}  // namespace
}  // namespace ashlar::tir
