// SPDX-License-Identifier: Apache-2.0
//
// Numbers that a hand has counted, and: a larger cache never moves more.
#include "../schedule/support.hpp"
#include "draw_support.hpp"

#include <ashlar/kernel/traffic.hpp>
#include <ashlar/pass/pipeline.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;
using kernel_impl::traffic_of;

namespace {

constexpr auto lowered(program p, auto const& apply) -> program {
  schedule s(p);
  apply(s);
  s.finish();
  pass::lower(p, 32);
  return p;
}
constexpr auto as_written = [](schedule&) {};
constexpr index_t everything = index_t{1} << 40;

}  // namespace

TEST_CASE("a matrix product that fits moves each element once", "[kernel][traffic]") {
  constexpr auto p = lowered(product(16, 24, 10), as_written);
  STATIC_REQUIRE(traffic_of(p, nullptr, everything) == 4 * (16 * 10 + 10 * 24 + 16 * 24));
}

TEST_CASE("without a cache every access moves", "[kernel][traffic]") {
  constexpr auto p = lowered(product(16, 24, 10), as_written);
  STATIC_REQUIRE(traffic_of(p, nullptr, 0) == 4 * (2 * 16 * 24 * 10 + 16 * 24));
}

TEST_CASE("what the next iteration touches again has stayed", "[kernel][traffic]") {
  // One row of the result takes a row of a, all of b, and a row of y: 4 * (10 + 240 + 24) bytes.
  constexpr auto p = lowered(product(16, 24, 10), as_written);
  STATIC_REQUIRE(traffic_of(p, nullptr, 1100) == 4 * (16 * 10 + 10 * 24 + 16 * 24));
  // One element takes a row of a and a column of b: the row stays for the next element.
  STATIC_REQUIRE(traffic_of(p, nullptr, 100) == 16 * 4 * (10 + 240 + 24));
}

TEST_CASE("tiles move less", "[kernel][traffic]") {
  auto const blocked = [](schedule& s) {
    auto const [io, ii] = s.split("i", 8);
    auto const [jo, ji] = s.split("j", 8);
    s.reorder(io, jo, "k", ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
  };
  auto const before = product(64, 64, 64);
  // 8 + 8 elements for each k of 8 * 8 tiles, and the result.
  REQUIRE(traffic_of(lowered(before, blocked), nullptr, 1024) == 4 * (64 * 64 * 16 + 64 * 64));
  REQUIRE(traffic_of(lowered(before, as_written), nullptr, 1024) == 64 * 4 * (64 + 64 * 64 + 64));
}

TEST_CASE("neighbours in a stencil are fetched once", "[kernel][traffic]") {
  REQUIRE(traffic_of(lowered(stencil(100), as_written), nullptr, everything) == 4 * 200);
}

TEST_CASE("extents that only the call knows", "[kernel][traffic]") {
  auto const p = lowered(product(-1, -1, -1), as_written);
  REQUIRE(traffic_of(p, nullptr, 1024) == -1);
  std::vector<index_t> const extents(limits::symbols, 10);
  REQUIRE(traffic_of(p, extents.data(), everything) == 4 * 300);
}

TEST_CASE("a larger cache never moves more", "[kernel][traffic][random]") {
  std::vector<index_t> const extents(limits::symbols, 7);
  for_random_schedules(80, [&](program p, std::string const& steps) {
    pass::lower(p, 32);
    if (!p.fault.ok()) return;
    INFO(steps);
    index_t last = traffic_of(p, extents.data(), 0);
    for (index_t const bytes : {16, 64, 256, 1024, 4096, 65536}) {
      index_t const now = traffic_of(p, extents.data(), bytes);
      REQUIRE(now >= 0);
      REQUIRE(now <= last);
      last = now;
    }
  });
}
