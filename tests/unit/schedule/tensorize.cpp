// SPDX-License-Identifier: Apache-2.0
//
// Definition: tensorize marks the loops of an intrinsic, or says what in them is none of it.
#include <ashlar/schedule/read_steps.hpp>
#include <support/intrinsics.hpp>
#include <unit/pass/support.hpp>

#include <array>

namespace ashlar::tests {

using namespace intrinsic_tests;

namespace tensorized {

template <class T = float> auto product_of() -> program {
  return program_of<T[12][8], T const[12][16], T const[16][8]>(matmul);
}

// Blocks of 4 in each dimension, the loops of a block inside.
constexpr auto blocked(schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  auto const [jo, ji] = s.split("j", 4);
  auto const [ko, ki] = s.split("k", 4);
  s.reorder(io, jo, ko, ii, ji, ki);
}
template <class T = product4, class Before = decltype(&blocked)>
constexpr auto with(char const* loop = "ii", Before before = &blocked) {
  return [=](schedule& s) {
    before(s);
    s.tensorize(loop, intrin<T>);
  };
}

struct scaled : product4 {
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += sum(k, a(i, k) + b(k, j));
  };
};
struct doubled : product4 {
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += sum(k, 2.0f * (a(i, k) * b(k, j)));
  };
};
struct tripled : product4 {
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += sum(k, 3.0f * (a(i, k) * b(k, j)));
  };
};
struct largest : product4 {
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) = max(c(i, j), max(k, a(i, k) * b(k, j)));
  };
};
struct overwriting : product4 {
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c(i, j) = sum(k, a(i, k) * b(k, j));
  };
};
struct of_doubles : block_product<double, 4, 4, 4> {};
struct wide : block_product<float, 4, 8, 4> {};

}  // namespace tensorized

using namespace tensorized;

TEST_CASE("a block of a product becomes a call", "[schedule][tensorize][golden]") {
  auto const before = product_of();
  auto const p = scheduled(before, with());
  REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y") == "io 3, jo 2, ko 4, ii 4 tensorized, ji 4 tensorized, ki 4 tensorized");
  auto const text = show(p);
  REQUIRE(text == golden("schedule/tensorize/scheduled.tir", text));
  auto const plain = show(after(scheduled(before, &blocked), "simplify nest"));
  REQUIRE(plain == golden("schedule/tensorize/before.tir", plain));
  auto const nest = after(p, "settle intrinsics");
  REQUIRE(show(nest) == golden("schedule/tensorize/after.tir", show(nest)));
  require_same(before, after(p, "settle registers"), true);
}

TEST_CASE("loops and operands may stand in any order", "[schedule][tensorize]") {
  for (auto const& order : {std::array{"ii", "ji", "ki"}, std::array{"ji", "ii", "ki"},
                            std::array{"ki", "ji", "ii"}, std::array{"ji", "ki", "ii"}}) {
    auto const p = scheduled(product_of(), [&](schedule& s) {
      blocked(s);
      s.reorder(order[0], order[1], order[2]);
      s.tensorize(order[0], intrin<product4>);
    });
    INFO(std::string(p.fault.text.view()));
    REQUIRE(p.fault.ok());
  }
  auto const swapped =
      program_of<float[4][4], float const[4][4], float const[4][4]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, b(k, j) * a(i, k));
      });
  REQUIRE(message_of(swapped, [](schedule& s) {
            s.decompose_reduction("i");
            s.tensorize("i", intrin<product4>);
          }) == "ok");
}

TEST_CASE("what is wrong with the loops is said", "[schedule][tensorize]") {
  auto const wrong = [](auto const& f) { return message_of(product_of(), f); };
  REQUIRE(
      wrong(with("ji")) ==
      "E060 tensorize ji of y with block_product: 2 loops from it inwards: ji, ki; its axes are "
      "i 4, j 4, k 4 (reduced)");
  REQUIRE(wrong(with<wide>()) ==
          "E060 tensorize ii of y with block_product: ji has extent 4, and its axes are i 4, j 8, "
          "k 4 (reduced)");
  REQUIRE(wrong(with("nowhere")) ==
          "E002 tensorize: y has no loop nowhere; loops: io, jo, ko, ii, ji, ki");
  REQUIRE(
      wrong([](schedule& s) {
        blocked(s);
        s.unroll("ji");
        s.tensorize("ii", intrin<product4>);
      }) ==
      "E060 tensorize ii of y with block_product: ji is unrolled already; its loops are serial");
  REQUIRE(wrong([](schedule& s) {
            blocked(s);
            s.peel("ji", 1, 0);
            s.tensorize("ii", intrin<product4>);
          }) ==
          "E060 tensorize ii of y with block_product: peel divides ji in three; peel a loop "
          "outside");
  // Two pure loops and a reduced one, but the other two are of another role.
  REQUIRE(wrong([](schedule& s) {
            auto const [ko, ki] = s.split("k", 4);
            auto const [kio, kii] = s.split(ki, 4);
            auto const [io, ii] = s.split("i", 4);
            s.reorder(io, "j", ko, ii, kio, kii);
            s.tensorize(ii, intrin<product4>);
          }) ==
          "E060 tensorize ii of y with block_product: kio, reduced, has extent 1, and its axes "
          "are i 4, j 4, k 4 (reduced)");
}

