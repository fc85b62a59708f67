// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/dot_product: intrinsics that add products of narrow elements to wide lanes.
//
//   c(j) += sum(k, cast<int>(a(k)) * cast<int>(b(j, k))),  j in L, k in 4
//     -->   VPDPBUSD for uint8 by int8; what a backend has for it elsewhere
//
//   takes       L, at most the machine's lanes of 32 bits: target::native.lanes(dtype::i32)
//   names       ash::intrinsics::dot4<Left, Right, L>; dpbusd<L> is that of uint8 and int8
//   memory      b in groups of four along k: ash::packed("j", n, "k", 4), so that the groups of L
//               neighbours in j are one vector; other distances are read lane by lane
//   invariants  sums wrap modulo 2^32, as in the definition; nothing saturates
//   code        for vectors: emit/simd/dot_groups.hpp
//   source      Intel, "Instruction Set Extensions", AVX512_VNNI; Rodriguez et al., "Lower Numerical
//               Precision Deep Learning Inference and Training", 2018
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/expr/expr.hpp>
#include <ashlar/expr/intrinsic.hpp>

namespace ashlar::intrinsics {

/// Four products of bytes a lane, see the head of this file.
template <class Left, class Right, int L> struct dot4 {
  using sum_type = std::int32_t;
  static constexpr auto name = "dot4";
  static constexpr index_t group = 4;
  static constexpr bool takes_vector = true;
  using operands =
      blocks<sum_type[std::size_t{L}], Left const[group], Right const[std::size_t{L}][group]>;

  static constexpr auto definition = [](auto c, auto a, auto b) {
    constexpr axis<"j"> j;
    constexpr axis<"k"> k;
    c.name("c"), a.name("a"), b.name("b");
    c(j) += sum(k, cast<sum_type>(a(k)) * cast<sum_type>(b(j, k)));
  };

  ASHLAR_INLINE static void run(sum_type* c, Left const* a, Right const* b, index_t b_row) {
    for (index_t l = 0; l < L; ++l) c[l] = added(c[l], a, b + l * b_row);
  }

 private:
  ASHLAR_INLINE static auto added(sum_type c, Left const* a, Right const* b) -> sum_type {
    auto bits = static_cast<std::uint32_t>(c);
    for (index_t g = 0; g < group; ++g) bits += static_cast<std::uint32_t>(int{a[g]} * int{b[g]});
    return static_cast<sum_type>(bits);
  }
};

template <int L> using dpbusd = dot4<std::uint8_t, std::int8_t, L>;

}  // namespace ashlar::intrinsics
