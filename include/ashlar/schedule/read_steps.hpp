// SPDX-License-Identifier: Apache-2.0
//
// schedule/read_steps: a schedule from its text, as schedule/trace writes it.
//
//   auto const r = ash::replay("y.split(\"i\", 8, guard) -> \"io\", \"ii\"\n", program);
//   if (!r.ok()) std::puts(r.message().chars);      "line 1, column 3: expected ..."
//
//   takes       any text; a program whose stages the lines name; the intrinsics that tensorize may
//               name: ash::replay(text, program, std::array{ash::intrin<dot4x16>})
//   returns     where the first mistake is, and what was expected there or is illegal. It is the
//               fault of the program, too: in a schedule function, a compile error
//   errors      E053 for what is no step, E002 to E026 for what is illegal
//   text        step    = stage "." primitive "(" [argument {"," argument}] ")" ["->" names]
//               stage   = word | name,  name = a text in quotes, in which \xNN is any character
//               order   = "[" name [("/" | "%") number] {"," ...} "]" ["," padding]
//               padding = number | "inf" | "-inf"
//               fact    = operand "." "assume" "(" ("extent" | "stride") "(" number ")" ... ")", as
//                         schedule/assume writes it; specialize has "->" and what it returned
//               A line is one step, empty, or a comment that begins with #. A split without a tail,
//               vectorize and unroll with a factor are read, too
//   invariants  what was written is read back: equal programs become equal programs. The names
//               after an arrow are given to loops, and compared with those of stages. After a
//               mistake the program is as the lines before have left it
#pragma once

#include <ashlar/schedule/read_step.hpp>
#include <ashlar/schedule/schedule.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// What reading has found wrong, or nothing.
struct reading {
  int line = 0;    // from 1; 0 when all is well
  int column = 0;  // from 1; 0 where the line is a step, and that is illegal
  int steps = 0;   // that were done
  diag::message text{};

  constexpr auto ok() const -> bool { return line == 0; }
  explicit constexpr operator bool() const { return ok(); }
  /// "line 3, column 9: expected ..."; empty when all is well.
  constexpr auto message() const -> ashlar::text<240> {
    ashlar::text<240> m{};
    if (ok()) return m;
    m << "line " << line;
    if (column > 0) m << ", column " << column;
    m << ": " << text;
    return m;
  }
  friend constexpr auto operator==(reading const&, reading const&) -> bool = default;
};

namespace read_steps_impl {

using read_step_impl::step;

// One step on the schedule; `wrong` is what the names after the arrow are not.
struct replayer {
  step const& d;
  schedule& all;
  stage_schedule s;
  std::span<tir::intrinsic const> intrinsics{};
  diag::message wrong{};

  constexpr auto name(int i) const -> std::string_view { return d.names[i].view(); }
  constexpr auto made(int i) const -> std::string_view {
    return i < d.made.count ? d.made[i].view() : std::string_view{};
  }
  constexpr auto is_ok() const -> bool { return s.program().fault.ok(); }

