// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/capture.hpp>
#include <ashlar/tir/scan.hpp>

#include "support.hpp"

#include <initializer_list>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr axis<"t"> t;

constexpr auto totals = [](auto y, auto x) { y(i, t) = inclusive_scan(monoids::sum, t, x(i, t)); };
constexpr auto before = [](auto y, auto x) { y(t) = exclusive_scan(monoids::sum, t, x(t)); };

// u -> a u + b as 1000 a + b; the function that comes later is applied to the result of the other.
constexpr monoid maps{1000,
                      [](auto f, auto g) {
                        auto const a = g / 1000;
                        return f / 1000 * a * 1000 + f % 1000 * a + g % 1000;
                      },
                      false};
constexpr auto composed = [](auto y, auto x) { y(t) = inclusive_scan(maps, t, x(t)); };

auto filled(std::initializer_list<index_t> extents, dtype d, double first, double step)
    -> tir::array {
  tir::dimensions dims{};
  index_t size = 1;
  for (index_t const e : extents) {
    dims.extent[dims.rank++] = e;
    size *= e;
  }
  for (int n = 0; n < dims.rank; ++n) {
    size /= dims.extent[n];
    dims.stride[n] = size;
  }
  tir::array a(d, dims);
  double v = first;
  for (auto& item : a.items) {
    item = tir::make_scalar(d, v);
    v += step;
  }
  return a;
}

template <element T> auto row(index_t n, double first, double step) -> tir::array {
  return filled({n}, dtype_of<T>, first, step);
}

}  // namespace

TEST_CASE("a scan is a recurrence that knows its monoid", "[expr][scan]") {
  constexpr auto p = program_of<f32<2, 4>, f32<2, 4>>(totals);
  STATIC_REQUIRE(p.stages.count == 1);
  STATIC_REQUIRE(p.stages[0].carried == 2);
  STATIC_REQUIRE(p.stages[0].crossed == 0);
  STATIC_REQUIRE(p.stages[0].reduce.components == 0);
  STATIC_REQUIRE(tir::is_scan(p.stages[0]));
  STATIC_REQUIRE(p.exprs[tir::scanned_by(p, p.stages[0])].op == tir::opcode::load);
  REQUIRE(definitions(p) == "arg0(i, t) = (arg0(i, t - 1?) else 0) + arg1(i, t)\n");
  auto const y =
      elements<float>(p, {filled({2, 4}, dtype::f32, 0, 0), filled({2, 4}, dtype::f32, 1, 1)});
  REQUIRE(y == std::vector<float>{1, 3, 6, 10, 5, 11, 18, 26});
}

TEST_CASE("an exclusive scan begins with the identity", "[expr][scan]") {
  constexpr auto p = program_of<f32<5>, f32<5>>(before);
  REQUIRE(definitions(p) == "arg0(t) = (arg0(t - 1?) else 0) + select(t >= 1, arg1(t - 1?), 0)\n");
  auto const y = elements<float>(p, {row<float>(5, 0, 0), row<float>(5, 1, 1)});
  REQUIRE(y == std::vector<float>{0, 1, 3, 6, 10});
}

TEST_CASE("an exclusive scan reads nothing before the first point", "[expr][scan]") {
  auto const kernel = [](auto y, auto x, auto at) {
    y(t) = exclusive_scan(monoids::max, t, x(at(t)) - zero(x)(t + 1));
  };
  auto const p = program_of<i32<4>, i32<4>, i64<4>>(kernel);
  // x = 5 3 1 -1, at = 3 2 1 0: -1 - 3, 1 - 1, 3 + 1, 5
  auto const y = elements<std::int32_t>(
      p, {row<std::int32_t>(4, 0, 0), row<std::int32_t>(4, 5, -2), row<std::int64_t>(4, 3, -1)});
  REQUIRE(y == std::vector<std::int32_t>{-2147483647 - 1, -4, 0, 4});
}

TEST_CASE("values are combined in their order", "[expr][scan]") {
  auto const p = program_of<i64<3>, i64<3>>(composed);
  REQUIRE(tir::scanned_by(p, p.stages[0]) >= 0);
  REQUIRE(!p.stages[0].reduce.commutative);
  // 2 u + 1, then 2 u + 3, then 2 u + 5
  auto const y =
      elements<std::int64_t>(p, {row<std::int64_t>(3, 0, 0), row<std::int64_t>(3, 2001, 2)});
  REQUIRE(y == std::vector<std::int64_t>{2001, 4005, 8015});
}

TEST_CASE("every built-in monoid scans", "[expr][scan]") {
  auto const all_of_them = [](auto y, auto x) {
    local a("a"), b("b");
    a(t) = inclusive_scan(monoids::all, t, x(t) < 2) || inclusive_scan(monoids::any, t, x(t) == 3);
    b(t) = inclusive_scan(monoids::prod, t, x(t)) + inclusive_scan(monoids::min, t, 4 - x(t));
    y(t) = b(t) + select(a(t), 100, 0);
  };
  auto const p = program_of<i32<4>, i32<4>>(all_of_them);
  // x = 1 2 3 4: 1 2 6 24, 3 2 1 0, true false true true
  auto const y =
      elements<std::int32_t>(p, {row<std::int32_t>(4, 0, 0), row<std::int32_t>(4, 1, 1)});
  REQUIRE(y == std::vector<std::int32_t>{104, 4, 107, 124});
}

