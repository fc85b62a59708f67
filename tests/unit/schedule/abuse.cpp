// SPDX-License-Identifier: Apache-2.0
//
// What users do to a schedule, by accident and on purpose: each is refused, with the loop and the
// numbers, or means what it says. Each tail with factors that do not divide is in split.cpp and
// tails.cpp, and what each primitive refuses of itself in the file of its name.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto most = std::numeric_limits<index_t>::max();
constexpr auto least = std::numeric_limits<index_t>::min();

template <class Apply> auto of_product(Apply const& apply) -> std::string {
  return message_of(product(60, 48, 32), apply);
}
template <class Apply> auto of_blur(Apply const& apply) -> std::string {
  return message_of(blur(16), apply);
}
template <class Apply> void keeps(program const& p, Apply const& apply) {
  auto const q = scheduled(p, apply);
  REQUIRE(q.fault.ok());
  REQUIRE(values_of(q) == values_of(p));
}

}  // namespace

TEST_CASE("a tile of one loop, of nothing, and larger than the loops", "[schedule][abuse]") {
  REQUIRE(of_product([](schedule& s) { s.tile("i", "i", 4, 4); }) ==
          "E002 split: y has no loop i; loops: io, ii, j, k");
  REQUIRE(of_product([](schedule& s) {
            s.tile("i", "j", 4, 0);
          }).starts_with("E003 split j by 0: the factor must be at least 1"));
  REQUIRE(of_product([](schedule& s) {
            s.tile("i", "j", -1, 8);
          }).starts_with("E003 split i by -1: the factor must be at least 1"));
  keeps(product(6, 4, 3), [](schedule& s) { s.tile("i", "j", 1, 1); });
  keeps(product(6, 4, 3), [](schedule& s) { s.tile("i", "j", 100, 100); });
}

TEST_CASE("numbers at the ends of their type", "[schedule][abuse]") {
  REQUIRE(of_product([](schedule& s) {
            s.split("i", most);
          }).starts_with("E003 split i by 9223372036854775807: the factor must be at most"));
  REQUIRE(of_product([](schedule& s) {
            s.split("i", least);
          }).starts_with("E003 split i by -9223372036854775808: the factor must be at least"));
  REQUIRE(of_product([](schedule& s) { s.split_balanced("i", most, most); }).starts_with("E003"));
  REQUIRE(of_product([](schedule& s) { s.split_parts("j", most); }).starts_with("E003"));
  REQUIRE(of_product([](schedule& s) { s.split_parts("j", 0); }).starts_with("E003"));
  REQUIRE(of_product([](schedule& s) { s.peel("i", most, most); }).starts_with("E029"));
  REQUIRE(of_product([](schedule& s) {
            s.cache_read("b", "i", packed("j", most));
          }).starts_with("E027 layout of b_cache: block 9223372036854775807 of j"));
  REQUIRE(of_product([](schedule& s) { s.prefetch("a", "i", most); }) ==
          "E052 prefetch(a, i, 9223372036854775807) of y: a distance is at most 2147483648");
  REQUIRE(of_product([](schedule& s) { s.prefetch("a", "i", least); }).starts_with("E052"));
  for (index_t const n : {most, least, index_t{-3}}) {
    auto const said = of_blur([&](schedule& s) {
      s["h"].compute_at(s.get("r"));
      s["h"].store_root();
      s["h"].fold_storage("r", n);
    });
    REQUIRE(said == "E057 fold_storage r of h: " + std::to_string(n) +
                        " places; give 1 to 1024, or 0 for as many as it needs");
  }
  REQUIRE(of_product([](schedule& s) {
            s.unroll("i", 1000000);
          }).starts_with("E009 unroll ii: extent 1000000 is above the limit of 64"));
  constexpr index_t large = index_t{1} << 45;
  REQUIRE(message_of(product(large, large, 2), [](schedule& s) {
            s.fuse("i", "j");
          }).starts_with("E045 fuse i, j"));
}

TEST_CASE("vectors of 0, of 3 and of more than there is", "[schedule][abuse]") {
  auto const in_lanes = [](index_t n) {
    return [n](schedule& s) {
      s.reorder("i", "k", "j");
      s.vectorize("j", n);
    };
  };
  REQUIRE(message_of(product(6, 5, 4), in_lanes(0)).starts_with("E003 vectorize j by 0"));
  keeps(product(6, 5, 4), in_lanes(3));
  keeps(product(6, 5, 4), in_lanes(64));
}

