// SPDX-License-Identifier: Apache-2.0
//
// 2: a transpose. Read by rows and written by rows: a tile is turned in shared memory, whose rows
// are one element longer than a tile, so that a column is in as many banks as a row.
#include "device.hpp"

using namespace example;

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto transpose = [](auto y, auto x) { y(i, j) = x(j, i); };

constexpr auto tiled = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 32, 32);
  auto const row = s.split(t.i_inner, 8);
  s.reorder(t.i_outer, t.j_outer, row.inner, t.j_inner, row.outer);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
  s.unroll(row.outer);
  auto const tile = s.cache_read("arg1", t.j_outer);
  tile.store_in(ash::scope::shared);
  tile.align_storage("j", 32, 1);
  auto const from = tile.split("j", 8);
  auto const column = tile.split("i", 32);
  tile.bind(from.inner, ash::gpu::thread_y);
  tile.bind(column.inner, ash::gpu::thread_x);
};

}  // namespace

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
  require(ash::kernel<transpose, tiled>{}(stream, to, from));
  require(ash::copy(to, y, stream));
  require(ash::wait_for(stream));

  int wrong = 0;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) wrong += static_cast<int>(y(c, r) != x(r, c));
  }
  std::printf("%d of %d elements differ\n", wrong, rows * columns);
  return wrong == 0 ? 0 : 1;
}
