// SPDX-License-Identifier: Apache-2.0
//
// Expressions on the spot: the values of kernels, by their code; any operand that views can be of.
#include "kernel_support.hpp"

#include <ashlar/kernel/run.hpp>
#include <ashlar/runtime/thread_pool.hpp>
#include <span>

namespace {

using namespace kernel_tests;
using namespace ash::literals;

constexpr auto blocked = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  auto const [jo, ji] = s.split("j", 16);
  s.reorder(io, jo, "k", ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(io);
};

TEST_CASE("an expression on tensors", "[backend][kernel]") {
  ash::tensor<float, 7, 37> x;
  ash::tensor<float, 7, 37> y;
  float next = -100;
  for (float& v : x.span()) v = next += 1;
  REQUIRE(ash::run(y(i, j) = ash::relu(x(i, j) + 1.0f)));
  for (int a = 0; a < 7; ++a) {
    for (int b = 0; b < 37; ++b) REQUIRE(y(a, b) == std::fmax(x(a, b) + 1, 0.0f));
  }
  REQUIRE(ash::run(y(i, j) += 2 * x(i, j)));
  REQUIRE(y(6, 36) == 3 * x(6, 36) + 1);
  REQUIRE(ash::run(y(i, j) = ash::zero(x)(i, j - 1_c)));
  REQUIRE(y(3, 0) == 0);
  REQUIRE(y(3, 1) == x(3, 0));
}

TEST_CASE("a matrix product with a schedule, on threads", "[backend][kernel]") {
  ash::tensor<float, dyn, dyn> a(10, 23);
  ash::tensor<float, dyn, dyn> b(23, 33);
  ash::tensor<float, dyn, dyn> c(10, 33);
  ash::tensor<float, dyn, dyn> d(10, 33);
  std::uint64_t n = 0;
  for (auto* t : {&a, &b}) {
    for (float& v : t->span()) v = static_cast<float>(small_integers(n++));
  }
  ash::runtime::thread_pool pool(3);
  auto const product = ash::sum(k, a(i, k) * b(k, j));
  REQUIRE(ash::run<blocked>(ash::launch{.threads = pool}, c(i, j) = product));
  REQUIRE(ash::run(d(i, j) = product));
  for (int r = 0; r < 10; ++r) {
    for (int s = 0; s < 33; ++s) {
      float wanted = 0;
      for (int t = 0; t < 23; ++t) wanted += a(r, t) * b(t, s);
      REQUIRE(c(r, s) == wanted);
      REQUIRE(d(r, s) == wanted);
    }
  }
}

TEST_CASE("an expression that was kept, and refused", "[backend][kernel]") {
  std::vector<float> x(9, 2.0f);
  std::vector<float> y(9, 0.0f);
  ash::view const in(x.data(), 9);
  ash::view const out(y.data(), 9);
  float scale = 3;
  auto const kept = out(i) = scale * in(i);
  scale = 5;
  REQUIRE(ash::run(kept));
  for (float const v : y) REQUIRE(v == 6);
  ash::view const longer(y.data(), 8);
  auto const s = ash::run(longer(i) = in(i) + 1.0f);
  REQUIRE(s.code == ash::status_code::extent_mismatch);
  REQUIRE(s.operand == 1);
}

}  // namespace
