// SPDX-License-Identifier: Apache-2.0
//
// Where a reduction starts, what is combined, how often, and in which order.
#include "subtlety.hpp"

// Named: clang gives lambdas of nameless namespaces in several files one name, in templates.
namespace subtleties_reductions {

using namespace subtleties;

constexpr auto one = [](std::uint64_t) { return 1.0; };
using vector = ash::view<float, dyn>;
using matrix = ash::view<float, dyn, dyn>;

constexpr auto total = [](auto y, auto x) { y.name("y"), y(i) = ash::sum(k, x(i, k)); };
constexpr auto block_outside = [](ash::schedule& s) {
  auto const [ko, ki] = s.split("k", 4);
  s.reorder(ko, "i", ki);
};

TEST_CASE("a sum starts once, also where loops of the result are between its own", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5, 9}) {
    auto const done =
        keeps_values<total, block_outside>(like<float, dyn>(2), filled<float, dyn, dyn>(one, 2, n));
    index_t const naive = n == 0 ? 0 : n - (n - 1) / 4 * 4;  // starts in each block: the last one
    CHECK(done.out[0] == static_cast<double>(n));
    if (n > 4) CHECK(naive < n);
  }
}

constexpr auto rows_unrolled = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.reorder(io, "k", ii);
  s.unroll(ii);
};
constexpr auto rows_started_apart = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.reorder(io, "k", ii);
  s.decompose_reduction("k");
};
constexpr auto started_inside = [](ash::schedule& s) {
  auto const [ko, ki] = s.split("k", 4);
  s.decompose_reduction(ki);
};

TEST_CASE("the start of a sum has the bounds of what is added", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5, 9}) {
    auto const y = like<float, dyn>(n);
    auto const x = like<float, dyn, dyn>(n, 3);
    CHECK(keeps_values<total, rows_unrolled>(y, x).writes("y") == n);
    auto const done = keeps_values<total, rows_started_apart>(y, x);
    index_t const naive = blocks_of(n, 4) * 4;  // starts of rows that there are not
    CHECK(done.writes("y") == 4 * n);           // the start, and three values of k
    CHECK(naive >= n);
  }
  CHECK(refusal<total, started_inside, ash::fp::relaxed, vector, matrix>().substr(0, 4) == "E019");
}

constexpr auto total_of_block = [](auto y, auto x) {
  y.name("y");
  ash::local t("t");
  t(i) = ash::sum(k, x(i, k));
  y(i) = t(i) * 2 + 1;
};
constexpr auto t_at_block = [](ash::schedule& s) { s["t"].compute_at(s.split("i", 4).outer); };

TEST_CASE("a sum of nothing is written, too", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5}) {
    auto const done =
        keeps_values<total_of_block, t_at_block>(like<float, dyn>(n), like<float, dyn, dyn>(n, 0));
    index_t const naive = 0;  // a start in the first iteration of a loop that has none
    CHECK(done.writes("t") == n);
    if (n > 0) CHECK(naive < done.writes("t"));
    for (double const v : done.out) CHECK(v == 1);
  }
}

constexpr auto total_and_more = [](auto y, auto x, auto b) {
  y.name("y"), y(i) = ash::sum(k, x(i, k)) + b(i);
};
constexpr auto in_partial_sums = [](ash::schedule& s) {
  auto const ki = s.split("k", 4).inner;
  s.rfactor(ki);
};
constexpr auto in_lanes_of_k = [](ash::schedule& s) { s.vectorize("k", 4); };

TEST_CASE("what follows a sum follows it once, and a rest adds nothing", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5, 9}) {
    auto const y = like<float, dyn>(3);
    auto const x = filled<float, dyn, dyn>(one, 3, n);
    auto const b = filled<float, dyn>(one, 3);
    for (auto const& done : {keeps_values<total_and_more, in_partial_sums>(y, x, b),
                             keeps_values<total_and_more, in_lanes_of_k>(y, x, b)}) {
      index_t const with_each_part = n + 4;
      index_t const without_end = blocks_of(n, 4) * 4 + 1;
      CHECK(done.out[0] == static_cast<double>(n + 1));
      CHECK(with_each_part != n + 1);
      CHECK(without_end >= n + 1);
    }
  }
}

// The first value that is not 0: associative, and not commutative.
constexpr auto leftmost = [](auto y, auto x) {
  constexpr auto first =
      ash::monoid{0, [](auto a, auto b) { return ash::select(a == 0, b, a); }, false};
  y.name("y"), y(i) = ash::reduce(first, k, x(i, k));
};
constexpr auto in_blocks_of_k = [](ash::schedule& s) { s.split("k", 4); };

TEST_CASE("lanes that are combined in an order of their own need a commutative combination",
          "[subtlety]") {
  auto const x = [](std::uint64_t at) {
    return at % 1000003 == 1 ? 2.0 : at % 1000003 == 4 ? 1.0 : 0.0;
  };
  auto const done =
      keeps_values<leftmost, in_blocks_of_k>(like<float, dyn>(1), filled<float, dyn, dyn>(x, 1, 8));
  double const naive = 1;  // element 4 is in the lane of 0, which is combined before that of 1
  CHECK(done.out[0] == 2);
  CHECK(naive != done.out[0]);
  for (auto const& said : {refusal<leftmost, in_partial_sums, ash::fp::relaxed, vector, matrix>(),
                           refusal<leftmost, in_lanes_of_k, ash::fp::relaxed, vector, matrix>()}) {
    CHECK(said.substr(0, 4) == "E020");
  }
}

constexpr auto where_most = [](auto y, auto x) { y.name("y"), y(i) = ash::argmax(k, x(i, k)); };
constexpr auto turned = [](ash::schedule& s) {
  auto const [ko, ki] = s.split("k", 4);
  s.reorder(ki, ko);
};

