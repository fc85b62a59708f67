// SPDX-License-Identifier: Apache-2.0
//
// pass/overlap_copies: what a loop copies to shared memory begins iterations ahead.
//
//   for ko in K: allocate s: s[..] = a[.., 16*ko + ..]; use s
//     -->   allocate s[3]:
//           for p in 2: s[p, ..] = a[.., 16*p + ..] where p < K; commit
//           for ko in K:
//             await all groups but 1; barrier
//             s[(ko + 2) % 3, ..] = a[.., 16*ko + 32 + ..] where ko + 2 < K; commit
//             use s[ko % 3]
//
//   takes       a simplified nest for a grid, in which buffers say how many iterations they hold
//   returns     the nest with prologue, steady state, groups and waits; a store that is a copy of
//               an operand's element is marked as not waited for
//   invariants  before tile ko is read, its group is complete in each thread, and then all threads
//               come to a barrier: so all of it is there for all. That barrier is also behind the
//               reads of tile ko - 1, whose place is filled next. Each iteration is one group, also
//               where nothing is copied, so that the count is right at the end
//   errors      E086 where the nest is none of that form, E001
//   source      multi-stage pipelines of CUTLASS; software pipelining: Lam, PLDI 1988
#pragma once

#include <ashlar/pass/copy_statements.hpp>
#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/grid_shape.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace overlap_copies_impl {

using namespace tir;
using tir::axis;
using tir::expr;

/// Gives accesses to buffers of a pipeline the place of an iteration; for pass/copy_statements.
struct in_place {
  bool const (&is_piped)[limits::buffers];
  bool const (&is_read_early)[limits::buffers];  // while the next tiles are made
  handle place;

  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr auto drops(handle) const -> bool { return false; }
  // A thread need not wait for what is the element of an operand, unless it reads it at once.
  constexpr void finish(program& p, stmt& s) const {
    if (s.kind != stmt_kind::store || !is_piped[p.accesses[s.target].buffer]) return;
    expr const& e = p.exprs[s.value];
    buffer const& b = p.buffers[p.accesses[s.target].buffer];
    s.streams = !is_read_early[p.accesses[s.target].buffer] && e.op == opcode::load &&
                e.type == b.type && e.type != dtype::boolean &&
                p.buffers[p.accesses[e.a].buffer].operand >= 0;
  }
  constexpr void rewrite(program& p, access& a) const {
    if (!is_piped[a.buffer] || a.rank == p.buffers[a.buffer].rank) return;
    for (int d = a.rank; d > 0; --d) a.index[d] = a.index[d - 1];
    a.index[0] = place;
    ++a.rank;
    a.checked = static_cast<std::uint8_t>(unsigned{a.checked} << 1U);
    a.nonnegative = static_cast<std::uint8_t>(unsigned{a.nonnegative} << 1U | 1U);
  }
};

struct overlapper {
  program& p;
  bool is_piped[limits::buffers]{};  // in the loop at hand
  bool is_read_early[limits::buffers]{};

  constexpr void fail(handle loop, std::string_view why) {
    p.fail(diag::code::bad_pipeline,
           diag::message() << "pipeline " << p.axes[p.stmts[loop].axis].name << ": " << why);
  }

  /// The memory that a loop's body begins with, of the pipeline and other.
  struct memory {
    static_vector<handle, limits::buffers> piped{}, other{};
    std::int64_t places = 0;
    handle rest = -1;  // what follows inside
  };
  constexpr auto memory_of(handle loop) -> memory {
    memory m{.rest = p.stmts[loop].body};
    while (m.rest >= 0 && p.stmts[m.rest].kind == stmt_kind::allocate && p.stmts[m.rest].next < 0) {
      buffer const& b = p.buffers[p.stmts[m.rest].target];
      bool const is_part = b.pipelined > 0 && b.where == scope::shared;
      (is_part ? m.piped : m.other).push_back(m.rest);
      if (is_part) m.places = b.pipelined;
      m.rest = p.stmts[m.rest].body;
    }
    return m;
  }

