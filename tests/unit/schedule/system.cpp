// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
//
// Schedules of stages that read each other's earlier values: they share the loops over their axis,
// whatever else is done to them; what is not legal says which loops differ, or are in the way.

#include <ashlar/kernel/string_sink.hpp>
#include <ashlar/schedule/export_halide.hpp>
#include <ashlar/schedule/export_tvm.hpp>
#include <ashlar/schedule/read_steps.hpp>
#include <support/golden.hpp>
#include <unit/schedule/captured.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"b"> b;
constexpr ashlar::axis<"k"> k;
constexpr ashlar::axis<"m"> m;
constexpr ashlar::axis<"t"> t;

constexpr auto bounded = [](auto v) { return min(max(v, -8.0f), 8.0f); };

// A cell with a state of its own and one output, for each sequence of a batch.
constexpr auto cell = [](auto h, auto x, auto u) {
  h.name("h"), u.name("u");
  local c("c", x), g("g"), o("o");
  auto const gate = [&](int q) {
    return x(b, t, k) + sum(m, u(q, m, k) * carried(h, 1.0f)(b, t - 1, m));
  };
  g(b, t, k) = bounded(gate(0));
  o(b, t, k) = bounded(gate(1));
  c(b, t, k) = bounded(carried(c, 0.0f)(b, t - 1, k) + g(b, t, k));
  h(b, t, k) = c(b, t, k) - o(b, t, k);
};
// A filter by its states, and what follows it.
constexpr auto filter = [](auto y, auto z, auto x) {
  y.name("y"), z.name("z");
  local s1("s1", x), s2("s2", x);
  y(b, t) = bounded(2.0f * x(b, t) + carried(s1, 0.0f)(b, t - 1));
  s1(b, t) = x(b, t) - y(b, t) + carried(s2, 1.0f)(b, t - 1);
  s2(b, t) = 3.0f * y(b, t);
  z(b, t) = y(b, t) + s2(b, t);
};

template <index_t B, index_t T, index_t K> auto cells() -> program {
  return captured<f32<B, T, K>, f32<B, T, K>, f32<2, K, K>>(cell);
}
auto some_cells() -> std::vector<program> {
  return {cells<3, 5, 9>(), cells<2, dyn, 8>(), cells<dyn, 1, dyn>(), cells<1, 0, 4>()};
}

constexpr char const* stages[] = {"g", "o", "c", "h"};

constexpr void batch_outside(schedule& s) {
  for (auto const* const name : stages) {
    s[name].reorder("b", "t");
    s[name].parallel("b");
  }
}
// Gates live for one point.
constexpr void gates_inside(schedule& s) {
  s["g"].compute_at(s["c"].get("t"));
  s["o"].compute_at(s["h"].get("t"));
  for (auto const* const name : {"c", "h"}) {
    s[name].reorder("b", "t");
    s[name].parallel("b");
  }
}

void golden_nest(char const* name, program const& p) {
  auto const text = show(after(p, "simplify nest"));
  REQUIRE(text == golden(std::string("schedule/system/") + name + ".tir", text));
}

}  // namespace

TEST_CASE("a system is right under any legal schedule", "[schedule][system]") {
  for (program const& p : some_cells()) {
    keeps_values(p, [](schedule&) {});
    keeps_values(p, automatic);
    keeps_values(p, batch_outside);
    keeps_values(p, gates_inside);
    keeps_values(p, [](schedule& s) {
      for (auto const* const name : stages) {
        auto const [to, ti] = s[name].split("t", 2);
        s[name].unroll(ti);
      }
    });
    bool const is_long = p.axes[p.stages[0].pure[1]].extent.is_constant(5);
    keeps_values(p, [&](schedule& s) {
      for (auto const* const name : stages) {
        if (is_long) s[name].peel("t", 1, 1);
      }
    });
    keeps_values(p, [](schedule& s) {
      s["c"].vectorize("k", 4);
      s["h"].vectorize("k", 4);
      s["h"].compute_with(s["c"].get("b"));  // more than the loop that all share
    });
  }
}

TEST_CASE("what is not carried is inlined in its system", "[schedule][system]") {
  for (program const& p : {captured<f32<2, 6>, f32<2, 6>, f32<2, 6>>(filter),
                           captured<f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn, dyn>>(filter)}) {
    keeps_values(p, [](schedule&) {});
    keeps_values(p, automatic);
    keeps_values(p, [](schedule& s) { s["s2"].compute_inline(); });
    keeps_values(p, [](schedule& s) { s["s1"].compute_inline(); });
    keeps_values(p, [](schedule& s) {
      s["s1"].compute_inline();
      s["s2"].compute_inline();
      s["y"].reorder("b", "t");
      s["y"].parallel("b");
    });
  }
}

TEST_CASE("the nest of a system", "[schedule][system][golden]") {
  golden_nest("default", scheduled(cells<3, 5, 8>(), [](schedule&) {}));
  golden_nest("gates_inside", scheduled(cells<3, 5, 8>(), gates_inside));
}

