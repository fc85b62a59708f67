// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/atoms: instructions of a warp as intrinsics: what they compute, which lane holds what,
// and their code.
//
//   s.tensorize(ii, ash::intrin<ash::gpu::mma<ash::bfloat16>>);
//
//   mma<E>            c(i, j) += sum(k, a(i, k) * b(k, j)), 16 x 8 results by columns of 32 bytes:
//                     k in 16 of float16 and bfloat16, summed in f32; k in 32 of int8, in i32;
//                     k in 8 of float, whose factors are rounded to 11 bits (TF32)
//   load_left<E>      16 x 16 elements of 16 bits from rows of shared memory, as mma has the left
//                     factor: ldmatrix.x4
//   load_right<E>     16 x 8 of them, as mma has the right one: ldmatrix.x2.trans
//   on a processor    the same schedule runs `run`: plain loops on memory
//   invariants        sums are in the order of the tensor cores, which is no promise: on data whose
//                     sums are exact, and floats whose factors fit in TF32, results are those of
//                     the definition
//   architecture      sm_80
//   source            PTX ISA, mma.sync and ldmatrix
#pragma once

#include <ashlar/expr/expr.hpp>
#include <ashlar/expr/intrinsic.hpp>

namespace ashlar::gpu {

namespace atoms_impl {

using tir::fragment;

/// The columns of the left factor, its tiles, and the type of sums, by the bytes of an element.
template <class E> struct shape_of {
  static constexpr int k = 32 / static_cast<int>(sizeof(E));
  static constexpr bool is_integer = std::is_same_v<E, std::int8_t>;
  using sum = std::conditional_t<is_integer, std::int32_t, float>;
  static constexpr fragment left = k == 8    ? fragment::a_16x8
                                   : k == 16 ? fragment::a_16x16
                                             : fragment::a_16x32;
  static constexpr fragment right = k == 8    ? fragment::b_8x8
                                    : k == 16 ? fragment::b_16x8
                                              : fragment::b_32x8;
};

inline constexpr axis<"i"> i;
inline constexpr axis<"j"> j;
inline constexpr axis<"k"> k;

template <class E>
inline constexpr bool is_factor = std::is_same_v<E, float16> || std::is_same_v<E, bfloat16> ||
                                  std::is_same_v<E, std::int8_t> || std::is_same_v<E, float>;

}  // namespace atoms_impl

/// The product of two tiles, added to a third.
template <class E> struct mma {
  static_assert(atoms_impl::is_factor<E>,
                "ashlar: tensor cores multiply float16, bfloat16, float (as TF32) and int8");
  using shape = atoms_impl::shape_of<E>;
  using element = E;
  using sum_type = typename shape::sum;
  static constexpr int depth = shape::k;
  static constexpr std::string_view name = depth == 8    ? "mma.m16n8k8"
                                           : depth == 16 ? "mma.m16n8k16"
                                                         : "mma.m16n8k32";
  using operands =
      blocks<sum_type[16][8], E const[16][std::size_t{depth}], E const[std::size_t{depth}][8]>;
  static constexpr tir::fragment held[3] = {tir::fragment::c_16x8, shape::left, shape::right};

  static constexpr auto definition = [](auto c, auto a, auto b) {
    using atoms_impl::i, atoms_impl::j, atoms_impl::k;
    c.name("c"), a.name("a"), b.name("b");
    if constexpr (shape::is_integer)
      c(i, j) += sum(k, cast<std::int32_t>(a(i, k)) * cast<std::int32_t>(b(k, j)));
    else
      c(i, j) += sum(k, a(i, k) * b(k, j));
  };
  ASHLAR_INLINE static void run(sum_type* c, index_t c_row, E const* a, index_t a_row, E const* b,
                                index_t b_row) {
    for (index_t r = 0; r < 16; ++r) {
      for (index_t n = 0; n < 8; ++n) {
        sum_type all = c[r * c_row + n];
        for (index_t m = 0; m < depth; ++m) {
          all += static_cast<sum_type>(a[r * a_row + m]) * static_cast<sum_type>(b[m * b_row + n]);
        }
        c[r * c_row + n] = all;
      }
    }
  }
};

namespace atoms_impl {

template <class E, int Columns, tir::fragment Held> struct load_tile {
  static_assert(sizeof(E) == 2, "ashlar: ldmatrix loads elements of 16 bits");
  using element = E;
  using operands = blocks<E[16][std::size_t{Columns}], E const[16][std::size_t{Columns}]>;
  static constexpr int columns = Columns;
  static constexpr tir::fragment held[2] = {Held, tir::fragment::none};

  static constexpr auto definition = [](auto to, auto from) {
    to.name("to"), from.name("from");
    to(i, j) = from(i, j);
  };
  ASHLAR_INLINE static void run(E* to, index_t to_row, E const* from, index_t from_row) {
    for (index_t r = 0; r < 16; ++r) {
      for (index_t n = 0; n < Columns; ++n) to[r * to_row + n] = from[r * from_row + n];
    }
  }
};

}  // namespace atoms_impl

/// Rows of the left factor, from shared memory to the registers of a warp.
template <class E> struct load_left : atoms_impl::load_tile<E, 16, tir::fragment::a_16x16> {
  static constexpr std::string_view name = "ldmatrix.x4";
  static constexpr bool is_transposed = false;
};
/// Rows of the right factor; each lane gets its part of columns.
template <class E> struct load_right : atoms_impl::load_tile<E, 8, tir::fragment::b_16x8> {
  static constexpr std::string_view name = "ldmatrix.x2.trans";
  static constexpr bool is_transposed = true;
};

}  // namespace ashlar::gpu
