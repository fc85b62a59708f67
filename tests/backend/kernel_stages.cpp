// SPDX-License-Identifier: Apache-2.0
//
// Kernels of several stages and several outputs: local tensors computed at the root, in a loop of
// their consumer, or in its place.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto centred = [](auto y, auto mean, auto x) {
  ash::local total("total");
  total(i) = ash::sum(j, x(i, j));
  mean(i) = total(i) / 4;
  y(i, j) = 4 * x(i, j) - total(i);
};

constexpr auto blur = [](auto y, auto x) {
  ash::local h("h");
  h(i, j) = x(i, j) + x(i, j + 1) + x(i, j + 2);
  y(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};
constexpr auto at_root = [](ash::schedule& s) { s.compute_root("h"); };
constexpr auto in_place = [](ash::schedule& s) {
  s.compute_inline("h");
  s.vectorize("j", 8);
};
constexpr auto by_rows = [](ash::schedule& s) {
  auto const [o, in] = s.split("i", 4);
  s.vectorize("j", 8);
  s.compute_at("h", o);
  s["h"].vectorize("j", 8);
};

// Rows are computed once, and kept; in strips, in four places.
constexpr auto slides = [](ash::schedule& s) {
  s.vectorize("j", 8);
  s.compute_at("h", s.get("i"));
  s["h"].store_root();
  s["h"].vectorize("j", 8);
};
constexpr auto folds = [](ash::schedule& s) {
  auto const [o, in] = s.split("i", 4);
  s.vectorize("j", 8, ash::tail::cut);
  s.parallel(o);
  s["h"].compute_at(in);
  s["h"].store_at(o);
  s["h"].fold_storage("i");
  s["h"].vectorize("j", 8);
};

constexpr auto two_results = [](auto y, auto z, auto x) {
  ash::local square("square");
  square(i) = x(i) * x(i);
  y(i) = square(i) + 1;
  z(j) = ash::sum(i, ash::select(i <= j, square(i), 0));
};

TEST_CASE("a reduction that two stages read", "[backend][kernel]") {
  for (int const m : {0, 1, 6}) {
    for (int const n : {0, 1, 35}) {
      auto const x = like<float, dyn, dyn>(m, n);
      agree<centred>(x, like<float, dyn>(m), x);
    }
  }
}

TEST_CASE("a stage at the root, in place, and in a loop of its consumer", "[backend][kernel]") {
  auto const y = like<float, dyn, dyn>(10, 21);
  auto const x = like<float, dyn, dyn>(12, 23);
  agree<blur>(y, x);
  agree<blur, at_root>(y, x);
  agree<blur, in_place>(y, x);
  agree<blur, by_rows>(y, x);
  agree<blur, slides>(y, x);
  agree<blur, folds>(y, x);
  agree<blur, slides>(like<double, 9, 10>(), like<double, 11, 12>());
  agree<blur, folds>(like<double, 9, 10>(), like<double, 11, 12>());
  agree<blur, by_rows>(like<std::int16_t, 7, 9>(), like<std::int16_t, 9, 11>());
}

// The rows of e wait in the output; in parts, each is made where the sum reads it.
constexpr auto shares = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  ash::local top("top"), e("e"), total("total");
  top(i) = ash::max(j, x(i, j));
  e(i, j) = x(i, j) - top(i);
  total(i) = ash::sum(j, e(i, j));
  y(i, j) = 2 * e(i, j) - total(i);
};
constexpr auto held = [](ash::schedule& s) {
  auto const row = s.get("i");
  for (auto const* const name : {"total", "e", "top"}) s[name].compute_at(row);
  s["e"].store_in(s);
  s["e"].vectorize("j", 8, ash::tail::cut);
  s["e"].prefetch("x", "i", 1);
};
constexpr auto held_in_parts = [](ash::schedule& s) {
  auto const [jo, ji] = s["total"].split("j", 16, ash::tail::cut);
  s["total"].vectorize(ji);
  held(s);
  s["e"].compute_at(s["total_rf"].get("jo"));
};

TEST_CASE("rows that wait in the output", "[backend][kernel]") {
  for (int const n : {0, 1, 7, 16, 35, 64, 130}) {
    auto const x = like<float, dyn, dyn>(5, n);
    agree<shares>(x, x);
    agree<shares, held>(x, x);
    agree<shares, held_in_parts>(x, x);
  }
  auto const x = like<std::int32_t, 3, 20>();
  agree<shares>(x, x);
  agree<shares, held>(x, x);
  agree<shares, held_in_parts>(x, x);
}

TEST_CASE("two outputs of other shapes", "[backend][kernel]") {
  for (int const n : {0, 1, 20}) {
    auto const y = like<std::int32_t, dyn>(n);
    agree<two_results>(y, y, y);
  }
}

}  // namespace
