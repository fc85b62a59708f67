// SPDX-License-Identifier: Apache-2.0
//
// schedule/stream: results that go past the caches to memory.
//
//   for i: vectorized j: y[i, j] = x[i, j]   -->   for i: vectorized j: stream y[i, j] = x[i, j]
//
//   takes       an output that no stage reads, and in which none waits (store_in); no intrinsic
//               stores it, and no updates are atomic
//   returns     the program with the mark; full vectors at a multiple of their size are streamed,
//               others are stored. Partial results of a reduction are stored until the last ones
//   invariants  no value changes; before a kernel returns, and before another thread goes on, what
//               a thread has streamed is in memory
//   wins        lines that are written whole are not read first: a third of the traffic of a copy.
//               Loses where what is written fits a cache, and is read soon
//   source      non-temporal stores: Intel, "Optimization Reference Manual", write combining
#pragma once

#include <ashlar/schedule/atomic.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace stream_impl {

// A stage that reads the buffer, or waits in it, -1 for none.
constexpr auto reader_of(program const& p, int buffer) -> int {
  for (int s = 0; s < p.stages.count; ++s) {
    if (p.stages[s].held_in == buffer || use_of(p, s, buffer).any()) return s;
  }
  return -1;
}

}  // namespace stream_impl

/// Judges what the schedule says of a streamed stage. Errors: E061. Part of `finish`: others may be
/// stored in the output after `stream`.
constexpr void check_stream(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || !s.streams) return;
  diag::message m{};
  m << "stream of " << s.name << ": ";
  int const reader = stream_impl::reader_of(p, s.buffer);
  if (p.buffers[s.buffer].operand < 0) {
    m << "it is no output, and what is read again belongs in a cache; outputs: ";
    bool any = false;
    for (auto const& b : p.buffers) {
      if (!b.is_output) continue;
      m << (any ? ", " : "") << b.name;
      any = true;
    }
  } else if (reader >= 0) {
    bool const waits = p.stages[reader].held_in == s.buffer;
    m << p.stages[reader].name << (waits ? " waits in it" : " reads it")
      << ", and would read from memory what a cache could have; leave stream out";
  } else if (s.tensorized_at >= 0) {
    m << "the code of " << p.intrinsics[s.intrinsic].name << " stores by itself; leave stream out";
  } else if (has_parallel_reduction(p, s)) {
    m << "its updates are atomic, and read what is there; leave stream out";
  } else {
    return;
  }
  p.fail(diag::code::bad_stream, m);
}

/// Marks the stage. Errors: E061.
constexpr void stream(program& p, int stage) {
  if (!p.fault.ok()) return;
  p.stages[stage].streams = true;
  check_stream(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
