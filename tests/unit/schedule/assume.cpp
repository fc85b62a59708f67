// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
//
// Definition: a program with a fact is the program whose types say so.
#include <ashlar/expr/expr.hpp>
#include <ashlar/schedule/export_halide.hpp>
#include <ashlar/schedule/export_tvm.hpp>
#include <ashlar/schedule/read_steps.hpp>
#include <support/random_schedule.hpp>
#include <unit/pass/support.hpp>
#include <unit/schedule/export_steps.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;

constexpr auto rows = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = sum(j, x(i, j));
};
// Bounds, quotients and remainders of loops over extents, and locals of their size.
constexpr auto bent = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  local h("h");
  h(i, j) = clamp(x)(i - 1, j + 1) + zero(x)(i + 1, j / 4);
  y(i, j) = h(i, j) + reflect(x)(i, j - 2) + x(i, j % 8);
};

constexpr auto type_of_f32(extent a, extent b, layout l = row_major) -> operand_type {
  extent const shape[] = {a, b};
  return make_operand_type<float>(l, shape, 2);
}
constexpr char const* names[] = {"y", "x"};
constexpr auto rows_of(extent n, extent m, layout l = row_major) -> program {
  extent const shape[] = {n};
  operand_type const types[] = {make_operand_type<float>(row_major, shape, 1),
                                type_of_f32(n, m, l)};
  return ashlar::expr::capture(rows, types, names);
}
constexpr auto bent_of(extent n, extent m) -> program {
  operand_type const types[] = {type_of_f32(n, m), type_of_f32(n, m)};
  return ashlar::expr::capture(bent, types, names);
}

void require_same_nests(program const& by_type, program const& with_fact, unsigned seed) {
  auto scheduled_by_type = by_type;
  random_schedule r(scheduled_by_type, seed);
  r.apply(6);
  auto p = with_fact;
  auto const read = replay(r.text(), p);
  INFO(r.text() << std::string(read.message().view()));
  if (!scheduled_by_type.fault.ok()) return;
  REQUIRE(read.ok());
  REQUIRE(show(after(p, "settle registers")) == show(after(scheduled_by_type, "settle registers")));
}
// Functions, as several programs at a time are too many for the stack.
void require_same_as(program (*type_says)(), program (*schedule_says)(), auto... facts) {
  auto const by_type = type_says();
  auto const with_fact = scheduled(schedule_says(), [&](schedule& s) { (s.assume(facts), ...); });
  require_valid(with_fact);
  REQUIRE(show(after(with_fact, "settle registers")) == show(after(by_type, "settle registers")));
  for (int b = 0; b < by_type.operands; ++b) {
    for (int d = 0; d < by_type.buffers[b].rank; ++d) {
      REQUIRE(with_fact.buffers[b].stride[d] == by_type.buffers[b].stride[d]);
    }
  }
  for (unsigned seed = 1; seed <= 20; ++seed) require_same_nests(by_type, with_fact, seed);
}

}  // namespace

TEST_CASE("an extent that is assumed is a constant of the nest", "[schedule][assume][golden]") {
  auto const apply = [](schedule& s, bool knows) {
    if (knows) s.assume(extent_of("x", 1) == 64);
    s.split("j", 8, tail::guard);
    s.unroll("ji");
  };
  auto const nest = [&](bool knows) {
    auto p = rows_of(dyn, dyn);
    schedule s(p);
    apply(s, knows);
    s.finish();
    auto const low = after(p, "simplify nest");
    text_sink all{};
    tir::print(low, all);
    return all.text;
  };
  auto const both = nest(false) + "-->\n" + nest(true);
  REQUIRE(both == golden("schedule/assume/rows.tir", both));
}

