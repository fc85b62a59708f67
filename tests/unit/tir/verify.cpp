// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/verify.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/programs.hpp>

#include <string>
#include <utility>

namespace ashlar::tests {
namespace {

constexpr auto f32 = dtype::f32;

// The rule that a program breaks after a change.
template <class Change> auto broken(program p, Change const& change) -> invariant {
  REQUIRE(verify(p).ok());
  change(p);
  return verify(p).broken;
}
template <class Change> auto in_stages(Change const& change) -> invariant {
  return broken(dense(-1, 16, 5), change);
}
template <class Change> auto in_nest(Change const& change) -> invariant {
  return broken(lowered_dense(5), change);
}

// The first statement of a kind, and of a loop kind.
auto find(program& p, stmt_kind kind, loop_kind loop = loop_kind::serial) -> stmt& {
  for (auto& s : p.stmts) {
    if (s.kind == kind && (kind != stmt_kind::loop || s.loop == loop)) return s;
  }
  return p.stmts[0];
}
auto find(program& p, opcode op) -> expr& {
  for (auto& e : p.exprs) {
    if (e.op == op) return e;
  }
  return p.exprs[0];
}

TEST_CASE("correct programs keep every rule, in constant evaluation too", "[tir][verify]") {
  STATIC_REQUIRE(verify(dense(-1, 16, 5)).ok());
  STATIC_REQUIRE(verify_lowered(lowered_dense(5)).ok());
  STATIC_REQUIRE(verify(arg_max(3, -1)).ok());
  STATIC_REQUIRE(verify(stencil(-1)).ok());
}

TEST_CASE("every rule has its text, in order", "[tir][verify]") {
  int n = 0;
  for (auto const& row : invariants) {
    CHECK(static_cast<int>(row.rule) == n++);
    CHECK(text_of(row.rule) == row.text);
  }
  CHECK(std::string(verdict{.broken = invariant::guard_has_condition, .at = 3}.message().view()) ==
        "a guard has a condition (found at 3)");
}

TEST_CASE("broken handles are found before they are followed", "[tir][verify]") {
  CHECK(in_stages([](program& p) { p.stages[0].result = 400; }) == invariant::handle_in_range);
  CHECK(in_stages([](program& p) { p.stages[0].buffer = -1; }) == invariant::handle_in_range);
  CHECK(in_stages([](program& p) { p.buffers[1].shape[0] = 600; }) == invariant::handle_in_range);
  CHECK(in_stages([](program& p) { p.accesses[0].buffer = 30; }) == invariant::handle_in_range);
  CHECK(in_stages([](program& p) { p.accesses[0].index[1] = -1; }) == invariant::handle_in_range);
  CHECK(in_stages([](program& p) { p.indices[0].terms[0].atom = 150; }) ==
        invariant::handle_in_range);
  CHECK(in_stages([](program& p) { find(p, opcode::mul).b = -1; }) == invariant::handle_in_range);
  CHECK(in_nest([](program& p) { p.root = 300; }) == invariant::handle_in_range);
  CHECK(in_nest([](program& p) { find(p, stmt_kind::store).value = -1; }) ==
        invariant::handle_in_range);
  CHECK(in_nest([](program& p) { find(p, stmt_kind::loop).extent = -1; }) ==
        invariant::handle_in_range);
}

TEST_CASE("sums and atoms are normal", "[tir][verify]") {
  CHECK(in_nest([](program& p) {
          for (auto& a : p.indices) {
            if (a.terms.count == 2) std::swap(a.terms[0], a.terms[1]);
          }
        }) == invariant::sum_is_normal);
  CHECK(in_stages([](program& p) { p.indices[0].terms[0].coef = 0; }) == invariant::sum_is_normal);
  auto const division = [](program& p) -> atom& {
    for (auto& a : p.atoms) {
      if (a.kind == atom_kind::floor_div) return a;
    }
    return p.atoms[0];
  };
  CHECK(in_nest([&](program& p) { p.indices[division(p).rhs] = constant(0); }) ==
        invariant::divisor_is_positive);
  CHECK(in_nest([&](program& p) {
          atom& a = division(p);
          p.indices[a.lhs] = multiple(static_cast<int>(&a - p.atoms.begin()));
        }) == invariant::atom_is_older);
}

TEST_CASE("values have the types of their operations", "[tir][verify]") {
  CHECK(in_stages([](program& p) { find(p, opcode::mul).type = dtype::f64; }) ==
        invariant::types_agree);
  CHECK(in_stages([](program& p) { find(p, opcode::load).type = dtype::i32; }) ==
        invariant::types_agree);
  CHECK(in_stages([](program& p) { find(p, opcode::mul).op = opcode::lt; }) ==
        invariant::types_agree);
  CHECK(in_stages([](program& p) { p.buffers[0].type = dtype::f64; }) == invariant::types_agree);
  CHECK(in_stages([](program& p) { find(p, opcode::mul).op = opcode::logical_and; }) ==
        invariant::operation_fits_type);
  CHECK(in_stages([](program& p) { p.accesses[0].rank = 1; }) == invariant::access_has_rank);
  CHECK(in_stages([](program& p) {
          auto& e = find(p, opcode::mul);
          e.a = static_cast<handle>(&e - p.exprs.begin());
        }) == invariant::value_is_acyclic);
  CHECK(broken(arg_max(3, 4), [](program& p) { p.exprs[p.stages[0].value[1]].type = f32; }) ==
        invariant::types_agree);
}

TEST_CASE("what is stored in 16 bits is not computed with", "[tir][verify]") {
  for (dtype const d : {dtype::f16, dtype::bf16}) {
    program_builder b{};
    auto const y = b.output("y", d, {4});
    auto const i = b.axis("i", constant(4));
    b.stage(y, {i},
            b.make(opcode::select, b.number(dtype::boolean, 1), b.number(d, 0), b.number(d, 0)));
    CHECK(verify(b.p).ok());
    CHECK(broken(b.p, [d](program& p) {
            find(p, opcode::select) = expr{.op = opcode::neg, .type = d, .a = 1};
          }) == invariant::operation_fits_type);
  }
}

TEST_CASE("integers have no square root", "[tir][verify]") {
  program_builder b{};
  auto const y = b.output("y", dtype::i32, {4});
  auto const i = b.axis("i", constant(4));
  b.stage(y, {i}, b.make(opcode::neg, b.number(dtype::i32, 4)));
  CHECK(broken(b.p, [](program& p) { find(p, opcode::neg).op = opcode::sqrt; }) ==
        invariant::operation_fits_type);
}

TEST_CASE("accumulators and variables stay where they belong", "[tir][verify]") {
  CHECK(in_stages([](program& p) {
          p.stages[0].value[0] = p.add(expr{.op = opcode::accumulator, .type = f32, .a = 0});
        }) == invariant::accumulator_in_place);
  CHECK(in_stages([](program& p) {
          p.stages[0].result = p.add(expr{.op = opcode::incoming, .type = f32, .a = 0});
        }) == invariant::accumulator_in_place);
  CHECK(in_stages([](program& p) {
          p.stages[0].result = p.add(expr{.op = opcode::accumulator, .type = f32, .a = 1});
        }) == invariant::accumulator_in_place);
  CHECK(in_nest([](program& p) {
          find(p, stmt_kind::store).value =
              p.add(expr{.op = opcode::accumulator, .type = f32, .a = 0});
        }) == invariant::accumulator_in_place);
  // The result of a stage must not depend on what was reduced.
  CHECK(in_stages([](program& p) { p.stages[0].result = p.stages[0].value[0]; }) ==
        invariant::variable_is_open);
  CHECK(in_nest([](program& p) { p.root = p.stmts[p.stmts[p.root].body].body; }) ==
        invariant::variable_is_open);
}

TEST_CASE("buffers and symbols are whole", "[tir][verify]") {
  CHECK(in_stages([](program& p) { p.buffers[2].type = dtype::none; }) ==
        invariant::buffer_is_whole);
  CHECK(in_stages([](program& p) { p.buffers[2].rank = 9; }) == invariant::buffer_is_whole);
  CHECK(in_stages([](program& p) { p.buffers[2].operand = 1; }) == invariant::operand_is_unique);
  CHECK(in_stages([](program& p) { p.buffers[2].where = scope::stack; }) ==
        invariant::operand_is_unique);
  CHECK(in_stages([](program& p) {
          p.indices[p.buffers[2].shape[0]] = variable(p, p.stages[0].pure[0]);
        }) == invariant::shape_is_known);
  CHECK(in_stages([](program& p) {
          p.checks.push_back(check{.sum = p.add(variable(p, 0)), .buffer = 0});
        }) == invariant::shape_is_known);
  CHECK(in_nest([](program& p) { p.buffers[4].shape[0] = p.buffers[0].shape[0]; }) ==
        invariant::registers_are_constant);
  CHECK(in_nest([](program& p) { p.buffers[4].layout.push_back(layout_dim{.dim = 1}); }) ==
        invariant::layout_covers_shape);
  CHECK(in_stages([](program& p) { p.symbols[0].dim = 2; }) == invariant::symbol_names_operand);
  CHECK(in_nest([](program& p) { p.symbols[0].buffer = 4; }) == invariant::symbol_names_operand);
  CHECK(in_stages([](program& p) { p.facts.push_back(fact{.buffer = 0, .dim = 2}); }) ==
        invariant::symbol_names_operand);
}

TEST_CASE("stages and their axes fit together", "[tir][verify]") {
  CHECK(in_stages([](program& p) { p.stages[0].pure.pop_back(); }) == invariant::stage_has_buffer);
  CHECK(in_stages([](program& p) { p.axes[p.stages[0].reduced[0]].is_reduction = false; }) ==
        invariant::stage_has_buffer);
  CHECK(in_stages([](program& p) { p.stages[0].buffer = 2; }) == invariant::input_is_not_written);
  CHECK(in_stages([](program& p) { p.stages[0].loops.pop_back(); }) == invariant::loops_are_leaves);
  CHECK(in_stages([](program& p) { p.stages[0].loops[1] = p.stages[0].loops[0]; }) ==
        invariant::loops_are_leaves);
  CHECK(in_stages([](program& p) { p.axes[0].kind = loop_kind::vectorized; }) ==
        invariant::vector_is_constant);
  CHECK(in_stages([](program& p) { p.axes[1].extent = variable(p, 0); }) ==
        invariant::shape_is_known);
  CHECK(in_stages([](program& p) { p.stages.clear(); }) == invariant::output_is_defined);
  CHECK(in_stages([](program& p) { p.stages.push_back(stage(p.stages[0])); }) ==
        invariant::output_is_defined);
}

// Stage t with axis i split, computed in a loop of y: t(i) = x(i), y(i) = t(i).
auto two_stages() -> program {
  program_builder b{};
  auto const y = b.output("y", f32, {16});
  auto const x = b.operand("x", f32, {16});
  auto const t = b.local("t", f32, {constant(16)});
  auto const i = b.axis("i", constant(16));
  b.stage(t, {i}, b.load(x, {b.at(i)}));
  auto const k = b.axis("i", constant(16));
  b.stage(y, {k}, b.load(t, {b.at(k)}));
  auto const io = b.axis("io", constant(4));
  auto const ii = b.axis("ii", constant(4));
  for (auto const h : {io, ii}) {
    axis& a = b.p.axes[h];
    a.made_by = h == io ? relation::split_outer : relation::split_inner;
    a.parent = k;
    a.factor = 4;
  }
  b.p.axes[k].outer = io;
  b.p.axes[k].inner = ii;
  auto& loops = b.p.stages[1].loops;
  loops.clear();
  loops.push_back(ii);
  loops.push_back(io);
  b.p.stages[0].place = placement::at;
  b.p.stages[0].at_stage = 1;
  b.p.stages[0].at_axis = ii;
  return b.p;
}

TEST_CASE("splits and places are consistent", "[tir][verify]") {
  CHECK(broken(two_stages(), [](program& p) { p.stages[1].at_stage = 0; }) == invariant::all_hold);
  CHECK(broken(two_stages(), [](program& p) { p.stages[0].at_stage = 0; }) ==
        invariant::place_is_loop);
  CHECK(broken(two_stages(), [](program& p) { p.stages[0].at_axis = 1; }) ==
        invariant::place_is_loop);
  CHECK(broken(two_stages(), [](program& p) { p.stages[0].store_at = 1; }) ==
        invariant::place_is_loop);
  CHECK(broken(two_stages(), [](program& p) { p.axes[3].parent = 0; }) == invariant::axis_is_tree);
  CHECK(broken(two_stages(), [](program& p) { p.axes[2].made_by = relation::fused; }) ==
        invariant::axis_is_tree);
  CHECK(broken(two_stages(), [](program& p) { p.axes[1].fused = 0; }) == invariant::axis_is_tree);
  CHECK(broken(two_stages(), [](program& p) {
          p.stages[0].place = placement::root;
          p.stages[1].pure[0] = 0;
          p.stages[1].loops[0] = 0;
          p.stages[1].loops.pop_back();
        }) == invariant::axis_has_one_stage);
  CHECK(broken(two_stages(), [](program& p) { std::swap(p.stages[0], p.stages[1]); }) ==
        invariant::producer_comes_first);
}

TEST_CASE("statements form a tree of open loops", "[tir][verify]") {
  CHECK(in_nest([](program& p) { find(p, stmt_kind::store).next = p.root; }) ==
        invariant::statement_is_tree);
  CHECK(in_nest([](program& p) {
          stmt& tile = find(p, stmt_kind::allocate);
          p.stmts[p.stmts[tile.body].next].body = p.stmts[tile.body].body;
        }) != invariant::all_hold);
  CHECK(in_nest([](program& p) { p.stmts[p.stmts[p.root].body].axis = p.stmts[p.root].axis; }) ==
        invariant::loop_is_opened_once);
  CHECK(in_nest([](program& p) { p.stmts[p.stmts[p.root].body].loop = loop_kind::parallel; }) ==
        invariant::parallel_is_outermost);
  CHECK(in_nest([](program& p) {
          p.stmts[p.root].loop = loop_kind::thread_x;
          p.stmts[p.stmts[p.root].body].loop = loop_kind::block_x;
        }) == invariant::blocks_are_outermost);
  CHECK(in_nest([](program& p) {
          find(p, stmt_kind::loop, loop_kind::unrolled).loop = loop_kind::vectorized;
        }) == invariant::vector_is_innermost);
  CHECK(in_nest([](program& p) {
          for (auto& c : find(p, stmt_kind::guard).condition) c = -1;
        }) == invariant::guard_has_condition);
}

TEST_CASE("locals live inside their allocation, and inputs stay as they are", "[tir][verify]") {
  CHECK(in_nest([](program& p) {
          p.stmts[p.stmts[p.root].body].body = find(p, stmt_kind::allocate).body;
        }) == invariant::local_is_allocated);
  CHECK(in_nest([](program& p) { find(p, stmt_kind::allocate).target = 0; }) ==
        invariant::local_is_allocated);
  CHECK(in_nest([](program& p) {
          for (auto& s : p.stmts) {
            if (s.kind == stmt_kind::store && p.accesses[s.target].buffer == 0) {
              p.accesses[s.target].buffer = 1;
            }
          }
        }) == invariant::input_is_not_written);
}

TEST_CASE("what is emitted has constant vectors and no layouts", "[tir][verify]") {
  auto const final_rule = [](auto const& change) {
    program p = lowered_dense(5);
    change(p);
    return verify_lowered(p).broken;
  };
  auto const stretch = [](program& p) {
    find(p, stmt_kind::loop, loop_kind::vectorized).extent = p.buffers[0].shape[0];
  };
  CHECK(final_rule(stretch) == invariant::vector_is_constant);
  CHECK(in_nest(stretch) == invariant::all_hold);
  CHECK(final_rule([](program& p) {
          p.buffers[4].layout.push_back(layout_dim{.dim = 1});
          p.buffers[4].layout.push_back(layout_dim{.dim = 0});
        }) == invariant::layout_is_applied);
}

TEST_CASE("a faulty program is not looked at", "[tir][verify]") {
  CHECK(in_stages([](program& p) {
          p.stages[0].result = 400;
          p.fail(diag::code::bad_rank, "x");
        }) == invariant::all_hold);
}

}  // namespace
}  // namespace ashlar::tests
