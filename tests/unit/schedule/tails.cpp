// SPDX-License-Identifier: Apache-2.0
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// y(i, j) = 2 * x(i, j)
auto twice(index_t m, index_t n, bool in_place = false) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {m, n});
  auto const x = b.operand("x", dtype::f32, {m, n});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  auto const from = b.load(in_place ? y : x, {b.at(i), b.at(j)});
  b.stage(y, {i, j}, b.make(opcode::mul, from, b.number(dtype::f32, 2)));
  b.p.buffers[x].may_alias_output = true;
  return b.p;
}

// All passes keep the values; the checks of the entry, which refuse extents, are asked before.
void require_golden(char const* name, program const& p, auto const& apply) {
  program const q = scheduled(p, apply);
  REQUIRE(q.fault.ok());
  program same = p;
  same.checks = q.checks;
  same.indices = q.indices;
  same.atoms = q.atoms;
  for (auto const pass : {"build nest", "simplify nest", "settle registers"}) {
    auto const now = after(q, pass);
    same.indices = now.indices;
    same.atoms = now.atoms;
    require_same(same, now, std::string_view(pass) == "settle registers", has_checks(pass));
  }
  auto const text = show(after(p, "simplify nest")) + "-->\n" + show(after(q, "simplify nest"));
  REQUIRE(text == golden(std::string("schedule/tails/") + name + ".tir", text));
}

}  // namespace

TEST_CASE("the last block is moved back until it is full", "[schedule][tails][golden]") {
  require_golden("shift_inwards", twice(-1, -1), [](schedule& s) {
    s.split("i", 3, tail::shift_inwards);
    s.vectorize("j", 8, tail::shift_inwards);
  });
}

