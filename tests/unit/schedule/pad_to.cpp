// SPDX-License-Identifier: Apache-2.0
//
// Loops run to full blocks; beyond the end a reduction has its identity, and an output nothing.
#include <support/intrinsics.hpp>
#include <unit/pass/support.hpp>

#include <limits>
#include <tuple>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// Blocks of 8 x 16 x 4, from copies in blocks that are padded with 0, or not.
constexpr auto blocked = [](bool is_padded) {
  return [is_padded](schedule& s) {
    s.pad_to("i", 8);
    s.pad_to("j", 16);
    s.pad_to("k", 4);
    auto const [io, ii] = s.split("i", 8);
    auto const [jo, ji] = s.split("j", 16);
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(io, jo, ko, ki, ii, ji);
    s.unroll(ki);
    s.unroll(ii);
    s.vectorize(ji);
    auto const order = [&](char const* n, index_t block) {
      return is_padded ? packed("k", 4, n, block).pad(0) : packed("k", 4, n, block);
    };
    s.cache_read("a", io, order("i", 8));
    s.cache_read("b", jo, order("j", 16));
  };
};

// y(i) = op over k in 29 of value(x(i, k), z(i, k))
auto row(dtype type, opcode op, double identity, auto const& value) -> program {
  program_builder b{};
  auto const y = b.output("y", type, {5});
  auto const x = b.operand("x", type, {5, 29});
  auto const z = b.operand("z", type, {5, 29});
  auto const i = b.axis("i", constant(5));
  auto const k = b.axis("k", constant(29), true);
  auto const both = value(b, b.load(x, {b.at(i), b.at(k)}), b.load(z, {b.at(i), b.at(k)}));
  b.reduction(y, {i}, {k}, op, identity, both);
  return b.p;
}

auto selects(program const& p, int stage) -> int {
  scheduling::walker w{};
  scheduling::push_values(w, p.stages[stage]);
  int n = 0;
  for (int e = w.next(p); e >= 0; e = w.next(p)) n += p.exprs[e].op == opcode::select ? 1 : 0;
  return n;
}

}  // namespace

TEST_CASE("all blocks of a product are full, and nothing is selected",
          "[schedule][pad_to][golden]") {
  auto const before = product(37, 41, 29);
  auto const text_before = show(after(before, "settle registers"));
  REQUIRE(text_before == golden("schedule/pad_to/product_before.tir", text_before));
  auto const p = scheduled(before, blocked(true));
  REQUIRE(selects(p, scheduling::main_stage(p)) == 0);
  auto const nest = after(p, "settle registers");
  auto const text = show(nest);
  REQUIRE(text == golden("schedule/pad_to/product.tir", text));
  require_same(before, nest, true);
}

TEST_CASE("without padding the points beyond the end of a sum are selected to be 0",
          "[schedule][pad_to]") {
  auto const before = product(37, 41, 29);
  auto const p = scheduled(before, blocked(false));
  REQUIRE(selects(p, scheduling::main_stage(p)) == 1);
  require_same(before, after(p, "settle registers"), true);
  // One factor is not enough: 0 times what the other has there, an infinity perhaps.
  auto const one = scheduled(before, [](schedule& s) {
    s.pad_to("k", 4);
    s.cache_read("a", "i", packed("k", 4).pad(0));
  });
  REQUIRE(selects(one, scheduling::main_stage(one)) == 1);
  require_same(before, after(one, "settle registers"), true);
  // Of integers it is.
  auto const whole = scheduled(product(37, 41, 29, dtype::i32), [](schedule& s) {
    s.pad_to("k", 4);
    s.cache_read("a", "i", packed("k", 4).pad(0));
  });
  REQUIRE(selects(whole, scheduling::main_stage(whole)) == 0);
  require_same(product(37, 41, 29, dtype::i32), after(whole, "settle registers"), true);
}

TEST_CASE("the identity of a maximum is made by its own padding", "[schedule][pad_to]") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto const sum = [](program_builder& b, handle x, handle z) { return b.make(opcode::add, x, z); };
  auto const before = row(dtype::f32, opcode::max, -infinity, sum);
  auto const with = [&](padding_value x, padding_value z) {
    return scheduled(before, [&](schedule& s) {
      s.pad_to("k", 8);
      s.pad_to("i", 2);
      s.cache_read("x", "i", packed("k", 8).pad(x));
      s.cache_read("z", "i", packed("k", 8).pad(z));
      s.unroll("k", 8);
    });
  };
  for (auto const& [x, z, left] :
       {std::tuple{-infinity, 1.0, 0}, std::tuple{-infinity, -infinity, 0}, std::tuple{0.0, 0.0, 1},
        std::tuple{-infinity, infinity, 1}}) {
    auto const p = with(x, z);
    REQUIRE(selects(p, scheduling::main_stage(p)) == left);
    require_same(before, after(p, "settle registers"), true);
  }
}

