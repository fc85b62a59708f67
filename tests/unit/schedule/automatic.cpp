// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <ashlar/schedule/automatic.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("a sum of bytes has no more lanes than a loop may have", "[schedule][automatic]") {
  program_builder b{};
  auto const y = b.output("y", dtype::u8, {1});
  auto const x = b.operand("x", dtype::u8, {-1});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const k = b.axis("k", b.extent(x, 0), true);
  b.reduction(y, {i}, {k}, opcode::add, 0, b.load(x, {b.at(k)}));
  REQUIRE(message_of(b.p, [](schedule& s) { automatic(s); }) == "ok");
}

TEST_CASE("a panel that no axis names is not packed", "[schedule][automatic]") {
  // y(i, j) = sum(k, a(i, k) * b(k, j + shift))
  auto const shifted = [](index_t shift) {
    program_builder b{};
    auto const y = b.output("y", dtype::f32, {1024, 512});
    auto const left = b.operand("a", dtype::f32, {1024, 256});
    auto const right = b.operand("b", dtype::f32, {256, 512 + shift});
    for (auto const t : {y, left, right}) b.p.buffers[t].stride[1] = 1;
    auto const i = b.axis("i", b.extent(y, 0));
    auto const j = b.axis("j", b.extent(y, 1));
    auto const k = b.axis("k", b.extent(left, 1), true);
    auto const from = b.load(right, {b.at(k), b.at(j) + shift});
    b.reduction(y, {i, j}, {k}, opcode::add, 0,
                b.make(opcode::mul, b.load(left, {b.at(i), b.at(k)}), from));
    return b.p;
  };
  auto const stages_of = [](program const& p) {
    auto const s = scheduled(p, [](schedule& all) { automatic(all); });
    INFO(std::string(s.fault.text.view()));
    REQUIRE(s.fault.ok());
    return s.stages.count;
  };
  REQUIRE(stages_of(shifted(0)) == 2);
  REQUIRE(stages_of(shifted(1)) == 1);
}

TEST_CASE("a stage that inlining has left without a reader stays where it is",
          "[schedule][automatic]") {
  // one(r, c) = 1, at(i) = x(i), y(i, j) = one(at(i), 0)
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4, 8});
  auto const x = b.operand("x", dtype::i64, {4});
  auto const one = b.local("one", dtype::f32, {constant(1), constant(1)});
  auto const at = b.local("at", dtype::i64, {constant(4)});
  auto const r = b.axis("r", constant(1));
  b.stage(one, {r, b.axis("c", constant(1))}, b.number(dtype::f32, 1));
  auto const i0 = b.axis("i", constant(4));
  b.stage(at, {i0}, b.load(x, {b.at(i0)}));
  auto const i = b.axis("i", constant(4));
  auto const j = b.axis("j", constant(8));
  auto const place = b.load(at, {b.at(i)});
  auto const loaded = tir::multiple(tir::intern(b.p, tir::atom_kind::loaded, place));
  b.stage(y, {i, j}, b.load(one, {loaded, constant(0)}));
  REQUIRE(message_of(b.p, [](schedule& s) { automatic(s); }) == "ok");
}

TEST_CASE("a stage that nothing reads any more stays at root", "[schedule][automatic]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4, 9});
  auto const x = b.operand("x", dtype::f32, {4, 9});
  auto const rest = b.local("rest", dtype::f32, {b.extent(y, 0)});
  auto const top = b.local("top", dtype::f32, {b.extent(y, 0)});
  auto const of_rows = [&](handle stage, opcode op) {
    auto const i = b.axis("i", b.extent(y, 0));
    auto const k = b.axis("k", b.extent(x, 1), true);
    b.reduction(stage, {i}, {k}, op, 0, b.load(x, {b.at(i), b.at(k)}));
  };
  of_rows(rest, opcode::add);
  of_rows(top, opcode::max);
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  b.stage(y, {i, j}, b.make(opcode::sub, b.load(x, {b.at(i), b.at(j)}), b.load(top, {b.at(i)})));
  auto const p = scheduled(b.p, [](schedule& s) { automatic(s); });
  REQUIRE(p.fault.ok());
  REQUIRE(p.stages[scheduling::find_stage(p, "rest")].place == placement::root);
  REQUIRE(p.stages[scheduling::find_stage(p, "top")].place == placement::at);
}
