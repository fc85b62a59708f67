// SPDX-License-Identifier: Apache-2.0
//
// 04: a blocked matrix product: accumulators in registers, one operand packed panel by panel. No
// intrinsic, any extents; what is left over is cut off and gets code of its own.
#include <ashlar/ashlar.hpp>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto gemm = [](auto c, auto a, auto b) {
  b.name("b");
  c(i, j) = ash::sum(k, a(i, k) * b(k, j));
};

constexpr auto blocked = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 6, ash::tail::cut);
  auto [jo, ji] = s.split("j", 64, ash::tail::cut);
  auto [ko, ki] = s.split("k", 1024);
  s.reorder(ko, jo, io, ki, ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  auto panel = s.cache_read("b", jo, ash::packed("j", 64));
  panel.vectorize("j", 64);
};

int main() {
  constexpr int m = 100, n = 101, depth = 99;
  ash::tensor<float, ash::dyn, ash::dyn> a(m, depth), b(depth, n), c(m, n);
  for (int row = 0; row < m; ++row) {
    for (int p = 0; p < depth; ++p) a(row, p) = static_cast<float>((row * 7 + p) % 9 - 4);
  }
  for (int p = 0; p < depth; ++p) {
    for (int column = 0; column < n; ++column)
      b(p, column) = static_cast<float>((p + column * 5) % 9 - 4);
  }

  constexpr ash::kernel<gemm, blocked> run;
  if (auto const wrong = run(c, a, b); !wrong) {
    std::puts(wrong.message().c_str());
    return 1;
  }
  int different = 0;
  for (int row = 0; row < m; ++row) {
    for (int column = 0; column < n; ++column) {
      float sum = 0;
      for (int p = 0; p < depth; ++p) sum += a(row, p) * b(p, column);
      different += sum == c(row, column) ? 0 : 1;
    }
  }
  std::printf("%d x %d x %d: %d of %d elements differ\n", m, n, depth, different, m * n);
  return different == 0 ? 0 : 1;
}