TEST_CASE("a fact is what the type would have said", "[schedule][assume]") {
  using e = extent_of;
  require_same_as([] { return rows_of(dyn, 64); }, [] { return rows_of(dyn, dyn); },
                  e("x", 1) == 64);
  require_same_as([] { return rows_of(7, 24); }, [] { return rows_of(dyn, dyn); }, e("x", 0) == 7,
                  e("x", 1) == 24);
  require_same_as([] { return rows_of(dyn, dyn_multiple_of(16)); },
                  [] { return rows_of(dyn, dyn); }, e("x", 1) % 16 == 0);
  require_same_as([] { return rows_of(dyn, dyn_multiple_of(12, 36)); },
                  [] { return rows_of(dyn, dyn_multiple_of(4)); }, e("x", 1) % 6 == 0,
                  e("x", 1) <= 40);
  require_same_as([] { return rows_of(dyn_at_most(10), dyn); }, [] { return rows_of(dyn, dyn); },
                  e("y", 0) <= 10);
  // Their rows are alike by what is stated alone: x is read there at bent indices.
  require_same_as([] { return bent_of(dyn, 16); }, [] { return bent_of(dyn, dyn); },
                  e("x", 1) == 16, e("y", 1) == 16);
  require_same_as([] { return bent_of(12, 16); }, [] { return bent_of(dyn, dyn); }, e("y", 1) == 16,
                  e("y", 0) == 12, e("x", 1) == 16);
  require_same_as([] { return bent_of(dyn, dyn_multiple_of(8)); }, [] { return bent_of(dyn, dyn); },
                  e("x", 1) % 8 == 0, e("y", 1) % 8 == 0);
  require_same_as([] { return bent_of(dyn, 12); }, [] { return bent_of(dyn, dyn); },
                  e("x", 1) == 12, e("y", 1) <= 12, e("y", 1) >= 12);
  require_same_as([] { return bent_of(dyn, 16); }, [] { return bent_of(dyn, dyn_multiple_of(8)); },
                  e("x", 1) == 16, e("y", 1) == 16);
}

TEST_CASE("it holds in constant evaluation, and the interpreter refuses what breaks it",
          "[schedule][assume]") {
  static constexpr auto p = scheduled(rows_of(dyn, dyn), [](schedule& s) {
    s.assume(extent_of("x", 1) == 8);
    s.unsafe_assume(extent_of("x", 0) % 3 == 0);
    s.vectorize("j");
  });
  STATIC_REQUIRE(p.fault.ok());
  auto const run = [](program const& with, index_t n, index_t m) {
    std::vector<tir::array> operands{tir::array(dtype::f32, {n}), tir::array(dtype::f32, {n, m})};
    return tir::interpret(with, operands).kind;
  };
  REQUIRE(run(p, 6, 8) == violation_kind::none);
  REQUIRE(run(p, 6, 9) == violation_kind::refused);
  REQUIRE(run(p, 5, 8) == violation_kind::refused);
  auto const bounded = scheduled(rows_of(dyn, dyn), [](schedule& s) {
    s.assume(extent_of("x", 1) >= 4);
    s.assume(stride_of("y", 0) == 1);  // the type says so
  });
  REQUIRE(bounded.facts.count == 1);
  REQUIRE(run(bounded, 2, 3) == violation_kind::refused);
  REQUIRE(run(bounded, 2, 4) == violation_kind::none);
}

TEST_CASE("at least is a bound of proofs", "[schedule][assume]") {
  auto const shifted = [](bool knows) {
    return scheduled(bent_of(dyn, dyn), [&](schedule& s) {
      if (knows) s.assume(extent_of("y", 1) >= 8);
      s.split("j", 8, tail::shift_inwards);
    });
  };
  auto const most = [](program p) {
    context none{};
    affine const n = symbol_value(p, scheduling::symbol_of(p, 0, 1));
    return always_nonnegative(p, none, n - 8);
  };
  REQUIRE_FALSE(most(shifted(false)));
  REQUIRE(most(shifted(true)));
  auto p = shifted(true);
  context none{};
  affine const s = symbol_value(p, scheduling::symbol_of(p, 0, 1));
  REQUIRE(upper_bound(p, none, constant(20) - s * 2, -1) == 4);
}

