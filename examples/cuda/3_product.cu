// SPDX-License-Identifier: Apache-2.0
//
// 3: a matrix product as a ladder of schedules of one expression, which are in product.hpp. Each
// is timed, and compared with the processor's result: sums of small integers are exact.
#include "device.hpp"
#include "product.hpp"

using namespace example;

namespace {

namespace ash = ashlar;

constexpr int n = 1024;
using matrix = ash::device_tensor<float, n, n>;

/// Runs a rung, and says how many elements differ from those of `wanted`.
template <auto Schedule>
auto rung(char const* name, matrix& y, matrix const& a, matrix const& b,
          ash::tensor<float, n, n> const& wanted) -> int {
  constexpr ash::kernel<product::definition, Schedule> run;
  cudaMemset(y.data(), 0xff, sizeof(float) * n * n);  // NaN
  float const ms = milliseconds({}, [&] { return run(ash::cuda{}, y, a, b); });
  ash::tensor<float, n, n> back;
  require(ash::copy(y, back, ash::cuda{}));
  require(ash::wait_for(ash::cuda{}));
  std::fprintf(stderr, "%s: %.0f GFLOP/s\n", name, 2.0 * n * n * n / (ms * 1e6));
  int const wrong = differing(back, wanted);
  std::printf("%s: %d of %d elements differ\n", name, wrong, n * n);
  return wrong;
}

}  // namespace

int main() {
  require_device();
  ash::tensor<float, n, n> a, b, wanted;
  for (int at = 0; at < n * n; ++at) {
    a.data()[at] = static_cast<float>(at % 7);
    b.data()[at] = static_cast<float>(at % 5);
  }
  require(ash::kernel<product::definition>{}(wanted, a, b));
  auto there_a = on_device<float, n, n>();
  auto there_b = on_device<float, n, n>();
  auto y = on_device<float, n, n>();
  require(ash::copy(a, there_a, ash::cuda{}));
  require(ash::copy(b, there_b, ash::cuda{}));
  int wrong = rung<product::by_element>("an element for each thread", y, there_a, there_b, wanted);
  wrong += rung<product::in_registers>("a tile in registers", y, there_a, there_b, wanted);
  wrong += rung<product::in_shared_memory>("tiles in shared memory", y, there_a, there_b, wanted);
  wrong += rung<product::pipelined>("tiles on their way", y, there_a, there_b, wanted);
  return wrong == 0 ? 0 : 1;
}
