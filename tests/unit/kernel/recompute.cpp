// SPDX-License-Identifier: Apache-2.0
#include "../schedule/support.hpp"

#include <ashlar/kernel/recompute.hpp>
#include <ashlar/pass/pipeline.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto reports(program const& before, auto const& apply, index_t const* symbols = nullptr)
    -> stage_reports {
  program scheduled = before;
  schedule s(scheduled);
  apply(s);
  s.finish();
  program lowered = scheduled;
  pass::lower(lowered, 32);
  return kernel_impl::recompute_of(before, scheduled, lowered, symbols);
}
constexpr auto find(stage_reports const& all, std::string_view name) -> stage_report {
  for (auto const& r : all) {
    if (r.name == name) return r;
  }
  return {};
}

}  // namespace

TEST_CASE("at root every point is computed once", "[kernel][recompute]") {
  constexpr auto r = reports(blur(9), [](schedule&) {});
  STATIC_REQUIRE(r.count == 2);
  STATIC_REQUIRE(find(r, "h") ==
                 stage_report{.name = "h", .points_needed = 11 * 9, .points_computed = 11 * 9});
  STATIC_REQUIRE(find(r, "v").recompute() == 1);
}

TEST_CASE("in the rows of a consumer, what the rows share is computed again",
          "[kernel][recompute]") {
  constexpr auto r = reports(blur(12), [](schedule& s) { s.compute_at("h", s.get("r")); });
  STATIC_REQUIRE(find(r, "h").points_needed == 14 * 12);
  STATIC_REQUIRE(find(r, "h").points_computed == 12 * 3 * 12);  // three rows for each row
  constexpr auto four =
      reports(blur(12), [](schedule& s) { s.compute_at("h", s.split("r", 4).outer); });
  STATIC_REQUIRE(find(four, "h").points_computed == 3 * 6 * 12);  // six rows for four
}

TEST_CASE("where a window slides, nothing is computed again", "[kernel][recompute]") {
  constexpr auto r = reports(blur(12), [](schedule& s) {
    s.compute_at("h", s.get("r"));
    s["h"].store_root();
    s["h"].fold_storage("r");
  });
  STATIC_REQUIRE(find(r, "h").points_computed == 14 * 12);
  STATIC_REQUIRE(find(r, "h").recompute() == 1.0);
}

TEST_CASE("inlined, a stage is computed for each load", "[kernel][recompute]") {
  constexpr auto r = reports(blur(10), [](schedule& s) { s.compute_inline("h"); });
  STATIC_REQUIRE(find(r, "h").points_needed == 12 * 10);
  STATIC_REQUIRE(find(r, "h").points_computed == 3 * 10 * 10);
  // half is read in what y reduces: once for each k.
  constexpr auto n = reports(normalized(6, 10), [](schedule& s) { s.compute_inline("half"); });
  STATIC_REQUIRE(find(n, "half").recompute() == 10);
}

TEST_CASE("copies and partial results are stages, too", "[kernel][recompute]") {
  auto const panels = [](schedule& s) {
    auto const jo = s.split("j", 16).outer;
    s.reorder(jo, "i", "k");
    s.cache_read("b", jo, packed("j", 16));
  };
  REQUIRE(find(reports(product(20, 48, 10), panels), "b_cache").recompute() == 1);
  auto const in_rows = [](schedule& s) { s.cache_read("b", "i"); };
  REQUIRE(find(reports(product(20, 48, 10), in_rows), "b_cache").recompute() == 20);
  auto const partial = [](schedule& s) { s.vectorize("k", 8); };
  REQUIRE(find(reports(product(20, 48, 16), partial), "y_rf").recompute() == 1);
}

TEST_CASE("a reduction in the rows of a consumer", "[kernel][recompute]") {
  auto const rows = [](schedule& s) {
    s.compute_inline("half");
    s.compute_at("norm", s.get("i"));
  };
  auto const r = reports(normalized(6, 10), rows);
  REQUIRE(find(r, "norm").recompute() == 1);
}

TEST_CASE("extents that only the call knows", "[kernel][recompute]") {
  auto const r = reports(product(-1, -1, -1), [](schedule& s) { s.cache_read("b", "i"); });
  REQUIRE(find(r, "b_cache").recompute() == -1);
  REQUIRE(find(r, "y").points_needed == -1);
  std::vector<index_t> const extents(limits::symbols, 5);
  auto const now =
      reports(product(-1, -1, -1), [](schedule& s) { s.cache_read("b", "i"); }, extents.data());
  REQUIRE(find(now, "b_cache").recompute() == 5);
}
