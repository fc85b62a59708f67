// SPDX-License-Identifier: Apache-2.0
//
// config: the only macros and compiler tests of the library.
//
//   ASHLAR_INLINE      a function that must be inlined, at -O0 too
//   ASHLAR_COLD        a function that must not be: the rare path behind a vote
//   ASHLAR_RARE        a function that such paths alone call, little code: inlined where it is less
//   ASHLAR_COMPILER_BEGIN, ..._END   around what runs in constant evaluation: captures, schedules,
//                      passes, printers. At run time it is there to be looked at, and is not
//                      optimized, as that is most of the time to compile ash::explain: whoever runs
//                      it in earnest defines ASHLAR_OPTIMIZE_COMPILER
//   ASHLAR_UNROLL      before a loop of constant trip count: unroll it whole
//   ASHLAR_NO_UNROLL   before a loop: leave it a loop
//   ASHLAR_HAS_HIGHWAY whether kernels use Highway unless they name a backend; found by looking,
//                      or defined by the user as 0 or 1
//   ASHLAR_HAS_XSIMD   whether they use xsimd, rather than Highway: 0, or defined by the user as 1
//   ASHLAR_INSPECT     whether <ashlar/ashlar.hpp> includes kernel/inspect.hpp, which takes a
//                      quarter of the time to parse: 0, or defined by the user as 1
//   ASHLAR_NVCC        1 where nvcc compiles: there are kernels, and intrinsics of the GPU
//   ASHLAR_DEVICE      a function of the walk of a GPU's kernel, which is always inlined; a
//                      processor's compiler makes a plain function of it, so that tests can run it
//   ASHLAR_DISPATCH    whether kernels are compiled for several instruction sets, of which a call
//                      takes the best that the processor has: 0, or defined by the user as the sum
//                      of 1 that of the compile flags, 2 AVX2, 4 AVX-512, 8 AVX-512 with VNNI and
//                      BF16. Needs Highway, headers and library
//   ASHLAR_SIMD        the namespace in ashlar::emit of what is emitted: simd, but the name of the
//                      instruction set in emit/targets.hpp
//   ASHLAR_ISA         an inline namespace for code whose meaning depends on -march: two source
//                      files with different flags then never share a symbol
//   ASHLAR_PER_ISA     a function that is compiled once for each ASHLAR_ISA, although it is in no
//                      such namespace: what checks operands, and threads
//   ASHLAR_ROUNDED(x)  keeps the product in register x from being contracted into an FMA; g++
//                      contracts across functions and intrinsics, clang does not
//   ASHLAR_SETTLED(x)  the integers in vector register x are there now: g++ 12 gives a running
//                      value that an instruction sees as another vector type two registers
//   ASHLAR_FRIEND_...   around the declaration of a friend that another class defines, which two
//                      compilers take for a mistake
//   HWY_DISABLE_...    Highway asks for AES before it uses SSE4, AVX2 or AVX-512, which the levels
//                      -march=x86-64-v2 to v4 lack: without this they would run as SSSE3
//   HWY_DISABLED_...   Highway's vectors of SVE have no size, so that no struct can hold one: with
//                      SVE, too, kernels use NEON
//   ASHLAR_ALLOW_FAST_MATH   -ffast-math, under which there are no NaN and no infinities and sums
//                      are reordered, is refused unless the user defines this; then the promises
//                      that are about those do not hold
//
//   source  the names of the x86-64 levels: System V psABI, "Micro-Architecture Levels"
#pragma once

#define ASHLAR_INLINE [[gnu::always_inline]] inline
#define ASHLAR_COLD [[gnu::noinline, gnu::cold]]
#define ASHLAR_RARE [[gnu::cold]]

#if defined(ASHLAR_OPTIMIZE_COMPILER) || defined(__CUDACC__)
#define ASHLAR_COMPILER_BEGIN
#define ASHLAR_COMPILER_END
#elif defined(__clang__)
#define ASHLAR_COMPILER_BEGIN _Pragma("clang optimize off")
#define ASHLAR_COMPILER_END _Pragma("clang optimize on")
#else
#define ASHLAR_COMPILER_BEGIN _Pragma("GCC push_options") _Pragma("GCC optimize(\"O0\")")
#define ASHLAR_COMPILER_END _Pragma("GCC pop_options")
#endif

