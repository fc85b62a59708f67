// SPDX-License-Identifier: Apache-2.0
//
// kernel/variant_condition: which variant of a kernel a program is, as text.
//
//   takes       a program after a schedule that may have asked with specialize
//   returns     "x.extent(1) == 64 and y.address % 64 == 0"; empty where nothing was chosen
#pragma once

#include <ashlar/kernel/string_sink.hpp>
#include <ashlar/tir/program.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::kernel_impl {

/// The facts that were chosen, see the head of this file.
inline auto condition_of(tir::program const& scheduled) -> std::string {
  return printed([&](auto& out) {
    bool first = true;
    for (auto const& f : scheduled.facts) {
      if (f.origin != tir::fact_origin::chosen) continue;
      out.append(first ? "" : " and ");
      out.append(scheduled.buffers[f.buffer].name.view());
      out.append('.');
      tir::put_fact(out, f);
      first = false;
    }
  });
}

/// "variant where x.extent(1) == 64", "variant in general"; empty where the schedule did not ask.
inline auto variant_title(tir::program const& scheduled) -> std::string {
  auto const condition = condition_of(scheduled);
  if (!condition.empty()) return "variant where " + condition;
  for (auto const& f : scheduled.facts) {
    if (tir::is_choice(f)) return "variant in general";
  }
  return {};
}

}  // namespace ashlar::kernel_impl

ASHLAR_COMPILER_END
