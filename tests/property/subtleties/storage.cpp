// SPDX-License-Identifier: Apache-2.0
//
// What iterations keep for each other, where memory is allocated, and how much code there is.
#include "subtlety.hpp"

// Named: clang gives lambdas of nameless namespaces in several files one name, in templates.
namespace subtleties_storage {

using namespace subtleties;
using ash::tir::stmt_kind;
using ash::tir::window_state;

constexpr ash::axis<"r"> r;
using vector = ash::view<float, dyn>;
using matrix = ash::view<float, dyn, dyn>;

constexpr auto three = [](auto y, auto x) {
  y.name("y");
  ash::local h("h");
  h(r) = x(r) * x(r);
  y(i) = h(i) + h(i + 1) + h(i + 2);
};
constexpr auto window = [](ash::schedule& s) {
  s["h"].compute_at(s.get("i"));
  s["h"].store_root();
};

auto moved(seen const& s, std::string_view name = "h") -> window_state {
  for (auto const& stage : s.low->stages) {
    if (stage.name == name) return stage.moved;
  }
  return window_state::none;
}

TEST_CASE("the first window is computed whole, the others where they are new", "[subtlety]") {
  for (index_t const n : {0, 1, 2, 3, 4, 5, 17}) {
    auto const done = keeps_values<three, window>(like<float, dyn>(n), like<float, dyn>(n + 2));
    index_t const without_start = n;  // two elements of the first window would be missing
    index_t const without_window = 3 * n;
    CHECK(moved(done) == window_state::slides);
    CHECK(done.writes("h") == (n == 0 ? 0 : n + 2));
    CHECK(without_start <= done.writes("h"));
    CHECK(without_window >= done.writes("h"));
  }
}

// Each reads elements that the iteration before has not computed last.
constexpr auto backwards = [](auto y, auto x) {
  y.name("y");
  ash::local h("h");
  h(r) = x(r) * x(r);
  y(i) = h(9 - i) + h(10 - i);
};
constexpr auto apart = [](auto y, auto x) {
  y.name("y");
  ash::local h("h");
  h(r) = x(r) * x(r);
  y(i) = h(3 * i) + h(3 * i + 1);
};
constexpr ash::axis<"q"> q;
constexpr auto diagonal = [](auto y, auto x) {
  y.name("y");
  ash::local h("h");
  h(r, q) = x(r, q) * x(r, q);
  y(i) = h(i, i) + h(i + 1, i + 1);
};
constexpr auto by_value = [](auto y, auto x, auto at) {
  y.name("y");
  ash::local h("h");
  h(r) = x(r) * x(r);
  y(i) = h(at(i)) + h(i);
};

TEST_CASE("a window that does not slide upwards along one dimension is computed each time",
          "[subtlety]") {
  auto const down = keeps_values<backwards, window>(like<float, 10>(), like<float, 11>());
  CHECK(moved(down) == window_state::backwards);
  CHECK(down.writes("h") == 10 * 2);  // naive: 11, and the last element would never be new
  auto const far = keeps_values<apart, window>(like<float, 10>(), like<float, 29>());
  CHECK(moved(far) == window_state::disjoint);
  CHECK(far.writes("h") == 10 * 2);
  auto const two = keeps_values<diagonal, window>(like<float, 10>(), like<float, 11, 11>());
  CHECK(moved(two) == window_state::several);
  CHECK(two.writes("h") == 10 * 4);  // naive: one row of two, and not the column beside it
  auto const place = [](std::uint64_t n) { return static_cast<double>(scramble(n) % 10); };
  auto const any = keeps_values<by_value, window>(like<float, 10>(), like<float, 10>(),
                                                  filled<std::int64_t, 10>(place));
  CHECK(moved(any) != window_state::slides);
}

constexpr auto parallel_window = [](ash::schedule& s) {
  s.parallel("i");
  s["h"].compute_at(s.get("i"));
  s["h"].store_root();
};
constexpr auto window_of_task = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.parallel(io);
  s["h"].compute_at(ii);
  s["h"].store_at(io);
};

TEST_CASE("iterations without an order keep nothing for each other", "[subtlety]") {
  // Naive: a task would read what another one computes, perhaps later.
  CHECK(refusal<three, parallel_window, ash::fp::relaxed, vector, vector>().substr(0, 4) == "E056");
  for (index_t const n : {0, 1, 3, 4, 5, 17}) {
    auto const done =
        keeps_values<three, window_of_task>(like<float, dyn>(n), like<float, dyn>(n + 2));
    CHECK(done.writes("h") == n + 2 * blocks_of(n, 4));  // naive, one window for all: n + 2
  }
}

constexpr auto rows = [](auto y, auto x) {
  y.name("y");
  ash::local h("h");
  h(r, j) = x(r, j) * x(r, j);
  y(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};
template <int Places> struct folded {
  constexpr void operator()(ash::schedule& s) const {
    s["h"].compute_at(s.get("i"));
    s["h"].store_root();
    s["h"].fold_storage("r", Places);
  }
  friend constexpr auto operator==(folded, folded) -> bool = default;
};
constexpr auto folded_across = [](ash::schedule& s) {
  s["h"].compute_at(s.get("i"));
  s["h"].store_root();
  s["h"].fold_storage("j", 4);
};
constexpr auto folded_blocks = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.reorder(ii, io);
  s["h"].compute_at(io);
  s["h"].store_root();
  s["h"].fold_storage("r", 4);
};

