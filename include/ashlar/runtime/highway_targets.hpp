// SPDX-License-Identifier: Apache-2.0
//
// runtime/highway_targets: the instruction sets that calls of dispatched kernels may use.
//
//   takes       what Highway finds of the processor and its operating system; ASHLAR_TARGET of the
//               environment, a name such as avx2; ash::limit_target. The last two leave out what
//               is above that level
//   returns     the targets as Highway's bits
//   invariants  a set of features that is none of Highway's targets, such as AVX-512 without BW,
//               counts as the next lower one; nothing is asked before the first call, so that
//               static initialisers can call kernels; afterwards a call costs one load
//   needs       the library of Highway, for hwy::SupportedTargets
#pragma once

#include <ashlar/config.hpp>

#if ASHLAR_DISPATCH

#include <ashlar/target/machine.hpp>

#include <hwy/targets.h>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace ashlar {

namespace runtime {

/// Targets of Highway that are not above a level, as bits.
constexpr auto targets_up_to(isa_level level) -> std::int64_t {
  switch (level) {
    case isa_level::x86_avx512_bf16: return -HWY_AVX3_ZEN4;
    case isa_level::x86_avx512: return -HWY_AVX3;
    case isa_level::x86_avx2: return -HWY_AVX2;
    default: return -(HWY_AVX2 << 1);
  }
}

/// The same of a name; all targets where it is the name of none.
constexpr auto targets_up_to(std::string_view name) -> std::int64_t {
  using enum isa_level;
  for (auto const level : {x86_sse2, x86_avx2, x86_avx512, x86_avx512_bf16}) {
    if (name == target::name_of(level)) return targets_up_to(level);
  }
  return -1;
}

/// 0 until the first call.
inline constinit std::atomic<std::int64_t> usable_targets{0};

inline namespace ASHLAR_ISA {

/// What the processor has, below the level that the environment names.
inline auto found_targets() -> std::int64_t {
  char const* const name = std::getenv("ASHLAR_TARGET");
  std::int64_t const all = hwy::SupportedTargets();
  return all & targets_up_to(std::string_view(name == nullptr ? "" : name));
}

/// The first call's; what another thread has set meanwhile stays.
ASHLAR_COLD inline auto detect_targets() -> std::int64_t {
  std::int64_t known = 0;
  std::int64_t const found = found_targets();
  return usable_targets.compare_exchange_strong(known, found, std::memory_order_relaxed) ? found
                                                                                         : known;
}

ASHLAR_INLINE auto targets_now() -> std::int64_t {
  std::int64_t const known = usable_targets.load(std::memory_order_relaxed);
  return known != 0 ? known : detect_targets();
}

}  // namespace ASHLAR_ISA
}  // namespace runtime

/// From now on, calls of dispatched kernels use no instruction set above that level: to test the
/// code for older processors. The highest level takes the limit away.
inline void limit_target(isa_level most) {
  runtime::usable_targets.store(runtime::found_targets() & runtime::targets_up_to(most),
                                std::memory_order_relaxed);
}

}  // namespace ashlar

#endif