TEST_CASE("the entry checks that there is one full block", "[schedule][tails]") {
  auto const p = scheduled(twice(-1, 20), [](schedule& s) {
    s.split("i", 8, tail::shift_inwards);
    s.split("j", 8, tail::shift_inwards);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.checks.count == 1 + twice(-1, 20).checks.count);
  auto const& c = p.checks.back();
  REQUIRE_FALSE(c.equal);
  REQUIRE(p.indices[c.sum] == p.axes[p.stages[0].pure[0]].extent - 8);
  REQUIRE(p.buffers[c.buffer].name == "y");
  REQUIRE(c.dim == 0);
}

TEST_CASE("with blocks that overlap, inputs are apart from the output",
          "[schedule][tails][subtlety]") {
  auto const allowed = [](tail t) {
    auto const p = scheduled(twice(20, 20), [&](schedule& s) { s.split("i", 8, t); });
    return p.buffers[1].may_alias_output;
  };
  REQUIRE(allowed(tail::guard));
  REQUIRE_FALSE(allowed(tail::shift_inwards));
}

TEST_CASE("blocks beyond the end have memory of their own", "[schedule][tails][golden]") {
  require_golden("round_up", blur(11), [](schedule& s) {
    auto const h = s["h"];
    h.vectorize("c", 8, tail::round_up);
    h.split("r", 4, tail::round_up);
  });
}

TEST_CASE("a part of a local is rounded up, too", "[schedule][tails]") {
  auto const p = blur(20);
  auto const q = scheduled(p, [](schedule& s) {
    auto const [ro, ri] = s.split("r", 4);
    s.compute_at("h", ro);
    s["h"].split("r", 4, tail::round_up);
    s["h"].vectorize("c", 8, tail::round_up);
  });
  program const low = after(q, "settle registers");
  require_same(p, low, true);
  auto const& h = low.buffers[low.stages[0].buffer];
  REQUIRE(low.indices[h.shape[0]] == constant(8));
  REQUIRE(low.indices[h.shape[1]] == constant(24));
}

TEST_CASE("parts that are rounded up one by one read what has been written", "[schedule][tails]") {
  auto const p = twice(1, -1);
  auto const q = scheduled(p, [](schedule& s) {
    auto const [jo, ji] = s.split("j", 2);
    s.reorder(jo, "i", ji);
    s.cache_read("x", "i");
    s["x_cache"].compute_at(ji);
    s["x_cache"].cache_read("x", "i");
    s["x_cache"].split("j", 2, tail::round_up);
    s["x_cache2"].compute_at(s.get("jo"));
  });
  require_same(p, after(q, "settle registers"), true);
}

TEST_CASE("an output is rounded up where the call proves a multiple", "[schedule][tails]") {
  auto const q = scheduled(twice(-1, 4), [](schedule& s) { s.split("i", 8, tail::round_up); });
  REQUIRE(q.fault.ok());
  REQUIRE(q.checks.back().equal);
  program const low = after(q, "simplify nest");
  require_valid(low);
  REQUIRE(count_stmts(low, low.root, stmt_kind::guard) == 0);
  auto operands = operands_of(q, 12);
  REQUIRE(interpret(low, operands).kind == violation_kind::refused);
  operands = operands_of(q, 16);
  oracles watch{};
  REQUIRE(interpret(low, operands, watch).ok());
}

TEST_CASE("the rest in vectors of half the lanes, and half of that", "[schedule][tails][golden]") {
  require_golden("narrow", twice(2, -1), [](schedule& s) { s.vectorize("j", 8, tail::narrow); });
}

TEST_CASE("a narrow rest of 7 is 4 and 2 and 1", "[schedule][tails]") {
  auto const q = scheduled(twice(2, 15), [](schedule& s) { s.vectorize("j", 8, tail::narrow); });
  program const low = after(q, "settle registers");
  require_same(q, low, true);
  REQUIRE(count_stmts(low, low.root, stmt_kind::guard) == 0);
  REQUIRE(count_stmts(low, low.root, stmt_kind::store) == 4);
}

TEST_CASE("narrow vectors keep their running values in registers", "[schedule][tails]") {
  auto const q = scheduled(product(3, -1, -1), [](schedule& s) {
    auto const [jo, ji] = s.split("j", 8, tail::narrow);
    s.reorder(jo, "i", "k", ji);
    s.vectorize(ji);
  });
  program const low = after(q, "settle registers");
  require_same(q, low, true);
  int registers = 0;
  for (auto const& b : low.buffers) registers += b.where == scope::registers ? 1 : 0;
  REQUIRE(registers == 4);
  int widths = 0;
  for (auto const& b : low.buffers) widths += b.where == scope::registers ? b.lanes : 0;
  REQUIRE(widths == 8 + 4 + 2 + 1);
}

TEST_CASE("what is wrong with narrow is said", "[schedule][tails]") {
  REQUIRE(message_of(twice(20, 20), [](schedule& s) { s.vectorize("j", 12, tail::narrow); }) ==
          "E021 tail::narrow of j: vectors of 12 lanes have no halves; use 8 or 16, or tail::mask");
  REQUIRE(message_of(twice(20, 20), [](schedule& s) { s.split("j", 8, tail::narrow); }) ==
          "E021 tail::narrow of j: the inner loop ji must be vectorized; vectorize it, or use "
          "tail::guard");
  REQUIRE(message_of(product(4, 8, 20), [](schedule& s) { s.vectorize("k", 8, tail::narrow); }) ==
          "E021 tail::narrow of k: it is a reduction loop of y, whose 8 lanes are combined as one "
          "vector; use tail::cut");
  REQUIRE(message_of(twice(20, 20), [](schedule& s) {
            s.split(s.split("j", 8, tail::narrow).outer, 2);
          }).starts_with("E021 split jo: tail::narrow has divided this loop in two"));
}

TEST_CASE("what is wrong with shift_inwards is said", "[schedule][tails][subtlety]") {
  auto const shift = tail::shift_inwards;
  REQUIRE(message_of(product(60, 48, 32), [&](schedule& s) { s.split("i", 8, shift); }) ==
          "E021 tail::shift_inwards of i: y is a reduction, and the last block would combine 8 "
          "points a second time; use tail::guard or tail::cut");
  REQUIRE(message_of(twice(5, 8), [&](schedule& s) { s.split("i", 8, shift); }) ==
          "E021 tail::shift_inwards of i: extent 5 has no block of 8; factors up to 5, or use "
          "tail::guard");
  REQUIRE(message_of(twice(20, 8, true), [&](schedule& s) { s.split("i", 8, shift); }) ==
          "E021 tail::shift_inwards of i: y reads what it replaces, and the last block of 8 would "
          "do so twice; use tail::guard or tail::cut");
  REQUIRE(
      message_of(twice(20, 8), [&](schedule& s) { s.parallel(s.split("i", 8, shift).outer); }) ==
      "E021 tail::shift_inwards of i: its last two blocks of 8 overlap, and parallel io would "
      "store them at the same time; make another loop parallel, or use tail::cut");
  REQUIRE(message_of(twice(20, 8), [&](schedule& s) {
            auto const [io, ii] = s.split("i", 8, shift);
            s.reorder(ii, io);
            s.parallel(ii);
          }).starts_with("E021 tail::shift_inwards of i: its last two blocks"));
  REQUIRE(message_of(twice(20, 8), [&](schedule& s) {
            s.split("i", 8, shift);
            s.parallel("ii");
            s.parallel("j");
          }).starts_with("E022"));
  REQUIRE(message_of(twice(20, 8),
                     [&](schedule& s) { s.parallel(s.split("i", 8, shift).inner); }) == "ok");
  REQUIRE(message_of(blur(20),
                     [&](schedule& s) {
                       s.compute_at("h", s.get("r"));
                       s["h"].split("c", 8, shift);
                     }) ==
          "E021 tail::shift_inwards of c: h is computed at r, where a part may be smaller than a "
          "block of 8; use tail::round_up, or compute it at the root");
}

TEST_CASE("a block is compared with what its loop covers", "[schedule][tails][subtlety]") {
  REQUIRE(message_of(twice(5, 8), [](schedule& s) {
            auto const ii = s.split("i", 17).inner;
            s.split(ii, 8, tail::shift_inwards);
          }).starts_with("E021 tail::shift_inwards of ii: extent 5 has no block of 8"));
}

TEST_CASE("what is wrong with round_up is said", "[schedule][tails][subtlety]") {
  auto const up = tail::round_up;
  REQUIRE(
      message_of(product(60, 48, 30), [&](schedule& s) { s.split("k", 8, up); }) ==
      "E021 tail::round_up of k: it is a reduction loop of y, and what is beyond its last of 30 "
      "points would be combined, too; use tail::guard or tail::cut");
  REQUIRE(message_of(product(60, 48, -1), [&](schedule& s) { s.split("k", 8, up); })
              .starts_with("E021 tail::round_up of k: it is a reduction loop of y, and what is "
                           "beyond its end would be combined"));
  REQUIRE(message_of(product(60, 48, 30), [&](schedule& s) { s.split("i", 8, up); }) ==
          "E021 tail::round_up of i: y is an operand, whose memory ends after 60 and not after a "
          "multiple of 8; use tail::guard or tail::cut, or split by: 5, 6, 10, 12");
  REQUIRE(message_of(blur(20),
                     [&](schedule& s) {
                       auto const h = s["h"];
                       h.split(h.split("c", 8).outer, 2, up);
                     }) ==
          "E021 tail::round_up of co: it is a part of another loop, and memory is padded for an "
          "axis of h as a whole; split that by 2 first, or use tail::guard");
}
