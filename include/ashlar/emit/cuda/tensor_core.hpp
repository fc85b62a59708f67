// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/tensor_core: the instructions of tensor cores, in registers of 32 bits.
//
//   multiply_elements<D>(c, a, b)   c += a * b for factors of element type D: mma.sync
//   load_words<T>(to, row)          matrices of 8 x 8 elements of 16 bits, T: transposed; ldmatrix
//   word_of<W>(v)                   elements that follow each other, as one register; of floats
//                                   their 11 leading bits, TF32
//   invariants                      all lanes of the warp run it
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/tensor/dtype.hpp>

#include <cstddef>

namespace ashlar::emit::cuda {

#if ASHLAR_NVCC

inline namespace ASHLAR_ISA {

template <int W, class T, std::size_t R> ASHLAR_DEVICE auto word_of(T const (&v)[R]) -> unsigned {
#if defined(__CUDA_ARCH__)
  if constexpr (sizeof(T) == 4) {
    unsigned r;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(r) : "f"(v[W]));
    return r;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<unsigned>(v[2 * W]) | static_cast<unsigned>(v[2 * W + 1]) << 16;
  } else {
    unsigned r = 0;
    ASHLAR_UNROLL
    for (int n = 0; n < 4; ++n)
      r |= static_cast<unsigned>(static_cast<unsigned char>(v[4 * W + n])) << (8 * n);
    return r;
  }
#else
  return 0;
#endif
}

template <dtype D, class S>
ASHLAR_DEVICE void multiply_words([[maybe_unused]] S (&c)[4],
                                  [[maybe_unused]] unsigned const (&a)[4],
                                  [[maybe_unused]] unsigned const (&b)[2]) {
#if defined(__CUDA_ARCH__)
  if constexpr (D == dtype::f16)
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
        "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  else if constexpr (D == dtype::bf16)
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  else if constexpr (D == dtype::i8)
    asm volatile(
        "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 "
        "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  else
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
        "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}
template <dtype D, class S, class A, class B>
ASHLAR_DEVICE void multiply_elements(S (&c)[4], A const& a, B const& b) {
  unsigned const left[4] = {word_of<0>(a), word_of<1>(a), word_of<2>(a), word_of<3>(a)};
  unsigned const right[2] = {word_of<0>(b), word_of<1>(b)};
  multiply_words<D>(c, left, right);
}

template <bool Transposed, class T, std::size_t R>
ASHLAR_DEVICE void load_words([[maybe_unused]] T (&to)[R], [[maybe_unused]] T const* row) {
#if defined(__CUDA_ARCH__)
  auto const at = static_cast<unsigned>(__cvta_generic_to_shared(row));
  unsigned w[4];
  if constexpr (R == 8 && !Transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(w[0]), "=r"(w[1]), "=r"(w[2]), "=r"(w[3])
                 : "r"(at)
                 : "memory");
  else
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
                 : "=r"(w[0]), "=r"(w[1])
                 : "r"(at)
                 : "memory");
  ASHLAR_UNROLL
  for (int n = 0; n < static_cast<int>(R); ++n) to[n] = static_cast<T>(w[n / 2] >> (16 * (n % 2)));
#endif
}

}  // namespace ASHLAR_ISA

#endif

}  // namespace ashlar::emit::cuda