TEST_CASE("Halide and TVM have no systems, and the code for them says so", "[schedule][system]") {
  program p = cells<3, 5, 8>();
  schedule s(p);
  batch_outside(s);
  REQUIRE(s.finish().ok());
  auto const cpp = printed([&](auto& out) { scheduling::export_halide(p, s.steps(), out); });
  auto const python = printed([&](auto& out) { scheduling::export_tvm(p, s.steps(), out); });
  constexpr std::string_view what =
      "no counterpart: stages are computed from each other, point by point of t: g o c h; ";
  CHECK(cpp.find("  // " + std::string(what) + "Halide has a Tuple") != std::string::npos);
  CHECK(python.find("    # " + std::string(what) + "TVM has a loop") != std::string::npos);
}

TEST_CASE("the steps for a system are read back", "[schedule][system]") {
  auto const p = cells<3, 5, 8>();
  program first = p;
  schedule s(first);
  gates_inside(s);
  REQUIRE(s.finish().ok());
  program second = p;
  REQUIRE(replay(s.print_steps().view(), second).ok());
  CHECK(first == second);
}

TEST_CASE("the loops of a system that are shared are alike", "[schedule][system]") {
  auto const p = cells<3, 5, 8>();
  CHECK(is_refused(
      p, [](schedule& s) { s["c"].split("t", 2); }, code::bad_system,
      "c and g are computed from each other, point by point of t",
      "to of c and t of g have extents 3 and 5", "done to those of both"));
  CHECK(is_refused(
      p, [](schedule& s) { s["o"].reorder("b", "t"); }, code::bad_system,
      "o and g are computed from each other"));
  CHECK(is_refused(p, [](schedule& s) { s["g"].peel("t", 1, 0); }, code::bad_system, "peeled"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        for (auto const* const name : stages) s[name].reorder("b", "t");
        s["g"].parallel("b");
      },
      code::bad_system, "b of o and b of g: one is serial, the other parallel"));
  CHECK(is_refused(p, [](schedule& s) { s["c"].vectorize("t", 4); }, code::vector_not_innermost));
  CHECK(is_refused(
      p, [](schedule& s) { s["c"].parallel("t"); }, code::bad_recurrence, "c is carried along it"));
  CHECK(is_refused(
      p, [](schedule& s) { s["c"].compute_with(s["h"].get("b")); }, code::bad_system,
      "a stage that comes before them"));
}

TEST_CASE("what is read across is inside of the axis", "[schedule][system]") {
  // All have eight of k, m and t: the loops look alike.
  auto const p = cells<8, 8, 8>();
  CHECK(is_refused(
      p, [](schedule& s) { s["h"].reorder("k", "t"); }, code::bad_recurrence,
      "h: loop t must be outside of k"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        for (auto const* const name : {"g", "o", "c"}) s[name].reorder("k", "t");
        s["h"].reorder("b", "t");
      },
      code::bad_system, "g and h are computed from",
      "loop k of g is shared, and h is read across it"));
  CHECK(is_refused(
      captured<f32<8, 8>, f32<8, 8>, f32<8, 8>>(filter),
      [](schedule& s) { s["y"].reorder("b", "t"); }, code::bad_system,
      "loop t of s1 is shared, where y has b; put the same first in both"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s["c"].reorder("k", "b");
        s["h"].compute_with(s["c"].get("k"));
      },
      code::bad_system, "they share loop k, and h reads c across it"));
}

TEST_CASE("a system is at root, and what it keeps in its own nest", "[schedule][system]") {
  auto const p = cells<3, 5, 8>();
  CHECK(is_refused(
      p, [](schedule& s) { s["c"].compute_at(s["h"].get("t")); }, code::bad_system,
      "c is read at later points, and shares the loop over these"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        batch_outside(s);
        s["o"].compute_at(s["h"].get("b"));
      },
      code::bad_system, "o is computed point by point"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s["o"].split("t", 4, tail::round_up);
        s["o"].compute_at(s["h"].get("t"));
      },
      code::bad_system, "o is computed point by point, and its blocks of these are rounded up"));
  CHECK(is_refused(p, [](schedule& s) { s["c"].compute_inline(); }, code::bad_inline));
  CHECK(is_refused(
      p, [](schedule& s) { s["g"].cache_read("h", "t"); }, code::bad_cache_read,
      "a copy would be older; copies are of: "));
  CHECK(is_refused(
      p, [](schedule& s) { s["g"].vectorize("m", 4); }, code::bad_rfactor,
      "carried from one point to the next; legal loops: (none)"));
  auto const after = [](auto y, auto x) {
    local h("h", x), g("g");
    g(b, t) = x(b, t) + carried(h, 0.0f)(b, t - 1);
    h(b, t) = 2.0f * g(b, t);
    y(b, t) = h(b, t);
  };
  CHECK(is_refused(
      captured<f32<2, 6>, f32<2, 6>>(after), [](schedule& s) { s["h"].compute_at(s.get("b")); },
      code::bad_system, "h is computed from what is computed from it, point by point, at root"));
}
