// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// y(i) = make(x(i), z(i)), lowered up to the pass.
template <class Make>
auto contracted(dtype type, Make const& make, bool allowed = true) -> std::string {
  program_builder b{};
  auto const y = b.output("y", type, {8});
  auto const x = b.operand("x", type, {8});
  auto const z = b.operand("z", type, {8});
  auto const i = b.axis("i", b.extent(y, 0));
  b.stage(y, {i}, make(b, b.load(x, {b.at(i)}), b.load(z, {b.at(i)})));
  b.p.allowed.contract = allowed;
  auto const text = show(after(b.p, "contract fma"));
  return text.substr(text.find("y[i]"));
}

constexpr auto axpy = [](program_builder& b, handle x, handle z) {
  return b.make(opcode::add, b.make(opcode::mul, x, b.number(b.p.exprs[x].type, 3)), z);
};

}  // namespace

TEST_CASE("a product that is added becomes one operation", "[pass][contract_fma]") {
  REQUIRE(contracted(dtype::f32, axpy) == "y[i] = fma(x[i], 3, z[i])\n");
  REQUIRE(contracted(dtype::f64, axpy) == "y[i] = fma(x[i], 3, z[i])\n");
  auto const reversed = [](program_builder& b, handle x, handle z) {
    return b.make(opcode::add, z, b.make(opcode::mul, x, x));
  };
  REQUIRE(contracted(dtype::f32, reversed) == "y[i] = fma(x[i], x[i], z[i])\n");
}

TEST_CASE("of two products the left one", "[pass][contract_fma]") {
  auto const both = [](program_builder& b, handle x, handle z) {
    return b.make(opcode::add, b.make(opcode::mul, x, x), b.make(opcode::mul, z, z));
  };
  REQUIRE(contracted(dtype::f32, both) == "y[i] = fma(x[i], x[i], z[i] * z[i])\n");
}

TEST_CASE("not for integers, and not where it is not permitted", "[pass][contract_fma]") {
  REQUIRE(contracted(dtype::i32, axpy) == "y[i] = x[i] * 3 + z[i]\n");
  REQUIRE(contracted(dtype::f32, axpy, false) == "y[i] = x[i] * 3 + z[i]\n");
}

TEST_CASE("a product that is used twice stays", "[pass][contract_fma]") {
  auto const twice = [](program_builder& b, handle x, handle z) {
    auto const product = b.make(opcode::mul, x, z);
    return b.make(opcode::add, b.make(opcode::add, product, x), product);
  };
  REQUIRE(contracted(dtype::f32, twice).find("fma") == std::string::npos);
}

TEST_CASE("contracting twice is contracting once", "[pass][contract_fma]") {
  program p = after(product(4, 4, 4), "contract fma");
  program const once = p;
  pass::contract_fma(p);
  REQUIRE(p == once);
}
