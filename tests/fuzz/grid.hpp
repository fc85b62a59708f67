// SPDX-License-Identifier: Apache-2.0
//
// fuzz/grid: random kernels with random grids of thread blocks, run by their threads.
//
//   method      a frame of blocks and threads for each stage, then a few primitives more: copies in
//               shared memory, stages at loops, reductions over lanes and over threads, vectors.
//               A primitive that is refused is taken back; a frame that lowering refuses makes
//               an illegal case
//   judged      the lowered nest keeps its invariants; as one of serial loops it gives the bits of
//               the kernel; so do its threads in three orders, and there is no race, no read of
//               what nobody wrote, and no barrier that a thread does not come to
#pragma once

#include <fuzz/campaign.hpp>

namespace ashlar::fuzz {

struct grid_outcome {
  verdict what = verdict::legal;
  std::string why{};
  std::string nest{};  // of a wrong case
  int barriers = 0;    // that blocks came to
  int launches = 0;
  bool has_shared = false, has_lanes = false;
};

/// Case n of a seed.
auto judge_grid(std::uint64_t seed, std::uint64_t n) -> grid_outcome;

}  // namespace ashlar::fuzz
