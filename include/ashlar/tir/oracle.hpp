// SPDX-License-Identifier: Apache-2.0
//
// tir/oracle: what the interpreter can watch while it runs a program, independently of the values.
//
//   no_oracles   nothing; costs nothing
//   oracles      every access inside its buffer, no read of what was never written, no parallel
//                iteration that touches what another one writes, no write to an input, every output
//                written; and, for the operands asked for, each element read or written once
//   returns      the first violation, as a value: its kind, the buffer and the index
//   read_once    counts visits: an operand that is indexed by all axes of a stage, output and
//                reduced, is read once per element exactly when every point is visited once
//   why vector   one cell per element, and element counts are known at run time only
#pragma once

#include <ashlar/tir/memory.hpp>
#include <ashlar/tir/program.hpp>

#include <string_view>
#include <vector>

namespace ashlar::tir {

enum class violation_kind : std::uint8_t {
  none,
  faulty_program,  // the program holds a diagnostic; nothing was run
  wrong_operands,  // their number, rank or element type; nothing was run
  refused,         // an entry check does not hold; nothing was run. index[0]: which check
  bad_divisor,     // a division of indices by 0 or less
  unknown_call,    // a functor that the caller did not supply
  bad_operation,   // an operation without a meaning for its type, or out of its place
  not_allocated,   // an access to a local outside of its allocation
  out_of_bounds,
  unwritten_read,
  input_written,
  race,           // two iterations of a parallel loop touch one element, and one of them writes
  never_written,  // an element of an output
  not_read_once,
  not_written_once,
  divergence,  // a barrier, or a combination of lanes, where not all threads are: tir/emulate_grid
};

constexpr auto name_of(violation_kind k) -> std::string_view {
  constexpr std::string_view names[] = {
      "none",          "faulty program", "wrong operands",   "refused",
      "bad divisor",   "unknown call",   "bad operation",    "not allocated",
      "out of bounds", "unwritten read", "input written",    "race",
      "never written", "not read once",  "not written once", "divergence"};
  return names[static_cast<int>(k)];
}

/// What went wrong first, and where: the index of the element, or of the check.
struct violation {
  violation_kind kind = violation_kind::none;
  handle buffer = -1;
  index_t index[max_rank]{};

  constexpr auto ok() const -> bool { return kind == violation_kind::none; }
  friend constexpr auto operator==(violation const&, violation const&) -> bool = default;
};

struct no_oracles {
  static constexpr bool enabled = false;
};

/// The element that an access talks about: `linear` counts the elements of the buffer row-major.
struct place {
  handle buffer = -1;
  index_t index[max_rank]{};
  index_t linear = 0;
};

/// Watches one run; a value is used for one run only.
struct oracles {
  static constexpr bool enabled = true;

  std::uint64_t read_once = 0;   // bit n: each element of operand n must be read exactly once
  std::uint64_t write_once = 0;  // bit n: each element of operand n must be written exactly once
  int atomic = -1;               // a buffer whose accesses are atomic now
  violation found{};

  constexpr oracles() = default;
  constexpr oracles(std::uint64_t read, std::uint64_t written)
      : read_once(read), write_once(written) {}

