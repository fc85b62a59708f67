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
  struct registers {
    unsigned char left[32], right[32];
    void const* row;
  };
  std::vector<registers> held;  // of all threads

  emulated_block(int threads, std::int64_t bytes)
      : wait(threads),
        memory(static_cast<std::size_t>(bytes) + shared_alignment),
        lanes(static_cast<std::size_t>(threads)),
        held(static_cast<std::size_t>(threads)) {}
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

  // A copy that is not waited for is done where the thread waits for its group, and no earlier.
  struct copy {
    void* to;
    void const* from;
    std::size_t bytes;
  };
  std::vector<std::vector<copy>> groups = std::vector<std::vector<copy>>(1);

  template <int Bytes> void begin_copy(void* to, void const* from) {
    groups.back().push_back(copy{to, from, std::size_t{Bytes}});
  }
  void commit() { groups.emplace_back(); }
  template <int Left> void await() {
    while (static_cast<int>(groups.size()) > Left + 1) {
      for (auto const& c : groups.front()) std::memcpy(c.to, c.from, c.bytes);
      groups.erase(groups.begin());
    }
  }

  auto held(int lane) const -> emulated_block::registers& {
    return all->held[static_cast<std::size_t>(warp + lane)];
  }
  // An element of a factor, from the register of the lane that has it.
  template <class E, class T> static auto element(unsigned char const* registers, int n) {
    T v;
    std::memcpy(&v, registers + static_cast<std::size_t>(n) * sizeof(T), sizeof(T));
    if constexpr (is_half(dtype_of<E>))
      return static_cast<float>(E::of_bits(v));
    else
      return v;
  }
  // Each lane computes what it has of the sum, from what the layouts say that others have.
  template <class Atom, class S, class T, std::size_t A, std::size_t B>
  void multiply(S (&c)[4], T const (&a)[A], T const (&b)[B]) const {
    constexpr auto sums = tir::layout_of(Atom::held[0]);
    constexpr auto left = tir::layout_of(Atom::held[1]);
    constexpr auto right = tir::layout_of(Atom::held[2]);
    using E = typename Atom::element;
    std::memcpy(held(at[0]).left, a, sizeof a);
    std::memcpy(held(at[0]).right, b, sizeof b);
    barrier();
    for (int r = 0; r < 4; ++r) {
      int const i = sums.index_of(0, at[0], r);
      int const j = sums.index_of(1, at[0], r);
      for (int k = 0; k < Atom::depth; ++k) {
        auto const x = element<E, T>(held(left.lane_of(i, k)).left, left.register_of(i, k));
        auto const y = element<E, T>(held(right.lane_of(k, j)).right, right.register_of(k, j));
        c[r] += static_cast<S>(x) * static_cast<S>(y);
      }
    }
    barrier();
  }
  // As PTX has it: lane l gets, of matrix q, two elements of row l / 4, or of column l / 4.
  template <class Atom, class T, std::size_t R> void load_rows(T (&to)[R], T const* row) const {
    held(at[0]).row = row;
    barrier();
    for (std::size_t n = 0; n < R; ++n) {
      int const first = static_cast<int>(n / 2) * 8;
      int const along = at[0] / 4;
      int const across = 2 * (at[0] % 4) + static_cast<int>(n % 2);
      int const r = Atom::is_transposed ? across : along;
      int const column = Atom::is_transposed ? along : across;
      to[n] = static_cast<T const*>(held(first + r).row)[column];
    }
    barrier();
  }

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
