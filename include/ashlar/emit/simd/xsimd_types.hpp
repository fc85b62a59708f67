// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/xsimd_types: batches and masks of xsimd under types that say T and L.
//
//   takes       an element type and a lane count whose product fits the target's largest register
//   invariants  a vector below 16 bytes is the lower part of a register of 16 bytes, whose further
//               lanes have unspecified values; nothing here lets them reach memory
//   lanes       xsimd moves lanes within one register size and converts between types of one size.
//               For the rest a register is seen as a vector of the compiler (GNU C), whose shuffles
//               and conversions g++ and clang both have, and make one instruction of where one is
//   source      xsimd 13: "Supported architectures", "Batch manipulation"; GCC manual: "Vector
//               Extensions"
#pragma once

#include <ashlar/emit/simd/backend.hpp>
#include <ashlar/emit/simd/scalar_lane.hpp>

#include <cstring>
#include <type_traits>
#include <utility>

// g++ 12 takes its own _mm512_undefined_ps() for a variable that somebody forgot.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <xsimd/xsimd.hpp>
#pragma GCC diagnostic pop

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

namespace xs = ::xsimd;

namespace xsimd_impl {

/// The first architecture of a list that the flags allow and whose registers have this size.
template <std::size_t Bytes, class List> struct first_of {
  using type = void;
};
template <std::size_t Bytes, class A, class... More>
struct first_of<Bytes, xs::arch_list<A, More...>>
    : std::conditional_t<A::supported() && A::alignment() == Bytes, std::type_identity<A>,
                         first_of<Bytes, xs::arch_list<More...>>> {};

/// Those with FMA before all others: xsimd's AVX-VNNI, newer than AVX2 with FMA, is without it.
template <std::size_t Bytes, class... Others>
auto preferred(xs::arch_list<Others...>) -> first_of<
    Bytes, xs::arch_list<xs::fma3<xs::avx2>, xs::fma3<xs::avx>, xs::fma3<xs::sse4_2>, Others...>>;
template <std::size_t Bytes>
using arch = typename decltype(preferred<Bytes>(xs::supported_architectures{}))::type;

template <std::size_t Bytes> inline constexpr bool has_registers = !std::is_void_v<arch<Bytes>>;
static_assert(has_registers<16>, "xsimd knows no registers of 16 bytes under these compile flags");

template <class T, int L>
inline constexpr std::size_t register_bytes = sizeof(T) * L < 16 ? 16 : sizeof(T) * L;

/// L lanes as a vector of the compiler.
template <class T, int L> struct gnu {
  using type [[gnu::vector_size(sizeof(T) * std::size_t{L})]] = T;
};
template <class T, int L> using gnu_vec = typename gnu<T, L>::type;

}  // namespace xsimd_impl

template <class T, int L> struct xsimd_vec {
  static_assert(is_lane_count(L));
  xs::batch<T, xsimd_impl::arch<xsimd_impl::register_bytes<T, L>>> raw;
};

template <class T, int L> struct xsimd_mask {
  static_assert(is_lane_count(L));
  xs::batch_bool<T, xsimd_impl::arch<xsimd_impl::register_bytes<T, L>>> raw;
};

struct xsimd_types {
  template <class T, int L> using vec = xsimd_vec<T, L>;
  template <class T, int L> using mask = xsimd_mask<T, L>;
  template <class T, int L> using batch = decltype(vec<T, L>::raw);
  template <class T, int L> using gnu_vec = xsimd_impl::gnu_vec<T, L>;

  static constexpr bool is_vector = true;

  template <class T> static constexpr auto max_lanes() -> int {
    constexpr int bytes = xsimd_impl::has_registers<64>   ? 64
                          : xsimd_impl::has_registers<32> ? 32
                                                          : 16;
    return bytes / static_cast<int>(sizeof(T));
  }

  /// Lanes of the register that holds L of them.
  template <class T, int L>
  static constexpr int whole = static_cast<int>(xsimd_impl::register_bytes<T, L> / sizeof(T));

  /// True if a mask is a bit for each lane, as in registers of 64 bytes; else it is all bits of it.
  template <class T, int L>
  static constexpr bool has_bit_masks = sizeof(mask<T, L>) < sizeof(vec<T, L>);

  /// The register as a vector of the compiler, and back.
  template <class T, int L> ASHLAR_INLINE static auto all_lanes(vec<T, L> v) {
    return reinterpret_cast<gnu_vec<T, whole<T, L>>>(v.raw.data);
  }
  template <class T, int L>
  ASHLAR_INLINE static auto of_register(gnu_vec<T, whole<T, L>> v) -> vec<T, L> {
    return {batch<T, L>(reinterpret_cast<typename batch<T, L>::register_type>(v))};
  }

