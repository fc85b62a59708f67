// SPDX-License-Identifier: Apache-2.0
//
// Operators that move elements: bit for bit, of several types.
#include "op_support.hpp"

namespace {

using namespace op_tests;

template <int Seed, dtype Type> struct transposition {
  static constexpr auto graph = finished([](graph_maker& m) {
    chooser pick{Seed * 1000};
    graph_maker::dims d;
    for (int i = 0; i < 4; ++i) d.push_back(pick(0, 3) == 0 ? 1 : pick(2, 6));
    int order[4] = {0, 1, 2, 3};
    for (int i = 3; i > 0; --i) {
      int const other = pick(0, i);
      int const kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    m.output(
        m.node(op_kind::transpose, {m.input(Type, d)}, {order[0], order[1], order[2], order[3]}));
  });
};

template <int... Seed> void transpositions(std::integer_sequence<int, Seed...>) {
  (agree<transposition<Seed, dtype::f32>>(exact), ...);
}

TEST_CASE("transposes of any order", "[backend][op]") {
  transpositions(std::make_integer_sequence<int, 7>{});
  agree<transposition<30, dtype::u8>>(exact);
  agree<transposition<31, dtype::i64>>(exact);
}

template <dtype Type> struct pieces {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(Type, {4, 5, 6});
    m.output(m.node(op_kind::slice, {x}, {1, 0, 0, 1, 1, 1, 2, 5, 6}));
    m.output(m.node(op_kind::slice, {x}, {3, 4, 5, -1, -2, -5, 4, 3, 2}));
    m.output(m.node(op_kind::slice, {x}, {0, 2, 1, 1, 9, 2, 4, 1, 3}));
    m.output(m.node(op_kind::pad, {x}, {1, 0, 2, 0, 1, 0}, {2.75}));
    m.output(m.node(op_kind::pad, {x}, {0, 0, 0, 2, 0, 0}, {-1e30}));
    m.output(m.node(op_kind::expand, {m.input(Type, {5, 1})}, {3, 5, 7}));
    m.output(m.node(op_kind::expand, {m.input(Type, {})}, {9}));
  });
};

TEST_CASE("slices, pads and expansions", "[backend][op]") {
  agree<pieces<dtype::f32>>(exact);
  agree<pieces<dtype::i32>>(exact);
}

struct concatenations {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const a = m.input(dtype::f32, {2, 3, 4});
    auto const b = m.input(dtype::f32, {2, 1, 4});
    auto const none = m.input(dtype::f32, {2, 0, 4});
    m.output(m.node(op_kind::concat, {a, b, none, a}, {1}));
    m.output(m.node(op_kind::concat, {a, a}, {0}));
    m.output(m.node(op_kind::concat, {a, a}, {2}));
    auto const flags = m.input(dtype::boolean, {5});
    m.output(m.node(op_kind::concat, {flags, flags}, {0}));
  });
};

// One reshape is only another name for its memory, the other one a copy from the input.
struct reshapes {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {2, 6});
    auto const y = m.node(op_kind::reshape, {m.node(op_kind::relu, {x})}, {3, 4});
    m.output(m.node(op_kind::neg, {y}));
    m.output(m.node(op_kind::reshape, {x}, {12}));
  });
};

TEST_CASE("concatenations and reshapes", "[backend][op]") {
  agree<concatenations>(exact);
  agree<reshapes>(exact);
  CHECK(ag::run_group_impl::work_of(reshapes::graph, 1) == ag::run_group_impl::work::nothing);
}

template <dtype Index> struct gathers {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {3, 5, 4});
    // -4 .. 4 of an extent of 5 and of 3: from the end, and beyond both ends.
    auto const at = m.input(Index, {2, 9});
    for (int axis = 0; axis < 3; ++axis) m.output(m.node(op_kind::gather, {x, at}, {axis}));
  });
};

TEST_CASE("gathers stay inside", "[backend][op]") {
  agree<gathers<dtype::i64>>(exact);
  agree<gathers<dtype::i32>>(data{.least = -100, .most = 100});
}

}  // namespace
