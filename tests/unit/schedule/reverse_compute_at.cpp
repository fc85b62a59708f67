// SPDX-License-Identifier: Apache-2.0
#include <ashlar/schedule/export_halide.hpp>
#include <ashlar/schedule/export_tvm.hpp>
#include <ashlar/schedule/read_steps.hpp>
#include <unit/pass/support.hpp>
#include <unit/schedule/export_steps.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

/// m(i, j) = sum(k, a(i, k) * b(k, j)), y(i, j) = max(m(i, j) + c(j), 0).
constexpr auto epilogue(index_t m, index_t n, index_t k) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {m, n});
  auto const left = b.operand("a", dtype::f32, {m, k});
  auto const right = b.operand("b", dtype::f32, {k, n});
  auto const bias = b.operand("c", dtype::f32, {n});
  auto const product = b.local("m", dtype::f32, {b.extent(y, 0), b.extent(y, 1)});
  auto const i = b.axis("i", b.extent(product, 0));
  auto const j = b.axis("j", b.extent(product, 1));
  auto const r = b.axis("k", b.extent(left, 1), true);
  b.reduction(
      product, {i, j}, {r}, opcode::add, 0,
      b.make(opcode::mul, b.load(left, {b.at(i), b.at(r)}), b.load(right, {b.at(r), b.at(j)})));
  auto const row = b.axis("i", b.extent(y, 0));
  auto const column = b.axis("j", b.extent(y, 1));
  auto const sum =
      b.make(opcode::add, b.load(product, {b.at(row), b.at(column)}), b.load(bias, {b.at(column)}));
  b.stage(y, {row, column}, b.make(opcode::max, sum, b.number(dtype::f32, 0)));
  return b.p;
}

/// top(i) = max(k, x(i, k)), e(i, j) = x(i, j) - top(i), t(i) = sum(k, e(i, k)),
/// y(i, j) = e(i, j) * t(i).
constexpr auto shifted_rows(index_t m, index_t n) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {m, n});
  auto const x = b.operand("x", dtype::f32, {m, n});
  auto const top = b.local("top", dtype::f32, {b.extent(y, 0)});
  auto const e = b.local("e", dtype::f32, {b.extent(y, 0), b.extent(y, 1)});
  auto const t = b.local("t", dtype::f32, {b.extent(y, 0)});
  auto const axes = [&](bool is_reduction) {
    return std::pair{b.axis("i", b.extent(y, 0)),
                     b.axis(is_reduction ? "k" : "j", b.extent(y, 1), is_reduction)};
  };
  auto const [i0, k0] = axes(true);
  b.reduction(top, {i0}, {k0}, opcode::max, -1e9, b.load(x, {b.at(i0), b.at(k0)}));
  auto const [i1, j1] = axes(false);
  b.stage(e, {i1, j1},
          b.make(opcode::sub, b.load(x, {b.at(i1), b.at(j1)}), b.load(top, {b.at(i1)})));
  auto const [i2, k2] = axes(true);
  b.reduction(t, {i2}, {k2}, opcode::add, 0, b.load(e, {b.at(i2), b.at(k2)}));
  auto const [i3, j3] = axes(false);
  b.stage(y, {i3, j3}, b.make(opcode::mul, b.load(e, {b.at(i3), b.at(j3)}), b.load(t, {b.at(i3)})));
  return b.p;
}

/// h(i) = x(i) + 1, y(i) = h(i) * 2.
constexpr auto twice(index_t n) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {n});
  auto const h = b.local("h", dtype::f32, {b.extent(y, 0)});
  auto const i0 = b.axis("i", b.extent(y, 0));
  b.stage(h, {i0}, b.make(opcode::add, b.load(x, {b.at(i0)}), b.number(dtype::f32, 1)));
  auto const i1 = b.axis("i", b.extent(y, 0));
  b.stage(y, {i1}, b.make(opcode::mul, b.load(h, {b.at(i1)}), b.number(dtype::f32, 2)));
  return b.p;
}

// Tiles with a rest in both directions, in threads.
template <tail Tails> constexpr void tiles(schedule& s) {
  auto const m = s["m"];
  auto const [io, jo, ii, ji] = m.tile("i", "j", 4, 8, Tails);
  m.reorder(io, jo, "k", ii, ji);
  m.unroll(ii);
  m.vectorize(ji);
  m.parallel(io);
  s.reverse_compute_at(jo);
}

