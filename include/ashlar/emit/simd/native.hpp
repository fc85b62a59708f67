// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/native: the backend that kernels use unless they name one, and its vector length.
#pragma once

#include <ashlar/config.hpp>

#if ASHLAR_HAS_XSIMD
#include <ashlar/emit/simd/xsimd.hpp>
#elif ASHLAR_HAS_HIGHWAY
#include <ashlar/emit/simd/highway.hpp>
#else
#include <ashlar/emit/simd/scalar.hpp>
#endif

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

#if ASHLAR_HAS_XSIMD
using native_backend = xsimd_backend;
#elif ASHLAR_HAS_HIGHWAY
using native_backend = highway_backend;
#else
using native_backend = scalar_backend;
#endif

/// The bytes of a backend's vector.
template <class Backend>
inline constexpr int vector_bytes = Backend::template max_lanes<std::uint8_t>();

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd
