// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/transpose: tiles of registers that are filled from columns, row by row.
//
//   unrolled i: vectorized j: t[i, j] = x[j, i]
//     -->   lane j of vector i is x[j][i]: rows of 16 bytes are loaded, and turned
//
//   takes       a statement, the lane variable around
//   returns     whether it is such a nest, and what there is to know of it
//   source      pass/transpose_loads makes these nests; a copy in registers may be one, too
#ifndef ASHLAR_EMIT_SIMD_TRANSPOSE
#define ASHLAR_EMIT_SIMD_TRANSPOSE

#include <ashlar/emit/simd/memory.hpp>

namespace ashlar::emit::ASHLAR_SIMD {

/// A nest that fills `columns` vectors at a time.
struct column_fill {
  int columns = 0;  // 0: it is none
  int groups = 0;
  int lane = -1, lanes = 0;  // the variable of the vectorized loop
  int from = -1, to = -1;    // accesses
};

namespace transpose_impl {

// True if the access goes along a row with the variable, one element at a time.
template <class Code> consteval auto is_row(Code const& c, int access, int variable) -> bool {
  lane_step const s = step_of(c, access, variable);
  return s.uses && s.affine && s.constant && s.step == 1;
}

}  // namespace transpose_impl

template <class Code> consteval auto column_fill_of(Code const& c, int s) -> column_fill {
  tir::stmt const& outer = c.stmts[s];
  bool const is_unrolled = outer.kind == tir::stmt_kind::loop && outer.body >= 0 &&
                           outer.loop == tir::loop_kind::unrolled;
  if (!is_unrolled) return {};
  tir::stmt const& inner = c.stmts[outer.body];
  bool const has_lanes = inner.kind == tir::stmt_kind::loop && inner.next < 0 && inner.body >= 0 &&
                         inner.loop == tir::loop_kind::vectorized;
  if (!has_lanes) return {};
  tir::stmt const& store = c.stmts[inner.body];
  if (store.kind != tir::stmt_kind::store || store.next >= 0) return {};
  tir::expr const& load = c.exprs[store.value];
  if (load.op != tir::opcode::load || load.type == dtype::boolean) return {};
  code_buffer const& from = c.buffers[c.accesses[load.a].buffer];
  bool const is_tile = c.buffers[c.accesses[store.target].buffer].where == tir::scope::registers &&
                       from.where != tir::scope::registers && c.accesses[load.a].checked == 0;
  lane_step const step = step_of(c, load.a, inner.axis);
  bool const is_column = step.uses && step.affine && !(step.constant && step.step == 1) &&
                         transpose_impl::is_row(c, load.a, outer.axis);
  auto const lanes = static_cast<int>(c.indices[inner.extent].offset);
  auto const vectors = static_cast<int>(c.indices[outer.extent].offset);
  int const columns = 16 / bytes_of(load.type);
  bool const is_full = columns > 1 && lanes >= columns && vectors % columns == 0;
  if (!is_tile || !is_column || !is_full) return {};
  return column_fill{.columns = columns,
                     .groups = vectors / columns,
                     .lane = inner.axis,
                     .lanes = lanes,
                     .from = load.a,
                     .to = store.target};
}

inline namespace ASHLAR_ISA {

/// Runs the nest at statement S, of which column_fill_of is true.
template <class Tag, int S, class Tiles> ASHLAR_INLINE void fill_columns(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr column_fill k = column_fill_of(Tag::value, S);
  constexpr int axis = Tag::value.stmts[S].axis;
  using T = stored<Tag::value.buffers[Tag::value.accesses[k.from].buffer].type>;
  c.f.variable[k.lane] = 0;
  ASHLAR_UNROLL
  for (index_t g = 0; g < k.groups; ++g) {
    c.f.variable[axis] = g * k.columns;
    typename B::template vec<T, k.lanes> v[std::size_t{k.columns}];
    B::load_columns(static_cast<T const*>(pointer<Tag, k.from>(c.f)),
                    dynamic_step<Tag, k.from, k.lane>(c.f), v);
    ASHLAR_UNROLL
    for (index_t i = 0; i < k.columns; ++i) {
      c.f.variable[axis] = g * k.columns + i;
      tile_element<k.to>(c) = v[i];
    }
  }
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_TRANSPOSE
