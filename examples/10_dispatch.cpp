// SPDX-License-Identifier: Apache-2.0
//
// 10: one binary for every processor. The kernel is written once. It is compiled for x86-64 as any
// processor has it, for AVX2, for AVX-512 and for AVX-512 with VNNI and BF16, and a call takes the
// best that is there. The schedule asks for the machine, so each of them has its own loop nest.
//
//   ./10_dispatch cpu              also says what this processor runs
//   ASHLAR_TARGET=avx2 ./10_dispatch cpu
#define ASHLAR_DISPATCH 15  // or, for all files of a target, link with ashlar::dispatch
#include <ashlar/ashlar.hpp>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto dense = [](auto y, auto x, auto w) {
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)) - 9);
};

constexpr auto in_vectors = [](ash::schedule& s) {
  auto [jo, ji] = s.split("j", s.machine().lanes(ash::dtype::f32), ash::tail::cut);
  s.reorder(jo, "k", ji);
  s.vectorize(ji);
};

int main(int argc, char**) {
  ash::tensor<float, 20, 30> x;
  ash::tensor<float, 30, 50> w;
  ash::tensor<float, 20, 50> first;
  for (int a = 0; a < 30; ++a) {
    for (int b = 0; b < 20; ++b) x(b, a) = static_cast<float>((a + b) % 3);
    for (int b = 0; b < 50; ++b) w(a, b) = static_cast<float>((a * b) % 5);
  }

  constexpr ash::kernel<dense, in_vectors> layer;
  if (ash::status const s = layer(first, x, w); !s) {
    std::printf("%s\n", s.message().c_str());  // of a processor that no level is compiled for
    return 1;
  }
  if (argc > 1) {
    std::printf("this processor runs %s\n", ash::target::name_of(*ash::current_target()).data());
  }
  std::printf("y(7, 3) = %g\n", static_cast<double>(first(7, 3)));

  bool same = true;
  using enum ash::isa_level;
  for (ash::isa_level const level : {x86_sse2, x86_avx2, x86_avx512, x86_avx512_bf16}) {
    ash::limit_target(level);
    ash::tensor<float, 20, 50> y;
    if (!layer(y, x, w)) return 1;
    for (int a = 0; a < 20; ++a) {
      for (int b = 0; b < 50; ++b) same = same && y(a, b) == first(a, b);
    }
  }
  std::printf("limited to each level in turn: %s\n", same ? "the same" : "wrong");
  return same ? 0 : 1;
}