TEST_CASE("what is wrong with the value is said", "[schedule][tensorize]") {
  auto const wrong = [](auto const& f) { return message_of(product_of(), f); };
  REQUIRE(wrong(with<scaled>()) ==
          "E060 tensorize ii of y with block_product: where it has +, here is *");
  REQUIRE(wrong(with<doubled>()) ==
          "E060 tensorize ii of y with block_product: where it has constant, here is a tensor");
  REQUIRE(wrong(with<largest>()) ==
          "E060 tensorize ii of y with block_product: it updates c with max, and y is updated with "
          "+");
  REQUIRE(
      wrong(with<overwriting>()) ==
      "E060 tensorize ii of y with block_product: its reduction overwrites the output, and code "
      "in a loop nest adds to it; write +=");
  REQUIRE(wrong(with<of_doubles>()) ==
          "E060 tensorize ii of y with block_product: its c is f64, and y is f32");
  REQUIRE(wrong(with<double_relu>("ji")) ==
          "E060 tensorize ji of y with double_relu: ji has extent 4, and its axes are i 2, j 8");
  auto const times_two =
      program_of<float[4][4], float const[4][4], float const[4][4]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, a(i, k) * b(k, j) * 2.0f);
      });
  auto const whole = []<class T>(std::type_identity<T>) {
    return [](schedule& s) {
      s.decompose_reduction("i");
      s.tensorize("i", intrin<T>);
    };
  };
  REQUIRE(message_of(times_two, whole(std::type_identity<doubled>{})) == "ok");
  REQUIRE(message_of(times_two, whole(std::type_identity<tripled>{})) ==
          "E060 tensorize i of y with block_product: a constant of it is another one here");
}

TEST_CASE("a map is no update, and an update no map", "[schedule][tensorize]") {
  auto const map = program_of<float[2][8], float const[2][8]>([](auto y, auto x) {
    y.name("y"), x.name("x");
    y(i, j) = relu(x(i, j) * 2.0f);
  });
  REQUIRE(message_of(map, [](schedule& s) { s.tensorize("i", intrin<double_relu>); }) == "ok");
  REQUIRE(message_of(map, [](schedule& s) { s.tensorize("j", intrin<add_row>); }) ==
          "E060 tensorize j of y with add_row: it updates c with +, and y is replaced");
  auto const update = program_of<float[2][8], float const[2][8]>([](auto y, auto x) {
    y.name("y"), x.name("x");
    y(i, j) += x(i, j);
  });
  REQUIRE(message_of(update, [](schedule& s) { s.tensorize("j", intrin<add_row>); }) == "ok");
  REQUIRE(message_of(update, [](schedule& s) { s.tensorize("i", intrin<double_relu>); }) ==
          "E060 tensorize i of y with double_relu: it replaces y, and y is updated; its definition "
          "needs +=");
}

TEST_CASE("a strided column is no contiguous row", "[schedule][tensorize]") {
  auto const transposed =
      program_of<float[12][8], float const[12][16], float const[8][16]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, a(i, k) * b(j, k));
      });
  REQUIRE(message_of(transposed, with()) ==
          "E060 tensorize ii of y with block_product: its b is contiguous along j, and b has "
          "neighbours "
          "along ji 16 elements apart; a copy by cache_read can have its order");
  REQUIRE(message_of(transposed, [](schedule& s) {
            blocked(s);
            s.cache_read("b", "jo", ordered("k", "j"));
            s.tensorize("ii", intrin<product4>);
          }) == "ok");
  auto const column =
      program_of<float[12], float const[16][12], float const[16]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i) = sum(k, a(k, i) * b(k));
      });
  REQUIRE(
      message_of(column,
                 [](schedule& s) {
                   auto const [ko, ki] = s.split("k", 8);
                   s.tensorize(ki, intrin<dot8>);
                 }) ==
      "E060 tensorize ki of y with dot8: its a is contiguous along k, and a has neighbours along "
      "ki 12 elements apart; a copy by cache_read can have its order");
  // The rows of y are columns of its memory.
  auto const out =
      program_of<float[8][12], float const[12][16], float const[16][8]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(j, i) = sum(k, a(i, k) * b(k, j));
      });
  REQUIRE(message_of(out, with()) ==
          "E060 tensorize ii of y with block_product: its c is contiguous along j, and y has "
          "neighbours "
          "along ji 12 elements apart; a tile of cache_write has the order of the loops");
}

