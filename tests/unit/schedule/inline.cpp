// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// t(i) = x(2 * i) - 1, and y(i) reads t at i - 1 and i + 1, where outside t counts as 5 or as 0.
constexpr auto shifted(index_t n) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {2 * n});
  auto const t = b.local("t", dtype::f32, {constant(n)});
  auto const i = b.axis("i", constant(n));
  b.stage(t, {i}, b.make(opcode::sub, b.load(x, {b.at(i) * 2}), b.number(dtype::f32, 1)));
  auto const j = b.axis("j", constant(n));
  auto const five = b.number(dtype::f32, 5);
  b.stage(y, {j},
          b.make(opcode::add, b.load(t, {b.at(j) - 1}, 1, five), b.load(t, {b.at(j) + 1}, 1)));
  return b.p;
}

// place(i) = 3 - i (as i64), y(i) = x(place(i)) * place(i).
constexpr auto gathered() -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4});
  auto const x = b.operand("x", dtype::f32, {4});
  auto const place = b.local("place", dtype::i64, {constant(4)});
  auto const i = b.axis("i", constant(4));
  b.stage(place, {i}, b.index(constant(3) - b.at(i)));
  auto const j = b.axis("j", constant(4));
  auto const at = b.load(place, {b.at(j)});
  affine const index = multiple(intern(b.p, atom_kind::loaded, at));
  b.stage(y, {j}, b.make(opcode::mul, b.load(x, {index}), b.cast(dtype::f32, at)));
  return b.p;
}

auto reads(program const& p, std::string_view stage, std::string_view buffer) -> bool {
  int const s = scheduling::find_stage(p, stage);
  for (int b = 0; b < p.buffers.count; ++b) {
    if (p.buffers[b].name == buffer) return scheduling::use_of(p, s, b).any();
  }
  return false;
}

constexpr auto inline_of(char const* stage) {
  return [stage](schedule& s) { s.compute_inline(stage); };
}

}  // namespace

TEST_CASE("an inlined stage is read by nobody, and values stay", "[schedule][inline]") {
  constexpr auto p = scheduled(blur(6), inline_of("h"));
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(p.stages[0].place == placement::inlined);
  REQUIRE_FALSE(reads(p, "v", "h"));
  REQUIRE(reads(p, "v", "x"));
  REQUIRE(values_of(p) == values_of(blur(6)));
  REQUIRE(values_of(p).size() == 36);
}

TEST_CASE("checked accesses keep their values outside", "[schedule][inline]") {
  auto const p = scheduled(shifted(5), inline_of("t"));
  REQUIRE_FALSE(reads(p, "y", "t"));
  REQUIRE(values_of(shifted(5)).size() == 5);
  REQUIRE(values_of(p) == values_of(shifted(5)));
}

TEST_CASE("an index that is loaded is inlined, too", "[schedule][inline]") {
  auto const p = scheduled(gathered(), inline_of("place"));
  REQUIRE_FALSE(reads(p, "y", "place"));
  REQUIRE(values_of(gathered()).size() == 4);
  REQUIRE(values_of(p) == values_of(gathered()));
}

TEST_CASE("into a reduction and into its epilogue", "[schedule][inline]") {
  auto const p = scheduled(normalized(5, 3), inline_of("half"));
  REQUIRE_FALSE(reads(p, "y", "half"));
  REQUIRE(values_of(p) == values_of(normalized(5, 3)));
}

TEST_CASE("what is wrong with compute_inline is said", "[schedule][inline]") {
  auto const wrong = [](auto const& f) { return message_of(normalized(8, 8), f); };
  REQUIRE(wrong(inline_of("y")) == "E014 compute_inline y: it is an output, and must be stored");
  REQUIRE(wrong(inline_of("norm")) ==
          "E014 compute_inline norm: it is a reduction; use compute_at");
  REQUIRE(wrong(inline_of("none")) == "E015 the program has no stage none; stages: norm, half, y");
  REQUIRE(wrong([](schedule& s) {
            s.compute_inline("half");
            s.compute_inline("half");
          }) == "E014 compute_inline half: it is inlined already");
  REQUIRE(wrong([](schedule& s) {
            s.compute_inline("half");
            s["half"].split("i", 4);
          }) == "E014 split: half is inlined, and has no loops");
  REQUIRE(wrong([](schedule& s) {
            s.compute_inline("half");
            s.compute_root("half");
          }) == "E013 half is inlined already: call compute_root in place of compute_inline");
  REQUIRE(message_of(blur(8),
                     [](schedule& s) {
                       s["h"].cache_read("x", "r");
                       s.compute_inline("h");
                     }) ==
          "E014 compute_inline h: another stage is computed at one of its loops; compute that "
          "at root first");
}

TEST_CASE("an expression that outgrows the program is refused", "[schedule][inline]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4});
  auto const x = b.operand("x", dtype::f32, {4});
  handle from = x;
  for (char const* name : {"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "y"}) {
    auto const to = name[0] == 'y' ? y : b.local(name, dtype::f32, {constant(4)});
    auto const i = b.axis("i", constant(4));
    // Two loads, so that each stage that is inlined doubles the next.
    b.stage(to, {i}, b.make(opcode::mul, b.load(from, {b.at(i)}), b.load(from, {b.at(i)})));
    from = to;
  }
  auto const all = [](schedule& s) {
    for (char const* name : {"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"})
      s.compute_inline(name);
  };
  REQUIRE(message_of(b.p, all).starts_with("E001 compute_inline: needs "));
}
