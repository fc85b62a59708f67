// SPDX-License-Identifier: Apache-2.0
//
// What an expression is beyond the end of a loop, whatever the operands hold.
#include <ashlar/schedule/beyond.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/program_builder.hpp>

using namespace ashlar;
using namespace ashlar::tests;
using namespace ashlar::tir;

namespace {

// y(k) in 32 of x(k) in 29: what an expression of x(k), checked or not, is from 29 on.
struct beyond_end {
  program_builder b{};
  handle x = b.operand("x", dtype::f32, {29});
  handle n = b.operand("n", dtype::i32, {32});
  handle y = b.output("y", dtype::f32, {32});
  handle k = b.axis("k", constant(32));
  affine past = constant(28) - b.at(k);

  constexpr auto outside(double v) -> handle {
    return b.load(x, {b.at(k)}, 1, b.number(dtype::f32, v));
  }
  constexpr auto at(int by, unsigned checked) -> handle {
    return b.load(x, {b.at(k) + by}, checked);
  }
  constexpr auto value(handle e) -> scalar {
    b.stage(y, {k}, e);
    stage const s = b.p.stages[b.p.stages.count - 1];
    return scheduling::value_beyond(b.p, s, e, past);
  }
  constexpr auto is(handle e, double v) -> bool {
    return value(e) == make_scalar(b.p.exprs[e].type, v);
  }
  constexpr auto is_unknown(handle e) -> bool { return value(e).type == dtype::none; }
};

}  // namespace

TEST_CASE("a load that is outside gives its fallback", "[schedule][beyond]") {
  beyond_end w{};
  REQUIRE(w.is(w.outside(7), 7));
  REQUIRE(w.is(w.at(0, 1), 0));
  REQUIRE(w.is(w.at(3, 1), 0));
  REQUIRE(w.is_unknown(w.at(-1, 1)));  // x(28), of k = 29, is inside
  REQUIRE(w.is_unknown(w.at(0, 0)));   // no check: it would be outside of memory
}

TEST_CASE("operations of known values are known", "[schedule][beyond]") {
  beyond_end w{};
  handle const seven = w.outside(7);
  handle const any = w.at(-1, 1);
  REQUIRE(w.is(w.b.make(opcode::mul, seven, seven), 49));
  REQUIRE(w.is(w.b.make(opcode::max, seven, w.outside(9)), 9));
  REQUIRE(w.is_unknown(w.b.make(opcode::add, seven, any)));
  REQUIRE(w.is_unknown(w.b.make(opcode::mul, w.outside(0), any)));  // an infinity, perhaps
  handle const whole = w.b.load(w.n, {w.b.at(w.k)});
  REQUIRE(w.is(w.b.make(opcode::mul, w.b.number(dtype::i32, 0), whole), 0));
  REQUIRE(w.is_unknown(w.b.make(opcode::mul, w.b.number(dtype::i32, 1), whole)));
}

TEST_CASE("conditions that fail choose, and equal sides need no choice", "[schedule][beyond]") {
  beyond_end w{};
  auto const inside = [&](int end) {
    return w.b.p.add(tir::expr{.op = opcode::in_range,
                               .type = dtype::boolean,
                               .a = w.b.p.add(constant(end) - w.b.at(w.k))});
  };
  handle const any = w.at(-1, 1);
  REQUIRE(w.is(w.b.make(opcode::select, inside(28), any, w.outside(3)), 3));
  REQUIRE(w.is(w.b.make(opcode::select, inside(20), any, w.outside(3)), 3));
  REQUIRE(w.is_unknown(w.b.make(opcode::select, inside(30), any, w.outside(3))));
  REQUIRE(w.is(w.b.make(opcode::select, inside(30), w.outside(3), w.outside(3)), 3));
}
