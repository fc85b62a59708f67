// SPDX-License-Identifier: Apache-2.0
// not in a batch: a type of its own is called access
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

/// e(i, j) = x(i, j) * x(i, j), t(i) = sum(k, e(i, k)), y(i, j) = e(i, j + shift) - t(i).
constexpr auto rows(index_t m, index_t n, int shift = 0) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {m, n - shift});
  auto const x = b.operand("x", dtype::f32, {m, n});
  handle const shape = shift == 0 ? y : x;
  auto const e = b.local("e", dtype::f32, {b.extent(shape, 0), b.extent(shape, 1)});
  auto const t = b.local("t", dtype::f32, {b.extent(shape, 0)});
  auto const i0 = b.axis("i", b.extent(e, 0));
  auto const j0 = b.axis("j", b.extent(e, 1));
  auto const at = b.load(x, {b.at(i0), b.at(j0)});
  b.stage(e, {i0, j0}, b.make(opcode::mul, at, at));
  auto const i1 = b.axis("i", b.extent(t, 0));
  auto const k1 = b.axis("k", b.extent(shape, 1), true);
  b.reduction(t, {i1}, {k1}, opcode::add, 0, b.load(e, {b.at(i1), b.at(k1)}));
  auto const i2 = b.axis("i", b.extent(y, 0));
  auto const j2 = b.axis("j", b.extent(y, 1));
  b.stage(y, {i2, j2},
          b.make(opcode::sub, b.load(e, {b.at(i2), b.at(j2) + shift}), b.load(t, {b.at(i2)})));
  return b.p;
}

constexpr auto in_rows = [](schedule& s) {
  s["e"].store_in(s);
  s.compute_at("t", "y", "i");
  s.compute_at("e", "y", "i");
};

// Each part of a row is computed where the sum reads it.
constexpr auto in_parts = [](schedule& s) {
  auto const [k, lane] = s["t"].split("k", 8, tail::cut);
  s["t"].vectorize(lane);
  s["e"].vectorize("j", 8, tail::cut);
  s.compute_at("t", "y", "i");
  s["e"].store_in(s);
  s["e"].compute_at(s["t_rf"].get("ko"));
};

void require_lowered(program const& before, program const& scheduled_program) {
  program p = scheduled_program;
  pass::lower(p, 32, [&](std::string_view name, program const& now) {
    if (now.root >= 0) require_same(before, now, name == "settle registers", has_checks(name));
  });
  REQUIRE(show(p).find("allocate e") == std::string::npos);
}

}  // namespace

TEST_CASE("an output holds the rows that it is computed from", "[schedule][hold][golden]") {
  auto const p = scheduled(rows(-1, -1), in_rows);
  auto const text = show(after(p, "simplify nest"));
  REQUIRE(text == golden("schedule/hold/rows.tir", text));
  require_lowered(rows(-1, -1), p);
  require_lowered(rows(4, 20), scheduled(rows(4, 20), in_rows));
}

TEST_CASE("parts of a row are computed in the loop of the reduction that reads them",
          "[schedule][hold][golden]") {
  auto const p = scheduled(rows(-1, -1), in_parts);
  auto const text = show(after(p, "simplify nest"));
  REQUIRE(text == golden("schedule/hold/parts.tir", text));
  require_lowered(rows(-1, -1), p);
  require_lowered(rows(4, 20), scheduled(rows(4, 20), in_parts));
}

TEST_CASE("at the root the whole output holds them", "[schedule][hold]") {
  auto const p = scheduled(rows(-1, -1), [](schedule& s) { s["e"].store_in(s["y"]); });
  STATIC_REQUIRE(scheduled(rows(3, 5), in_rows).stages[0].held_in == 0);
  REQUIRE(after(p, "settle registers").fault.ok());
  require_same(rows(-1, -1), after(p, "settle registers"), true);
}