TEST_CASE("an operand moves with its axes alone, by constants", "[schedule][tensorize]") {
  auto const wrong = [](auto const& kernel, auto const& f) {
    return message_of(program_of<float[12][8], float const[12][16][8], float const[16][8]>(kernel),
                      f);
  };
  REQUIRE(wrong(
              [](auto y, auto a, auto b) {
                y.name("y"), a.name("a"), b.name("b");
                y(i, j) = sum(k, a(i, k, j) * b(k, j));
              },
              with()) ==
          "E060 tensorize ii of y with block_product: its a does not move along j, and a does with "
          "ji");
  REQUIRE(
      message_of(product_of(),
                 [](schedule& s) {
                   s.split("k", 8);
                   s.tensorize("ki", intrin<dot8>);
                 }) ==
      "E060 tensorize ki of y with dot8: its b is contiguous along k, and b has neighbours along "
      "ki 8 elements apart; a copy by cache_read can have its order");
  auto const modulo =
      program_of<float[4][4], float const[4][4], float const[4][4]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, a(i, (k + 2) % 4) * b(k, j));
      });
  REQUIRE(message_of(modulo,
                     [](schedule& s) {
                       s.decompose_reduction("i");
                       s.tensorize("i", intrin<product4>);
                     }) ==
          "E060 tensorize i of y with block_product: an index of a is no sum with a multiple of "
          "k");
  // What lies outside of the nest may be anything, and steps of other dimensions any constant.
  auto const spread =
      program_of<float[12][8], float const[24][16], float const[16][8]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, a(2 * i + 1, k) * b(k, j));
      });
  REQUIRE(message_of(spread, with()) == "ok");
  auto const steps =
      program_of<float[12][8], float const[12][32], float const[16][8]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, a(i, 2 * k) * b(k, j));
      });
  REQUIRE(message_of(steps, with()) ==
          "E060 tensorize ii of y with block_product: its a is contiguous along k, and a has "
          "neighbours "
          "along ki 2 elements apart; a copy by cache_read can have its order");
}

TEST_CASE("inputs are others than the output, without conditions", "[schedule][tensorize]") {
  auto const bounded =
      program_of<float[4][4], float const[3][4], float const[4][4]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = sum(k, zero(a)(i, k) * b(k, j));
      });
  auto const whole = [](schedule& s) {
    s.decompose_reduction("i");
    s.tensorize("i", intrin<product4>);
  };
  REQUIRE(
      message_of(bounded, whole) ==
      "E060 tensorize i of y with block_product: a has a boundary condition; read a copy of it, "
      "which has none");
  auto const squares = program_of<float[4][4], float const[4][4]>([](auto y, auto a) {
    y.name("y"), a.name("a");
    y(i, j) = sum(k, a(i, k) * a(k, j));
  });
  REQUIRE(message_of(squares, whole) == "ok");
}

TEST_CASE("what an operand is read with twice is one place", "[schedule][tensorize]") {
  auto const both =
      program_of<float[4][4], float const[4][4], float const[4][4]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = a(i, j) * b(i, j);
      });
  tir::intrinsic k2 = intrin<double_relu>;
  k2.axes[0].extent = k2.axes[1].extent = 4;
  k2.nodes.clear();
  for (auto const op : {opcode::load, opcode::load, opcode::mul}) {
    bool const is_load = op == opcode::load;
    k2.nodes.push_back({.op = op,
                        .type = dtype::f32,
                        .a = static_cast<std::int8_t>(is_load ? 1 : 0),
                        .b = static_cast<std::int8_t>(is_load ? -1 : 1)});
  }
  k2.value = 2;
  REQUIRE(message_of(both, [&](schedule& s) { s.tensorize("i", k2); }) ==
          "E060 tensorize i of y with double_relu: its x is read at one place, and b at two");
}

