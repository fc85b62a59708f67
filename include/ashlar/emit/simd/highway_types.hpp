// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_types: vectors and masks of Highway under types that say T and L.
//
//   takes       an element type and a lane count whose product fits the target's largest vector
//   invariants  a vector below 128 bits has further lanes of unspecified value; nothing here lets
//               them reach memory
//   source      Highway quick reference: FixedTag, static dispatch (HWY_STATIC_TARGET)
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY_TYPES
#define ASHLAR_EMIT_SIMD_HIGHWAY_TYPES

#include <ashlar/emit/simd/backend.hpp>
#include <ashlar/emit/simd/scalar_lane.hpp>

// After config.hpp, which chooses what Highway may use.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace hn = hwy::HWY_NAMESPACE;

template <class T, int L> using highway_tag = hn::FixedTag<T, std::size_t{L}>;

template <class T, int L> struct highway_vec {
  static_assert(is_lane_count(L));
  hn::Vec<highway_tag<T, L>> raw;
};

template <class T, int L> struct highway_mask {
  static_assert(is_lane_count(L));
  hn::Mask<highway_tag<T, L>> raw;
};

struct highway_types {
  template <class T, int L> using vec = highway_vec<T, L>;
  template <class T, int L> using mask = highway_mask<T, L>;
  template <class T, int L> using tag = highway_tag<T, L>;

  static constexpr bool is_vector = true;

  template <class T> static constexpr auto max_lanes() -> int {
    return static_cast<int>(HWY_MAX_BYTES / sizeof(T));
  }

  /// The vector whose lane l is f(l), through memory.
  template <class T, int L, class F> ASHLAR_INLINE static auto make(F const& f) -> vec<T, L> {
    alignas(64) T lanes[std::size_t{L}];
    for (int l = 0; l < L; ++l) lanes[l] = f(l);
    return {hn::LoadU(tag<T, L>{}, lanes)};
  }

  template <class T, int L> struct array {
    alignas(64) T lane[std::size_t{L}];
  };

  template <class T, int L> ASHLAR_INLINE static auto lanes(vec<T, L> v) -> array<T, L> {
    array<T, L> r;
    hn::StoreU(v.raw, tag<T, L>{}, r.lane);
    return r;
  }

  /// Lanes that are on are not 0.
  template <class T, int L>
  ASHLAR_INLINE static auto lanes(mask<T, L> m) -> array<lane::unsigned_of<T>, L> {
    using bits = lane::unsigned_of<T>;
    auto const all = hn::VecFromMask(tag<T, L>{}, m.raw);
    return lanes(vec<bits, L>{hn::BitCast(tag<bits, L>{}, all)});
  }

  /// What made the vector is not merged with what uses it.
  template <class T, int L> ASHLAR_INLINE static void settle(vec<T, L>& v) {
    ASHLAR_SETTLED(v.raw.raw);
  }

  template <class T, int L> ASHLAR_INLINE static auto get(vec<T, L> v, int l) -> T {
    return lanes(v).lane[l];
  }

  /// The mask without lanes beyond L, which a comparison of a small vector may have set.
  template <class T, int L> ASHLAR_INLINE static auto inside(mask<T, L> m) -> mask<T, L> {
    if constexpr (sizeof(T) * L < 16) {
      return {hn::And(m.raw, hn::FirstN(tag<T, L>{}, std::size_t{L}))};
    } else {
      return m;
    }
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY_TYPES