  enum class part : std::uint8_t { making, using_it, both };
  constexpr auto part_of(handle h) const -> part {
    bool makes = false;
    bool others = false;
    grid_shape_impl::each_in(p, h, [&](handle at) {
      stmt const& s = p.stmts[at];
      if (s.kind != stmt_kind::store) return;
      (is_piped[p.accesses[s.target].buffer] ? makes : others) = true;
    });
    return !makes ? part::using_it : others ? part::both : part::making;
  }
  /// The statements of a block in two chains.
  struct parts {
    handle making = -1, using_it = -1;
    bool is_mixed = false;
  };
  constexpr auto divided(handle h) -> parts {
    parts r{};
    handle last_made = -1;
    handle last_used = -1;
    while (h >= 0) {
      handle const next = p.stmts[h].next;
      part const what = part_of(h);
      r.is_mixed = r.is_mixed || what == part::both;
      handle& head = what == part::making ? r.making : r.using_it;
      handle& last = what == part::making ? last_made : last_used;
      (head < 0 ? head : p.stmts[last].next) = h;
      last = h;
      p.stmts[h].next = -1;
      h = next;
    }
    return r;
  }

  constexpr void widen(handle buffer_handle) {
    buffer& b = p.buffers[buffer_handle];
    for (int d = b.rank; d > 0; --d) b.shape[d] = b.shape[d - 1];
    b.shape[0] = p.add(constant(b.pipelined));
    ++b.rank;
    if (b.stride_is.dim >= 0) ++b.stride_is.dim;
    if (b.layout.empty()) return;
    for (auto& l : b.layout) ++l.dim;
    b.layout.insert(0, layout_dim{.dim = 0});
  }
  // The tile of an iteration begins, if there is such an iteration, and the group ends.
  constexpr auto begun(handle making, handle axis_of, affine const& iteration, affine const& place,
                       affine const& extent, bool is_sure) -> handle {
    substitution to{};
    to.bind(axis_of, iteration);
    in_place const where{
        .is_piped = is_piped, .is_read_early = is_read_early, .place = p.add(place)};
    handle const body = copy_statements(p, making, to, where);
    affine const left = extent - iteration - 1;
    handle const group = p.add(stmt{.kind = stmt_kind::commit});
    if (is_sure) {
      last_of(body).next = group;
      return body;
    }
    return p.add(stmt{.kind = stmt_kind::guard,
                      .next = group,
                      .body = body,
                      .condition = {p.add(left), -1, -1, -1}});
  }
  constexpr auto last_of(handle h) -> stmt& {
    while (p.stmts[h].next >= 0) h = p.stmts[h].next;
    return p.stmts[h];
  }
  // Accesses of a part that is not copied.
  constexpr void place_reads(handle first, handle place) {
    in_place const where{.is_piped = is_piped, .is_read_early = is_read_early, .place = place};
    auto w = reads_of(first);
    for (int a = w.next_load(p); a >= 0; a = w.next_load(p)) where.rewrite(p, p.accesses[a]);
  }
  constexpr auto reads_of(handle first) -> scheduling::walker {
    scheduling::walker w{};
    grid_shape_impl::each(p, first, [&](handle h) {
      stmt const& s = p.stmts[h];
      for (handle const c : s.condition) {
        if (c >= 0) w.push_sum(p, p.indices[c]);
      }
      if (s.kind != stmt_kind::store) return;
      w.push(s.value);
      access const& to = p.accesses[s.target];
      for (int d = 0; d < to.rank; ++d) w.push_sum(p, p.indices[to.index[d]]);
    });
    return w;
  }
  constexpr auto prologue(handle making, stmt const& loop, std::int64_t ahead, handle next)
      -> handle {
    axis a{.name = p.axes[loop.axis].name, .extent = constant(ahead)};
    a.name << ".p";
    handle const early = p.add(a);
    affine const at = variable(p, early);
    affine const extent = p.indices[loop.extent];
    bool const is_sure = extent.is_constant() && extent.offset >= ahead;
    handle const body = begun(making, loop.axis, at, at, extent, is_sure);
    return p.add(stmt{.kind = stmt_kind::loop,
                      .next = next,
                      .body = body,
                      .axis = early,
                      .extent = p.add(constant(ahead))});
  }
  constexpr void overlap(handle h, memory const& m, parts const& both) {
    stmt const loop = p.stmts[h];
    std::int64_t const ahead = m.places - 1;
    affine const now = variable(p, loop.axis);
    affine const extent = p.indices[loop.extent];
    // The body: other memory, around the wait, the next tile and what uses this one.
    handle const next = begun(both.making, loop.axis, now + ahead,
                              floor_mod(p, now + ahead, constant(m.places)), extent, false);
    place_reads(both.using_it, p.add(floor_mod(p, now, constant(m.places))));
    last_of(next).next = both.using_it;
    handle const barrier = p.add(stmt{.kind = stmt_kind::barrier, .next = next});
    handle body = p.add(
        stmt{.kind = stmt_kind::await, .next = barrier, .target = static_cast<handle>(ahead - 1)});
    for (int i = m.other.count; i-- > 0;) {
      p.stmts[m.other[i]].body = body;
      body = m.other[i];
    }
    stmt main = loop;
    main.body = body;
    main.next = -1;
    handle inside = prologue(both.making, loop, ahead, p.add(main));
    for (int i = m.piped.count; i-- > 1;) {
      p.stmts[m.piped[i]].body = inside;
      inside = m.piped[i];
    }
    p.stmts[h] = stmt{.kind = stmt_kind::allocate,
                      .next = loop.next,
                      .body = inside,
                      .target = p.stmts[m.piped[0]].target};
  }

