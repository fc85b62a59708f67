// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
//
// Schedules of stages that read their own values: what is legal computes the same, at every step of
// lowering; what is not says which loop must be where.

#include <ashlar/schedule/automatic.hpp>
#include <unit/schedule/captured.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;
constexpr ashlar::axis<"k"> k;
constexpr ashlar::axis<"t"> t;

// A filter along the rows of x, and twice its values.
constexpr auto filter = [](auto y, auto x) {
  x.name("x");
  y.name("y");
  local h("h", x);
  h(i, t) = x(i, t) - 2 * carried(h, 0.0f)(i, t - 1) + carried(h, 1.0f)(i, t - 2);
  y(i, t) = h(i, t) * 2;
};

// A state whose elements stay small.
constexpr auto cell = [](auto h, auto x, auto w) {
  h.name("h");
  w.name("w");
  auto const next = x(t, j) + sum(k, w(k, j) * carried(h, 1.0f)(t - 1, k));
  h(t, j) = min(max(next, -8.0f), 8.0f);
};

auto filters() -> std::vector<program> {
  return {captured<f32<3, 11>, f32<3, 11>>(filter), captured<f32<dyn, 8>, f32<dyn, 8>>(filter),
          captured<f32<2, dyn>, f32<2, dyn>>(filter)};
}
auto cells() -> std::vector<program> {
  return {captured<f32<5, 9>, f32<5, 9>, f32<9, 9>>(cell),
          captured<f32<dyn, 4>, f32<dyn, 4>, f32<4, 4>>(cell),
          captured<f32<3, dyn>, f32<3, dyn>, f32<dyn, dyn>>(cell)};
}

}  // namespace

TEST_CASE("a recurrence is computed in order under any legal schedule", "[schedule][recurrence]") {
  for (program const& p : filters()) {
    keeps_values(p, [](schedule&) {});
    keeps_values(p, [](schedule& s) {
      s["h"].reorder("t", "i");
      s["h"].vectorize("i", 4);
    });
    keeps_values(p, [](schedule& s) {
      auto h = s["h"];
      auto const [to, ti] = h.split("t", 4, tail::cut);
      h.unroll(ti);
      h.parallel("i");
    });
    keeps_values(p, [](schedule& s) { s["h"].peel("t", 2, 0); });
    keeps_values(p, [](schedule& s) {
      auto h = s["h"];
      h.tile("i", "t", 2, 4);
      h.split_parts("ti", 3);
    });
  }
}

TEST_CASE("a recurrence that is computed at a loop starts at its first point",
          "[schedule][recurrence]") {
  for (program const& p : filters()) {
    keeps_values(p, [](schedule& s) { s["h"].compute_at(s.get("i")); });
    keeps_values(p, [](schedule& s) { s["h"].compute_at(s.get("t")); });
    keeps_values(p, [](schedule& s) {
      auto const [io, ii] = s.split("i", 2);
      s["h"].compute_at(io);
      s["h"].reorder("t", "i");
      s["h"].vectorize("i", 2);
    });
  }
}

// The points that read what lies before the first one: with them in the loop, each point asks.
TEST_CASE("the default schedule peels the first points of a recurrence",
          "[schedule][recurrence][automatic]") {
  for (program const& p : filters()) {
    keeps_values(p, [](schedule& s) { automatic(s); });
    auto const q = scheduled(p, [](schedule& s) { automatic(s); });
    auto const& h = q.stages[scheduling::find_stage(q, "h")];
    REQUIRE(q.axes[h.loops.back()].first_peeled == 2);
  }
}

TEST_CASE("a state is complete before the next one is begun", "[schedule][recurrence]") {
  for (program const& p : cells()) {
    keeps_values(p, [](schedule&) {});
    keeps_values(p, [](schedule& s) { s.parallel("j"); });
    keeps_values(p, [](schedule& s) {
      auto const [jo, ji] = s.split("j", 4, tail::cut);
      s.reorder("t", jo, "k", ji);
      s.vectorize(ji);
    });
    keeps_values(p, [](schedule& s) {
      auto const [to, ti] = s.split("t", 2);
      s.unroll(ti);
      s.split("k", 3);
      s.cache_read("w", "j");
    });
    keeps_values(p, [](schedule& s) { ashlar::automatic(s); });
  }
}

