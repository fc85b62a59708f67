// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/warp: an instruction that the lanes of a warp run together, see emit/cuda/atoms.
//
//   takes       a call whose key finds the type; what a lane holds is elements of register tiles
//   method      a product gets the registers of its three tiles. A load gets the address of a row:
//               lane l that of row l % 16, at column 8 * (l / 16), wherever the memory has it
//   invariants  afterwards the loop variables of the call are 0
#pragma once

#include <ashlar/emit/cuda/memory.hpp>
#include <ashlar/expr/intrinsic.hpp>

namespace ashlar::emit::cuda {

namespace warp_impl {

template <class Tag, int C> struct atom_of {
  static constexpr code_call call = Tag::value.calls[C];
  using type = typename decltype(intrinsic_of(expr::intrinsic_slot<call.key>{}))::type;
};

/// The registers of an operand that a lane has.
template <class Atom, int Operand> struct registers_of {
  static constexpr int value = tir::layout_of(Atom::held[Operand]).registers();
};

}  // namespace warp_impl

inline namespace ASHLAR_ISA {

/// What this lane has of the tile that access A begins.
template <int A, class Cursor> ASHLAR_DEVICE auto held_registers(Cursor c) {
  constexpr tir::handle buffer = Cursor::tag::value.accesses[A].buffer;
  return c.tiles.template of<buffer>() + offset<A>(c.f);
}

template <int N, class Lanes> ASHLAR_DEVICE auto taken(Lanes const* from) {
  lanes<typename Lanes::value_type, N> r;
  ASHLAR_UNROLL
  for (int n = 0; n < N; ++n) r.v[n] = from[n].v[0];
  return r;
}

template <class Atom, int To, int Left, int Right, class Cursor>
ASHLAR_DEVICE void multiply_tiles(Cursor c) {
  constexpr int sums = warp_impl::registers_of<Atom, 0>::value;
  constexpr int lefts = warp_impl::registers_of<Atom, 1>::value;
  constexpr int rights = warp_impl::registers_of<Atom, 2>::value;
  auto* const to = held_registers<To>(c);
  auto all = taken<sums>(to);
  c.f.thread.template multiply<Atom>(all.v, taken<lefts>(held_registers<Left>(c)).v,
                                     taken<rights>(held_registers<Right>(c)).v);
  ASHLAR_UNROLL
  for (int n = 0; n < sums; ++n) to[n].v[0] = all.v[n];
}

template <class Atom, int To, int From, int Row, int Column, class Cursor>
ASHLAR_DEVICE void load_tile(Cursor c) {
  constexpr int n = warp_impl::registers_of<Atom, 0>::value;
  constexpr int columns = Atom::columns;
  int const lane = c.f.thread.index(0);
  c.f.variable[Row] = lane % 16;
  c.f.variable[Column] = lane / 16 * 8 % columns;
  auto const* const row = pointer<From>(c.f);
  c.f.variable[Row] = 0;
  c.f.variable[Column] = 0;
  auto* const to = held_registers<To>(c);
  auto all = taken<n>(to);
  c.f.thread.template load_rows<Atom>(all.v, row);
  ASHLAR_UNROLL
  for (int r = 0; r < n; ++r) to[r].v[0] = all.v[r];
}

/// Runs call C.
template <int C, class Cursor> ASHLAR_DEVICE void run_atom(Cursor c) {
  using found = warp_impl::atom_of<typename Cursor::tag, C>;
  using atom = typename found::type;
  constexpr code_call call = found::call;
  if constexpr (requires { atom::depth; }) {
    c.f.variable[call.axis[0]] = 0;
    c.f.variable[call.axis[1]] = 0;
    c.f.variable[call.axis[2]] = 0;
    multiply_tiles<atom, call.operand[0], call.operand[1], call.operand[2]>(c);
  } else {
    c.f.variable[call.axis[0]] = 0;
    c.f.variable[call.axis[1]] = 0;
    load_tile<atom, call.operand[0], call.operand[1], call.axis[0], call.axis[1]>(c);
  }
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda
