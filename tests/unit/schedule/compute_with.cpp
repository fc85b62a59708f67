// SPDX-License-Identifier: Apache-2.0
#include <ashlar/schedule/export_halide.hpp>
#include <ashlar/schedule/export_tvm.hpp>
#include <ashlar/schedule/read_steps.hpp>
#include <unit/pass/support.hpp>
#include <unit/schedule/export_steps.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

/// low(i) = min(k, x(i, k)), top(i) = max(k, x(i, k)), both outputs; of n rows, and of others.
constexpr auto extremes(index_t n, index_t others) -> program {
  program_builder b{};
  auto const low = b.output("low", dtype::f32, {n});
  auto const top = b.output("top", dtype::f32, {others});
  auto const x = b.operand("x", dtype::f32, {n, 12});
  auto const z = n == others ? x : b.operand("z", dtype::f32, {others, 12});
  auto const stage = [&](handle y, handle of, opcode op, double identity) {
    auto const i = b.axis("i", b.extent(n == others ? low : y, 0));
    auto const k = b.axis("k", b.extent(of, 1), true);
    b.reduction(y, {i}, {k}, op, identity, b.load(of, {b.at(i), b.at(k)}));
  };
  stage(low, x, opcode::min, 1e9);
  stage(top, z, opcode::max, -1e9);
  return b.p;
}

/// a(i, j) = x(i, j) + 1, b(i, j) = x(i, j) * 2, both local; s(i, j) = a(i, j) + r(i, j) with
/// r(i, j) = b(i, j) * b(i, j); s is the output.
constexpr auto diamond(index_t m, index_t n) -> program {
  program_builder b{};
  auto const s = b.output("s", dtype::f32, {m, n});
  auto const x = b.operand("x", dtype::f32, {m, n});
  auto const local = [&](char const* name) {
    return b.local(name, dtype::f32, {b.extent(s, 0), b.extent(s, 1)});
  };
  auto const a_ = local("a");
  auto const b_ = local("b");
  auto const r_ = local("r");
  auto const stage = [&](handle y, auto const& value) {
    auto const i = b.axis("i", b.extent(s, 0));
    auto const j = b.axis("j", b.extent(s, 1));
    b.stage(y, {i, j}, value([&](handle from) { return b.load(from, {b.at(i), b.at(j)}); }));
  };
  stage(a_, [&](auto at) { return b.make(opcode::add, at(x), b.number(dtype::f32, 1)); });
  stage(b_, [&](auto at) { return b.make(opcode::mul, at(x), b.number(dtype::f32, 2)); });
  stage(r_, [&](auto at) { return b.make(opcode::mul, at(b_), at(b_)); });
  stage(s, [&](auto at) { return b.make(opcode::add, at(a_), at(r_)); });
  return b.p;
}

constexpr void share(schedule& s) { s.compute_with("top", s["low"].get("i")); }

// Blocks in threads, with lanes inside of what is shared.
template <tail Tails> constexpr void blocks(schedule& s) {
  for (auto const* const name : {"a", "b"}) {
    auto const [jo, ji] = s[name].split("j", 8, Tails);
    s[name].vectorize(ji);
    s[name].parallel("i");
  }
  s.compute_with("a", s["b"].get("jo"));
}

// Every pass leaves what the stages said before.
void require_lowered(program const& before, auto const& apply) {
  program p = scheduled(before, apply);
  INFO(std::string(p.fault.text.view()));
  REQUIRE(p.fault.ok());
  REQUIRE(verify(p).ok());
  pass::lower(p, 32, [&](std::string_view name, program const& now) {
    if (now.root >= 0) require_same(before, now, name == "settle registers", has_checks(name));
  });
  REQUIRE(p.fault.ok());
}

auto loops_of(program const& before, auto const& apply) -> int {
  auto const p = after(scheduled(before, apply), "build nest");
  return count_stmts(p, p.root, stmt_kind::loop);
}

}  // namespace