TEST_CASE("strides and addresses", "[schedule][assume]") {
  auto const p = scheduled(rows_of(dyn, dyn, any_strides), [](schedule& s) {
    s.assume(stride_of("x", 1) == 1);
    s.assume(stride_of("x", 0) == -40);
    s.assume(address_of("x") % 64 == 0);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.buffers[1].stride[0] == -40);
  REQUIRE(p.buffers[1].stride[1] == 1);
  REQUIRE(p.buffers[1].alignment == 64);
  REQUIRE(p.facts.count == 3);
  auto const packed =
      scheduled(rows_of(dyn, dyn), [](schedule& s) { s.assume(extent_of("x", 1) == 24); });
  REQUIRE(packed.buffers[1].stride[0] == 24);
}

TEST_CASE("what is wrong with a fact is said", "[schedule][assume]") {
  auto const wrong = [](program const& p, claim const& c) {
    return message_of(p, [&](schedule& s) { s.assume(c); });
  };
  auto const any = rows_of(dyn, dyn);
  REQUIRE(wrong(any, extent_of("z", 0) == 1) ==
          "E066 assume z.extent(0) == 1: no operand has that name; operands: y, x");
  REQUIRE(wrong(any, extent_of("x", 2) == 1) ==
          "E066 assume x.extent(2) == 1: dimension 2 of 2, counted from 0");
  REQUIRE(wrong(any, stride_of("x", -1) == 1) ==
          "E066 assume x.stride(-1) == 1: dimension -1 of 2, counted from 0");
  REQUIRE(wrong(any, extent_of("x", 1) == -3) ==
          "E066 assume x.extent(1) == -3: give an extent of 0 or more");
  REQUIRE(wrong(any, extent_of("x", 1) % 0 == 0) ==
          "E066 assume x.extent(1) % 0 == 0: give a multiple of 1 or more, and a rest of 0");
  REQUIRE(wrong(any, extent_of("x", 1) % 4 == 1).find("a rest of 0") != std::string::npos);
  REQUIRE(wrong(any, address_of("x") % 48 == 0) ==
          "E066 assume x.address % 48 == 0: give a power of two");
  REQUIRE(wrong(any, extent_of("x", 1) == index_t{1} << 41).find("at most 2^40") !=
          std::string::npos);
  REQUIRE(wrong(rows_of(dyn, 100), extent_of("x", 1) == 64) ==
          "E066 assume x.extent(1) == 64: the extent is 100; state what can be so");
  REQUIRE(wrong(rows_of(dyn, dyn_multiple_of(8, 48)), extent_of("x", 1) == 12) ==
          "E066 assume x.extent(1) == 12: the extent is a multiple of 8, at most 48; state what "
          "can be so");
  REQUIRE(wrong(any, stride_of("x", 1) == 2) ==
          "E066 assume x.stride(1) == 2: the stride is 1; state what can be so");
  REQUIRE(message_of(any,
                     [](schedule& s) {
                       s.assume(extent_of("x", 1) >= 10);
                       s.unsafe_assume(extent_of("x", 1) <= 9);
                     }) ==
          "E066 unsafe_assume x.extent(1) <= 9: the extent is a multiple of 1, at least 10; state "
          "what can be so");
  REQUIRE(message_of(any,
                     [](schedule& s) {
                       s.split("j", 8);
                       s.assume(extent_of("x", 0) == 8);
                       s.assume(extent_of("x", 1) == 8);
                     }) ==
          "E066 assume x.extent(1) == 8: it is the length of j, which was split or fused as if it "
          "were not so; state facts before that");
  REQUIRE(message_of(any, [](schedule& s) {
            for (index_t n = 0; n < 17; ++n) s.assume(extent_of("x", 1) >= n + 1);
          }).find("at most 16 facts") != std::string::npos);
  REQUIRE(wrong(rows_of(index_t{1} << 35, dyn), extent_of("x", 1) == index_t{1} << 30)
              .find("more than 1152921504606846976 bytes") != std::string::npos);
}

TEST_CASE("a fact that no call can have with the others", "[schedule][assume]") {
  constexpr auto shorter = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i) = x(i) + x(i + 2);
  };
  extent const shape[] = {dyn};
  auto const t = make_operand_type<float>(row_major, shape, 1);
  operand_type const types[] = {t, t};
  auto const p = ashlar::expr::capture(shorter, types, names);
  REQUIRE(p.fault.ok());
  REQUIRE(message_of(p, [](schedule& s) {
            s.assume(extent_of("y", 0) == 8);
            s.assume(extent_of("x", 0) == 10);
          }) == "ok");
  REQUIRE(message_of(p,
                     [](schedule& s) {
                       s.assume(extent_of("y", 0) == 8);
                       s.assume(extent_of("x", 0) == 9);
                     }) ==
          "E066 assume x.extent(0) == 9: then dimension 0 of x differs always, by -1, from what "
          "the kernel reads there");
}

