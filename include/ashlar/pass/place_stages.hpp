// SPDX-License-Identifier: Apache-2.0
//
// pass/place_stages: which region each stage that is computed at a loop must produce there.
//
//   takes       a builder inside loop `axis` of stage `s`
//   returns     the domain, the origin and the storage of every stage computed at that loop
//   method      consumers first: a stage's region is what its consumers under the loop touch, and
//               they are s itself, stages computed at the same loop, and stages computed deeper
//   whole       a recurrence is computed from its first point on, and all of what it reads of
//               itself; what is scattered may go anywhere
//   source      bounds inference, from consumers to producers, as in Halide
#pragma once

#include <ashlar/pass/computed_region.hpp>
#include <ashlar/pass/relax_region.hpp>
#include <ashlar/pass/slide_windows.hpp>
#include <ashlar/tir/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

namespace place_stages_impl {

/// Locals of at most this many bytes live on the stack.
inline constexpr std::int64_t stack_bytes = 16 * 1024;

// True if stage i is computed at loop `axis` of stage s, or anywhere inside of it.
constexpr auto is_under(program const& p, int i, int s, int axis) -> bool {
  stage const& st = p.stages[i];
  if (st.place != placement::at) return false;
  if (st.at_stage == s)
    return position_of(p.stages[s], st.at_axis) >= position_of(p.stages[s], axis);
  return is_under(p, st.at_stage, s, axis);
}

struct gather {
  builder& b;
  ranges& vars;
  handle buffer;
  region& r;
  bool is_read = false;
  bool seen[limits::exprs]{};

