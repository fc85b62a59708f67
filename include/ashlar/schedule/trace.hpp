// SPDX-License-Identifier: Apache-2.0
//
// schedule/trace: the primitives that were applied, in order, as a value and as text.
//
//   y.split("i", 8, guard) -> "io", "ii"
//   y.reorder("io", "k", "j", "ii")
//   y.cache_read("b", "io", ["j" / 64, "k", "j" % 64]) -> "b_cache"
//
//   takes       one entry per primitive that had no fault; names are read when it is printed, as an
//               axis keeps its name after it was replaced
//   text        a primitive a line: the stage, the primitive, loops and tensors in quotes, numbers,
//               and after the arrow the names of what it made. A sugared call is what it is made of
//               (vectorize with a width: split, vectorize), and tails are those that were settled
//   invariants  recording never fails: what does not fit is counted. schedule/read_steps reads the
//               text, and does the same to an equal program
//   source      the trace of a TVM schedule
#pragma once

#include <ashlar/schedule/loops.hpp>
#include <ashlar/tir/grid.hpp>

ASHLAR_COMPILER_BEGIN

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
  prefetch,
  split_parts,
  split_balanced,
  peel,
  store_at,
  store_root,
  fold_storage,
  scatter,
  atomic,
  align_storage,
  stream,
  tensorize,
  reverse_compute_at,
  compute_with,
  assume,
  unsafe_assume,
  specialize,
  layout,
  pad_to,
  scan_blocks,
  bind,
  pipeline,
};

// clang-format off
inline constexpr std::string_view verb_names[] = {
    "split", "fuse", "reorder", "vectorize", "unroll", "parallel", "compute_inline",
    "compute_root", "compute_at", "cache_read", "cache_write", "store_in", "decompose_reduction",
    "rfactor", "prefetch", "split_parts", "split_balanced", "peel", "store_at", "store_root",
    "fold_storage", "scatter", "atomic", "align_storage", "stream", "tensorize",
    "reverse_compute_at", "compute_with", "assume", "unsafe_assume", "specialize",
    "layout", "pad_to", "scan_blocks", "bind", "pipeline"};
// clang-format on

/// True if a loop becomes two: split and its like.
constexpr auto makes_blocks(verb v) -> bool {
  return v == verb::split || v == verb::split_parts || v == verb::split_balanced;
}

/// True if it is of an operand, and not of a stage.
constexpr auto states_fact(verb v) -> bool {
  return v == verb::assume || v == verb::unsafe_assume || v == verb::specialize;
}

constexpr auto name_of(verb v) -> std::string_view { return verb_names[static_cast<int>(v)]; }

/// One applied primitive.
struct directive {
  verb what{};
  tail tails = tail::automatic;    // split
  scope where = scope::workspace;  // store_in
  handle buffer = -1;              // of the stage it was applied to
  handle other = -1;               // a buffer: the tensor of cache_read and prefetch, the stage of
                                   // the loop of compute_at, reverse_compute_at, compute_with and
                                   // store_at, the output of store_in
  handle made = -1;                // the buffer of the stage that it made; of scan_blocks the first
                                   // of three that follow each other
  // split: the factor; split_parts: how many; split_balanced: the most and the multiple; peel: how
  // many first and last; prefetch: the distance; fold_storage: the places; align_storage: the
  // multiple and the remainder; pad_to: the multiple; layout and cache_read: the padding and its
  // kind, -1 where no order is given; tensorize: which one; reverse_compute_at: how many of the
  // axes, which are all loops of its nest, the stage took over, and the producer's loop; assume and
  // its like: which of the program's facts; bind: the kind of loop; pipeline: the iterations
  std::int64_t number = 0, second = 0;
  static_vector<handle, limits::loops_per_stage> axes{};
  friend constexpr auto operator==(directive const&, directive const&) -> bool = default;
};

/// How many stages a primitive made.
constexpr auto made_stages(directive const& d) -> int {
  return d.made < 0 ? 0 : d.what == verb::scan_blocks ? 3 : 1;
}

inline constexpr int max_directives = 128;

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

inline constexpr std::string_view tail_names[] = {
    "automatic", "exact", "guard", "cut", "mask", "narrow", "shift_inwards", "round_up"};
inline constexpr std::string_view scope_names[] = {"operand", "workspace", "stack", "registers",
                                                   "shared"};

constexpr auto tail_name(tail t) -> std::string_view { return tail_names[static_cast<int>(t)]; }
constexpr auto scope_name(scope where) -> std::string_view {
  return scope_names[static_cast<int>(where)];
}

