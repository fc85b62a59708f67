// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <ashlar/tir/verify.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("the values of a stage are kept in a loop around", "[schedule][store_at]") {
  constexpr auto p = scheduled(blur(16), [](schedule& s) {
    auto const [ro, ri] = s.split("r", 4);
    s["h"].compute_at(ri);
    s["h"].store_at(ro);
  });
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(p.axes[p.stages[0].at_axis].name == "ri");
  REQUIRE(p.axes[p.stages[0].store_at].name == "ro");
  REQUIRE(verify(p).ok());
}

TEST_CASE("what moves a loop moves what is stored there", "[schedule][store_at]") {
  auto const split = scheduled(blur(16), [](schedule& s) {
    s.compute_at("h", "v", "c");
    s["h"].store_at(s.get("r"));
    s.split("r", 4);
  });
  REQUIRE(split.axes[split.stages[0].store_at].name == "ri");
  auto const fused = scheduled(blur(16), [](schedule& s) {
    s.compute_at("h", "v", "c");
    s["h"].store_at(s.get("c"));
    s.fuse("r", "c");
  });
  REQUIRE(fused.axes[fused.stages[0].store_at].name == "r_c");
}

TEST_CASE("another placement takes the storage back", "[schedule][store_at]") {
  auto const root = [](schedule& s) {
    s.compute_at("h", "v", "r");
    s["h"].store_root();
  };
  REQUIRE(scheduled(blur(16), root).stages[0].store_at == at_root);
  REQUIRE(scheduled(blur(16),
                    [&](schedule& s) {
                      root(s);
                      s.compute_at("h", "v", "r");
                    })
              .stages[0]
              .store_at == -1);
  REQUIRE(scheduled(blur(16), [&](schedule& s) {
            root(s);
            s.compute_root("h");
          }) == blur(16));
}

TEST_CASE("what is wrong with store_at is said, with the loops that are legal",
          "[schedule][store_at]") {
  auto const wrong = [](auto const& f) { return message_of(blur(16), f); };
  REQUIRE(wrong([](schedule& s) { s["h"].store_root(); }) ==
          "E056 store_root of h: it is not computed at a loop; compute_at comes first");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("h", "v", "r");
            s["h"].store_at(s.get("c"));
          }) ==
          "E056 store_at c of h: that is inside of r, where it is computed; it can be at: root, r");
  REQUIRE(
      wrong([](schedule& s) {
        s.compute_at("h", "v", "r");
        s["h"].store_at(s["h"].get("c"));
      }) ==
      "E056 store_at c of h: that is no loop of v, where it is computed; it can be at: root, r");
  // Iterations on several threads would write to one buffer.
  REQUIRE(wrong([](schedule& s) {
            s.parallel("r");
            s.compute_at("h", "v", "c");
            s["h"].store_root();
          }) ==
          "E056 store_root of h: iterations of parallel r would share its memory; it can be at: "
          "r, c");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("h", "v", "r");
            s["h"].store_root();
            s.parallel("r");
          }) ==
          "E056 store_root of h: iterations of parallel r would share its memory; it can be at: r");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("h", "v", "r");
            s["h"].store_at(s.get("r"));
            s.reorder("c", "r");
          }) == "ok");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("h", "v", "c");
            s["h"].store_at(s.get("r"));
            s.reorder("c", "r");
          }) ==
          "E056 store_at r of h: that is inside of c, where it is computed; it can be at: root, c");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("h", "v", "c");
            s["h"].store_at(s.get("r"));
            s.fuse("r", "c");
          }) == "E056 fuse r, c: h is stored at r; fuse first, or store it at another");
  REQUIRE(wrong([](schedule& s) {
            s.compute_at("h", "v", "r");
            s["h"].split("c", 4, tail::round_up);
            s["h"].store_root();
          }) == "ok");
  REQUIRE(message_of(blur(15),
                     [](schedule& s) {
                       s.compute_at("h", "v", "r");
                       s["h"].split("c", 4, tail::round_up);
                       s["h"].store_root();
                     }) ==
          "E056 store_root of h: tail::round_up of c computes more than the part of an iteration; "
          "use tail::guard; it can be at: (none)");
}

TEST_CASE("a stage in a placed stage is not stored outside of that", "[schedule][store_at]") {
  REQUIRE(message_of(normalized(8, 8), [](schedule& s) {
            s.compute_inline("half");
            s.compute_at("norm", "y", "i");
            s["norm"].store_root();
          }) == "ok");
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s.compute_at("h", "v", "r");
            auto const x = s["h"].cache_read("x", s["h"].get("c"));
            x.store_root();
          }) == "E056 store_root of x_cache: h is computed at a loop itself; it can be at: r, c");
}

TEST_CASE("a constant size is asked for where the storage is", "[schedule][store_at]") {
  REQUIRE(message_of(product(-1, 8, 4),
                     [](schedule& s) {
                       auto const copy = s.cache_read("b", "j");
                       copy.store_root();
                       copy.store_in(scope::stack);
                     }) ==
          "E018 store_in(stack) of b_cache: a loop of y has an extent known at the call; split it "
          "and compute deeper, or use scope::workspace");
}

TEST_CASE("the steps say where a stage is stored", "[schedule][store_at]") {
  program p = blur(16);
  schedule s(p);
  s.compute_at("h", "v", "c");
  s["h"].store_at(s.get("r"));
  s["h"].store_root();
  REQUIRE(s.print_steps().view() ==
          "h.compute_at(\"v\", \"c\")\nh.store_at(\"v\", \"r\")\nh.store_root()\n");
}
