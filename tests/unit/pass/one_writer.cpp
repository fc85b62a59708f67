// SPDX-License-Identifier: Apache-2.0
//
// pass/one_writer: what is stored once for a block is stored by one thread; run by them, too.
// not in a batch: the support of tests/emulator has names that this folder's has, too
#include "emulator/support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto sums = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = ashlar::sum(k, x(i, k));
};
constexpr auto centred = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  ashlar::local m("m");
  m(i) = ashlar::max(k, x(i, k));
  y(i, j) = x(i, j) - m(i);
};

}  // namespace

TEST_CASE("the sum of a block is stored by its first thread", "[pass][one_writer]") {
  for (index_t const threads : {2, 8}) {
    auto const p = captured<f32<6>, f32<6, 40> const>(sums);
    auto const q = on_grid(*p, [&](schedule& s) {
      s.bind("i", gpu::block_x);
      auto const parts = s.split("k", threads);
      auto const own = s.rfactor(parts.inner);
      own.store_in(scope::shared);
      own.bind("ki", gpu::thread_x);
    });
    require_grid(*p, *q);
    REQUIRE(count(show(*q), "thread_x one in [0, 1)") == 1);
  }
}

TEST_CASE("what each thread has for itself, each of them stores", "[pass][one_writer]") {
  auto const p = captured<f32<3, 8>, f32<3, 8> const>(centred);
  auto const in = [&](scope where) {
    auto const q = on_grid(*p, [&](schedule& s) {
      s.bind("i", gpu::block_x);
      s.bind("j", gpu::thread_x);
      s.compute_at("m", s.get("i"));
      s["m"].store_in(where);
    });
    require_grid(*p, *q);
    return count(show(*q), "thread_x one in [0, 1)");
  };
  REQUIRE(in(scope::shared) == 1);
  REQUIRE(in(scope::registers) == 0);
}
