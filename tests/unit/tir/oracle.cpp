// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/interpret.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/programs.hpp>

namespace ashlar::tests {
namespace {

constexpr auto f32 = dtype::f32;

// for i: y[target(i)] = x[i], lowered, with n elements in each.
struct copy_nest : program_builder {
  handle y = output("y", f32, {-1});
  handle x = operand("x", f32, {4});
  handle i = -1;

  constexpr explicit copy_nest(loop_kind kind = loop_kind::serial, index_t n = 4)
      : i(loop_axis("i", constant(n), kind)) {}
  constexpr void finish(affine const& target, affine const& source) {
    p.root = loop(i, {store(place(y, {target}), load(x, {source}))});
  }
};

auto watched(program const& p, oracles watch = {}, index_t outputs = 4) -> violation {
  array all[] = {array(f32, {outputs}), array(f32, {4}, {1.F, 2.F, 3.F, 4.F})};
  return interpret(p, all, watch);
}

auto is(violation const& v, violation_kind kind, handle buffer, index_t index) -> bool {
  return v.kind == kind && v.buffer == buffer && v.index[0] == index;
}

TEST_CASE("a correct program has no violation", "[tir][oracle]") {
  copy_nest c(loop_kind::parallel);
  c.finish(c.at(c.i), c.at(c.i));
  CHECK(watched(c.p, oracles(2, 1)).ok());
}

TEST_CASE("an access outside is found where it happens", "[tir][oracle]") {
  copy_nest high;
  high.finish(high.at(high.i), high.at(high.i) + 1);
  CHECK(is(watched(high.p), violation_kind::out_of_bounds, high.x, 4));
  copy_nest low;
  low.finish(low.at(low.i) - 1, low.at(low.i));
  CHECK(is(watched(low.p), violation_kind::out_of_bounds, low.y, -1));
}

TEST_CASE("a checked store outside is not done", "[tir][oracle]") {
  copy_nest c;
  c.p.root = c.loop(c.i, {c.store(c.place(c.y, {c.at(c.i) - 1}, 1), c.load(c.x, {c.at(c.i)}))});
  CHECK(is(watched(c.p), violation_kind::never_written, c.y, 3));
  CHECK(watched(c.p, {}, 3).ok());
}

TEST_CASE("two iterations of a parallel loop that write one element are a race", "[tir][oracle]") {
  copy_nest c(loop_kind::parallel);
  auto const half = floor_div(c.p, c.at(c.i), constant(2));
  c.finish(half, c.at(c.i));
  CHECK(is(watched(c.p), violation_kind::race, c.y, 0));
  c.p.stmts[c.p.root].loop = loop_kind::serial;
  CHECK(watched(c.p, {}, 2).ok());
}

TEST_CASE("reading what another iteration writes is a race, in both orders", "[tir][oracle]") {
  for (int const step : {-1, 1}) {
    copy_nest c(loop_kind::parallel);
    auto const all = c.loop_axis("k", constant(4));
    auto const fill = c.loop(all, {c.store(c.place(c.y, {c.at(all)}), c.number(f32, 0))});
    auto const other = maximum(c.p, minimum(c.p, c.at(c.i) + step, constant(3)), constant(0));
    auto const use = c.loop(c.i, {c.store(c.place(c.y, {c.at(c.i)}), c.load(c.y, {other}))});
    c.p.root = c.chain({fill, use});
    CHECK(watched(c.p).kind == violation_kind::race);
    c.p.stmts[use].loop = loop_kind::serial;
    CHECK(watched(c.p).ok());
  }
}

TEST_CASE("a local that every iteration allocates is no race, a shared one is", "[tir][oracle]") {
  for (bool const is_private : {true, false}) {
    copy_nest c(loop_kind::parallel);
    auto const t = c.local("t", f32, {constant(1)});
    auto const to_t = c.store(c.place(t, {constant(0)}), c.load(c.x, {c.at(c.i)}));
    auto const from_t = c.store(c.place(c.y, {c.at(c.i)}), c.load(t, {constant(0)}));
    if (is_private) {
      c.p.root = c.loop(c.i, {c.allocate(t, {to_t, from_t})});
      CHECK(watched(c.p).ok());
    } else {
      c.p.root = c.allocate(t, {c.loop(c.i, {to_t, from_t})});
      CHECK(is(watched(c.p), violation_kind::race, t, 0));
    }
  }
}

TEST_CASE("contents end with the allocation", "[tir][oracle]") {
  copy_nest c;
  auto const t = c.local("t", f32, {constant(1)});
  auto const is_first = c.at(c.i) * -1;
  auto const to_t = c.guard({is_first}, {c.store(c.place(t, {constant(0)}), c.number(f32, 1))});
  auto const from_t = c.store(c.place(c.y, {c.at(c.i)}), c.load(t, {constant(0)}));
  c.p.root = c.allocate(t, {c.loop(c.i, {to_t, from_t})});
  CHECK(watched(c.p).ok());
  program_builder d{c.p};
  d.p.root = d.loop(c.i, {d.allocate(t, {to_t, from_t})});
  CHECK(is(watched(d.p), violation_kind::unwritten_read, t, 0));
}

TEST_CASE("a local needs its allocation", "[tir][oracle]") {
  copy_nest c;
  auto const t = c.local("t", f32, {constant(4)});
  c.p.root = c.loop(c.i, {c.store(c.place(t, {c.at(c.i)}), c.load(c.x, {c.at(c.i)}))});
  CHECK(is(watched(c.p), violation_kind::not_allocated, t, 0));
  c.p.root = c.chain({c.allocate(t, {}), c.p.root});
  CHECK(is(watched(c.p), violation_kind::not_allocated, t, 0));
}

TEST_CASE("an output is undefined until it is written, and has to be", "[tir][oracle]") {
  copy_nest c;
  c.p.root = c.loop(c.i, {c.store(c.place(c.y, {c.at(c.i)}), c.load(c.y, {c.at(c.i)}))});
  CHECK(is(watched(c.p), violation_kind::unwritten_read, c.y, 0));
  copy_nest few(loop_kind::serial, 3);
  few.finish(few.at(few.i), few.at(few.i));
  CHECK(is(watched(few.p), violation_kind::never_written, few.y, 3));
}

TEST_CASE("an input is not written", "[tir][oracle]") {
  copy_nest c;
  c.p.root = c.loop(c.i, {c.store(c.place(c.x, {c.at(c.i)}), c.number(f32, 1))});
  CHECK(is(watched(c.p), violation_kind::input_written, c.x, 0));
}

TEST_CASE("visits are counted where that is asked for", "[tir][oracle]") {
  copy_nest c;
  auto const twice = c.loop_axis("k", constant(2));
  c.p.root =
      c.loop(twice, {c.loop(c.i, {c.store(c.place(c.y, {c.at(c.i)}), c.load(c.x, {c.at(c.i)}))})});
  CHECK(watched(c.p).ok());
  CHECK(is(watched(c.p, oracles(2, 0)), violation_kind::not_read_once, c.x, 0));
  CHECK(is(watched(c.p, oracles(0, 1)), violation_kind::not_written_once, c.y, 0));
}

TEST_CASE("nothing runs where operands, checks or the program are wrong", "[tir][oracle]") {
  copy_nest c;
  c.finish(c.at(c.i), c.at(c.i));
  program faulty = c.p;
  faulty.fail(diag::code::bad_rank, "no rank");
  CHECK(watched(faulty).kind == violation_kind::faulty_program);

  array wrong_type[] = {array(f32, {4}), array(dtype::f64, {4})};
  CHECK(interpret(c.p, wrong_type).kind == violation_kind::wrong_operands);
  array wrong_rank[] = {array(f32, {4}), array(f32, {2, 2})};
  CHECK(interpret(c.p, wrong_rank).kind == violation_kind::wrong_operands);
  array too_few[] = {array(f32, {4})};
  CHECK(interpret(c.p, too_few).kind == violation_kind::wrong_operands);

  program checked = c.p;
  checked.checks.push_back(check{.sum = checked.add(constant(0)), .buffer = c.y});
  checked.checks.push_back(check{
      .sum = checked.add(program_builder{c.p}.extent(c.y, 0) - 4), .equal = true, .buffer = c.y});
  CHECK(watched(checked).ok());
  CHECK(is(watched(checked, {}, 5), violation_kind::refused, c.y, 1));
}

TEST_CASE("an operation out of its place is found", "[tir][oracle]") {
  copy_nest c;
  c.p.root = c.loop(c.i, {c.store(c.place(c.y, {c.at(c.i)}), c.accumulator(f32))});
  CHECK(watched(c.p).kind == violation_kind::bad_operation);
  copy_nest d;
  d.p.root = d.loop(d.i, {d.store(d.place(d.y, {d.at(d.i)}), d.number(dtype::f64, 1))});
  CHECK(watched(d.p).kind == violation_kind::bad_operation);
}

TEST_CASE("a division of indices by nothing is found", "[tir][oracle]") {
  copy_nest c;
  auto const by = floor_div(c.p, c.at(c.i), c.at(c.i) - 1);
  c.finish(c.at(c.i), by);
  CHECK(watched(c.p).kind == violation_kind::bad_divisor);
}

TEST_CASE("every kind of violation has a name of its own", "[tir][oracle]") {
  for (int a = 0; a <= static_cast<int>(violation_kind::not_written_once); ++a) {
    auto const name = name_of(static_cast<violation_kind>(a));
    CHECK_FALSE(name.empty());
    for (int b = 0; b < a; ++b) CHECK(name != name_of(static_cast<violation_kind>(b)));
  }
}

}  // namespace
}  // namespace ashlar::tests
