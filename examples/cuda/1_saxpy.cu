// SPDX-License-Identifier: Apache-2.0
//
// 1: a kernel on the GPU. The same schedule runs on the processor, and both results are compared.
#include "device.hpp"
#include "saxpy.hpp"

using namespace example;

int main() {
  require_device();
  constexpr ash::kernel<saxpy, on_gpu> run;
  ash::tensor<float, ash::dyn> x(100000), y(100000), back(100000);
  for (int n = 0; n < 100000; ++n) {
    x(n) = static_cast<float>(n % 1000);
    y(n) = 1;
  }

  auto there_x = on_device<float, ash::dyn>(100000);
  auto there_y = on_device<float, ash::dyn>(100000);
  ash::cuda const stream{};  // the default stream
  require(ash::copy(x, there_x, stream));
  require(ash::copy(y, there_y, stream));
  require(run(stream, there_y, 2.0F, there_x));
  require(ash::copy(there_y, back, stream));
  require(ash::wait_for(stream));

  require(run(y, 2.0F, x));  // on this processor
  int wrong = 0;
  for (int n = 0; n < 100000; ++n) wrong += static_cast<int>(back(n) != y(n));
  std::printf("%d of 100000 elements differ\n", wrong);

  // What cannot be right is refused before anything is launched.
  std::puts(run(stream, y, 2.0F, there_x).message().c_str());
  return wrong == 0 ? 0 : 1;
}
