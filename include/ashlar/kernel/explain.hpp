// SPDX-License-Identifier: Apache-2.0
//
// kernel/explain: what becomes of a tensor function, step by step, as text.
//
//   std::puts(layer.explain(y, x, w, b).c_str());
//   std::puts(ash::explain(y(i) = ash::relu(x(i))).c_str());
//
//   takes       operands, of which only the types matter: nothing is read or written
//   returns     the algorithm, the steps of the schedule, the program after the schedule and after
//               each pass, "(unchanged)" where a pass has found nothing to do; where the schedule
//               specializes, the same of each variant, in the order in which a call tries them
//   cost        capture, schedule and passes run once more, at run time: a millisecond
//   errors      a fault is the last line of the text
#pragma once

#include <ashlar/core/owned.hpp>
#include <ashlar/kernel/run.hpp>
#include <ashlar/kernel/string_sink.hpp>
#include <ashlar/kernel/variant_condition.hpp>
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/window.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

namespace kernel_impl {

inline auto to_string(tir::program const& p) -> std::string {
  return printed([&](auto& out) { tir::print(p, out); });
}

/// Collects the text of a compilation.
struct narrator {
  std::string text{};
  std::string operands{};  // how every program begins
  std::string last{};

  void section(std::string_view name, std::string_view body) {
    text += "--- ";
    text += name;
    text += '\n';
    text += body;
    if (!body.empty() && body.back() != '\n') text += '\n';
  }
  void algorithm(tir::program const& p) {
    last = to_string(p);
    operands = last.substr(0, last.find("\n\n") + 2);
    section("algorithm", last);
  }
  /// What became of stages that are stored around the loop that they are computed at.
  void windows(tir::program const& p) {
    std::string all;
    for (auto const& s : p.stages) {
      if (s.place != tir::placement::at || s.moved == tir::window_state::none) continue;
      all += s.name.view();
      all += ": ";
      all += tir::text_of(s.moved);
      if (s.slides_along >= 0) (all += ' ') += p.axes[s.slides_along].name.view();
      all += '\n';
    }
    if (!all.empty()) section("windows", all);
  }
  /// The trace of pass::lower.
  void operator()(std::string_view name, tir::program const& p) {
    std::string now = to_string(p);
    std::string_view body = now;
    if (body.starts_with(operands)) body.remove_prefix(operands.size());
    section(name, now == last ? std::string_view("(unchanged)") : body);
    last = static_cast<std::string&&>(now);
  }
};

// From the schedule on.
template <class Schedule>
void narrate_variant(narrator& all, tir::program const& captured, Schedule const& schedule_function,
                     emit::lowering_target const& to, choices which) {
  auto const p = make_owned<tir::program>(captured);
  schedule s(*p, which, *to.machine);
  schedule_function(s);
  s.finish();
  auto const steps = printed([&](auto& out) { s.print_steps(out); });
  all.section("schedule", steps.empty() ? "(empty)" : steps);
  bool stopped = false;
  pass::lower(*p, to.vector_bytes, [&](std::string_view name, tir::program const& now) {
    if (stopped) return;
    all(name == "schedule" ? "scheduled" : name, now);
    if (name == "build nest") all.windows(now);
    stopped = !now.fault.ok();
  });
}

template <class Schedule>
auto narrate(tir::program const& captured, Schedule const& schedule_function,
             emit::lowering_target const& to) -> std::string {
  narrator all{};
  all.algorithm(captured);
  if (captured.fault) return all.text;
  auto const written = all.last;
  auto const list = find_variants(captured, schedule_function, *to.machine);
  auto const p = make_owned<tir::program>(captured);
  for (int v = list.all.count - 1; v >= 0; --v) {
    if (list.all.count > 1) {
      *p = captured;
      apply(schedule_function, *p, list.all[v], *to.machine);
      auto const condition = condition_of(*p);
      all.text += "=== variant " + std::to_string(v) + " of " + std::to_string(list.all.count);
      all.text += condition.empty() ? ": in general\n" : ": where " + condition + "\n";
    }
    all.last = written;
    narrate_variant(all, captured, schedule_function, to, list.all[v]);
  }
  if (!list.is_whole) all.text += "and more, which is an error\n";
  return all.text;
}

template <class Kernel> struct explanation_of;
template <auto Kernel, auto Schedule, fp Mode, class Backend>
struct explanation_of<kernel<Kernel, Schedule, Mode, Backend>> {
  template <class... Operands> static auto text() -> std::string {
    // Not the constants of the compilation: they would be part of the program.
    auto const p = make_owned<tir::program>(
        captured<kernel_for<Kernel, Operands...>, Mode, view_of<Operands>::type...>::make());
    constexpr auto function = Schedule;
    return narrate(*p, function, emit::lowering_target_now<Backend>());
  }
};

}  // namespace kernel_impl

/// What becomes of a kernel on operands of these types: ash::explain<decltype(y), decltype(x)>(k).
template <class... Operands, auto Kernel, auto Schedule, fp Mode, class Backend>
auto explain(kernel<Kernel, Schedule, Mode, Backend> const&) -> std::string {
  using explanation = kernel_impl::explanation_of<kernel<Kernel, Schedule, Mode, Backend>>;
  return explanation::template text<Operands...>();
}

/// What becomes of an expression on the spot.
template <auto Schedule = automatic, fp Mode = fp::relaxed, class Backend = emit::default_backend,
          assignment Assignment>
auto explain(Assignment const&) -> std::string {
  auto const p = make_owned<tir::program>(kernel_impl::recorded<Assignment, Mode>::make());
  constexpr auto function = Schedule;
  return kernel_impl::narrate(*p, function, emit::lowering_target_now<Backend>());
}

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, Backend>::explain(Operands&&...) const {
  return ashlar::explain<std::remove_reference_t<Operands>...>(*this);
}

template <auto Kernel, auto Schedule, fp Mode, class... Backends>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, emit::dispatched<Backends...>>::explain(Operands&&...) const {
  return ashlar::explain<std::remove_reference_t<Operands>...>(*this);
}

}  // namespace ashlar

ASHLAR_COMPILER_END
