// SPDX-License-Identifier: Apache-2.0
#include <fuzz/mistakes.hpp>

#include <fuzz/apply.hpp>
#include <fuzz/capacity.hpp>

#include <memory>

namespace ashlar::fuzz {

namespace {

using diag::code;
using tir::loop_kind;
using tir::tail;

/// A stage and two of its loops, drawn for a mistake.
struct mistake_maker {
  random& r;
  tir::program const& p;
  int s = 0;

  auto stage_name(int at) const -> std::string { return std::string(p.stages[at].name.view()); }
  auto name(int axis) const -> std::string { return std::string(p.axes[axis].name.view()); }
  auto start(verb what) const -> directive {
    return directive{.what = what, .stage = stage_name(s)};
  }
  auto on(verb what, int axis) const -> directive {
    auto d = start(what);
    d.loops = {name(axis)};
    return d;
  }

  // Those that are carried, or have moved, have mistakes of their own.
  auto is_free(int l) const -> bool {
    return p.axes[l].moved_to < 0 && !scheduling::is_carried_along(p, p.stages[s], l);
  }
  // A loop of the stage for which the test holds; -1 if there is none.
  template <class Test> auto loop(Test const& test) -> int {
    std::vector<int> fit;
    for (auto const l : p.stages[s].loops)
      if (is_free(l) && test(p.axes[l])) fit.push_back(l);
    return fit.empty() ? -1 : r.pick(fit);
  }
  static auto is_plain(tir::axis const& a) -> bool {
    return a.kind == loop_kind::serial && !scheduling::is_divided(a);
  }
  auto plain() -> int { return loop(is_plain); }
  auto plain(bool is_reduction) -> int {
    return loop([&](auto const& a) { return is_plain(a) && a.is_reduction == is_reduction; });
  }
  auto small() -> int {
    return loop([](auto const& a) {
      return is_plain(a) && !a.is_reduction && a.extent.is_constant() && a.extent.offset <= 16;
    });
  }
  auto dynamic() -> int {
    return loop(
        [](auto const& a) { return is_plain(a) && !a.is_reduction && !a.extent.is_constant(); });
  }
  auto is_output() const -> bool { return p.buffers[p.stages[s].buffer].is_output; }
  auto is_sum() const -> bool { return p.stages[s].reduce.components > 0; }

  auto split(int axis, index_t factor, tail t = tail::automatic) const -> directive {
    auto d = on(verb::split, axis);
    d.factor = factor;
    d.tails = t;
    return d;
  }
  // Neighbours among the loops, the outer one first; -1 if there are none.
  auto neighbours(bool alike) -> std::pair<int, int> {
    std::vector<std::pair<int, int>> fit;
    auto const& l = p.stages[s].loops;
    for (int i = 0; i + 1 < l.count; ++i) {
      tir::axis const& a = p.axes[l[i]];
      tir::axis const& b = p.axes[l[i + 1]];
      bool const is_fit = is_free(l[i]) && is_free(l[i + 1]) && is_plain(a) && is_plain(b) &&
                          (a.is_reduction == b.is_reduction) == alike;
      if (is_fit) fit.emplace_back(l[i], l[i + 1]);
    }
    return fit.empty() ? std::pair{-1, -1} : r.pick(fit);
  }

  using steps = std::vector<directive>;

