// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/isa: kernels with all that a call uses, compiled for two instruction sets.
#pragma once

#include <ashlar/ashlar.hpp>

namespace isa_tests {

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto product = [](auto y, auto x, auto w) {
  ash::local t("t");
  t(i, j) = x(i, j) + w(i, j);
  y(i, j) = ash::sum(k, t(i, k) * w(k, j));
};
constexpr auto in_rows = [](ash::schedule& s) {
  s.compute_at("t", s.get("i"));
  s.parallel("i");
};

/// 0, or which of the calls has gone wrong.
auto run_kernels() -> int {
  using matrix = ash::tensor<float, ash::dyn, ash::dyn>;
  matrix x(20, 20), w(20, 20), y(20, 20);
  for (int a = 0; a < 20; ++a) {
    for (int b = 0; b < 20; ++b) x(a, b) = w(a, b) = 1;
  }
  ash::thread_pool pool(2);
  if (!ash::kernel<product, in_rows>{}.run({.threads = pool}, y, x, w)) return 1;
  if (y(3, 7) != 40) return 2;
  if (!ash::kernel<product>{}(y, x, w) || y(19, 19) != 40) return 3;
  if (ash::kernel<product>{}(x, x, w).code != ash::status_code::overlap) return 4;
  return ash::kernel<product>{}(y, x, matrix(20, 21)).code == ash::status_code::extent_mismatch ? 0
                                                                                                : 5;
}

}  // namespace

auto kernels_for_baseline() -> int;
auto kernels_for_haswell() -> int;

}  // namespace isa_tests
