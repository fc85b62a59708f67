// SPDX-License-Identifier: Apache-2.0
//
// schedule/trace: the primitives that were applied, in order, as a value and as text.
//
//   y.split("i", "io", "ii", 8, tail::guard)
//
//   takes       one entry per primitive that had no fault; names are read when it is printed, as an
//               axis keeps its name after it was replaced
//   invariants  recording never fails: what does not fit is counted
//   source      the trace of a TVM schedule
#pragma once

#include <ashlar/schedule/loops.hpp>

namespace ashlar::scheduling {

enum class verb : std::uint8_t {
  split,
  fuse,
  reorder,
  vectorize,
  unroll,
  parallel,
  compute_inline,
  compute_root,
  compute_at,
  cache_read,
  cache_write,
  store_in,
  decompose_reduction,
  rfactor,
  split_parts,
  split_balanced,
  peel,
};

// clang-format off
inline constexpr std::string_view verb_names[] = {
    "split", "fuse", "reorder", "vectorize", "unroll", "parallel", "compute_inline",
    "compute_root", "compute_at", "cache_read", "cache_write", "store_in", "decompose_reduction",
    "rfactor", "split_parts", "split_balanced", "peel"};
// clang-format on

constexpr auto name_of(verb v) -> std::string_view { return verb_names[static_cast<int>(v)]; }

/// One applied primitive.
struct directive {
  verb what{};
  tail tails = tail::automatic;    // split
  scope where = scope::workspace;  // store_in
  handle buffer = -1;              // of the stage it was applied to
  handle other = -1;               // a buffer: the tensor of cache_read, the consumer of compute_at
  // split: the factor; split_parts: how many; split_balanced: the most and the multiple; peel: ends
  std::int64_t number = 0, second = 0;
  static_vector<handle, limits::loops_per_stage> axes{};
  friend constexpr auto operator==(directive const&, directive const&) -> bool = default;
};

inline constexpr int max_directives = 64;

struct trace {
  static_vector<directive, max_directives> steps{};
  int dropped = 0;

  constexpr void add(program const& p, directive const& d) {
    if (!p.fault.ok()) return;
    if (steps.full()) {
      ++dropped;
    } else {
      steps.push_back(d);
    }
  }
  friend constexpr auto operator==(trace const&, trace const&) -> bool = default;
};

constexpr auto tail_name(tail t) -> std::string_view {
  constexpr std::string_view names[] = {"automatic", "exact",  "guard",         "cut",
                                        "mask",      "narrow", "shift_inwards", "round_up"};
  return names[static_cast<int>(t)];
}

constexpr auto scope_name(scope where) -> std::string_view {
  constexpr std::string_view names[] = {"operand", "workspace", "stack", "registers"};
  return names[static_cast<int>(where)];
}

using trace_text = text<4096>;

namespace trace_impl {

// Arguments in quotes, separated by commas.
struct arguments {
  trace_text& out;
  bool first = true;
  constexpr void next() {
    if (!first) out << ", ";
    first = false;
  }
  constexpr void name(std::string_view s) {
    next();
    out << '"' << s << '"';
  }
};

constexpr void print(trace_text& out, program const& p, directive const& d) {
  out << p.buffers[d.buffer].name << '.' << name_of(d.what) << '(';
  arguments a{.out = out};
  if (d.other >= 0) a.name(p.buffers[d.other].name.view());
  for (handle const axis : d.axes) a.name(p.axes[axis].name.view());
  if (d.what == verb::peel) {
    a.next();
    out << d.number << ", " << d.second;
  } else if (d.number != 0) {
    a.next();
    out << d.number;
    if (d.second != 0) out << ", " << d.second;
    out << ", tail::" << tail_name(d.tails);
  }
  if (d.what == verb::store_in) {
    a.next();
    out << "scope::" << scope_name(d.where);
  }
  out << ")\n";
}

}  // namespace trace_impl

/// One line per primitive.
constexpr auto print(program const& p, trace const& t) -> trace_text {
  trace_text out{};
  for (auto const& d : t.steps) trace_impl::print(out, p, d);
  if (t.dropped > 0) out << "and " << t.dropped << " more\n";
  return out;
}

}  // namespace ashlar::scheduling
