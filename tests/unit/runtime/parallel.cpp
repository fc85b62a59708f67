// SPDX-License-Identifier: Apache-2.0
#include <ashlar/runtime/parallel.hpp>

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <vector>

namespace ash = ashlar;
using ash::runtime::index_range;
using ash::runtime::part_of;
using ash::runtime::parts_for;

namespace {

// Calls the body task by task, last one first, and counts: an order no pool would be faster in.
struct backwards {
  int calls = 0;

  auto handle(int threads) -> ash::executor {
    auto const run = [](void* self, std::ptrdiff_t n, ash::runtime::range_body body,
                        void* context) {
      ++static_cast<backwards*>(self)->calls;
      for (auto i = n; i > 0; --i) body(context, i - 1, i);
    };
    return ash::executor{.self = this, .run = run, .threads = threads};
  }
};

auto visits(ash::executor const& e, std::ptrdiff_t n, std::ptrdiff_t grain) -> std::vector<int> {
  std::vector<int> count(static_cast<std::size_t>(n < 0 ? 0 : n));
  ash::parallel_for(e, n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (; begin < end; ++begin) ++count[static_cast<std::size_t>(begin)];
  });
  return count;
}

}  // namespace

TEST_CASE("parts follow each other and differ by at most one", "[runtime][parallel]") {
  for (std::ptrdiff_t n = 0; n < 40; ++n)
    for (std::ptrdiff_t parts = 1; parts < 12; ++parts) {
      std::ptrdiff_t at = 0;
      for (std::ptrdiff_t part = 0; part < parts; ++part) {
        auto const range = part_of(n, parts, part);
        REQUIRE(range.begin == at);
        REQUIRE(range.end - range.begin >= n / parts);
        REQUIRE(range.end - range.begin <= n / parts + 1);
        at = range.end;
      }
      REQUIRE(at == n);
    }
  constexpr auto most = std::numeric_limits<std::ptrdiff_t>::max();
  STATIC_REQUIRE(part_of(most, 7, 6).end == most);
}

TEST_CASE("no part is smaller than the grain unless it is the only one", "[runtime][parallel]") {
  constexpr auto most = std::numeric_limits<std::ptrdiff_t>::max();
  STATIC_REQUIRE(parts_for(0, 1, 8) == 0);
  STATIC_REQUIRE(parts_for(-3, 1, 8) == 0);
  STATIC_REQUIRE(parts_for(5, 1, 8) == 5);
  STATIC_REQUIRE(parts_for(100, 1, 8) == 8);
  STATIC_REQUIRE(parts_for(100, 40, 8) == 3);
  STATIC_REQUIRE(parts_for(100, 1000, 8) == 1);
  STATIC_REQUIRE(parts_for(100, 0, 8) == 8);
  STATIC_REQUIRE(parts_for(100, 1, 0) == 1);
  STATIC_REQUIRE(parts_for(most, 1, 8) == 8);
}

TEST_CASE("each index runs once", "[runtime][parallel]") {
  backwards other;
  for (std::ptrdiff_t const n : {1, 2, 7, 8, 9, 100})
    for (std::ptrdiff_t const grain : {0, 1, 3, 200})
      for (int const threads : {-1, 0, 1, 2, 3, 64}) {
        REQUIRE(visits(ash::serial, n, grain) == std::vector<int>(std::size_t(n), 1));
        REQUIRE(visits(other.handle(threads), n, grain) == std::vector<int>(std::size_t(n), 1));
      }
}

TEST_CASE("one part never reaches the executor", "[runtime][parallel]") {
  backwards other;
  visits(other.handle(1), 100, 1);
  visits(other.handle(8), 100, 100);
  visits(other.handle(8), 1, 1);
  visits(other.handle(8), 0, 1);
  REQUIRE(other.calls == 0);
  visits(other.handle(8), 2, 1);
  REQUIRE(other.calls == 1);
}

TEST_CASE("the ranges hang on the count of threads alone", "[runtime][parallel]") {
  std::vector<index_range> ranges;
  auto const note = [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    ranges.push_back(index_range{.begin = begin, .end = end});
  };
  backwards other;
  ash::parallel_for(other.handle(3), 10, 1, note);
  REQUIRE(ranges == std::vector<index_range>{{7, 10}, {4, 7}, {0, 4}});
}

TEST_CASE("the default executor is serial until it is set", "[runtime][parallel]") {
  REQUIRE(ash::default_executor().threads == 1);
  backwards other;
  ash::set_default_executor(other.handle(4));
  int sum = 0;
  ash::parallel_for(10, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (; begin < end; ++begin) sum += static_cast<int>(begin);
  });
  ash::set_default_executor(ash::serial);
  REQUIRE(sum == 45);
  REQUIRE(other.calls == 1);
}
