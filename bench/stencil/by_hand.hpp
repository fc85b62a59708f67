// SPDX-License-Identifier: Apache-2.0
//
// bench/stencil/by_hand: the cases of bench stencil as one would write them with Highway.
//
//   blur         strips, three of four rows in the first-level cache, prefetching, non-temporal
//                stores
//   stencil      aligned vectors, prefetching two rows ahead
//   transposes   tiles through a padded buffer, which is streamed out by rows; or straight from
//                registers
//   takes        rows of outputs at multiples of a vector
#pragma once

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cstddef>
#include <stencil/loops.hpp>

namespace bench::by_hand {

namespace hn = hwy::HWY_NAMESPACE;
using loops::height, loops::width, loops::padded, loops::n, loops::u16;

inline constexpr int strip = 1280, band = 32;  // columns and rows of a part of the image
inline constexpr int tile = 128;

template <class V> [[gnu::always_inline]] inline auto third(V a, V b, V c) -> V {
  hn::DFromV<V> const d;
  V const sum = hn::Add(hn::Add(a, b), c);
  return hn::ShiftRight<1>(hn::MulHigh(sum, hn::Set(d, u16{0xAAAB})));
}

[[gnu::noinline]] inline void blur(u16* out, u16 const* in) {
  hn::ScalableTag<u16> const d;
  constexpr int lanes = hn::MaxLanes(hn::ScalableTag<u16>());
  alignas(64) u16 rows[4 * strip];
  auto const blur_row = [&](u16* to, u16 const* p) {
    for (int x = 0; x < strip; x += lanes) {
      __builtin_prefetch(p + x + 3 * padded);
      auto const v = third(hn::LoadU(d, p + x), hn::LoadU(d, p + x + 1), hn::LoadU(d, p + x + 2));
      hn::Store(v, d, to + x);
    }
  };
  for (int yo = 0; yo < height; yo += band) {
    for (int xo = 0; xo < width; xo += strip) {
      blur_row(rows + yo % 4 * strip, in + yo * padded + xo);
      blur_row(rows + (yo + 1) % 4 * strip, in + (yo + 1) * padded + xo);
      for (int y = yo; y < yo + band; ++y) {
        u16 const* const a = rows + y % 4 * strip;
        u16 const* const b = rows + (y + 1) % 4 * strip;
        u16* const c = rows + (y + 2) % 4 * strip;
        blur_row(c, in + (y + 2) * padded + xo);
        for (int x = 0; x < strip; x += lanes) {
          auto const v = third(hn::Load(d, a + x), hn::Load(d, b + x), hn::Load(d, c + x));
          hn::Stream(v, d, out + y * width + xo + x);
        }
      }
    }
  }
  hwy::FlushStream();
}

[[gnu::noinline]] inline void stencil(float* y, float const* x) {
  hn::ScalableTag<float> const d;
  constexpr int lanes = hn::MaxLanes(hn::ScalableTag<float>());
  auto const middle = hn::Set(d, 0.5F);
  auto const side = hn::Set(d, 0.125F);
  loops::stencil_edges(y, x);
  for (int i = 1; i < n - 1; ++i) {
    for (int j = 1; j < lanes; ++j) y[i * n + j] = loops::point(x, i, j);
    for (int j = lanes; j < n - lanes; j += lanes) {
      float const* const p = x + i * n + j;
      __builtin_prefetch(p + 3 * n);
      auto const rows = hn::Add(hn::Load(d, p - n), hn::Load(d, p + n));
      auto const all = hn::Add(hn::Add(rows, hn::LoadU(d, p - 1)), hn::LoadU(d, p + 1));
      hn::Store(hn::MulAdd(middle, hn::Load(d, p), hn::Mul(side, all)), d, y + i * n + j);
    }
    for (int j = n - lanes; j < n - 1; ++j) y[i * n + j] = loops::point(x, i, j);
  }
}

/// Blocks of 16 bytes that are `step` elements apart.
template <std::size_t Lanes>
[[gnu::always_inline]] inline auto load_blocks(float const* p, std::ptrdiff_t step) {
  hn::FixedTag<float, Lanes> const d;
  if constexpr (Lanes == 4) {
    return hn::LoadU(d, p);
  } else {
    constexpr std::ptrdiff_t half = Lanes / 8;
    auto const low = load_blocks<Lanes / 2>(p, step);
    return hn::Combine(d, load_blocks<Lanes / 2>(p + half * step, step), low);
  }
}

/// Gives put(k, v) the vectors of four columns: lane l of v is p[l * n + k].
template <std::size_t Lanes, class Put>
[[gnu::always_inline]] inline void load_columns(float const* p, Put const& put) {
  hn::FixedTag<float, Lanes> const d;
  auto const a = load_blocks<Lanes>(p, 4 * n);
  auto const b = load_blocks<Lanes>(p + n, 4 * n);
  auto const c = load_blocks<Lanes>(p + 2 * n, 4 * n);
  auto const e = load_blocks<Lanes>(p + 3 * n, 4 * n);
  auto const ac = hn::InterleaveLower(d, a, c);
  auto const ac_high = hn::InterleaveUpper(d, a, c);
  auto const be = hn::InterleaveLower(d, b, e);
  auto const be_high = hn::InterleaveUpper(d, b, e);
  put(0, hn::InterleaveLower(d, ac, be));
  put(1, hn::InterleaveUpper(d, ac, be));
  put(2, hn::InterleaveLower(d, ac_high, be_high));
  put(3, hn::InterleaveUpper(d, ac_high, be_high));
}

inline constexpr std::size_t lanes = hn::MaxLanes(hn::ScalableTag<float>());

/// Through a buffer whose rows are padded. finish(v, at) is what is stored at element `at`.
template <class Finish>
[[gnu::always_inline]] inline void by_tiles(float* y, float const* x, Finish const& finish) {
  hn::FixedTag<float, lanes> const d;
  constexpr int step = static_cast<int>(lanes);
  constexpr int row = tile + 16;
  alignas(64) static float buffer[tile * row];
  for (int io = 0; io < n; io += tile) {
    for (int jo = 0; jo < n; jo += tile) {
      for (int j = 0; j < tile; j += step) {
        for (int i = 0; i < tile; i += 4) {
          float* const to = buffer + i * row + j;
          load_columns<lanes>(x + (jo + j) * n + io + i,
                              [&](int k, auto v) { hn::Store(v, d, to + k * row); });
        }
      }
      for (int i = 0; i < tile; ++i) {
        for (int j = 0; j < tile; j += step) {
          int const at = (io + i) * n + jo + j;
          hn::Stream(finish(hn::Load(d, buffer + i * row + j), at), d, y + at);
        }
      }
    }
  }
  hwy::FlushStream();
}

/// Straight to the output: four rows at a time, a line of each.
template <class Finish>
[[gnu::always_inline]] inline void by_lines(float* y, float const* x, Finish const& finish) {
  hn::FixedTag<float, lanes> const d;
  constexpr int step = static_cast<int>(lanes);
  for (int io = 0; io < n; io += tile) {
    for (int jo = 0; jo < n; jo += step) {
      for (int i = io; i < io + tile; i += 4) {
        load_columns<lanes>(x + jo * n + i, [&](int k, auto v) {
          int const at = (i + k) * n + jo;
          hn::Stream(finish(v, at), d, y + at);
        });
      }
    }
  }
  hwy::FlushStream();
}

[[gnu::noinline]] inline void transpose_tiles(float* y, float const* x) {
  by_tiles(y, x, [](auto v, int) { return v; });
}
[[gnu::noinline]] inline void transpose_lines(float* y, float const* x) {
  by_lines(y, x, [](auto v, int) { return v; });
}
[[gnu::noinline]] inline void add_transposed_tiles(float* y, float const* a, float const* b) {
  by_tiles(y, b,
           [a](auto v, int at) { return hn::Add(hn::Load(hn::DFromV<decltype(v)>(), a + at), v); });
}
[[gnu::noinline]] inline void add_transposed_lines(float* y, float const* a, float const* b) {
  by_lines(y, b,
           [a](auto v, int at) { return hn::Add(hn::Load(hn::DFromV<decltype(v)>(), a + at), v); });
}

}  // namespace bench::by_hand
