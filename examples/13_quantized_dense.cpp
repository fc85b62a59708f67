// SPDX-License-Identifier: Apache-2.0
//
// 13: a quantized dense layer. Activations are bytes with a zero point, weights are signed bytes:
// the product is of integers, on the machine's dot products of four bytes, and is scaled, rounded
// and saturated to bytes where it is stored.
//
//   real x = 0.05 * (x - 128), w = 0.01 * w, y = 0.2 * (y - 100)
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

// sum (x - 128) * w = sum x * w - 128 * sum w: the last term is known before, and in the bias.
constexpr auto dense = [](auto y, auto x, auto w, auto bias, auto scale) {
  x.name("x"), w.name("w");
  auto const sum = ash::sum(k, ash::cast<std::int32_t>(x(i, k)) * ash::cast<std::int32_t>(w(k, j)));
  auto const real = ash::cast<float>(sum + bias(j)) * scale(j) + 100.0F;
  y(i, j) = ash::cast<std::uint8_t>(ash::clamp(ash::round(real), 0.0F, 255.0F));
};

constexpr auto in_dot_products = [](ash::schedule& s) {
  constexpr int lanes = ash::target::native.lanes(ash::dtype::i32);
  s.pad_to("k", 4);
  auto const [io, ii] = s.split("i", 4, ash::tail::cut);
  auto const [jo, jl] = s.split("j", lanes);
  auto const [ko, ki] = s.split("k", 4);
  s.reorder(jo, io, ko, ii, jl, ki);
  s.unroll(ii);
  s.cache_read("x", jo, ash::ordered("i", ash::dim("k") / 4, ash::dim("k") % 4).pad(0));
  auto const panel = s.cache_read("w", jo, ash::packed("j", lanes, "k", 4).pad(0));
  auto const [po, pi] = panel.split("k", 4);
  panel.reorder(po, pi, "j");
  panel.unroll(pi);
  panel.vectorize("j", lanes);
  s.tensorize(jl, ash::intrin<ash::intrinsics::dpbusd<lanes>>);
};

constexpr ash::index_t batch = 10, inputs = 30, outputs = 64;

int main() {
  ash::tensor<std::uint8_t, batch, inputs> x;
  ash::tensor<std::int8_t, inputs, outputs> w;
  ash::tensor<std::int32_t, outputs> bias;
  ash::tensor<float, outputs> scale;
  for (ash::index_t n = 0; n < batch * inputs; ++n) {
    x(n / inputs, n % inputs) = static_cast<std::uint8_t>(n * 37 % 256);
  }
  for (ash::index_t c = 0; c < outputs; ++c) {
    int all = 0;
    for (ash::index_t r = 0; r < inputs; ++r) {
      w(r, c) = static_cast<std::int8_t>((r * 29 + c * 53) % 255 - 127);
      all += w(r, c);
    }
    bias(c) = static_cast<std::int32_t>(100 * c) - 128 * all;
    scale(c) = 0.05F * 0.01F / 0.2F;
  }

  ash::tensor<std::uint8_t, batch, outputs> y;
  constexpr ash::kernel<dense, in_dot_products> layer;
  if (auto const wrong = layer(y, x, w, bias, scale); !wrong) {
    return std::puts(wrong.message().c_str()), 1;
  }

  int different = 0, saturated = 0;
  for (ash::index_t r = 0; r < batch; ++r) {
    for (ash::index_t c = 0; c < outputs; ++c) {
      std::int32_t sum = bias(c);
      for (ash::index_t n = 0; n < inputs; ++n) sum += int{x(r, n)} * int{w(n, c)};
      // The product and the sum may be one FMA: then they are rounded once, which is seen where
      // the real value is halfway between two bytes.
      double const real = double{scale(c)} * sum + 100;
      double const wanted = std::fmin(std::fmax(std::nearbyint(real), 0), 255);
      different += std::fabs(y(r, c) - wanted) > (std::fabs(real - wanted) > 0.4999 ? 1 : 0);
      saturated += y(r, c) == 0 || y(r, c) == 255;
    }
  }
  std::printf("%d of %d bytes differ, %s\n", different, static_cast<int>(batch * outputs),
              saturated > 0 ? "some saturate" : "none saturates");
  return different == 0 ? 0 : 1;
}