TEST_CASE("a point beyond the end of a part reads nothing of what is carried",
          "[schedule][recurrence][subtlety]") {
  program const p = captured<f32<3, 1>, f32<5, 2, 1>>([](auto y, auto x) {
    y.name("y"), x.name("x");
    ashlar::axis<"k", 1> const c;
    ashlar::axis<"n", 1> const n;
    local h("h", y);
    h(i, t, c) = ashlar::max(n, min(x(i, t, c), carried(h, 4.0f)(i, t - 1, 0)));
    y(i, t) = h(2 * i, t + 1, 0);
  });
  keeps_values(p, [](schedule& s) {
    auto h = s["h"];
    h.tile("t", "i", 2, 64);
    h.compute_at(s.get("t"));
    h.fuse("ii", "k");
    auto const [io, ii] = s.split("i", 2);
    s.reorder(io, "t", ii);
  });
}

TEST_CASE("loops that would read too early are refused", "[schedule][recurrence]") {
  program const f = filters()[0];
  program const c = cells()[0];
  CHECK(is_refused(
      f, [](schedule& s) { s["h"].vectorize("t", 4); }, code::bad_recurrence,
      "vectorize ti: h is carried along it", "legal loops: i"));
  CHECK(
      is_refused(f, [](schedule& s) { s["h"].parallel("t"); }, code::bad_recurrence, "parallel t"));
  CHECK(is_refused(
      f, [](schedule& s) { s["h"].fuse("i", "t"); }, code::bad_recurrence,
      "fuse t: h is carried along it"));
  CHECK(is_refused(
      f,
      [](schedule& s) {
        auto const [to, ti] = s["h"].split("t", 4);
        s["h"].reorder(ti, to);
      },
      code::bad_recurrence, "loop to must be outside of ti, as its blocks"));
  CHECK(is_refused(
      c, [](schedule& s) { s.reorder("j", "t"); }, code::bad_recurrence,
      "loop t must be outside of j, of which all points are read"));
  CHECK(is_refused(
      c, [](schedule& s) { s.reorder("k", "t"); }, code::bad_recurrence,
      "loop t must be outside of the reduction, which starts above k"));
  CHECK(is_refused(
      c, [](schedule& s) { s.decompose_reduction("t"); }, code::bad_recurrence,
      "which starts above t"));
}

TEST_CASE("a recurrence is not copied, inlined or factored", "[schedule][recurrence]") {
  program const f = filters()[0];
  program const c = cells()[0];
  CHECK(is_refused(
      f, [](schedule& s) { s.compute_inline("h"); }, code::bad_inline, "it is a recurrence"));
  CHECK(is_refused(
      f, [](schedule& s) { s["h"].cache_read("h", "t"); }, code::bad_cache_read,
      "a copy would be older"));
  CHECK(is_refused(
      f, [](schedule& s) { s["h"].store_in(s); }, code::bad_store_in, "it is a recurrence"));
  CHECK(is_refused(
      c, [](schedule& s) { s.vectorize("k", 4); }, code::bad_rfactor,
      "what it adds up is carried"));
}

TEST_CASE("a recurrence takes over no loops that have no order", "[schedule][recurrence]") {
  auto const after_stage = [](auto y, auto x) {
    local m("m"), h("h", x);
    m(i, t) = x(i, t) * 2;
    h(i, t) = m(i, t) + carried(h, 0.0f)(i, t - 1);
    y(i, t) = h(i, t) + 1;
  };
  program const p = captured<f32<3, 8>, f32<3, 8>>(after_stage);
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s["m"].parallel("t");
        s.reverse_compute_at("h", s["m"].get("t"));
      },
      code::bad_recurrence, "h is carried along it"));
  CHECK(is_refused(
      p, [](schedule& s) { s.reverse_compute_at(s["h"].get("t")); }, code::bad_reverse,
      "h is computed as a whole along it"));
  keeps_values(p, [](schedule& s) { s.reverse_compute_at("h", s["m"].get("i")); });
}

TEST_CASE("the memory of a recurrence has all that it is carried along", "[schedule][recurrence]") {
  auto const in_stack = [](schedule& s) {
    s["h"].compute_at(s.get("t"));
    s["h"].store_in(scope::stack);
  };
  keeps_values(filters()[0], in_stack);
  CHECK(is_refused(filters()[2], in_stack, code::bad_store_in,
                   "it is computed as a whole along t, whose extent is known at the call"));
}
