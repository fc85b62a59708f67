// SPDX-License-Identifier: Apache-2.0
//
// 05: what a kernel will cost, before it runs: numbers of its loop nest that the compiler can hold
// the source to.
#include <ashlar/ashlar.hpp>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto dense = [](auto y, auto x, auto w, auto b) {
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)) + b(j));
};

constexpr auto blocked = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 4);
  auto [jo, ji] = s.split("j", 8);
  s.reorder(io, jo, "k", ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(io);
};

constexpr ash::kernel<dense, blocked> layer;

using ash::dyn;
template <ash::index_t... E> using f32 = ash::tensor<float, E...>;

// With extents in the types everything is known now.
constexpr auto now = layer.report<f32<128, 512>, f32<128, 256>, f32<256, 512>, f32<512>>();
static_assert(now.flops == 2 * 128 * 512 * 256 + 2 * 128 * 512);  // products, then + and max
static_assert(now.bytes_read == 4 * (128 * 256 + 256 * 512 + 512));
static_assert(now.bytes_written == 4 * 128 * 512);
static_assert(now.workspace_bytes == 0, "the layer needs no memory of its own");
static_assert(now.is_parallel && now.fits_registers());
static_assert(now.intensity() > 30, "enough work for each byte to be worth a register tile");

// With dynamic extents, what does not depend on them.
constexpr auto later = layer.report<f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn>>();
static_assert(later.flops == ash::kernel_report::unknown);
static_assert(later.workspace_bytes == 0 && later.fits_registers());

int main() {
  f32<dyn, dyn> y(100, 50);
  f32<dyn, dyn> x(100, 25);
  f32<dyn, dyn> w(25, 50);
  f32<dyn> b(50);
  auto const call = layer.report(y, x, w, b);  // of these operands; nothing is computed
  for (auto const& r : {now, call}) {
    std::printf("%lld flops, %lld bytes read, %lld written, %.1f flops a byte\n",
                static_cast<long long>(r.flops), static_cast<long long>(r.bytes_read),
                static_cast<long long>(r.bytes_written), r.intensity());
  }
}
