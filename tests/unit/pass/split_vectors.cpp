// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <support/intrinsics.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// "j.u 2 unrolled, j.v 16 vectorized" for the loops of a stage.
auto loops_after(program p, int vector_bytes, std::string_view stage) -> std::string {
  pass::split_vectors(p, vector_bytes);
  require_valid(p);
  return nest_of(p, stage);
}

auto in_vectors(dtype type, index_t lanes) -> program {
  return scheduled(product(4, 64, 4, type), [lanes](schedule& s) {
    s.reorder("i", "k", "j");
    auto const [jo, ji] = s.split("j", lanes, tail::guard);
    s.vectorize(ji);
  });
}

}  // namespace

TEST_CASE("a vector wider than the machine's becomes several", "[pass][split_vectors]") {
  REQUIRE(loops_after(in_vectors(dtype::f32, 32), 64, "y") ==
          "i 4, k 4, jo 2, ji.u 2 unrolled, ji.v 16 vectorized");
  REQUIRE(loops_after(in_vectors(dtype::f64, 32), 64, "y") ==
          "i 4, k 4, jo 2, ji.u 4 unrolled, ji.v 8 vectorized");
  REQUIRE(loops_after(in_vectors(dtype::u8, 32), 16, "y") ==
          "i 4, k 4, jo 2, ji.u 2 unrolled, ji.v 16 vectorized");
}

TEST_CASE("one that fits stays one", "[pass][split_vectors]") {
  REQUIRE(loops_after(in_vectors(dtype::f32, 16), 64, "y") == "i 4, k 4, jo 4, ji 16 vectorized");
  REQUIRE(loops_after(in_vectors(dtype::f32, 4), 64, "y") == "i 4, k 4, jo 16, ji 4 vectorized");
}

TEST_CASE("lanes are a power of two", "[pass][split_vectors]") {
  REQUIRE(loops_after(in_vectors(dtype::f32, 10), 64, "y") ==
          "i 4, k 4, jo 7, ji.u 1 unrolled, ji.v 16 vectorized");
  REQUIRE(loops_after(in_vectors(dtype::f32, 3), 64, "y") ==
          "i 4, k 4, jo 22, ji.u 1 unrolled, ji.v 4 vectorized");
}

TEST_CASE("many vectors are a loop, not code", "[pass][split_vectors]") {
  auto const p = scheduled(product(4, 256, 4), [](schedule& s) {
    s.reorder("i", "k", "j");
    s.vectorize("j");
  });
  REQUIRE(loops_after(p, 32, "y") == "i 4, k 4, j.u 32, j.v 8 vectorized");
  REQUIRE(loops_after(p, 64, "y") == "i 4, k 4, j.u 16 unrolled, j.v 16 vectorized");
}

TEST_CASE("the widest element type of a stage decides", "[pass][split_vectors]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {64});
  auto const x = b.operand("x", dtype::f64, {64});
  auto const i = b.axis("i", b.extent(y, 0));
  b.stage(y, {i}, b.cast(dtype::f32, b.load(x, {b.at(i)})));
  auto const p = scheduled(b.p, [](schedule& s) { s.vectorize("i", 16); });
  REQUIRE(loops_after(p, 64, "y") == "io 4, ii.u 2 unrolled, ii.v 8 vectorized");
}

// A choice in vectors of 16 along j.
auto loops_of_choice(auto kernel) -> std::string {
  auto const p = intrinsic_tests::program_of<float[6][64], float const[6][64]>(kernel);
  return loops_after(scheduled(p, [](schedule& s) { s.vectorize("j", 16); }), 64, "y");
}

TEST_CASE("a condition that no lane changes makes no vector of indices", "[pass][split_vectors]") {
  using intrinsic_tests::i, intrinsic_tests::j;
  auto const by_row = [](auto y, auto x) {
    y.name("y");
    y(i, j) = select(i % 2 == 1, x(i, j), -x(i, j));
  };
  auto const by_lane = [](auto y, auto x) {
    y.name("y");
    y(i, j) = select(j % 2 == 1, x(i, j), -x(i, j));
  };
  REQUIRE(loops_of_choice(by_row) == "i 6, jo 4, ji 16 vectorized");
  REQUIRE(loops_of_choice(by_lane) == "i 6, jo 4, ji.u 2 unrolled, ji.v 8 vectorized");
}

TEST_CASE("splitting twice is splitting once", "[pass][split_vectors]") {
  program p = in_vectors(dtype::f32, 32);
  pass::split_vectors(p, 32);
  program const once = p;
  pass::split_vectors(p, 32);
  REQUIRE(p == once);
}

TEST_CASE("lanes of an intrinsic are whole vectors, innermost, or a loop",
          "[pass][split_vectors]") {
  auto const packed =
      intrinsic_tests::program_of<float[4][64], float const[4][4], float const[4][64]>(
          intrinsic_tests::matmul);
  auto const p = scheduled(packed, [](schedule& s) {
    auto const [jo, ji] = s.split("j", 16);
    s.reorder("i", jo, "k", ji);
    s.tensorize(ji, intrin<intrinsic_tests::scaled_lanes>);
  });
  REQUIRE(loops_after(p, 64, "y") == "i 4, jo 4, k 4, ji 16 vectorized");
  REQUIRE(loops_after(p, 32, "y") == "i 4, jo 4, k 4, ji 16");
}
