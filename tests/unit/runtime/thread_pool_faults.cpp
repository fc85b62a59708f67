// SPDX-License-Identifier: Apache-2.0
//
// What a pool does when the system does not: each case in a process of its own.
#include <ashlar/runtime/thread_pool.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ash = ashlar;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
#else
constexpr bool is_sanitized = false;
#endif

#if defined(ASHLAR_EMULATED)
constexpr bool is_emulated = true;
#else
constexpr bool is_emulated = false;
#endif

auto sum_on(ash::thread_pool& pool) -> long {
  std::atomic<long> sum{0};
  ash::parallel_for(pool, 1000, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (; begin < end; ++begin) sum.fetch_add(begin);
  });
  return sum.load();
}

// The exit code of a child that runs `body`; 99 when it did not end by itself in time.
template <class Body> auto in_child(Body body) -> int {
  auto const child = ::fork();
  if (child == 0) {
    ::alarm(20);
    ::_exit(body());
  }
  int state = 0;
  ::waitpid(child, &state, 0);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 99;
}

auto address_space() -> rlim_t {
  long pages = 0;
  if (auto* const file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
    if (std::fscanf(file, "%ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<rlim_t>(pages) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

// Leaves room for some thread stacks of the default 8 MB, and not for a hundred.
auto pool_in_small_space() -> int {
  auto const room = address_space() + (rlim_t{50} << 20);
  ::rlimit const limit{room, room};
  if (::setrlimit(RLIMIT_AS, &limit) != 0) return 1;
  ash::thread_pool pool(100);
  if (pool.threads() < 2 || pool.threads() >= 100) return 2;
  return sum_on(pool) == 499'500 ? 0 : 3;
}

}  // namespace

TEST_CASE("a pool makes do with the threads there are", "[runtime][thread_pool]") {
  if (is_sanitized) SKIP("the sanitizers need the address space");
  if (is_emulated) SKIP("qemu-user does not limit the address space of what it runs");
  REQUIRE(in_child(pool_in_small_space) == 0);
}

TEST_CASE("a forked process runs the loops of its parent's pool itself", "[runtime][thread_pool]") {
  ash::thread_pool pool(4);
  REQUIRE(sum_on(pool) == 499'500);
  REQUIRE(in_child([&] { return sum_on(pool) == 499'500 ? 0 : 1; }) == 0);
  REQUIRE(sum_on(pool) == 499'500);
}

TEST_CASE("a pool can end in a forked process", "[runtime][thread_pool]") {
  auto* const pool = new ash::thread_pool(3);
  REQUIRE(in_child([&] {
            delete pool;
            return 0;
          }) == 0);
  REQUIRE(sum_on(*pool) == 499'500);
  delete pool;
}

TEST_CASE("a forked process may have a pool of its own", "[runtime][thread_pool]") {
  if (is_sanitized) SKIP("the thread sanitizer allows no threads after a fork");
  if (is_emulated) SKIP("qemu-user allows no threads after a fork");
  ash::thread_pool pool(3);
  REQUIRE(sum_on(pool) == 499'500);
  REQUIRE(in_child([] {
            ash::thread_pool own(3);
            return own.threads() == 3 && sum_on(own) == 499'500 ? 0 : 1;
          }) == 0);
}