  /// An integer as large as the lanes of a vector below 16 bytes.
  template <class T, int L>
  using word = std::conditional_t<
      sizeof(T) * L == 1, std::uint8_t,
      std::conditional_t<sizeof(T) * L == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) * L == 4, std::uint32_t, std::uint64_t>>>;

  template <class T, int L> ASHLAR_INLINE static auto to_word(vec<T, L> v) -> word<T, L> {
    using W = word<T, L>;
    return reinterpret_cast<gnu_vec<W, int{16 / sizeof(W)}>>(v.raw.data)[0];
  }

  /// Further lanes repeat what there is, so that none is slow to calculate with.
  template <class T, int L> ASHLAR_INLINE static auto of_word(word<T, L> w) -> vec<T, L> {
    return {xs::bitwise_cast<T>(xs::batch<word<T, L>, xsimd_impl::arch<16>>(w))};
  }

  /// L lanes and no more as a vector of the compiler, and back.
  template <class T, int L> ASHLAR_INLINE static auto to_gnu(vec<T, L> v) {
    if constexpr (whole<T, L> == L)
      return all_lanes(v);
    else
      return std::bit_cast<gnu_vec<T, L>>(to_word(v));
  }
  template <class T, int L> ASHLAR_INLINE static auto of_gnu(gnu_vec<T, L> v) -> vec<T, L> {
    if constexpr (whole<T, L> == L)
      return of_register<T, L>(v);
    else
      return of_word<T, L>(std::bit_cast<word<T, L>>(v));
  }

  /// The vector of N lanes whose lane l is lane From(l) of a and b, one behind the other.
  template <int N, class T, int L, class From>
  ASHLAR_INLINE static auto permute(vec<T, L> a, vec<T, L> b, From) -> vec<T, N> {
    return shuffle<From, T, N, L>(all_lanes(a), all_lanes(b),
                                  std::make_index_sequence<std::size_t{whole<T, N>}>{});
  }

  /// The vector whose lane l is f(l), through memory.
  template <class T, int L, class F> ASHLAR_INLINE static auto make(F const& f) -> vec<T, L> {
    alignas(64) T lanes[std::size_t{whole<T, L>}]{};
    for (int l = 0; l < L; ++l) lanes[l] = f(l);
    return {batch<T, L>::load_aligned(lanes)};
  }

  template <class T, int L> struct array {
    alignas(64) T lane[std::size_t{whole<T, L>}];
  };

  template <class T, int L> ASHLAR_INLINE static auto lanes(vec<T, L> v) -> array<T, L> {
    array<T, L> r;
    v.raw.store_aligned(r.lane);
    return r;
  }

  /// Lanes that are on are not 0.
  template <class T, int L>
  ASHLAR_INLINE static auto lanes(mask<T, L> m) -> array<lane::signed_of<T>, L> {
    return lanes(mask_to_bits(m));
  }

  /// What made the vector is not merged with what uses it.
  template <class T, int L> ASHLAR_INLINE static void settle(vec<T, L>& v) {
    ASHLAR_SETTLED(v.raw.data);
  }

  template <class T, int L> ASHLAR_INLINE static auto get(vec<T, L> v, int l) -> T {
    return lanes(v).lane[l];
  }

  /// All bits of the lanes that are on, and back.
  template <class T, int L>
  ASHLAR_INLINE static auto mask_to_bits(mask<T, L> m) -> vec<lane::signed_of<T>, L> {
    using I = lane::signed_of<T>;
    using B = batch<I, L>;
    if constexpr (has_bit_masks<T, L>)
      return {xs::select(xs::batch_bool_cast<I>(m.raw), B(I(-1)), B(I(0)))};
    else
      return {B(reinterpret_cast<typename B::register_type>(m.raw.data))};
  }
  template <class T, int L>
  ASHLAR_INLINE static auto bits_to_mask(vec<lane::signed_of<T>, L> v) -> mask<T, L> {
    using M = decltype(mask<T, L>::raw);
    using I = lane::signed_of<T>;
    if constexpr (has_bit_masks<T, L>)
      return {xs::batch_bool_cast<T>(v.raw != batch<I, L>(I(0)))};
    else
      return {M(reinterpret_cast<typename M::register_type>(v.raw.data))};
  }

  /// The lanes below n, which is between 0 and L; none beyond L.
  template <class T, int L> ASHLAR_INLINE static auto below(int n) -> mask<T, L> {
    using I = lane::signed_of<T>;
    auto const counting = batch<I, L>::load_aligned(ramp<I, whole<T, L>>.lane);
    return {xs::batch_bool_cast<T>(counting < batch<I, L>(static_cast<I>(n)))};
  }

  /// The mask without lanes beyond L, which a comparison of a small vector may have set.
  template <class T, int L> ASHLAR_INLINE static auto inside(mask<T, L> m) -> mask<T, L> {
    if constexpr (whole<T, L> > L)
      return {m.raw & below<T, L>(L).raw};
    else
      return m;
  }

 protected:
  template <class T, int N> struct counted {
    alignas(64) T lane[std::size_t{N}];
  };
  /// 0, 1, 2, ...
  template <class T, int N>
  static constexpr counted<T, N> ramp = []<std::size_t... I>(std::index_sequence<I...>) {
    return counted<T, N>{{static_cast<T>(I)...}};
  }(std::make_index_sequence<std::size_t{N}>{});

 private:
  /// Lane numbers of the two registers, in which b begins where a ends.
  template <class From, int N, int L, int Whole>
  static constexpr auto source(std::size_t l) -> int {
    int const from = From{}(static_cast<int>(l) % N);
    return from < L ? from : from - L + Whole;
  }
  template <class From, class T, int N, int L, class V, std::size_t... I>
  ASHLAR_INLINE static auto shuffle(V a, V b, std::index_sequence<I...>) -> vec<T, N> {
    return of_register<T, N>(__builtin_shufflevector(a, b, source<From, N, L, whole<T, L>>(I)...));
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd
