// SPDX-License-Identifier: Apache-2.0
//
// pass/place_fragments: tiles that an instruction of a warp works on are spread over its lanes.
//
//   registers c[16, 8]; tensorize mma(c[0, 0], ..)   -->   registers c[1, 1, 4, 32]
//   for i in 16: for j in 8: y[i, j] = c[i, j]
//     -->   lane l in 32: unrolled r0 in 2: unrolled r1 in 2:
//             y[l / 4 + 8*r1, l % 4 * 2 + r0] = c[0, 0, r0 + 2*r1, l]
//
//   takes       a nest for a grid whose intrinsics are settled (pass/settle_intrinsics)
//   returns     the nest in which a local that is an operand of a warp's instruction has, in place
//               of two dimensions, the number of the tile along each, and behind all the register
//               and the lane (tir/fragment). Loops over the points of a tile outside of
//               instructions are loops over what a lane has; those over tiles around a call are
//               unrolled
//   meaning     that of the calls stays a nest over all points: each finds its lane and register
//   errors      E087 an operand that is no such local; loops that are not over the tile; a call
//               that not all lanes come to
//   source      distributed layouts: Triton; thread-value layouts: CuTe
#pragma once

#include <ashlar/pass/copy_statements.hpp>
#include <ashlar/pass/fragment_access.hpp>
#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/grid_shape.hpp>
#include <ashlar/tir/match_intrinsic.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace place_fragments_impl {

using namespace tir;
using tir::axis;
using tir::expr;

struct placer {
  program& p;
  holdings all{};
  static_vector<handle, limits::statements> around{};  // loops

  // --- which locals warps hold

  constexpr void fail(diag::message const& m) { p.fail(diag::code::bad_fragment, m); }
  constexpr auto sentence(intrinsic const& k, int operand, handle buffer) const -> diag::message {
    diag::message m{};
    m << k.name << ": its " << k.operands[operand].name << " is " << p.buffers[buffer].name;
    return m;
  }
  constexpr auto is_of_lanes(intrinsic const& k, int operand, handle h) -> bool {
    buffer const& b = p.buffers[h];
    auto m = sentence(k, operand, h);
    if (!is_of_thread(b.where)) {
      m << ", which is not in registers; cache_read it at a loop of the warp, or cache_write the "
           "sum, and store_in(scope::registers)";
    } else if (!b.layout.empty()) {
      m << ", which has an order of its own; the lanes of a warp have that of the instruction";
    } else if (b.rank + 2 > max_rank) {
      m << ", which has " << b.rank << " dimensions, and with register and lane more than 8";
    } else {
      return true;
    }
    fail(m);
    return false;
  }
  // The dimension that moves with the axis, from a multiple of the tile's extent on.
  constexpr auto dim_of(intrinsic const& k, int operand, intrinsic_call const& c, int x) -> int {
    access const& a = p.accesses[c.operand[operand]];
    handle const axis = c.axis[k.operands[operand].axes[x]];
    int const extent = layout_of(k.operands[operand].held).extent[x];
    for (int d = 0; d < a.rank; ++d) {
      affine const rest = p.indices[a.index[d]] - variable(p, axis);
      if (any_variable(p, rest, [axis](int v) { return v == axis; })) continue;
      bool is_whole = false;
      divided(rest, extent, is_whole);
      if (is_whole) return d;
    }
    fail(sentence(k, operand, a.buffer)
         << ", which begins inside of a tile of " << extent << " along "
         << k.axes[k.operands[operand].axes[x]].name << "; split its loop by that");
    return -1;
  }
  constexpr void note(intrinsic const& k, int operand, intrinsic_call const& c) {
    handle const b = p.accesses[c.operand[operand]].buffer;
    if (!is_of_lanes(k, operand, b)) return;
    holding now{.what = k.operands[operand].held};
    for (int x = 0; x < 2 && !p.fault; ++x) {
      now.dim[x] = static_cast<std::int8_t>(dim_of(k, operand, c, x));
    }
    holding& before = all[b];
    bool const agrees = before.what == fragment::none || before == now;
    if (!agrees && !p.fault) {
      auto m = sentence(k, operand, b);
      m << ", which another instruction has as " << name_of(before.what);
      if (before.what == now.what)
        m << " along other dimensions";
      else
        m << ", and this one as " << name_of(now.what);
      fail(m << "; give each a copy of its own");
    }
    before = now;
  }
  constexpr void note_calls(handle first) {
    grid_shape_impl::each(p, first, [&](handle h) {
      if (p.stmts[h].kind != stmt_kind::tensorize || p.fault) return;
      intrinsic_call const& c = p.calls[p.stmts[h].target];
      if (!c.is_settled()) return;
      intrinsic const& k = p.intrinsics[c.which];
      for (int o = 0; o < k.operands.count && !p.fault; ++o) {
        if (k.operands[o].held != fragment::none) note(k, o, c);
      }
      if (is_of_warp(k)) check_rows(k, c);
    });
  }
  // Rows in memory are read 16 bytes at a time.
  constexpr void check_rows(intrinsic const& k, intrinsic_call const& c) {
    for (int o = 0; o < k.operands.count && !p.fault; ++o) {
      if (k.operands[o].held != fragment::none) continue;
      access const& a = p.accesses[c.operand[o]];
      buffer const& b = p.buffers[a.buffer];
      std::int64_t const whole = 16 / bytes_of(b.type);
      bool is_aligned = b.where == scope::shared && b.layout.empty();
      for (int d = 0; d < a.rank && is_aligned; ++d) {
        index_t const stride = stride_in_memory(p, b, d);
        is_aligned =
            stride == 1 ? is_row_start(c, p.indices[a.index[d]], whole) : stride % whole == 0;
      }
      if (is_aligned) continue;
      fail(sentence(k, o, a.buffer)
           << ", whose rows are not in shared memory at multiples of 16 bytes; "
              "store_in(scope::shared), and align_storage(.., "
           << whole << ", ..) with a remainder that " << whole << " divides");
    }
  }
  constexpr auto is_row_start(intrinsic_call const& c, affine const& index,
                              std::int64_t whole) const -> bool {
    bool r = index.offset % whole == 0;
    for (auto const& t : index.terms) {
      atom const& a = p.atoms[t.atom];
      bool is_axis = false;
      for (handle const x : c.axis)
        is_axis = is_axis || (a.kind == atom_kind::variable && a.id == x);
      r = r && (is_axis || t.coef % whole == 0);
    }
    return r;
  }

