// SPDX-License-Identifier: Apache-2.0
//
// Stages that read their own values: sums along an axis, filters, and a recurrent cell.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr ash::axis<"t"> t;

constexpr auto running_sum = [](auto y, auto x) {
  y(i, t) = x(i, t) + ash::carried(y, 0)(i, t - 1);
};
// Downwards, as each step is a row.
constexpr auto filter = [](auto y, auto x) {
  ash::local h("h", x);
  h(t, j) = x(t, j) - 2 * ash::carried(h, 0)(t - 1, j) + ash::carried(h, 1)(t - 2, j);
  y(t, j) = h(t, j) * 2;
};
constexpr auto cell = [](auto h, auto x, auto w, auto start) {
  auto const next = x(t, j) + ash::sum(k, w(k, j) * ash::carried(h, start(k))(t - 1, k));
  h(t, j) = ash::min(ash::max(next, -8), 8);
};

constexpr auto columns = [](ash::schedule& s) {
  s.reorder("t", "i");
  s.vectorize("i", 8);
};
constexpr auto blocks = [](ash::schedule& s) {
  auto const [to, ti] = s.split("t", 4, ash::tail::cut);
  s.unroll(ti);
  s.parallel("i");
};
constexpr auto strips = [](ash::schedule& s) {
  auto const [jo, ji] = s.vectorize("j", 8, ash::tail::cut);
  s.reorder(jo, "t");
  s.parallel(jo);
  s["h"].compute_at(jo);
  s["h"].vectorize("j", 8);
};
constexpr auto wide = [](ash::schedule& s) {
  s.split("j", 8, ash::tail::cut);
  s.reorder("t", "jo", "k", "ji");
  s.vectorize("ji");
};

TEST_CASE("sums of all elements so far", "[backend][kernel][recurrence]") {
  for (int const n : {0, 1, 7, 19}) {
    auto const x = like<float, dyn, dyn>(5, n);
    agree<running_sum, one_by_one>(x, x);
    agree<running_sum, columns>(x, x);
    agree<running_sum, blocks>(x, x);
    agree<running_sum, ash::automatic>(x, x);
  }
  auto const x = like<std::int64_t, 3, 11>();
  agree<running_sum, blocks>(x, x);
}

TEST_CASE("a filter down the rows", "[backend][kernel][recurrence]") {
  for (int const n : {1, 8, 21}) {
    auto const x = like<float, 6, dyn>(n);
    agree<filter, one_by_one>(x, x);
    agree<filter, strips>(x, x);
    agree<filter, ash::automatic>(x, x);
  }
}

TEST_CASE("a recurrent cell over time", "[backend][kernel][recurrence]") {
  for (int const n : {1, 9, 16}) {
    auto const x = like<float, dyn, dyn>(7, n);
    auto const w = like<float, dyn, dyn>(n, n);
    agree<cell, one_by_one>(x, x, w, like<float, dyn>(n));
    agree<cell, wide>(x, x, w, like<float, dyn>(n));
    agree<cell, ash::automatic>(x, x, w, like<float, dyn>(n));
  }
}

}  // namespace