  auto too_many_loops() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    steps all;
    auto from = name(axis);
    for (int n = 0; n <= limits::loops_per_stage; ++n) {
      auto d = split(axis, 1);
      d.loops = {from};
      d.first_name = from = "q" + std::to_string(n);
      d.second_name = "w" + std::to_string(n);
      all.push_back(d);
    }
    return all;
  }
  auto no_such_loop() -> steps {
    auto d = start(r.pick({verb::split, verb::unroll, verb::parallel, verb::vectorize}));
    d.loops = {"nothing"};
    d.factor = 4;
    return {d};
  }
  auto bad_factor() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    return {split(axis, r.pick({0, -1, -8}))};
  }
  auto inexact() -> steps {
    int const axis = loop(
        [](auto const& a) { return is_plain(a) && a.extent.is_constant() && a.extent.offset > 0; });
    if (axis < 0) return {};
    return {split(axis, p.axes[axis].extent.offset + 1, tail::exact)};
  }
  auto reorder_twice() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    auto d = on(verb::reorder, axis);
    d.loops.push_back(name(axis));
    return {d};
  }
  auto reorder_strict() -> steps {
    std::vector<int> reduced;
    for (auto const l : p.stages[s].loops)
      if (p.axes[l].is_reduction && is_plain(p.axes[l])) reduced.push_back(l);
    if (reduced.size() < 2 || scheduling::may_reassociate(p, p.stages[s])) return {};
    auto d = on(verb::reorder, reduced[1]);
    d.loops.push_back(name(reduced[0]));
    return {d};
  }
  auto dynamic_lanes() -> steps {
    auto const& l = p.stages[s].loops;
    if (l.empty()) return {};
    tir::axis const& a = p.axes[l.back()];
    if (!is_free(l.back()) || !is_plain(a) || a.is_reduction || a.extent.is_constant()) return {};
    return {on(verb::vectorize, l.back())};
  }
  auto bind_twice() -> steps {
    int const axis = small();
    if (axis < 0) return {};
    return {on(verb::unroll, axis), on(verb::parallel, axis)};
  }
  auto unroll_dynamic() -> steps {
    int const axis = dynamic();
    if (axis < 0) return {};
    return {on(verb::unroll, axis)};
  }
  auto parallel_sum() -> steps {
    int const axis = plain(true);
    if (axis < 0 || p.stages[s].is_atomic) return {};
    return {on(verb::parallel, axis)};
  }
  auto parallel_carried() -> steps {
    for (auto const l : p.stages[s].loops) {
      bool const is_serial = p.axes[l].kind == tir::loop_kind::serial;
      if (is_serial && scheduling::is_carried_along(p, p.stages[s], l)) {
        return {on(verb::parallel, l)};
      }
    }
    return {};
  }
  auto scatter_sum() -> steps {
    int const axis = plain(true);
    if (axis < 0) return {};
    return {on(verb::scatter, axis)};
  }
  auto atomic_map() -> steps {
    if (p.stages[s].reduce.components > 0) return {};
    auto d = start(verb::atomic);
    d.loops = {""};
    return {d};
  }
  auto blocks_of_others() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    return {on(verb::scan_blocks, axis)};
  }
  auto fuse_turned() -> steps {
    auto const [a, b] = neighbours(true);
    if (a < 0) return {};
    auto d = on(verb::fuse, b);
    d.loops.push_back(name(a));
    return {d};
  }
  auto fuse_mixed() -> steps {
    auto const [a, b] = neighbours(false);
    if (a < 0) return {};
    auto d = on(verb::fuse, a);
    d.loops.push_back(name(b));
    return {d};
  }
  auto compute_in_itself() -> steps {
    int const axis = plain();
    if (axis < 0 || !is_output()) return {};
    auto d = on(verb::compute_at, axis);
    d.other = stage_name(s);
    return {d};
  }
  auto inline_output() -> steps {
    if (!is_output() && !is_sum()) return {};
    auto d = start(verb::compute_inline);
    d.loops = {""};
    return {d};
  }
  auto no_such_stage() -> steps {
    auto d = start(verb::parallel);
    d.stage = "nothing";
    d.loops = {"i"};
    return {d};
  }
  auto copy_of_result() -> steps {
    int const axis = plain();
    if (axis < 0 || scheduling::use_of(p, s, p.stages[s].buffer).any()) return {};
    auto d = on(verb::cache_read, axis);
    d.other = std::string(p.buffers[p.stages[s].buffer].name.view());
    return {d};
  }
  auto tile_of_map() -> steps {
    int const axis = plain();
    if (axis < 0 || is_sum()) return {};
    return {on(verb::cache_write, axis)};
  }
  auto output_on_stack() -> steps {
    if (!is_output()) return {};
    auto d = start(verb::store_in);
    d.loops = {""};
    d.where = tir::scope::stack;
    return {d};
  }
  auto start_of_map() -> steps {
    int const axis = plain();
    if (axis < 0 || is_sum()) return {};
    return {on(verb::decompose_reduction, axis)};
  }
  auto factor_of_map() -> steps {
    int const axis = plain(false);
    if (axis < 0) return {};
    return {on(verb::rfactor, axis)};
  }
  auto sum_twice() -> steps {
    int const axis = plain(true);
    if (axis < 0) return {};
    auto const& e = p.axes[axis].extent;
    index_t const factor = e.is_constant() ? e.offset + 1 : 64;  // where no block is full
    return {split(axis, factor, r.pick({tail::shift_inwards, tail::round_up}))};
  }
  auto parallel_in_parallel() -> steps {
    int const outer = plain(false);
    int const inner = plain(false);
    if (outer < 0 || inner == outer) return {};
    return {on(verb::parallel, outer), on(verb::parallel, inner)};
  }
  auto outer_lanes() -> steps {
    int const axis = small();
    if (axis < 0 || p.stages[s].loops.back() == axis) return {};
    for (auto const& other : p.stages)
      if (other.at_axis == axis) return {};
    for (auto const l : p.stages[s].loops)
      if (p.axes[l].kind == loop_kind::vectorized) return {};
    return {on(verb::vectorize, axis)};
  }
  auto split_unrolled() -> steps {
    int const axis = small();
    if (axis < 0) return {};
    return {on(verb::unroll, axis), split(axis, 2)};
  }
  auto one_name() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    auto d = split(axis, 2);
    d.first_name = d.second_name = "same";
    return {d};
  }
  auto wide_lanes() -> steps {
    auto const& l = p.stages[s].loops;
    if (l.empty() || !is_free(l.back()) || !is_plain(p.axes[l.back()])) return {};
    auto d = on(verb::vectorize, l.back());
    d.factor = 1 << 20;
    return {d};
  }
  auto no_block() -> steps {
    int const axis = plain();
    std::vector<int> read;
    for (int b = 0; b < p.buffers.count; ++b)
      if (scheduling::use_of(p, s, b).any()) read.push_back(b);
    if (axis < 0 || read.empty()) return {};
    auto d = on(verb::cache_read, axis);
    d.other = std::string(p.buffers[r.pick(read)].name.view());
    d.order = {dim("nothing") / 4, dim("nothing") % 4};
    return {d};
  }
  auto odd_blocks() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    auto d = on(verb::split_balanced, axis);
    d.factor = 7;
    d.second_factor = 2;
    return {d};
  }
  auto peel_nothing() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    return {on(verb::peel, axis)};
  }
  auto fetch_at_once() -> steps {
    auto const& st = p.stages[s];
    if (st.pure.empty()) return {};
    auto d = on(verb::prefetch, st.pure[0]);
    d.other = std::string(p.buffers[st.buffer].name.view());
    return {d};
  }
  auto store_where_it_is() -> steps {
    if (p.stages[s].place == tir::placement::at) return {};
    auto d = start(verb::store_root);
    d.loops = {""};
    return {d};
  }
  auto move_into_itself() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    auto d = on(verb::reverse_compute_at, axis);
    d.other = stage_name(s);
    return {d};
  }
  auto split_alone() -> steps {
    auto const& st = p.stages[s];
    int const at = scheduling::system_position(p, st);
    if (st.system < 0 || at < 0 || st.place != tir::placement::root) return {};
    // A mask that has no lanes yet is found before it.
    for (auto const& a : p.axes) {
      if (a.tails == tail::mask || a.tails == tail::narrow) return {};
    }
    int others = 0;
    for (auto const& other : p.stages) {
      bool const is_root = other.place == tir::placement::root;
      others += is_root && tir::are_one_system(other, st) ? 1 : 0;
    }
    tir::axis const& a = p.axes[st.loops[at]];
    if (others < 2 || a.kind != loop_kind::serial || scheduling::is_divided(a)) return {};
    auto d = on(verb::split, st.loops[at]);
    d.factor = 2;
    d.first_name = "alone_o";
    d.second_name = "alone_i";
    return {d};
  }
  auto share_own_loop() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    auto d = on(verb::compute_with, axis);
    d.other = stage_name(s);
    return {d};
  }
  auto stream_local() -> steps {
    if (p.buffers[p.stages[s].buffer].operand >= 0) return {};
    auto d = start(verb::stream);
    d.loops = {""};
    return {d};
  }
  auto align_neighbours() -> steps {
    auto const& st = p.stages[s];
    if (st.pure.empty() || !p.buffers[st.buffer].layout.empty()) return {};
    auto d = on(verb::align_storage, st.pure.back());
    d.factor = 8;
    return {d};
  }
  // The order of an output, or a second one of a copy.
  auto order_again() -> steps {
    auto const& st = p.stages[s];
    if (st.pure.empty() || (!is_output() && p.buffers[st.buffer].layout.empty())) return {};
    auto d = start(verb::layout);
    d.loops = {""};
    for (auto const a : st.pure) d.order.push_back(dim(name(a)));
    return {d};
  }
  auto pad_part() -> steps {
    int const axis = plain();
    if (axis < 0) return {};
    auto d = on(verb::pad_to, axis);
    d.factor = 4;
    if (r.chance(30)) d.factor = 0;
    if (d.factor == 0) return {d};
    auto parts = split(axis, 2);
    parts.first_name = "pad_blocks";
    parts.second_name = "pad_rest";
    d.loops = {"pad_blocks"};
    return {parts, d};
  }
  auto fact_of_nothing() -> steps {
    auto d = start(r.pick({verb::assume, verb::unsafe_assume, verb::specialize}));
    d.loops = {""};
    d.fact = claim{.operand = p.buffers[0].name, .dim = p.buffers[0].rank, .number = 4};
    if (r.chance(40)) d.fact.operand = "nothing";
    return {d};
  }
  auto many_variants() -> steps {
    steps all;
    int const b = static_cast<int>(r.below(static_cast<std::size_t>(p.operands)));
    for (int n = scheduling::choices_in(p); n < scheduling::max_variants; ++n) {
      auto d = start(verb::specialize);
      d.loops = {""};
      d.fact = whole_blocks(b, 5 + 2 * n);
      all.push_back(d);
    }
    return is_open(b) ? all : steps{};
  }
  // True if nothing is known yet of the first dimension of an operand.
  auto is_open(int b) const -> bool {
    if (p.buffers[b].operand < 0 || p.buffers[b].rank == 0) return false;
    int const at = scheduling::symbol_of(p, b, 0);
    if (at < 0 || scheduling::assume_impl::divided_by(p, at) >= 0) return false;
    auto const& of = p.symbols[at];
    return of.multiple == 1 && of.at_most < 0 && of.at_least == 0;
  }
  auto whole_blocks(int b, index_t n) const -> claim {
    return extent_of(p.buffers[b].name.view(), 0) % n == 0;
  }
  auto fold_what_is_not_kept() -> steps {
    auto const& st = p.stages[s];
    if (st.store_at != -1 || st.pure.empty()) return {};
    return {on(verb::fold_storage, st.pure[0])};
  }
};