TEST_CASE("a loop is bound once, and changed before", "[schedule][abuse]") {
  REQUIRE(of_product([](schedule& s) {
            s.parallel("i");
            s.parallel("i");
          }).starts_with("E008 parallel i: it is parallel already"));
  REQUIRE(of_product([](schedule& s) {
            s.parallel("i");
            s.split("i", 4);
          }).starts_with("E024 split i: it is parallel already"));
  REQUIRE(of_product([](schedule& s) {
            s.parallel("i");
            s.reorder("j", "i");
          }).starts_with("E024 reorder i: it is parallel already"));
  REQUIRE(of_product([](schedule& s) {
            s.reorder("k", "j");
            s.vectorize("j", 8);
            s.fuse("jo", "ji");
          }).starts_with("E024 fuse ji: it is vectorized already"));
  REQUIRE(of_product([](schedule& s) { s.fuse("i", "i"); }).starts_with("E011 fuse i, i"));
}

TEST_CASE("a loop that has become others has its name no more", "[schedule][abuse]") {
  REQUIRE(of_product([](schedule& s) {
            s.split("i", 4);
            s.parallel("i");
          }) == "E002 parallel: y has no loop i; loops: io, ii, j, k");
  REQUIRE(of_blur([](schedule& s) {
            auto const r = s.get("r");
            s.split("r", 4);
            s["h"].compute_at(r);
          }) == "E002 compute_at: r was replaced by other loops; loops: ro, ri, c");
  REQUIRE(of_blur([](schedule& s) { s.split(s["h"].get("r"), 4); }) ==
          "E002 split: r is a loop of h, not of v; loops: r, c");
  REQUIRE(of_product([](schedule& s) { s.split("", 4); }).starts_with("E002"));
}

TEST_CASE("no stage is computed in itself, in what it reads, or in a circle", "[schedule][abuse]") {
  REQUIRE(of_blur([](schedule& s) { s.compute_at("h", "h", "r"); }).starts_with("E013"));
  REQUIRE(of_blur([](schedule& s) { s.compute_at("v", "h", "r"); }).starts_with("E013"));
  REQUIRE(of_blur([](schedule& s) {
            s["h"].compute_at(s.get("r"));
            s.compute_at("v", "h", "r");
          }).starts_with("E013 v cannot be computed at r of h: v is an output"));
}

TEST_CASE("an inlined stage has no loops, and is no place", "[schedule][abuse]") {
  REQUIRE(of_blur([](schedule& s) {
            s.compute_inline("h");
            s["h"].compute_at(s.get("r"));
          }).starts_with("E013 h cannot be computed at r of v: h is inlined"));
  REQUIRE(of_blur([](schedule& s) {
            s.compute_inline("h");
            s["h"].split("r", 4);
          }).starts_with("E014 split: h is inlined"));
  REQUIRE(of_blur([](schedule& s) {
            s.compute_inline("h");
            s.compute_inline("h");
          }).starts_with("E014 compute_inline h: it is inlined already"));
}

TEST_CASE("copies of an output, of what was copied, and of a copy", "[schedule][abuse]") {
  REQUIRE(of_blur([](schedule& s) { s.cache_read("v", "r"); }) ==
          "E016 cache_read v: v does not read it; it reads: h");
  REQUIRE(of_product([](schedule& s) {
            s.cache_read("a", "i");
            s.cache_read("a", "i");
          }) == "E016 cache_read a: y does not read it; it reads: b, a_cache");
  keeps(product(6, 5, 4), [](schedule& s) {
    s.cache_read("a", "i");
    s.cache_read("a_cache", "j");
  });
}

TEST_CASE("nothing changes without steps, and after a fault", "[schedule][abuse]") {
  REQUIRE(scheduled(product(6, 5, 4), [](schedule&) {}) == product(6, 5, 4));
  REQUIRE(of_product([](schedule& s) {
            s.split("i", 0);
            s.split("nothing", 4);
            s.parallel("k");
          }).starts_with("E003 split i by 0"));
}

TEST_CASE("a reorder keeps to the loops of its stage, and may leave some out",
          "[schedule][abuse]") {
  REQUIRE(of_product([](schedule& s) { s.reorder("i", "j", "i"); }) ==
          "E005 reorder: i is named twice; loops: i, j, k");
  REQUIRE(of_product([](schedule& s) { s.reorder(); }) ==
          "E005 reorder of 0 loops: name 1 to 3 of them; loops: i, j, k");
  REQUIRE(of_product([](schedule& s) { s.reorder(std::span<loop const>{}); }).starts_with("E005"));
  REQUIRE(of_product([](schedule& s) {
            loop const i = s.get("i");
            s.reorder(i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i);
          }).starts_with("E005 reorder of 25 loops: name 1 to 3 of them"));
  REQUIRE(of_product([](schedule& s) { s.reorder("i", "q"); }) ==
          "E002 reorder: y has no loop q; loops: i, j, k");
  REQUIRE(of_blur([](schedule& s) { s.reorder(s["h"].get("r"), "c"); }) ==
          "E005 reorder: r is a loop of h, not of v; loops: r, c");
  keeps(product(6, 5, 4), [](schedule& s) { s.reorder("j"); });
  keeps(product(6, 5, 4), [](schedule& s) {
    s.decompose_reduction("k");
    s.reorder("k", "i", "j");
  });
  keeps(blur(8), [](schedule& s) {
    s["h"].compute_at(s.get("r"));
    s.reorder("c", "r");
  });
  REQUIRE(of_product([](schedule& s) {
            s.decompose_reduction("j");
            s.reorder("i", "k", "j");
          }).starts_with("E019 y: decompose_reduction placed the start of the reduction above j"));
}

