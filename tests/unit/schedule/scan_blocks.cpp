// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
//
// Scans in blocks: the stages that they become, under any of their schedules, and what is refused.

#include <ashlar/schedule/export_halide.hpp>
#include <ashlar/schedule/export_tvm.hpp>
#include <ashlar/schedule/read_steps.hpp>
#include <unit/schedule/captured.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;
constexpr ashlar::axis<"t"> t;

template <index_t... Extent> using i64 = view<std::int64_t, Extent...>;

constexpr auto totals = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i, t) = inclusive_scan(monoids::sum, t, x(i, t));
};
constexpr auto columns = [](auto y, auto x) {
  y.name("y");
  y(t, j) = exclusive_scan(monoids::sum, t, 2 * x(t, j) - 1);
};
// Where x goes, whatever the order of the axis is.
constexpr auto backwards = [](auto y, auto x) {
  local h("h");
  h(t, j) = inclusive_scan(monoids::max, t, zero(x)(5 - t, j) + 1);
  y(t, j) = h(t, j) - x(t, j);
};
// u -> a u + b as 1000 a + b: no two of these commute.
constexpr ashlar::monoid maps{1000,
                              [](auto f, auto g) {
                                auto const a = g / 1000;
                                return f / 1000 * a * 1000 + f % 1000 * a + g % 1000;
                              },
                              false};
constexpr auto composed = [](auto y, auto x) {
  y.name("y");
  y(t) = inclusive_scan(maps, t, x(t) % 2 * 1000 + 1000 + x(t) % 3);
};

auto scans() -> std::vector<program> {
  return {captured<f32<3, 16>, f32<3, 16>>(totals), captured<f32<3, 11>, f32<3, 11>>(totals),
          captured<f32<2, 1>, f32<2, 1>>(totals), captured<f32<2, 0>, f32<2, 0>>(totals),
          captured<f32<dyn, dyn>, f32<dyn, dyn>>(totals)};
}

}  // namespace

TEST_CASE("blocks of a scan start from what came before them", "[schedule][scan_blocks][golden]") {
  auto const p = scheduled(captured<f32<3, 11>, f32<3, 11>>(totals), [](schedule& s) {
    auto const parts = s.split("t", 4, tail::cut);
    s.scan_blocks(parts.outer);
    s.parallel(parts.outer);
  });
  auto const before = show(captured<f32<3, 11>, f32<3, 11>>(totals));
  REQUIRE(before == golden("schedule/scan_blocks/totals_before.tir", before));
  auto const stages = show(p);
  REQUIRE(stages == golden("schedule/scan_blocks/totals_stages.tir", stages));
  auto const nest = show(after(p, "settle registers"));
  REQUIRE(nest == golden("schedule/scan_blocks/totals_nest.tir", nest));
}

TEST_CASE("a scan in blocks is the same scan", "[schedule][scan_blocks]") {
  for (program const& p : scans()) {
    for (tail const tails : {tail::guard, tail::cut}) {
      keeps_values(p, [&](schedule& s) { s.scan_blocks(s.split("t", 4, tails).outer); });
      keeps_values(p, [&](schedule& s) {
        auto const parts = s.split("t", 4, tails);
        auto const made = s.scan_blocks(parts.outer);
        s.parallel(parts.outer);
        made.total.parallel("to");
        made.total.rfactor("ti");
      });
      keeps_values(p, [&](schedule& s) {
        auto const parts = s.split("t", 4, tails);
        s.reorder(parts.outer, "i", parts.inner);
        auto const made = s.scan_blocks(parts.outer);
        made.block.compute_at(parts.outer);
        made.block.reorder("ti", "i");
        made.block.vectorize("i", 2);
        made.prefix.parallel("i");
        s.reorder(parts.inner, "i");
      });
      keeps_values(p, [&](schedule& s) {
        auto const parts = s.split("t", 4, tails);
        auto const made = s.scan_blocks(parts.outer);
        made.block.compute_root();
        made.block.peel("ti", 1, 0);
        s.vectorize(parts.inner);
      });
    }
    keeps_values(p, [](schedule& s) { s.scan_blocks(s.split("t", 100).outer); });
    keeps_values(p, [](schedule& s) { s.scan_blocks(s.split("t", 1).outer); });
  }
}

TEST_CASE("totals are scanned in blocks, too", "[schedule][scan_blocks]") {
  for (program const& p : scans()) {
    keeps_values(p, [](schedule& s) {
      auto const made = s.scan_blocks(s.split("t", 2).outer);
      auto const again = made.prefix.split("to", 3, tail::cut);
      made.prefix.scan_blocks(again.outer);
      made.prefix.parallel(again.outer);
    });
  }
}

TEST_CASE("other axes than the scanned one are in lanes", "[schedule][scan_blocks]") {
  for (program const& p :
       {captured<f32<11, 9>, f32<11, 9>>(columns), captured<f32<dyn, 8>, f32<dyn, 8>>(columns),
        captured<f32<8, dyn>, f32<8, dyn>>(columns)}) {
    keeps_values(p, [](schedule& s) {
      auto const parts = s.split("t", 4, tail::cut);
      auto const [jo, ji] = s.split("j", 4);
      s.reorder(parts.outer, jo, parts.inner, ji);
      auto const made = s.scan_blocks(parts.outer);
      made.total.reorder("to", "ti", "j");
      for (auto const& stage : {made.total, made.prefix, made.block}) stage.vectorize("j", 4);
      s.vectorize(ji);
      s.parallel(parts.outer);
    });
  }
}

