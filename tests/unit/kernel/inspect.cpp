// SPDX-License-Identifier: Apache-2.0
// not with nvcc: includes SIMD headers
#include <ashlar/expr/expr.hpp>
#include <ashlar/kernel/inspect.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <ashlar/emit/simd/scalar.hpp>
#include <catch2/catch_test_macros.hpp>

namespace {

namespace ash = ashlar;
using ash::dyn;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto dense = [](auto y, auto x, auto w, auto b) {
  y.name("y");
  w.name("w");
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)) + b(j));
};
constexpr auto blocked = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  auto const [jo, ji] = s.split("j", 8);
  s.reorder(io, jo, "k", ii, ji);
  s.cache_read("w", jo, ash::packed("j", 8)).vectorize("j", 8);
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(io);
};
constexpr auto wrong = [](ash::schedule& s) { s.split("m", 4); };

template <auto Schedule>
using scalar_kernel =
    ash::kernel<dense, Schedule, ash::fp::relaxed, ash::emit::simd::scalar_backend>;

using matrix = ash::view<float, dyn, dyn>;
using vector = ash::view<float, dyn>;

TEST_CASE("the text of a kernel's schedule gives the kernel's program", "[kernel][inspect]") {
  matrix const y{};
  auto const at = ash::inspect(scalar_kernel<blocked>{}, y, y, y, vector{});
  auto p = at->algorithm;
  auto const r = ash::replay(at->steps_text(), p);
  INFO(at->steps_text() << std::string(r.message().view()));
  REQUIRE(r.ok());
  REQUIRE(p == at->scheduled);
  ash::pass::lower(p, ash::emit::simd::vector_bytes<ash::emit::simd::scalar_backend>);
  REQUIRE(p == at->lowered);
}

TEST_CASE("the default schedule has a text, too", "[kernel][inspect]") {
  auto const at = ash::inspect<matrix, matrix, matrix, vector>(scalar_kernel<ash::automatic>{});
  auto p = at->algorithm;
  REQUIRE(at->steps.steps.count > 4);
  REQUIRE(ash::replay(at->steps_text(), p).ok());
  REQUIRE(p == at->scheduled);
}

TEST_CASE("the steps in other languages", "[kernel][inspect]") {
  auto const at = ash::inspect<matrix, matrix, matrix, vector>(scalar_kernel<blocked>{});
  REQUIRE(at->halide().find("y.update().split(i, io, ii, 4") != std::string::npos);
  REQUIRE(at->tvm().find("y_io, y_ii = sch.split(y_i, factors=[None, 4])") != std::string::npos);
  REQUIRE(ash::draw(at->lowered).find("parallel io in") != std::string::npos);
}

TEST_CASE("a fault is the fault of the programs", "[kernel][inspect]") {
  auto const at = ash::inspect<matrix, matrix, matrix, vector>(scalar_kernel<wrong>{});
  REQUIRE(at->algorithm.fault.ok());
  REQUIRE(at->scheduled.fault.id == ash::diag::code::unknown_axis);
  REQUIRE(at->lowered.fault == at->scheduled.fault);
  REQUIRE(at->steps_text().empty());
}

}  // namespace
