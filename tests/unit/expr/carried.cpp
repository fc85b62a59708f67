// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/capture.hpp>

#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr axis<"t"> t;

// Sums of all elements up to this one.
constexpr auto running = [](auto y, auto x) { y(t) = x(t) + carried(y, 0.0f)(t - 1); };

// A state that every element of the next one reads; it is indexed by (j, t).
constexpr auto cell = [](auto y, auto x, auto w, auto s) {
  local h("h", x);
  h(j, t) = x(j, t) + sum(k, w(j, k) * carried(h, s(k))(k, t - 1));
  y(t, j) = h(j, t);
};

auto filled(index_t rows, index_t columns, double first, double step) -> tir::array {
  tir::dimensions d{};
  d.rank = columns > 0 ? 2 : 1;
  d.extent[0] = rows;
  d.extent[1] = columns;
  d.stride[0] = columns > 0 ? columns : 1;
  d.stride[1] = 1;
  tir::array a(dtype::f32, d);
  double v = first;
  for (auto& item : a.items) {
    item = tir::make_scalar(dtype::f32, v);
    v += step;
  }
  return a;
}

}  // namespace

TEST_CASE("a carried value is that of the point before", "[expr][carried]") {
  constexpr auto p = program_of<f32<5>, f32<5>>(running);
  STATIC_REQUIRE(p.stages[0].carried == 1);
  STATIC_REQUIRE(p.stages[0].crossed == 0);
  auto const y = elements<float>(p, {filled(5, 0, 0, 0), filled(5, 0, 1, 1)});
  REQUIRE(y == std::vector<float>{1, 3, 6, 10, 15});
}

TEST_CASE("what is read across is complete before the next point", "[expr][carried]") {
  constexpr auto p = program_of<f32<3, 2>, f32<2, 3>, f32<2, 2>, f32<2>>(cell);
  STATIC_REQUIRE(p.stages[0].carried == 2);
  STATIC_REQUIRE(p.stages[0].crossed == 1);
  STATIC_REQUIRE(p.axes[p.stages[0].loops[0]].name == "t");
  STATIC_REQUIRE(p.axes[p.stages[0].loops[1]].name == "j");
  // x = 0 0 0 / 0 0 0, w = 1 2 / 3 4, s = 1 1: 3 7, 17 37, 91 199
  auto const y = elements<float>(
      p, {filled(3, 2, 0, 0), filled(2, 3, 0, 0), filled(2, 2, 1, 1), filled(2, 0, 1, 0)});
  REQUIRE(y == std::vector<float>{3, 7, 17, 37, 91, 199});
}

TEST_CASE("a table of sums is carried along both of its axes", "[expr][carried]") {
  auto const table = [](auto y, auto x) {
    auto const before = carried(y, 0.0f);
    y(i, j) = x(i, j) + before(i - 1, j) + before(i, j - 1) - before(i - 1, j - 1);
  };
  auto const p = program_of<f32<2, 3>, f32<2, 3>>(table);
  auto const y = elements<float>(p, {filled(2, 3, 0, 0), filled(2, 3, 1, 0)});
  REQUIRE(y == std::vector<float>{1, 2, 3, 2, 4, 6});
}

TEST_CASE("something must come before a carried value", "[expr][carried]") {
  auto const itself = [](auto y, auto x) { y(t) = x(t) + carried(y, 0.0f)(t); };
  CHECK(says(fault_of<f32<4>, f32<4>>(itself), code::bad_recurrence,
             "arg0 is carried at (t), which comes before no point"));
  auto const ahead = [](auto y, auto x) { y(t) = x(t) + carried(y, 0.0f)(t + 1); };
  CHECK(says(fault_of<f32<4>, f32<4>>(ahead), code::bad_recurrence, "(t + 1)"));
  auto const twisted = [](auto y, auto x) {
    y(i, j) = carried(y, 0.0f)(i - 1, 2 * j) + carried(y, x(i, j))(3 - i, j - 1);
  };
  CHECK(says(fault_of<f32<4, 4>, f32<4, 4>>(twisted), code::bad_recurrence,
             "no order of its loops has all"));
}

TEST_CASE("only what a stage is computed for is carried in it", "[expr][carried]") {
  auto const other = [](auto y, auto x) {
    local h("h", x);
    h(t) = x(t) + carried(h, 0.0f)(t - 1);
    y(t) = carried(h, 0.0f)(t - 1);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(other), code::bad_recurrence,
             "h is carried in the definition of arg0, which it is not computed from"));
}

TEST_CASE("a local stage is carried where it was declared", "[expr][carried]") {
  auto const undeclared = [](auto y, auto x) {
    local h("h");
    h(t) = x(t) + carried(h, 0.0f)(t - 1);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(undeclared), code::undefined_tensor,
             "h is read before it is defined", "ash::local h(\"h\", x) to carry it"));
  auto const undefined = [](auto y, auto x) {
    local h("h", x);
    y(t) = x(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(undefined), code::undefined_tensor,
             "h is declared, but never defined"));
  auto const early = [](auto y, auto x) {
    local h("h", x);
    y(t) = h(t);
    h(t) = x(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(early), code::undefined_tensor, "h is read before"));
  auto const ranks = [](auto y, auto x) {
    local h("h", x);
    h(t) = x(t) + carried(h, 0.0f)(t - 1, t);
    y(t) = h(t);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(ranks), code::rank_mismatch, "h has 2 dimensions"));
  auto const type = [](auto y, auto x) {
    local h("h", x);
    h(t) = cast<int>(x(t));
    y(t) = x(t);
  };
  CHECK(fault_of<f32<4>, f32<4>>(type).id == code::mixed_types);
}
