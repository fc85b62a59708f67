// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/thread: what the walk of a kernel asks of the thread that it runs in.
//
//   block(d), index(d)   of dimension d, 0 is x: the number of the block, of the thread in it
//   barrier()            all threads of the block wait for each other
//   shuffled(v, other)   what the lane `other` of the warp has in v; all lanes of the warp call it
//   begin_copy<N>(to, from)   N bytes, 4, 8 or 16, from global to shared memory, not waited for
//   commit(), await<N>() those since the last commit are a group; all groups but N are complete
//   multiply<Atom>(c, a, b)   of a warp, each lane with its registers: see emit/cuda/atoms
//   load_rows<Atom>(to, row)  the same; each lane has the address of a row
//   memory               the shared memory of the block
//
//   here        that of the GPU; the one of tests/support/emulate_cuda runs on a processor, which
//               is how the same walk is tested without a GPU
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/emit/cuda/tensor_core.hpp>
#include <ashlar/target/gpu.hpp>

#include <cstddef>

namespace ashlar::emit::cuda {

/// The backend of kernels for CUDA: vectors are what one instruction loads or stores.
struct backend {
  static constexpr int access_bytes = 16;
  template <class T> static constexpr auto max_lanes() -> int {
    return access_bytes / static_cast<int>(sizeof(T));
  }
};

#if ASHLAR_NVCC

/// The least of the machines that a file is compiled for.
inline constexpr int architectures[] = {__CUDA_ARCH_LIST__};
inline constexpr target::gpu machine = architectures[0] >= 900 ? target::sm_90 : target::sm_80;

/// A thread of the GPU. The host sees the declarations alone, since nothing of it runs there.
struct gpu_thread {
  unsigned char* memory = nullptr;

  ASHLAR_DEVICE static auto block([[maybe_unused]] int d) -> int {
    return static_cast<int>(d == 0 ? blockIdx.x : d == 1 ? blockIdx.y : blockIdx.z);
  }
  ASHLAR_DEVICE static auto index([[maybe_unused]] int d) -> int {
    return static_cast<int>(d == 0 ? threadIdx.x : d == 1 ? threadIdx.y : threadIdx.z);
  }
  ASHLAR_DEVICE static void barrier() { __syncthreads(); }
  // 16 bytes go past the first cache, which the tile would only push others out of.
  template <int Bytes>
  ASHLAR_DEVICE static void begin_copy([[maybe_unused]] void* to,
                                       [[maybe_unused]] void const* from) {
#if defined(__CUDA_ARCH__)
    auto const at = static_cast<unsigned>(__cvta_generic_to_shared(to));
    if constexpr (Bytes == 16)
      asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(at), "l"(from) : "memory");
    else
      asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(at), "l"(from), "n"(Bytes)
                   : "memory");
#endif
  }
  ASHLAR_DEVICE static void commit() {
#if defined(__CUDA_ARCH__)
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
  }
  template <int Left> ASHLAR_DEVICE static void await() {
#if defined(__CUDA_ARCH__)
    asm volatile("cp.async.wait_group %0;" ::"n"(Left) : "memory");
#endif
  }
  template <class Atom, class S, class A, class B>
  ASHLAR_DEVICE static void multiply(S (&c)[4], A const& a, B const& b) {
    multiply_elements<dtype_of<typename Atom::element>>(c, a, b);
  }
  template <class Atom, class T, std::size_t R>
  ASHLAR_DEVICE static void load_rows(T (&to)[R], T const* row) {
    load_words<Atom::is_transposed>(to, row);
  }
  template <class T> ASHLAR_DEVICE static auto shuffled(T v, int other) -> T {
    if constexpr (sizeof(T) < 4)
      return static_cast<T>(__shfl_sync(0xffffffffU, static_cast<int>(v), other));
    else if constexpr (sizeof(T) == 8 && !(T(0.5) > T(0)))
      return static_cast<T>(__shfl_sync(0xffffffffU, static_cast<long long>(v), other));
    else
      return __shfl_sync(0xffffffffU, v, other);
  }
};

#else

inline constexpr target::gpu machine = target::sm_80;

#endif

}  // namespace ashlar::emit::cuda
