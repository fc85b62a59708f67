// SPDX-License-Identifier: Apache-2.0
//
// Stages that read each other's earlier values: filters by their states, and gates of a cell.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr ash::axis<"b"> b;
constexpr ash::axis<"m"> m;
constexpr ash::axis<"t"> t;

constexpr auto filter = [](auto y, auto x) {
  ash::local s1("s1", x), s2("s2", x);
  y(b, t) = ash::min(2 * x(b, t) + ash::carried(s1, 0)(b, t - 1), 99);
  s1(b, t) = x(b, t) - y(b, t) + ash::carried(s2, 0)(b, t - 1);
  s2(b, t) = 3 * x(b, t) - 2 * y(b, t);
};

constexpr auto clip = [](auto v) { return ash::min(ash::max(v, -3), 3); };
constexpr auto relu = [](auto v) { return ash::min(ash::max(v, 0), 2); };

// A gated recurrent unit: its candidate reads the state through a gate of the same point.
constexpr auto gated = [](auto h, auto x, auto u) {
  ash::local r("r"), z("z"), n("n");
  auto const before = ash::carried(h, 0);
  r(t, k) = relu(x(t, 0, k) + ash::sum(m, u(0, m, k) * before(t - 1, m)));
  z(t, k) = relu(x(t, 1, k) + ash::sum(m, u(1, m, k) * before(t - 1, m)));
  n(t, k) = clip(x(t, 2, k) + ash::sum(m, u(2, m, k) * (r(t, m) * before(t - 1, m))));
  h(t, k) = clip(n(t, k) - z(t, k) * n(t, k) + z(t, k) * before(t - 1, k));
};

constexpr auto columns = [](ash::schedule& s) {
  for (auto const* const name : {"arg0", "s1", "s2"}) s[name].vectorize("b", 8);
};
constexpr auto rows = [](ash::schedule& s) {
  s["s2"].compute_inline();
  for (auto const* const name : {"arg0", "s1"}) {
    s[name].reorder("b", "t");
    s[name].parallel("b");
  }
};

TEST_CASE("a filter by its states", "[backend][kernel][system]") {
  for (int const n : {0, 1, 2, 19}) {
    auto const x = like<float, dyn, dyn>(11, n);
    agree<filter, one_by_one>(x, x);
    agree<filter, columns>(x, x);
    agree<filter, rows>(x, x);
    agree<filter, ash::automatic>(x, x);
  }
  auto const x = like<std::int32_t, 3, 11>();
  agree<filter, rows>(x, x);
}

TEST_CASE("a gated unit, whose candidate is a product of a gate", "[backend][kernel][system]") {
  for (int const n : {1, 6}) {
    auto const h = like<float, dyn, dyn>(n, 9);
    agree<gated, one_by_one>(h, like<float, dyn, 3, dyn>(n, 9), like<float, 3, dyn, dyn>(9, 9));
    agree<gated, ash::automatic>(h, like<float, dyn, 3, dyn>(n, 9), like<float, 3, dyn, dyn>(9, 9));
  }
}

}  // namespace
