// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/atomic: updates of one element that several threads may do at the same time.
//
//   takes       a store that is an operation of integers or truth values on the element and a value
//   invariants  no update is lost; the order is any, and the program has been shown not to depend
//               on it. Elements of 4 and 8 bytes, which is what the GPU compares and swaps
#pragma once

#include <ashlar/emit/cuda/eval.hpp>

#if !defined(__CUDA_ARCH__)
#include <atomic>
#endif

namespace ashlar::emit::cuda {
inline namespace ASHLAR_ISA {

/// *at = *at op v, at once.
template <tir::opcode Op, class T> ASHLAR_DEVICE void update_at(T* at, T v) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8,
                "ashlar: a GPU updates elements of 4 or 8 bytes at once; cast to i32");
#if defined(__CUDA_ARCH__)
  using bits = std::conditional_t<sizeof(T) == 4, unsigned, unsigned long long>;
  auto* const word = reinterpret_cast<bits*>(at);
  if constexpr (Op == tir::opcode::add && !is_real<T>) {
    atomicAdd(word, static_cast<bits>(v));
  } else {
    bits before = *word;
    bits seen = before;
    do {
      seen = before;
      T const now = binary<Op>(__builtin_bit_cast(T, seen), v);
      before = atomicCAS(word, seen, __builtin_bit_cast(bits, now));
    } while (before != seen);
  }
#else
  std::atomic_ref<T> element(*at);
  T before = element.load(std::memory_order_relaxed);
  while (!element.compare_exchange_weak(before, binary<Op>(before, v),
                                        std::memory_order_relaxed)) {}
#endif
}

namespace atomic_impl {

// True for the load of what is updated: nothing else reads that buffer.
template <class Code> consteval auto is_running(Code const& c, int s, int e) -> bool {
  return c.exprs[e].op == tir::opcode::load &&
         c.accesses[c.exprs[e].a].buffer == c.accesses[c.stmts[s].target].buffer;
}

}  // namespace atomic_impl

/// The update of atomic store S.
template <int S, class Cursor> ASHLAR_DEVICE void update(Cursor c) {
  using tag = typename Cursor::tag;
  constexpr tir::stmt s = tag::value.stmts[S];
  constexpr tir::expr e = tag::value.exprs[s.value];
  auto const v = eval<atomic_impl::is_running(tag::value, S, e.a) ? e.b : e.a, -1, 1>(c);
  if (is_inside<s.target>(c.f)) update_at<e.op>(pointer<s.target>(c.f), v.v[0]);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda
