// SPDX-License-Identifier: Apache-2.0
#include <fuzz/apply.hpp>

namespace ashlar::fuzz {

namespace {

auto order_of(directive const& d) -> memory_order {
  memory_order o{};
  for (auto const& i : d.order) o.items.push_back(i);
  return o.pad(d.padding);
}

void reorder(directive const& d, stage_schedule const& s) {
  auto const l = [&](std::size_t n) { return loop_ref(std::string_view(d.loops[n])); };
  switch (d.loops.size()) {
    case 1: return s.reorder(l(0));
    case 2: return s.reorder(l(0), l(1));
    case 3: return s.reorder(l(0), l(1), l(2));
    case 4: return s.reorder(l(0), l(1), l(2), l(3));
    case 5: return s.reorder(l(0), l(1), l(2), l(3), l(4));
    default: return s.reorder(l(0), l(1), l(2), l(3), l(4), l(5));
  }
}

void split(directive const& d, stage_schedule const& s) {
  std::string_view const i = d.loops[0];
  if (d.is_tile) {
    s.tile(i, std::string_view(d.loops[1]), d.factor, d.second_factor, d.tails);
  } else if (d.first_name.empty()) {
    s.split(i, d.factor, d.tails);
  } else {
    s.split(i, d.first_name, d.second_name, d.factor, d.tails);
  }
}

void split_evenly(directive const& d, stage_schedule const& s) {
  std::string_view const i = d.loops[0];
  if (d.what == verb::split_parts) {
    s.split_parts(i, d.factor, d.tails);
  } else {
    s.split_balanced(i, d.factor, d.second_factor, d.tails);
  }
}

void bind(directive const& d, stage_schedule const& s) {
  std::string_view const i = d.loops[0];
  if (d.what == verb::parallel) {
    s.parallel(i);
  } else if (d.what == verb::vectorize) {
    if (d.factor == 0)
      s.vectorize(i);
    else
      s.vectorize(i, d.factor, d.tails);
  } else {
    if (d.factor == 0)
      s.unroll(i);
    else
      s.unroll(i, d.factor, d.tails);
  }
}

// Of all stages that are named: `d.stage`, and those after the loop.
void reverse_compute_at(directive const& d, schedule& all) {
  auto const at = all[d.other].get(std::string_view(d.loops[0]));
  all.reverse_compute_at(d.stage, at);
  for (std::size_t n = 1; n < d.loops.size(); ++n) all.reverse_compute_at(d.loops[n], at);
}

// With a factor, both are split alike first, and perhaps run in threads.
void compute_with(directive const& d, schedule& all) {
  auto const s = all[d.stage];
  auto const other = all[d.other];
  if (d.factor == 0) return s.compute_with(other.get(std::string_view(d.loops[0])));
  auto const theirs = other.split(std::string_view(d.loops[0]), d.factor, d.tails);
  auto const own = s.split(std::string_view(d.loops[1]), d.factor, d.tails);
  if (d.is_tile) {
    other.parallel(theirs.outer);
    s.parallel(own.outer);
  }
  s.compute_with(d.second_factor == 0 ? theirs.outer : theirs.inner);
}

}  // namespace

void apply(directive const& d, schedule& all) {
  if (d.what == verb::assume) return all.assume(d.fact);
  if (d.what == verb::unsafe_assume) return all.unsafe_assume(d.fact);
  if (d.what == verb::specialize) return void(all.specialize(d.fact, d.is_tile));
  auto const s = all[d.stage];
  switch (d.what) {
    case verb::split: return split(d, s);
    case verb::fuse:
      s.fuse(std::string_view(d.loops[0]), std::string_view(d.loops[1]), d.first_name);
      return;
    case verb::reorder: return reorder(d, s);
    case verb::vectorize:
    case verb::unroll:
    case verb::parallel: return bind(d, s);
    case verb::compute_inline: return s.compute_inline();
    case verb::compute_root: return s.compute_root();
    case verb::compute_at: return all.compute_at(d.stage, d.other, d.loops[0]);
    case verb::cache_read: s.cache_read(d.other, std::string_view(d.loops[0]), order_of(d)); return;
    case verb::cache_write: return s.cache_write(std::string_view(d.loops[0]));
    case verb::store_in:
      return d.where == tir::scope::operand && !d.other.empty() ? s.store_in(all[d.other])
                                                                : s.store_in(d.where);
    case verb::decompose_reduction: return s.decompose_reduction(std::string_view(d.loops[0]));
    case verb::rfactor: s.rfactor(std::string_view(d.loops[0])); return;
    case verb::prefetch: return s.prefetch(d.other, d.loops[0], d.factor);
    case verb::split_parts:
    case verb::split_balanced: return split_evenly(d, s);
    case verb::peel: s.peel(std::string_view(d.loops[0]), d.factor, d.second_factor); return;
    case verb::store_at: return s.store_at(all[d.other].get(std::string_view(d.loops[0])));
    case verb::compute_with: return compute_with(d, all);
    case verb::reverse_compute_at: return reverse_compute_at(d, all);
    case verb::fold_storage: return s.fold_storage(d.loops[0], d.factor);
    case verb::scatter: return s.scatter(std::string_view(d.loops[0]));
    case verb::atomic: return s.atomic();
    case verb::scan_blocks: s.scan_blocks(std::string_view(d.loops[0])); return;
    case verb::store_root: return s.store_root();
    case verb::align_storage: return s.align_storage(d.loops[0], d.factor, d.second_factor);
    case verb::stream: return s.stream();
    case verb::assume:
    case verb::unsafe_assume:
    case verb::specialize: return;  // above: they are of no stage
    case verb::layout: return s.layout(order_of(d));
    case verb::pad_to: return s.pad_to(std::string_view(d.loops[0]), d.factor);
    case verb::tensorize: return;  // is not drawn: unit.pass has random blocks of its own
    case verb::pipeline:
    case verb::swizzle:
    case verb::bind: return;  // nor are these here: fuzz/grid binds, tests/emulator has the others
  }
}

auto apply(std::vector<directive> const& steps, tir::program& p) -> std::string {
  schedule s(p);
  for (auto const& d : steps) apply(d, s);
  s.finish();
  return std::string(s.print_steps().view());
}

}  // namespace ashlar::fuzz