TEST_CASE("what else may not be in the nest is said", "[schedule][tensorize]") {
  auto const wrong = [](auto const& f) { return message_of(product_of(), f); };
  REQUIRE(wrong([](schedule& s) {
            blocked(s);
            s.tensorize("ii", intrin<product4>);
            s.cache_read("a", "ii");
          }) ==
          "E060 tensorize ii of y with block_product: a_cache is computed or stored in ii; "
          "compute it further out");
  REQUIRE(wrong([](schedule& s) {
            blocked(s);
            s.prefetch("a", "k", 1);
            s.tensorize("ii", intrin<product4>);
          }) ==
          "E060 tensorize ii of y with block_product: prefetch is where points are computed, and "
          "they are in the intrinsic");
  REQUIRE(wrong([](schedule& s) {
            blocked(s);
            s.cache_write("ki");
            s.tensorize("ii", intrin<product4>);
          }) ==
          "E060 tensorize ii of y with block_product: the tile of cache_write is above ki; make "
          "it above ii or further out");
  auto const whole = program_of<float[4][4], float const[4][4], float const[4][4]>(matmul);
  REQUIRE(message_of(whole, [](schedule& s) { s.tensorize("i", intrin<product4>); }) ==
          "E060 tensorize i of y with block_product: the reduction starts in it, above k; "
          "decompose_reduction(i) starts it outside");
  auto strict = product_of();
  strict.allowed.reassociate = false;
  REQUIRE(message_of(strict, with()) ==
          "E060 tensorize ii of y with block_product: an intrinsic may add in any order, and "
          "fp::strict keeps the order of its additions");
  auto integers = product_of<std::int32_t>();
  integers.allowed.reassociate = false;
  REQUIRE(message_of(integers, with<block_product<std::int32_t, 4, 4, 4>>()) == "ok");
}

TEST_CASE("blocks are full, or the rest is loops", "[schedule][tensorize]") {
  auto const ten = program_of<float[10][8], float const[10][16], float const[16][8]>(matmul);
  auto const by = [](tail t) {
    return [=](schedule& s) {
      auto const [io, ii] = s.split("i", 4, t);
      auto const [jo, ji] = s.split("j", 4);
      auto const [ko, ki] = s.split("k", 4);
      s.reorder(io, jo, ko, ii, ji, ki);
      s.tensorize(ii, intrin<product4>);
    };
  };
  REQUIRE(
      message_of(ten, by(tail::guard)) ==
      "E060 tensorize ii of y with block_product: the last block of i may have fewer points than "
      "ii; split by tail::exact, cut (loops for the rest) or round_up");
  REQUIRE(message_of(ten, by(tail::cut)) == "ok");
  auto const nest = after(scheduled(ten, by(tail::cut)), "settle registers");
  require_same(ten, nest, true);
  REQUIRE(count_stmts(nest, nest.root, stmt_kind::tensorize) == 1);
  auto p = product_of();
  p = scheduled(p, [](schedule& s) { s.tensorize("i", intrin<product4>); });
  REQUIRE(std::string(p.fault.text.view()) ==
          "tensorize i of y with block_product: i has extent 12, and its axes are i 4, j 4, k 4 "
          "(reduced)");
  REQUIRE(message_of(product(-1, 4, 4),
                     [](schedule& s) {
                       s.decompose_reduction("i");
                       s.tensorize("i", intrin<product4>);
                     }) ==
          "E060 tensorize i of y with block_product: the extent of i is known at the call; split "
          "it, with tail::cut");
  auto apart = program_of<float[4][4], float const[4][4], float const[4][4]>(matmul);
  apart.buffers[0].stride[1] = dynamic_stride;
  REQUIRE(
      message_of(apart,
                 [](schedule& s) {
                   s.decompose_reduction("i");
                   s.tensorize("i", intrin<product4>);
                 }) ==
      "E060 tensorize i of y with block_product: its c is contiguous along j, and how far apart y "
      "has neighbours along j is known at the call");
}

TEST_CASE("blocks of a layout begin where the loops do", "[schedule][tensorize]") {
  auto const in_blocks = [](int block) {
    return [=](schedule& s) {
      blocked(s);
      s.cache_read("b", "io", packed("j", block));
      s.tensorize("ii", intrin<product4>);
    };
  };
  REQUIRE(message_of(product_of(), in_blocks(4)) == "ok");
  REQUIRE(message_of(product_of(), in_blocks(8)) == "ok");
  REQUIRE(
      message_of(product_of(), in_blocks(2)) ==
      "E060 tensorize ii of y with block_product: the blocks of 2 of b_cache do not begin where "
      "ji does, or are too short");
  // Long enough, but the second one would go from 6 on.
  auto p = scheduled(product_of(), in_blocks(6));
  REQUIRE(p.fault.ok());
  pass::lower(p, 32);
  REQUIRE(
      std::string(p.fault.text.view()) ==
      "tensorize with block_product: the blocks of 6 of b_cache do not begin where ji does, or are "
      "too short");
  REQUIRE(p.fault.id == diag::code::bad_tensorize);
}