TEST_CASE("of equal values the first is the greatest, in whatever order they are met",
          "[subtlety]") {
  auto const y = like<std::int64_t, dyn>(1);
  // Elements 1 and 4 are the greatest; in blocks of 4, turned, element 4 is met before.
  auto const tie = [](std::uint64_t at) {
    return at % 1000003 == 1 || at % 1000003 == 4 ? 5.0 : 0.0;
  };
  auto const nan = [](std::uint64_t at) {
    double const none = std::numeric_limits<double>::quiet_NaN();
    return at % 1000003 == 3 || at % 1000003 == 4 ? none : at % 1000003 == 7 ? 9.0 : 0.0;
  };
  for (index_t const n : {1, 3, 4, 5, 9}) {
    auto const ties = keeps_values<where_most, turned>(y, filled<float, dyn, dyn>(tie, 1, n));
    auto const nans = keeps_values<where_most, turned>(y, filled<float, dyn, dyn>(nan, 1, n));
    double const first_met = 4;
    double const greatest_number = 7;  // as no comparison with NaN is true
    CHECK(ties.out[0] == (n > 1 ? 1 : 0));
    CHECK(nans.out[0] == (n > 3 ? 3 : 0));
    if (n == 9) CHECK((ties.out[0] != first_met && nans.out[0] != first_met));
    if (n == 9) CHECK(nans.out[0] != greatest_number);
  }
  for (auto const& said : {refusal<where_most, in_partial_sums, ash::fp::relaxed,
                                   ash::view<std::int64_t, dyn>, matrix>(),
                           refusal<where_most, in_lanes_of_k, ash::fp::relaxed,
                                   ash::view<std::int64_t, dyn>, matrix>()}) {
    CHECK(said.substr(0, 4) == "E020");
  }
}

TEST_CASE("the order of a sum of floats is changed by permission", "[subtlety]") {
  // 1e8 + 1 is 1e8 in floats.
  auto const x = [](std::uint64_t at) {
    constexpr double values[] = {1e8, 1, -1e8, 1};
    return at % 1000003 < 4 ? values[at % 1000003] : 0.0;
  };
  constexpr auto by_two = [](ash::schedule& s) { s.split("k", 2); };
  constexpr auto two_lanes = [](ash::schedule& s) { s.vectorize("k", 2); };
  auto const y = like<float, dyn>(1);
  auto const a = filled<float, dyn, dyn>(x, 1, 4);
  auto const done = keeps_values<total, by_two, ash::fp::strict>(y, a);
  CHECK(done.out[0] == 1);
  double const naive = 2;  // (1e8 - 1e8) + (1 + 1)
  float z = 0;
  float data[] = {1e8F, 1, -1e8F, 1};
  REQUIRE(ash::kernel<total, two_lanes>{}(ash::view(&z, 1), ash::view(data, 1, 4)));
  CHECK(static_cast<double>(z) == naive);  // with the permission, which is the default
  auto const said = refusal<total, two_lanes, ash::fp::strict, vector, matrix>();
  CHECK(said.substr(0, 4) == "E020");
  constexpr auto reordered = turned;
  CHECK(refusal<total, reordered, ash::fp::strict, vector, matrix>().substr(0, 4) == "E006");
}

constexpr auto parallel_sum = [](ash::schedule& s) { s.parallel("k"); };
constexpr auto parallel_parts = [](ash::schedule& s) {
  auto const [ko, ki] = s.split("k", 4);
  auto const parts = s.rfactor(ko);
  parts.parallel(parts.get("ko"));
};

TEST_CASE("iterations that add to one element are in one thread", "[subtlety]") {
  auto const said = refusal<total, parallel_sum, ash::fp::relaxed, vector, matrix>();
  CHECK(said.substr(0, 4) == "E010");
  for (index_t const n : {0, 1, 3, 4, 5, 9}) {
    // Naive, without the refusal: the interpreter sees two iterations touch y(0).
    auto const p = written<total, ash::fp::relaxed, vector, matrix>();
    p->axes[p->stages[0].reduced[0]].kind = ash::tir::loop_kind::parallel;
    p->stages[0].tile_at = -1;
    ash::pass::lower(*p, 32);
    detail::arrays operands{ash::tir::array(ash::dtype::f32, {1}),
                            ash::tir::array(ash::dtype::f32, {1, n})};
    ash::tir::oracles watch{};
    auto const found = ash::tir::interpret(*p, operands, watch).kind;
    if (n > 1) CHECK(found == ash::tir::violation_kind::race);
    keeps_values<total, parallel_parts>(like<float, dyn>(3), like<float, dyn, dyn>(3, n));
  }
}

constexpr auto moved_back = [](ash::schedule& s) { s.split("k", 8, tail::shift_inwards); };
constexpr auto rounded_up = [](ash::schedule& s) { s.split("k", 8, tail::round_up); };

TEST_CASE("a block that is moved back, or goes beyond the end, would be added twice or too far",
          "[subtlety]") {
  index_t const n = 9;
  index_t const naive_back = n + 7;  // elements 1 to 7 again
  index_t const naive_up = 16;
  CHECK(naive_back != n);
  CHECK(naive_up != n);
  using nine = ash::view<float, 3, 9>;
  CHECK(refusal<total, moved_back, ash::fp::relaxed, ash::view<float, 3>, nine>() ==
        "E021 tail::shift_inwards of k: y is a reduction, and the last block would combine 8 "
        "points a second time; use tail::guard or tail::cut");
  CHECK(refusal<total, rounded_up, ash::fp::relaxed, ash::view<float, 3>, nine>().substr(0, 4) ==
        "E021");
}

}  // namespace subtleties_reductions
