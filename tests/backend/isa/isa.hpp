// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/isa: the same source compiled for two instruction sets and linked into one program.
#pragma once

#include <ashlar/emit/simd/math.hpp>
#include <ashlar/emit/simd/scalar.hpp>

namespace isa_tests {

/// Addresses that are equal if the two translation units share a type or a function.
struct report {
  void const* type;
  void const* cold_path;
  float overflow;
  bool fused;
};

auto baseline() -> report;
auto haswell() -> report;

template <class B> inline constexpr char identity_of = 0;

/// The backend is an argument so that this template, too, is another one for each instruction set.
template <class B> auto make_report(B) -> report {
  using V = typename B::template vec<float, 4>;
  V (*exp)(V) = [](V x) { return ashlar::emit::simd::math<B>::exp(x); };
  return report{.type = &identity_of<B>,
                .cold_path = reinterpret_cast<void const*>(exp),
                .overflow = B::get(exp(B::template broadcast<4>(100.0f)), 2),
                .fused = ashlar::target_has_fma};
}

}  // namespace isa_tests
