// SPDX-License-Identifier: Apache-2.0
//
// pass/slide_windows: computes only what is new where a stage is stored around its loop.
//
//   for y: h[y .. y + 2]   -->   for y: if y == 0: h[0 .. 2] else: h[y + 2]
//
//   takes       a builder inside the loop that a stage is computed at, and the region that its
//               readers there touch; loops between its storage and that one
//   returns     the part that the iteration before did not compute, as a sum over a variable that
//               is 0 in the first iteration and 1 in all others; build_nest replaces it by both
//   legal       one serial loop moves one dimension of the region, upwards, by a constant that is
//               below its constant length. Loops that go on where an outer one ends, as the parts
//               of a split do, are one loop here
//   invariants  an iteration finds its whole region in the buffer: by induction, the one before had
//               its own, which has all that is not computed now
//   source      Halide's sliding window optimization, and its loop partitioning
#pragma once

#include <ashlar/pass/cut_loops.hpp>
#include <ashlar/pass/kept_region.hpp>
#include <ashlar/tir/window.hpp>

#include <bit>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

/// How stages that are computed at one loop begin there.
struct warm_up {
  struct window {
    handle axis = -1, low = -1, span = -1;
  };
  int axis = -1;                       // the variable, -1 for none
  static_vector<handle, 4> loops{};    // the first iteration: all of them are 0
  static_vector<window, 8> windows{};  // what pure axes run over in the first iteration
};

namespace slide_windows_impl {

// The sum in the first iteration, or in the others.
constexpr auto in_iteration(builder& b, warm_up const& w, affine const& a, bool first) -> affine {
  if (w.axis < 0) return a;
  substitution to{};
  to.bind(w.axis, constant(first ? 0 : 1));
  return substitute(b.p, a, to);
}

constexpr auto depends(builder& b, range const& r, int axis) -> bool {
  if (r.whole) return false;
  auto const is_it = [axis](int v) { return v == axis; };
  return any_variable(b.p, r.low, is_it) || any_variable(b.p, r.span, is_it);
}

constexpr auto contains(static_vector<handle, 4> const& loops, int axis) -> bool {
  for (handle const l : loops) {
    if (l == axis) return true;
  }
  return false;
}

// A dimension that moves by `step` with a loop.
struct motion {
  int dim = -1, level = -1;
  std::int64_t step = 0, length = 0;  // of an iteration that is not the first
  std::int64_t first_length = 0, ahead = 0;
  static_vector<handle, 4> loops{};
};

struct finder {
  builder& b;
  warm_up const& w;
  int s, from, to;
  region const& r;
  int rank;

  constexpr auto loop(int level) const -> int { return b.p.stages[s].loops[level]; }
  constexpr auto extent(int level) const -> affine {
    return b.p.indices[b.scope.extent[loop(level)] - 1];
  }
  // The coefficient of a loop, 0 where it is inside of other atoms.
  constexpr auto step_of(affine const& low, int axis) const -> std::int64_t {
    affine const v = variable(b.p, axis);
    std::int64_t const c = coefficient(low, v.terms[0].atom);
    return any_variable(b.p, low - v * c, [axis](int x) { return x == axis; }) ? 0 : c;
  }
  constexpr auto is_moved_elsewhere(int axis, int dim) const -> bool {
    for (int d = 0; d < rank; ++d) {
      if (d != dim && depends(b, r.dim[d], axis)) return true;
    }
    return false;
  }
  constexpr auto bends_extents(int axis, motion const& m) const -> bool {
    for (int level = from; level <= to; ++level) {
      bool const is_mine = contains(m.loops, loop(level));
      if (!is_mine && any_variable(b.p, extent(level), [axis](int x) { return x == axis; })) {
        return true;
      }
    }
    return false;
  }

