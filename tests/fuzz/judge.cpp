// SPDX-License-Identifier: Apache-2.0
#include <fuzz/judge.hpp>

#include <ashlar/emit/code.hpp>
#include <ashlar/schedule/automatic.hpp>
#include <ashlar/schedule/read_steps.hpp>
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/verify.hpp>
#include <fuzz/apply.hpp>
#include <fuzz/capacity.hpp>
#include <fuzz/coverage.hpp>
#include <fuzz/lockstep.hpp>
#include <fuzz/lower.hpp>
#include <fuzz/metamorphic.hpp>
#include <fuzz/random.hpp>
#include <fuzz/record.hpp>
#include <fuzz/rounding.hpp>

#include <memory>
#include <set>

namespace ashlar::fuzz {

namespace {

using arrays = std::vector<tir::array>;

// Accesses of one run, so that a case takes milliseconds.
constexpr std::int64_t reference_budget = 20000;

/// The oracles, with an end, and without places outside where a pass has not settled those yet.
struct watcher : tir::oracles {
  using tir::oracles::oracles;
  bool is_early = false;
  std::int64_t budget = 400000;

  void report(tir::violation_kind kind, tir::place const& at) {
    if (is_early && kind == tir::violation_kind::out_of_bounds) return;
    tir::oracles::report(kind, at);
  }
  void read(tir::place const& at) {
    spend();
    tir::oracles::read(at);
  }
  void write(tir::program const& p, tir::place const& at) {
    spend();
    tir::oracles::write(p, at);
  }
  void spend() {
    if (--budget < 0) tir::oracles::report(tir::violation_kind::refused, tir::place{});
  }
};

auto describe(tir::program const& p, tir::violation const& v) -> std::string {
  std::string s(name_of(v.kind));
  if (v.buffer >= 0) {
    s += " of " + std::string(p.buffers[v.buffer].name.view()) + " at (";
    for (int d = 0; d < p.buffers[v.buffer].rank; ++d) {
      s += (d == 0 ? "" : ", ") + std::to_string(v.index[d]);
    }
    s += ")";
  }
  return s;
}

// The first element of an output that differs, as text; empty for none.
auto is_trivial(tir::program const& p, arrays const& results) -> bool {
  for (auto const& b : p.buffers) {
    if (!b.is_output) continue;
    std::set<std::uint64_t> values;
    for (auto const& i : results[static_cast<std::size_t>(b.operand)].items) {
      values.insert(i.bits);
      if (values.size() > 2) return false;
    }
  }
  return true;
}

// Outputs without a reduction are written once per element, unless blocks may overlap.
auto written_once(tir::program const& p) -> std::uint64_t {
  for (auto const& a : p.axes) {
    if (a.tails == tir::tail::shift_inwards) return 0;
  }
  std::uint64_t set = 0;
  for (auto const& s : p.stages) {
    auto const& b = p.buffers[s.buffer];
    if (b.is_output && s.reduce.components == 0) {
      set |= std::uint64_t{1} << static_cast<unsigned>(b.operand);
    }
  }
  for (auto const& s : p.stages) {
    if (s.held_in < 0) continue;
    set &= ~(std::uint64_t{1} << static_cast<unsigned>(p.buffers[s.held_in].operand));
  }
  return set;
}

auto reachable(tir::program const& p, tir::handle h) -> int {
  int n = 0;
  for (; h >= 0; h = p.stmts[h].next) {
    n += 1 + reachable(p, p.stmts[h].body) + reachable(p, p.stmts[h].otherwise);
  }
  return n;
}

struct trial {
  fuzz_case const& c;
  reference_run const& r;
  outcome out = r.out;
  arrays const& inputs = r.inputs;
  arrays const& expected = r.expected;
  int checks = 0;  // before the schedule

  void fail(std::string const& where, std::string const& why) {
    if (out.what == verdict::wrong) return;
    out.what = verdict::wrong;
    out.where = where;
    out.why = why;
  }

  // Facts take checks away, so that their number does not say it.
  auto asks_more(tir::program const& p) const -> bool {
    for (auto const& a : p.axes) {
      if (a.tails == tir::tail::shift_inwards || a.tails == tir::tail::round_up) return true;
    }
    return p.checks.count > checks;
  }

