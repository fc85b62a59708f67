// SPDX-License-Identifier: Apache-2.0
//
// Kernels on f16 and bf16: a load is a float, a store rounds, and a cast in between rounds there.
#include "half_support.hpp"

namespace {

using namespace kernel_tests;
using ash::bfloat16;
using ash::float16;

constexpr auto from_others = [](auto h, auto b, auto g, auto d, auto n, auto m) {
  h(i) = ash::cast<float16>(d(i));
  b(i) = ash::cast<bfloat16>(d(i));
  g(i) = ash::cast<bfloat16>(n(i)) + ash::cast<float16>(m(i));
};
constexpr auto to_others = [](auto n, auto u, auto b, auto x) {
  n(i) = ash::cast<std::int32_t>(x(i));
  u(i) = ash::cast<std::uint8_t>(x(i));
  b(i) = x(i) > 1.0f && ash::cast<bool>(x(i));
};
constexpr auto staged = [](auto y, auto x) {
  ash::local m("m");
  m(i, j) = ash::cast<bfloat16>(x(i, j) * 0.3f);
  y(i, j) = m(i, j) + ash::zero(m)(i, j + 1);
};
constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto tiled = [](ash::schedule& s) {
  auto [jo, ji] = s.split("j", 8);
  auto [ko, ki] = s.split("k", 4);
  s.reorder("i", ko, jo, ki, ji);
  s.vectorize(ji);
};
constexpr auto reductions = [](auto most, auto at, auto x) {
  most(i) = ash::max(j, x(i, j));
  at(i) = ash::argmax(j, x(i, j));
};
constexpr auto scanned = [](auto y, auto z, auto x) {
  y(i, j) = ash::inclusive_scan(ash::monoids::sum, j, x(i, j));
  z(i, j) = x(i, j) + 0.75f * ash::carried(z, 0.0f)(i, j - 1);
};

TEST_CASE("elements, with every lane count", "[backend][kernel][half]") {
  for (int const n : {1, 45}) {
    auto const x = filled<float16, dyn>(any_value, n);
    auto const v = filled<bfloat16, dyn>(any_value, n);
    agree<mixed>(like<float16, dyn>(n), like<bfloat16, dyn>(n), like<double, dyn>(n), x, v);
    agree<mixed, in_lanes<4>{}>(like<float16, dyn>(n), like<bfloat16, dyn>(n), like<double, dyn>(n),
                                x, v);
  }
}

TEST_CASE("casts from and to the other types", "[backend][kernel][half]") {
  constexpr int n = 37;
  agree<from_others, in_lanes<4>{}>(like<float16, dyn>(n), like<bfloat16, dyn>(n),
                                    like<float16, dyn>(n), filled<double, dyn>(any_value, n),
                                    filled<std::int32_t, dyn>(any_value, n), like<bool, dyn>(n));
  agree<to_others, in_lanes<8>{}>(like<std::int32_t, dyn>(n), like<std::uint8_t, dyn>(n),
                                  like<bool, dyn>(n), filled<float16, dyn>(any_value, n));
  agree<to_others>(like<std::int32_t, dyn>(n), like<std::uint8_t, dyn>(n), like<bool, dyn>(n),
                   filled<bfloat16, dyn>(any_value, n));
}

TEST_CASE("what is outside, and choices", "[backend][kernel][half]") {
  for (int const n : {2, 41}) {
    agree<moved, in_lanes<8>{}>(like<float16, dyn>(n), like<float16, dyn>(n),
                                filled<float16, dyn>(any_value, n));
    agree<moved>(like<bfloat16, dyn>(n), like<float, dyn>(n), filled<bfloat16, dyn>(any_value, n));
  }
}

TEST_CASE("a local stage of a cast is stored in 16 bits", "[backend][kernel][half]") {
  agree<staged>(like<float, dyn, dyn>(3, 21), filled<float, dyn, dyn>(any_value, 3, 21));
}

TEST_CASE("a product is accumulated in floats", "[backend][kernel][half]") {
  agree<product>(like<bfloat16, 5, 19>(), like<bfloat16, 5, 11>(), like<bfloat16, 11, 19>());
  agree<product, tiled>(like<float16, dyn, dyn>(4, 18), like<float16, dyn, dyn>(4, 9),
                        like<bfloat16, dyn, dyn>(9, 18));
}

TEST_CASE("other reductions, scans and recurrences", "[backend][kernel][half]") {
  auto const x = filled<float16, dyn, dyn>(any_value, 4, 33);
  agree<reductions>(like<float16, dyn>(4), like<std::int64_t, dyn>(4), x);
  agree<scanned>(like<float16, dyn, dyn>(3, 17), like<bfloat16, dyn, dyn>(3, 17),
                 like<float16, dyn, dyn>(3, 17));
}

constexpr auto twice = [](auto y, auto x) { y(i) = x(i) + x(i); };

// A template, as a compiler that has no such types must not look into it.
template <class From, class To> void check_native() {
  if constexpr (requires { sizeof(From) + sizeof(To); }) {
    From x[40];
    To y[40];
    for (int n = 0; n < 40; ++n) x[n] = static_cast<From>(n);
    constexpr ash::kernel<twice> run;
    REQUIRE(run(ash::view<To, 40>(y), ash::view<From const, 40>(x)));
    for (int n = 0; n < 40; ++n) CHECK(static_cast<float>(y[n]) == static_cast<float>(2 * n));
  }
}

TEST_CASE("the compiler's own types are elements", "[backend][kernel][half]") {
  check_native<ash::native_float16, ash::native_bfloat16>();
}

}  // namespace
