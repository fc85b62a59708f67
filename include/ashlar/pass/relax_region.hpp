// SPDX-License-Identifier: Apache-2.0
//
// pass/relax_region: what the threads of a block read together of a stage in shared memory.
//
//   a[64*io + 8*ty .. + 7] in thread ty < 8   -->   a[64*io .. + 63] in all of them
//
//   takes       a builder inside the loop that the stage is computed at, and the region that one
//               thread reads there
//   returns     the union over the threads around: a minimum that does not depend on them, and a
//               span that is the same for all, so that they agree on the loops that fill it
//   source      TVM relaxes regions over the thread loops of a scope in the same way
#pragma once

#include <ashlar/pass/footprint.hpp>
#include <ashlar/pass/nest_builder.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

constexpr void relax_region(builder& b, int rank, region& r) {
  program& p = b.p;
  context outside = b.scope;
  ranges threads{};
  for (int a = 0; a < p.axes.count; ++a) {
    if (!b.scope.is_open(a) || !is_thread(p.axes[a].kind)) continue;
    outside.close(a);
    threads.known[a] = true;
    threads.of[a] = range{.low = constant(0), .span = p.indices[b.scope.extent[a] - 1] - 1};
  }
  auto const varies = [&](int axis) { return threads.known[axis]; };
  for (int d = 0; d < rank; ++d) {
    range& one = r.dim[d];
    if (one.whole) continue;
    range all = footprint_impl::range_of(p, outside, threads, one.low);
    bound most{.value = one.span, .known = true};
    if (any_variable(p, one.span, varies)) most = bound_extent(p, b.scope, one.span);
    all.whole = all.whole || !most.known || any_variable(p, all.low, varies) ||
                any_variable(p, all.span, varies);
    if (!all.whole) all.span = all.span + most.value;
    one = all;
  }
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END