  // --- calls

  constexpr auto lane_axis() -> handle {
    return p.add(axis{.name = "lane", .extent = constant(warp_threads), .kind = loop_kind::lane});
  }
  constexpr void check_warp(intrinsic const& k) {
    for (handle const h : around) {
      stmt const& s = p.stmts[h];
      bool const splits = s.kind == stmt_kind::loop && is_thread(s.loop) && grid_dim(s.loop) == 0;
      if (!splits) continue;
      return fail(
          diag::message() << k.name << " is inside of loop " << p.axes[s.axis].name
                          << ", which is bound to " << grid_axis_name(s.loop)
                          << ": the 32 lanes of a warp run it together; bind loops around it "
                             "to warp, or thread_y and thread_z");
    }
  }
  // Registers have no addresses: a loop over tiles is a constant in each of its iterations.
  constexpr void unroll_around(access const& a) {
    for (handle const h : around) {
      stmt& s = p.stmts[h];
      bool const is_rolled = s.kind == stmt_kind::loop && s.loop == loop_kind::serial &&
                             p.indices[s.extent].is_constant();
      for (int d = 0; d < a.rank && is_rolled; ++d) {
        affine const& index = p.indices[a.index[d]];
        if (any_variable(p, index, [&s](int v) { return v == s.axis; }))
          s.loop = loop_kind::unrolled;
      }
    }
  }
  constexpr void call(handle h) {
    intrinsic_call c = p.calls[p.stmts[h].target];
    intrinsic const& k = p.intrinsics[c.which];
    check_warp(k);
    handle const lane = lane_axis();
    for (int o = 0; o < k.operands.count; ++o) {
      if (k.operands[o].held == fragment::none) continue;
      access a = p.accesses[c.operand[o]];
      holding const& held = all[a.buffer];
      affine tile[2]{};
      for (int x = 0; x < 2; ++x) {
        bool is_whole = false;
        affine const first =
            p.indices[a.index[held.dim[x]]] - variable(p, c.axis[k.operands[o].axes[x]]);
        tile[x] = divided(first, layout_of(held.what).extent[x], is_whole);
      }
      set_index(p, held, a, tile, constant(0), variable(p, lane));
      a.checked = a.nonnegative = 0;
      c.operand[o] = p.add(a);
      unroll_around(a);
    }
    p.calls[p.stmts[h].target] = c;
    substitution const none{};
    handle const body = copy_statements(p, p.stmts[h].body, none, by_map{.all = all});
    p.stmts[h].body = body;
  }

  // --- what lanes do each with its own