  // How the region moves; what the first iteration computes has all that the second one needs.
  constexpr auto measure(motion& m, int axis) const -> window_state {
    range const& x = r.dim[m.dim];
    affine const low = in_iteration(b, w, x.low, false);
    affine const span = in_iteration(b, w, x.span, false);
    affine const first_low = in_iteration(b, w, x.low, true);
    affine const first_span = in_iteration(b, w, x.span, true);
    affine const ahead = low - first_low;
    if (!span.is_constant() || !first_span.is_constant()) return window_state::varies;
    m.step = step_of(low, axis);
    if (m.step == 0 || !ahead.is_constant()) return window_state::bent;
    if (m.step < 0) return window_state::backwards;
    bool const begins = ahead.offset >= 0 && ahead.offset + span.offset <= first_span.offset;
    if (!begins) return window_state::bent;
    m.length = span.offset + 1;
    m.first_length = first_span.offset + 1;
    m.ahead = ahead.offset;
    return m.step < m.length ? window_state::slides : window_state::disjoint;
  }

  // Loops outside that go on where the last one of `m` ends.
  constexpr void extend(motion& m) const {
    affine const low = in_iteration(b, w, r.dim[m.dim].low, false);
    std::int64_t step = m.step;
    int inner = m.level;
    for (int level = m.level - 1; level >= from && !m.loops.full(); --level) {
      int const axis = loop(level);
      affine const rounds = extent(inner);
      tir::axis const& part = b.p.axes[loop(inner)];
      bool const is_split =
          part.made_by == relation::split_inner && b.p.axes[part.parent].outer == axis;
      std::int64_t const n = rounds.is_constant() ? rounds.offset : is_split ? part.factor : 0;
      bool const goes_on = n > 0 && b.p.axes[axis].kind == loop_kind::serial &&
                           step_of(low, axis) == step * n && !is_moved_elsewhere(axis, m.dim);
      if (!goes_on) continue;
      m.loops.push_back(static_cast<handle>(axis));
      if (bends_extents(axis, m)) {
        m.loops.pop_back();
        return;
      }
      step = step * n;
      inner = level;
    }
  }

  constexpr auto judge(int level, motion& m) const -> window_state {
    int const axis = loop(level);
    for (int d = 0; d < rank; ++d) {
      if (m.dim < 0 && depends(b, r.dim[d], axis)) m.dim = d;
    }
    if (m.dim < 0) return window_state::still;
    if (b.p.axes[axis].kind != loop_kind::serial) return window_state::not_serial;
    if (is_moved_elsewhere(axis, m.dim)) return window_state::several;
    if (w.axis >= 0 && is_moved_elsewhere(w.axis, m.dim)) return window_state::several;
    auto const found = measure(m, axis);
    if (found != window_state::slides) return found;
    m.level = level;
    m.loops.push_back(static_cast<handle>(axis));
    if (bends_extents(axis, m)) return window_state::bent;
    extend(m);
    return w.axis >= 0 && !(w.loops == m.loops) ? window_state::other : window_state::slides;
  }

  // The loop along which least is computed; why there is none otherwise.
  constexpr auto find(motion& best) const -> window_state {
    auto why = window_state::still;
    for (int level = to; level >= from; --level) {
      motion m{};
      auto const found = judge(level, m);
      if (found != window_state::slides) {
        if (why == window_state::still) why = found;
      } else if (best.dim < 0 || m.length * best.step > best.length * m.step) {
        best = m;
      }
    }
    return best.dim < 0 ? why : window_state::slides;
  }
};

// A loop between, none of those that the window slides along, that moves the dimension; or -1.
constexpr auto other_mover(builder& b, int s, int axis, int producer, motion const& m,
                           range const& first) -> int {
  stage const& c = b.p.stages[s];
  int const from = position_of(c, b.p.stages[producer].store_at) + 1;
  int const to = position_of(c, axis);
  for (int level = from; level <= to; ++level) {
    if (!contains(m.loops, c.loops[level]) && depends(b, first, c.loops[level])) {
      return c.loops[level];
    }
  }
  return -1;
}

}  // namespace slide_windows_impl

/// Along which loop and dimension the window of a stage can slide; notes in the stage whether, or
/// why not. Returns the dimension, -1 for none.
constexpr auto find_window(builder& b, warm_up const& w, int s, int axis, int producer,
                           region const& r, slide_windows_impl::motion& m) -> int {
  using namespace slide_windows_impl;
  stage const& c = b.p.stages[s];
  stage& st = b.p.stages[producer];
  int const from = position_of(c, st.store_at) + 1;
  int const to = position_of(c, axis);
  if (from > to) return -1;
  finder f{.b = b, .w = w, .s = s, .from = from, .to = to, .r = r, .rank = st.pure.count};
  st.moved = f.find(m);
  if (m.dim >= 0) st.slides_along = m.loops[0];
  return m.dim;
}

