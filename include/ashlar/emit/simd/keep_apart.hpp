// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/keep_apart: a value that a compiler must not merge with what uses it.
//
//   takes       whether expression E widens elements, and its value
//   returns     the value, behind a fence of the compiler where it widens
//   why         g++ 12 merges a choice with the widening of bytes before it to one masked
//               instruction, of a form for which it then finds no registers, and stops
#ifndef ASHLAR_EMIT_SIMD_KEEP_APART
#define ASHLAR_EMIT_SIMD_KEEP_APART

#include <ashlar/config.hpp>
#include <ashlar/tensor/dtype.hpp>
#include <ashlar/tir/opcode.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class Tag, int E> struct widening {
  static consteval auto is_so() -> bool {
    auto const& x = Tag::value.exprs[E];
    return x.op == tir::opcode::cast && bytes_of(x.type) > bytes_of(Tag::value.exprs[x.a].type);
  }
  static constexpr bool widens = is_so();
};

template <class B, class Code, class V> ASHLAR_INLINE void keep_apart(Code, V& v) {
  if constexpr (Code::widens && requires { B::settle(v); }) B::settle(v);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_KEEP_APART
