// SPDX-License-Identifier: Apache-2.0
#include <ashlar/runtime/thread_pool.hpp>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <cmath>
#include <set>
#include <thread>
#include <vector>

#include <pthread.h>
#include <signal.h>

namespace ash = ashlar;

namespace {

auto each_once(ash::executor const& e, std::ptrdiff_t n) -> bool {
  std::vector<std::atomic<int>> count(static_cast<std::size_t>(n));
  ash::parallel_for(e, n, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (; begin < end; ++begin) count[static_cast<std::size_t>(begin)].fetch_add(1);
  });
  for (auto const& c : count)
    if (c.load() != 1) return false;
  return true;
}

// A loop whose result would differ bit by bit if a range were computed twice, late or never.
void waves(ash::executor const& e, float seed, std::vector<float>& out) {
  ash::parallel_for(
      e, static_cast<std::ptrdiff_t>(out.size()), 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        for (; begin < end; ++begin)
          out[static_cast<std::size_t>(begin)] = std::sin(seed + static_cast<float>(begin));
      });
}

}  // namespace

TEST_CASE("pools of every size run each index once", "[runtime][thread_pool]") {
  for (int const threads : {-1, 0, 1, 2, 3, 5}) {
    ash::thread_pool pool(threads);
    REQUIRE(pool.threads() == (threads < 1 ? 1 : threads));
    for (std::ptrdiff_t const n : {0, 1, 2, 3, 4, 5, 6, 100, 1001}) REQUIRE(each_once(pool, n));
  }
  REQUIRE(ash::hardware_threads() >= 1);
}

TEST_CASE("a pool of a thousand threads works and ends", "[runtime][thread_pool]") {
  ash::thread_pool pool(1000);
  REQUIRE(pool.threads() > 1);
  for (std::ptrdiff_t const n : {2, 1000, 100'000}) REQUIRE(each_once(pool, n));
}

TEST_CASE("a pool that never worked ends", "[runtime][thread_pool]") {
  for (int i = 0; i < 100; ++i) {
    ash::thread_pool const pool(3);
    REQUIRE(pool.threads() == 3);
  }
}

TEST_CASE("several threads work at once", "[runtime][thread_pool]") {
  ash::thread_pool pool(3);
  std::atomic<int> here{0};
  // Ends only when three threads are inside of the loop together.
  ash::parallel_for(pool, 3, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
    here.fetch_add(1);
    while (here.load() < 3) std::this_thread::yield();
  });
  REQUIRE(here.load() == 3);
}

TEST_CASE("part k is always run by thread k", "[runtime][thread_pool]") {
  ash::thread_pool pool(4);
  std::array<std::thread::id, 4> first{};
  std::array<std::thread::id, 4> again{};
  auto const note = [&pool](auto& ids) {
    ash::parallel_for(pool, 4, 1, [&ids](std::ptrdiff_t begin, std::ptrdiff_t) {
      ids[static_cast<std::size_t>(begin)] = std::this_thread::get_id();
    });
  };
  note(first);
  for (int i = 0; i < 50; ++i) note(again);
  REQUIRE(first == again);
  REQUIRE(first[0] == std::this_thread::get_id());
  REQUIRE(std::set<std::thread::id>(first.begin(), first.end()).size() == 4);
}

TEST_CASE("a loop inside of a task runs inline", "[runtime][thread_pool]") {
  ash::thread_pool pool(4);
  ash::thread_pool other(4);
  std::atomic<int> sum{0};
  std::atomic<int> strangers{0};
  ash::parallel_for(pool, 8, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    auto const me = std::this_thread::get_id();
    for (; begin < end; ++begin)
      for (ash::executor const& inner : {ash::executor(pool), ash::executor(other)})
        ash::parallel_for(inner, 100, 1, [&](std::ptrdiff_t b, std::ptrdiff_t e) {
          sum.fetch_add(static_cast<int>(e - b));
          strangers.fetch_add(std::this_thread::get_id() != me);
        });
  });
  REQUIRE(sum.load() == 1600);
  REQUIRE(strangers.load() == 0);
  REQUIRE_FALSE(ash::runtime::inside_task());
}

TEST_CASE("64 threads share a pool and get what one gets", "[runtime][thread_pool]") {
  constexpr std::size_t n = 301;
  ash::thread_pool pool(3);
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 64; ++caller)
    callers.emplace_back([&, caller] {
      std::vector<float> expected(n);
      std::vector<float> found(n);
      auto const seed = static_cast<float>(caller);
      waves(ash::serial, seed, expected);
      for (int round = 0; round < 30; ++round) {
        found.assign(n, 0.0f);
        waves(pool, seed, found);
        wrong.fetch_add(found != expected);
      }
    });
  for (auto& caller : callers) caller.join();
  REQUIRE(wrong.load() == 0);
}

TEST_CASE("results are the same for every count of threads", "[runtime][thread_pool]") {
  std::vector<float> expected(1000);
  waves(ash::serial, 0.5f, expected);
  for (int threads = 16; threads >= 1; threads /= 2) {
    ash::thread_pool pool(threads);
    std::vector<float> found(1000);
    waves(pool, 0.5f, found);
    REQUIRE(found == expected);
  }
}

TEST_CASE("two pools take turns", "[runtime][thread_pool]") {
  ash::thread_pool a(2);
  ash::thread_pool b(3);
  for (int i = 0; i < 500; ++i) {
    REQUIRE(each_once(a, 7));
    REQUIRE(each_once(b, 7));
  }
}

TEST_CASE("workers round as their caller does", "[runtime][thread_pool]") {
  ash::thread_pool pool(4);
  std::array<int, 4> modes{};
  auto const note = [&] {
    ash::parallel_for(pool, 4, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t) {
      modes[static_cast<std::size_t>(begin)] = std::fegetround();
    });
  };
  auto const all = [](int mode) { return std::array<int, 4>{mode, mode, mode, mode}; };
  std::fesetround(FE_UPWARD);
  note();
  std::fesetround(FE_TONEAREST);
  REQUIRE(modes == all(FE_UPWARD));
  note();
  REQUIRE(modes == all(FE_TONEAREST));
}

TEST_CASE("signals are for the threads of the program", "[runtime][thread_pool]") {
  ash::thread_pool pool(3);
  std::array<int, 3> blocked{};
  ash::parallel_for(pool, 3, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t) {
    ::sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    blocked[static_cast<std::size_t>(begin)] = ::sigismember(&mask, SIGTERM);
  });
  REQUIRE(blocked == std::array<int, 3>{0, 1, 1});
}