TEST_CASE("code that unrolled loops repeat is bounded", "[schedule][abuse]") {
  auto const all = [](schedule& s) {
    for (auto const* l : {"i", "j", "k"}) s.unroll(l);
  };
  keeps(product(16, 16, 16), all);
  REQUIRE(message_of(product(64, 64, 64), all) ==
          "E009 unroll i, j, k: the body of y would be there 262144 times, and 4096 is the most; "
          "unroll fewer loops, or parts of them");
  REQUIRE(message_of(blur(64),
                     [](schedule& s) {
                       s["h"].compute_at(s.get("c"));
                       s.unroll("r");
                       s.unroll("c");
                       s["h"].unroll("r", 2);
                     }) ==
          "E009 unroll ri, r, c: the body of h would be there 8192 times, and 4096 is the most; "
          "unroll fewer loops, or parts of them");
}

TEST_CASE("parallel loops do not meet in another stage either", "[schedule][abuse]") {
  REQUIRE(of_blur([](schedule& s) {
            s["h"].parallel("r");
            s.parallel("r");
            s["h"].compute_at(s.get("r"));
          }).starts_with("E022 h cannot be computed at r of v: h has a parallel loop"));
  keeps(blur(8), [](schedule& s) {
    s["h"].compute_at(s.get("r"));
    s["h"].parallel("c");
  });
}

TEST_CASE("a schedule for another program names what this has not", "[schedule][abuse]") {
  auto const of_another = [](schedule& s) { s["h"].compute_at(s.get("r")); };
  REQUIRE(of_product(of_another).starts_with("E015 the program has no stage h; stages: y"));
  REQUIRE(of_product([](schedule& s) { s.vectorize("c", 8); }) ==
          "E002 vectorize: y has no loop c; loops: i, j, k");
  REQUIRE(of_product([](schedule& s) { s.split(loop{}, 8); }) ==
          "E002 split: the loop handle is empty; loops: i, j, k");
  REQUIRE(of_product([](schedule& s) { s.split(static_cast<char const*>(nullptr), 8); }) ==
          "E002 split: y has no loop ; loops: i, j, k");
}

TEST_CASE("a loop of another schedule is not taken for one of this", "[schedule][abuse]") {
  program p = product(6, 5, 4);
  schedule before(p);
  loop const i = before.get("i");
  std::string const text =
      ": the loop handle is of another schedule; take it from this one, by name or from the "
      "primitive that made it";
  REQUIRE(of_product([&](schedule& s) { s.unroll(i); }) == "E002 unroll" + text);
  REQUIRE(of_blur([&](schedule& s) { s["h"].compute_at(i); }) == "E002 compute_at" + text);
}

TEST_CASE("many steps, and splits of splits", "[schedule][abuse]") {
  keeps(product(6, 5, 4), [](schedule& s) {
    for (int n = 0; n < 32; ++n) {
      s.reorder("j", "i");
      s.reorder("i", "j");
    }
  });
  keeps(product(1024, 2, 2), [](schedule& s) {
    loop l{};
    for (std::string name = "i"; name.size() < 11; name += "o") l = s.split(name.c_str(), 2).outer;
    s.unroll(l);
  });
  REQUIRE(of_product([](schedule& s) {
            for (int n = 0; n < 64; ++n) s.prefetch("a", "i", n + 1);
          }) == "E052 prefetch(a, i, 5) of y: a stage has at most 4 hints");
}

TEST_CASE("a name that is longer than its room is found by what is kept of it",
          "[schedule][abuse]") {
  keeps(product(6, 5, 4), [](schedule& s) {
    s.split("i", "an outer loop with a long name", "in", 2);
    s.unroll("an outer loop with a long name");
  });
  REQUIRE(of_product([](schedule& s) {
            s.split("i", "an outer loop with a long name", "in", 2);
            s.split("j", "an outer loop with a long tail", "on", 2);
          }).starts_with("E025 split j: y has a loop an outer loop with a lo already"));
}