TEST_CASE("a scan of a local stage, in the loops of what reads it", "[schedule][scan_blocks]") {
  for (program const& p : {captured<f32<11, 9>, f32<11, 9>>(backwards),
                           captured<f32<dyn, dyn>, f32<dyn, dyn>>(backwards)}) {
    for (auto const* at : {"t", "j"}) {
      keeps_values(p, [&](schedule& s) {
        s.reorder("j", "t");
        s["h"].compute_at(s.get(at));
        s["h"].scan_blocks(s["h"].split("t", 4).outer);
      });
    }
    keeps_values(p, [](schedule& s) {
      auto const h = s["h"];
      h.scan_blocks(h.split("t", 4).outer).block.compute_root();
      s.compute_inline("h");
    });
  }
}

TEST_CASE("blocks keep the order of what does not commute", "[schedule][scan_blocks]") {
  for (auto const& p :
       {captured<i64<11>, i64<11>>(composed), captured<i64<dyn>, i64<dyn>>(composed)}) {
    keeps_values(p, [](schedule& s) {
      auto const parts = s.split("t", 3);
      auto const made = s.scan_blocks(parts.outer);
      s.parallel(parts.outer);
      made.total.parallel("to");
    });
    CHECK(is_refused(
        p, [](schedule& s) { s.scan_blocks(s.split("t", 3).outer).total.rfactor("ti"); },
        code::bad_rfactor, "its combiner is not declared commutative"));
  }
}

TEST_CASE("what is no outer part of a scan's axis is refused", "[schedule][scan_blocks]") {
  program const p = scans()[0];
  CHECK(is_refused(
      p, [](schedule& s) { s.scan_blocks("t"); }, code::bad_scan,
      "scan_blocks t: y is a scan along t, and this is not the outer part",
      "split t by a number, and name the outer loop"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.split("t", 4);
        s.scan_blocks("i");
      },
      code::bad_scan, "legal loops: to"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.split("t", 4);
        s.scan_blocks("ti");
      },
      code::bad_scan, "legal loops: to"));
  CHECK(is_refused(
      scans()[4], [](schedule& s) { s.scan_blocks(s.split_parts("t", 4).outer); }, code::bad_scan,
      "split t by a number"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        auto const parts = s.split("t", 4);
        s.scan_blocks(parts.outer);
        s.scan_blocks(parts.outer);
      },
      code::bad_scan, "y is no scan, as it reads none of its values"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        auto const parts = s.split("t", 4);
        s.cache_read("x", parts.outer);
        s.scan_blocks(parts.outer);
      },
      code::bad_scan, "scan_blocks comes before compute_at"));
}

TEST_CASE("what is no scan by a declared monoid is refused", "[schedule][scan_blocks]") {
  auto const blocks = [](schedule& s) { s.scan_blocks(s.split("t", 4).outer); };
  auto const plain = [](auto y, auto x) { y(t) = x(t) + carried(y, 0.0f)(t - 1); };
  CHECK(is_refused(captured<f32<8>, f32<8>>(plain), blocks, code::bad_scan,
                   "is carried along t by no declared monoid; write ash::inclusive_scan"));
  auto const table = [](auto y, auto x) {
    y(i, t) = inclusive_scan(monoids::sum, t, x(i, t) + carried(y, 0.0f)(i - 1, t));
  };
  CHECK(is_refused(captured<f32<4, 8>, f32<4, 8>>(table), blocks, code::bad_scan,
                   "is carried along i and t, and blocks are of a scan along one axis"));
  auto const both = [](auto y, auto x) {
    y(t) = inclusive_scan(monoids::sum, t, x(t) + carried(y, 0.0f)(t - 2));
  };
  CHECK(is_refused(captured<f32<8>, f32<8>>(both), blocks, code::bad_scan,
                   "what it scans is carried from one point to the next, too"));
  program strict = scans()[0];
  strict.allowed.reassociate = false;
  CHECK(is_refused(strict, blocks, code::bad_scan, "fp::strict keeps the order"));
  program whole = captured<i32<2, 8>, i32<2, 8>>(totals);
  whole.allowed.reassociate = false;
  keeps_values(whole, blocks);
}

TEST_CASE("a scan in blocks is read back, and exported with its stages",
          "[schedule][scan_blocks][golden]") {
  program const before = scans()[1];
  program p = before;
  schedule s(p);
  auto const parts = s.split("t", 4, tail::cut);
  auto const made = s.scan_blocks(parts.outer);
  s.parallel(parts.outer);
  made.total.parallel("to");
  REQUIRE(s.print_steps() ==
          "y.split(\"t\", 4, cut) -> \"to\", \"ti\"\n"
          "y.scan_blocks(\"to\") -> \"y_total\", \"y_prefix\", \"y_block\"\n"
          "y.parallel(\"to\")\n"
          "y_total.parallel(\"to\")\n");
  REQUIRE(s.finish().ok());
  program again = before;
  REQUIRE(replay(s.print_steps().view(), again).ok());
  REQUIRE(again == p);
  program misread = before;
  CHECK(replay("y.split(\"t\", 4)\ny.scan_blocks(\"to\") -> \"y_total\", \"y_sums\", \"y_block\"",
               misread)
            .message() ==
        "line 2: expected \"y_prefix\" after the arrow, the name of what scan_blocks makes");
  text<4096> halide{};
  scheduling::export_halide(p, s.steps(), halide);
  REQUIRE(halide.view() == golden("schedule/scan_blocks/totals.halide", halide.view()));
  text<4096> tvm{};
  scheduling::export_tvm(p, s.steps(), tvm);
  REQUIRE(tvm.view() == golden("schedule/scan_blocks/totals.py", tvm.view()));
}
