// SPDX-License-Identifier: Apache-2.0
// not in a batch: it replaces operator new
//
// Counts what a loop allocates, by taking the place of the global operator new.
#include <ashlar/runtime/arena.hpp>
#include <ashlar/runtime/thread_pool.hpp>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <new>

namespace ash = ashlar;

namespace {

std::atomic<int> allocations{0};

auto counted(std::size_t bytes) -> void* {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(bytes == 0 ? 1 : bytes);
}

auto counted_or_abort(std::size_t bytes) -> void* {
  auto* const p = counted(bytes);
  if (p == nullptr) std::abort();
  return p;
}

}  // namespace

auto operator new(std::size_t bytes) -> void* { return counted_or_abort(bytes); }
auto operator new[](std::size_t bytes) -> void* { return counted_or_abort(bytes); }
auto operator new(std::size_t bytes, std::nothrow_t const&) noexcept -> void* {
  return counted(bytes);
}
auto operator new[](std::size_t bytes, std::nothrow_t const&) noexcept -> void* {
  return counted(bytes);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::nothrow_t const&) noexcept { std::free(p); }
void operator delete[](void* p, std::nothrow_t const&) noexcept { std::free(p); }

TEST_CASE("the count sees an allocation", "[runtime][allocation]") {
  auto const before = allocations.load();
  delete new int(1);
  REQUIRE(allocations.load() > before);
}

TEST_CASE("a parallel loop and an arena allocate nothing", "[runtime][allocation]") {
  ash::thread_pool pool(4);
  alignas(64) static std::byte room[4096];
  std::atomic<long> sum{0};
  auto const before = allocations.load();
  for (int round = 0; round < 100; ++round) {
    ash::arena scratch(room, sizeof room, ash::poison::yes);
    auto const block = scratch.take<float>(100);
    ash::parallel_for(pool, 1000, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      sum.fetch_add(end - begin + (block ? 1 : 0));
      ash::parallel_for(pool, 10, 1,
                        [&](std::ptrdiff_t b, std::ptrdiff_t e) { sum.fetch_add(e - b); });
    });
  }
  auto const after = allocations.load();
  REQUIRE(after == before);
  REQUIRE(sum.load() == 100 * (1000 + 4 + 40));
}
