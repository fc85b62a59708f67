// SPDX-License-Identifier: Apache-2.0
//
// 2: a transpose through shared memory, with the schedule of transpose.hpp.
#include "device.hpp"
#include "transpose.hpp"

using namespace example;

namespace ash = ashlar;

int main() {
  require_device();
  constexpr int rows = 1000;
  constexpr int columns = 771;  // the last tiles are not full
  ash::tensor<float, ash::dyn, ash::dyn> x(rows, columns), y(columns, rows);
  for (int n = 0; n < rows * columns; ++n) x.data()[n] = static_cast<float>(n);

  auto from = on_device<float, ash::dyn, ash::dyn>(rows, columns);
  auto to = on_device<float, ash::dyn, ash::dyn>(columns, rows);
  ash::cuda const stream{};
  require(ash::copy(x, from, stream));
  require(ash::kernel<transpose::definition, transpose::tiled>{}(stream, to, from));
  require(ash::copy(to, y, stream));
  require(ash::wait_for(stream));

  int wrong = 0;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) wrong += static_cast<int>(y(c, r) != x(r, c));
  }
  std::printf("%d of %d elements differ\n", wrong, rows * columns);
  return wrong == 0 ? 0 : 1;
}