TEST_CASE("padding that ends before the loop does is no proof", "[schedule][pad_to]") {
  auto const product_of = [](program_builder& b, handle x, handle z) {
    return b.make(opcode::mul, x, z);
  };
  auto const before = row(dtype::i32, opcode::max, -2147483648.0, product_of);
  auto const p = scheduled(before, [](schedule& s) {
    s.pad_to("k", 16);
    s.cache_read("x", "i", packed("k", 4).pad(-2147483648.0));
  });
  REQUIRE(selects(p, scheduling::main_stage(p)) == 1);
  require_same(before, after(p, "settle registers"), true);
}

TEST_CASE("padded loops are scheduled like others", "[schedule][pad_to]") {
  auto const before = product(37, 41, 29);
  auto const same = [&](auto const& f) {
    auto const p = scheduled(before, [&](schedule& s) {
      s.pad_to("i", 8);
      s.pad_to("j", 16);
      s.pad_to("k", 4);
      f(s);
    });
    require_same(before, after(p, "settle registers"), true);
  };
  same([](schedule& s) { s.reorder("k", "i", "j"); });  // partial results wait in the output
  same([](schedule& s) {
    s.reorder("k", "i", "j");
    s.vectorize("j", 8);
    s.parallel("i");
  });
  same([](schedule& s) { s.vectorize("k", 8); });
  same([](schedule& s) { s.rfactor(s.split("k", 8).inner); });
  same([](schedule& s) { s.fuse("i", "j"); });
  same([](schedule& s) {
    s.split("i", 3, tail::cut);
    s.reorder("k", "j");
    s.vectorize("j", 32, tail::narrow);
    s.cache_write("k");
  });
  same([](schedule& s) { s.decompose_reduction("i"); });
  same([](schedule& s) { s.pad_to("i", 3); });  // 40, then 42
}

TEST_CASE("an intrinsic takes blocks that padding has filled", "[schedule][pad_to]") {
  using namespace intrinsic_tests;
  auto const before = program_of<float[12][8], float const[12][15], float const[15][8]>(matmul);
  auto const p = scheduled(before, [](schedule& s) {
    s.pad_to("k", 4);
    s.cache_read("a", "i", ordered("i", dim("k") / 4, dim("k") % 4).pad(0)).compute_root();
    s.cache_read("b", "i", ordered(dim("k") / 4, dim("k") % 4, "j").pad(0)).compute_root();
    auto const [io, jo, ii, ji] = s.tile("i", "j", 4, 4);
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(io, jo, ko, ii, ji, ki);
    s.tensorize("ii", intrin<product4>);
  });
  auto const nest = after(p, "settle registers");
  REQUIRE(show(nest).find("tensorize block_product(y[") != std::string::npos);
  require_same(before, nest, true);
}

TEST_CASE("a local stage has room for its points", "[schedule][pad_to]") {
  for (bool const is_root : {true, false}) {
    auto const p = scheduled(blur(21), [&](schedule& s) {
      s["h"].pad_to("c", 8);
      s["h"].pad_to("r", 4);
      s["h"].vectorize("c", 8);
      if (is_root) return s.compute_root("h");
      auto const [ro, ri] = s.split("r", 4);
      s.compute_at("h", ro);
    });
    auto const nest = after(p, "settle registers");
    REQUIRE((show(nest).find("f32[24, 24]") != std::string::npos) == is_root);
    require_same(blur(21), nest, true);
  }
}

TEST_CASE("a multiple needs no padding", "[schedule][pad_to]") {
  auto p = scheduled(product(32, 32, 32), [](schedule& s) {
    s.pad_to("i", 8);
    s.pad_to("k", 4);
  });
  REQUIRE(p == scheduled(product(32, 32, 32), [](schedule&) {}));
}

TEST_CASE("what is wrong with pad_to is said", "[schedule][pad_to]") {
  auto const wrong = [](auto const& f) { return message_of(product(37, 41, 29), f); };
  REQUIRE(wrong([](schedule& s) { s.pad_to("i", 0); }) ==
          "E069 pad_to i of y by 0: a multiple is at least 1 and at most 2147483648");
  REQUIRE(wrong([](schedule& s) {
            s.split("i", 8);
            s.pad_to("ii", 4);
          }) ==
          "E069 pad_to ii of y by 4: it is a part of another loop, or no serial one; pad the axis "
          "first, then split it; loops: io, ii, j, k");
  REQUIRE(wrong([](schedule& s) {
            s.parallel("i");
            s.pad_to("i", 4);
          }).starts_with("E069 pad_to i of y by 4: it is a part of another loop, or no serial"));
  REQUIRE(wrong([](schedule& s) { s.pad_to("x", 4); }) ==
          "E002 pad_to: y has no loop x; loops: i, j, k");
}
