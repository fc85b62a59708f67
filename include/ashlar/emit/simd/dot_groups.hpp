// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/dot_groups: the code of dot products in vectors, see emit/simd/dot_product.hpp.
//
//   takes       running sums as a vector; groups of narrow elements
//   returns     the sums with the products added: what the backend has for it where groups follow
//               each other, else lane by lane
#ifndef ASHLAR_EMIT_SIMD_DOT_GROUPS
#define ASHLAR_EMIT_SIMD_DOT_GROUPS

#include <ashlar/emit/simd/dot_product.hpp>
#include <ashlar/emit/simd/intrinsic.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class Left, class Right, int L>
struct vector_code<intrinsics::dot_groups<Left, Right, L>> {
  using meaning = intrinsics::dot_groups<Left, Right, L>;

  template <class B, class V>
  ASHLAR_INLINE static auto update(V c, Left const* a, Right const* b, index_t b_row) -> V {
    if constexpr (requires { B::template dot_groups<L>(c, a, b); }) {
      if (b_row == meaning::group) return B::template dot_groups<L>(c, a, b);
    }
    return run_on_lanes<meaning, B>(c, a, b, b_row);
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_DOT_GROUPS