  constexpr void expect(std::string_view actual, int n = 0) {
    if (!is_ok() || !wrong.empty() || d.made.empty() || d.made[n] == actual) return;
    wrong << "expected \"" << actual << "\" after the arrow, the name of what " << name_of(d.what)
          << " makes";
  }
  constexpr void reorder() {
    loop list[limits::loops_per_stage]{};
    for (int i = 0; i < d.names.count; ++i) list[i] = s.get(name(i));
    s.reorder(std::span<loop const>(list, static_cast<std::size_t>(d.names.count)));
  }
  constexpr void vectorize() {
    loop const lanes =
        d.number > 0 ? s.vectorize(name(0), d.number, d.tails).inner : s.vectorize(name(0));
    if (!is_ok() || d.made.empty()) return;
    expect(all.program().stages[stage_of_axis(all.program(), lanes.axis())].name.view());
  }
  constexpr void bind() {
    loop const bound = s.bind(name(0), static_cast<tir::loop_kind>(d.number));
    if (!is_ok() || d.made.empty()) return;
    expect(all.program().stages[stage_of_axis(all.program(), bound.axis())].name.view());
  }
  constexpr void unroll() {
    if (d.number > 0)
      s.unroll(name(0), d.number, d.tails);
    else
      s.unroll(name(0));
  }
  constexpr void store_in() {
    if (d.names.empty()) return s.store_in(d.where);
    s.store_in(all[name(0)]);
  }
  constexpr void tensorize() {
    for (auto const& k : intrinsics) {
      if (k.name == name(1)) return s.tensorize(name(0), k);
    }
    wrong << "no intrinsic \"" << name(1) << "\" is given to the reader; given: ";
    for (auto const& k : intrinsics) wrong << (&k == intrinsics.data() ? "" : ", ") << k.name;
    if (intrinsics.empty()) wrong << "(none)";
  }
  constexpr void scan_blocks() {
    auto const made = s.scan_blocks(name(0));
    expect(made.total.name(), 0);
    expect(made.prefix.name(), 1);
    expect(made.block.name(), 2);
  }
  // What the types decide may not be what the text says of another program.
  constexpr void specialize() {
    if (all.specialize(d.stated, d.is_chosen) == d.is_chosen || !is_ok()) return;
    wrong << "specialize is " << (d.is_chosen ? "false" : "true") << " for these operands, not "
          << (d.is_chosen ? "true" : "false");
  }
  constexpr void run() {
    switch (d.what) {
      case verb::split: s.split(name(0), made(0), made(1), d.number, d.tails); return;
      case verb::split_parts: s.split_parts(name(0), made(0), made(1), d.number, d.tails); return;
      case verb::split_balanced:
        s.split_balanced(name(0), made(0), made(1), d.number, d.second < 1 ? 1 : d.second, d.tails);
        return;
      case verb::peel: s.peel(name(0), d.number, d.second); return;
      case verb::fuse: s.fuse(name(0), name(1), made(0)); return;
      case verb::reorder: return reorder();
      case verb::vectorize: return vectorize();
      case verb::unroll: return unroll();
      case verb::parallel: s.parallel(name(0)); return;
      case verb::compute_inline: return s.compute_inline();
      case verb::compute_root: return s.compute_root();
      case verb::compute_at: return s.compute_at(all[name(0)].get(name(1)));
      case verb::reverse_compute_at: return s.reverse_compute_at(all[name(0)].get(name(1)));
      case verb::compute_with: return s.compute_with(all[name(0)].get(name(1)));
      case verb::store_at: return s.store_at(all[name(0)].get(name(1)));
      case verb::fold_storage: return s.fold_storage(name(0), d.number);
      case verb::store_root: return s.store_root();
      case verb::align_storage: return s.align_storage(name(0), d.number, d.second);
      case verb::layout: return s.layout(d.order);
      case verb::pad_to: return s.pad_to(name(0), d.number);
      case verb::stream: return s.stream();
      case verb::cache_read: return expect(s.cache_read(name(0), name(1), d.order).name());
      case verb::cache_write: return s.cache_write(name(0));
      case verb::store_in: return store_in();
      case verb::prefetch: return s.prefetch(name(0), name(1), d.number);
      case verb::tensorize: return tensorize();
      case verb::decompose_reduction: return s.decompose_reduction(name(0));
      case verb::scatter: return s.scatter(name(0));
      case verb::atomic: return s.atomic();
      case verb::rfactor: return expect(s.rfactor(name(0)).name());
      case verb::scan_blocks: return scan_blocks();
      case verb::bind: return bind();
      case verb::pipeline: return s.pipeline(name(0), d.number);
      case verb::assume: return all.assume(d.stated);
      case verb::unsafe_assume: return all.unsafe_assume(d.stated);
      case verb::specialize: return specialize();
    }
  }
};

constexpr auto take_line(std::string_view& rest) -> std::string_view {
  std::size_t n = 0;
  while (n < rest.size() && rest[n] != '\n') ++n;
  auto const line = rest.substr(0, n);
  rest.remove_prefix(n < rest.size() ? n + 1 : n);
  return !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
}

// Without effect where a primitive has failed.
constexpr auto fail(schedule& s, reading const& r) -> reading {
  diag::message m{};
  m << r.message();
  s.program().fail(diag::code::bad_steps, m);
  return r;
}

}  // namespace read_steps_impl

/// Does the steps of a text; stops at the first mistake.
constexpr auto read_steps(std::string_view text, schedule& s,
                          std::span<tir::intrinsic const> intrinsics = {}) -> reading {
  using namespace read_steps_impl;
  reading r{};
  for (int line = 1; !text.empty(); ++line) {
    read_step_impl::scanner in{.line = take_line(text)};
    step d{};
    bool const is_step = in.read(d);
    if (!in.expected.empty()) {
      return fail(
          s, reading{.line = line, .column = in.column(), .steps = r.steps, .text = in.message()});
    }
    if (!is_step) continue;
    bool const is_fact = states_fact(d.what);  // of an operand, which may be no stage
    replayer one{.d = d,
                 .all = s,
                 .s = is_fact ? stage_schedule(s) : s[d.stage.view()],
                 .intrinsics = intrinsics};
    if (one.is_ok()) one.run();
    if (!one.is_ok()) one.wrong = s.fault().text;
    if (!one.wrong.empty()) {
      return fail(s, reading{.line = line, .steps = r.steps, .text = one.wrong});
    }
    ++r.steps;
  }
  return r;
}

}  // namespace ashlar::scheduling

namespace ashlar {

/// Schedules a captured program by the steps of a text, and judges the whole schedule. What is
/// wrong as a whole is a mistake after the last line.
constexpr auto replay(std::string_view text, tir::program& p,
                      std::span<tir::intrinsic const> intrinsics = {}) -> scheduling::reading {
  schedule s(p);
  auto r = scheduling::read_steps(text, s, intrinsics);
  if (r.ok() && !s.finish().ok()) {
    r.line = 1;
    for (char const c : text) r.line += c == '\n' ? 1 : 0;
    r.text = p.fault.text;
  }
  return r;
}

}  // namespace ashlar

ASHLAR_COMPILER_END
