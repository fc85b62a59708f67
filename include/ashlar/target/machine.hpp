// SPDX-License-Identifier: Apache-2.0
//
// target/machine: a machine as a value: what default schedules and cost estimates ask of it.
//
//   takes       nothing, or one of the machines below with fields of your own
//   returns     sizes in bytes, times in cycles, rates per cycle of one core
//   constants   x86_sse2, x86_avx, x86_avx2, x86_avx512, arm_neon, and `native`: that of the
//               compile flags. Flags name instructions and not a processor, so caches are those of
//               a common processor which has them; a schedule that is tuned for less runs well with
//               more
//   invariants  vector_bytes is a power of two; every rate and size but `cores` is above 0
//   source      the vendors' optimisation manuals; measured tables of Agner Fog and uops.info
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/tensor/dtype.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace ashlar::target {

struct machine {
  std::int32_t vector_bytes = 16;
  std::int32_t vector_registers = 16;
  std::int32_t fma_per_cycle = 2;    // vectors; where has_fma is false, pairs of mul and add
  std::int32_t fma_latency = 4;      // cycles until the result can be added to again
  std::int32_t loads_per_cycle = 2;  // vectors from the first-level cache
  std::int32_t stores_per_cycle = 1;
  bool has_fma = false;    // one rounding
  bool has_masks = false;  // masked loads and stores cost about what plain ones do
  bool has_gather = false;
  std::int32_t cache_line_bytes = 64;
  std::int32_t l1_bytes = 32 * 1024;
  std::int32_t l1_ways = 8;
  std::int32_t l2_bytes = 256 * 1024;
  std::int64_t l3_bytes = 4 * 1024 * 1024;  // of all cores together
  std::int32_t cores = 0;                   // 0: known when the program runs

  /// How many elements of a type a vector register holds; at least 1.
  constexpr auto lanes(dtype d) const -> int {
    int const n = bytes_of(d) == 0 ? 1 : vector_bytes / bytes_of(d);
    return n < 1 ? 1 : n;
  }
  /// Multiplications and additions of a floating-point type per cycle of one core.
  constexpr auto flops_per_cycle(dtype d) const -> int { return 2 * fma_per_cycle * lanes(d); }
  /// The least number of sums that must be independent for that rate.
  constexpr auto independent_sums() const -> int { return fma_per_cycle * fma_latency; }

  friend constexpr auto operator==(machine const&, machine const&) -> bool = default;
};
static_assert(std::is_trivially_copyable_v<machine>);

/// x86-64 as every compiler assumes it without flags.
inline constexpr machine x86_sse2{.fma_per_cycle = 1, .fma_latency = 8};

/// Sandy Bridge to Ivy Bridge.
inline constexpr machine x86_avx{.vector_bytes = 32, .fma_per_cycle = 1, .fma_latency = 8};

/// Haswell to Zen 3: -march=x86-64-v3.
inline constexpr machine x86_avx2{
    .vector_bytes = 32, .has_fma = true, .has_gather = true, .l3_bytes = 8 * 1024 * 1024};

/// Skylake-X to Zen 5: -march=x86-64-v4.
inline constexpr machine x86_avx512{.vector_bytes = 64,
                                    .vector_registers = 32,
                                    .has_fma = true,
                                    .has_masks = true,
                                    .has_gather = true,
                                    .l2_bytes = 1024 * 1024,
                                    .l3_bytes = 16 * 1024 * 1024};

/// 64-bit Arm.
inline constexpr machine arm_neon{
    .vector_registers = 32, .has_fma = true, .l1_ways = 4, .l2_bytes = 512 * 1024};

/// Anything else: no more than portable C++ promises.
inline constexpr machine generic{};

/// The machine of a level of instructions.
constexpr auto machine_of(isa_level level) -> machine {
  switch (level) {
    case isa_level::x86_sse2: return x86_sse2;
    case isa_level::x86_avx: return x86_avx;
    case isa_level::x86_avx2: return x86_avx2;
    case isa_level::x86_avx512: return x86_avx512;
    case isa_level::x86_avx512_bf16: return x86_avx512;
    case isa_level::arm_neon: return arm_neon;
    default: return generic;
  }
}

/// "avx512", for reports.
constexpr auto name_of(isa_level level) -> std::string_view {
  switch (level) {
    case isa_level::x86_sse2: return "sse2";
    case isa_level::x86_avx: return "avx";
    case isa_level::x86_avx2: return "avx2";
    case isa_level::x86_avx512: return "avx512";
    case isa_level::x86_avx512_bf16: return "avx512_bf16";
    case isa_level::arm_neon: return "neon";
    default: return "generic";
  }
}

inline namespace ASHLAR_ISA {

/// The machine that the compile flags describe.
inline constexpr machine native = [] {
  machine m = machine_of(target_level);
  m.has_fma = target_has_fma;
  return m;
}();

/// The machine of a level that kernels are compiled for: that of the flags, or a higher one.
template <isa_level Level>
inline constexpr machine machine_at = Level == target_level ? native : machine_of(Level);

/// The machine of the highest level that ASHLAR_DISPATCH asks for.
inline constexpr machine const& widest = target_level == isa_level::x86_avx512 ? native
                                         : (ASHLAR_DISPATCH & 12) != 0         ? x86_avx512
                                         : (ASHLAR_DISPATCH & 2) != 0          ? x86_avx2
                                                                               : native;

}  // namespace ASHLAR_ISA

}  // namespace ashlar::target
