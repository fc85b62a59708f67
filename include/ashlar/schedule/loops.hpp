// SPDX-License-Identifier: Apache-2.0
//
// schedule/loops: what every primitive asks of a program: which stage, which loop, is there room.
//
//   takes       a program, names as the user wrote them
//   returns     handles, -1 where nothing has the name; sentences which list what there is
//   invariants  the loops of a stage are the leaves of its axes, each once, with unlike names;
//               a stage is known by its buffer, as inserting a stage moves the stages behind it
#pragma once

#include <ashlar/tir/axis_tree.hpp>
#include <ashlar/tir/index.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

using tir::scope;
using tir::tail;

}  // namespace ashlar

namespace ashlar::scheduling {

using tir::affine;
using tir::handle;
using tir::program;

/// The largest extent of an unrolled loop.
inline constexpr std::int64_t max_unroll = 64;
/// How often nested unrolled loops may repeat a body: compilers take seconds for so much code.
inline constexpr std::int64_t max_copies = 4096;
/// The largest extent of a vectorized loop: sixteen vectors of 64 bytes for a float.
inline constexpr std::int64_t max_lanes = 256;
/// The largest split factor, and the largest product of the factors above one loop.
inline constexpr std::int64_t max_factor = std::int64_t{1} << 31;
inline constexpr std::int64_t max_factor_product = std::int64_t{1} << 46;

/// A name as loops, stages and tensors keep it: of a longer one the first characters.
constexpr auto kept(std::string_view name) -> std::string_view {
  return name.substr(0, sizeof(name_text::chars) - 1);
}

constexpr auto find_stage(program const& p, std::string_view name) -> int {
  for (int s = 0; s < p.stages.count; ++s) {
    if (p.stages[s].name == kept(name)) return s;
  }
  return -1;
}

/// The stage that defines a buffer.
constexpr auto stage_of(program const& p, int buffer) -> int {
  for (int s = 0; s < p.stages.count; ++s) {
    if (p.stages[s].buffer == buffer) return s;
  }
  return -1;
}

/// The stage that `s` means without a name: the last one that defines an output.
constexpr auto main_stage(program const& p) -> int {
  for (int s = p.stages.count - 1; s >= 0; --s) {
    if (p.buffers[p.stages[s].buffer].is_output) return s;
  }
  return p.stages.count - 1;
}

constexpr auto find_loop(program const& p, tir::stage const& s, std::string_view name) -> int {
  for (handle const l : s.loops) {
    if (p.axes[l].name == kept(name)) return l;
  }
  return -1;
}

/// The stage that an axis, a loop or one that was replaced, belongs to; -1 for none.
constexpr auto stage_of_axis(program const& p, int axis) -> int {
  if (axis < 0) return -1;
  while (p.axes[axis].parent >= 0 || p.axes[axis].first >= 0) {
    axis = p.axes[axis].parent >= 0 ? p.axes[axis].parent : p.axes[axis].first;
  }
  for (int s = 0; s < p.stages.count; ++s) {
    for (handle const a : p.stages[s].pure) {
      if (a == axis) return s;
    }
    for (handle const a : p.stages[s].reduced) {
      if (a == axis) return s;
    }
  }
  return -1;
}

/// The place of the outermost reduction loop, or the number of loops where there is none.
constexpr auto first_reduction(program const& p, tir::stage const& s) -> int {
  for (int i = 0; i < s.loops.count; ++i) {
    if (p.axes[s.loops[i]].is_reduction) return i;
  }
  return s.loops.count;
}

/// The place above which a reduction starts: of its outermost reduction loop, or of the loop that
/// decompose_reduction or scatter named.
constexpr auto reduction_start(program const& p, tir::stage const& s) -> int {
  int first = first_reduction(p, s);
  for (handle const above : {s.init_above, s.scattered}) {
    int const named = position_of(s, above);
    if (named >= 0 && named < first) first = named;
  }
  return first;
}

constexpr auto is_constant(program const& p, int axis) -> bool {
  return p.axes[axis].extent.is_constant();
}

constexpr auto kind_name(tir::loop_kind k) -> std::string_view {
  switch (k) {
    case tir::loop_kind::parallel: return "parallel";
    case tir::loop_kind::vectorized: return "vectorized";
    case tir::loop_kind::unrolled: return "unrolled";
    case tir::loop_kind::tensorized: return "tensorized";
    case tir::loop_kind::block_x: return "block_x";
    case tir::loop_kind::block_y: return "block_y";
    case tir::loop_kind::block_z: return "block_z";
    case tir::loop_kind::thread_x: return "thread_x";
    case tir::loop_kind::thread_y: return "thread_y";
    case tir::loop_kind::thread_z: return "thread_z";
    case tir::loop_kind::lane: return "lane";
    case tir::loop_kind::warp: return "warp";
    default: return "serial";
  }
}

/// Appends "i, j, k"; as much as fits.
constexpr void list_loops(diag::message& m, program const& p, tir::stage const& s) {
  for (int i = 0; i < s.loops.count; ++i) m << (i == 0 ? "" : ", ") << p.axes[s.loops[i]].name;
}
constexpr void list_stages(diag::message& m, program const& p) {
  for (int s = 0; s < p.stages.count; ++s) m << (s == 0 ? "" : ", ") << p.stages[s].name;
}

/// Appends the extent: a number, the dimension of an operand, or that it is known at the call.
constexpr void put_extent(diag::message& m, program const& p, affine const& e) {
  if (e.is_constant()) {
    m << e.offset;
    return;
  }
  bool const simple = e.terms.count == 1 && e.offset == 0;
  tir::atom const& a = p.atoms[e.terms[0].atom];
  if (!simple || a.kind != tir::atom_kind::symbol) {
    m << "known at the call";
    return;
  }
  tir::symbol const& s = p.symbols[a.id];
  if (e.terms[0].coef != s.multiple) m << e.terms[0].coef << " * ";
  m << p.buffers[s.buffer].name << ".extent(" << int{s.dim} << ")";
}

/// Appends the divisors of n next to f: two below and two above. False where there is none.
constexpr auto list_divisors(diag::message& m, std::int64_t n, std::int64_t f) -> bool {
  constexpr int reach = 4096;
  std::int64_t found[4]{};
  int count = 0;
  std::int64_t const top = f < n ? f : n + 1;
  for (std::int64_t d = top - 1; d > 1 && d > top - reach && count < 2; --d) {
    if (n % d == 0) found[count++] = d;
  }
  if (count == 2) {
    std::int64_t const larger = found[0];
    found[0] = found[1];
    found[1] = larger;
  }
  for (std::int64_t d = f + 1; d <= n && d < f + reach && count < 4; ++d) {
    if (n % d == 0) found[count++] = d;
  }
  for (int i = 0; i < count; ++i) m << (i == 0 ? "" : ", ") << found[i];
  return count > 0;
}

/// What a primitive is about to add to the program.
struct demand {
  int axes = 0, indices = 0, atoms = 0, exprs = 0, accesses = 0, buffers = 0, stages = 0;
};

/// True if there is room for it; otherwise the program gets the fault E001.
constexpr auto has_room(program& p, demand const& d, std::string_view what) -> bool {
  struct row {
    std::string_view name;
    int need, used, most;
  };
  row const rows[] = {
      row{.name = "axes", .need = d.axes, .used = p.axes.count, .most = limits::axes},
      row{.name = "indices", .need = d.indices, .used = p.indices.count, .most = limits::indices},
      row{.name = "atoms", .need = d.atoms, .used = p.atoms.count, .most = limits::atoms},
      row{.name = "exprs", .need = d.exprs, .used = p.exprs.count, .most = limits::exprs},
      row{.name = "accesses",
          .need = d.accesses,
          .used = p.accesses.count,
          .most = limits::accesses},
      row{.name = "buffers", .need = d.buffers, .used = p.buffers.count, .most = limits::buffers},
      row{.name = "stages", .need = d.stages, .used = p.stages.count, .most = limits::stages},
  };
  for (row const& r : rows) {
    if (r.need <= r.most - r.used) continue;
    diag::message m{};
    m << what << ": needs " << r.used + r.need << ' ' << r.name << ", and the limit is " << r.most
      << "; raise limits::" << r.name << " in <ashlar_config.hpp>";
    p.fail(diag::code::capacity_exceeded, m);
    return false;
  }
  return true;
}

/// True if the loop is serial; otherwise E024.
constexpr auto is_serial(program& p, int axis, std::string_view verb) -> bool {
  tir::axis const& a = p.axes[axis];
  if (a.kind == tir::loop_kind::serial) return true;
  diag::message m{};
  m << verb << ' ' << a.name << ": it is " << kind_name(a.kind) << " already; " << verb
    << " it first, then make a loop of the result " << kind_name(a.kind);
  p.fail(diag::code::split_bound_loop, m);
  return false;
}

/// True if lowering makes several loops of the loop: after tail::cut, tail::narrow, or peel.
constexpr auto is_divided(tir::axis const& a) -> bool {
  return a.cut_at >= 0 || a.first_peeled + a.last_peeled > 0;
}

/// True unless the loop is divided; otherwise E021.
constexpr auto is_not_cut(program& p, int axis, std::string_view verb) -> bool {
  if (!is_divided(p.axes[axis])) return true;
  diag::message m{};
  if (p.axes[axis].cut_at < 0) {
    m << verb << ' ' << p.axes[axis].name
      << ": peel has divided this loop in three; peel it last, or peel another loop";
    p.fail(diag::code::bad_tail, m);
    return false;
  }
  m << verb << ' ' << p.axes[axis].name
    << ": tail::" << (p.axes[axis].tails == tail::narrow ? "narrow" : "cut")
    << " has divided this loop in two; use tail::guard in the earlier split, or cut last";
  p.fail(diag::code::bad_tail, m);
  return false;
}

/// True if no loop of the stage has the name; otherwise E025. `but` may lose its name.
constexpr auto is_free(program& p, tir::stage const& s, name_text const& name, int but,
                       std::string_view verb) -> bool {
  int const other = find_loop(p, s, name.view());
  if (!name.empty() && (other < 0 || other == but)) return true;
  diag::message m{};
  m << verb << ' ' << p.axes[but].name << ": ";
  if (name.empty()) {
    m << "a loop needs a name";
  } else {
    m << s.name << " has a loop " << name << " already; pass other names; loops: ";
    list_loops(m, p, s);
  }
  p.fail(diag::code::duplicate_name, m);
  return false;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
