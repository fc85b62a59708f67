// SPDX-License-Identifier: Apache-2.0
//
// pass/pipeline: the order of the passes, and why it is this order.
//
//   takes       a program whose stages are scheduled, and the bytes of a vector register
//   returns     the program with the loop nest that is emitted
//   trace       trace(name, program) is called with the program after each pass
#pragma once

#include <ashlar/pass/apply_layouts.hpp>
#include <ashlar/pass/build_nest.hpp>
#include <ashlar/pass/contract_fma.hpp>
#include <ashlar/pass/cut_loops.hpp>
#include <ashlar/pass/fold_lanes.hpp>
#include <ashlar/pass/hoist_scalars.hpp>
#include <ashlar/pass/overlap_copies.hpp>
#include <ashlar/pass/place_fragments.hpp>
#include <ashlar/pass/serialize_grid.hpp>
#include <ashlar/pass/settle_intrinsics.hpp>
#include <ashlar/pass/settle_registers.hpp>
#include <ashlar/pass/share_values.hpp>
#include <ashlar/pass/simplify_nest.hpp>
#include <ashlar/pass/split_vectors.hpp>
#include <ashlar/pass/transpose_loads.hpp>
#include <ashlar/pass/unroll_single.hpp>
#include <ashlar/pass/whole_bytes.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

struct no_trace {
  constexpr void operator()(std::string_view, tir::program const&) const {}
};

/// Whether bound loops stay what they are, or become loops of a processor's cores.
enum class grids : std::uint8_t { serialized, kept };

template <class Trace = no_trace>
constexpr void lower(tir::program& p, int vector_bytes, Trace&& trace = {},
                     grids how = grids::serialized) {
  trace("schedule", p);
  if (how == grids::serialized) serialize_grid(p);  // the same schedule runs without a grid
  fold_lanes(p, vector_bytes);  // before the vectors of the stages themselves are split
  trace("fold lanes", p);
  // So that no loop nest has a vector wider than the machine's.
  split_vectors(p, vector_bytes, how == grids::kept ? vectors::of_memory : vectors::of_values);
  trace("split vectors", p);
  build_nest(p);
  trace("build nest", p);
  cut_loops(p);  // before proofs, which then hold in each copy
  trace("cut loops", p);
  simplify_nest(p);  // settles extents, guards and checks once and for all
  if (how == grids::kept) unroll_single(p);
  trace("simplify nest", p);
  if (how == grids::kept) overlap_copies(p);  // before intrinsics: what they read moves with it
  settle_intrinsics(p);  // now extents and conditions are what they are, and values still whole
  trace("settle intrinsics", p);
  if (how == grids::kept) place_fragments(p);  // before values are shared, which are found anew
  // After cutting, so that the copies share what is loaded; a grid has no place outside of threads.
  if (how == grids::serialized) hoist_scalars(p);
  trace("hoist scalars", p);
  contract_fma(p);  // before sharing: a product that is used once is an operand here
  trace("contract fma", p);
  share_values(p);
  trace("share values", p);
  apply_layouts(p);  // after proofs, which are about the tensor's own dimensions
  trace("apply layouts", p);
  transpose_loads(p);  // it asks where rows are in memory
  trace("transpose loads", p);
  settle_registers(p);  // nothing after it changes how a tile is addressed
  trace("settle registers", p);
  whole_bytes(p);  // judges the nest that is emitted
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END