TEST_CASE("no primitive changes the loops of an intrinsic", "[schedule][tensorize]") {
  auto const then = [](auto const& f) {
    return message_of(product_of(),
                      [&](schedule& s) {
                        with()(s);
                        f(s);
                      })
        .substr(0, 4);
  };
  REQUIRE(then([](schedule& s) { s.split("ji", 2); }) == "E024");
  REQUIRE(then([](schedule& s) { s.reorder("ji", "ii"); }) == "E024");
  REQUIRE(then([](schedule& s) { s.fuse("ii", "ji"); }) == "E024");
  REQUIRE(then([](schedule& s) { s.unroll("ki"); }) == "E008");
  REQUIRE(then([](schedule& s) { s.vectorize("ki"); }) == "E008");
  REQUIRE(then([](schedule& s) { s.peel("ki", 1, 1); }) == "E060");
  REQUIRE(then([](schedule& s) { s.rfactor("ko"); }) == "E020");
  REQUIRE(then([](schedule& s) { s.stream(); }) == "E061");
  REQUIRE(then([](schedule& s) { s.tensorize("ii", intrin<product4>); }) == "E060");
  REQUIRE(then([](schedule& s) {
            s.parallel("io");
            s.split("ko", 2);
            s.reorder("koo", "jo", "koi");
            s.cache_write("koi");
          }) == "ok");
}

TEST_CASE("loops of intrinsics are not shared", "[schedule][tensorize]") {
  auto const two = [](auto y, auto z, auto x) {
    y.name("y"), z.name("z");
    y(i, j) = relu(x(i, j) * 2.0f);
    z(i, j) = relu(x(i, j) * 2.0f);
  };
  REQUIRE(message_of(program_of<float[2][8], float[2][8], float const[2][8]>(two),
                     [](schedule& s) {
                       for (auto const* const name : {"y", "z"}) {
                         s[name].tensorize("i", intrin<double_relu>);
                       }
                       s.compute_with("z", s["y"].get("i"));
                     }) ==
          "E059 compute_with i of z: i of z and i of y: one is in an intrinsic; legal loops of y: "
          "(none)");
}

TEST_CASE("rows that an aligned stride keeps apart are not contiguous", "[schedule][tensorize]") {
  // h has one column: without the rule its rows are one after the other.
  auto const column = [](auto y, auto x) {
    y.name("y");
    local h("h");
    h(j, i) = x(j, i) + 1.0f;
    y(j, i) = relu(h(j, i) * 2.0f);
  };
  auto const tall = [](bool apart) {
    return [apart](schedule& s) {
      if (apart) s["h"].align_storage("j", 16);
      auto const [jo, ji] = s.split("j", 8);
      s.split("jo", 2);
      s.reorder("i", "joo", "joi", ji);
      s.tensorize("joi", intrin<double_relu>);
    };
  };
  auto const p = program_of<float[64][1], float const[64][1]>(column);
  REQUIRE(message_of(p, tall(false)) == "ok");
  REQUIRE(message_of(p, tall(true)).substr(0, 4) == "E060");
}

TEST_CASE("a program has a few intrinsics", "[schedule][tensorize]") {
  tir::intrinsic k2 = intrin<product4>;
  auto p = product_of();
  for (std::uint64_t key = 0; key < tir::max_intrinsics; ++key) {
    k2.key = key;
    p.intrinsics.push_back(k2);
  }
  REQUIRE(message_of(p, with()) ==
          "E001 tensorize ii of y with block_product: a program has at most 4 intrinsics");
}

TEST_CASE("the text of a schedule has the name of the intrinsic", "[schedule][tensorize]") {
  auto p = product_of();
  schedule s(p);
  with()(s);
  auto const text = std::string(s.print_steps().view());
  REQUIRE(text.ends_with("y.tensorize(\"ii\", \"block_product\")\n"));
  REQUIRE(s.finish().ok());
  auto q = product_of();
  REQUIRE(replay(text, q, std::array{intrin<dot8>, intrin<product4>}).ok());
  REQUIRE(p == q);
  q = product_of();
  auto const without = replay(text, q);
  REQUIRE(std::string(without.message().view()) ==
          "line 5: no intrinsic \"block_product\" is given to the reader; given: (none)");
  REQUIRE(q.fault.id == diag::code::bad_steps);
  q = product_of();
  REQUIRE(std::string(replay(text, q, std::array{intrin<dot8>}).message().view()) ==
          "line 5: no intrinsic \"block_product\" is given to the reader; given: dot8");
}

}  // namespace ashlar::tests
