// SPDX-License-Identifier: Apache-2.0
//
// 3: a matrix product as a ladder of schedules of one expression: an element for each thread; a
// tile for each thread, in its registers; and tiles of both operands in shared memory. Each is
// checked against the rung before, which computes the same numbers, and timed.
#include "device.hpp"

using namespace example;

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };

constexpr auto by_element = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 16, 16);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(t.i_inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
};

// Blocks of 64 by 64 elements, and threads of 4 by 4. Returns the loop around steps of k.
constexpr auto tiles(ash::schedule& s) -> ash::loop {
  auto const t = s.tile("i", "j", 64, 64);
  auto const step = s.split("k", 16);
  auto const row = s.split(t.i_inner, 4);
  auto const column = s.split(t.j_inner, 4);
  s.reorder(t.i_outer, t.j_outer, row.outer, column.outer, step.outer, step.inner, row.inner,
            column.inner);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.outer, ash::gpu::thread_y);
  s.bind(column.outer, ash::gpu::thread_x);
  s.unroll(row.inner);
  s.vectorize(column.inner);
  return step.outer;
}
constexpr auto in_registers = [](ash::schedule& s) { tiles(s); };

// All 16 by 16 threads copy what the block needs of the next 16 steps, 16 bytes each.
constexpr auto in_shared_memory = [](ash::schedule& s) {
  auto const step = tiles(s);
  auto const a = s.cache_read("arg1", step);
  a.store_in(ash::scope::shared);
  auto const part = a.split("k", 4);
  auto const row = a.split("i", 16);
  a.reorder(row.outer, row.inner, part.outer, part.inner);
  a.bind(row.inner, ash::gpu::thread_x);
  a.bind(row.outer, ash::gpu::thread_y);
  a.vectorize(part.inner);
  auto const b = s.cache_read("arg2", step);
  b.store_in(ash::scope::shared);
  auto const column = b.split("j", 4);
  b.bind("k", ash::gpu::thread_y);
  b.bind(column.outer, ash::gpu::thread_x);
  b.vectorize(column.inner);
};

constexpr int n = 1024;
using matrix = ash::device_tensor<float, n, n>;

/// Runs a rung, and says how many elements differ from those of `before`.
template <auto Schedule>
auto rung(char const* name, matrix& y, matrix const& a, matrix const& b,
          ash::tensor<float, n, n>& before) -> int {
  constexpr ash::kernel<product, Schedule> run;
  ash::cuda const stream{};
  cudaEvent_t start{}, end{};
  cudaEventCreate(&start);
  cudaEventCreate(&end);
  require(run(stream, y, a, b));  // loads the code
  cudaEventRecord(start, stream.stream);
  for (int times = 0; times < 10; ++times) require(run(stream, y, a, b));
  cudaEventRecord(end, stream.stream);
  ash::tensor<float, n, n> back;
  require(ash::copy(y, back, stream));
  require(ash::wait_for(stream));
  float ms = 0;
  cudaEventElapsedTime(&ms, start, end);
  cudaEventDestroy(start);
  cudaEventDestroy(end);
  std::fprintf(stderr, "%s: %.0f GFLOP/s\n", name, 10 * 2.0 * n * n * n / (ms * 1e6));
  int wrong = 0;
  for (int at = 0; at < n * n; ++at) {
    wrong += static_cast<int>(before.data()[at] >= 0 && back.data()[at] != before.data()[at]);
  }
  before = std::move(back);
  std::printf("%s: %d of %d elements differ\n", name, wrong, n * n);
  return wrong;
}

}  // namespace

int main() {
  require_device();
  ash::tensor<float, n, n> a, b, before;
  for (int at = 0; at < n * n; ++at) {
    a.data()[at] = static_cast<float>(at % 7);
    b.data()[at] = static_cast<float>(at % 5);
    before.data()[at] = -1;  // nothing yet: all products are at least 0
  }
  auto there_a = on_device<float, n, n>();
  auto there_b = on_device<float, n, n>();
  auto y = on_device<float, n, n>();
  require(ash::copy(a, there_a, ash::cuda{}));
  require(ash::copy(b, there_b, ash::cuda{}));
  int wrong = rung<by_element>("an element for each thread", y, there_a, there_b, before);
  wrong += rung<in_registers>("a tile in registers", y, there_a, there_b, before);
  wrong += rung<in_shared_memory>("tiles in shared memory", y, there_a, there_b, before);
  return wrong == 0 ? 0 : 1;
}
