// SPDX-License-Identifier: Apache-2.0
//
// tests/support/emulate_cuda: the kernel of a GPU on a processor: what tests run where there is no
// GPU.
//   takes       a tag, the arguments of the kernel, the blocks of the grid
//   method      the walk that nvcc compiles is compiled for the processor; each thread of a block
//               is a thread of the system, which go through the blocks together
//   invariants  each block finds other bytes in its shared memory, so that what was not written is
//               not read by chance; barriers and shuffles need all threads, and hang where one is
//               missing
//   source      MCUDA: Stratton, Stone, Hwu, "MCUDA: An efficient implementation of CUDA kernels
//               for multi-core CPUs", LCPC 2008, where loops take the place of the threads
#pragma once

#include <ashlar/emit/cuda/walk.hpp>

#include <barrier>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

namespace ashlar::emit::cuda {

/// What the threads of a block share.
struct emulated_block {
  std::barrier<> wait;
  std::vector<unsigned char> memory;
  std::vector<std::uint64_t> lanes;  // of all warps

  emulated_block(int threads, std::int64_t bytes)
      : wait(threads),
        memory(static_cast<std::size_t>(bytes) + shared_alignment),
        lanes(static_cast<std::size_t>(threads)) {}
  /// The first byte at which locals may lie.
  auto start() -> unsigned char* {
    auto const at = reinterpret_cast<std::uintptr_t>(memory.data());
    return memory.data() + (shared_alignment - at % shared_alignment) % shared_alignment;
  }
};

/// A thread of emit/cuda/thread.hpp.
struct emulated_thread {
  unsigned char* memory = nullptr;
  emulated_block* all = nullptr;
  int block_at[3] = {};
  int at[3] = {};
  int warp = 0;  // the number of the first thread of the warp in its block

  auto block(int d) const -> int { return block_at[d]; }
  auto index(int d) const -> int { return at[d]; }
  void barrier() const { all->wait.arrive_and_wait(); }
  /// All threads of the block shuffle together.
  template <class T> auto shuffled(T v, int other) const -> T {
    std::memcpy(&all->lanes[static_cast<std::size_t>(warp + at[0])], &v, sizeof v);
    barrier();
    T r;
    std::memcpy(&r, &all->lanes[static_cast<std::size_t>(warp + other)], sizeof r);
    barrier();
    return r;
  }
};

namespace emulate_impl {

inline auto thread_at(emulated_block& all, tir::grid_shape const& g, int number)
    -> emulated_thread {
  int const x = number % g.threads[0];
  emulated_thread t{.memory = all.start(), .all = &all, .warp = number - x};
  t.at[0] = x;
  t.at[1] = number / g.threads[0] % g.threads[1];
  t.at[2] = number / g.threads[0] / g.threads[1];
  return t;
}

}  // namespace emulate_impl

/// Runs launch N of the program of Tag on that many blocks.
template <class Tag, int N> void emulate(call_of<Tag> const& call, grid_extent const& grid) {
  constexpr tir::grid_shape shape = launch_facts<Tag, N>::value;
  constexpr int threads = launch_facts<Tag, N>::threads;
  emulated_block all(threads, shape.shared_bytes);
  auto const body = [&](int number) {
    emulated_thread t = emulate_impl::thread_at(all, shape, number);
    std::int64_t const blocks = grid.blocks[0] * grid.blocks[1] * grid.blocks[2];
    for (std::int64_t b = 0; b < blocks; ++b) {
      t.block_at[0] = static_cast<int>(b % grid.blocks[0]);
      t.block_at[1] = static_cast<int>(b / grid.blocks[0] % grid.blocks[1]);
      t.block_at[2] = static_cast<int>(b / grid.blocks[0] / grid.blocks[1]);
      if (number == 0)
        std::memset(all.memory.data(), static_cast<int>(0xA5 ^ b), all.memory.size());
      t.barrier();
      run_thread<Tag, N>(call, t);
      t.barrier();
    }
  };
  std::vector<std::thread> others;
  for (int n = 1; n < threads; ++n) others.emplace_back(body, n);
  body(0);
  for (auto& o : others) o.join();
}

}  // namespace ashlar::emit::cuda
