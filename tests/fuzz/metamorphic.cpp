// SPDX-License-Identifier: Apache-2.0
#include <fuzz/metamorphic.hpp>

#include <fuzz/lower.hpp>

#include <ashlar/tir/print.hpp>
#include <fuzz/apply.hpp>
#include <fuzz/capacity.hpp>

#include <memory>
#include <utility>

namespace ashlar::fuzz {

namespace {

auto is_tile(directive const& d) -> bool { return d.what == verb::split && d.is_tile; }

// Each tile as what it is made of.
auto untiled(fuzz_case const& c, tir::program const& written, tir::program const& scheduled)
    -> finding {
  finding f{};
  for (auto const& d : c.steps) f.applies = f.applies || is_tile(d);
  if (!f.applies) return f;
  auto const p = std::make_unique<tir::program>(written);
  {
    schedule all(*p);
    for (auto const& d : c.steps) {
      if (!is_tile(d)) {
        fuzz::apply(d, all);
        continue;
      }
      auto const s = all[d.stage];
      auto const a = s.split(std::string_view(d.loops[0]), d.factor, d.tails);
      auto const b = s.split(std::string_view(d.loops[1]), d.second_factor, d.tails);
      s.reorder(a.outer, b.outer, a.inner, b.inner);
    }
    all.finish();
  }
  if (!(*p == scheduled)) f.why = "a tile is not two splits and a reorder";
  return f;
}

// The first two serial loops of each stage, there and back.
auto turned_twice(tir::program const& scheduled) -> finding {
  finding f{};
  auto const p = std::make_unique<tir::program>(scheduled);
  for (int at = 0; at < scheduled.stages.count; ++at) {
    std::vector<std::string> names;
    for (auto const l : scheduled.stages[at].loops) {
      auto const& a = scheduled.axes[l];
      if (a.kind == tir::loop_kind::serial && !a.is_reduction) names.emplace_back(a.name.view());
    }
    if (names.size() < 2) continue;
    auto const before = std::make_unique<tir::program>(*p);
    schedule s(*p);
    auto const stage = s[scheduled.stages[at].name.view()];
    stage.reorder(std::string_view(names[1]), std::string_view(names[0]));
    if (p->fault.ok()) stage.reorder(std::string_view(names[0]), std::string_view(names[1]));
    if (!p->fault.ok()) {
      *p = *before;
      continue;
    }
    f.applies = true;
    if (!(*p == scheduled)) f.why = "a reorder that is undone leaves something";
  }
  return f;
}

// A primitive that is about the loops of its stage alone.
auto is_local(directive const& d) -> bool {
  switch (d.what) {
    case verb::split:
    case verb::fuse:
    case verb::reorder:
    case verb::unroll:
    case verb::parallel:
    case verb::peel: return true;
    default: return false;
  }
}

auto nest_of(tir::program const& scheduled, int vector_bytes) -> std::string {
  auto const p = std::make_unique<tir::program>(scheduled);
  lower(*p, vector_bytes);
  auto const text = std::make_unique<ashlar::text<65536>>(tir::to_text<65536>(*p));
  auto const all = std::string(text->view());
  auto const head = all.find("\n\n");  // operands and stages stand in the order of their handles
  return head == std::string::npos ? all : all.substr(head);
}

auto swapped(fuzz_case const& c, tir::program const& written, tir::program const& scheduled)
    -> finding {
  auto steps = c.steps;
  std::size_t at = 1;
  auto const independent = [&] {
    return is_local(steps[at - 1]) && is_local(steps[at]) && steps[at - 1].stage != steps[at].stage;
  };
  while (at < steps.size() && !independent()) ++at;
  if (at >= steps.size()) return {};
  std::swap(steps[at - 1], steps[at]);
  auto const p = std::make_unique<tir::program>(written);
  fuzz::apply(steps, *p);
  finding f{.applies = true};
  if (!p->fault.ok()) {
    f.why = "two primitives cannot change places: " + std::string(p->fault.text.view());
  } else if (nest_of(*p, c.vector_bytes) != nest_of(scheduled, c.vector_bytes)) {
    f.why = "two primitives that change places give another nest";
  }
  return f;
}

}  // namespace

auto check_metamorphic(fuzz_case const& c, tir::program const& written,
                       tir::program const& scheduled) -> finding {
  finding all{};
  auto const join = [&](finding const& f) {
    all.applies = all.applies || f.applies;
    if (all.why.empty()) all.why = f.why;
  };
  auto const end = watched([&] {
    join(untiled(c, written, scheduled));
    join(turned_twice(scheduled));
    join(swapped(c, written, scheduled));
  });
  return end == leaving::normal ? all : finding{};
}

}  // namespace ashlar::fuzz