#if defined(__CUDACC__)
#define ASHLAR_NVCC 1
#define ASHLAR_DEVICE __device__ __forceinline__
#else
#define ASHLAR_NVCC 0
#define ASHLAR_DEVICE ASHLAR_INLINE
#endif

#if defined(__CUDA_ARCH__)
#define ASHLAR_UNROLL _Pragma("unroll")
#define ASHLAR_NO_UNROLL _Pragma("unroll 1")
#elif defined(__CUDACC__)
#define ASHLAR_UNROLL
#define ASHLAR_NO_UNROLL
#elif defined(__clang__)
#define ASHLAR_UNROLL _Pragma("clang loop unroll(full)")
#define ASHLAR_NO_UNROLL _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define ASHLAR_UNROLL _Pragma("GCC unroll 64")
#define ASHLAR_NO_UNROLL _Pragma("GCC unroll 1")
#endif

#if defined(__AVX512FP16__) && defined(__AVX512BF16__)
#define ASHLAR_ISA isa_x86_avx512_fp16
#elif defined(__AVX512BF16__) && defined(__AVX512VBMI2__) && defined(__AVX512VNNI__)
#define ASHLAR_ISA isa_x86_avx512_vbmi2_bf16
#elif defined(__AVX512BF16__)
#define ASHLAR_ISA isa_x86_avx512_bf16
#elif defined(__AVX512VBMI2__) && defined(__AVX512VNNI__)
#define ASHLAR_ISA isa_x86_avx512_vbmi2
#elif defined(__AVX512F__)
#define ASHLAR_ISA isa_x86_avx512
#elif defined(__AVX2__) && defined(__FMA__)
#define ASHLAR_ISA isa_x86_avx2_fma
#elif defined(__AVX2__)
#define ASHLAR_ISA isa_x86_avx2
#elif defined(__AVX__)
#define ASHLAR_ISA isa_x86_avx
#elif defined(__SSE4_1__)
#define ASHLAR_ISA isa_x86_sse4
#elif defined(__x86_64__)
#define ASHLAR_ISA isa_x86_base
#elif defined(__ARM_FEATURE_SVE)
#define ASHLAR_ISA isa_arm_sve
#elif defined(__aarch64__) && defined(__ARM_FEATURE_AES)
#define ASHLAR_ISA isa_arm_neon_aes
#elif defined(__aarch64__)
#define ASHLAR_ISA isa_arm_neon
#else
#define ASHLAR_ISA isa_base
#endif

#define ASHLAR_TEXT(x) #x
#define ASHLAR_ABI_TAG(isa) [[gnu::abi_tag(ASHLAR_TEXT(isa))]]
#if defined(__CUDACC__)
#define ASHLAR_PER_ISA
#else
#define ASHLAR_PER_ISA ASHLAR_ABI_TAG(ASHLAR_ISA)
#endif

#if !defined(ASHLAR_HAS_HIGHWAY) && \
    (defined(__CUDACC__) || (defined(__i386__) && !defined(__clang__)))
#define ASHLAR_HAS_HIGHWAY 0  // Highway is for other compilers, and has no vectors for g++ on x86
#elif !defined(ASHLAR_HAS_HIGHWAY)
#define ASHLAR_HAS_HIGHWAY __has_include(<hwy/highway.h>)
#endif

#if !defined(ASHLAR_HAS_XSIMD)
#define ASHLAR_HAS_XSIMD 0
#endif

#if !defined(ASHLAR_DISPATCH)
#define ASHLAR_DISPATCH 0
#endif
#if ASHLAR_DISPATCH && (!ASHLAR_HAS_HIGHWAY || ASHLAR_HAS_XSIMD)
#error "ashlar[E090] ASHLAR_DISPATCH needs Highway: link with ashlar::dispatch, not ashlar::xsimd"
#undef ASHLAR_DISPATCH
#define ASHLAR_DISPATCH 0
#endif

#define ASHLAR_SIMD simd

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \
    (defined(__FMA__) || ASHLAR_DISPATCH)