namespace trace_impl {

constexpr auto is_word(std::string_view s) -> bool {
  if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
  for (char const c : s) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

// How many of the axes are what the primitive was given.
constexpr auto shown_axes(directive const& d) -> int {
  if (d.what == verb::reverse_compute_at) return 0;
  return makes_blocks(d.what) ? 1 : d.what == verb::fuse ? 2 : d.axes.count;
}

template <class Sink> struct step_writer {
  program const& p;
  Sink& out;
  bool first = true;

  constexpr void put(std::string_view s) { out.append(s); }
  // What would end the name or the line is written as \xNN.
  constexpr void quoted(std::string_view s) {
    constexpr std::string_view digits = "0123456789abcdef";
    out.append('"');
    for (char const c : s) {
      auto const byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && c != '"' && c != '\\' && byte != 0x7f) {
        out.append(c);
        continue;
      }
      put("\\x");
      out.append(digits[byte >> 4U]);
      out.append(digits[byte & 15U]);
    }
    out.append('"');
  }
  constexpr void next() {
    if (!first) put(", ");
    first = false;
  }
  constexpr void name(name_text const& n) {
    next();
    quoted(n.view());
  }
  constexpr void word(std::string_view s) {
    next();
    put(s);
  }
  constexpr void number(std::int64_t n) {
    next();
    out.append(n);
  }
  // The padding of an order, where it has one.
  constexpr void padding(directive const& d) {
    if (d.second == 1) number(d.number);
    if (d.second == 2) word(d.number < 0 ? "-inf" : "inf");
  }
  // The memory order of a stage: the layout of its buffer, by the names of its dimensions.
  constexpr void order(handle copy) {
    int stage = p.stages.count - 1;
    while (stage >= 0 && p.stages[stage].buffer != copy) --stage;
    if (stage < 0 || p.buffers[copy].layout.empty()) return;
    word("[");
    first = true;
    for (auto const& part : p.buffers[copy].layout) {
      name(p.axes[p.stages[stage].pure[part.dim]].name);
      if (!part.inner && part.block == 1) continue;
      put(part.inner ? " % " : " / ");
      out.append(part.block);
    }
    put("]");
    first = false;
  }
  constexpr void results(directive const& d) {
    bool const is_split = makes_blocks(d.what);
    if (!is_split && d.what != verb::fuse && d.made < 0) return;
    put(" -> ");
    first = true;
    for (int n = 0; n < made_stages(d); ++n) name(p.buffers[d.made + n].name);
    if (d.made >= 0) return;
    name(p.axes[d.axes[is_split ? 1 : 2]].name);
    if (is_split) name(p.axes[d.axes[2]].name);
  }
  constexpr void fact(tir::fact const& f) {
    tir::put_fact(out, f);
    put(")");
    if (tir::is_choice(f)) put(f.origin == tir::fact_origin::chosen ? " -> true" : " -> false");
    put("\n");
  }
  constexpr void step(directive const& d) {
    auto const stage = p.buffers[d.buffer].name.view();
    if (is_word(stage))
      put(stage);
    else
      quoted(stage);
    put(".");
    put(name_of(d.what));
    put("(");
    if (states_fact(d.what)) return fact(p.facts[static_cast<int>(d.number)]);
    first = true;
    if (d.other >= 0) name(p.buffers[d.other].name);
    if (d.what == verb::reverse_compute_at) name(p.axes[static_cast<int>(d.second)].name);
    int const shown = shown_axes(d);
    for (int i = 0; i < shown; ++i) name(p.axes[d.axes[i]].name);
    bool const has_two = d.what == verb::peel || d.what == verb::align_storage;
    bool const has_one =
        d.what == verb::prefetch || d.what == verb::pad_to || d.what == verb::pipeline;
    if (makes_blocks(d.what) || has_two || has_one) number(d.number);
    if (d.what == verb::tensorize) name(p.intrinsics[static_cast<int>(d.number)].name);
    if (d.what == verb::fold_storage && d.number > 0) number(d.number);
    if (d.what == verb::split_balanced || has_two) number(d.second);
    if (makes_blocks(d.what)) word(tail_name(d.tails));
    if (d.what == verb::bind) word(tir::grid_axis_name(static_cast<tir::loop_kind>(d.number)));
    if (d.what == verb::store_in && d.other < 0) word(scope_name(d.where));
    if (d.what == verb::cache_read && d.second >= 0) order(d.made);
    if (d.what == verb::layout) order(d.buffer);
    if (d.what == verb::layout || d.what == verb::cache_read) padding(d);
    put(")");
    results(d);
    put("\n");
  }
};

}  // namespace trace_impl

/// Appends one line per primitive to anything that appends characters, text and integers.
template <class Sink> constexpr void print(program const& p, trace const& t, Sink& out) {
  trace_impl::step_writer<Sink> w{.p = p, .out = out};
  for (auto const& d : t.steps) w.step(d);
  if (t.dropped == 0) return;
  w.put("and ");
  out.append(static_cast<std::int64_t>(t.dropped));
  w.put(" more\n");
}

/// The same as a value of at most N - 1 characters; text that is longer is cut.
template <std::size_t N = 8192> constexpr auto print(program const& p, trace const& t) -> text<N> {
  text<N> out{};
  print(p, t, out);
  return out;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
