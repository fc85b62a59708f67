// SPDX-License-Identifier: Apache-2.0
//
// Kernels with several stages in the loops of one.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto epilogue = [](auto y, auto a, auto b, auto c) {
  y.name("y"), a.name("a"), b.name("b"), c.name("c");
  ash::local m("m");
  m(i, j) = ash::sum(k, a(i, k) * b(k, j));
  y(i, j) = ash::relu(m(i, j) + c(j));
};

// A tile in registers, with a rest on both sides.
template <ash::tail Tail> struct tiles {
  constexpr void operator()(ash::schedule& s) const {
    auto const m = s["m"];
    auto const [io, jo, ii, ji] = m.tile("i", "j", 4, 16, Tail);
    m.reorder(io, jo, "k", ii, ji);
    m.parallel(io);
    s.reverse_compute_at(jo);
    m.unroll(ii);
    m.vectorize(ji);
    s.vectorize("ji");
  }
  friend constexpr auto operator==(tiles, tiles) -> bool = default;
};

// What is packed at a loop that moves goes with it.
constexpr auto panels = [](ash::schedule& s) {
  auto const m = s["m"];
  auto const [jo, ji] = m.split("j", 16, ash::tail::cut);
  m.reorder(jo, "i", "k", ji);
  m.cache_read("b", jo, ash::packed("j", 16));
  m.vectorize(ji);
  s.reverse_compute_at(m.get("i"));
};

TEST_CASE("an epilogue in the tile that it needs", "[backend][kernel]") {
  for (int const m : {0, 1, 4, 7}) {
    for (int const n : {0, 5, 16, 37}) {
      auto const y = like<float, dyn, dyn>(m, n);
      auto const a = like<float, dyn, dyn>(m, 6);
      auto const b = like<float, dyn, dyn>(6, n);
      auto const c = like<float, dyn>(n);
      agree<epilogue, tiles<ash::tail::guard>{}>(y, a, b, c);
      agree<epilogue, tiles<ash::tail::cut>{}>(y, a, b, c);
      agree<epilogue, panels>(y, a, b, c);
    }
  }
  agree<epilogue, tiles<ash::tail::cut>{}>(like<std::int32_t, 6, 35>(), like<std::int32_t, 6, 3>(),
                                           like<std::int32_t, 3, 35>(), like<std::int32_t, 35>());
}

constexpr auto rows = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local top("top"), e("e"), total("total");
  top(i) = ash::max(j, x(i, j));
  e(i, j) = x(i, j) - top(i);
  total(i) = ash::sum(j, e(i, j));
  y(i, j) = 2 * e(i, j) - total(i);
};
constexpr auto row_by_row = [](ash::schedule& s) {
  auto const row = s["top"].get("i");
  for (auto const* const stage : {"e", "total"}) s.reverse_compute_at(stage, row);
  s.reverse_compute_at(row);
  for (auto const* const stage : {"top", "e", "total", "y"}) s[stage].vectorize("j", 8);
  s.parallel(s.get("i"));
};

TEST_CASE("each stage follows the loop over rows", "[backend][kernel]") {
  for (int const n : {1, 8, 35}) {
    auto const x = like<float, dyn, dyn>(5, n);
    agree<rows, row_by_row>(x, x);
  }
}

constexpr auto extremes = [](auto low, auto top, auto x) {
  low.name("low"), top.name("top"), x.name("x");
  low(i) = ash::min(j, x(i, j));
  top(i) = ash::max(j, x(i, j));
};
constexpr auto one_pass = [](ash::schedule& s) {
  for (auto const* const stage : {"low", "top"}) {
    s[stage].split("i", 4, ash::tail::cut);
    s[stage].vectorize("j", 16);
    s[stage].parallel("io");
  }
  s.compute_with(s["low"].get("ii"));
};

constexpr auto maps = [](auto y, auto z, auto x) {
  y.name("y"), z.name("z"), x.name("x");
  ash::local shifted("shifted"), doubled("doubled");
  shifted(i, j) = x(i, j) + 1;
  doubled(i, j) = x(i, j) * 2;
  y(i, j) = shifted(i, j) * doubled(i, j);
  z(i, j) = shifted(i, j) - x(i, j);
};
// Two outputs in one nest, and in its rows two locals in another.
constexpr auto side_by_side = [](ash::schedule& s) {
  for (auto const* const stage : {"y", "z"}) {
    s[stage].split("j", 8);
    s[stage].vectorize("ji");
  }
  s["z"].compute_with(s["y"].get("jo"));
  for (auto const* const stage : {"shifted", "doubled"}) s[stage].vectorize("j", 8);
  s["doubled"].compute_with(s["shifted"].get("jo"));
};

TEST_CASE("stages side by side in the same loops", "[backend][kernel]") {
  for (int const m : {0, 1, 9}) {
    for (int const n : {1, 8, 35}) {
      auto const x = like<float, dyn, dyn>(m, n);
      agree<extremes, one_pass>(like<float, dyn>(m), like<float, dyn>(m), x);
      agree<maps, side_by_side>(x, x, x);
    }
  }
  auto const x = like<std::int32_t, 7, 35>();
  agree<extremes, one_pass>(like<std::int32_t, 7>(), like<std::int32_t, 7>(), x);
  agree<maps, side_by_side>(x, x, x);
}

}  // namespace
