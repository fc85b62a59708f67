// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/overlap.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>
#include <vector>

namespace ash = ashlar;
using ash::dyn;
using ash::sharing;

namespace {

using byte_list = std::vector<std::uint64_t>;

// Every byte of a box, element by element: the definition.
auto bytes_of_box(ash::memory_box const& box, int d = 0, std::uint64_t at = 0) -> byte_list {
  byte_list all;
  if (d == box.rank) {
    for (ash::index_t b = 0; b < box.element_bytes; ++b)
      all.push_back(box.address + at + static_cast<std::uint64_t>(b));
    return all;
  }
  for (ash::index_t i = 0; i < box.extent[d]; ++i) {
    auto const inner = bytes_of_box(box, d + 1, at + static_cast<std::uint64_t>(i * box.stride[d]));
    all.insert(all.end(), inner.begin(), inner.end());
  }
  return all;
}

auto random_box(std::mt19937& random) -> ash::memory_box {
  auto const pick = [&](int low, int high) {
    return static_cast<int>(random() % static_cast<unsigned>(high - low + 1)) + low;
  };
  ash::memory_box box{};
  box.element_bytes = ash::index_t{1} << pick(0, 3);
  box.address = 10'000 + static_cast<std::uint64_t>(pick(0, 200));
  box.rank = pick(0, 3);
  for (int d = 0; d < box.rank; ++d) {
    box.extent[d] = pick(0, 30) == 0 ? 0 : pick(1, 5);
    box.stride[d] = pick(-40, 40) * (pick(0, 1) == 0 ? 1 : box.element_bytes);
  }
  return box;
}

}  // namespace

TEST_CASE("sharing is what a list of all bytes says", "[tensor][overlap]") {
  std::mt19937 random(20240229);
  int shared = 0;
  int apart_in_one_range = 0;
  for (int run = 0; run < 20'000; ++run) {
    auto const a = random_box(random);
    auto const b = random_box(random);
    auto const in_a = bytes_of_box(a);
    std::set<std::uint64_t> const set_a(in_a.begin(), in_a.end());
    bool expected = false;
    for (auto const byte : bytes_of_box(b)) expected = expected || set_a.contains(byte);
    auto const found = ash::sharing_of(a, b);
    INFO("run " << run);
    REQUIRE(found == (expected ? sharing::some : sharing::none));
    REQUIRE(ash::sharing_of(b, a) == found);
    shared += expected;
    auto const range_a = ash::overlap_impl::interval_of(a);
    auto const range_b = ash::overlap_impl::interval_of(b);
    apart_in_one_range += !expected && range_a.bytes != 0 && range_b.bytes != 0 &&
                          range_a.first < range_b.first + range_b.bytes &&
                          range_b.first < range_a.first + range_a.bytes;
  }
  REQUIRE(shared > 1'000);
  REQUIRE(apart_in_one_range > 1'000);
}

TEST_CASE("an output that certainly writes each byte once is known", "[tensor][overlap]") {
  std::mt19937 random(7);
  int known = 0;
  int repeated = 0;
  for (int run = 0; run < 20'000; ++run) {
    auto const box = random_box(random);
    auto const all = bytes_of_box(box);
    bool const repeats = std::set<std::uint64_t>(all.begin(), all.end()).size() != all.size();
    auto const found = ash::self_sharing_of(box);
    INFO("run " << run);
    if (found != sharing::unknown) REQUIRE((found == sharing::some) == repeats);
    known += found == sharing::none;
    repeated += found == sharing::some;
  }
  REQUIRE(known > 1'000);
  REQUIRE(repeated > 100);
}

TEST_CASE("columns of one matrix are apart and its rows too", "[tensor][overlap]") {
  ash::tensor<float, 64, 64> t;
  using column = ash::strided_view<float, ash::strides(64), 64>;
  using block = ash::strided_view<float, ash::strides(64, 1), 8, 8>;
  REQUIRE_FALSE(ash::may_overlap(column(t.data()), column(t.data() + 1)));
  REQUIRE(ash::may_overlap(column(t.data()), column(t.data() + 64 * 63)));
  REQUIRE_FALSE(ash::may_overlap(block(t.data()), block(t.data() + 8)));
  REQUIRE_FALSE(ash::may_overlap(block(t.data() + 8), block(t.data() + 64 * 8)));
  REQUIRE(ash::may_overlap(block(t.data()), block(t.data() + 64 * 7 + 7)));
  REQUIRE(ash::may_overlap(t, block(t.data() + 100)));
}

TEST_CASE("an output may be an input only where that is allowed", "[tensor][overlap]") {
  ash::tensor<float, dyn> t(100);
  auto const all = ash::view(t.data(), 100);
  auto const tail = ash::view(t.data() + 1, 99);
  REQUIRE(ash::check_overlap(all, 0, all, 1, true));
  auto const refused = ash::check_overlap(all, 0, all, 1, false);
  REQUIRE(refused.code == ash::status_code::overlap);
  REQUIRE(refused.operand == 0);
  REQUIRE(refused.found == 1);
  REQUIRE(ash::check_overlap(tail, 0, all, 1, true).code == ash::status_code::overlap);
  REQUIRE(ash::check_overlap(ash::view(t.data(), 50), 0, ash::view(t.data() + 50, 50), 1, false));
  REQUIRE(ash::check_overlap(ash::view(t.data(), 0), 0, all, 1, false));
  auto const halves = ash::strided_view<float, ash::strides(2), 50>(t.data());
  auto const others = ash::strided_view<float, ash::strides(2), 50>(t.data() + 1);
  REQUIRE(ash::check_overlap(halves, 0, others, 1, false));
}

TEST_CASE("a broadcast view is no output", "[tensor][overlap]") {
  float x[4] = {};
  auto const wide = ash::strided_view<float, ash::strides(0, 1), 3, 4>(x);
  REQUIRE(ash::check_output(wide, 1).code == ash::status_code::self_overlap);
  REQUIRE(ash::check_output(ash::strided_view<float, ash::strides(0, 1), 1, 4>(x), 1));
  REQUIRE(ash::check_output(ash::strided_view<float, ash::strides(-1), 4>(x + 3), 1));
  REQUIRE(ash::check_output(ash::view<float, 0, 4>(nullptr), 1));
}

TEST_CASE("huge boxes do not overflow", "[tensor][overlap]") {
  ash::memory_box a{.address = 64, .element_bytes = 4, .rank = 2};
  a.extent[0] = a.extent[1] = ash::index_t{1} << 20;
  a.stride[0] = ash::index_t{1} << 40;
  a.stride[1] = 4;
  auto b = a;
  b.address += 1 << 23;
  REQUIRE(ash::sharing_of(a, b) == sharing::none);
  b.address = a.address + (1 << 21);
  REQUIRE(ash::sharing_of(a, b) == sharing::some);
  a.stride[0] = ash::index_t{1} << 42;
  REQUIRE(ash::sharing_of(a, b) == sharing::unknown);
}