TEST_CASE("two reductions of the same rows", "[schedule][compute_with][golden]") {
  auto const before = extremes(-1, -1);
  auto const text = show(after(before, "simplify nest")) + "-->\n" +
                    show(after(scheduled(before, share), "simplify nest"));
  REQUIRE(text == golden("schedule/compute_with/rows.tir", text));
}

TEST_CASE("two loops and their blocks are shared", "[schedule][compute_with][golden]") {
  auto const p = scheduled(diamond(6, 20), blocks<tail::cut>);
  auto const text = show(after(p, "simplify nest"));
  REQUIRE(text == golden("schedule/compute_with/blocks.tir", text));
}

TEST_CASE("shared loops in constant evaluation", "[schedule][compute_with]") {
  constexpr auto p = scheduled(extremes(8, 8), share);
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.axes[p.stages[1].with_axis].name == "i");
  STATIC_REQUIRE(verify(p).ok());
}

TEST_CASE("shared loops compute what loops of their own do", "[schedule][compute_with]") {
  require_lowered(extremes(9, 9), share);
  require_lowered(extremes(-1, -1), share);
  for (index_t const n : {16, 21, -1}) {
    require_lowered(diamond(n, n), blocks<tail::guard>);
    require_lowered(diamond(n, n), blocks<tail::cut>);
    require_lowered(diamond(n, n), [](schedule& s) {
      auto const unrolled = [&](char const* name) { return s[name].unroll("i", 2).outer; };
      auto const io = unrolled("a");
      unrolled("b");
      s.compute_with("b", io);
    });
    require_lowered(diamond(n, 9), [](schedule& s) {
      for (auto const* const name : {"a", "b"}) s[name].fuse("i", "j");
      s.compute_with("b", s["a"].get("i_j"));
    });
    require_lowered(diamond(n, 9), [](schedule& s) {
      for (auto const* const name : {"a", "b"}) s[name].split_parts("i", 3);
      s.compute_with("b", s["a"].get("ii"));
    });
  }
}

TEST_CASE("loops are opened once", "[schedule][compute_with]") {
  REQUIRE(loops_of(extremes(9, 9), [](schedule&) {}) - loops_of(extremes(9, 9), share) == 1);
  auto const all = loops_of(diamond(9, 9), [](schedule&) {});
  REQUIRE(all == 8);
  REQUIRE(loops_of(diamond(9, 9), [](schedule& s) { s.compute_with("a", s["b"].get("j")); }) ==
          all - 2);
}

TEST_CASE("stages that are needed come before what they are shared with",
          "[schedule][compute_with]") {
  // r reads b, so both come before a and r share a nest.
  require_lowered(diamond(7, 9), [](schedule& s) { s.compute_with("r", s["a"].get("i")); });
  require_lowered(diamond(7, 9), [](schedule& s) { s.compute_with("a", s["r"].get("j")); });
}

TEST_CASE("stages in a loop of their reader share loops there", "[schedule][compute_with]") {
  for (index_t const n : {8, 19, -1}) {
    require_lowered(diamond(n, n), [](schedule& s) {
      auto const at = s.split("j", 8).outer;
      for (auto const* const name : {"a", "r", "b"}) s.compute_at(name, at);
      s.compute_with("a", s["b"].get("j"));
    });
  }
  // In other parts of the tensors their loops have other extents, and that is known below.
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {8});
  auto const x = b.operand("x", dtype::f32, {12});
  handle local[2] = {b.local("u", dtype::f32, {constant(12)}),
                     b.local("v", dtype::f32, {constant(12)})};
  for (handle const l : local) {
    auto const i = b.axis("i", constant(12));
    b.stage(l, {i}, b.load(x, {b.at(i)}));
  }
  auto const i = b.axis("i", b.extent(y, 0));
  auto const two =
      b.make(opcode::add, b.load(local[0], {b.at(i)}), b.load(local[0], {b.at(i) + 1}));
  b.stage(y, {i}, b.make(opcode::add, two, b.load(local[1], {b.at(i)})));
  program p = scheduled(b.p, [](schedule& s) {
    s.compute_at("u", "y", "i");
    s.compute_at("v", "y", "i");
    s.compute_with("v", s["u"].get("i"));
  });
  REQUIRE(p.fault.ok());
  pass::lower(p, 32);
  REQUIRE(p.fault.text.view() ==
          "compute_with of v: in i it does not have the iterations of i of u, as another part of "
          "it is computed there");
  REQUIRE(p.fault.id == diag::code::bad_compute_with);
}

