// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <ashlar/expr/axis.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("loops are named by handle, by string and by axis object", "[schedule]") {
  constexpr ashlar::axis<"i"> i;
  auto const by_object = scheduled(product(8, 8, 8), [&](schedule& s) {
    s.split(i, 4);
    s.reorder("k", "j");
  });
  auto const by_name = scheduled(product(8, 8, 8), [](schedule& s) {
    auto const j = s.get("j");
    auto const k = s.get(std::string_view("k"));
    s.split("i", 4);
    s.reorder(k, j);
  });
  REQUIRE(by_object.fault.ok());
  REQUIRE(by_object == by_name);
}

TEST_CASE("constant evaluation and run time agree", "[schedule]") {
  constexpr auto steps = [](schedule& s) {
    auto [io, ii] = s.split("i", 8, tail::cut);
    auto [jo, ji] = s.split("j", 16);
    s.reorder(jo, io, "k", ii, ji);
    auto b = s.cache_read("b", jo, packed("j", 16));
    b.vectorize("j", 16);
    s.cache_write("k");
    s.unroll(ii);
    s.vectorize(ji);
    s.parallel(jo);
  };
  // One program for both: the order of arguments, and so of nodes, is the compiler's choice.
  static constexpr auto before = product(-1, -1, -1);
  static constexpr auto p = scheduled(before, steps);
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(p == scheduled(before, steps));
}

TEST_CASE("the trace is what was written", "[schedule][trace]") {
  auto p = product(60, 48, 32);
  schedule s(p);
  auto [io, ii] = s.split("i", 8);
  s.reorder(io, "k", "j", ii);
  s.unroll(ii);
  auto const b = s.cache_read("b", io);
  b.vectorize("j", 16);
  b.store_in(scope::stack);
  s.cache_write("k");
  s.parallel(io);
  s.fuse("k", "j");
  s.split("j", 2);
  REQUIRE(p.fault.id == diag::code::fuse_mixed_kinds);
  REQUIRE(s.print_steps() ==
          "y.split(\"i\", 8, guard) -> \"io\", \"ii\"\n"
          "y.reorder(\"io\", \"k\", \"j\", \"ii\")\n"
          "y.unroll(\"ii\")\n"
          "y.cache_read(\"b\", \"io\") -> \"b_cache\"\n"
          "b_cache.split(\"j\", 16, exact) -> \"jo\", \"ji\"\n"
          "b_cache.vectorize(\"ji\")\n"
          "b_cache.store_in(stack)\n"
          "y.cache_write(\"k\")\n"
          "y.parallel(\"io\")\n");
}

TEST_CASE("a trace that is full counts what it drops", "[schedule][trace]") {
  auto p = product(8, 8, 8);
  schedule s(p);
  for (int i = 0; i < scheduling::max_directives / 2 + 2; ++i) {
    s.reorder("j", "i");
    s.reorder("i", "j");
  }
  REQUIRE(p.fault.ok());
  REQUIRE(s.steps().dropped == 4);
  REQUIRE(s.print_steps().view().ends_with("and 4 more\n"));
}

TEST_CASE("the main stage is the last output", "[schedule]") {
  auto p = blur(8);
  schedule s(p);
  REQUIRE(s.name() == "v");
  REQUIRE(s["h"].name() == "h");
  program nothing{};
  schedule empty(nothing);
  empty.split("i", 8);
  REQUIRE(nothing.fault.id == diag::code::missing_output);
}

TEST_CASE("a masked tail needs a vectorized loop", "[schedule][finish]") {
  auto const with = [](auto const& then) {
    return message_of(product(8, 45, 8), [&](schedule& s) {
      s.reorder("i", "k", "j");
      then(s, s.split("j", 16, tail::mask).inner);
    });
  };
  REQUIRE(with([](schedule& s, loop const& ji) { s.vectorize(ji); }) == "ok");
  REQUIRE(with([](schedule&, loop const&) {}) ==
          "E021 tail::mask of j: the inner loop ji must be vectorized; vectorize it, or use "
          "tail::guard");
  REQUIRE(with([](schedule& s, loop const& ji) { s.vectorize(ji, 8); }).starts_with("E021"));
  REQUIRE(message_of(product(8, 8, 45), [](schedule& s) { s.vectorize("k", 16, tail::mask); }) ==
          "ok");
}

TEST_CASE("a program that is full says so", "[schedule]") {
  auto p = product(1 << 20, 8, 8);
  p.axes.count = limits::axes - 1;
  REQUIRE(message_of(p, [](schedule& s) { s.split("i", 2); }) ==
          "E001 split: needs 257 axes, and the limit is 256; raise limits::axes in "
          "<ashlar_config.hpp>");
  REQUIRE(message_of(product(1 << 30, 8, 8), [](schedule& s) {
            loop i = s.get("i");
            char const* names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "l", "m",
                                   "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x"};
            for (int n = 0; n < 22; ++n) i = s.split(i, "z", names[n], 1).outer;
          }).starts_with("E001 split z: a stage has at most 24 loops"));
}
