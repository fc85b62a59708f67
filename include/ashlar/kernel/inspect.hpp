// SPDX-License-Identifier: Apache-2.0
//
// kernel/inspect: the values behind a kernel, to look at, to write down and to draw.
//
//   auto const at = ash::inspect(layer, y, x, w, b);
//   std::puts(at->steps_text().c_str());                  the schedule, to be read by ash::replay
//   std::ofstream("nest.svg") << ash::draw(at->lowered);
//
//   takes       a kernel, and operands of which only the types matter, or their types
//   returns     the program as it was captured, scheduled and lowered, and the steps
//   cost        capture, schedule and passes run once more, at run time, as for kernel/explain; a
//               kernel that is not inspected pays nothing
//   errors      a fault is the fault of the programs
#pragma once

#include <ashlar/kernel/draw.hpp>
#include <ashlar/kernel/run.hpp>
#include <ashlar/schedule/export_halide.hpp>
#include <ashlar/schedule/export_tvm.hpp>
#include <ashlar/schedule/read_steps.hpp>

#include <memory>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

struct inspection {
  tir::program algorithm{};  // as it was written
  tir::program scheduled{};
  tir::program lowered{};
  scheduling::trace steps{};
  int variant = 0;   // 0: the general one
  int variants = 1;  // more where the schedule specializes

  // Templates, so that who does not call them does not compile them.
  /// One primitive a line.
  template <class Sink = string_sink> auto steps_text() const -> std::string {
    return printed<Sink>([&](auto& out) { scheduling::print(scheduled, steps, out); });
  }
  /// A C++ function that schedules Halide's Funcs.
  template <class Sink = string_sink> auto halide() const -> std::string {
    return printed<Sink>([&](auto& out) { scheduling::export_halide(scheduled, steps, out); });
  }
  /// A Python function of a TVM schedule.
  template <class Sink = string_sink> auto tvm() const -> std::string {
    return printed<Sink>([&](auto& out) { scheduling::export_tvm(scheduled, steps, out); });
  }
};

namespace kernel_impl {

template <class Schedule>
auto inspected(tir::program const& captured, Schedule const& schedule_function,
               emit::lowering_target const& to, int variant) -> std::unique_ptr<inspection> {
  auto r = std::make_unique<inspection>();
  r->algorithm = captured;
  r->scheduled = captured;
  if (!captured.fault) {
    auto const list = find_variants(captured, schedule_function, *to.machine);
    r->variants = list.all.count;
    r->variant = variant < 0 || variant >= list.all.count ? 0 : variant;
    schedule s(r->scheduled, list.all[r->variant], *to.machine);
    schedule_function(s);
    s.finish();
    r->steps = s.steps();
  }
  r->lowered = r->scheduled;
  if (!r->lowered.fault) pass::lower(r->lowered, to.vector_bytes);
  return r;
}

}  // namespace kernel_impl

/// What is behind a kernel on operands of these types. Of one that specializes, a variant: 0 is the
/// general one, and a call tries them from the last one on.
template <class... Operands, auto Kernel, auto Schedule, fp Mode, class Backend>
  requires(sizeof...(Operands) > 0)
auto inspect(kernel<Kernel, Schedule, Mode, Backend> const&, int variant = 0)
    -> std::unique_ptr<inspection> {
  using namespace kernel_impl;
  auto const p = std::make_unique<tir::program>(
      captured<kernel_for<Kernel, Operands...>, Mode, view_of<Operands>::type...>::make());
  constexpr auto function = Schedule;
  return inspected(*p, function, emit::lowering_target_now<Backend>(), variant);
}

/// The same for operands, of which only the types matter.
template <auto Kernel, auto Schedule, fp Mode, class Backend, class... Operands>
  requires(sizeof...(Operands) > 0)
auto inspect(kernel<Kernel, Schedule, Mode, Backend> const& k, Operands&&...)
    -> std::unique_ptr<inspection> {
  return inspect<std::remove_reference_t<Operands>...>(k);
}

}  // namespace ashlar

ASHLAR_COMPILER_END