struct kind {
  code id;
  std::vector<directive> (mistake_maker::*make)();
};
constexpr kind kinds[] = {
    {code::capacity_exceeded, &mistake_maker::too_many_loops},
    {code::unknown_axis, &mistake_maker::no_such_loop},
    {code::bad_split_factor, &mistake_maker::bad_factor},
    {code::inexact_split, &mistake_maker::inexact},
    {code::bad_reorder, &mistake_maker::reorder_twice},
    {code::reorder_reduction, &mistake_maker::reorder_strict},
    {code::bad_vector_extent, &mistake_maker::dynamic_lanes},
    {code::loop_already_bound, &mistake_maker::bind_twice},
    {code::bad_unroll_extent, &mistake_maker::unroll_dynamic},
    {code::parallel_reduction, &mistake_maker::parallel_sum},
    {code::fuse_not_adjacent, &mistake_maker::fuse_turned},
    {code::fuse_mixed_kinds, &mistake_maker::fuse_mixed},
    {code::bad_compute_at, &mistake_maker::compute_in_itself},
    {code::bad_inline, &mistake_maker::inline_output},
    {code::unknown_stage, &mistake_maker::no_such_stage},
    {code::bad_cache_read, &mistake_maker::copy_of_result},
    {code::bad_cache_write, &mistake_maker::tile_of_map},
    {code::bad_store_in, &mistake_maker::output_on_stack},
    {code::bad_decompose, &mistake_maker::start_of_map},
    {code::bad_rfactor, &mistake_maker::factor_of_map},
    {code::bad_tail, &mistake_maker::sum_twice},
    {code::nested_parallel, &mistake_maker::parallel_in_parallel},
    {code::vector_not_innermost, &mistake_maker::outer_lanes},
    {code::split_bound_loop, &mistake_maker::split_unrolled},
    {code::duplicate_name, &mistake_maker::one_name},
    {code::too_many_lanes, &mistake_maker::wide_lanes},
    {code::bad_layout, &mistake_maker::no_block},
    {code::uneven_blocks, &mistake_maker::odd_blocks},
    {code::bad_peel, &mistake_maker::peel_nothing},
    {code::bad_prefetch, &mistake_maker::fetch_at_once},
    {code::bad_store_at, &mistake_maker::store_where_it_is},
    {code::bad_fold, &mistake_maker::fold_what_is_not_kept},
    {code::bad_reverse, &mistake_maker::move_into_itself},
    {code::bad_compute_with, &mistake_maker::share_own_loop},
    {code::bad_stream, &mistake_maker::stream_local},
    {code::bad_align, &mistake_maker::align_neighbours},
    {code::bad_order, &mistake_maker::order_again},
    {code::bad_pad, &mistake_maker::pad_part},
    {code::bad_recurrence, &mistake_maker::parallel_carried},
    {code::bad_scatter, &mistake_maker::scatter_sum},
    {code::bad_atomic, &mistake_maker::atomic_map},
    {code::bad_fact, &mistake_maker::fact_of_nothing},
    {code::too_many_variants, &mistake_maker::many_variants},
    {code::bad_scan, &mistake_maker::blocks_of_others},
    {code::bad_system, &mistake_maker::split_alone},
};

