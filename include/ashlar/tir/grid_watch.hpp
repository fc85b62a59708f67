// SPDX-License-Identifier: Apache-2.0
//
// tir/grid_watch: who was at each element of the memory that threads share, for tir/emulate_grid.
//
//   takes       reads and writes, each with its launch, block, thread, and phase: what a block does
//               between two barriers
//   returns     the first violation: two threads at an element in one phase, or two blocks in one
//               launch, of which one writes; a read of what nobody has written
//   invariants  launches follow each other, blocks of one have no order
#pragma once

#include <ashlar/tir/grid.hpp>
#include <ashlar/tir/oracle.hpp>

namespace ashlar::tir::emulate_grid_impl {

/// Who was at an element last.
struct visit {
  int launch = -1, block = -1, phase = -1, thread = -1;

  // True if nothing orders it before a visit by another thread.
  auto races(visit const& other) const -> bool {
    if (launch != other.launch) return false;
    return block != other.block || (phase == other.phase && thread != other.thread);
  }
};

struct cell {
  visit writer{};
  visit first_reader{}, other_reader{};  // of this phase, two threads if there are two
  visit block_reader{};                  // of another block
  bool is_defined = false;

  void note_read(visit const& now) {
    bool const is_same_block = first_reader.launch == now.launch && first_reader.block == now.block;
    if (is_same_block && first_reader.phase == now.phase) {
      if (first_reader.thread != now.thread) other_reader = now;
      return;
    }
    if (first_reader.launch == now.launch && !is_same_block) block_reader = first_reader;
    first_reader = other_reader = now;
  }
};

/// Watches memory that threads share.
struct grid_watch {
  static constexpr bool enabled = true;
  program const* of = nullptr;
  violation found{};
  visit now{};
  bool is_atomic = false;
  std::vector<std::vector<cell>> cells{};

  auto is_shared(handle buffer) const -> bool { return !is_of_thread(of->buffers[buffer].where); }
  void open(program const& p, int buffer, index_t elements) {
    if (cells.empty()) cells.resize(static_cast<std::size_t>(p.buffers.count));
    if (!is_shared(static_cast<handle>(buffer))) return;
    bool const is_input = p.buffers[buffer].operand >= 0 && !p.buffers[buffer].is_output;
    auto& all = cells[static_cast<std::size_t>(buffer)];
    all.resize(static_cast<std::size_t>(elements));
    // What a block makes again has no values, but who of it was there is not forgotten.
    for (auto& c : all) {
      bool const is_here = c.writer.launch == now.launch && c.writer.block == now.block;
      if (!is_here) c = cell{};
      c.is_defined = is_input;
    }
  }
  void report(violation_kind kind, place const& at) {
    if (!found.ok()) return;
    found = violation{.kind = kind, .buffer = at.buffer};
    for (int d = 0; d < max_rank; ++d) found.index[d] = at.index[d];
  }
  auto cell_of(place const& at) -> cell& {
    return cells[static_cast<std::size_t>(at.buffer)][static_cast<std::size_t>(at.linear)];
  }
  void read(place const& at) {
    if (!is_shared(at.buffer)) return;
    cell& c = cell_of(at);
    if (!c.is_defined) report(violation_kind::unwritten_read, at);
    if (is_atomic) return;
    if (now.races(c.writer)) report(violation_kind::race, at);
    c.note_read(now);
  }
  void write(program const& p, place const& at) {
    if (!is_shared(at.buffer)) return;
    buffer const& b = p.buffers[at.buffer];
    if (b.operand >= 0 && !b.is_output) report(violation_kind::input_written, at);
    cell& c = cell_of(at);
    c.is_defined = true;
    if (is_atomic) return;
    bool const meets = now.races(c.writer) || now.races(c.first_reader) ||
                       now.races(c.other_reader) || now.races(c.block_reader);
    if (meets) report(violation_kind::race, at);
    c.writer = now;
  }
};

}  // namespace ashlar::tir::emulate_grid_impl
