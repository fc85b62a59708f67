// SPDX-License-Identifier: Apache-2.0
//
// schedule/fold_storage: the memory of a window that slides, used again in a circle.
//
//   allocate h[n + 2]                 allocate h[4]
//   for y:                     -->    for y:
//     h[y + 2] = ..                     h[(y + 2) % 4] = ..
//     v[y] = h[y] + h[y + 2]            v[y] = h[y % 4] + h[(y + 2) % 4]
//
//   takes       a stage that is stored around the loop that it is computed at, the dimension that
//               its window moves along, by the name of its axis, and how many places there are; 0
//               for the smallest power of two that suffices
//   invariants  what an iteration reads is in different places: there are at least as many as the
//               longest window has. That it slides is judged where regions are known, by
//               pass/place_stages
//   lanes       no vector goes along the dimension: its elements would not be neighbours at the end
//               of the circle
//   names       Halide: fold_storage; TVM: rolling_buffer
//   source      storage folding in Halide
#pragma once

#include <ashlar/schedule/prefetch.hpp>
#include <ashlar/schedule/store_at.hpp>
#include <ashlar/tir/window.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace fold_storage_impl {

constexpr auto sentence(program const& p, tir::stage const& s) -> diag::message {
  diag::message m{};
  m << "fold_storage " << p.axes[s.pure[s.fold_dim]].name << " of " << s.name << ": ";
  return m;
}

// True if the axis, or a part of it, is in lanes.
constexpr auto is_in_lanes(program const& p, int axis) -> bool {
  tir::axis const& a = p.axes[axis];
  if (a.fused >= 0) return is_in_lanes(p, a.fused);
  if (a.outer >= 0) return is_in_lanes(p, a.outer) || is_in_lanes(p, a.inner);
  return a.kind == tir::loop_kind::vectorized;
}

// A stage that reads a buffer in lanes along a dimension, -1 for none.
constexpr auto reader_in_lanes(program const& p, int buffer, int dim) -> int {
  for (int d = 0; d < p.stages.count; ++d) {
    if (p.stages[d].place == tir::placement::inlined) continue;
    walker w{};
    push_all(w, p.stages[d]);
    for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
      tir::access const& a = p.accesses[at];
      auto const has_lanes = [&p](int v) { return is_in_lanes(p, v); };
      if (a.buffer == buffer && any_variable(p, p.indices[a.index[dim]], has_lanes)) return d;
    }
  }
  return -1;
}

}  // namespace fold_storage_impl

/// Judges what the schedule says of a folded stage. Errors: E057. Part of `finish`: loops may
/// become lanes after fold_storage.
constexpr void check_fold(program& p, int stage) {
  using namespace fold_storage_impl;
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || s.fold_dim < 0) return;
  auto m = sentence(p, s);
  auto const before = m.size();
  bool const is_around =
      s.place == tir::placement::at && s.store_at != -1 && s.store_at != s.at_axis;
  if (!is_around) {
    m << "it is stored where it is computed; store_at, of a loop around that, comes first";
  } else if (is_in_lanes(p, s.pure[s.fold_dim])) {
    m << "it is vectorized along it, and the circle has an end; vectorize another loop";
  } else if (int const d = reader_in_lanes(p, s.buffer, s.fold_dim); d >= 0) {
    m << p.stages[d].name << " reads it in lanes along it, and the circle has an end; vectorize "
      << "another loop";
  }
  if (m.size() != before) p.fail(diag::code::bad_fold, m);
}

/// Folds a dimension of a stage's storage. Errors: E002, E057.
constexpr void fold_storage(program& p, int stage, std::string_view axis, std::int64_t places) {
  if (!p.fault.ok()) return;
  tir::stage& s = p.stages[stage];
  int dim = s.pure.count - 1;
  while (dim >= 0 && p.axes[s.pure[dim]].name != axis) --dim;
  if (dim < 0) {
    diag::message m{};
    m << "fold_storage " << axis << " of " << s.name << ": it has no dimension of that name: ";
    for (handle const a : s.pure) m << (a == s.pure[0] ? "" : ", ") << p.axes[a].name;
    return p.fail(diag::code::unknown_axis, m);
  }
  s.fold_dim = static_cast<std::int8_t>(dim);
  if (places < 0 || places > tir::most_places) {
    auto m = fold_storage_impl::sentence(p, s);
    m << places << " places; give 1 to " << tir::most_places << ", or 0 for as many as it needs";
    return p.fail(diag::code::bad_fold, m);
  }
  s.fold_places = static_cast<std::int32_t>(places);
  check_fold(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