TEST_CASE("what keeps an output from holding a stage is said", "[schedule][hold]") {
  auto const hold = [](schedule& s) { s["e"].store_in(s); };
  REQUIRE(message_of(rows(4, 8, 1), hold) ==
          "E018 store_in(y) of e: its extents differ; use scope::workspace, stack or registers, or "
          "one of the outputs: (none)");
  REQUIRE(message_of(rows(4, 8), [](schedule& s) { s["t"].store_in(s); }) ==
          "E018 store_in(y) of t: its elements or dimensions differ; use scope::workspace, stack "
          "or registers, or one of the outputs: (none)");
  REQUIRE(message_of(rows(4, 8), [](schedule& s) { s.store_in(s["e"]); }) ==
          "E018 store_in(e) of y: it is an output itself; use scope::workspace, stack or "
          "registers, or one of the outputs: (none)");
  REQUIRE(message_of(rows(4, 8), [](schedule& s) { s["e"].store_in(s["t"]); })
              .starts_with("E018 store_in(t) of e: that is no output; use scope::workspace, stack "
                           "or registers, or one of the outputs: y"));
  REQUIRE(message_of(product(4, 8, 8), [](schedule& s) {
            s.cache_read("a", "i");
            s["a_cache"].store_in(s);
          }).starts_with("E018 store_in(y) of a_cache: that is a reduction"));
}

TEST_CASE("an output that runs over a value twice cannot hold it", "[schedule][hold]") {
  REQUIRE(message_of(rows(4, 8), [](schedule& s) {
            s["e"].store_in(s);
            s.split("j", 3, tail::shift_inwards);
          }).starts_with("E018 store_in(y) of e: that is computed twice where blocks overlap"));
  REQUIRE(message_of(rows(4, 8), [](schedule& s) {
            s["e"].split("j", 3, tail::round_up);
            s["e"].store_in(s);
          }).starts_with("E018 store_in(y) of e: it runs beyond its end, where that has nothing"));
}

TEST_CASE("all that reads the values comes before they are written over", "[schedule][hold]") {
  // In each block of a row the sum of the row would be made again, from values and results.
  REQUIRE(message_of(rows(4, 16),
                     [](schedule& s) {
                       s.split("j", 4);
                       s.compute_at("t", "y", "jo");
                       s.compute_at("e", "y", "i");
                       s["e"].store_in(s);
                     }) ==
          "E018 store_in(y) of e: t reads it where y has written over some of it; compute that "
          "where it is computed; use scope::workspace");
  // At root, the sums of later rows are made when earlier ones are done.
  REQUIRE(message_of(rows(4, 16), [](schedule& s) {
            s.compute_at("t", "y", "i");
            s["e"].store_in(s);
          }).starts_with("E018 store_in(y) of e: t reads it where y has written over some"));
}

TEST_CASE("what a stage after the output reads is not held by it", "[schedule][hold]") {
  // z(i, j) = e(i, j), when y has taken the place of e.
  program_builder b{};
  b.p = rows(4, 8);
  auto const z = b.output("z", dtype::f32, {4, 8});
  auto const i = b.axis("i", constant(4));
  auto const j = b.axis("j", constant(8));
  auto const e = b.p.stages[scheduling::find_stage(b.p, "e")].buffer;
  b.stage(z, {i, j}, b.load(e, {b.at(i), b.at(j)}));
  REQUIRE(message_of(b.p, [](schedule& s) {
            s["e"].store_in(s["y"]);
          }).starts_with("E018 store_in(y) of e: z reads it where y has written over some of it"));
}

TEST_CASE("an output does not hold what it reads elsewhere", "[schedule][hold]") {
  // y(i, j) = zero(e)(i, j + 1) - t(i): its extents are those of e, its indices are not.
  auto p = rows(4, 8);
  access* last = nullptr;
  for (auto& a : p.accesses) {
    if (p.buffers[a.buffer].name == "e") last = &a;
  }
  last->index[1] = p.add(p.indices[last->index[1]] + 1);
  last->checked = 2;
  REQUIRE(message_of(p, [](schedule& s) {
            s["e"].store_in(s);
          }).starts_with("E018 store_in(y) of e: that reads it at other indices than it writes"));
}

