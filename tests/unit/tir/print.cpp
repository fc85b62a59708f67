// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/print.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/golden.hpp>
#include <support/programs.hpp>

#include <limits>
#include <string>

namespace ashlar::tests {
namespace {

constexpr auto f32 = dtype::f32;

auto shown(program const& p) -> std::string { return std::string(to_text<16384>(p).view()); }

TEST_CASE("a definition reads as it was written", "[tir][print][golden]") {
  auto const text = shown(dense(-1, 16, 64));
  CHECK(text == golden("tir/dense.tir", text));
}

TEST_CASE("a loop nest reads like a program", "[tir][print][golden]") {
  auto const text = shown(lowered_dense(64));
  CHECK(text == golden("tir/lowered_dense.tir", text));
}

TEST_CASE("a reduction that has no name is spelled out", "[tir][print][golden]") {
  auto const text = shown(arg_max(3, -1));
  CHECK(text == golden("tir/arg_max.tir", text));
}

TEST_CASE("an index that may lie outside has a mark", "[tir][print][golden]") {
  auto const text = shown(stencil(-1));
  CHECK(text == golden("tir/stencil.tir", text));
}

TEST_CASE("text is the same in constant evaluation", "[tir][print]") {
  constexpr auto nest = to_text<2048>(lowered_dense(64));
  CHECK(std::string(nest.view()) == shown(lowered_dense(64)));
  constexpr auto stages = to_text<2048>(dense(-1, 16, 64));
  CHECK(std::string(stages.view()) == shown(dense(-1, 16, 64)));
}

// y(i, j) = t(i, j) * 2 where t = x + 1; i is split with a cut tail, and fused with j.
auto scheduled() -> program {
  program_builder b{};
  auto const y = b.output("y", f32, {-1, 6});
  auto const x = b.operand("x", f32, {-1, 6});
  auto const t = b.local("t", f32, {b.extent(y, 0), b.extent(y, 1)});
  b.p.checks.push_back(
      check{.sum = b.p.add(b.extent(x, 0) - b.extent(y, 0)), .equal = true, .buffer = x});
  b.p.checks.push_back(check{.sum = b.p.add(b.extent(x, 0) - 3), .buffer = x});
  handle axes[2][2]{};
  for (bool const is_t : {true, false}) {
    auto& at = axes[is_t ? 0 : 1];
    at[0] = b.axis("i", b.extent(y, 0));
    at[1] = b.axis("j", b.extent(y, 1));
    affine const i = b.at(at[0]);
    affine const j = b.at(at[1]);
    auto const from = is_t ? b.load(x, {i, j}) : b.load(t, {i, j});
    b.stage(is_t ? t : y, {at[0], at[1]},
            b.make(is_t ? opcode::add : opcode::mul, from, b.number(f32, is_t ? 1 : 2)));
  }
  auto const [i, j] = axes[1];
  auto const io = b.axis("io", ceil_div(b.p, b.extent(y, 0), 4));
  auto const ii = b.axis("ii", constant(4));
  auto const f = b.axis("f", constant(24));
  for (auto const h : {io, ii}) {
    axis& a = b.p.axes[h];
    a.made_by = h == io ? relation::split_outer : relation::split_inner;
    a.parent = i;
    a.factor = 4;
    a.tails = tail::cut;
  }
  b.p.axes[i].outer = io;
  b.p.axes[i].inner = ii;
  b.p.axes[ii].fused = f;
  b.p.axes[j].fused = f;
  b.p.axes[f].made_by = relation::fused;
  b.p.axes[f].first = ii;
  b.p.axes[f].second = j;
  b.p.axes[f].kind = loop_kind::vectorized;
  b.p.axes[io].kind = loop_kind::parallel;
  auto& loops = b.p.stages[1].loops;
  loops.clear();
  loops.push_back(io);
  loops.push_back(f);
  b.p.stages[0].place = placement::at;
  b.p.stages[0].at_stage = 1;
  b.p.stages[0].at_axis = io;
  return b.p;
}

TEST_CASE("a schedule shows what it changed", "[tir][print][golden]") {
  auto const text = shown(scheduled());
  CHECK(text == golden("tir/scheduled.tir", text));
}

// Everything a nest can hold that a small one has not.
auto assorted() -> program {
  program_builder b{};
  auto const y = b.output("y", f32, {-1});
  auto const x = b.operand("x", f32, {-1});
  auto const at = b.operand("at", dtype::i32, {8});
  b.p.symbols[1].multiple = 8;
  b.p.symbols[1].at_most = 16;
  b.p.indices[b.p.buffers[x].shape[0]] = symbol_value(b.p, 1) * 8;
  auto const outer = b.loop_axis("i", b.extent(y, 0), loop_kind::parallel);
  auto const inner = b.loop_axis("i", constant(8));
  auto const first = b.local("t", f32, {constant(8), constant(4)}, scope::stack);
  auto const second = b.local("t", f32, {}, scope::registers);
  b.p.buffers[first].layout.push_back(layout_dim{.dim = 1, .block = 2});
  b.p.buffers[first].layout.push_back(layout_dim{.dim = 0});
  b.p.buffers[first].layout.push_back(layout_dim{.dim = 1, .inner = true, .block = 2});
  affine const i = b.at(outer);
  affine const k = b.at(inner);
  auto const loaded = b.load(at, {k});
  affine const gathered = multiple(intern(b.p, atom_kind::loaded, loaded));
  auto const fallback =
      b.load(x, {gathered}, 1, b.number(f32, -std::numeric_limits<double>::infinity()));
  auto const root = b.make(opcode::sqrt, b.make(opcode::abs, fallback));
  auto const squared = b.make(opcode::mul, root, root);
  auto const difference =
      b.make(opcode::sub, b.number(f32, 0.1F), b.make(opcode::sub, squared, root));
  auto const inside =
      b.p.add(expr{.op = opcode::in_range, .type = dtype::boolean, .a = b.p.add(i - k - 3)});
  auto const either = b.make(opcode::logical_and, inside,
                             b.make(opcode::logical_not, b.make(opcode::lt, root, squared)));
  auto const chosen = b.make(opcode::select, either, difference, b.make(opcode::neg, root));
  auto const third = b.cast(f32, b.index(i * 3 + 1));
  auto const product = b.make(opcode::mul, chosen, third);
  auto const fill = b.store(b.place(first, {k, constant(0)}), product);
  auto const lanes = b.p.add(expr{.op = opcode::reduce_lanes,
                                  .type = f32,
                                  .a = b.load(first, {k, constant(0)}),
                                  .b = inner,
                                  .c = 8,
                                  .bits = static_cast<std::int64_t>(opcode::add)});
  auto const sum = b.store(b.place(second, {}), lanes);
  auto const called = b.make(opcode::call, b.load(second, {}));
  b.p.exprs[called].bits = 0x2a;
  auto const put = b.store(b.place(y, {i - 1}, 1), called);
  auto const zero = b.store(b.place(y, {i}), b.number(f32, 0));
  auto const guarded = b.guard({b.extent(x, 0) - i * 2 - 5, i - 1}, {put}, {zero});
  b.p.root =
      b.loop(outer, {b.allocate(first, {b.loop(inner, {fill}), b.allocate(second, {sum, guarded})}),
                     b.loop(inner, {zero})});
  b.p.stmts[b.p.root].cut = b.p.add(floor_div(b.p, b.extent(y, 0), constant(4)));
  return b.p;
}

TEST_CASE("every kind of node has its form", "[tir][print][golden]") {
  auto const text = shown(assorted());
  CHECK(text == golden("tir/assorted.tir", text));
}

TEST_CASE("a faulty program shows its fault", "[tir][print]") {
  program p{};
  p.fail(diag::code::bad_rank, "tensor x has 9 dimensions");
  CHECK(shown(p) == "error: tensor x has 9 dimensions\n");
}

TEST_CASE("sums read as arithmetic", "[tir][print]") {
  program_builder b{};
  auto const x = b.operand("x", f32, {-1, -1});
  b.p.symbols[1].multiple = 8;
  affine const n = symbol_value(b.p, 0);
  affine const eighths = symbol_value(b.p, 1);
  affine const i = b.at(b.axis("i", constant(10)));
  affine const j = b.at(b.axis("j", constant(10)));
  auto const is = [&](affine const& a, std::string_view expected) {
    text<120> t{};
    print_sum(b.p, a, t);
    INFO(t.view());
    return t.view() == expected;
  };
  CHECK(is(constant(-3), "-3"));
  CHECK(is(i * 32 + j + 1, "32*i + j + 1"));
  CHECK(is(j - i * 2 - 4, "j - 2*i - 4"));
  CHECK(is(i * -1, "-i"));
  CHECK(is(constant(7) - i, "7 - i"));
  CHECK(is(i * -1 - 7, "-i - 7"));
  CHECK(is(n, "x.extent(0)"));
  CHECK(is(eighths * 8, "x.extent(1)"));
  CHECK(is(eighths * 16, "2*x.extent(1)"));
  CHECK(is(eighths, "x.extent(1) / 8"));
  CHECK(is(eighths * 3, "3*(x.extent(1) / 8)"));
  CHECK(is(ceil_div(b.p, n, 8), "ceil(x.extent(0) / 8)"));
  CHECK(is(ceil_div(b.p, n - i, 8), "ceil((x.extent(0) - i) / 8)"));
  CHECK(is(floor_div(b.p, i * 3 + 1, constant(4)), "(3*i + 1) / 4"));
  CHECK(is(floor_mod(b.p, i * 3 + 1, constant(4)) * 2, "2*((3*i + 1) % 4)"));
  CHECK(is(floor_div(b.p, i, n), "i / x.extent(0)"));
  CHECK(is(floor_div(b.p, i, n + 1), "i / (x.extent(0) + 1)"));
  CHECK(is(minimum(b.p, constant(8), n - i * 8), "min(8, x.extent(0) - 8*i)"));
  CHECK(is(maximum(b.p, i, j) - 1, "max(i, j) - 1"));
  CHECK(is(product(b.p, n, i + 1), "x.extent(0) * (i + 1)"));
  CHECK(is(b.extent(x, 0) - product(b.p, n, j), "x.extent(0) - x.extent(0) * j"));
}

TEST_CASE("conditions read as comparisons", "[tir][print]") {
  program_builder b{};
  auto const x = b.operand("x", f32, {-1});
  affine const n = b.extent(x, 0);
  affine const i = b.at(b.axis("i", constant(10)));
  auto const is = [&](affine const& a, std::string_view expected) {
    text<120> t{};
    tir::print_impl::program_writer<text<120>> w{{{{{b.p, t}}}}};
    w.put_condition(a);
    INFO(t.view());
    return t.view() == expected;
  };
  CHECK(is(n - i - 1, "i < x.extent(0)"));
  CHECK(is(n - i, "i <= x.extent(0)"));
  CHECK(is(n - i * 4 - 4, "4*i + 3 < x.extent(0)"));
  CHECK(is(n - i + 2, "i <= x.extent(0) + 2"));
  CHECK(is(i - 3, "i >= 3"));
  CHECK(is(i + 3, "i >= -3"));
  CHECK(is(constant(7) - i, "i < 8"));
  CHECK(is(i * -1, "i <= 0"));
  CHECK(is(i * -1 - 1, "i < 0"));
}

TEST_CASE("a value keeps the brackets that it needs, and no others", "[tir][print]") {
  program_builder b{};
  auto const x = b.operand("x", f32, {4});
  auto const one = b.number(f32, 1);
  auto const v = b.load(x, {constant(0)});
  auto const w = b.load(x, {constant(1)});
  auto const is = [&](handle e, std::string_view expected) {
    text<120> t{};
    print_value(b.p, e, t);
    INFO(t.view());
    return t.view() == expected;
  };
  auto const sum = b.make(opcode::add, v, w);
  auto const difference = b.make(opcode::sub, v, w);
  auto const product = b.make(opcode::mul, v, w);
  CHECK(is(b.make(opcode::mul, sum, product), "(x[0] + x[1]) * (x[0] * x[1])"));
  CHECK(is(b.make(opcode::add, sum, product), "x[0] + x[1] + x[0] * x[1]"));
  CHECK(is(b.make(opcode::sub, one, difference), "1 - (x[0] - x[1])"));
  CHECK(is(b.make(opcode::neg, sum), "-(x[0] + x[1])"));
  CHECK(is(b.make(opcode::add, b.make(opcode::neg, v), w), "-x[0] + x[1]"));
  CHECK(is(b.make(opcode::max, sum, one), "max(x[0] + x[1], 1)"));
  CHECK(is(b.make(opcode::fma, v, w, one), "fma(x[0], x[1], 1)"));
  auto const less = b.make(opcode::lt, v, w);
  CHECK(is(b.make(opcode::logical_not, less), "not (x[0] < x[1])"));
  CHECK(is(b.make(opcode::logical_or, less, b.make(opcode::logical_and, less, less)),
           "x[0] < x[1] or x[0] < x[1] and x[0] < x[1]"));
  CHECK(is(b.number(f32, 0.1F), "0.1"));
  CHECK(is(b.number(dtype::f64, 0.1F), "0.10000000149011612"));
  CHECK(is(b.number(dtype::boolean, 1), "true"));
  CHECK(is(b.number(dtype::i8, -5), "-5"));
  CHECK(is(b.cast(dtype::i32, sum), "i32(x[0] + x[1])"));
}

}  // namespace
}  // namespace ashlar::tests
