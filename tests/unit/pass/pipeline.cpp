// SPDX-License-Identifier: Apache-2.0
//
// After every pass the program keeps all invariants and computes what its definition says.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

struct as_it_is {
  void operator()(schedule&) const {}
};

struct blocked {
  tail tails;
  void operator()(schedule& s) const {
    auto const [io, ii] = s.split("i", 4, tails);
    auto const [jo, ji] = s.split("j", 8, tails);
    s.reorder(io, jo, "k", ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
    s.parallel(io);
  }
};
struct reduction_outermost {
  tail tails;
  void operator()(schedule& s) const {
    auto const [ko, ki] = s.split("k", 4, tails);
    auto const [jo, ji] = s.split("j", 8, tails);
    auto const [io, ii] = s.split("i", 4, tails);
    s.reorder(ko, io, jo, ki, ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
  }
};
struct partial_sums {
  tail tails;
  void operator()(schedule& s) const { s.vectorize("k", 8, tails); }
};
struct one_loop {
  tail tails;
  void operator()(schedule& s) const {
    auto const f = s.fuse("i", "j");
    s.reorder("k", f);
    s.vectorize(f, 8, tails);
  }
};
struct packed_panels {
  tail tails;
  void operator()(schedule& s) const {
    auto const [io, ii] = s.split("i", 4, tails);
    auto const [jo, ji] = s.split("j", 16, tails);
    s.reorder(jo, io, "k", ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
    auto copy = s.cache_read("b", jo, packed("j", 16));
    copy.vectorize("j", 8, tails);
  }
};
struct kept_tile {
  tail tails;
  void operator()(schedule& s) const {
    auto const [io, ii] = s.split("i", 4, tails);
    auto const [ko, ki] = s.split("k", 4, tails);
    s.reorder(io, ko, "j", ki, ii);
    s.cache_write(ki);
  }
};
struct in_a_loop {
  tail tails;
  void operator()(schedule& s) const {
    auto const [ro, ri] = s.split("r", 4, tails);
    auto const [co, ci] = s.split("c", 4, tails);
    s.reorder(ro, co, ri, ci);
    s.compute_at("h", co);
    s["h"].vectorize("c", 4);
  }
};

// Every pass of one schedule.
template <class Schedule> void check_passes(program const& before, Schedule const& apply) {
  program p = scheduled(before, apply);
  if (!p.fault.ok()) {
    REQUIRE(p.fault.id == diag::code::bad_tail);  // mask needs a vectorized loop
    return;
  }
  pass::lower(p, 32, [&](std::string_view name, program const& now) {
    INFO("after " << std::string(name));
    require_same(before, now, name == "settle registers", has_checks(name));
  });
}

constexpr tail tails[] = {tail::automatic, tail::guard, tail::cut, tail::mask};

}  // namespace

TEST_CASE("programs without a schedule", "[pass][pipeline]") {
  for (auto const& p : {product(-1, -1, -1), product(5, 6, 7), dense(-1, 16, 9), arg_max(-1, -1),
                        stencil(-1), blur(6), normalized(-1, -1)}) {
    check_passes(p, as_it_is{});
  }
}

TEST_CASE("register tiles", "[pass][pipeline]") {
  for (tail const t : tails) {
    for (auto const& p : {product(-1, -1, -1), product(13, 19, 5), dense(-1, -1, -1)}) {
      check_passes(p, blocked{t});
      check_passes(p, reduction_outermost{t});
    }
  }
}

TEST_CASE("reductions in lanes, fused loops, tiles, copies", "[pass][pipeline]") {
  for (tail const t : tails) {
    for (auto const& p : {product(-1, -1, -1), product(9, 17, 11)}) {
      check_passes(p, partial_sums{t});
      check_passes(p, one_loop{t});
      check_passes(p, kept_tile{t});
    }
  }
}

TEST_CASE("copies in panels", "[pass][pipeline]") {
  for (tail const t : tails) check_passes(product(9, 32, 11), packed_panels{t});
}

TEST_CASE("stages in loops of their consumers", "[pass][pipeline]") {
  for (tail const t : tails) check_passes(blur(10), in_a_loop{t});
}

TEST_CASE("the passes run in this order", "[pass][pipeline]") {
  std::string names;
  program p = product(4, 4, 4);
  pass::lower(p, 32,
              [&](std::string_view name, program const&) { names += std::string(name) + "\n"; });
  REQUIRE(names == golden("pass/pipeline/names.txt", names));
}

TEST_CASE("lowering works in constant evaluation", "[pass][pipeline]") {
  constexpr auto lowered = [] {
    program p = dense(-1, 16, 9);
    pass::lower(p, 32);
    return p;
  };
  STATIC_REQUIRE(verify_lowered(lowered()).ok());
}

TEST_CASE("a program with a fault is left as it is", "[pass][pipeline]") {
  program p = product(4, 4, 4);
  p.fail(diag::code::unknown_axis, "for a test");
  program const before = p;
  pass::lower(p, 32);
  REQUIRE(p == before);
}