/// The region of the first iteration, in the dimension that moves.
constexpr auto whole_window(builder& b, warm_up const& w, range const& r,
                            slide_windows_impl::motion const& m) -> range {
  return range{.low = slide_windows_impl::in_iteration(b, w, r.low, true),
               .span = constant(m.first_length - 1)};
}

/// What is new of it.
constexpr auto slid(builder& b, warm_up& w, range const& whole, slide_windows_impl::motion const& m)
    -> range {
  if (w.axis < 0) {
    w.axis = b.p.add(tir::axis{.name = name_text("warm"), .extent = constant(2)});
    w.loops = m.loops;
    b.scope.open(w.axis, b.sum(constant(2)));
  }
  affine const later = variable(b.p, w.axis);
  return range{.low = whole.low + later * (m.ahead + m.length - m.step),
               .span = whole.span + later * (m.step - m.first_length)};
}

/// Exchanges what is known of stages that slide: all that an iteration has, or what is new.
constexpr void exchange_windows(builder& b, warm_up& w, ranges& vars) {
  for (auto& x : w.windows) {
    range const before = vars.of[x.axis];
    vars.of[x.axis] = range{.low = b.p.indices[x.low], .span = b.p.indices[x.span]};
    x.low = b.sum(before.low);
    x.span = b.sum(before.span);
  }
}

/// Folds the dimension that moves: an iteration reads at most the first window, and no other loop
/// between brings back what was replaced. Errors: E057.
constexpr void fold_window(builder& b, int s, int axis, int producer, int moving,
                           slide_windows_impl::motion const& m, range const& first, region& kept) {
  program& p = b.p;
  stage const& st = p.stages[producer];
  auto const name = [&](int d) { return p.axes[st.pure[d]].name; };
  diag::message why{};
  why << "fold_storage " << name(st.fold_dim) << " of " << st.name << ": ";
  auto const fail = [&] { p.fail(diag::code::bad_fold, why); };
  if (moving < 0) {
    why << "its window does not slide; an iteration computes " << text_of(st.moved);
    return fail();
  }
  if (moving != st.fold_dim) {
    why << "the window slides along " << name(moving);
    return fail();
  }
  int const loop = slide_windows_impl::other_mover(b, s, axis, producer, m, first);
  if (loop >= 0) {
    why << "the loop " << p.axes[loop].name << " moves it, too; store it inside of that";
    return fail();
  }
  auto const needed =
      static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(m.first_length)));
  std::int64_t const n = st.fold_places > 0 ? st.fold_places : needed;
  if (n < m.first_length || n > tir::most_places) {
    why << n << " places, but an iteration has " << m.first_length << "; give " << needed
        << ", or any number from " << m.first_length << " to " << tir::most_places;
    return fail();
  }
  kept.dim[moving].span = constant(n - 1);
  b.folded[st.buffer] = st.fold_dim;
  b.places[st.buffer] = static_cast<std::int32_t>(n);
}

/// What runs in the first iteration, or else in the others.
constexpr auto first_or_later(builder& b, warm_up const& w, handle chain) -> handle {
  b.scope.close(w.axis);
  affine first = constant(0);
  substitution at_first{};
  at_first.bind(w.axis, constant(0));
  for (handle const l : w.loops) {
    first = first - variable(b.p, l);
    at_first.bind(l, constant(0));
  }
  substitution at_later{};
  at_later.bind(w.axis, constant(1));
  cut_loops_impl::copier begin{.p = b.p, .to = at_first};
  cut_loops_impl::copier go_on{.p = b.p, .to = at_later};
  handle const body = begin.chain(chain);
  return b.p.add(stmt{.kind = stmt_kind::guard,
                      .body = body,
                      .otherwise = go_on.chain(chain),
                      .condition = {b.sum(first), -1, -1, -1}});
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END
