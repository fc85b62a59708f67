// SPDX-License-Identifier: Apache-2.0
//
// 4: softmax, with the schedules of softmax.hpp: each gives the same rows.
#include <cmath>

#include "device.hpp"
#include "softmax.hpp"

using namespace example;

namespace ash = ashlar;

namespace {

constexpr int rows = 50;
constexpr int columns = 777;  // no multiple of a warp

using matrix = ash::tensor<float, ash::dyn, ash::dyn>;

/// The largest difference from the same in double precision.
auto difference(matrix const& x, matrix const& y) -> double {
  double largest = 0;
  for (int r = 0; r < rows; ++r) {
    double sum = 0;
    for (int c = 0; c < columns; ++c) sum += std::exp(double{x(r, c)});
    for (int c = 0; c < columns; ++c) {
      double const d = std::fabs(std::exp(double{x(r, c)}) / sum - double{y(r, c)});
      if (!(d <= largest)) largest = d;  // NaN stays
    }
  }
  return largest;
}

template <auto Schedule> void run(char const* name, matrix const& x) {
  auto from = on_device<float, ash::dyn, ash::dyn>(rows, columns);
  auto to = on_device<float, ash::dyn, ash::dyn>(rows, columns);
  matrix y(rows, columns);
  constexpr ash::kernel<softmax::definition, Schedule> kernel;
  auto const bytes = kernel.workspace_bytes(ash::cuda{}, to, from);
  auto const room = ash::device_memory::make(bytes);
  require(room.error());
  ash::cuda const where{nullptr, room->bytes()};
  require(ash::copy(x, from, where));
  require(kernel(where, to, from));
  require(ash::copy(to, y, where));
  require(ash::wait_for(where));
  std::printf("%s: a workspace of %d bytes, rows are %s\n", name, static_cast<int>(bytes),
              difference(x, y) < 1e-7 ? "right" : "wrong");
}

}  // namespace

int main() {
  require_device();
  matrix x(rows, columns);
  for (int n = 0; n < rows * columns; ++n) x.data()[n] = static_cast<float>(n * 7919 % 1000) / 250;
  run<softmax::in_four_launches>("four launches", x);
  run<softmax::by_warp>("a row for a warp", x);
  run<ash::automatic>("the default", x);
}
