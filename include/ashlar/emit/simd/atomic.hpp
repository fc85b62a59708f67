// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/atomic: updates of one element that several threads may do at the same time.
//
//   takes       the element in memory, a value, an operation of integers or truth values
//   invariants  no update is lost; the order is any, and the program has been shown not to depend
//               on it. Threads meet at the end of the loop, so nothing is ordered here
#ifndef ASHLAR_EMIT_SIMD_ATOMIC
#define ASHLAR_EMIT_SIMD_ATOMIC

#include <ashlar/config.hpp>
#include <ashlar/tir/opcode.hpp>

#include <atomic>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <tir::opcode Op, class T> ASHLAR_INLINE auto combined(T a, T b) -> T {
  using enum tir::opcode;
  if constexpr (Op == add) return static_cast<T>(a + b);
  if constexpr (Op == mul) return static_cast<T>(a * b);
  if constexpr (Op == max) return a < b ? b : a;
  if constexpr (Op == min) return b < a ? b : a;
  if constexpr (Op == logical_and) return static_cast<T>(a & b);
  if constexpr (Op == logical_or) return static_cast<T>(a | b);
}

/// *at = *at op v, at once.
template <tir::opcode Op, class T> ASHLAR_INLINE void update_atomically(T* at, T v) {
  std::atomic_ref<T> element(*at);
  if constexpr (Op == tir::opcode::add) {
    element.fetch_add(v, std::memory_order_relaxed);
  } else {
    T before = element.load(std::memory_order_relaxed);
    while (!element.compare_exchange_weak(before, combined<Op>(before, v),
                                          std::memory_order_relaxed)) {}
  }
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_ATOMIC
