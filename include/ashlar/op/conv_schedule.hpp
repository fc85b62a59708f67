// SPDX-License-Identifier: Apache-2.0
//
// op/conv_schedule: how a convolution runs: a tile of filters and places in registers.
//
//   takes       copy_width: how many elements of the copy of x are made at a time, 0 for vectors
//   rules       1. lanes are places along the last dimension, in up to four vectors
//               2. where one vector holds a row of y, the tile has several rows
//               3. the tile has as many filters as registers leave, a divisor of all if possible
//               4. the copy is made for each image; images, or else blocks of filters, are parallel
//                  where the work is large
//   source      the register tile: Goto, van de Geijn, "Anatomy of high-performance matrix
//               multiplication", TOMS 2008
#pragma once

#include <ashlar/schedule/automatic.hpp>

#include <algorithm>

namespace ashlar::op {

struct conv_schedule {
  index_t copy_width = 0;

  constexpr void operator()(schedule& s) const {
    tile const t = tile_of(s);
    run(s, t);
    copy(s);
  }
  friend constexpr auto operator==(conv_schedule const&, conv_schedule const&) -> bool = default;

 private:
  struct tile {
    loop lane, filters, rows;  // rows: empty if the tile has one
    index_t width = 1;
    index_t filter_count = 1;
    index_t row_count = 1;
    index_t work = 1;
  };

  /// The largest divisor of n in most / 2 .. most, or else `most`.
  static constexpr auto part_of(index_t n, index_t most) -> index_t {
    if (n <= most) return n;
    for (index_t d = most; 2 * d > most; --d) {
      if (n % d == 0) return d;
    }
    return most;
  }

  static constexpr auto tile_of(schedule& s) -> tile {
    tir::program const& p = s.program();
    tir::stage const& st = p.stages[s.stage()];
    tile t{};
    loop rows{};
    for (tir::handle const a : st.pure) {
      loop const l(p, a);
      if (l.name() == "m") t.filters = l;
      if (l.name() == "h") rows = l;
      t.lane = l;
      t.work = saturating_product(t.work, l.extent());
    }
    for (tir::handle const a : st.reduced) t.work = saturating_product(t.work, loop(p, a).extent());
    target::machine const& m = s.machine();
    index_t const lanes = m.lanes(computed_type(p.buffers[st.buffer].type));
    index_t const vectors = std::min<index_t>((t.lane.extent() + lanes - 1) / lanes, 4);
    t.width = t.lane.extent() <= lanes ? t.lane.extent() : vectors * lanes;
    index_t const sums = m.vector_registers >= 32 ? 16 : 8;
    if (rows && rows.axis() != t.lane.axis() && vectors < 4) {
      t.rows = rows;
      t.row_count = part_of(rows.extent(), std::min<index_t>(4, sums / (vectors * 2)));
    }
    t.filter_count =
        part_of(t.filters.extent(), std::min<index_t>(8, sums / (vectors * t.row_count)));
    return t;
  }

  static constexpr void run(schedule& s, tile const& t) {
    auto const lane = s.split(t.lane, t.width, tail::cut);
    auto const filters = s.split(t.filters, t.filter_count, tail::cut);
    loop_pair rows{};
    if (t.rows) rows = s.split(t.rows, t.row_count, tail::cut);
    loop order[limits::loops_per_stage]{};
    int n = 0;
    tir::stage const st = s.program().stages[s.stage()];
    auto const is_outer = [&](tir::handle a) {
      return a != t.lane.axis() && a != t.filters.axis() && (!t.rows || a != t.rows.axis());
    };
    for (tir::handle const a : st.pure) {
      if (is_outer(a)) order[n++] = loop(s.program(), a);
    }
    order[n++] = filters.outer;
    if (t.rows) order[n++] = rows.outer;
    order[n++] = lane.outer;
    for (tir::handle const a : st.reduced) order[n++] = loop(s.program(), a);
    order[n++] = filters.inner;
    if (t.rows) order[n++] = rows.inner;
    order[n++] = lane.inner;
    s.reorder(std::span<loop const>(order, static_cast<std::size_t>(n)));
    s.unroll(filters.inner);
    if (t.rows) s.unroll(rows.inner);
    s.vectorize(lane.inner);
    if (t.work >= automatic_impl::parallel_points) s.parallel(order[0]);
  }

  constexpr void copy(schedule& s) const {
    for (char const* const name : {"padded", "shifted"}) {
      tir::program& p = s.program();
      if (!p.fault.ok()) return;
      int const at = scheduling::find_stage(p, name);
      if (at < 0) continue;
      auto stage = s[name];
      loop const lane(p, p.stages[at].pure.back());
      index_t const width =
          copy_width > 0 ? copy_width : s.machine().lanes(p.buffers[p.stages[at].buffer].type);
      if (width > 1) stage.vectorize(lane, std::min<index_t>(width, lane.extent()), tail::cut);
      tir::stage const& main = p.stages[s.stage()];
      loop const image(p, main.pure[0]);
      if (image.name() == "n") s.compute_at(name, image);
    }
  }
};

}  // namespace ashlar::op
