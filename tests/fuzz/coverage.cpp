// SPDX-License-Identifier: Apache-2.0
#include <fuzz/coverage.hpp>

#include <fuzz/lower.hpp>

#include <ashlar/schedule/uses.hpp>
#include <fuzz/apply.hpp>
#include <fuzz/capacity.hpp>
#include <fuzz/extent.hpp>
#include <fuzz/judge.hpp>

#include <memory>

namespace ashlar::fuzz {

namespace {

constexpr index_t most_points = 20000;

// Room for what one stage is given.
auto has_room(tir::program const& p) -> bool {
  return !p.buffers.full() && p.exprs.count + 2 < limits::exprs && !p.accesses.full() &&
         p.indices.count + max_rank < limits::indices && p.operands < 60;
}

// A combination that uses a value twice may read it twice.
auto takes_values_once(tir::program const& p, tir::stage const& s) -> bool {
  if (s.reduce.components != 1) return s.reduce.components == 0;
  auto const& e = p.exprs[s.reduce.combine[0]];
  return tir::operand_count(e.op) == 2 && p.exprs[e.a].op == tir::opcode::accumulator &&
         p.exprs[e.b].op == tir::opcode::incoming;
}

/// The operand that a stage visits at each of its points; rank 0 if it has none.
auto add_visits(tir::program& p, int at) -> tir::dimensions {
  auto& s = p.stages[at];
  bool const is_output = p.buffers[s.buffer].is_output;
  int const rank = s.pure.count + s.reduced.count;
  bool const is_fit = is_output && rank > 0 && rank <= max_rank;
  if (!is_fit || !takes_values_once(p, s) || !has_room(p)) return {};
  tir::handle& value = s.reduce.components > 0 ? s.value[0] : s.result;
  dtype const type = p.exprs[value].type;
  if (is_stored_only(type)) return {};  // nothing is added to it
  tir::buffer b{.name = "visits", .type = type, .where = tir::scope::operand};
  tir::access a{.buffer = static_cast<tir::handle>(p.buffers.count)};
  b.operand = p.operands++;
  tir::dimensions d{};
  for (auto const* axes : {&s.pure, &s.reduced}) {
    for (auto const axis : *axes) {
      ++d.rank;
      b.shape[b.rank] = p.add(tir::affine(p.axes[axis].extent));
      b.stride[b.rank++] = dynamic_stride;
      a.index[a.rank++] = p.add(variable(p, axis));
    }
  }
  p.add(b);
  auto const read = p.add(tir::expr{.op = tir::opcode::load, .type = type, .a = p.add(a)});
  auto const joined = type == dtype::boolean ? tir::opcode::logical_or : tir::opcode::add;
  value = p.add(tir::expr{.op = joined, .type = type, .a = value, .b = read});
  return d;
}

// Blocks that overlap; lanes that are no power of two, or go beyond the end of a block that is
// split again: those beyond read what the next block does.
auto may_overlap(tir::program const& p) -> bool {
  for (auto const& a : p.axes) {
    if (a.tails == tir::tail::shift_inwards || a.tails == tir::tail::round_up) return true;
    bool const is_odd = a.extent.is_constant() && (a.extent.offset & (a.extent.offset - 1)) != 0;
    bool const is_inner = a.parent >= 0 && p.axes[a.parent].parent >= 0;
    bool const has_rest = is_inner && a.tails != tir::tail::exact;
    if (a.kind == tir::loop_kind::vectorized && (is_odd || has_rest)) return true;
  }
  return false;
}

/// Counts the reads of each element of each buffer; has an end.
struct visitor : tir::oracles {
  std::vector<std::vector<int>> reads{};
  std::int64_t budget = 400000;

  void open(tir::program const& p, int buffer, index_t elements) {
    reads.resize(static_cast<std::size_t>(p.buffers.count));
    auto& all = reads[static_cast<std::size_t>(buffer)];
    if (p.buffers[buffer].operand >= 0) all.assign(static_cast<std::size_t>(elements), 0);
    tir::oracles::open(p, buffer, elements);
  }
  void read(tir::place const& at) {
    if (--budget < 0) report(tir::violation_kind::refused, at);
    auto& all = reads[static_cast<std::size_t>(at.buffer)];
    if (!all.empty()) ++all[static_cast<std::size_t>(at.linear)];
    tir::oracles::read(at);
  }
};

// Partial results are computed in a loop, where they may be computed again.
auto is_at_root(tir::program const& p, int visits) -> bool {
  bool all = true;
  for (int s = 0; s < p.stages.count; ++s) {
    bool const reads = scheduling::use_of(p, s, visits).any();
    // A point that rfactor masks is read all the same.
    tir::handle const value = p.stages[s].value[0];
    bool const is_masked = value >= 0 && p.exprs[value].op == tir::opcode::select;
    all = all && (!reads || (p.stages[s].place == tir::placement::root && !is_masked));
  }
  return all;
}

auto describe(std::vector<int> const& reads, bool exactly) -> std::string {
  for (std::size_t n = 0; n < reads.size(); ++n) {
    if (reads[n] == 1 || (reads[n] > 1 && !exactly)) continue;
    return "point " + std::to_string(n) + " of " + std::to_string(reads.size()) + " is visited " +
           std::to_string(reads[n]) + " times";
  }
  return {};
}

}  // namespace

auto check_coverage(fuzz_case const& c, tir::program const& written) -> finding {
  auto const p = std::make_unique<tir::program>(written);
  auto operands = make_operands(c.kernel, c.data);
  std::vector<int> visits;
  for (int s = 0; s < p->stages.count; ++s) {
    auto d = add_visits(*p, s);
    if (d.rank == 0) continue;
    auto const& b = p->buffers.back();
    index_t stride = 1;
    for (int at = d.rank - 1; at >= 0; --at) {
      d.extent[at] = extent_of(*p, p->indices[b.shape[at]], operands);
      d.stride[at] = stride;
      stride *= d.extent[at];
    }
    if (stride > most_points) return {};
    operands.push_back(tir::array(b.type, d));
    visits.push_back(p->buffers.count - 1);
  }
  if (visits.empty()) return {};
  std::vector<bool> exactly;
  auto const end = watched([&] {
    fuzz::apply(c.steps, *p);
    for (int const b : visits) exactly.push_back(is_at_root(*p, b));
    if (p->fault.ok() && !may_overlap(*p)) lower(*p, c.vector_bytes);
  });
  if (end != leaving::normal || !p->fault.ok() || p->root < 0) return {};
  visitor watch{};
  // Padding of a layout may be read and dropped, which ends the run.
  if (!tir::interpret(*p, operands, watch).ok()) return {};
  finding f{.applies = true};
  for (std::size_t n = 0; n < visits.size(); ++n) {
    auto const why = describe(watch.reads[static_cast<std::size_t>(visits[n])], exactly[n]);
    if (f.why.empty()) f.why = why;
  }
  return f;
}

}  // namespace ashlar::fuzz
