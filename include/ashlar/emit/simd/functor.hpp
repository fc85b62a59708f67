// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/functor: a user's own function on values, lane by lane.
#pragma once

#include <ashlar/emit/simd/memory.hpp>

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

template <int E, int Lane, int L, class Tag, class Tiles>
ASHLAR_INLINE auto call_functor(cursor<Tag, Tiles> c);
template <class B> struct math;

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd
