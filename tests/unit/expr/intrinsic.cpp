// SPDX-License-Identifier: Apache-2.0
// not in a batch: its axes have names of a test of the same namespace
#include <support/intrinsics.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace ashlar::tests {

using namespace intrinsic_tests;

namespace intrinsics {

template <class Definition> constexpr auto fault_of(tir::program const& p, Definition const&) {
  expr::intrinsic_impl::reader r{.p = p};
  r.read();
  return r.k.wrong;
}
template <class... Block> constexpr auto wrong(auto const& definition) -> tir::intrinsic_fault {
  return fault_of(program_of<Block...>(definition), definition);
}

// Its code is not what it says: it is only captured.
struct widening {
  using operands = blocks<std::int32_t[8], std::int8_t const[8][4], std::int8_t const[4]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c(i) = sum(k, cast<std::int32_t>(a(i, k)) * cast<std::int32_t>(b(k))) + c(i);
  };
  static void run(std::int32_t*, std::int8_t const*, index_t, std::int8_t const*) {}
};

// It asks for a vector of an output that is none.
struct square_in_lanes {
  using operands = blocks<float[4][4], float const[4][4]>;
  static constexpr bool takes_vector = true;
  static constexpr auto definition = [](auto c, auto a) { c(i, j) += a(i, j); };
  static void run(float*, index_t, float const*, index_t) {}
};

}  // namespace intrinsics

using tir::intrinsic_fault;
using tir::opcode;

TEST_CASE("an intrinsic is its definition as a tree", "[expr][intrinsic]") {
  constexpr tir::intrinsic const& what = intrin<product4>;
  STATIC_REQUIRE(what.wrong == intrinsic_fault::none);
  STATIC_REQUIRE(what.name == "block_product");
  STATIC_REQUIRE(what.update == opcode::add);
  STATIC_REQUIRE(what.axes.count == 3);
  STATIC_REQUIRE(what.axes[2].name == "k");
  STATIC_REQUIRE(what.axes[2].is_reduction);
  STATIC_REQUIRE(what.axes[0].extent == 4);
  STATIC_REQUIRE(what.operands.count == 3);
  STATIC_REQUIRE(what.operands[1].name == "a");
  STATIC_REQUIRE(what.operands[1].axes[0] == 0);
  STATIC_REQUIRE(what.operands[1].axes[1] == 2);
  STATIC_REQUIRE(what.nodes.count == 3);
  STATIC_REQUIRE(what.nodes[what.value].op == opcode::mul);
  STATIC_REQUIRE(intrin<double_relu>.update == opcode::constant);
  STATIC_REQUIRE(intrin<double_relu>.name == "double_relu");
}

TEST_CASE("the old value may stand on either side, and types are kept", "[expr][intrinsic]") {
  constexpr tir::intrinsic const& what = intrin<intrinsics::widening>;
  STATIC_REQUIRE(what.wrong == intrinsic_fault::none);
  STATIC_REQUIRE(what.operands[0].type == dtype::i32);
  STATIC_REQUIRE(what.operands[2].type == dtype::i8);
  STATIC_REQUIRE(what.nodes[what.nodes[what.value].a].op == opcode::cast);
  STATIC_REQUIRE(what.name == "widening");
}

TEST_CASE("types that differ have keys that differ", "[expr][intrinsic]") {
  STATIC_REQUIRE(intrin<product4>.key != intrin<block_product<float, 4, 4, 8>>.key);
  STATIC_REQUIRE(intrin<dot8>.key != intrin<add_row>.key);
}

TEST_CASE("code may take an output of one dimension as a vector", "[expr][intrinsic]") {
  STATIC_REQUIRE(intrin<scaled_lanes>.takes_vector);
  STATIC_REQUIRE(!intrin<add_row>.takes_vector);
  STATIC_REQUIRE(intrin<intrinsics::square_in_lanes>.wrong == intrinsic_fault::vector);
  STATIC_REQUIRE(tir::text_of(intrinsic_fault::vector).find("one dimension") !=
                 std::string_view::npos);
}

TEST_CASE("what is no definition of an intrinsic is said", "[expr][intrinsic]") {
  using intrinsics::wrong;
  using m = float[4][4];
  using cm = float const[4][4];
  REQUIRE(wrong<m, cm>([](auto c, auto a) { c(i, j) = sum(k, a(i, k) * a(k, j)); }) ==
          intrinsic_fault::overwrites);
  REQUIRE(wrong<m, cm>([](auto c, auto a) { c(i, j) = relu(c(i, j) + a(i, j)); }) ==
          intrinsic_fault::unread);
  REQUIRE(wrong<m, cm>([](auto c, auto a) { c(i, j) = a(i, j) + a(j, i); }) ==
          intrinsic_fault::index);
  REQUIRE(wrong<m, cm, cm>([](auto c, auto a, auto) { c(i, j) = a(i, j); }) ==
          intrinsic_fault::unread);
  REQUIRE(wrong<m, cm>([](auto c, auto a) { c(i, j) += prod(k, a(i, k) + a(k, j)); }) ==
          intrinsic_fault::overwrites);
  REQUIRE(wrong<float[4], float const[6]>([](auto c, auto a) { c(i) = a(i + 1); }) ==
          intrinsic_fault::index);
  REQUIRE(wrong<m, cm>([](auto c, auto a) {
            local t("t");
            t(i, j) = a(i, j);
            c(i, j) = t(i, j);
          }) == intrinsic_fault::stages);
  REQUIRE(wrong<m>([](auto c) { c(i, j) = 1.0f; }) == intrinsic_fault::operands);
  REQUIRE(wrong<float[4], float const[4], std::int64_t const[4]>(
              [](auto c, auto a, auto at) { c(i) = a(at(i)); }) == intrinsic_fault::unread);
  REQUIRE(wrong<m, cm>([](auto c, auto a) { c(i, j) = a(i, i); }) == intrinsic_fault::index);
  REQUIRE(wrong<m, cm>([](auto c, auto a) { c(i) = a(i, j); }) == intrinsic_fault::definition);
  REQUIRE(wrong<m, cm>([](auto c, auto a) {
            c(i, j) = a(i, j) + (a(i, j) + 1.0f) * (a(i, j) + 2.0f) * (a(i, j) + 3.0f) *
                                    (a(i, j) + 4.0f) * (a(i, j) + 5.0f);
          }) == intrinsic_fault::size);
  REQUIRE(std::string(tir::text_of(intrinsic_fault::size)).find("16") != std::string::npos);
}

}  // namespace ashlar::tests
