// SPDX-License-Identifier: Apache-2.0
#include <ashlar/graph/infer.hpp>

#include <catch2/catch_test_macros.hpp>
#include <support/graphs.hpp>

namespace {

using ashlar::graph::rule;
using support::dtype;
using support::graph_maker;
using support::op_kind;
using dims = std::initializer_list<std::int64_t>;

constexpr auto has(ashlar::graph::tensor const& t, dims expected) -> bool {
  if (t.rank != static_cast<int>(expected.size())) return false;
  int d = 0;
  for (auto const e : expected) {
    if (t.dims[d++] != e) return false;
  }
  return true;
}

using shape = std::initializer_list<int>;

/// The output of one node over inputs of the given extents, or the rule that is broken.
struct outcome {
  ashlar::graph::tensor out{};
  rule wrong = rule::ok;
};

constexpr auto one(op_kind op, shape a, dims integers = {},
                   std::initializer_list<double> reals = {}, dtype type = dtype::f32) -> outcome {
  graph_maker m;
  auto const id = m.node(op, {m.input(type, a)}, integers, reals);
  return {m.g[id], m.wrong.id};
}

constexpr auto two(op_kind op, shape a, shape b, dims integers = {}) -> outcome {
  graph_maker m;
  auto const x = m.input(dtype::f32, a);
  auto const id =
      m.node(op, {x, m.input(op == op_kind::gather ? dtype::i64 : dtype::f32, b)}, integers);
  return {m.g[id], m.wrong.id};
}

TEST_CASE("element-wise operators broadcast", "[graph][infer]") {
  STATIC_REQUIRE(has(two(op_kind::add, {2, 3, 4}, {3, 1}).out, {2, 3, 4}));
  STATIC_REQUIRE(has(two(op_kind::mul, {4, 1}, {3}).out, {4, 3}));
  STATIC_REQUIRE(has(two(op_kind::sub, {}, {2}).out, {2}));
  STATIC_REQUIRE(has(two(op_kind::add, {0}, {1}).out, {0}));
  STATIC_REQUIRE(two(op_kind::add, {2}, {3}).wrong == rule::broadcast);
  STATIC_REQUIRE(two(op_kind::add, {2}, {0}).wrong == rule::broadcast);
}

TEST_CASE("attributes have their number and place", "[graph][infer]") {
  STATIC_REQUIRE(one(op_kind::relu, {2}, {1}).wrong == rule::attributes);
  STATIC_REQUIRE(one(op_kind::elu, {2}).wrong == rule::attributes);
  STATIC_REQUIRE(one(op_kind::clip, {2}, {}, {0.0, 1.0}).wrong == rule::ok);
  STATIC_REQUIRE(one(op_kind::clip, {2}, {0, 1}).wrong == rule::attributes);
  STATIC_REQUIRE(one(op_kind::clip, {2}, {0, 1}, {}, dtype::i32).wrong == rule::ok);
  STATIC_REQUIRE(one(op_kind::exp, {2}, {}, {}, dtype::i32).wrong == rule::element_type);
  STATIC_REQUIRE(one(op_kind::relu, {2}, {}, {}, dtype::boolean).wrong == rule::element_type);
}

TEST_CASE("windows", "[graph][infer]") {
  // Kernel, strides, dilations, pads before, pads after, groups, ceil, count_pads.
  STATIC_REQUIRE(has(one(op_kind::max_pool, {1, 2, 7}, {3, 2, 1, 0, 0, 1, 0, 0}).out, {1, 2, 3}));
  STATIC_REQUIRE(has(one(op_kind::max_pool, {1, 2, 8}, {3, 2, 1, 0, 0, 1, 0, 0}).out, {1, 2, 3}));
  STATIC_REQUIRE(has(one(op_kind::max_pool, {1, 2, 8}, {3, 2, 1, 0, 0, 1, 1, 0}).out, {1, 2, 4}));
  STATIC_REQUIRE(has(one(op_kind::max_pool, {1, 2, 5}, {1, 4, 1, 0, 0, 1, 1, 0}).out, {1, 2, 2}));
  // No window begins in the pads alone.
  STATIC_REQUIRE(has(one(op_kind::max_pool, {1, 2, 4}, {2, 3, 1, 0, 1, 1, 1, 0}).out, {1, 2, 2}));
  STATIC_REQUIRE(one(op_kind::max_pool, {1, 2, 4}, {2, 3, 1, 0, 2, 1, 0, 0}).wrong == rule::window);
  STATIC_REQUIRE(one(op_kind::max_pool, {1, 2, 2}, {3, 1, 1, 0, 0, 1, 0, 0}).wrong == rule::window);
  STATIC_REQUIRE(one(op_kind::max_pool, {2, 2}, {}).wrong == rule::rank);
  STATIC_REQUIRE(has(
      two(op_kind::conv, {2, 4, 9, 8}, {6, 2, 3, 3}, {3, 3, 2, 1, 1, 2, 1, 0, 1, 0, 2, 0, 0}).out,
      {2, 6, 5, 4}));
  STATIC_REQUIRE(
      two(op_kind::conv, {2, 4, 9, 8}, {5, 2, 3, 3}, {3, 3, 2, 1, 1, 2, 1, 0, 1, 0, 2, 0, 0})
          .wrong == rule::channels);
}

TEST_CASE("products and reductions", "[graph][infer]") {
  STATIC_REQUIRE(has(two(op_kind::matmul, {2, 3}, {3, 4}).out, {2, 4}));
  STATIC_REQUIRE(has(two(op_kind::matmul, {5, 1, 2, 3}, {7, 3, 4}).out, {5, 7, 2, 4}));
  STATIC_REQUIRE(two(op_kind::matmul, {2, 3}, {4, 3}).wrong == rule::inner_extents);
  STATIC_REQUIRE(two(op_kind::matmul, {3}, {3, 4}).wrong == rule::rank);
  STATIC_REQUIRE(has(one(op_kind::reduce_sum, {2, 3, 4}, {1, 0, 2}).out, {1, 3, 1}));
  STATIC_REQUIRE(has(one(op_kind::reduce_sum, {2, 3, 4}, {0, 0, 2}).out, {3}));
  STATIC_REQUIRE(one(op_kind::reduce_sum, {2, 3}, {0, 1, 0}).wrong == rule::axis);
  STATIC_REQUIRE(one(op_kind::reduce_sum, {2, 3}, {0, 1, 1}).wrong == rule::axis);
  STATIC_REQUIRE(one(op_kind::reduce_mean, {0, 3}, {0, 0}).wrong == rule::empty_reduction);
  STATIC_REQUIRE(has(one(op_kind::arg_max, {2, 3}, {1, 0, 0}).out, {2}));
  STATIC_REQUIRE(one(op_kind::arg_max, {2, 3}, {1, 1, 0}).out.type == dtype::i64);
  STATIC_REQUIRE(one(op_kind::softmax, {2, 3}, {2}).wrong == rule::axis);
}

TEST_CASE("moves", "[graph][infer]") {
  STATIC_REQUIRE(has(one(op_kind::reshape, {2, 6}, {3, 4}).out, {3, 4}));
  STATIC_REQUIRE(one(op_kind::reshape, {2, 6}, {3, 5}).wrong == rule::element_counts);
  STATIC_REQUIRE(one(op_kind::reshape, {2, 6}, {-3, -4}).wrong == rule::extents);
  STATIC_REQUIRE(has(one(op_kind::transpose, {2, 3, 4}, {2, 0, 1}).out, {4, 2, 3}));
  STATIC_REQUIRE(one(op_kind::transpose, {2, 3, 4}, {2, 0, 0}).wrong == rule::permutation);
  STATIC_REQUIRE(has(one(op_kind::expand, {3, 1}, {2, 3, 4}).out, {2, 3, 4}));
  STATIC_REQUIRE(one(op_kind::expand, {3, 2}, {3, 4}).wrong == rule::broadcast);
  STATIC_REQUIRE(has(two(op_kind::concat, {2, 3}, {2, 5}, {1}).out, {2, 8}));
  STATIC_REQUIRE(has(one(op_kind::slice, {9}, {8, -3, 3}).out, {3}));
  STATIC_REQUIRE(one(op_kind::slice, {9}, {8, -3, 4}).wrong == rule::bounds);
  STATIC_REQUIRE(one(op_kind::slice, {9}, {9, 1, 1}).wrong == rule::bounds);
  STATIC_REQUIRE(has(one(op_kind::pad, {2, 3}, {1, 0, 0, 2}, {0.0}).out, {3, 5}));
  STATIC_REQUIRE(has(two(op_kind::gather, {2, 3, 4}, {5, 6}, {1}).out, {2, 5, 6, 4}));
}

TEST_CASE("no product of extents overflows", "[graph][infer]") {
  constexpr int large = 1 << 30;
  STATIC_REQUIRE(two(op_kind::add, {large, 1}, {1, large}).wrong == rule::too_large);
  STATIC_REQUIRE(two(op_kind::matmul, {large, 0}, {0, large}).wrong == rule::too_large);
  STATIC_REQUIRE(
      one(op_kind::reshape, {0}, {std::int64_t{1} << 62, std::int64_t{1} << 62, 0}).wrong ==
      rule::too_large);
}

}  // namespace