#define ASHLAR_ROUNDED(x) asm("" : "+v"(x))
#elif defined(__GNUC__) && !defined(__clang__) && defined(__aarch64__)
#define ASHLAR_ROUNDED(x) asm("" : "+w"(x))
#else
#define ASHLAR_ROUNDED(x) static_cast<void>(x)
#endif

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \
    (defined(__AVX512F__) || ASHLAR_DISPATCH)
#define ASHLAR_SETTLED(x) asm("" : "+v"(x))
#else
#define ASHLAR_SETTLED(x) static_cast<void>(x)
#endif

#if defined(__SSE4_1__) && !(defined(__AES__) && defined(__PCLMUL__)) && \
    !defined(HWY_DISABLE_PCLMUL_AES)
#define HWY_DISABLE_PCLMUL_AES
#endif

#if defined(__ARM_FEATURE_SVE) && !defined(HWY_DISABLED_TARGETS)
#define HWY_DISABLED_TARGETS (HWY_ALL_SVE)
#endif

#if defined(__FAST_MATH__) && !defined(ASHLAR_ALLOW_FAST_MATH)
#error "ashlar: -ffast-math takes away what results promise; or define ASHLAR_ALLOW_FAST_MATH"
#endif

#if !defined(ASHLAR_INSPECT)
#define ASHLAR_INSPECT 0
#endif

#if defined(__CUDACC__)
#define ASHLAR_FRIEND_BEGIN                                                                     \
  _Pragma("nv_diagnostic push") _Pragma("nv_diag_suppress 1301") _Pragma("GCC diagnostic push") \
      _Pragma("GCC diagnostic ignored \"-Wnon-template-friend\"")
#define ASHLAR_FRIEND_END _Pragma("GCC diagnostic pop") _Pragma("nv_diagnostic pop")
#elif defined(__GNUC__) && !defined(__clang__)
#define ASHLAR_FRIEND_BEGIN \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wnon-template-friend\"")
#define ASHLAR_FRIEND_END _Pragma("GCC diagnostic pop")
#else
#define ASHLAR_FRIEND_BEGIN
#define ASHLAR_FRIEND_END
#endif

namespace ashlar {

/// The instruction sets that kernels are scheduled for, or dispatched to; the last one of x86 is
/// reached by ASHLAR_DISPATCH alone.
enum class isa_level : unsigned char {
  generic,
  x86_sse2,
  x86_avx,
  x86_avx2,
  x86_avx512,
  x86_avx512_bf16,
  arm_neon
};

/// The compiler's own types of 16 bits, or types that are none.
#if defined(__FLT16_MANT_DIG__) && !defined(__CUDACC__) && (defined(__clang__) || __GNUC__ >= 13)
using native_float16 = _Float16;
#else
struct native_float16;
#endif
#if !defined(__CUDACC__) && \
    (defined(__BFLT16_MANT_DIG__) || (defined(__clang__) && defined(__x86_64__)))
using native_bfloat16 = __bf16;
#else
struct native_bfloat16;
#endif

/// What is before it is in memory, and what is after it is read again: around code that accesses
/// memory as another type than it has.
ASHLAR_INLINE void memory_fence() { asm volatile("" : : : "memory"); }

inline namespace ASHLAR_ISA {

/// What the compile flags allow.
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__) && defined(__AVX512BW__)
inline constexpr isa_level target_level = isa_level::x86_avx512;
#elif defined(__AVX2__) && defined(__FMA__)
inline constexpr isa_level target_level = isa_level::x86_avx2;
#elif defined(__AVX__)
inline constexpr isa_level target_level = isa_level::x86_avx;
#elif defined(__x86_64__)
inline constexpr isa_level target_level = isa_level::x86_sse2;
#elif defined(__aarch64__)
inline constexpr isa_level target_level = isa_level::arm_neon;
#else
inline constexpr isa_level target_level = isa_level::generic;
#endif

/// True if the compile flags allow a fused multiply-add instruction.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
inline constexpr bool target_has_fma = true;
#else
inline constexpr bool target_has_fma = false;
#endif

}  // namespace ASHLAR_ISA
}  // namespace ashlar