TEST_CASE("a scan inside of a value is a stage of its own", "[expr][scan]") {
  auto const centred = [](auto y, auto x) {
    y(i, t) = x(i, t) * 2 - inclusive_scan(monoids::sum, t, sum(k, x(i, k)) + x(i, t));
  };
  auto const p = program_of<i32<2, 3>, i32<2, 3>>(centred);
  CHECK(p.stages.count == 3);
  CHECK(p.stages[0].name == "sum0");
  CHECK(p.stages[1].name == "scan0");
  CHECK(tir::scanned_by(p, p.stages[1]) >= 0);
  auto const y = elements<std::int32_t>(
      p, {filled({2, 3}, dtype::i32, 0, 0), filled({2, 3}, dtype::i32, 1, 1)});
  REQUIRE(y == std::vector<std::int32_t>{-5, -11, -18, -11, -29, -48});
}

TEST_CASE("what two definitions use is scanned once", "[expr][scan]") {
  auto const twice = [](auto y, auto z, auto x) {
    auto const s = inclusive_scan(monoids::sum, t, x(t));
    y(t) = s;
    z(t) = s + 1;
  };
  auto const p = program_of<i32<3>, i32<3>, i32<3>>(twice);
  CHECK(p.stages.count == 3);
  auto const z = elements<std::int32_t>(
      p, {row<std::int32_t>(3, 0, 0), row<std::int32_t>(3, 0, 0), row<std::int32_t>(3, 1, 1)}, 1);
  REQUIRE(z == std::vector<std::int32_t>{2, 4, 7});
}

TEST_CASE("a reduction may be over what was scanned", "[expr][scan]") {
  auto const highest = [](auto y, auto x) {
    y(i) = ashlar::max(k, inclusive_scan(monoids::sum, k, x(i, k)));
  };
  auto const p = program_of<i32<2>, i32<2, 3>>(highest);
  auto const y =
      elements<std::int32_t>(p, {row<std::int32_t>(2, 0, 0), filled({2, 3}, dtype::i32, -2, 1)});
  REQUIRE(y == std::vector<std::int32_t>{-2, 6});
}

TEST_CASE("an expression on the spot scans", "[expr][scan]") {
  std::int64_t source[4] = {1, 2, 3, 4};
  std::int64_t sums[4]{};
  view<std::int64_t const, 4> const x(source);
  view<std::int64_t, 4> const y(sums);
  auto const a = y(t) = inclusive_scan(monoids::sum, t, x(t));
  auto const b = y(t) = exclusive_scan<maps>(t, 2 * x(t));
  auto const c = y(t) = exclusive_scan<monoids::sum>(t, x(t));
  for (auto const& p :
       {expr::record<decltype(a)>(), expr::record<decltype(b)>(), expr::record<decltype(c)>()}) {
    CHECK(p.fault.ok());
    CHECK(tir::scanned_by(p, p.stages[0]) >= 0);
  }
  CHECK(definitions(expr::record<decltype(a)>()) ==
        definitions(program_of<i64<4>, i64<4>>(
            [](auto out, auto in) { out(t) = inclusive_scan(monoids::sum, t, in(t)); })));
}

TEST_CASE("what cannot be scanned is refused", "[expr][scan]") {
  auto const elsewhere = [](auto y, auto x) { y(i) = inclusive_scan(monoids::sum, t, x(i, t)); };
  CHECK(says(fault_of<f32<2>, f32<2, 3>>(elsewhere), code::bad_axis_use,
             "axis t is not on the left of arg0"));
  auto const twice = [](auto y, auto x) { y(t) = inclusive_scan(monoids::sum, t, sum(t, x(t))); };
  CHECK(says(fault_of<f32<2>, f32<2>>(twice), code::bad_axis_use, "reduced on the right"));
  auto const truths = [](auto y, auto x) { y(t) = inclusive_scan(monoids::any, t, x(t)); };
  CHECK(says(fault_of<f32<2>, f32<2>>(truths), code::mixed_types, "any and all take bool"));
  auto const in_place = [](auto y, auto x) { y(t) = inclusive_scan(monoids::sum, t, x(t) + y(t)); };
  CHECK(says(fault_of<f32<2>, f32<2>>(in_place), code::undefined_tensor, "read before"));
}

TEST_CASE("a monoid is believed as long as the stage is that combination", "[expr][scan]") {
  auto p = program_of<f32<2, 4>, f32<2, 4>>(totals);
  auto const other = [](auto y, auto x) { y(i, t) = x(i, t) + carried(y, 0.0f)(i, t - 1); };
  auto const q = program_of<f32<2, 4>, f32<2, 4>>(other);
  CHECK(!tir::is_scan(q.stages[0]));
  CHECK(tir::scanned_by(q, q.stages[0]) < 0);
  auto const table = [](auto y, auto x) {
    y(i, t) = inclusive_scan(monoids::sum, t, x(i, t) + carried(y, 0.0f)(i - 1, t));
  };
  auto const both = program_of<f32<2, 4>, f32<2, 4>>(table);
  CHECK(both.fault.ok());
  CHECK(both.stages[0].carried == 3);
  CHECK(tir::scanned_by(both, both.stages[0]) < 0);
  p.exprs[p.stages[0].result].op = tir::opcode::sub;
  CHECK(tir::scanned_by(p, p.stages[0]) < 0);
}
