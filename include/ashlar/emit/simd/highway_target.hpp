// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_target: the emission once more, for the instruction set of HWY_TARGET.
//
//   takes       HWY_TARGET, a target of Highway above that of the compile flags, and ASHLAR_SIMD,
//               the name of the namespace of this pass
//   returns     namespace ashlar::emit::ASHLAR_SIMD: what ashlar::emit::simd holds, every function
//               of it with the target attribute
//   invariants  all other headers have been included before, so that nothing else is compiled with
//               the attribute: a standard template would be, and its symbol shared with the rest of
//               the program. There is no #pragma once: each header has a guard, undefined here
//   source      Highway's foreach_target.h, whose macros these are; what was tried instead is in
//               docs/design/0004-dispatch.md
#include <ashlar/config.hpp>

#if ASHLAR_DISPATCH

#ifdef HWY_TARGET_TOGGLE
#undef HWY_TARGET_TOGGLE
#else
#define HWY_TARGET_TOGGLE
#endif
#include <hwy/highway.h>

#undef ASHLAR_EMIT_SIMD_ADDRESS
#undef ASHLAR_EMIT_SIMD_ATOMIC
#undef ASHLAR_EMIT_SIMD_BACKEND
#undef ASHLAR_EMIT_SIMD_BY_LANE
#undef ASHLAR_EMIT_SIMD_CONDITION
#undef ASHLAR_EMIT_SIMD_DOT_GROUPS
#undef ASHLAR_EMIT_SIMD_EVAL
#undef ASHLAR_EMIT_SIMD_EXTREMUM
#undef ASHLAR_EMIT_SIMD_FRAME
#undef ASHLAR_EMIT_SIMD_FUNCTOR
#undef ASHLAR_EMIT_SIMD_HALF
#undef ASHLAR_EMIT_SIMD_HIGHWAY
#undef ASHLAR_EMIT_SIMD_HIGHWAY_ARITHMETIC
#undef ASHLAR_EMIT_SIMD_HIGHWAY_DIVIDE
#undef ASHLAR_EMIT_SIMD_HIGHWAY_MEMORY
#undef ASHLAR_EMIT_SIMD_HIGHWAY_PRODUCTS
#undef ASHLAR_EMIT_SIMD_HIGHWAY_TYPES
#undef ASHLAR_EMIT_SIMD_INTERLEAVE
#undef ASHLAR_EMIT_SIMD_INTRINSIC
#undef ASHLAR_EMIT_SIMD_KEEP_APART
#undef ASHLAR_EMIT_SIMD_MATH
#undef ASHLAR_EMIT_SIMD_MATH_CORE
#undef ASHLAR_EMIT_SIMD_MATH_EXP
#undef ASHLAR_EMIT_SIMD_MATH_LOG
#undef ASHLAR_EMIT_SIMD_MATH_POW
#undef ASHLAR_EMIT_SIMD_MATH_TRIG
#undef ASHLAR_EMIT_SIMD_MEMORY
#undef ASHLAR_EMIT_SIMD_NIBBLES
#undef ASHLAR_EMIT_SIMD_PARALLEL
#undef ASHLAR_EMIT_SIMD_SCALAR_LANE
#undef ASHLAR_EMIT_SIMD_TRANSPOSE
#undef ASHLAR_EMIT_SIMD_WALK

HWY_BEFORE_NAMESPACE();

namespace ashlar::emit::ASHLAR_SIMD {

inline constexpr isa_level target_level = HWY_TARGET <= HWY_AVX3_ZEN4 ? isa_level::x86_avx512_bf16
                                          : HWY_TARGET <= HWY_AVX3    ? isa_level::x86_avx512
                                                                      : isa_level::x86_avx2;
inline constexpr bool target_has_fma = HWY_NATIVE_FMA != 0;
inline constexpr bool is_for_flags = false;

}  // namespace ashlar::emit::ASHLAR_SIMD

#include <ashlar/emit/simd/highway.hpp>
#include <ashlar/emit/simd/walk.hpp>

HWY_AFTER_NAMESPACE();

namespace ashlar::emit {

template <> struct target_of<ASHLAR_SIMD::highway_backend> {
  static constexpr isa_level level = ASHLAR_SIMD::target_level;

  template <class Tag> ASHLAR_INLINE static void run(arguments<Tag> const& a) {
    ASHLAR_SIMD::kernel<Tag>(a);
  }
};
template <> inline constexpr std::int64_t target_bit<ASHLAR_SIMD::highway_backend> = HWY_TARGET;

}  // namespace ashlar::emit

#endif
