// SPDX-License-Identifier: Apache-2.0
//
// 11: element types. bfloat16 is how numbers are stored: a load is a float, sums are of floats, a
// store rounds once. Integers are narrowed where the kernel says how: quantized with rounding and
// saturation, multiplied in 8 bits, accumulated in 32.
#include <ashlar/ashlar.hpp>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"k"> k;

// y = w x with weights and results of 16 bits
constexpr auto stored_small = [](auto y, auto w, auto x) { y(i) = ash::sum(k, w(i, k) * x(k)); };

// q = x / scale, to the nearest i8, and back
constexpr auto quantize = [](auto q, auto x, auto scale) {
  q(k) = ash::saturate_cast<std::int8_t>(ash::round(x(k) / scale));
};
constexpr auto quantized = [](auto y, auto w, auto q, auto scale) {
  auto const products = ash::cast<std::int32_t>(w(i, k)) * ash::cast<std::int32_t>(q(k));
  y(i) = ash::cast<float>(ash::sum(k, products)) * scale;
};

int main() {
  constexpr int rows = 4, columns = 512;
  ash::tensor<float, columns> x;
  ash::tensor<ash::bfloat16, rows, columns> w;
  ash::tensor<std::int8_t, rows, columns> w8;
  ash::tensor<std::int8_t, columns> q;
  for (int c = 0; c < columns; ++c) {
    x(c) = static_cast<float>(c % 13 - 6) * 0.3F;
    for (int r = 0; r < rows; ++r) {
      w8(r, c) = static_cast<std::int8_t>((r + 1) * c % 17 - 8);
      w(r, c) = ash::bfloat16(w8(r, c));
    }
  }

  ash::tensor<ash::bfloat16, rows> y;
  ash::tensor<float, rows> z;
  if (!ash::kernel<stored_small>{}(y, w, x)) return 1;
  if (!ash::kernel<quantize>{}(q, x, 0.015F)) return 1;
  if (!ash::kernel<quantized>{}(z, w8, q, 0.015F)) return 1;
  for (int r = 0; r < rows; ++r) {
    std::printf("row %d: %8.2f stored as bf16, %8.3f of 8-bit products\n", r, double{y(r)},
                double{z(r)});
  }
  std::printf("the first values as i8:");
  for (int c = 0; c < 8; ++c) std::printf(" %d", q(c));
  std::printf("\n");
  return 0;
}