  /// A buffer comes to life with undefined contents; operands are defined, but for outputs.
  constexpr void open(program const& p, int buffer, index_t elements) {
    if (cells.empty()) cells.resize(static_cast<std::size_t>(p.buffers.count));
    auto& all = cells[static_cast<std::size_t>(buffer)];
    all.clear();
    all.resize(static_cast<std::size_t>(elements));
    bool const is_input = p.buffers[buffer].operand >= 0 && !p.buffers[buffer].is_output;
    for (auto& c : all) c.is_defined = is_input;
  }
  constexpr void report(violation_kind kind, place const& at) {
    if (!found.ok()) return;
    found = violation{.kind = kind, .buffer = at.buffer};
    for (int d = 0; d < max_rank; ++d) found.index[d] = at.index[d];
  }
  constexpr void read(place const& at) {
    cell& c = cell_of(at);
    ++c.reads;
    if (!c.is_defined) report(violation_kind::unwritten_read, at);
    if (task == 0 || is_atomic(c, at)) return;
    if (c.writer > parallel_from && c.writer != task) report(violation_kind::race, at);
    if (c.first_reader <= parallel_from) c.first_reader = task;
    c.last_reader = task;
  }
  constexpr void write(program const& p, place const& at) {
    buffer const& b = p.buffers[at.buffer];
    if (b.operand >= 0 && !b.is_output) report(violation_kind::input_written, at);
    cell& c = cell_of(at);
    ++c.writes;
    c.is_defined = true;
    if (task == 0 || is_atomic(c, at)) return;
    for (auto const other : {c.writer, c.first_reader, c.last_reader}) {
      if (other > parallel_from && other != task) report(violation_kind::race, at);
    }
    c.writer = task;
  }

  // Each iteration of each parallel loop is a task with a number of its own, counted from 1.
  constexpr void enter_parallel() { parallel_from = last_task; }
  constexpr void next_iteration() { task = ++last_task; }
  constexpr void leave_parallel() { task = 0; }

  /// At the end of the run: what should have happened and did not.
  constexpr void close(program const& p, dimensions const* shapes) {
    for (int b = 0; b < p.buffers.count && found.ok(); ++b) {
      if (p.buffers[b].operand >= 0) close(p.buffers[b], b, shapes[b]);
    }
  }

 private:
  struct cell {
    bool is_defined = false;
    std::int32_t reads = 0;
    std::int32_t writes = 0;
    std::int64_t writer = 0;
    std::int64_t first_reader = 0;
    std::int64_t last_reader = 0;
    std::int64_t updated_from = -1;  // the loop that updates it atomically
  };

  // Atomic accesses of one loop meet in any order; another access of it does not.
  constexpr auto is_atomic(cell& c, place const& at) -> bool {
    bool const is_mixed = c.updated_from == parallel_from;
    if (atomic != at.buffer) {
      if (is_mixed) report(violation_kind::race, at);
      return false;
    }
    for (auto const other : {c.writer, c.first_reader}) {
      if (other > parallel_from && other != task) report(violation_kind::race, at);
    }
    c.updated_from = parallel_from;
    return true;
  }

  constexpr auto cell_of(place const& at) -> cell& {
    return cells[static_cast<std::size_t>(at.buffer)][static_cast<std::size_t>(at.linear)];
  }
  constexpr void close(buffer const& b, int handle_of_buffer, dimensions const& shape) {
    auto const& all = cells[static_cast<std::size_t>(handle_of_buffer)];
    auto const bit = std::uint64_t{1} << static_cast<unsigned>(b.operand);
    for (index_t n = 0; n < static_cast<index_t>(all.size()); ++n) {
      cell const& c = all[static_cast<std::size_t>(n)];
      auto kind = violation_kind::none;
      if ((read_once & bit) != 0 && c.reads != 1) kind = violation_kind::not_read_once;
      if ((write_once & bit) != 0 && c.writes != 1) kind = violation_kind::not_written_once;
      if (b.is_output && c.writes == 0) kind = violation_kind::never_written;
      if (kind == violation_kind::none) continue;
      place at{.buffer = static_cast<handle>(handle_of_buffer), .linear = n};
      index_t rest = n;
      for (int d = shape.rank - 1; d >= 0; --d) {
        at.index[d] = rest % shape.extent[d];
        rest /= shape.extent[d];
      }
      report(kind, at);
      return;
    }
  }

  std::vector<std::vector<cell>> cells{};
  std::int64_t task = 0;
  std::int64_t last_task = 0;
  std::int64_t parallel_from = 0;
};

}  // namespace ashlar::tir