  constexpr void visit_sum(handle h) {
    for (auto const& t : b.p.indices[h].terms) {
      atom const a = b.p.atoms[t.atom];
      if (a.kind == atom_kind::loaded) visit(a.id);
      if (a.lhs >= 0) {
        visit_sum(a.lhs);
        visit_sum(a.rhs);
      }
    }
  }
  constexpr void visit(handle h) {
    if (h < 0 || seen[h]) return;
    seen[h] = true;
    expr const e = b.p.exprs[h];
    int const n = operand_count(e.op);
    if (e.op == opcode::reduce_lanes) {
      vars.known[e.b] = true;
      vars.of[e.b] = range{.low = constant(0), .span = constant(e.c - 1)};
    }
    if (n > 0) visit(e.a);
    if (n > 1) visit(e.b);
    if (n > 2) visit(e.c);
    if (e.op == opcode::index || e.op == opcode::in_range) visit_sum(e.a);
    if (e.op != opcode::load) return;
    visit(e.b);
    access const a = b.p.accesses[e.a];
    for (int d = 0; d < a.rank; ++d) visit_sum(a.index[d]);
    if (a.buffer != buffer) return;
    is_read = true;
    cover(b.p, b.scope, vars, b.roots, a, r);
  }
};

// The region of `buffer` that stage s reads; false for none.
constexpr auto add_reads(builder& b, ranges& vars, int s, handle buffer, region& r) -> bool {
  stage const st = b.p.stages[s];
  gather g{.b = b, .vars = vars, .buffer = buffer, .r = r};
  for (int c = 0; c < max_components; ++c) g.visit(st.value[c]);
  g.visit(st.result);
  return g.is_read;
}

// A part must be smaller than the dimension, or nothing is won, and boundary conditions would make
// it larger; and the size of its memory must be known before the loops. But what blocks have beyond
// the end is memory: where it is read, in lanes that are dropped later, it is computed, too.
constexpr auto is_whole(builder& b, range const& r, buffer const& held, int d) -> bool {
  affine const all = b.p.indices[held.shape[d]];
  bound const most = bound_extent(b.p, b.scope, r.span + 1);
  if (!most.known) return true;
  if (most.value.is_constant() != all.is_constant()) return false;  // it may fit the stack
  if (!always_nonnegative(b.p, b.scope, most.value - all)) return false;
  for (auto const& l : held.layout) {
    if (l.dim != d || !l.inner || l.block == 1 || most.value == all) continue;
    affine const padded = ceil_div(b.p, all, l.block) * l.block;
    return !always_nonnegative(b.p, b.scope, padded - most.value);
  }
  return true;
}

// The shape of what one iteration holds of stage s, and its bytes, -1 if only the call knows them.
struct storage {
  affine shape[max_rank]{};
  std::int64_t bytes = 0;
};

// At most what the rule for a stride adds, in bytes, where all extents are constant.
constexpr auto padding_of(buffer const& held, storage const& all) -> std::int64_t {
  stride_rule const& rule = held.stride_is;
  if (rule.dim < 0) return 0;
  std::int64_t n = std::int64_t{rule.multiple} * bytes_of(held.type);
  if (held.layout.empty()) {
    for (int d = 0; d <= rule.dim; ++d) n = saturating_product(n, all.shape[d].offset);
  }
  for (auto const& l : held.layout) {
    auto const whole = all.shape[l.dim].offset;
    n = saturating_product(n, l.inner ? l.block : (whole + l.block - 1) / l.block);
    if (l.dim == rule.dim && !l.inner) break;
  }
  return n;
}

constexpr auto storage_of(builder& b, int s, region const& r, bool at_call) -> storage {
  program& p = b.p;
  buffer const held = p.buffers[p.stages[s].buffer];
  storage all{.bytes = bytes_of(held.type)};
  for (int d = 0; d < held.rank; ++d) {
    int const axis = p.stages[s].pure[d];
    bool const is_padded = is_rounded_up(p, axis);
    affine const part = (is_padded ? padded(b, r.dim[d], axis).span : r.dim[d].span) + 1;
    affine const whole = p.indices[held.shape[d]];
    all.shape[d] = r.dim[d].whole ? (is_padded ? rounded_up(p, axis, whole, false) : whole)
                   : at_call      ? bound_at_call(p, b.scope, part).value
                                  : bound_extent(p, b.scope, part).value;
    bool const known = all.shape[d].is_constant() && all.bytes >= 0;
    all.bytes = known ? saturating_product(all.bytes, all.shape[d].offset) : -1;
  }
  if (all.bytes >= 0 && held.stride_is.dim >= 0) {
    auto const padding = padding_of(held, all);
    all.bytes = padding > stack_bytes ? padding : all.bytes + padding;
  }
  return all;
}

// What surely fits the stack is there.
constexpr auto surely_fits(storage const& all) -> bool {
  return all.bytes >= 0 && all.bytes <= stack_bytes;
}

constexpr void set_storage(builder& b, int s, region const& r) {
  program& p = b.p;
  buffer& held = p.buffers[p.stages[s].buffer];
  storage all = storage_of(b, s, r, false);
  if (held.where == scope::workspace && surely_fits(all)) held.where = scope::stack;
  if (held.where == scope::workspace) all = storage_of(b, s, r, true);
  for (int d = 0; d < held.rank; ++d) held.shape[d] = p.add(all.shape[d]);
  if (all.bytes >= 0 || held.where == scope::workspace) return;
  // Only the accesses say so: an index that is loaded, or bent by a boundary condition.
  p.fail(diag::code::bad_store_in,
         diag::message() << "store_in of " << p.stages[s].name
                         << ": what one iteration reads of it has no constant size; use "
                            "scope::workspace");
}

// True if the iterations of loop `axis` make parts of a dimension that follow each other from its
// start to its end.
constexpr auto is_in_parts(builder& b, int axis, range const& r, affine const& all) -> bool {
  if (r.low.terms.count != 1 || r.low.offset != 0) return false;
  std::int64_t const step = r.low.terms[0].coef;
  bool const moves = r.low == variable(b.p, axis) * step && r.span.is_constant(step - 1);
  if (!moves) return false;
  affine const rounds = b.p.indices[b.scope.extent[axis] - 1];
  return always_nonnegative(b.p, b.scope, rounds * step - all);
}

// True if what an iteration makes of dimension d is what the output has there in that iteration.
constexpr auto matches_output(builder& b, int s, int axis, int d, range const& r) -> bool {
  program& p = b.p;
  stage const& st = p.stages[s];
  int owner = st.at_stage;
  while (p.stages[owner].place == placement::at) owner = p.stages[owner].at_stage;
  affine const at = substitute(p, variable(p, p.stages[owner].pure[d]), b.roots);
  bool const is_varied = any_variable(p, at, [&](int v) { return !b.scope.is_open(v); });
  if (!is_varied) {
    bool const is_there =
        always_nonnegative(p, b.scope, r.low - at) && always_nonnegative(p, b.scope, at - r.low);
    // Of a dimension of one element, one element is all.
    bool const is_one = p.indices[p.buffers[st.buffer].shape[d]].is_constant(1);
    return r.whole ? is_one : r.span.is_constant(0) && is_there;
  }
  // A block of it is neither one element nor all.
  if (any_variable(p, at, [&](int v) { return b.scope.is_open(v); })) return false;
  return r.whole || (owner != st.at_stage &&
                     is_in_parts(b, axis, r, p.indices[p.buffers[st.buffer].shape[d]]));
}

// A stage whose values an output holds makes what the output has there, once, and nothing beyond
// its end.
constexpr void clip_held(builder& b, int s, int axis, region& r) {
  program& p = b.p;
  stage const& st = p.stages[s];
  for (int d = 0; d < st.pure.count; ++d) {
    if (!matches_output(b, s, axis, d, r.dim[d])) {
      return p.fail(diag::code::bad_store_in,
                    diag::message()
                        << "store_in(" << p.buffers[st.held_in].name << ") of " << st.name
                        << ": what is computed of it in " << p.axes[axis].name << " is not, along "
                        << p.axes[st.pure[d]].name << ", what " << p.buffers[st.held_in].name
                        << " has there; compute it at another loop, or use "
                           "scope::workspace");
    }
    if (r.dim[d].whole) continue;
    affine const left = p.indices[p.buffers[st.buffer].shape[d]] - r.dim[d].low;
    r.dim[d].span = minimum(p, r.dim[d].span + 1, left) - 1;
  }
}

constexpr auto is_at(stage const& st, int s, int axis) -> bool {
  return st.place == placement::at && st.at_stage == s && st.at_axis == axis;
}

// True if stage i is computed at loop `axis` of stage s, or in a stage that is.
constexpr auto is_here(program const& p, int i, int s, int axis) -> bool {
  while (i != s && p.stages[i].place == placement::at) {
    if (is_at(p.stages[i], s, axis)) return true;
    i = p.stages[i].at_stage;
  }
  return false;
}

using stage_set = std::uint64_t;
static_assert(limits::stages <= 64);

// What is read of stage i under the loop, and by which stages. What only stages that slide read of
// it, they read of what is new; what others read too is all that they have.
constexpr auto add_all_reads(builder& b, warm_up& w, ranges& vars, int s, int axis, int i,
                             region& r) -> stage_set {
  program const& p = b.p;
  stage_set readers = 0;
  bool const slides = !w.windows.empty();
  for (int round = slides ? 0 : 1; round < 2; ++round) {
    bool const is_shared = slides && r.used;
    if (is_shared) exchange_windows(b, w, vars);
    for (int c = i + 1; c < p.stages.count; ++c) {
      if (c != s && !is_under(p, c, s, axis)) continue;
      if (slides && is_here(p, c, s, axis) != (round == 1)) continue;
      if (add_reads(b, vars, c, p.stages[i].buffer, r)) readers |= stage_set{1} << c;
    }
    if (is_shared) exchange_windows(b, w, vars);
  }
  return readers;
}

// Tells the stages further in that read those of this loop, or others further in that do, what
// these are computed for.
constexpr void grant_all(builder& b, ranges const& vars, int s, int axis,
                         stage_set const (&readers)[limits::stages],
                         region const (&of)[limits::stages]) {
  stage_set fed = 0;
  for (int i = 0; i < b.p.stages.count; ++i) {
    bool const is_computed = is_at(b.p.stages[i], s, axis);
    bool const is_fed = ((fed >> i) & 1U) != 0;
    if (is_fed && !is_computed && i != s) grant(b, vars, i, of[i]);
    if (is_fed || is_computed) fed |= readers[i];
  }
}

// Gives a stage that is stored further out its memory, and leaves in `r` what it computes.
constexpr void keep(builder& b, warm_up& w, ranges& vars, int s, int axis, int i, region& r) {
  program& p = b.p;
  slide_windows_impl::motion m{};
  int moving = find_window(b, w, s, axis, i, r, m);
  stage& st = p.stages[i];
  buffer const& held = p.buffers[st.buffer];
  for (int d = 0; d < st.pure.count; ++d) {
    if (r.dim[d].whole || d == moving || b.granted[i][d].known) continue;
    r.dim[d].whole = is_whole(b, r.dim[d], held, d);
  }
  if (moving >= 0) r.dim[moving] = whole_window(b, w, r.dim[moving], m);
  region kept = kept_region(b, s, axis, w.axis, i, r);
  if (moving >= 0 && r.dim[moving].whole) {
    st.moved = window_state::bent;
    moving = -1;
  }
  if (st.fold_dim >= 0) fold_window(b, s, axis, i, moving, m, r.dim[st.fold_dim], kept);
  set_storage(b, i, kept);
  for (int d = 0; d < st.pure.count; ++d) {
    if (kept.dim[d].whole) continue;
    b.origin[st.buffer][d] = static_cast<handle>(b.sum(kept.dim[d].low) + 1);
  }
  if (moving < 0) return;
  range const all = covered(b, vars, i, st.pure[moving], r.dim[moving]);
  if (all.whole && st.fold_dim < 0) {
    st.moved = window_state::bent;
    return;
  }
  r.dim[moving] = slid(b, w, r.dim[moving], m);
  w.windows.push_back(
      warm_up::window{.axis = st.pure[moving], .low = b.sum(all.low), .span = b.sum(all.span)});
}

}  // namespace place_stages_impl