TEST_CASE("what stages of shared loops read is no more than they read alone",
          "[schedule][compute_with]") {
  // e(i, k) = x(i, k) * 2, lo and hi its extremes of a row, y(i) = hi(i) - lo(i)
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {16});
  auto const x = b.operand("x", dtype::f32, {16, 12});
  auto const e = b.local("e", dtype::f32, {constant(16), constant(12)});
  auto const lo = b.local("lo", dtype::f32, {constant(16)});
  auto const hi = b.local("hi", dtype::f32, {constant(16)});
  auto const r = b.axis("i", constant(16));
  auto const c = b.axis("k", constant(12));
  auto const at = b.load(x, {b.at(r), b.at(c)});
  b.stage(e, {r, c}, b.make(opcode::add, at, at));
  auto const extreme = [&](handle of, opcode op, double identity) {
    auto const i = b.axis("i", constant(16));
    auto const k = b.axis("k", constant(12), true);
    b.reduction(of, {i}, {k}, op, identity, b.load(e, {b.at(i), b.at(k)}));
  };
  extreme(lo, opcode::min, 1e9);
  extreme(hi, opcode::max, -1e9);
  auto const i = b.axis("i", constant(16));
  b.stage(y, {i}, b.make(opcode::sub, b.load(hi, {b.at(i)}), b.load(lo, {b.at(i)})));
  auto const joint = [](schedule& s) {
    auto const at_block = s.split("i", 4).outer;
    for (auto const* const name : {"lo", "hi", "e"}) s.compute_at(name, at_block);
    for (auto const* const name : {"lo", "hi"}) s[name].split("i", 4);
    for (auto const* const name : {"lo", "hi"}) s[name].unroll("ii");
    s.compute_with("hi", s["lo"].get("ii"));
  };
  require_lowered(b.p, joint);
  program const p = after(scheduled(b.p, joint), "build nest");
  REQUIRE(p.indices[p.buffers[e].shape[0]].is_constant(4));
}

TEST_CASE("what is computed at shared loops stays with its stage", "[schedule][compute_with]") {
  require_lowered(extremes(9, 9), [](schedule& s) {
    for (auto const* const name : {"low", "top"}) {
      s[name].cache_read("x", "i").vectorize("k", 4);
      s[name].vectorize("k", 4);
    }
    share(s);
  });
}