TEST_CASE("an output holds one stage", "[schedule][hold]") {
  // y(i, j) = e(i, j) - t(i) + f(i, j) with f(i, j) = x(i, j) + x(i, j).
  auto const two = [] {
    program_builder b{};
    auto const y = b.output("y", dtype::f32, {4, 8});
    auto const x = b.operand("x", dtype::f32, {4, 8});
    handle locals[] = {b.local("e", dtype::f32, {constant(4), constant(8)}),
                       b.local("f", dtype::f32, {constant(4), constant(8)})};
    for (handle const local : locals) {
      auto const i = b.axis("i", constant(4));
      auto const j = b.axis("j", constant(8));
      auto const at = b.load(x, {b.at(i), b.at(j)});
      b.stage(local, {i, j}, b.make(local == locals[0] ? opcode::mul : opcode::add, at, at));
    }
    auto const i = b.axis("i", constant(4));
    auto const j = b.axis("j", constant(8));
    b.stage(y, {i, j},
            b.make(opcode::sub, b.load(locals[0], {b.at(i), b.at(j)}),
                   b.load(locals[1], {b.at(i), b.at(j)})));
    return b.p;
  }();
  REQUIRE(message_of(two, [](schedule& s) {
            s["e"].store_in(s);
            s["f"].store_in(s);
          }).starts_with("E018 store_in(y) of f: that holds another stage already"));
}

TEST_CASE("parts and fused loops that overlap are seen", "[schedule][hold]") {
  auto const parts = [](schedule& s) {
    s["e"].store_in(s);
    s.split("j", 12, tail::guard);
    s.split("ji", 8, tail::shift_inwards);
  };
  REQUIRE(message_of(rows(4, 20), parts)
              .starts_with("E018 store_in(y) of e: that is computed twice where blocks overlap"));
  auto const fused = [](schedule& s) {
    s["e"].store_in(s);
    s.split(s.fuse("i", "j"), 8, tail::shift_inwards);
  };
  REQUIRE(message_of(rows(3, 7), fused)
              .starts_with("E018 store_in(y) of e: that is computed twice where blocks overlap"));
}

TEST_CASE("where an output holds values no input may be in its memory", "[schedule][hold]") {
  auto written = rows(4, 8);
  for (auto& b : written.buffers) b.may_alias_output = b.operand > 0;
  auto const p = scheduled(written, in_rows);
  REQUIRE(p.fault.ok());
  for (auto const& b : p.buffers) REQUIRE(!b.may_alias_output);
}

TEST_CASE("a stage that is not whole where the output reads it cannot be held",
          "[schedule][hold]") {
  // Without store_in, and in a loop that makes only a part of the row.
  REQUIRE(message_of(rows(4, 16),
                     [](schedule& s) {
                       s.compute_at("t", "y", "i");
                       s.compute_at("e", "t", "k");
                     }) ==
          "E013 e cannot be computed at k of t: y reads it outside of that loop; it can be at: "
          "root");
  auto const p = scheduled(rows(4, 16), [](schedule& s) {
    auto const [jo, ji] = s.split("j", 4);
    s["e"].store_in(s);
    s.compute_root("t");
    static_cast<void>(ji);
    s.compute_at("t", "y", "jo");
    s.compute_at("e", "y", "jo");
    static_cast<void>(jo);
  });
  REQUIRE(p.fault.ok());
  program q = p;
  pass::lower(q, 32);
  REQUIRE(q.fault.id == diag::code::bad_store_in);
  REQUIRE(
      q.fault.text.view().find("what is computed of it in jo is not, along j, what y has there") !=
      std::string_view::npos);
}
