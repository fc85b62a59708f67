// SPDX-License-Identifier: Apache-2.0
//
// kernel/traffic: how many bytes move between a cache and what is behind it, estimated.
//
//   takes       a lowered program, values of its symbols or none, the bytes of the cache
//   returns     bytes that are fetched and written back; -1 where only the call knows it
//   method      what a statement touches is a box of each buffer. A part of the nest whose boxes
//               fit moves each element once. Of a loop, if one iteration fits, what the next one
//               touches again has stayed; if none fits, every iteration moves all of its own
//   guards      count as in the first iteration of the loops around
//   ignored     lines of which only a part is used, conflicts, prefetches, and what one nest leaves
//               in the cache for the next. Registers are no memory: what is in them moves nothing
//   source      Carr, McKinley, Tseng, "Compiler optimizations for improving data locality", ASPLOS
//               1994, with capacities
#pragma once

#include <ashlar/kernel/count.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::kernel_impl {

/// The values of a sum: first and last.
struct interval {
  index_t low = 0, high = 0;
};

/// What a part of a nest touches of one buffer: a box, and whether it is read or written.
struct touched_box {
  interval side[max_rank]{};
  bool is_read = false, is_written = false;
};

/// What a part of a nest touches of all buffers.
struct footprint_boxes {
  touched_box of[limits::buffers]{};
};

