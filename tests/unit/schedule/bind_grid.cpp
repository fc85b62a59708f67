// SPDX-License-Identifier: Apache-2.0
//
// schedule/bind_grid: which loops become axes of a grid, and what is refused.
#include "support.hpp"

#include <ashlar/schedule/read_steps.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("loops become blocks, threads and lanes", "[schedule][bind_grid]") {
  auto const p = scheduled(product(128, 96, 40), [](schedule& s) {
    auto const t = s.tile("i", "j", 32, 8);
    s.bind(t.i_outer, gpu::block_y);
    s.bind(t.j_outer, gpu::block_x);
    s.bind(t.i_inner, gpu::lane);
    s.bind(t.j_inner, gpu::warp);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y") == "io 4 block_y, jo 12 block_x, ii 32 lane, ji 8 warp, k 40");
  REQUIRE(has_grid(p));
  REQUIRE_FALSE(has_grid(product(8, 8, 8)));
}

TEST_CASE("lanes that reduce keep what they have apart", "[schedule][bind_grid]") {
  auto const p = scheduled(product(4, 4, 70), [](schedule& s) {
    auto const k = s.split("k", 32);
    REQUIRE(s.bind(k.inner, gpu::lane).name() == "ki");
  });
  REQUIRE(nest_of(p, "y_rf") == "i 4, j 4, ki 32 lane, ko 3");
  REQUIRE(nest_of(p, "y") == "i 4, j 4, ki 32");
  REQUIRE(p.buffers[p.stages[0].buffer].where == scope::registers);
  REQUIRE(values_of(p) == values_of(product(4, 4, 70)));
}

TEST_CASE("a virtual thread is an unrolled loop", "[schedule][bind_grid]") {
  auto const p = scheduled(product(8, 8, 8), [](schedule& s) { s.bind("i", gpu::vthread); });
  REQUIRE(nest_of(p, "y") == "i 8 unrolled, j 8, k 8");
}

TEST_CASE("bound loops are written and read back", "[schedule][bind_grid]") {
  auto p = product(64, 64, 64);
  schedule s(p);
  auto const i = s.split("i", 16);
  s.bind(i.outer, gpu::block_x);
  s.bind(i.inner, gpu::thread_z);
  auto const k = s.split("k", 32);
  s.bind(k.inner, gpu::lane);
  s["y_rf"].store_in(scope::shared);
  auto const text = s.print_steps();
  REQUIRE(std::string(text.view())
              .ends_with("y.bind(\"io\", block_x)\n"
                         "y.bind(\"ii\", thread_z)\n"
                         "y.split(\"k\", 32, exact) -> \"ko\", \"ki\"\n"
                         "y.bind(\"ki\", lane) -> \"y_rf\"\n"
                         "y_rf.store_in(shared)\n"));
  auto again = product(64, 64, 64);
  auto const r = replay(text.view(), again);
  INFO(std::string(r.message().view()));
  REQUIRE(r.ok());
  REQUIRE(again == p);
  auto other = product(64, 64, 64);
  REQUIRE(std::string(replay("y.bind(\"i\", row)", other).message().view()) ==
          "line 1, column 13: expected block_x, thread_x, lane, warp or their like, found 'row)'");
}

TEST_CASE("illegal bindings are refused", "[schedule][bind_grid]") {
  auto const message = [](auto const& apply) { return message_of(product(64, 48, 40), apply); };
  REQUIRE(message([](schedule& s) { s.bind("j", gpu::lane); }) ==
          "E092 bind j to lane: extent 48 is above the 32 lanes of a warp; split it by 32 and bind "
          "the inner loop");
  REQUIRE(message([](schedule& s) {
            auto const j = s.split("j", 16);
            s.bind("i", gpu::thread_x);
            s.bind(j.inner, gpu::lane);
          }) ==
          "E091 bind ji to lane: i of y is thread_x already; fuse the two before, or bind one of "
          "them to another axis");
  REQUIRE(message([](schedule& s) {
            s.bind("i", gpu::thread_x);
            s.bind("j", gpu::block_x);
          }) ==
          "E091 bind j to block_x: it is inside of i, which is thread_x; reorder the loops of y "
          "before they are bound");
  REQUIRE(message([](schedule& s) {
            s.reorder("k", "i");
            s.bind("i", gpu::block_x);
          }) ==
          "E091 bind i to block_x: it is inside of the reduction loop k; reorder the loops of y "
          "before they are bound");
  REQUIRE(message([](schedule& s) { s.bind("i", loop_kind::parallel); }) ==
          "E091 bind i: parallel is no axis of a grid; use ash::gpu::block_x, thread_x, lane, warp "
          "or vthread");
  REQUIRE(message([](schedule& s) {
            auto const k = s.split("k", 20);
            s.bind(k.inner, gpu::lane);
          }) ==
          "E092 bind ki to lane: extent 20 is not 32, and all lanes of a warp are combined; split "
          "it by "
          "32 and bind the inner loop");
  REQUIRE(message([](schedule& s) {
            s.bind("k", gpu::warp);
          }).starts_with("E093 bind k to warp: it is a reduction loop of y, and its iterations"));
  REQUIRE(message([](schedule& s) {
            s.bind("i", gpu::block_x);
            s.split("i", 4);
          }).starts_with("E024 split i: it is block_x already"));
  REQUIRE(message_of(product(-1, 8, 8), [](schedule& s) { s.bind("i", gpu::thread_x); }) ==
          "E092 bind i to thread_x: extent y.extent(0) is not constant; split it, for example by "
          "128, and bind the inner loop");
  REQUIRE(message_of(blur(8),
                     [](schedule& s) {
                       s.bind("r", gpu::block_x);
                       s.compute_at("h", s.get("r"));
                       s["h"].bind("c", gpu::block_x);
                     }) ==
          "E091 bind c to block_x: h is computed inside of r, which is block_x already; keep "
          "one of them serial");
}
