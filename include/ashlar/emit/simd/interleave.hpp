// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/interleave: stores of a few vectors whose lanes alternate in memory.
//
//   unrolled g (4): vectorized j: t[j, g] = x[g, j]
//     -->   four vectors of x, then one interleaved store
//
//   takes       a statement
//   returns     whether it is such a nest: lanes of a local that are N elements apart, while an
//               unrolled loop of N goes from one to the next. Its values do not read the local
//   why         a copy in groups, as dot products of narrow elements read them, has such stores;
//               one by one each is as many as it has lanes
//   source      interleaved accesses: Nuzman, Rosen, Zaks, PLDI 2006
#ifndef ASHLAR_EMIT_SIMD_INTERLEAVE
#define ASHLAR_EMIT_SIMD_INTERLEAVE

#include <ashlar/emit/simd/eval.hpp>

namespace ashlar::emit::ASHLAR_SIMD {

/// A nest of interleaved stores.
struct interleaved_store {
  int ways = 0;              // 0: it is none
  int lane = -1, lanes = 0;  // the variable of the vectorized loop
  int target = -1, value = -1;
};

namespace interleave_impl {

template <class Code> consteval auto has_loaded_index(Code const& c, int sum) -> bool {
  for (auto const& t : c.indices[sum].terms) {
    tir::atom const& at = c.atoms[t.atom];
    if (at.kind == tir::atom_kind::loaded) return true;
    if (at.lhs >= 0 && (has_loaded_index(c, at.lhs) || has_loaded_index(c, at.rhs))) return true;
  }
  return false;
}

// True if the value reads the buffer, or has an index that is loaded, which may do so.
template <class Code> consteval auto reads(Code const& c, int e, int buffer) -> bool {
  if (e < 0) return false;
  tir::expr const& x = c.exprs[e];
  if (x.op == tir::opcode::load) {
    tir::access const& a = c.accesses[x.a];
    for (int d = 0; d < a.rank; ++d) {
      if (has_loaded_index(c, a.index[d])) return true;
    }
    return a.buffer == buffer || reads(c, x.b, buffer);
  }
  int const n = tir::operand_count(x.op);
  return (n > 0 && reads(c, x.a, buffer)) || (n > 1 && reads(c, x.b, buffer)) ||
         (n > 2 && reads(c, x.c, buffer));
}

// True if a step of the variable moves the access by this number of elements.
template <class Code>
consteval auto moves_by(Code const& c, int access, int variable, index_t elements) -> bool {
  lane_step const s = step_of(c, access, variable);
  return s.uses && s.affine && s.constant && s.step == elements;
}

}  // namespace interleave_impl

template <class Code>
consteval auto interleaved_store_of(Code const& c, int s) -> interleaved_store {
  tir::stmt const& outer = c.stmts[s];
  bool const is_unrolled = outer.kind == tir::stmt_kind::loop && outer.body >= 0 &&
                           outer.loop == tir::loop_kind::unrolled;
  if (!is_unrolled) return {};
  index_t const ways = c.indices[outer.extent].offset;
  tir::stmt const& inner = c.stmts[outer.body];
  bool const has_lanes = inner.kind == tir::stmt_kind::loop && inner.next < 0 && inner.body >= 0 &&
                         inner.loop == tir::loop_kind::vectorized;
  if (!has_lanes || (ways != 2 && ways != 4)) return {};
  tir::stmt const& store = c.stmts[inner.body];
  bool const is_store = store.kind == tir::stmt_kind::store && store.next < 0 && !store.is_atomic;
  if (!is_store || c.exprs[store.value].type == dtype::boolean) return {};
  tir::access const& to = c.accesses[store.target];
  bool const is_local = c.buffers[to.buffer].operand < 0 && to.checked == 0 &&
                        c.buffers[to.buffer].where != tir::scope::registers;
  bool const is_apart = is_local && !interleave_impl::reads(c, store.value, to.buffer);
  bool const alternates = interleave_impl::moves_by(c, store.target, outer.axis, 1) &&
                          interleave_impl::moves_by(c, store.target, inner.axis, ways);
  if (!is_apart || !alternates) return {};
  return interleaved_store{.ways = static_cast<int>(ways),
                           .lane = inner.axis,
                           .lanes = static_cast<int>(c.indices[inner.extent].offset),
                           .target = store.target,
                           .value = store.value};
}

inline namespace ASHLAR_ISA {

/// Runs the nest at statement S, of which interleaved_store_of is true.
template <class Tag, int S, class Tiles>
ASHLAR_INLINE void store_interleaved(cursor<Tag, Tiles> c) {
  using B = typename Tag::backend;
  constexpr interleaved_store k = interleaved_store_of(Tag::value, S);
  constexpr int axis = Tag::value.stmts[S].axis;
  using T = stored<Tag::value.buffers[Tag::value.accesses[k.target].buffer].type>;
  c.f.variable[k.lane] = 0;
  typename B::template vec<T, k.lanes> v[std::size_t{k.ways}];
  ASHLAR_UNROLL
  for (index_t g = 0; g < k.ways; ++g) {
    c.f.variable[axis] = g;
    v[g] = eval<k.value, k.lane, k.lanes>(c);
  }
  c.f.variable[axis] = 0;
  B::store_interleaved(pointer<Tag, k.target>(c.f), v);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_INTERLEAVE
