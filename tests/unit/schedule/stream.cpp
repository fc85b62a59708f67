// SPDX-License-Identifier: Apache-2.0
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("results are streamed where points are computed", "[schedule][stream][golden]") {
  auto const p = scheduled(blur(10), [](schedule& s) {
    s.vectorize("c", 4, tail::cut);
    s.compute_at("h", "v", "r");
    s.stream();
  });
  auto const nest = after(p, "simplify nest");
  auto const text = show(nest);
  REQUIRE(text == golden("schedule/stream/blur.tir", text));
  require_same(blur(10), after(p, "settle registers"), true);
}

TEST_CASE("of a reduction, what is continued is stored, and what is final is streamed",
          "[schedule][stream][golden]") {
  auto const tile_inside = [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(ko, "i", ki, "j");
    s.vectorize("j");
    s.stream();
  };
  auto const p = scheduled(product(6, 8, -1), tile_inside);
  auto const nest = after(p, "settle registers");
  require_same(product(6, 8, -1), nest, true);
  auto const parts = show(nest);
  REQUIRE(parts == golden("schedule/stream/partial.tir", parts));
  auto const whole = after(scheduled(product(6, 8, -1),
                                     [](schedule& s) {
                                       s.reorder("i", "k", "j");
                                       s.vectorize("j");
                                       s.stream();
                                     }),
                           "settle registers");
  auto const text = show(whole);
  REQUIRE(text == golden("schedule/stream/product.tir", text));
  require_same(product(6, 8, -1), whole, true);
}

TEST_CASE("what is wrong with stream is said", "[schedule][stream]") {
  REQUIRE(message_of(blur(8), [](schedule& s) { s["h"].stream(); }) ==
          "E061 stream of h: it is no output, and what is read again belongs in a cache; outputs: "
          "v");
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {20});
  auto const z = b.output("z", dtype::f32, {20});
  auto const e = b.local("e", dtype::f32, {constant(20)});
  auto const x = b.operand("x", dtype::f32, {20});
  auto const twice = [&](handle from, handle at) {
    return b.make(opcode::add, b.load(from, {b.at(at)}), b.load(from, {b.at(at)}));
  };
  auto const i = b.axis("i", constant(20));
  b.stage(e, {i}, twice(x, i));
  auto const j = b.axis("i", constant(20));
  b.stage(y, {j}, twice(e, j));
  auto const k = b.axis("i", constant(20));
  b.stage(z, {k}, twice(y, k));
  REQUIRE(message_of(b.p, [](schedule& s) { s["y"].stream(); }) ==
          "E061 stream of y: z reads it, and would read from memory what a cache could have; leave "
          "stream out");
  REQUIRE(message_of(b.p, [](schedule& s) { s["z"].stream(); }) == "ok");
  program_builder c{};
  auto const out = c.output("y", dtype::f32, {20});
  auto const held = c.local("e", dtype::f32, {constant(20)});
  auto const in = c.operand("x", dtype::f32, {20});
  auto const first = c.axis("i", constant(20));
  c.stage(held, {first}, c.load(in, {c.at(first)}));
  auto const second = c.axis("i", constant(20));
  c.stage(out, {second}, c.load(held, {c.at(second)}));
  REQUIRE(message_of(c.p,
                     [](schedule& s) {
                       s.stream();
                       s["e"].store_in(s);
                     }) ==
          "E061 stream of y: e waits in it, and would read from memory what a cache could have; "
          "leave stream out");
}