  // True if the schedule has stated what is not so; then all that becomes of it refuses the call.
  auto is_refused(tir::program const& scheduled) -> bool {
    bool all = true;
    for (auto const& f : scheduled.facts) {
      auto const& of = inputs[static_cast<std::size_t>(scheduled.buffers[f.buffer].operand)].dims;
      if (f.origin == tir::fact_origin::declined) continue;
      all = all &&
            tir::holds(f, f.kind == tir::fact_kind::extent ? of.extent[f.dim] : of.stride[f.dim]);
    }
    if (all) return false;
    auto const lowered = std::make_unique<tir::program>(scheduled);
    auto const end = watched([&] { lower(*lowered, c.vector_bytes); });
    if (end == leaving::crash) fail("lowering", "a signal");
    for (auto const* p : {&scheduled, static_cast<tir::program const*>(lowered.get())}) {
      if (end != leaving::normal || !p->fault.ok()) continue;
      arrays found = inputs;
      watcher watch{};
      if (tir::interpret(*p, found, watch).kind != tir::violation_kind::refused)
        fail("facts", "a fact that does not hold is not refused");
    }
    if (out.what == verdict::legal) {
      out.what = verdict::unusable;
      out.why = "refused at entry, as a fact does not hold";
    }
    return true;
  }

  void compare(tir::program const& p, std::string const& where, bool is_early, bool is_final) {
    if (auto const d = is_final ? tir::verify_lowered(p) : tir::verify(p); !d.ok()) {
      fail(where, "verify: " + std::string(d.message().view()));
      return;
    }
    arrays found = inputs;
    watcher watch(0, is_final ? written_once(p) : 0);
    watch.is_early = is_early;
    auto const v = tir::interpret(p, found, watch);
    if (watch.budget < 0) {
      out.what = verdict::unusable;
      out.why = "too many accesses";
    } else if (v.kind == tir::violation_kind::refused && asks_more(p)) {
      out.what = verdict::unusable;
      out.why = "refused at entry, as a tail asks for other extents";
    } else if (!v.ok()) {
      fail(where, describe(p, v));
    } else if (auto const d = difference(p, expected, found); !d.empty()) {
      fail(where, d);
    }
  }

  void run_in_lockstep(tir::program const& p) {
    if (auto const d = tir::verify_lowered(p); !d.ok()) {
      return fail("lowered", "verify: " + std::string(d.message().view()));
    }
    arrays found = inputs;
    bounds_only watch{};
    auto const v = lockstep(p, found, watch).run_all();
    if (!v.ok())
      fail("lockstep", describe(p, v));
    else if (auto const d = difference(p, expected, found); !d.empty())
      fail("lockstep", d);
  }

  void check_code(tir::program const& p) {
    auto const numbering = std::make_unique<emit::compaction>(p);
    int const found = numbering->size().stmts;
    int const expect = reachable(p, p.root);
    if (found != expect) {
      fail("code", std::to_string(found) + " statements, not " + std::to_string(expect));
    }
  }

  void check_simplified(tir::program const& once) {
    if (!once.fault.ok()) return;
    auto const twice = std::make_unique<tir::program>(once);
    simplify_nest(*twice);
    bool const is_same = twice->fault.ok() && show(*twice) == show(once);
    if (!is_same) fail("simplify nest", "simplifying twice is not simplifying once");
  }