TEST_CASE("facts are read back from their text", "[schedule][assume]") {
  auto const before = rows_of(dyn, dyn, any_strides);
  auto p = before;
  schedule s(p, choices{.taken = 1, .count = 2});
  s.assume(extent_of("x", 1) % 16 == 0);
  s.assume(extent_of("x", 1) <= 640);
  s.unsafe_assume(extent_of("y", 0) >= 2);
  s.assume(stride_of("x", 0) == -128);
  REQUIRE(s.specialize(address_of("x") % 64 == 0));
  REQUIRE_FALSE(s.specialize(extent_of("x", 1) == 64));
  s.split("j", 16);
  auto const text = std::string(s.print_steps().view());
  REQUIRE(text ==
          "x.assume(extent(1) % 16 == 0)\n"
          "x.assume(extent(1) <= 640)\n"
          "y.unsafe_assume(extent(0) >= 2)\n"
          "x.assume(stride(0) == -128)\n"
          "x.specialize(address % 64 == 0) -> true\n"
          "x.specialize(extent(1) == 64) -> false\n"
          "y.split(\"j\", 16, exact) -> \"jo\", \"ji\"\n");
  REQUIRE(s.finish().ok());
  auto q = before;
  REQUIRE(replay(text, q).ok());
  REQUIRE(q == p);

  auto const message = [&](std::string_view line) {
    auto r = before;
    return std::string(replay(line, r).message().view());
  };
  REQUIRE(message("x.assume(length(1) == 3)") ==
          "line 1, column 10: expected extent, stride or address, found 'length(1) =='");
  REQUIRE(message("x.assume(extent 1 == 3)") ==
          "line 1, column 17: expected '(' and a dimension, found '1 == 3)'");
  REQUIRE(message("x.assume(extent(1) < 3)") ==
          "line 1, column 20: expected '==', '%', '<=' or '>=', found '< 3)'");
  REQUIRE(message("x.assume(stride(1) % 3 == 0)") ==
          "line 1, column 20: expected '==' of a stride, '%' of an address, found '% 3 == 0)'");
  REQUIRE(message("x.assume(extent(1) % 3)") == "line 1, column 23: expected '== 0', found ')'");
  REQUIRE(message("x.specialize(extent(1) == 3)") ==
          "line 1, column 29: expected '->' and true or false, found the end of the line");
  REQUIRE(message("x.specialize(extent(1) == 3) -> maybe") ==
          "line 1, column 33: expected true or false, found 'maybe'");
  REQUIRE(message("x.assume(extent(12) == 3)") ==
          "line 1: assume x.extent(8) == 3: dimension 8 of 2, counted from 0");
  auto fixed = rows_of(dyn, 64);
  REQUIRE(std::string(replay("x.specialize(extent(1) == 64) -> false", fixed).message().view()) ==
          "line 1: specialize is true for these operands, not false");
}

TEST_CASE("facts in the languages of others", "[schedule][assume][export][golden]") {
  auto p = rows_of(dyn, dyn, any_strides);
  schedule s(p, choices{.taken = 2, .count = 2});
  s.assume(extent_of("x", 1) % 16 == 0);
  s.assume(extent_of("x", 1) <= 640);
  s.unsafe_assume(extent_of("y", 0) >= 2);
  s.assume(stride_of("x", 1) == 1);
  s.specialize(extent_of("x", 1) == 64);
  s.specialize(address_of("x") % 64 == 0);
  s.split("j", 16);
  s.finish();
  REQUIRE(p.fault.ok());
  text<4096> halide{};
  scheduling::export_halide(p, s.steps(), halide);
  REQUIRE(halide.view() == golden("schedule/assume/facts.halide", halide.view()));
  text<4096> tvm{};
  scheduling::export_tvm(p, s.steps(), tvm);
  REQUIRE(tvm.view() == golden("schedule/assume/facts.py", tvm.view()));
}

TEST_CASE("what the types decide makes no variant", "[schedule][specialize]") {
  auto p = rows_of(dyn_multiple_of(4), 64);
  schedule s(p);
  REQUIRE(s.specialize(extent_of("x", 1) == 64));
  REQUIRE_FALSE(s.specialize(extent_of("x", 1) == 65));
  REQUIRE(s.specialize(extent_of("x", 0) % 2 == 0));
  REQUIRE_FALSE(s.specialize(extent_of("x", 0) == 3));
  REQUIRE(p.facts.empty());
  REQUIRE(s.steps().steps.empty());
  REQUIRE(s.finish().ok());
}