constexpr void by_rows(schedule& s) {
  auto const row = s["top"].get("i");
  s.reverse_compute_at("e", row);
  s.reverse_compute_at("t", row);
  s.reverse_compute_at(row);
}

// Every pass leaves what the stages said before.
void require_lowered(program const& before, auto const& apply) {
  program p = scheduled(before, apply);
  INFO(std::string(p.fault.text.view()));
  REQUIRE(p.fault.ok());
  REQUIRE(values_of(p) == values_of(before));
  pass::lower(p, 32, [&](std::string_view name, program const& now) {
    if (now.root >= 0) require_same(before, now, name == "settle registers", has_checks(name));
  });
  REQUIRE(p.fault.ok());
}

auto nests(program const& before, auto const& apply) -> std::string {
  return show(after(before, "simplify nest")) + "-->\n" +
         show(after(scheduled(before, apply), "simplify nest"));
}

}  // namespace

TEST_CASE("an epilogue runs in the tile that it needs", "[schedule][reverse_compute_at][golden]") {
  auto const text = nests(epilogue(10, 16, 3), tiles<tail::guard>);
  REQUIRE(text == golden("schedule/reverse_compute_at/epilogue.tir", text));
}

TEST_CASE("rows, whose consumers reduce them", "[schedule][reverse_compute_at][golden]") {
  auto const text = nests(shifted_rows(-1, 12), by_rows);
  REQUIRE(text == golden("schedule/reverse_compute_at/rows.tir", text));
}

TEST_CASE("in constant evaluation, too", "[schedule][reverse_compute_at]") {
  constexpr auto p = scheduled(epilogue(8, 16, 4), tiles<tail::automatic>);
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.stages[0].at_stage == 1);
  REQUIRE(nest_of(p, "y") == "io 2 parallel, jo 2, ii 4, ji 8");
  REQUIRE(nest_of(p, "m") == "io 2, jo 2, k 4, ii 4 unrolled, ji 8 vectorized");
}

TEST_CASE("every tail, with extents of the type and of the call",
          "[schedule][reverse_compute_at]") {
  for (index_t const n : {16, 21, -1}) {
    require_lowered(epilogue(n, n, 3), tiles<tail::guard>);
    require_lowered(epilogue(n, n, 3), tiles<tail::cut>);
    require_lowered(shifted_rows(n, 9), by_rows);
  }
  // A mask and narrow vectors stay the producer's; the consumer is clipped.
  for (tail const t : {tail::mask, tail::narrow, tail::round_up}) {
    require_lowered(epilogue(6, 21, 3), [&](schedule& s) {
      auto const [jo, ji] = s["m"].split("j", 8, t);
      s["m"].reorder("i", jo, "k", ji);
      s["m"].vectorize(ji);
      s.reverse_compute_at(jo);
    });
  }
}

TEST_CASE("blocks that overlap are the consumer's", "[schedule][reverse_compute_at]") {
  auto const overlapping = [](schedule& s) {
    auto const io = s["h"].split("i", 8, tail::shift_inwards).outer;
    s["h"].vectorize("ii");
    s.reverse_compute_at(io);
    s.vectorize("ii");
  };
  require_lowered(twice(21), overlapping);
  auto const p = scheduled(twice(21), overlapping);
  auto const tail_of = [&](int stage) { return p.axes[p.stages[stage].loops[0]].tails; };
  REQUIRE(tail_of(0) == tail::guard);
  REQUIRE(tail_of(1) == tail::shift_inwards);
  // A sum would take the points of the overlap twice.
  REQUIRE(message_of(shifted_rows(6, 8), [](schedule& s) {
            s.reverse_compute_at("t", s["e"].split("i", 4, tail::shift_inwards).outer);
          }).substr(0, 45) == "E021 tail::shift_inwards of i: t is a reducti");
}

TEST_CASE("blocks of a length that the call knows, and fused loops",
          "[schedule][reverse_compute_at]") {
  for (index_t const n : {18, -1}) {
    require_lowered(epilogue(n, n, 3), [](schedule& s) {
      s["m"].split_parts("i", 3);
      s.reverse_compute_at(s["m"].get("io"));
    });
    require_lowered(epilogue(n, n, 3), [](schedule& s) {
      auto const m = s["m"];
      auto const [io, jo, ii, ji] = m.tile("i", "j", 4, 5);
      auto const f = m.fuse(io, jo);
      m.parallel(f);
      s.reverse_compute_at(f);
    });
  }
}