TEST_CASE("a circle has a place for each element that is still read", "[subtlety]") {
  for (index_t const n : {0, 1, 2, 3, 4, 9}) {
    auto const y = like<float, dyn, 5>(n);
    auto const x = like<float, dyn, 5>(n + 2);
    CHECK(keeps_values<rows, folded<0>{}>(y, x).elements("h") == 4 * 5);
    CHECK(keeps_values<rows, folded<3>{}>(y, x).elements("h") == 3 * 5);
    CHECK(keeps_values<rows, window>(y, x).elements("h") == (n + 2) * 5);
  }
  // Naive: with two places, row 2 is written over row 0, which y(0) adds to it.
  using operands = ash::view<float, dyn, 5>;
  for (auto const& said : {refusal<rows, folded<2>{}, ash::fp::relaxed, operands, operands>(),
                           refusal<rows, folded_across, ash::fp::relaxed, operands, operands>(),
                           refusal<rows, folded_blocks, ash::fp::relaxed, operands, operands>()}) {
    CHECK(said.substr(0, 4) == "E057");
  }
}

constexpr auto in_task = [](ash::schedule& s) {
  auto const io = s.split("i", 4).outer;
  s.parallel(io);
  s["h"].compute_at(io);
};

// The first allocation that is inside of a loop, moved around all loops.
void hoist_allocation(program& p) {
  for (auto& s : p.stmts) {
    if (s.kind != stmt_kind::allocate) continue;
    auto const body = s.body;
    for (auto& other : p.stmts) {
      if (&other != &s && other.body == &s - &p.stmts[0]) other.body = body;
      if (&other != &s && other.next == &s - &p.stmts[0]) other.next = body;
    }
    s.body = p.root;
    s.next = -1;
    p.root = static_cast<ash::tir::handle>(&s - &p.stmts[0]);
    return;
  }
}

TEST_CASE("memory is allocated where all of its accesses are, and no further out", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5, 17}) {
    auto const done = keeps_values<three, in_task>(like<float, dyn>(n), like<float, dyn>(n + 2));
    if (n > 0) CHECK(done.elements("h") <= 4 + 2);  // naive, at the root: n + 2
    if (n <= 4) continue;
    program shared = *done.low;
    hoist_allocation(shared);
    detail::arrays operands{ash::tir::array(ash::dtype::f32, {n}),
                            ash::tir::array(ash::dtype::f32, {n + 2})};
    ash::tir::oracles watch{};
    CHECK(ash::tir::interpret(shared, operands, watch).kind == ash::tir::violation_kind::race);
  }
}

constexpr auto region_in_lanes = [](ash::schedule& s) {
  auto const io = s.split("i", 4).outer;
  s["h"].compute_at(io);
  s["h"].vectorize("r", 8);
};
constexpr auto dynamic_lanes = [](ash::schedule& s) { s.vectorize("i"); };
constexpr auto dynamic_unroll = [](ash::schedule& s) { s.unroll("i"); };

TEST_CASE("lanes are a constant number, and those beyond the end are off", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5, 17}) {
    auto const done =
        keeps_values<three, region_in_lanes>(like<float, dyn>(n), like<float, dyn>(n + 2));
    index_t const naive = 8 * blocks_of(n, 4);  // all lanes of each block
    index_t const mine = n + 2 * blocks_of(n, 4);
    CHECK(done.writes("h") == mine);
    if (n > 0) CHECK(naive > mine);
  }
  CHECK(refusal<three, dynamic_lanes, ash::fp::relaxed, vector, vector>().substr(0, 4) == "E007");
  CHECK(refusal<three, dynamic_unroll, ash::fp::relaxed, vector, vector>().substr(0, 4) == "E009");
}

constexpr auto twice = [](auto y, auto x) { y.name("y"), y(i, j) = 2 * x(i, j); };
template <tail Outer, tail Inner> struct two_splits {
  constexpr void operator()(ash::schedule& s) const {
    auto const [io, ii] = s.split("i", 4, Outer);
    auto const [jo, ji] = s.split("j", 4, Inner);
    s.reorder(io, jo, ii, ji);
  }
  friend constexpr auto operator==(two_splits, two_splits) -> bool = default;
};

TEST_CASE("a loop that is cut has two bodies, and nested ones four", "[subtlety]") {
  auto const bodies = [](seen const& s) { return s.statements(stmt_kind::store); };
  constexpr auto guard = tail::guard;
  constexpr auto cut = tail::cut;
  for (index_t const n : {0, 1, 3, 4, 5, 9}) {
    auto const y = like<float, dyn, dyn>(n, n);
    CHECK(bodies(keeps_values<twice, two_splits<guard, guard>{}>(y, y)) == 1);
    CHECK(bodies(keeps_values<twice, two_splits<tail::automatic, tail::automatic>{}>(y, y)) == 1);
    CHECK(bodies(keeps_values<twice, two_splits<guard, cut>{}>(y, y)) == 2);
    CHECK(bodies(keeps_values<twice, two_splits<cut, cut>{}>(y, y)) == 4);
  }
}

}  // namespace subtleties_storage
