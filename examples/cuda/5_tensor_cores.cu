// SPDX-License-Identifier: Apache-2.0
//
// 5: a product of bfloat16 on tensor cores; the schedule is in tensor_cores.hpp. It is timed, and
// compared with the processor's result: sums of small integers are exact.
#include <ashlar/kernel/cuda.hpp>

#include "device.hpp"
#include "tensor_cores.hpp"

using namespace example;

namespace {

namespace ash = ashlar;

constexpr int n = 1024;

}  // namespace

int main() {
  require_device();
  ash::tensor<ash::bfloat16, n, n> a, b;
  ash::tensor<float, n, n> wanted, back;
  for (int at = 0; at < n * n; ++at) {
    a.data()[at] = ash::bfloat16(at % 7);
    b.data()[at] = ash::bfloat16(at % 5);
  }
  require(ash::kernel<tensor_cores::definition>{}(wanted, a, b));
  auto there_a = on_device<ash::bfloat16, n, n>();
  auto there_b = on_device<ash::bfloat16, n, n>();
  auto y = on_device<float, n, n>();
  require(ash::copy(a, there_a, ash::cuda{}));
  require(ash::copy(b, there_b, ash::cuda{}));
  constexpr ash::kernel<tensor_cores::definition, tensor_cores::by_warps<ash::bfloat16>> run;
  cudaMemset(y.data(), 0xff, sizeof(float) * n * n);  // NaN
  float const ms = milliseconds({}, [&] { return run(ash::cuda{}, y, there_a, there_b); });
  require(ash::copy(y, back, ash::cuda{}));
  require(ash::wait_for(ash::cuda{}));
  std::fprintf(stderr, "%.1f TFLOP/s\n", 2.0 * n * n * n / (ms * 1e9));
  int const wrong = differing(back, wanted);
  std::printf("tensor cores: %d of %d elements differ\n", wrong, n * n);
  return wrong == 0 ? 0 : 1;
}
