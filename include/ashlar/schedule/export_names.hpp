// SPDX-License-Identifier: Apache-2.0
//
// schedule/export_names: what stages and loops are called in the code of another language.
//
//   takes       a scheduled program and its steps
//   returns     a word for each buffer and each axis that is not taken by another, and the loops of
//               a stage when it was new
//   invariants  words of letters, digits and _ that are neither keywords of C++ nor of Python
#pragma once

#include <ashlar/schedule/trace.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

using identifier = text<64>;
using nest = static_vector<handle, limits::loops_per_stage>;

class export_names {
 public:
  constexpr explicit export_names(program const& p) : p_(p) {
    for (int b = 0; b < p.buffers.count; ++b) buffer_[b] = unique(word(p.buffers[b].name.view()));
  }

  constexpr auto buffer(int b) const -> std::string_view { return buffer_[b].view(); }
  constexpr auto axis(int a) const -> std::string_view { return axis_[a].view(); }
  constexpr auto has(int a) const -> bool { return !axis_[a].empty(); }
  /// Gives an axis the word, or that word and a number.
  constexpr void name_axis(int a, std::string_view wanted) { axis_[a] = unique(word(wanted)); }
  /// Gives an axis the same word as another.
  constexpr void share_axis(int a, int other) { axis_[a] = axis_[other]; }
  /// Gives an axis the word <stage>_<name>.
  constexpr void name_in_stage(int a, int b) {
    identifier wanted{buffer(b)};
    wanted << '_' << p_.axes[a].name;
    name_axis(a, wanted.view());
  }

 private:
  static constexpr auto is_keyword(std::string_view s) -> bool {
    constexpr std::string_view keywords[] = {
        "and",  "as",   "auto",  "bool", "break", "case",   "char",  "class", "def",  "del",
        "do",   "else", "float", "for",  "from",  "if",     "in",    "int",   "is",   "long",
        "new",  "not",  "or",    "sch",  "short", "lambda", "pass",  "this",  "try",  "using",
        "void", "Func", "RVar",  "Var",  "with",  "while",  "block", "_",     "None", "double"};
    for (auto const k : keywords) {
      if (s == k) return true;
    }
    return false;
  }
  static constexpr auto word(std::string_view s) -> identifier {
    identifier r{};
    for (char const c : s) {
      bool const starts_with_digit = r.empty() && c >= '0' && c <= '9';
      if (starts_with_digit) r << 'n';
      r << (starts_with_digit || trace_impl::is_word(std::string_view(&c, 1)) ||
                    (c >= '0' && c <= '9')
                ? c
                : '_');
    }
    if (r.empty()) r << "unnamed";
    if (is_keyword(r.view())) r << '_';
    return r;
  }
  constexpr auto is_taken(identifier const& i) const -> bool {
    for (auto const& b : buffer_) {
      if (b == i) return true;
    }
    for (auto const& a : axis_) {
      if (a == i) return true;
    }
    return false;
  }
  constexpr auto unique(identifier const& wanted) const -> identifier {
    identifier r = wanted;
    for (int n = 2; is_taken(r); ++n) {
      r = identifier(wanted.view().substr(0, 58));
      r << '_' << n;
    }
    return r;
  }

  program const& p_;
  identifier buffer_[limits::buffers]{};
  identifier axis_[limits::axes]{};
};

