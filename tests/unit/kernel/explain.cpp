// SPDX-License-Identifier: Apache-2.0
// not with nvcc: includes SIMD headers
#include <ashlar/expr/expr.hpp>
#include <ashlar/kernel/explain.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <ashlar/emit/simd/scalar.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/golden.hpp>

namespace {

namespace ash = ashlar;
using ash::dyn;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto dense = [](auto y, auto x, auto w, auto b) {
  y.name("y");
  x.name("x");
  w.name("w");
  b.name("b");
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)) + b(j));
};
constexpr auto blocked = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  auto const [jo, ji] = s.split("j", 8);
  s.reorder(io, jo, "k", ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(io);
};
constexpr auto wrong = [](ash::schedule& s) { s.split("m", 4); };
constexpr auto as_written = [](ash::schedule&) {};

template <auto Schedule>
using scalar_kernel =
    ash::kernel<dense, Schedule, ash::fp::relaxed, ash::emit::simd::scalar_backend>;

using matrix = ash::view<float, dyn, dyn>;
using vector = ash::view<float, dyn>;

auto count(std::string const& text, std::string_view part) -> int {
  int n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST_CASE("the loop nest after every pass", "[kernel][explain][golden]") {
  matrix const y{};
  auto const text = scalar_kernel<blocked>{}.explain(y, y, y, vector{});
  REQUIRE(text == golden("kernel/explain/dense.txt", text));
}

constexpr auto neighbours = [](auto y, auto x) {
  ash::local h("h");
  h(i) = x(i) * x(i);
  y(i) = h(i) + h(i + 1);
};
constexpr auto slides = [](ash::schedule& s) {
  s["h"].compute_at(s.get("i"));
  s["h"].store_root();
};
constexpr auto stays = [](ash::schedule& s) {
  s.unroll("i");
  slides(s);
};

TEST_CASE("why a window slides or not is said", "[kernel][explain]") {
  using long_vector = ash::tensor<float, 9>;
  using short_vector = ash::tensor<float, 8>;
  auto const text = [](auto one) { return ash::explain<short_vector, long_vector>(one); };
  using ash::emit::simd::scalar_backend;
  constexpr ash::kernel<neighbours, slides, ash::fp::relaxed, scalar_backend> moving;
  REQUIRE(count(text(moving),
                "--- windows\nh: an iteration computes what is new, along i\n--- cut loops") == 1);
  constexpr ash::kernel<neighbours, stays, ash::fp::relaxed, scalar_backend> unrolled;
  REQUIRE(count(text(unrolled), "--- windows\nh: all again: the loop is not serial\n") == 1);
}

TEST_CASE("a schedule without steps is said to be empty", "[kernel][explain]") {
  auto const text = ash::explain<matrix, matrix, matrix, vector>(scalar_kernel<as_written>{});
  REQUIRE(count(text, "--- schedule\n(empty)\n") == 1);
  REQUIRE(count(text, "(unchanged)") > 3);
  REQUIRE(count(text, "output y: f32[dyn, dyn]") == 1);
}

TEST_CASE("a fault ends the text", "[kernel][explain]") {
  auto const text = ash::explain<matrix, matrix, matrix, vector>(scalar_kernel<wrong>{});
  REQUIRE(count(text, "error: ") == 1);
  REQUIRE(text.find("m") < text.size());
  REQUIRE(count(text, "--- build nest") == 0);
}

TEST_CASE("an expression on the spot", "[kernel][explain]") {
  ash::tensor<float, 8> x;
  auto const text = ash::explain<ash::automatic, ash::fp::relaxed, ash::emit::simd::scalar_backend>(
      x(i) = 2 * x(i));
  REQUIRE(count(text, "arg0(i) = f32(arg1) * arg2(i)") == 2);
}

}  // namespace
