// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/capture.hpp>

#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr axis<"t"> t;

// A filter of second order by its states.
constexpr auto filter = [](auto y, auto x) {
  y.name("y");
  local s1("s1", x);
  local s2("s2", x);
  y(t) = 2.0f * x(t) + carried(s1, 0.0f)(t - 1);
  s1(t) = x(t) - y(t) + carried(s2, 1.0f)(t - 1);
  s2(t) = 3.0f * y(t);
};

// What is between the stages of a system, and not of it, on both sides.
constexpr auto parted = [](auto y, auto x) {
  local h("h", x);
  local g("g");
  local after("after");
  local before("before");
  g(t) = x(t) + carried(h, 0.0f)(t - 1);
  after(t) = 2.0f * g(t);
  before(t) = x(t) + 1.0f;
  h(t) = g(t) - before(t);
  y(t) = after(t) + h(t);
};

// Two reductions over the state that comes before, each a stage of its own.
constexpr auto two_sums = [](auto h, auto w) {
  auto const before = carried(h, 1.0f);
  h(t, j) = sum(k, w(j, k) * before(t - 1, k)) + max(k, w(k, j) * before(t - 1, k));
};

auto vector_of(std::initializer_list<double> values, index_t rows = 0) -> tir::array {
  auto const n = static_cast<index_t>(values.size());
  tir::dimensions d{};
  d.rank = rows > 0 ? 2 : 1;
  d.extent[0] = rows > 0 ? rows : n;
  d.extent[1] = rows > 0 ? n / rows : 0;
  d.stride[0] = rows > 0 ? n / rows : 1;
  d.stride[1] = 1;
  tir::array a(dtype::f32, d);
  std::size_t at = 0;
  for (double const v : values) a.items[at++] = tir::make_scalar(dtype::f32, v);
  return a;
}

}  // namespace

TEST_CASE("a system is computed point by point, its stages in their order", "[expr][system]") {
  constexpr auto p = program_of<f32<3>, f32<3>>(filter);
  for (auto const& s : p.stages) {
    CHECK(s.system == p.stages[0].buffer);
    CHECK(s.over == 0);
    CHECK(s.carried == 1);
  }
  // y = 2, 4 + 0, 6 + 4; s1 = 1 - 2 + 1, 2 - 4 + 6; s2 = 6, 12
  auto const y = elements<float>(p, {vector_of({0, 0, 0}), vector_of({1, 2, 3})});
  REQUIRE(y == std::vector<float>{2, 4, 10});
}

TEST_CASE("the stages of a system stand next to each other", "[expr][system]") {
  constexpr auto p = program_of<f32<3>, f32<3>>(parted);
  char const* const order[] = {"before", "g", "h", "after", "arg0"};
  for (int s = 0; s < p.stages.count; ++s) CHECK(p.stages[s].name == order[s]);
  STATIC_REQUIRE(p.stages[0].system < 0);
  STATIC_REQUIRE(p.stages[1].system == p.stages[2].system);
  STATIC_REQUIRE(p.stages[3].system < 0);
  // g = 1, 2 - 1, 3 - 2; h = g - x - 1
  auto const y = elements<float>(p, {vector_of({0, 0, 0}), vector_of({1, 2, 3})});
  REQUIRE(y == std::vector<float>{1, 0, -1});
}

TEST_CASE("reductions that are stages of their own are in the system", "[expr][system]") {
  constexpr auto p = program_of<f32<2, 2>, f32<2, 2>>(two_sums);
  STATIC_REQUIRE(p.stages.count == 3);
  STATIC_REQUIRE(p.stages[2].crossed == 2);
  auto const h = elements<float>(p, {vector_of({0, 0, 0, 0}, 2), vector_of({1, 2, 3, 4}, 2)});
  // w = 1 2 / 3 4, before = 1 1: 3 + 3, 7 + 4; then 6 + 22 + 33, 18 + 44 + 44
  REQUIRE(h == std::vector<float>{6, 11, 61, 106});
}

TEST_CASE("the stages of a system have one axis to go over", "[expr][system]") {
  auto const without = [](auto y, auto x) {
    local h("h", x);
    local g("g");
    g(j) = sum(k, carried(h, 0.0f)(k - 1));
    h(t) = x(t) + g(0);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(without), code::bad_system,
             "sum0, g and h are computed from each other"));
  auto const ahead = [](auto y, auto x) {
    local h("h", x);
    local g("g");
    g(t) = x(t) + carried(h, 0.0f)(t - 1);
    h(t) = zero(g)(t + 1);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(ahead), code::bad_system,
             "g and h are computed from each other, each point of t in all of them before the next",
             "h reads g at (t + 1), not there by then: along t read t or before"));
  auto const at_once = [](auto y, auto x) {
    local h("h", x);
    local g("g");
    g(t) = x(t) + carried(h, 0.0f)(t);
    h(t) = g(t);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(at_once), code::bad_system, "g reads h at (t)",
             "along t read t - 1 or before"));
  auto const missing = [](auto y, auto x) {
    local h("h", x);
    local g("g");
    g(j) = x(0, j) + carried(h, 0.0f)(j - 1, j);
    h(t, j) = x(t, j) + g(j);
    y(t, j) = h(t, j);
  };
  CHECK(says(fault_of<f32<4, 4>, f32<4, 4>>(missing), code::bad_system, "g reads h at (j - 1, j)"));
  auto const bent = [](auto y, auto x) {
    local h("h", x);
    local g("g");
    g(t) = x(t) + carried(h, 0.0f)(t - 1);
    h(t) = clamp(g)(t - 1);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(bent), code::bad_system,
             "h reads g at (t - 1) by clamp or reflect"));
}

TEST_CASE("stages that need each other at one point are named", "[expr][system]") {
  auto const circle = [](auto y, auto x) {
    local h("h", x);
    local g("g");
    local f("f");
    g(t) = x(t) + h(t);
    f(t) = 2.0f * g(t);
    h(t) = f(t);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(circle), code::bad_system,
             "f, h and g are computed from each other, and g reads h, which is defined after it"));
}

TEST_CASE("the axis of a system has one extent", "[expr][system]") {
  auto const two = [](auto y, auto z, auto x, auto u) {
    z(t) = u(t) + carried(y, 0.0f)(t - 1);
    y(t) = x(t) + carried(z, 0.0f)(t - 1);
  };
  CHECK(says(fault_of<f32<4>, f32<5>, f32<4>, f32<5>>(two), code::extent_mismatch, "axis t is"));
  constexpr auto p = program_of<f32<dyn>, f32<dyn>, f32<dyn>, f32<dyn>>(two);
  STATIC_REQUIRE(p.checks.count == 3);
}