  void lower_and_compare(tir::program const& scheduled) {
    auto const p = std::make_unique<tir::program>(scheduled);
    auto const before = std::make_unique<tir::program>();
    bool settled = false;
    bool has_layout = false;
    for (auto const& b : scheduled.buffers) has_layout = has_layout || !b.layout.empty();
    auto const end = watched([&] {
      lower(*p, c.vector_bytes, [&](std::string_view name, tir::program const& now) {
        bool const is_stages = now.root < 0;
        settled = settled || name == "simplify nest";
        if (name == "simplify nest") check_simplified(now);
        bool const changed = is_stages ? name == "schedule" : !(now == *before);
        if (!now.fault.ok() || !changed || out.what != verdict::legal) return;
        // Padding of a layout may be read and dropped: only values can tell that it is used.
        bool const is_late =
            name == "apply layouts" || name == "transpose loads" || name == "settle registers";
        if (has_layout && is_late) return;
        *before = now;
        compare(now, std::string(name), !settled, name == "settle registers");
      });
    });
    if (end == leaving::crash) fail("lowering", "a signal");
    bool const fits = end == leaving::normal;
    if (!fits || !p->fault.ok()) {
      if (out.what == verdict::wrong) return;
      out.what = verdict::illegal;
      out.where = "lowering";
      out.fault = fits ? p->fault.id : diag::code::capacity_exceeded;
      out.why = fits ? std::string(p->fault.text.view()) : "capacity";
      return;
    }
    out.values = p->exprs.count + p->indices.count;
    if (out.what != verdict::legal) return;
    for (auto const& s : p->stages) {
      if (s.store_at != -1) ++out.windows[static_cast<std::size_t>(s.moved)];
      out.folded += s.fold_dim >= 0 ? 1 : 0;
    }
    run_in_lockstep(*p);
    check_code(*p);
    auto const again = std::make_unique<tir::program>(scheduled);
    lower(*again, c.vector_bytes);
    if (!(*again == *p)) fail("lower", "a second time gives another program");
  }

  void ask(further which, finding const& f) {
    if (f.applies) out.asked[static_cast<std::size_t>(which)] = true;
    if (!f.why.empty()) fail(std::string(further_names[static_cast<std::size_t>(which)]), f.why);
  }
  // Each of a quarter of the cases; the default schedule is judged in the first.
  void ask_further(tir::program const& written, tir::program const& scheduled) {
    if (c.data % 4 == 1) ask(further::coverage, check_coverage(c, written));
    if (c.data % 4 == 2) ask(further::metamorphic, check_metamorphic(c, written, scheduled));
    if (c.data % 4 != 3) return;
    auto const lowered = std::make_unique<tir::program>(scheduled);
    lower(*lowered, c.vector_bytes);
    auto const which = c.kernel.strict ? further::strict_reals : further::reals;
    ask(which, check_rounding(c, written, *lowered));
  }

  // The last step of the case must be refused, and with that code.
  void require_mistake(diag::code found) {
    out.is_mistake = c.mistake != diag::code::ok && found == c.mistake;
    if (c.mistake == diag::code::ok || out.is_mistake) return;
    fail("mistake", "refused with " + std::to_string(static_cast<int>(found)) + ", not with " +
                        std::to_string(static_cast<int>(c.mistake)) + " (0: legal)");
  }

  // `again` is the program before the schedule.
  void replay_and_compare(std::string const& text, tir::program& again,
                          tir::program const& scheduled) {
    auto const read = replay(text, again);
    if (!read.ok())
      fail("replay", std::string(read.message().view()));
    else if (!(again == scheduled))
      fail("replay", "the text of the schedule gives another program");
  }

  // Only the capacities may keep the default schedule from being legal.
  void judge_default(tir::program const& written) {
    auto const p = std::make_unique<tir::program>(written);
    auto const end = watched([&] {
      schedule s(*p);
      automatic(s);
      s.finish();
    });
    if (end == leaving::crash) return fail("default schedule", "a signal");
    bool const fits = end == leaving::normal && p->fault.id != diag::code::capacity_exceeded;
    if (!fits) return;
    if (!p->fault.ok()) return fail("default schedule", std::string(p->fault.text.view()));
    lower_and_compare(*p);
    if (out.what == verdict::wrong) out.where = "default schedule: " + out.where;
    if (out.what == verdict::illegal && out.fault != diag::code::capacity_exceeded) {
      return fail("default schedule", out.why);
    }
    if (out.what != verdict::wrong) out = outcome{.is_trivial = out.is_trivial};
  }