/// A template, so that who asks for no report does not compile it.
template <class Program> struct traffic_counter {
  Program const& p;
  run_counter counter;
  index_t capacity = 0;
  index_t last[limits::axes]{};  // of a variable that runs: its largest value

  constexpr traffic_counter(Program const& program, index_t const* symbols)
      : p(program), counter{.p = program, .symbols = symbols} {}

  // --- where an index can be

  constexpr auto range(tir::affine const& a, index_t extent) -> interval {
    interval r{a.offset, a.offset};
    for (auto const& t : a.terms) {
      interval const v = range(p.atoms[t.atom], extent);
      r.low += t.coef * (t.coef < 0 ? v.high : v.low);
      r.high += t.coef * (t.coef < 0 ? v.low : v.high);
    }
    return r;
  }
  constexpr auto range(tir::atom const& at, index_t extent) -> interval {
    using kind = tir::atom_kind;
    if (at.kind == kind::variable) return interval{0, last[at.id]};
    if (at.kind == kind::loaded) return interval{0, extent - 1};
    if (at.kind == kind::symbol) {
      index_t const v = counter.value(at);
      return interval{v, v};
    }
    return combined(at.kind, range(p.indices[at.lhs], extent), range(p.indices[at.rhs], extent));
  }
  static constexpr auto combined(tir::atom_kind k, interval a, interval b) -> interval {
    using kind = tir::atom_kind;
    index_t const n = b.low > 0 ? b.low : 1;
    switch (k) {
      case kind::floor_div: return interval{tir::floor_div(a.low, n), tir::floor_div(a.high, n)};
      case kind::floor_mod:
        if (tir::floor_div(a.low, n) != tir::floor_div(a.high, n)) return interval{0, n - 1};
        return interval{tir::floor_mod(a.low, n), tir::floor_mod(a.high, n)};
      case kind::minimum:
        return interval{a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
      case kind::maximum:
        return interval{a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
      default:
        return interval{a.low * b.low, a.high * b.high};  // of extents, which are not negative
    }
  }

  // --- boxes

  constexpr void touch(footprint_boxes& f, tir::access const& a, bool is_write) {
    tir::buffer const& b = p.buffers[a.buffer];
    if (b.where == tir::scope::registers) return;
    touched_box& box = f.of[a.buffer];
    bool const is_first = !box.is_read && !box.is_written;
    for (int d = 0; d < a.rank; ++d) {
      index_t const extent = counter.value(p.indices[b.shape[d]]);
      interval r = range(p.indices[a.index[d]], extent);
      r.low = r.low < 0 ? 0 : r.low;
      r.high = r.high > extent - 1 ? extent - 1 : r.high;
      interval& side = box.side[d];
      side.low = is_first || r.low < side.low ? r.low : side.low;
      side.high = is_first || r.high > side.high ? r.high : side.high;
    }
    (is_write ? box.is_written : box.is_read) = true;
  }
  constexpr void touch(footprint_boxes& f, tir::stmt const& s) {
    for_each_value(p, s.value, [&](tir::expr const& e, index_t) {
      if (e.op == tir::opcode::reduce_lanes) last[e.b] = e.c - 1;
    });
    for_each_value(p, s.value, [&](tir::expr const& e, index_t) {
      if (e.op == tir::opcode::load) touch(f, p.accesses[e.a], false);
    });
    touch(f, p.accesses[s.target], true);
  }
  constexpr void gather(footprint_boxes& f, handle chain) {
    for (handle h = chain; h >= 0; h = p.stmts[h].next) gather(f, p.stmts[h]);
  }
  constexpr void gather(footprint_boxes& f, tir::stmt const& s) {
    if (s.kind == tir::stmt_kind::store) return touch(f, s);
    bool const is_loop = s.kind == tir::stmt_kind::loop;
    if (is_loop) last[s.axis] = iterations(s) - 1;
    gather(f, is_loop ? s.body : counter.taken(s));
    if (is_loop) last[s.axis] = 0;
  }
  constexpr auto iterations(tir::stmt const& s) -> index_t {
    index_t const n = counter.value(p.indices[s.extent]);
    return n < 1 ? 1 : n;
  }
  constexpr auto elements(footprint_boxes const& f, int buffer) const -> index_t {
    index_t n = 1;
    for (int d = 0; d < p.buffers[buffer].rank; ++d) {
      interval const& side = f.of[buffer].side[d];
      n = saturating_product(n, side.high < side.low ? 0 : side.high - side.low + 1);
    }
    auto const& b = p.buffers[buffer];
    index_t const bytes = saturating_product(n, bytes_of(b.type));
    return b.operand >= 0 ? shared_bytes(b.type, bytes) : bytes;
  }
  constexpr auto moved(footprint_boxes const& f) const -> index_t {
    index_t n = 0;
    for (int b = 0; b < p.buffers.count; ++b) {
      int const times = int{f.of[b].is_read} + int{f.of[b].is_written};
      if (times > 0) n = saturating_sum(n, saturating_product(times, elements(f, b)));
    }
    return n;
  }
  constexpr auto fits(footprint_boxes const& f) const -> bool {
    index_t n = 0;
    for (int b = 0; b < p.buffers.count; ++b) {
      if (f.of[b].is_read || f.of[b].is_written) n = saturating_sum(n, elements(f, b));
    }
    return n <= capacity;
  }

  // --- traffic

  static constexpr auto least(index_t a, index_t b) -> index_t { return a < b ? a : b; }

  // A box may be more than what is touched in it, so the parts alone may be less.
  constexpr auto loop(tir::stmt const& s) -> index_t {
    index_t const apart = saturating_product(iterations(s), chain(s.body));
    footprint_boxes once{};
    gather(once, s.body);
    if (!fits(once)) return apart;
    footprint_boxes all{};
    gather(all, s);
    return least(moved(all), apart);
  }
  constexpr auto statement(tir::stmt const& s) -> index_t {
    if (s.kind == tir::stmt_kind::loop) return loop(s);
    if (s.kind != tir::stmt_kind::store) return chain(counter.taken(s));
    footprint_boxes one{};
    gather(one, s);
    return moved(one);
  }
  constexpr auto chain(handle first) -> index_t {
    index_t apart = 0;
    for (handle h = first; h >= 0; h = p.stmts[h].next) {
      apart = saturating_sum(apart, statement(p.stmts[h]));
    }
    if (first < 0 || p.stmts[first].next < 0) return apart;
    footprint_boxes all{};
    gather(all, first);
    return fits(all) ? least(moved(all), apart) : apart;
  }
};

/// Bytes between a cache, or registers, of that size and what is behind: see the head of this file.
template <class Program>
constexpr auto traffic_of(Program const& p, index_t const* symbols, index_t cache_bytes)
    -> index_t {
  traffic_counter<Program> c(p, symbols);
  c.capacity = cache_bytes;
  index_t const n = c.chain(p.root);
  return c.counter.is_known ? n : -1;
}

}  // namespace ashlar::kernel_impl

ASHLAR_COMPILER_END