TEST_CASE("the ends that were peeled go with their loop", "[schedule][reverse_compute_at]") {
  auto const peeled = [](schedule& s) {
    auto const io = s["m"].split("i", 4).outer;
    s["m"].peel(io, 1, 1);
    s.reverse_compute_at(io);
  };
  require_lowered(epilogue(18, 5, 3), peeled);
  auto const p = scheduled(epilogue(18, 5, 3), peeled);
  REQUIRE(p.axes[p.stages[1].loops[0]].first_peeled == 1);
  REQUIRE(p.axes[p.stages[0].loops[0]].first_peeled == 0);
}

TEST_CASE("the order of the loops is the producer's", "[schedule][reverse_compute_at]") {
  auto const p = scheduled(epilogue(8, 16, 4), [](schedule& s) {
    s["m"].reorder("j", "i");
    s.reverse_compute_at(s["m"].get("j"));
    s.vectorize("i");
  });
  REQUIRE(nest_of(p, "y") == "j 16, i 8 vectorized");
  // What was done to axes that do not move stays as it was.
  auto const vectors = scheduled(epilogue(8, 16, 4), [](schedule& s) {
    s.vectorize("j", 8);
    s.reverse_compute_at(s["m"].get("i"));
  });
  REQUIRE(nest_of(vectors, "y") == "i 8, jo 2, ji 8 vectorized");
}

TEST_CASE("what was computed at loops that move goes with them", "[schedule][reverse_compute_at]") {
  auto const packed_panel = [](schedule& s) {
    auto const m = s["m"];
    auto const [jo, ji] = m.split("j", 8);
    m.reorder(jo, "i", "k", ji);
    m.cache_read("b", jo, packed("j", 8));
    s.reverse_compute_at(m.get("i"));
  };
  require_lowered(epilogue(6, 20, 5), packed_panel);
  auto const p = scheduled(epilogue(6, 20, 5), packed_panel);
  REQUIRE(p.stages[0].at_stage == 2);
  REQUIRE(p.axes[p.stages[0].at_axis].name == "jo");
  REQUIRE(p.axes[p.stages[1].at_axis].name == "i");
}

TEST_CASE("loops that moved are those of the other stage", "[schedule][reverse_compute_at]") {
  auto const text = [](auto const& then) {
    return message_of(epilogue(8, 16, 4), [&](schedule& s) {
      auto const [io, ii] = s["m"].split("i", 4);
      s.reverse_compute_at(io);
      then(s, io, ii);
    });
  };
  // Inside, the producer goes on; a handle of what moved, and its name, mean what took its place.
  REQUIRE(text([](schedule& s, loop io, loop ii) {
            s["m"].unroll(ii);
            s.parallel(s["m"].get("io"));
            REQUIRE(s["m"].get("io").axis() == s.get("io").axis());
            REQUIRE(s["m"].get("io").axis() != io.axis());
          }) == "ok");
  REQUIRE(text([](schedule& s, loop io, loop) { s["m"].parallel(io); }) ==
          "E058 parallel io: reverse_compute_at has moved this loop of m to y, where it is io; "
          "take it of y");
  REQUIRE(text([](schedule& s, loop io, loop) { s["m"].reorder("j", io); }) ==
          "E058 reorder io: reverse_compute_at has moved this loop of m to y, where it is io; "
          "take it of y");
  // Another place gives the stage its loops back.
  REQUIRE(text([](schedule& s, loop io, loop) {
            s["m"].compute_root();
            s["m"].parallel(io);
          }) == "ok");
}

TEST_CASE("all readers move", "[schedule][reverse_compute_at]") {
  REQUIRE(message_of(shifted_rows(6, 8),
                     [](schedule& s) { s.reverse_compute_at("t", s["e"].get("i")); }) ==
          "E058 e cannot be computed at i of t: y reads it outside of that loop, and has to move "
          "there, too; it can be at: root");
  require_lowered(shifted_rows(6, 8), [](schedule& s) {
    s.reverse_compute_at("t", s["e"].get("i"));
    s.reverse_compute_at(s["e"].get("i"));
  });
  // Or the last reader moves, and the others are computed in its loop.
  require_lowered(shifted_rows(6, 8), [](schedule& s) {
    s.reverse_compute_at(s["e"].get("i"));
    s.compute_at("t", s.get("i"));
  });
}

