// SPDX-License-Identifier: Apache-2.0
//
// Runs the kernels for the oldest processor, and those for Haswell where this is one; linked with
// the two in both orders.
#include <cstdio>

namespace isa_tests {
auto kernels_for_baseline() -> int;
auto kernels_for_haswell() -> int;
}  // namespace isa_tests

int main() {
  if (int const wrong = isa_tests::kernels_for_baseline(); wrong != 0) return wrong;
  bool const is_new = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  std::puts(is_new ? "both" : "baseline");
  return is_new ? isa_tests::kernels_for_haswell() : 0;
}
