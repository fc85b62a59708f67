// SPDX-License-Identifier: Apache-2.0
//
// fuzz/schedule_maker: random schedules of a program.
//
//   method      each primitive is drawn for the program as it is then: loops that are there, of the
//               kind that the primitive takes. What is refused nevertheless is taken back
//   signals     a primitive that does not come back is the last of the schedule, so that the judge
//               meets it, too
//   illegal     on request one primitive is drawn without looking and stays, legal or not; or a
//               known mistake follows, see fuzz/mistakes
#pragma once

#include <fuzz/form.hpp>
#include <fuzz/random.hpp>

namespace ashlar::fuzz {

struct schedule_options {
  int steps = 8;             // primitives at most
  bool is_blind = false;     // one of them is drawn blindly
  bool is_mistaken = false;  // the last must be refused
  bool has_windows = false;  // stages are often computed at loops, and stored around them
  int max_unroll = 64;       // points in unrolled loops: what is emitted grows with them
};

/// Fills in the steps of a case whose kernel is program `p`.
void make_schedule(random& r, schedule_options const& o, tir::program const& p, fuzz_case& c);

}  // namespace ashlar::fuzz
