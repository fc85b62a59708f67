// SPDX-License-Identifier: Apache-2.0
//
// pass/fold_lanes: combines a short row of partial results in the lanes of vectors.
//
//   y = sum(v < 64, t[v])   -->   y = sum(u < 1, reduce_lanes(l < 16, t[l] + ... + t[48 + l]))
//
//   takes       scheduled stages, the bytes of a vector register
//   returns     stages whose innermost reduction loop, over contiguous elements of a local and of
//               constant extent, has become lanes; what rfactor leaves behind is of this form
//   warps       a row that is spread over the lanes of a warp is combined by these at once: the
//               lane axis of the result is theirs, and all of them have the result
//   permission  the program allows reassociation; the order is that of the backend's reduce
#pragma once

#include <ashlar/pass/split_vectors.hpp>
#include <ashlar/tir/clone.hpp>
#include <ashlar/tir/combiner.hpp>
#include <ashlar/tir/grid.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace fold_lanes_impl {

using namespace tir;
using tir::axis;
using tir::expr;

// The operation of a reduction that lanes can do, or `constant`.
constexpr auto operation(program const& p, stage const& s) -> opcode {
  using enum opcode;
  opcode const op = combiner_of(p, s.reduce);
  bool const known = op == add || op == mul || op == min || op == max;
  return known && p.exprs[s.reduce.combine[0]].type != dtype::boolean ? op : constant;
}

// True if the value is local[..., axis].
constexpr auto is_row(program const& p, handle value, int axis) -> bool {
  expr const& e = p.exprs[value];
  if (e.op != opcode::load) return false;
  access const& a = p.accesses[e.a];
  if (p.buffers[a.buffer].operand >= 0 || a.rank == 0) return false;
  for (int d = 0; d < a.rank; ++d) {
    affine const& index = p.indices[a.index[d]];
    bool const uses = any_variable(p, index, [axis](int v) { return v == axis; });
    bool const plain = index.terms.count == 1 && index.terms[0].coef == 1 && index.offset == 0;
    if (uses != (d == a.rank - 1) || (uses && !plain)) return false;
  }
  return true;
}

constexpr auto has_vector(program const& p, stage const& s) -> bool {
  for (handle const l : s.loops) {
    if (p.axes[l].kind == loop_kind::vectorized) return true;
  }
  return false;
}

// True if something is placed by the loop, which is about to be another one.
constexpr auto is_place(program const& p, stage const& s, int axis) -> bool {
  for (auto const& other : p.stages) {
    if (other.place == placement::at && other.at_axis == axis) return true;
  }
  return s.tile_at == axis || s.init_above == axis;
}

// The lane is no loop and has no domain to check, so the row becomes two axes, not a split one.
constexpr auto new_axis(program& p, axis const& row, std::int64_t extent, loop_kind kind,
                        char const* suffix) -> handle {
  axis a{.name = row.name, .extent = constant(extent), .is_reduction = true, .kind = kind};
  a.name << suffix;
  return p.add(a);
}

// True if the row that stage s reads is spread over the lanes of a warp.
constexpr auto is_in_lanes(program const& p, stage const& s) -> bool {
  access const& a = p.accesses[p.exprs[s.value[0]].a];
  for (stage const& from : p.stages) {
    if (from.buffer != a.buffer) continue;
    return p.axes[from.pure[a.rank - 1]].kind == loop_kind::lane;
  }
  return false;
}

constexpr void fold(program& p, stage& s, int vector_bytes) {
  opcode const op = operation(p, s);
  if (op == opcode::constant || s.loops.empty() || has_vector(p, s)) return;
  handle const row = s.loops.back();
  axis const a = p.axes[row];
  bool const fits = a.is_reduction && a.made_by == relation::root && a.extent.is_constant() &&
                    a.kind == loop_kind::serial && is_row(p, s.value[0], row) &&
                    !is_place(p, s, row);
  if (!fits) return;
  bool const is_warp = is_in_lanes(p, s);
  if (is_warp && a.extent.offset != warp_threads) {
    return p.fail(diag::code::bad_grid_extent,
                  diag::message() << s.name << ": " << a.extent.offset
                                  << " lanes are combined, and a warp has " << warp_threads
                                  << "; split the reduction by that");
  }
  std::int64_t lanes =
      is_warp ? a.extent.offset : split_vectors_impl::lanes_of(p, s, row, vector_bytes);
  while (lanes > 1 && a.extent.offset % lanes != 0) lanes /= 2;
  if (lanes < 2) return;
  // Vectors are combined before lanes are, which takes many steps; a long row in a loop.
  std::int64_t const vectors = a.extent.offset / lanes;
  bool const is_short = vectors <= split_vectors_impl::unroll_limit;
  handle const block = new_axis(p, a, is_short ? 1 : vectors, loop_kind::serial, ".u");
  handle const lane =
      new_axis(p, a, lanes, is_warp ? loop_kind::lane : loop_kind::vectorized, ".v");
  s.loops.back() = block;
  for (auto& r : s.reduced) {
    if (r == row) r = block;
  }
  handle part[split_vectors_impl::unroll_limit]{};
  int n = is_short ? static_cast<int>(vectors) : 1;
  for (int i = 0; i < n; ++i) {
    substitution to{};
    affine const in_vector = variable(p, lane);
    // The index of what a lane has is its own and nothing else.
    to.bind(row, is_warp ? in_vector : variable(p, block) * lanes + in_vector + i * lanes);
    part[i] = clone(p, s.value[0], to);
  }
  dtype const type = p.exprs[s.value[0]].type;
  for (; n > 1; n = (n + 1) / 2) {
    for (int i = 0; i < n / 2; ++i) {
      part[i] = p.add(expr{.op = op, .type = type, .a = part[2 * i], .b = part[2 * i + 1]});
    }
    if (n % 2 != 0) part[n / 2] = part[n - 1];
  }
  s.value[0] = p.add(expr{.op = opcode::reduce_lanes,
                          .type = type,
                          .a = part[0],
                          .b = lane,
                          .c = static_cast<handle>(lanes),
                          .bits = static_cast<std::int64_t>(op)});
}

}  // namespace fold_lanes_impl

constexpr void fold_lanes(tir::program& p, int vector_bytes) {
  if (p.fault || !p.allowed.reassociate) return;
  for (auto& s : p.stages) fold_lanes_impl::fold(p, s, vector_bytes);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END