/// The same for a stage that is computed as a whole.
constexpr void set_root_storage(builder& b, int s) {
  using namespace place_stages_impl;
  if (has_grid(b.p)) return;  // the launches of several grids have no stack in common
  region all{};
  for (auto& d : all.dim) d.whole = true;
  buffer& held = b.p.buffers[b.p.stages[s].buffer];
  if (held.where == scope::workspace && surely_fits(storage_of(b, s, all, false))) {
    held.where = scope::stack;
  }
}

/// See the head of this file. Stages deeper than this loop get a range too, for their producers.
constexpr auto place_stages(builder& b, int s, int axis) -> warm_up {
  using namespace place_stages_impl;
  program& p = b.p;
  ranges vars{};
  warm_up w{};
  region of[limits::stages]{};
  stage_set readers[limits::stages]{};
  bool const is_reduction = p.stages[s].reduce.components > 0;
  for (auto const leaf : p.stages[s].loops) {
    add_loop(b, vars, leaf, is_reduction && !p.axes[leaf].is_reduction);
  }
  for (int i = p.stages.count - 1; i >= 0; --i) {
    if (!is_under(p, i, s, axis)) continue;
    region& r = of[i];
    handle const buffer = p.stages[i].buffer;
    readers[i] = add_all_reads(b, w, vars, s, axis, i, r);
    stage const st = p.stages[i];
    auto const in_order = whole_dims(p, st);
    for (int d = 0; d < st.pure.count; ++d) {
      if (has_dim(in_order, d) || st.pure[d] == st.scattered) r.dim[d].whole = true;
    }
    if (p.buffers[buffer].where == scope::shared) relax_region(b, st.pure.count, r);
    bool limited[max_rank]{};
    for (int d = 0; d < st.pure.count; ++d)
      limited[d] = limit(b, vars, i, d, r.dim[d], !is_at(st, s, axis));
    bool const is_kept = st.store_at != -1 && is_at(st, s, axis);
    if (is_kept) keep(b, w, vars, s, axis, i, r);
    for (int d = 0; d < st.pure.count; ++d) {
      if (!is_kept && !limited[d] && !r.dim[d].whole)
        r.dim[d].whole = is_whole(b, r.dim[d], p.buffers[buffer], d);
      vars.known[st.pure[d]] = true;
      vars.of[st.pure[d]] = computed(b, vars, i, d, r.dim[d], !is_at(st, s, axis));
    }
    for (auto const k : st.reduced) {
      vars.known[k] = true;
      vars.of[k] = range{.low = constant(0), .span = p.axes[k].extent - 1};
    }
  }
  grant_all(b, vars, s, axis, readers, of);
  // Only now: a stage that is bound is read at its loops, which no range is known of.
  for (int i = 0; i < p.stages.count; ++i) {
    stage const& st = p.stages[i];
    if (!is_at(st, s, axis)) continue;
    if (st.held_in >= 0) {
      clip_held(b, i, axis, of[i]);
    } else if (st.store_at == -1) {
      set_storage(b, i, of[i]);
    }
    b.bind(i, &of[i]);
  }
  return w;
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END