TEST_CASE("what cannot share a loop says why, with the loops that can",
          "[schedule][compute_with]") {
  auto const wrong = [](auto const& f) { return message_of(diamond(8, 16), f); };
  REQUIRE(message_of(extremes(8, 9), share) ==
          "E059 compute_with i of top: i of top and i of low have extents 9 and 8; legal loops of "
          "low: (none)");
  REQUIRE(
      message_of(extremes(8, 8), [](schedule& s) { s.compute_with("top", s["low"].get("k")); }) ==
      "E059 compute_with k of top: k of top and k of low: one is in a reduction; legal loops "
      "of low: i");
  REQUIRE(wrong([](schedule& s) { s.compute_with("r", s["b"].get("i")); }) ==
          "E059 compute_with i of r: what shares its loops is computed from it, or it from that, "
          "perhaps through others; compute_at is for these");
  REQUIRE(wrong([](schedule& s) { s.compute_with("s", s["b"].get("i")); }).substr(0, 26) ==
          "E059 compute_with i of s: ");
  REQUIRE(wrong([](schedule& s) { s["a"].compute_with(s["a"].get("i")); }) ==
          "E059 compute_with i of a: that is a loop of its own; legal loops of a: (none)");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("a", s.get("i"));
            s.compute_with("a", s["b"].get("i"));
          }) ==
          "E059 compute_with i of a: a and b are not computed at the same place; legal loops of b: "
          "(none)");
  REQUIRE(wrong([](schedule& s) {
            s["a"].parallel("j");
            s.compute_with("a", s["b"].get("j"));
          }) ==
          "E059 compute_with j of a: j of a and j of b: one is parallel, the other serial; legal "
          "loops of b: i");
  REQUIRE(wrong([](schedule& s) {
            s["a"].split("j", 4);
            s["b"].split("j", 2);
            s.compute_with("a", s["b"].get("ji"));
          }) ==
          "E059 compute_with ji of a: jo of a and jo of b have extents 4 and 8; legal loops of b: "
          "i");
  REQUIRE(wrong([](schedule& s) {
            s["a"].vectorize("j");
            s["b"].vectorize("j");
            s.compute_with("a", s["b"].get("j"));
          }) ==
          "E059 compute_with j of a: j of a and j of b: one is vectorized; legal loops of b: i");
  REQUIRE(wrong([](schedule& s) {
            s.compute_with("a", s["b"].get("i"));
            s.compute_with("b", s["a"].get("i"));
          }) == "E059 compute_with i of b: a is computed with b already; legal loops of a: (none)");
  REQUIRE(wrong([](schedule& s) {
            s.compute_with("a", s["b"].get("i"));
            s.compute_inline("a");
          }) ==
          "E059 compute_with i of a: a stage that is inlined has no loops; legal loops of b: "
          "(none)");
}

TEST_CASE("what changes one of two stages afterwards changes the other, too",
          "[schedule][compute_with]") {
  auto const both = [](schedule& s, bool only_one) {
    s.compute_with("a", s["b"].get("i"));
    s["b"].split("i", 4);
    if (!only_one) s["a"].split("i", 4);
  };
  REQUIRE(message_of(diamond(8, 16), [&](schedule& s) { both(s, false); }) == "ok");
  REQUIRE(message_of(diamond(8, 16), [&](schedule& s) { both(s, true); }) ==
          "E059 compute_with ii of a: i of a and io of b have extents 8 and 2; legal loops of b: "
          "(none)");
}

TEST_CASE("shared loops are written, and read back", "[schedule][compute_with]") {
  program p = diamond(9, 20);
  schedule s(p);
  blocks<tail::cut>(s);
  REQUIRE(s.finish().ok());
  auto const text = std::string(s.print_steps().view());
  REQUIRE(text.find("a.compute_with(\"b\", \"jo\")\n") != std::string::npos);
  program q = diamond(9, 20);
  REQUIRE(replay(text, q).ok());
  REQUIRE(q == p);
  text_sink all{};
  print(p, all);
  REQUIRE(all.text.find("shares loop jo") != std::string::npos);
}

TEST_CASE("shared loops in the code of others", "[schedule][export][golden]") {
  using to_halide = decltype([](auto&... a) { scheduling::export_halide(a...); });
  using to_tvm = decltype([](auto&... a) { scheduling::export_tvm(a...); });
  auto const apply = [](schedule& s) {
    s.compute_root("a");
    s.compute_root("b");
    blocks<tail::guard>(s);
    s.compute_at("r", s.get("i"));
  };
  auto const cpp = exported<to_halide>(diamond(6, 24), apply);
  REQUIRE(cpp == golden("schedule/export_halide/shared.halide", cpp));
  auto const sums = exported<to_halide>(extremes(12, 12), share);
  REQUIRE(sums.find("top.update().compute_with(low.update(), i);\n") != std::string::npos);
  auto const python = exported<to_tvm>(diamond(6, 24), apply);
  REQUIRE(python == golden("schedule/export_tvm/shared.py", python));
}