TEST_CASE("what cannot move says why, with the loops that are legal",
          "[schedule][reverse_compute_at]") {
  auto const wrong = [](auto const& f) { return message_of(epilogue(8, 16, 4), f); };
  REQUIRE(wrong([](schedule& s) { s.reverse_compute_at(s["m"].get("k")); }) ==
          "E058 reverse_compute_at k of y: m is not complete inside of its reduction loop k; legal "
          "loops of m: i, j");
  REQUIRE(wrong([](schedule& s) {
            s["m"].reorder("k", "i");
            s.reverse_compute_at(s["m"].get("i"));
          }) ==
          "E058 reverse_compute_at i of y: m is not complete inside of its reduction loop k; legal "
          "loops of m: (none)");
  REQUIRE(wrong([](schedule& s) { s["m"].reverse_compute_at(s.get("i")); }) ==
          "E058 reverse_compute_at i of m: m does not read y; legal loops of y: (none)");
  REQUIRE(wrong([](schedule& s) {
            s.split("i", 2);
            s.reverse_compute_at(s["m"].get("i"));
          }) ==
          "E058 reverse_compute_at i of y: i of y is split, fused or bound already; "
          "reverse_compute_at comes first, and gives it the loops of i; legal loops of m: (none)");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("m", s.get("j"));
            s.reverse_compute_at(s["m"].get("i"));
          }) ==
          "E058 reverse_compute_at i of y: m is computed in a loop of y already; legal loops of m: "
          "(none)");
  REQUIRE(message_of(blur(8), [](schedule& s) { s.reverse_compute_at(s["h"].get("r")); }) ==
          "E058 reverse_compute_at r of v: v reads h along r at another index than one axis of its "
          "own; legal loops of h: (none)");
  REQUIRE(message_of(shifted_rows(6, 8),
                     [](schedule& s) { s.reverse_compute_at("t", s["e"].get("j")); }) ==
          "E058 reverse_compute_at j of t: t reads e along j in its reduction over k; legal loops "
          "of e: i");
}

TEST_CASE("what is stored around the loop stays there", "[schedule][reverse_compute_at]") {
  REQUIRE(message_of(epilogue(8, 16, 4),
                     [](schedule& s) {
                       auto const copy = s["m"].cache_read("a", s["m"].get("k"));
                       copy.store_at(s["m"].get("i"));
                       s.reverse_compute_at(s["m"].get("j"));
                     }) ==
          "E058 reverse_compute_at j of y: a_cache is computed inside of that loop, and stored "
          "around it; legal loops of m: (none)");
}

TEST_CASE("the steps are written, and read back", "[schedule][reverse_compute_at]") {
  for (program const& before : {epilogue(21, 17, 3), shifted_rows(6, 8)}) {
    program p = before;
    schedule s(p);
    if (before.stages.count == 2)
      tiles<tail::cut>(s);
    else
      by_rows(s);
    REQUIRE(s.finish().ok());
    auto const text = std::string(s.print_steps().view());
    INFO(text);
    program q = before;
    REQUIRE(replay(text, q).ok());
    REQUIRE(q == p);
    auto const* const step = before.stages.count == 2 ? "y.reverse_compute_at(\"m\", \"jo\")\n"
                                                      : "y.reverse_compute_at(\"t\", \"i\")\n";
    REQUIRE(text.find(step) != std::string::npos);
  }
}

TEST_CASE("an epilogue in the code of others", "[schedule][export][golden]") {
  using to_halide = decltype([](auto&... a) { scheduling::export_halide(a...); });
  using to_tvm = decltype([](auto&... a) { scheduling::export_tvm(a...); });
  auto const apply = [](schedule& s) {
    tiles<tail::guard>(s);
    s.vectorize("ji");
  };
  auto const cpp = exported<to_halide>(epilogue(10, 20, 3), apply);
  REQUIRE(cpp == golden("schedule/export_halide/epilogue.halide", cpp));
  auto const python = exported<to_tvm>(epilogue(10, 20, 3), apply);
  REQUIRE(python == golden("schedule/export_tvm/epilogue.py", python));
}
