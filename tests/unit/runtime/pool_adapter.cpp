// SPDX-License-Identifier: Apache-2.0
#include <ashlar/runtime/pool_adapter.hpp>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <functional>
#include <thread>
#include <vector>

namespace ash = ashlar;

namespace {

// Somebody's pool: not reentrant, knows nothing of Ashlar, and rounds in its own way.
struct their_pool {
  mutable std::atomic<int> runs{0};
  mutable std::atomic<int> changed{0};

  void run_all(std::ptrdiff_t n, std::function<void(std::ptrdiff_t)> const& task) const {
    runs.fetch_add(1);
    std::vector<std::thread> threads;
    for (std::ptrdiff_t i = 0; i < n; ++i)
      threads.emplace_back([&, i] {
        std::fesetround(FE_DOWNWARD);
        task(i);
        changed.fetch_add(std::fegetround() != FE_DOWNWARD);
      });
    for (auto& thread : threads) thread.join();
  }
};

}  // namespace

TEST_CASE("somebody's pool runs each index once", "[runtime][pool_adapter]") {
  their_pool theirs;
  auto const run = [&](std::ptrdiff_t n, auto const& task) { theirs.run_all(n, task); };
  ash::pool_adapter pool(3, run);
  std::vector<std::atomic<int>> count(100);
  ash::parallel_for(pool, 100, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (; begin < end; ++begin) count[static_cast<std::size_t>(begin)].fetch_add(1);
  });
  for (auto const& c : count) REQUIRE(c.load() == 1);
  REQUIRE(theirs.runs.load() == 1);
}

TEST_CASE("somebody's pool is not asked from inside of a task", "[runtime][pool_adapter]") {
  their_pool theirs;
  auto const run = [&](std::ptrdiff_t n, auto const& task) { theirs.run_all(n, task); };
  ash::pool_adapter pool(3, run);
  std::atomic<int> sum{0};
  ash::parallel_for(pool, 3, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
    ash::parallel_for(pool, 10, 1,
                      [&](std::ptrdiff_t b, std::ptrdiff_t e) { sum.fetch_add(int(e - b)); });
  });
  REQUIRE(sum.load() == 30);
  REQUIRE(theirs.runs.load() == 1);
}

TEST_CASE("tasks round as their caller does and leave no trace", "[runtime][pool_adapter]") {
  their_pool theirs;
  auto const run = [&](std::ptrdiff_t n, auto const& task) { theirs.run_all(n, task); };
  ash::pool_adapter pool(3, run);
  std::atomic<int> upward{0};
  std::fesetround(FE_UPWARD);
  ash::parallel_for(pool, 3, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
    upward.fetch_add(std::fegetround() == FE_UPWARD);
  });
  std::fesetround(FE_TONEAREST);
  REQUIRE(upward.load() == 3);
  REQUIRE(theirs.changed.load() == 0);
}

TEST_CASE("a count of threads below one is one", "[runtime][pool_adapter]") {
  ash::pool_adapter pool(0, [](std::ptrdiff_t, auto const&) {});
  REQUIRE(ash::executor(pool).threads == 1);
}
