// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/dot_product: intrinsics that add products of narrow elements to lanes of 32 bits.
//
//   c(j) += sum(k, cast<int>(a(k)) * cast<int>(b(j, k))),  j in L, k in 4
//     -->   VPDPBUSD for uint8 by int8; what a backend has for it elsewhere
//
//   takes       L, a power of two, at most the lanes of 32 bits of the machine, which are
//               target::native.lanes(dtype::i32)
//   names       ash::intrinsics::dot_groups<Left, Right, L>: bytes into int32, four a lane, or
//               bfloat16 into float, two a lane; dpbusd<L> is that of uint8 and int8, dpbf16<L>
//               that of bfloat16
//   memory      b in groups along k: ash::packed("j", n, "k", 4), so that the groups of L
//               neighbours in j are one vector; other distances are read lane by lane
//   invariants  integers wrap modulo 2^32, as in the definition; nothing saturates. Products of
//               bfloat16 are added in any order, fused or not; VDPBF16PS takes subnormals to 0
//   code        for vectors: emit/simd/dot_groups.hpp
//   source      Intel, "Instruction Set Extensions", AVX512_VNNI and AVX512_BF16; Rodriguez et al.,
//               "Lower Numerical Precision Deep Learning Inference and Training", 2018
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/expr/expr.hpp>
#include <ashlar/expr/intrinsic.hpp>

namespace ashlar::intrinsics {

/// The products of a group a lane, see the head of this file.
template <class Left, class Right, int L> struct dot_groups {
  static constexpr bool is_integer = std::is_integral_v<Left> && std::is_integral_v<Right>;
  using sum_type = std::conditional_t<is_integer, std::int32_t, float>;
  static constexpr auto group = static_cast<int>(4 / sizeof(Left));
  static constexpr std::string_view name = is_integer ? "dot4" : "dot2";
  static constexpr bool takes_vector = true;
  using operands = blocks<sum_type[std::size_t{L}], Left const[std::size_t{group}],
                          Right const[std::size_t{L}][std::size_t{group}]>;
  static_assert(sizeof(Left) == sizeof(Right) && (!is_integer || sizeof(Left) == 1));

  static constexpr auto definition = [](auto c, auto a, auto b) {
    constexpr axis<"j"> j;
    constexpr axis<"k"> k;
    c.name("c"), a.name("a"), b.name("b");
    c(j) += sum(k, cast<sum_type>(a(k)) * cast<sum_type>(b(j, k)));
  };

  ASHLAR_INLINE static void run(sum_type* c, Left const* a, Right const* b, index_t b_row) {
    for (index_t l = 0; l < L; ++l) {
      for (index_t g = 0; g < group; ++g) c[l] = added(c[l], a[g], b[l * b_row + g]);
    }
  }

 private:
  ASHLAR_INLINE static auto added(sum_type c, Left a, Right b) -> sum_type {
    if constexpr (is_integer) {
      auto const product = static_cast<std::uint32_t>(int{a} * int{b});
      return static_cast<sum_type>(static_cast<std::uint32_t>(c) + product);
    } else {
      return c + float{a} * float{b};
    }
  }
};

template <int L> using dpbusd = dot_groups<std::uint8_t, std::int8_t, L>;
template <int L> using dpbf16 = dot_groups<bfloat16, bfloat16, L>;

}  // namespace ashlar::intrinsics