// The codes that no mistake here has: those of text, of intrinsics, and of what is written in C++,
// as the programs of this fuzzer are made as values.
struct elsewhere {
  code first, last;
  std::string_view test;
};
constexpr elsewhere others[] = {
    {code::undefined_tensor, code::index_not_constant, "tests/unit/expr"},
    {code::bad_steps, code::bad_steps, "tests/unit/schedule/read_steps.cpp damages texts"},
    {code::bad_shift, code::no_element_type, "tests/unit/expr/arithmetic.cpp"},
    {code::negative_extent, code::negative_extent, "tests/unit/expr/infer.cpp"},
    {code::bad_tensorize, code::bad_tensorize, "tests/unit/schedule/tensorize.cpp"},
    {code::value_is_not_known, code::bad_call, "tests/unit/expr, tests/fail/E075"},
    {code::half_bytes, code::half_bytes, "tests/unit/pass/whole_bytes.cpp"},
    {code::accumulator_overflow, code::mixed_signs, "tests/unit/expr"},
    {code::not_for_gpu, code::bad_fragment, "tests/fail/E084 to E087"},
    {code::bad_dispatch, code::bad_dispatch, "tests/fail/E090"},
    {code::bad_bind, code::block_workspace, "tests/unit/schedule/bind_grid.cpp, tests/emulator"},
};

