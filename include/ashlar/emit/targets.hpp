// SPDX-License-Identifier: Apache-2.0
//
// emit/targets: the instruction sets that kernels are compiled for, see ASHLAR_DISPATCH.
//
//   returns     default_backend: the backend of the compile flags, or `dispatched` with those of
//               all levels that are asked for, that the compiler knows, and that are above it
//   limits      x86-64 has levels. On Arm, NEON is part of every 64-bit processor, and a vector of
//               SVE has no size, so that no struct holds one: there is one level. A file that
//               dispatches cannot include Highway's foreach_target.h, too
#pragma once

#include <ashlar/emit/target_of.hpp>

#if ASHLAR_DISPATCH

#if (ASHLAR_DISPATCH & 2) && (HWY_TARGETS & HWY_AVX2 & (HWY_STATIC_TARGET - 1))
#undef HWY_TARGET
#undef ASHLAR_SIMD
#define HWY_TARGET HWY_AVX2
#define ASHLAR_SIMD avx2
#include <ashlar/emit/simd/highway_target.hpp>
#endif

#if (ASHLAR_DISPATCH & 4) && (HWY_TARGETS & HWY_AVX3 & (HWY_STATIC_TARGET - 1))
#undef HWY_TARGET
#undef ASHLAR_SIMD
#define HWY_TARGET HWY_AVX3
#define ASHLAR_SIMD avx512
#include <ashlar/emit/simd/highway_target.hpp>
#endif

#if (ASHLAR_DISPATCH & 8) && (HWY_TARGETS & HWY_AVX3_ZEN4 & (HWY_STATIC_TARGET - 1))
#undef HWY_TARGET
#undef ASHLAR_SIMD
#define HWY_TARGET HWY_AVX3_ZEN4
#define ASHLAR_SIMD avx512_bf16
#include <ashlar/emit/simd/highway_target.hpp>
#endif

// Highway's macros are again those of the compile flags, without its operations once more.
#undef HWY_TARGET
#undef ASHLAR_SIMD
#define HWY_TARGET HWY_STATIC_TARGET
#define ASHLAR_SIMD simd
#ifdef HWY_SET_MACROS_PER_TARGET
#undef HWY_SET_MACROS_PER_TARGET
#else
#define HWY_SET_MACROS_PER_TARGET
#endif
#include <hwy/ops/set_macros-inl.h>

namespace ashlar::emit {

// Those that were not compiled above stay declarations.
namespace avx512_bf16 {
inline namespace ASHLAR_ISA {
struct highway_backend;
}
}  // namespace avx512_bf16
namespace avx512 {
inline namespace ASHLAR_ISA {
struct highway_backend;
}
}  // namespace avx512
namespace avx2 {
inline namespace ASHLAR_ISA {
struct highway_backend;
}
}  // namespace avx2

template <>
inline constexpr std::int64_t target_bit<simd::highway_backend> =
    (ASHLAR_DISPATCH & 1) != 0 ? HWY_STATIC_TARGET : 0;

namespace targets_impl {

template <class Found, class... Rest> struct compiled {
  using type = Found;
};
template <class... Found, class First, class... Rest>
struct compiled<dispatched<Found...>, First, Rest...> {
  using more =
      std::conditional_t<target_bit<First> != 0, dispatched<Found..., First>, dispatched<Found...>>;
  using type = typename compiled<more, Rest...>::type;
};

}  // namespace targets_impl

using default_backend =
    typename targets_impl::compiled<dispatched<>, avx512_bf16::highway_backend,
                                    avx512::highway_backend, avx2::highway_backend,
                                    simd::highway_backend>::type;
static_assert(
    !std::is_same_v<default_backend, dispatched<>>,
    "ashlar[E090] ASHLAR_DISPATCH names no instruction set above the compile flags; add 1 "
    "for that of the flags, or compile for an older processor");

}  // namespace ashlar::emit

#else

namespace ashlar::emit {

using default_backend = simd::native_backend;

}  // namespace ashlar::emit

#endif
