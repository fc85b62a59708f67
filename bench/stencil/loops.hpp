// SPDX-License-Identifier: Apache-2.0
//
// bench/stencil/loops: the cases of bench stencil as plain loops, which the compiler vectorizes
// where it can; the first of each is also what results are compared with.
//
//   takes       outputs first; memory that overlaps nothing else; sizes are constants
#pragma once

#include <cstdint>

namespace bench::loops {

using u16 = std::uint16_t;

inline constexpr int height = 4864, width = 6400;  // of the blurred image
inline constexpr int padded = width + 2;           // a row of its input
inline constexpr int n = 4096;                     // of the square matrices
inline constexpr int tile = 32;

[[gnu::always_inline]] inline auto third(u16 a, u16 b, u16 c) -> u16 {
  return static_cast<u16>(static_cast<u16>(a + b + c) / 3);
}

/// `rows` has room for height + 2 rows.
[[gnu::noinline]] inline void blur_twice(u16* __restrict out, u16 const* __restrict in,
                                         u16* __restrict rows) {
  for (int y = 0; y < height + 2; ++y) {
    for (int x = 0; x < width; ++x) {
      u16 const* const p = in + y * padded + x;
      rows[y * width + x] = third(p[0], p[1], p[2]);
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      u16 const* const p = rows + y * width + x;
      out[y * width + x] = third(p[0], p[width], p[2 * width]);
    }
  }
}

/// The same in one pass: three rows are kept.
[[gnu::noinline]] inline void blur_fused(u16* __restrict out, u16 const* __restrict in,
                                         u16* __restrict rows) {
  auto const blur_row = [=](int y) {
    u16* __restrict to = rows + y % 3 * width;
    u16 const* const p = in + y * padded;
    for (int x = 0; x < width; ++x) to[x] = third(p[x], p[x + 1], p[x + 2]);
  };
  blur_row(0);
  blur_row(1);
  for (int y = 0; y < height; ++y) {
    blur_row(y + 2);
    u16 const* const a = rows + y % 3 * width;
    u16 const* const b = rows + (y + 1) % 3 * width;
    u16 const* const c = rows + (y + 2) % 3 * width;
    u16* const to = out + y * width;
    for (int x = 0; x < width; ++x) to[x] = third(a[x], b[x], c[x]);
  }
}

/// A point of the 5-point stencil with zeros outside, anywhere.
inline auto point(float const* x, int i, int j) -> float {
  auto const at = [=](int r, int c) {
    return r < 0 || r >= n || c < 0 || c >= n ? 0.0F : x[r * n + c];
  };
  return 0.5F * at(i, j) + 0.125F * (at(i - 1, j) + at(i + 1, j) + at(i, j - 1) + at(i, j + 1));
}

inline void stencil_edges(float* y, float const* x) {
  for (int k = 0; k < n; ++k) {
    for (int const edge : {0, n - 1}) {
      y[edge * n + k] = point(x, edge, k);
      y[k * n + edge] = point(x, k, edge);
    }
  }
}

[[gnu::noinline]] inline void stencil(float* __restrict y, float const* __restrict x) {
  stencil_edges(y, x);
  for (int i = 1; i < n - 1; ++i) {
    for (int j = 1; j < n - 1; ++j) {
      float const* const p = x + i * n + j;
      y[i * n + j] = 0.5F * p[0] + 0.125F * (p[-n] + p[n] + p[-1] + p[1]);
    }
  }
}

[[gnu::noinline]] inline void transpose(float* __restrict y, float const* __restrict x) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) y[i * n + j] = x[j * n + i];
  }
}

/// Runs a block of `tile` rows and columns at each place.
template <class Block> [[gnu::always_inline]] inline void for_tiles(Block const& block) {
  for (int io = 0; io < n; io += tile) {
    for (int jo = 0; jo < n; jo += tile) {
      for (int i = io; i < io + tile; ++i) {
        for (int j = jo; j < jo + tile; ++j) block(i, j);
      }
    }
  }
}

[[gnu::noinline]] inline void transpose_tiled(float* __restrict y, float const* __restrict x) {
  for_tiles([=](int i, int j) { y[i * n + j] = x[j * n + i]; });
}

[[gnu::noinline]] inline void add_transposed(float* __restrict y, float const* __restrict a,
                                             float const* __restrict b) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) y[i * n + j] = a[i * n + j] + b[j * n + i];
  }
}

[[gnu::noinline]] inline void add_transposed_tiled(float* __restrict y, float const* __restrict a,
                                                   float const* __restrict b) {
  for_tiles([=](int i, int j) { y[i * n + j] = a[i * n + j] + b[j * n + i]; });
}

}  // namespace bench::loops
