// SPDX-License-Identifier: Apache-2.0
#include <ashlar/schedule/read_steps.hpp>
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto before_and_after(char const* name, program const& p, auto const& apply) -> void {
  program const q = scheduled(p, apply);
  REQUIRE(q.fault.ok());
  for (auto const pass : {"build nest", "simplify nest", "settle registers"}) {
    require_same(p, after(q, pass), std::string_view(pass) == "settle registers", has_checks(pass));
  }
  auto const text = show(after(p, "simplify nest")) + "-->\n" + show(after(q, "simplify nest"));
  REQUIRE(text == golden(std::string("schedule/split_evenly/") + name + ".tir", text));
}

}  // namespace

TEST_CASE("a constant extent is divided into parts by a number", "[schedule][split_evenly]") {
  auto const nest = [](index_t m, index_t n) {
    return nest_of(scheduled(product(m, 8, 8), [&](schedule& s) { s.split_parts("i", n); }), "y");
  };
  REQUIRE(nest(103, 4) == "io 4, ii 26, j 8, k 8");
  REQUIRE(nest(64, 4) == "io 4, ii 16, j 8, k 8");
  REQUIRE(nest(10, 6) == "io 5, ii 2, j 8, k 8");
  REQUIRE(nest(3, 8) == "io 3, ii 1, j 8, k 8");
  REQUIRE(nest(0, 4) == "io 0, ii 1, j 8, k 8");
}

TEST_CASE("the call decides how long the parts of a dynamic extent are",
          "[schedule][split_evenly][golden]") {
  before_and_after("parts", product(-1, 4, 3), [](schedule& s) {
    auto const [io, ii] = s.split_parts("i", 4);
    REQUIRE(io.extent() == 4);
    REQUIRE(ii.extent() == dynamic_extent);
    s.parallel(io);
  });
}

TEST_CASE("parts of a reduction have a point each", "[schedule][split_evenly]") {
  auto const p = product(3, 4, -1);
  auto const q = scheduled(p, [](schedule& s) {
    auto const [ko, ki] = s.split_parts("k", 6);
    REQUIRE(ko.extent() == dynamic_extent);
    s.reorder(ko, ki, "i", "j");
    s.vectorize("j");
  });
  require_same(p, after(q, "settle registers"), true);
}

TEST_CASE("parts of an extent that is a promised multiple are exact", "[schedule][split_evenly]") {
  program p = product(-1, 8, 8);
  p.axes[0].extent = symbol_value(p, 0) * 16;
  auto const q = scheduled(p, [](schedule& s) { s.split_parts("i", 8, tail::exact); });
  REQUIRE(q.fault.ok());
  auto const& outer = q.axes[q.stages[0].loops[0]];
  REQUIRE(outer.tails == tail::exact);
  REQUIRE(q.indices[outer.span] == symbol_value(p, 0) * 2);
}

TEST_CASE("a balanced split has blocks of one length", "[schedule][split_evenly]") {
  auto const nest = [](index_t k, index_t most, index_t multiple) {
    auto const apply = [&](schedule& s) { s.split_balanced("k", most, multiple); };
    return nest_of(scheduled(product(8, 8, k), apply), "y");
  };
  REQUIRE(nest(1500, 1024, 8) == "i 8, j 8, ko 2, ki 752");
  REQUIRE(nest(1500, 1024, 1) == "i 8, j 8, ko 2, ki 750");
  REQUIRE(nest(1024, 1024, 16) == "i 8, j 8, ko 1, ki 1024");
  REQUIRE(nest(1025, 1024, 16) == "i 8, j 8, ko 2, ki 528");
  REQUIRE(nest(5, 1024, 16) == "i 8, j 8, ko 1, ki 16");
}

TEST_CASE("the call balances blocks of a dynamic extent", "[schedule][split_evenly][golden]") {
  before_and_after("balanced", product(4, 8, -1), [](schedule& s) {
    auto const [ko, ki] = s.split_balanced("k", 8, 2);
    s.reorder(ko, "i", ki, "j");
    s.vectorize("j");
  });
}

TEST_CASE("a copy of a balanced block fits the longest", "[schedule][split_evenly]") {
  auto const p = product(4, 8, -1);
  auto const q = scheduled(p, [](schedule& s) {
    auto const [ko, ki] = s.split_balanced("k", 8, 2);
    s.reorder(ko, "i", ki, "j");
    s.cache_read("b", ko);
  });
  program const low = after(q, "settle registers");
  require_same(p, low, true);
  auto const& copy = low.buffers[low.stages[0].buffer];
  REQUIRE(copy.name == "b_cache");
  INFO(show(low));
  REQUIRE(low.indices[copy.shape[0]] == constant(8));
  REQUIRE(copy.where == scope::stack);
}

TEST_CASE("steps of even splits are printed as they were written", "[schedule][split_evenly]") {
  auto p = product(-1, 8, 100);
  schedule s(p);
  s.split_parts("i", 4);
  s.split_balanced("k", 64, 8);
  REQUIRE(s.print_steps() ==
          "y.split_parts(\"i\", 4, guard) -> \"io\", \"ii\"\n"
          "y.split_balanced(\"k\", 64, 8, guard) -> \"ko\", \"ki\"\n");
  s.peel("io", 1, 0);
  auto q = product(-1, 8, 100);
  REQUIRE(replay(s.print_steps().view(), q).ok());
  REQUIRE(q == p);
}

TEST_CASE("what is wrong with an even split is said", "[schedule][split_evenly]") {
  auto const wrong = [](auto const& f) { return message_of(product(-1, 48, 1500), f); };
  REQUIRE(wrong([](schedule& s) { s.split_parts("i", 0); }) ==
          "E003 split_parts i into 0: the factor must be at least 1; 1 leaves the loop as it is");
  REQUIRE(wrong([](schedule& s) { s.split_parts("i", 4, tail::cut); }) ==
          "E021 split_parts i: extent y.extent(0), so the call decides how long a block is, and "
          "only tail::guard takes that; or split by a number");
  REQUIRE(wrong([](schedule& s) { s.split_parts("i", 4, tail::exact); }) ==
          "E004 split_parts i: extent y.extent(0), so the call decides how long a block is and "
          "whether all are full; use tail::guard");
  REQUIRE(wrong([](schedule& s) { s.split_parts("k", 7, tail::exact); }).starts_with("E004"));
  REQUIRE(wrong([](schedule& s) { s.split_balanced("k", 1000, 16); }) ==
          "E028 split_balanced k: the longest block, 1000, is not a multiple of 16; legal: at most "
          "992 or 1008, or multiples of: 8, 10, 20, 25");
  REQUIRE(wrong([](schedule& s) { s.split_balanced("k", 7, 16); }) ==
          "E028 split_balanced k: the longest block, 7, is not a multiple of 16; legal: at most "
          "16, or multiples of: 7");
  REQUIRE(wrong([](schedule& s) { s.split_balanced("k", 64, 0); }).starts_with("E003"));
}
