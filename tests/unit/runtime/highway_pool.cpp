// SPDX-License-Identifier: Apache-2.0
#include <ashlar/runtime/highway_pool.hpp>

#include <hwy/contrib/thread_pool/thread_pool.h>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <thread>
#include <vector>

namespace ash = ashlar;

TEST_CASE("Highway's pool runs each index once", "[runtime][highway_pool]") {
  hwy::ThreadPool theirs(3);
  ash::highway_pool pool(theirs);
  REQUIRE(ash::executor(pool).threads >= 3);
  for (std::ptrdiff_t const n : {0, 1, 2, 5, 1000}) {
    std::vector<std::atomic<int>> count(static_cast<std::size_t>(n));
    ash::parallel_for(pool, n, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (; begin < end; ++begin) count[static_cast<std::size_t>(begin)].fetch_add(1);
    });
    for (auto const& c : count) REQUIRE(c.load() == 1);
  }
}

TEST_CASE("a loop inside of a Highway task runs inline", "[runtime][highway_pool]") {
  hwy::ThreadPool theirs(3);
  ash::highway_pool pool(theirs);
  std::atomic<int> sum{0};
  std::atomic<int> upward{0};
  std::fesetround(FE_UPWARD);
  ash::parallel_for(pool, 6, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    upward.fetch_add(std::fegetround() == FE_UPWARD);
    for (; begin < end; ++begin)
      ash::parallel_for(pool, 10, 1,
                        [&](std::ptrdiff_t b, std::ptrdiff_t e) { sum.fetch_add(int(e - b)); });
  });
  std::fesetround(FE_TONEAREST);
  REQUIRE(sum.load() == 60);
  REQUIRE(upward.load() == ash::executor(pool).threads);
}

TEST_CASE("several threads may use one Highway pool", "[runtime][highway_pool]") {
  hwy::ThreadPool theirs(2);
  ash::highway_pool pool(theirs);
  std::atomic<long> sum{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 16; ++caller)
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round)
        ash::parallel_for(pool, 10, 1,
                          [&](std::ptrdiff_t begin, std::ptrdiff_t end) { sum += end - begin; });
    });
  for (auto& caller : callers) caller.join();
  REQUIRE(sum.load() == 16 * 50 * 10);
}