  constexpr void loop(handle h) {
    memory const m = memory_of(h);
    if (m.piped.empty()) return;
    if (p.stmts[h].loop != loop_kind::serial) return fail(h, "it has become no serial loop");
    for (auto& b : is_piped) b = false;
    for (handle const a : m.piped) is_piped[p.stmts[a].target] = true;
    parts const both = divided(m.rest);
    if (both.is_mixed || both.making < 0) {
      return fail(h,
                  "what is copied ahead is in one loop with what is computed; reorder, or "
                  "compute it at another loop");
    }
    for (handle const a : m.piped) {
      if (p.buffers[p.stmts[a].target].pipelined != m.places)
        return fail(h, "its stages have memory for different numbers of iterations");
      widen(p.stmts[a].target);
    }
    bool is_made[limits::buffers]{};  // by what uses the tile
    grid_shape_impl::each(p, both.using_it, [&](handle at) {
      stmt const& s = p.stmts[at];
      if (s.kind == stmt_kind::store) is_made[p.accesses[s.target].buffer] = true;
    });
    for (auto& b : is_read_early) b = false;
    auto w = reads_of(both.making);
    for (int a = w.next_load(p); a >= 0; a = w.next_load(p)) {
      int const b = p.accesses[a].buffer;
      is_read_early[b] = true;
      if (is_made[b]) return fail(h, "what is copied ahead reads what the loop computes");
    }
    overlap(h, m, both);
  }
  constexpr void chain(handle h) {
    for (; h >= 0 && !p.fault; h = p.stmts[h].next) {
      chain(p.stmts[h].body);
      chain(p.stmts[h].otherwise);
      if (p.stmts[h].kind == stmt_kind::loop) loop(h);
    }
  }
};

}  // namespace overlap_copies_impl

constexpr void overlap_copies(tir::program& p) {
  if (p.fault) return;
  bool any = false;
  for (auto const& b : p.buffers) any = any || b.pipelined > 0;
  if (!any) return;
  overlap_copies_impl::overlapper o{.p = p};
  o.chain(p.root);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END