  struct owners {
    handle buffer = -1;
    handle over[2] = {-1, -1};
  };
  // The loop over the points of a tile in an index, among the loops from `first` on.
  constexpr auto loop_over(handle first, affine const& index, int extent) const -> handle {
    handle found = -1;
    auto const visit = [&](handle h) {
      stmt const& s = p.stmts[h];
      if (s.kind != stmt_kind::loop || !p.indices[s.extent].is_constant(extent)) return;
      for (auto const& t : index.terms) {
        atom const& a = p.atoms[t.atom];
        if (t.coef == 1 && a.kind == atom_kind::variable && a.id == s.axis) found = s.axis;
      }
    };
    grid_shape_impl::each_in(p, first, visit);
    return found;
  }
  // The first access to what a warp holds in a statement, and the loops over its tile inside.
  constexpr auto owners_in(handle first) const -> owners {
    owners r{};
    bool is_call = false;
    auto const look = [&](int a) {
      access const& at = p.accesses[a];
      if (r.buffer >= 0 || !is_old(p, all, at)) return;
      holding const& h = all[at.buffer];
      fragment_layout const f = layout_of(h.what);
      r.buffer = at.buffer;
      for (int x = 0; x < 2; ++x) {
        r.over[x] = loop_over(first, p.indices[at.index[h.dim[x]]], f.extent[x]);
      }
    };
    grid_shape_impl::each_in(p, first, [&](handle h) {
      stmt const& s = p.stmts[h];
      is_call = is_call || s.kind == stmt_kind::tensorize;
      if (is_call || s.kind != stmt_kind::store) return;
      look(s.target);
      scheduling::walker w{};
      w.push(s.value);
      for (int a = w.next_load(p); a >= 0; a = w.next_load(p)) look(a);
    });
    return is_call ? owners{} : r;
  }
  // Around a body, the loop that the axis is.
  constexpr auto wrapped(handle body, handle a) -> handle {
    affine const extent = p.axes[a].extent;
    return p.add(stmt{.kind = stmt_kind::loop,
                      .loop = p.axes[a].kind,
                      .body = body,
                      .axis = a,
                      .extent = p.add(extent)});
  }
  // A loop over the points of a tile, as loops over what each lane has of it.
  constexpr void distribute(handle h, owners const& o) {
    fragment const what = all[o.buffer].what;
    fragment_layout const f = layout_of(what);
    handle const lane = lane_axis();
    affine at[2] = {constant(0), constant(0)};
    affine reg = constant(0);
    static_vector<handle, 6> loops{};
    for (auto const& d : f.digits) {
      affine digit{};
      if (d.in_lane) {
        digit = floor_div(p, variable(p, lane), constant(d.stride));
        // The last digit is all that is left.
        if (d.stride * d.count < warp_threads) digit = floor_mod(p, digit, constant(d.count));
      } else {
        axis a{.name = "reg", .extent = constant(d.count), .kind = loop_kind::unrolled};
        loops.push_back(p.add(a));
        digit = variable(p, loops.back());
        reg = add_scaled(reg, digit, d.stride);
      }
      at[d.dim] = add_scaled(at[d.dim], digit, d.place);
    }
    bool wrong = false;
    by_owner const hooks{.all = all,
                         .what = what,
                         .over = {o.over[0], o.over[1]},
                         .at = {at[0], at[1]},
                         .reg = reg,
                         .lane = variable(p, lane),
                         .wrong = wrong};
    substitution to{};
    for (int x = 0; x < 2; ++x) to.bind(o.over[x], at[x]);
    handle const next = p.stmts[h].next;
    p.stmts[h].next = -1;
    handle body = copy_statements(p, h, to, hooks);
    for (handle const l : loops) body = wrapped(body, l);
    stmt all_of = p.stmts[wrapped(body, lane)];
    all_of.next = next;
    p.stmts[h] = all_of;
    if (wrong) fail_loops(o.buffer);
  }
  constexpr void fail_loops(handle b) {
    fragment_layout const f = layout_of(all[b].what);
    fail(diag::message() << p.buffers[b].name << " is held by the lanes of a warp, in tiles of "
                         << f.extent[0] << " by " << f.extent[1]
                         << ", and is read or written elsewhere not by loops over these; split its "
                            "loops by the same");
  }

  constexpr void chain(handle h) {
    for (; h >= 0 && !p.fault; h = p.stmts[h].next) {
      stmt const& s = p.stmts[h];
      if (s.kind == stmt_kind::tensorize) {
        if (is_of_warp(p.intrinsics[p.calls[s.target].which])) call(h);
        continue;
      }
      if (s.kind == stmt_kind::loop || s.kind == stmt_kind::store) {
        owners const o = owners_in(h);
        bool const is_tile = o.over[0] >= 0 && o.over[1] >= 0;
        if (o.buffer >= 0 && s.kind == stmt_kind::store) return fail_loops(o.buffer);
        if (is_tile && (s.axis == o.over[0] || s.axis == o.over[1])) {
          distribute(h, o);
          continue;
        }
      }
      bool const counts = s.kind == stmt_kind::loop;
      if (counts) around.push_back(h);
      chain(s.body);
      chain(p.stmts[h].otherwise);
      if (counts) around.pop_back();
    }
  }

  constexpr void reshape() {
    for (int i = 0; i < p.buffers.count; ++i) {
      if (all[i].what == fragment::none) continue;
      buffer& b = p.buffers[i];
      fragment_layout const f = layout_of(all[i].what);
      for (int x = 0; x < 2; ++x) {
        handle& n = b.shape[all[i].dim[x]];
        n = p.add(ceil_div(p, affine(p.indices[n]), f.extent[x]));
      }
      b.shape[b.rank++] = p.add(constant(f.registers()));
      b.shape[b.rank++] = p.add(constant(warp_threads));
      b.stride_is = {};
      b.where = scope::registers;
    }
  }
};

}  // namespace place_fragments_impl

constexpr void place_fragments(tir::program& p) {
  if (p.fault || p.calls.empty()) return;
  bool any = false;
  for (auto const& k : p.intrinsics) any = any || tir::is_of_warp(k);
  if (!any) return;
  place_fragments_impl::placer all{.p = p};
  all.note_calls(p.root);
  all.chain(p.root);
  if (!p.fault) all.reshape();
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END