namespace export_impl {

constexpr auto stage_with(program const& p, int buffer) -> tir::stage const& {
  int s = p.stages.count - 1;
  while (s > 0 && p.stages[s].buffer != buffer) --s;
  return p.stages[s];
}

/// The axis of the stage that rfactor made, for a loop of the old one: of the same name, if it is
/// whole.
constexpr auto counterpart(program const& p, int made, handle l) -> handle {
  tir::stage const& s = stage_with(p, made);
  for (auto const* axes : {&s.pure, &s.reduced}) {
    for (handle const a : *axes) {
      if (p.axes[a].name == p.axes[l].name) return a;
    }
  }
  return -1;
}

/// The axis that combines what rfactor kept apart: the one after those of the stage it made.
constexpr auto combining_axis(program const& p, directive const& d) -> handle {
  handle last = -1;
  tir::stage const& made = stage_with(p, d.made);
  for (handle const a : made.pure) last = a > last ? a : last;
  for (handle const a : made.reduced) last = a > last ? a : last;
  return static_cast<handle>(last + 1);
}

/// True if the step made a stage of partial results.
constexpr auto is_rfactor(directive const& d) -> bool {
  bool const keeps = d.what == verb::rfactor || d.what == verb::vectorize || d.what == verb::bind;
  return d.made >= 0 && keeps;
}

/// True if the axis combines what some step kept apart.
constexpr auto is_combining(program const& p, trace const& t, int a) -> bool {
  for (auto const& d : t.steps) {
    if (is_rfactor(d) && combining_axis(p, d) == a) return true;
  }
  return false;
}

/// True if what the primitive does is part of the algorithm there, with the stages that it makes.
constexpr auto is_written_so(verb v) -> bool {
  return v == verb::scatter || v == verb::atomic || v == verb::scan_blocks;
}

/// True if some step made the stage of this buffer.
constexpr auto is_made(trace const& t, int buffer) -> bool {
  for (auto const& d : t.steps) {
    if (d.made == buffer && !is_written_so(d.what)) return true;
  }
  return false;
}

/// The axis that rfactor kept apart: the last dimension of the stage it made.
constexpr auto kept_axis(program const& p, directive const& d) -> handle {
  return stage_with(p, d.made).pure.back();
}

/// True if some other step says where the stage that a step made is computed.
constexpr auto is_placed_later(trace const& t, handle made) -> bool {
  for (auto const& d : t.steps) {
    bool const places = d.what == verb::compute_at || d.what == verb::compute_root ||
                        d.what == verb::compute_inline;
    if (places && d.buffer == made) return true;
  }
  return false;
}

/// The step before another that made the loop parallel or unrolled it; null for none.
constexpr auto bound_before(trace const& t, directive const& d, int loop) -> directive const* {
  for (auto const& before : t.steps) {
    if (&before == &d) return nullptr;
    bool const binds = before.what == verb::parallel || before.what == verb::unroll;
    if (binds && before.axes[0] == loop) return &before;
  }
  return nullptr;
}

/// Adds the reduction axis that a loop was made of, unless it combines what rfactor kept apart.
constexpr void add_first_loop(program const& p, trace const& t, nest& r, handle a) {
  if (p.axes[a].first >= 0) {
    add_first_loop(p, t, r, p.axes[a].first);
    return add_first_loop(p, t, r, p.axes[a].second);
  }
  if (p.axes[a].parent >= 0) return add_first_loop(p, t, r, p.axes[a].parent);
  if (!p.axes[a].is_reduction || is_combining(p, t, a)) return;
  int at = 0;
  for (; at < r.count; ++at) {
    if (r[at] == a) return;
    if (p.axes[r[at]].is_reduction && r[at] > a) break;
  }
  r.insert(at, a);
}

/// The loops of a stage when it was new. After rfactor its reduction is another: that of before is
/// found by what the steps did to it.
constexpr auto first_loops(program const& p, trace const& t, int buffer) -> nest {
  nest r{};
  tir::stage const& s = stage_with(p, buffer);
  for (auto const a : s.pure) r.push_back(a);
  bool is_factored = false;
  for (auto const& d : t.steps) is_factored = is_factored || (d.buffer == buffer && is_rfactor(d));
  for (int i = 0; !is_factored && i < s.reduced.count; ++i) r.push_back(s.reduced[i]);
  for (auto const& d : t.steps) {
    if (!is_factored || d.buffer != buffer) continue;
    for (handle const a : d.axes) add_first_loop(p, t, r, a);
  }
  return r;
}

/// True if the step names a loop of another stage, `other`.
constexpr auto has_host(directive const& d) -> bool {
  return d.what == verb::compute_at || d.what == verb::reverse_compute_at ||
         d.what == verb::compute_with;
}

/// The loop of the producer that a loop which reverse_compute_at made stands for; -1 for none.
constexpr auto moved_from(program const& p, int loop) -> int {
  for (int a = 0; a < p.axes.count; ++a) {
    if (p.axes[a].moved_to == loop) return a;
  }
  return -1;
}

/// True if an axis is one of the loops that reverse_compute_at made, or of what they are parts of.
constexpr auto is_followed(program const& p, directive const& d, int axis) -> bool {
  for (int i = 0; i < d.number; ++i) {
    if (tir::is_part_of(p, d.axes[i], axis)) return true;
  }
  return false;
}

/// The loop that is left of an axis inside of those: the axis where there are more, -1 for none.
constexpr auto rest_of(program const& p, directive const& d, handle axis) -> handle {
  handle found = -1;
  for (int i = static_cast<int>(d.number); i < d.axes.count; ++i) {
    if (tir::is_part_of(p, d.axes[i], axis)) found = found < 0 ? d.axes[i] : axis;
  }
  return found;
}

/// True if the stage makes something of its reduction.
constexpr auto has_epilogue(program const& p, tir::stage const& s) -> bool {
  return s.reduce.components > 0 && p.exprs[s.result].op != tir::opcode::accumulator;
}

/// Writes lines of a function's body.
template <class Sink> struct line_writer {
  program const& p;
  export_names const& names;
  Sink& out;

  constexpr void put(std::string_view s) { out.append(s); }
  template <class... Parts> constexpr void line(Parts... parts) {
    put("  ");
    (put(parts), ...);
    put("\n");
  }
};

/// A line for each system, which has no counterpart elsewhere.
template <class Sink>
constexpr void put_systems(program const& p, Sink& out, std::string_view mark,
                           std::string_view way) {
  for (auto const& first : p.stages) {
    if (first.buffer != first.system) continue;
    out.append(mark);
    out.append("no counterpart: stages are computed from each other, point by point of ");
    out.append(p.axes[first.pure[first.over]].name.view());
    out.append(":");
    for (auto const& s : p.stages) {
      if (s.system != first.buffer) continue;
      out.append(" ");
      out.append(s.name.view());
    }
    out.append("; ");
    out.append(way);
    out.append("\n");
  }
}

}  // namespace export_impl

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
