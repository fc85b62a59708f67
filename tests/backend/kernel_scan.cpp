// SPDX-License-Identifier: Apache-2.0
//
// Scans, one point after the other and in blocks, which may be in threads.
#include "kernel_support.hpp"

#include <ashlar/runtime/thread_pool.hpp>

namespace {

using namespace kernel_tests;

constexpr ash::axis<"t"> t;

constexpr auto sums = [](auto y, auto x) {
  y(i, t) = ash::inclusive_scan(ash::monoids::sum, t, x(i, t));
};
constexpr auto before = [](auto y, auto x) {
  y(t, j) = ash::exclusive_scan(ash::monoids::max, t, x(t, j) - 1);
};
// u -> a u + b as 1000 a + b: no two of these commute, and a and b stay 0 or 1, and small.
constexpr ash::monoid maps{1000,
                           [](auto f, auto g) {
                             auto const a = g / 1000;
                             return f / 1000 * a * 1000 + f % 1000 * a + g % 1000;
                           },
                           false};
constexpr auto composed = [](auto y, auto x) {
  auto const v = ash::abs(x(t));
  y(t) = ash::inclusive_scan(maps, t, v % 5 / 4 * -1000 + 1000 + v % 3);
};

template <int Block, ash::tail Tail = ash::tail::guard>
constexpr auto blocks = [](ash::schedule& s) {
  auto const parts = s.split("t", Block, Tail);
  auto const made = s.scan_blocks(parts.outer);
  s.parallel(parts.outer);
  made.total.parallel("to");
  made.block.peel("ti", 1, 0);
};
constexpr auto lanes = [](ash::schedule& s) {
  auto const parts = s.split("t", 16, ash::tail::cut);
  auto const made = s.scan_blocks(parts.outer);
  made.total.vectorize("ti", 8);
  s.vectorize(parts.inner);
  s.parallel(parts.outer);
};
constexpr auto columns = [](ash::schedule& s) {
  auto const parts = s.split("t", 4, ash::tail::cut);
  auto const [jo, ji] = s.split("j", 8);
  s.reorder(parts.outer, jo, parts.inner, ji);
  auto const made = s.scan_blocks(parts.outer);
  made.total.reorder("to", "ti", "j");
  made.total.vectorize("j", 8);
  made.block.vectorize("j", 8);
  s.parallel(parts.outer);
};

TEST_CASE("sums of rows so far, in blocks", "[backend][kernel][scan]") {
  for (int const n : {0, 1, 3, 16, 37}) {
    auto const x = like<float, dyn, dyn>(5, n);
    agree<sums, one_by_one>(x, x);
    agree<sums, blocks<8>>(x, x);
    agree<sums, blocks<8, ash::tail::cut>>(x, x);
    agree<sums, lanes>(x, x);
    agree<sums, ash::automatic>(x, x);
  }
  auto const x = like<std::int64_t, 3, 11>();
  agree<sums, blocks<4, ash::tail::cut>>(x, x);
}

TEST_CASE("the greatest of a column before", "[backend][kernel][scan]") {
  for (int const n : {0, 1, 4, 21}) {
    auto const x = like<float, dyn, 13>(n);
    agree<before, one_by_one>(x, x);
    agree<before, columns>(x, x);
    agree<before, blocks<5>>(x, x);
  }
}

TEST_CASE("functions composed so far, in their order", "[backend][kernel][scan]") {
  for (int const n : {0, 1, 7, 40}) {
    auto const x = like<std::int64_t, dyn>(n);
    agree<composed, one_by_one>(x, x);
    agree<composed, blocks<7>>(x, x);
  }
}

TEST_CASE("blocks have the same bits for every number of threads", "[backend][kernel][scan]") {
  constexpr int n = 1000;
  ash::tensor<float, dyn> x(n), y(n), z(n);
  for (int at = 0; at < n; ++at) x(at) = 1.0f / static_cast<float>(at + 3);
  constexpr auto row = [](auto out, auto in) {
    out(t) = ash::inclusive_scan(ash::monoids::sum, t, in(t));
  };
  constexpr ash::kernel<row, blocks<64, ash::tail::cut>> kernel;
  REQUIRE(kernel(y, x).ok());
  for (int const threads : {1, 2, 3}) {
    ash::runtime::thread_pool pool(threads);
    REQUIRE(kernel.run(ash::launch{.threads = pool}, z, x).ok());
    for (int at = 0; at < n; ++at) REQUIRE(z(at) == y(at));
  }
}

}  // namespace
