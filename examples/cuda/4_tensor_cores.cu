// SPDX-License-Identifier: Apache-2.0
//
// 4: a product of bfloat16 on tensor cores; the schedule is in tensor_cores.hpp. It is timed, and
// compared with the processor's result: sums of small integers are exact.
#include <ashlar/kernel/cuda.hpp>

#include "device.hpp"
#include "tensor_cores.hpp"

using namespace example;

namespace {

namespace ash = ashlar;

constexpr int n = 1024;

auto time_of(ash::device_tensor<float, n, n>& y, ash::device_tensor<ash::bfloat16, n, n> const& a,
             ash::device_tensor<ash::bfloat16, n, n> const& b) -> float {
  constexpr ash::kernel<tensor_cores::definition, tensor_cores::by_warps<ash::bfloat16>> run;
  ash::cuda const stream{};
  cudaEvent_t start{}, end{};
  cudaEventCreate(&start);
  cudaEventCreate(&end);
  cudaMemset(y.data(), 0xff, sizeof(float) * n * n);  // NaN
  require(run(stream, y, a, b));                      // loads the code
  cudaEventRecord(start, stream.stream);
  for (int times = 0; times < 10; ++times) require(run(stream, y, a, b));
  cudaEventRecord(end, stream.stream);
  require(ash::wait_for(stream));
  float ms = 0;
  cudaEventElapsedTime(&ms, start, end);
  cudaEventDestroy(start);
  cudaEventDestroy(end);
  return ms / 10;
}

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
  float const ms = time_of(y, there_a, there_b);
  require(ash::copy(y, back, ash::cuda{}));
  require(ash::wait_for(ash::cuda{}));
  std::fprintf(stderr, "%.1f TFLOP/s\n", 2.0 * n * n * n / (ms * 1e9));
  int wrong = 0;
  for (int at = 0; at < n * n; ++at) {
    wrong += static_cast<int>(!(back.data()[at] == wanted.data()[at]));
  }
  std::printf("tensor cores: %d of %d elements differ\n", wrong, n * n);
  return wrong == 0 ? 0 : 1;
}