  void run() {
    if (r.expected.empty()) return;
    auto const& written = r.written;
    auto const p = std::make_unique<tir::program>(*written);
    checks = p->checks.count;
    if (c.data % 4 == 0) judge_default(*written);
    if (out.what == verdict::wrong) return;
    std::string text;
    auto const end = watched([&] { text = apply(c.steps, *p); });
    if (end == leaving::crash) return fail("schedule", "a signal");
    if (end != leaving::normal || !p->fault.ok()) {
      out.what = verdict::illegal;
      out.where = "schedule";
      out.fault = end == leaving::normal ? p->fault.id : diag::code::capacity_exceeded;
      out.why = std::string(p->fault.text.view());
      return require_mistake(out.fault);
    }
    require_mistake(diag::code::ok);
    auto const again = std::make_unique<tir::program>(*written);
    replay_and_compare(text, *again, *p);
    if (is_refused(*p)) return;
    lower_and_compare(*p);
    if (out.what == verdict::legal) ask_further(*written, *p);
  }
};

}  // namespace

auto make_operands(kernel_form const& k, std::uint64_t seed) -> arrays {
  random r(seed);
  arrays all;
  for (auto const& t : k.tensors) {
    if (!t.is_operand) continue;
    tir::dimensions d{};
    d.rank = static_cast<int>(t.dims.size());
    index_t stride = 1;
    for (int at = d.rank - 1; at >= 0; --at) {
      d.extent[at] = t.dims[static_cast<std::size_t>(at)].extent;
      d.stride[at] = stride;
      stride *= d.extent[at];
    }
    tir::array a(t.memory_type(), d);
    for (auto& i : a.items) {
      auto const v = t.type == dtype::boolean ? r.between(0, 1)
                     : t.stored == dtype::u4  ? r.between(0, 8)
                     : t.type == dtype::u8    ? r.between(0, r.chance(20) ? 255 : 8)
                                              : r.between(-8, 8);
      i = tir::make_scalar(t.memory_type(), v);
    }
    all.push_back(a);
  }
  return all;
}

auto difference(tir::program const& p, arrays const& expected, arrays const& found) -> std::string {
  for (auto const& b : p.buffers) {
    if (!b.is_output) continue;
    auto const at = static_cast<std::size_t>(b.operand);
    for (std::size_t n = 0; n < expected[at].items.size(); ++n) {
      auto const x = expected[at].items[n];
      auto const y = found[at].items[n];
      if (same_value(x, y)) continue;
      return std::string(b.name.view()) + "[" + std::to_string(n) + "] is " +
             std::to_string(tir::value_of<double>(y)) + ", not " +
             std::to_string(tir::value_of<double>(x));
    }
  }
  return {};
}

auto show(tir::program const& p) -> std::string {
  auto const text = std::make_unique<ashlar::text<65536>>(tir::to_text<65536>(p));
  return std::string(text->view());
}

auto run_reference(fuzz_case const& c) -> reference_run {
  reference_run r{.written = std::make_unique<tir::program>()};
  tir::program& p = *r.written;
  auto const end = watched([&] { record(c.kernel, p); });
  if (end == leaving::crash) {
    r.out = outcome{.what = verdict::wrong, .why = "a signal", .where = "record"};
  } else if (end != leaving::normal || !p.fault.ok()) {
    r.out = outcome{.what = verdict::unusable,
                    .fault = p.fault.id,
                    .why = std::string(p.fault.text.view()),
                    .where = "record"};
  }
  if (r.out.what != verdict::legal) {
    r.written.reset();
    return r;
  }
  r.inputs = make_operands(c.kernel, c.data);
  arrays found = r.inputs;
  watcher watch{};
  watch.budget = reference_budget;
  auto const v = tir::interpret(p, found, watch);
  if (v.kind == tir::violation_kind::refused) {
    r.out = outcome{.what = verdict::unusable, .why = "refused at entry", .where = "record"};
  } else if (!v.ok()) {
    r.out = outcome{.what = verdict::wrong, .why = describe(p, v), .where = "reference"};
  } else {
    r.out.is_trivial = is_trivial(p, found);
    r.expected = std::move(found);
  }
  return r;
}

auto judge(fuzz_case const& c, reference_run const& r) -> outcome {
  trial t{.c = c, .r = r};
  t.run();
  return t.out;
}

auto judge(fuzz_case const& c) -> outcome { return judge(c, run_reference(c)); }

}  // namespace ashlar::fuzz
