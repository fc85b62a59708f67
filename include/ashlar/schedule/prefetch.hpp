// SPDX-License-Identifier: Apache-2.0
//
// schedule/prefetch: hints that bring to the caches what a later iteration reads.
//
//   e(i, j) = exp(x(i, j))   prefetch("x", "i", 1)   -->   for j: prefetch x[i + 1, j]
//                                                                 e[i, j] = exp(x[i, j])
//
//   takes       an operand that the stage reads, one of the stage's own axes, and how much further
//               along that axis the element is; it may lie beyond the end, where nothing is there
//   returns     the program with the hint: wherever the stage computes a point, or a vector of
//               them. Reads that differ by constants along the axis, or within a line, have one
//               hint: the furthest on, or the first of the line
//   invariants  no value changes; no memory is accessed
//   names       Halide: prefetch; TVM: the annotation of a software prefetch
//   source      Callahan, Kennedy, Porterfield, "Software prefetching", ASPLOS 1991
#pragma once

#include <ashlar/schedule/uses.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace prefetch_impl {

/// The axis of the stage's definition that has the name, -1 for none.
constexpr auto find_axis(program const& p, tir::stage const& s, std::string_view name) -> handle {
  for (handle const a : s.pure) {
    if (p.axes[a].name == name) return a;
  }
  for (handle const a : s.reduced) {
    if (p.axes[a].name == name) return a;
  }
  return -1;
}

constexpr void list_operands(diag::message& m, program const& p, tir::stage const& s) {
  bool any = false;
  for (int b = 0; b < p.buffers.count; ++b) {
    walker w{};
    push_all(w, s);
    if (p.buffers[b].operand < 0 || !does_read(p, w, b)) continue;
    m << (any ? ", " : "") << p.buffers[b].name;
    any = true;
  }
  if (!any) m << "(none)";
}

constexpr auto is_affine(program const& p, tir::access const& a) -> bool {
  for (int d = 0; d < a.rank; ++d) {
    if (depends_on_data(p, p.indices[a.index[d]])) return false;
  }
  return true;
}

inline constexpr std::int64_t line_bytes = 64;

// Compares two hints for one operand.
struct comparison {
  bool is_near = true;       // one is enough
  std::int64_t further = 0;  // above 0: the second, which is further in the direction of the hints
};

constexpr auto compare(program const& p, tir::access const& a, tir::access const& b, int along,
                       std::int64_t distance) -> comparison {
  comparison r{.is_near = a.buffer == b.buffer};
  for (int d = 0; d < a.rank && r.is_near; ++d) {
    affine const gap = p.indices[b.index[d]] - p.indices[a.index[d]];
    std::int64_t step = 0;
    for (auto const& t : p.indices[a.index[d]].terms) {
      tir::atom const& at = p.atoms[t.atom];
      if (at.kind == tir::atom_kind::variable && at.id == along) step = t.coef;
    }
    bool const is_last = d == a.rank - 1;
    auto const most = is_last ? line_bytes / bytes_of(p.buffers[a.buffer].type) : 1;
    bool const is_small = gap.offset > -most && gap.offset < most;
    r.is_near = gap.is_constant() && (step != 0 || is_small);
    bool const is_behind = (step < 0) != (distance < 0);
    if (r.further == 0) r.further = step == 0 || is_behind ? -gap.offset : gap.offset;
  }
  return r;
}

// Adds a hint to those from `first` on. False if there is no room.
constexpr auto add_hint(program& p, tir::stage& s, int first, tir::access const& a, int along,
                        std::int64_t distance) -> bool {
  for (int h = first; h < s.hints.count; ++h) {
    auto const c = compare(p, p.accesses[s.hints[h]], a, along, distance);
    if (!c.is_near) continue;
    if (c.further > 0) p.accesses[s.hints[h]] = a;
    return true;
  }
  if (s.hints.full()) return false;
  s.hints.push_back(p.add(a));
  return true;
}

}  // namespace prefetch_impl

/// Adds the hints, for each place where the stage reads the operand. Errors: E002, E052.
constexpr void prefetch(program& p, int stage, std::string_view tensor, std::string_view axis,
                        std::int64_t distance) {
  using namespace prefetch_impl;
  if (!p.fault.ok()) return;
  tir::stage& s = p.stages[stage];
  diag::message m{};
  m << "prefetch(" << tensor << ", " << axis << ", " << distance << ") of " << s.name << ": ";
  handle const along = find_axis(p, s, axis);
  if (along < 0) {
    m << "its definition has no axis " << axis << "; axes: ";
    for (handle const a : s.pure) m << (a == s.pure[0] ? "" : ", ") << p.axes[a].name;
    for (handle const a : s.reduced) m << (s.pure.empty() ? "" : ", ") << p.axes[a].name;
    return p.fail(diag::code::unknown_axis, m);
  }
  tir::substitution ahead{};
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (distance < -most || distance > most) {
    m << "a distance is at most " << most;
    return p.fail(diag::code::bad_prefetch, m);
  }
  ahead.bind(along, tir::variable(p, along) + distance);
  walker w{};
  push_all(w, s);
  int const before = s.hints.count;
  int found = 0;
  bool fits = true;
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    tir::buffer const& b = p.buffers[p.accesses[at].buffer];
    if (b.operand < 0 || b.name != tensor || !is_affine(p, p.accesses[at])) continue;
    ++found;
    if (!has_room(p, demand{.indices = max_rank, .accesses = 1}, "prefetch")) return;
    tir::access a = p.accesses[at];
    for (int d = 0; d < a.rank; ++d) {
      a.index[d] = p.add(substitute(p, affine(p.indices[a.index[d]]), ahead));
    }
    fits = add_hint(p, s, before, a, along, distance) && fits;
  }
  if (found > 0 && fits && distance != 0) return;
  if (distance == 0) {
    m << "the distance is 0, which is what is read now; give 1 or more, or less than 0";
  } else if (found == 0) {
    m << "it does not read that operand at indices known before; operands it reads: ";
    list_operands(m, p, s);
  } else {
    m << "a stage has at most " << s.hints.capacity() << " hints";
  }
  p.fail(diag::code::bad_prefetch, m);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