consteval auto has_each_code() -> bool {
  for (auto const& r : diag::rules) {
    int times = 0;
    for (auto const& k : kinds) times += static_cast<int>(k.id == r.id);
    for (auto const& o : others) times += static_cast<int>(r.id >= o.first && r.id <= o.last);
    if (times != 1) return false;
  }
  return true;
}
static_assert(has_each_code(), "a new code has a mistake here, or a test elsewhere");

// All steps but the last; a copy is made without its order, which is the mistake.
auto is_legal_before(std::vector<directive> steps, tir::program const& from) -> bool {
  if (steps.back().what == verb::cache_read && !steps.back().order.empty())
    steps.back().order.clear();
  else
    steps.pop_back();
  auto const p = std::make_unique<tir::program>(from);
  auto const end = watched([&] {
    schedule s(*p);
    for (auto const& d : steps) fuzz::apply(d, s);
  });
  return end == leaving::normal && p->fault.ok();
}

}  // namespace

auto make_mistake(random& r, tir::program const& p) -> mistake {
  std::vector<std::size_t> order(std::size(kinds));
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  r.shuffle(order);
  std::vector<int> stages;
  for (int s = 0; s < p.stages.count; ++s)
    if (p.stages[s].place != tir::placement::inlined) stages.push_back(s);
  for (auto const n : order) {
    r.shuffle(stages);
    for (int const s : stages) {
      mistake_maker m{.r = r, .p = p, .s = s};
      auto const steps = (m.*kinds[n].make)();
      if (steps.empty()) continue;
      bool const is_capacity = kinds[n].id == code::capacity_exceeded;
      if (is_capacity || is_legal_before(steps, p)) return {.code = kinds[n].id, .steps = steps};
    }
  }
  return {};
}

auto schedule_codes() -> std::vector<diag::code> {
  std::vector<diag::code> all;
  for (auto const& k : kinds) all.push_back(k.id);
  return all;
}

}  // namespace ashlar::fuzz
