// SPDX-License-Identifier: Apache-2.0
//
// Corners of the reference interpreter that ONNX's node tests leave open. The expected values are
// those of C's <math.h> and of arithmetic modulo 2^n.
#include <ashlar/graph/interpret.hpp>

#include <catch2/catch_test_macros.hpp>
#include <support/graphs.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace {

namespace ag = ashlar::graph;
using ashlar::dtype;
using support::graph_maker;
using support::op_kind;

template <class T> using list = std::vector<T>;

/// Runs one node over vectors of equal type; the output has type Out.
template <class Out, class T>
auto run(op_kind op, list<list<T>> const& inputs, std::initializer_list<std::int64_t> integers = {},
         std::initializer_list<double> reals = {}) -> list<Out> {
  graph_maker m;
  std::vector<ag::tensor_id> ids;
  for (auto const& in : inputs)
    ids.push_back(m.input(ashlar::dtype_of<T>, {static_cast<int>(in.size())}));
  auto const out = ids.size() == 1 ? m.node(op, {ids[0]}, integers, reals)
                                   : m.node(op, {ids[0], ids[1]}, integers, reals);
  REQUIRE(m.wrong.ok());
  REQUIRE(m.g[out].type == ashlar::dtype_of<Out>);
  list<Out> result(static_cast<std::size_t>(ag::element_count(m.g[out])));
  ag::execute(m.g, m.g.nodes[0], [&](ag::tensor_id id) {
    if (id == out) return reinterpret_cast<std::byte*>(result.data());
    auto const& in = inputs[static_cast<std::size_t>(m.g[id].slot)];
    return reinterpret_cast<std::byte*>(const_cast<T*>(in.data()));
  });
  return result;
}

constexpr float infinity = std::numeric_limits<float>::infinity();
float const nan = std::numeric_limits<float>::quiet_NaN();

TEST_CASE("special values pass through element-wise operators", "[graph][interpret]") {
  auto const relu = run<float, float>(op_kind::relu, {{nan, -infinity, infinity, -0.0F, -1e-40F}});
  CHECK(std::isnan(relu[0]));
  CHECK(relu[1] == 0);
  CHECK(relu[2] == infinity);
  CHECK(relu[4] == 0);
  auto const sigmoid = run<float, float>(op_kind::sigmoid, {{-1000, 1000, 0, nan}});
  CHECK(sigmoid[0] == 0);
  CHECK(sigmoid[1] == 1);
  CHECK(sigmoid[2] == 0.5F);
  CHECK(std::isnan(sigmoid[3]));
  auto const round = run<float, float>(op_kind::round, {{0.5F, 1.5F, 2.5F, -0.5F, -1.5F}});
  CHECK(round == list<float>{0, 2, 2, -0.0F, -2});
  CHECK(std::signbit(round[3]));
  auto const softplus = run<float, float>(op_kind::softplus, {{-80, 200}});
  CHECK(softplus[0] > 0);
  CHECK(softplus[1] == 200);
  auto const most = run<float, float>(op_kind::maximum, {{nan, 1, 1}, {1, nan, 2}});
  CHECK(std::isnan(most[0]));
  CHECK(std::isnan(most[1]));
  CHECK(most[2] == 2);
  auto const clip = run<float, float>(op_kind::clip, {{nan, -5, 0.5F, 5}}, {}, {0.0, 1.0});
  CHECK(std::isnan(clip[0]));
  CHECK(clip[1] == 0);
  CHECK(clip[2] == 0.5F);
  CHECK(clip[3] == 1);
}

TEST_CASE("a softmax of large numbers is finite", "[graph][interpret]") {
  auto const y = run<float, float>(op_kind::softmax, {{1000, 1000, -1000, 999}}, {0});
  CHECK(std::fabs(y[0] + y[1] + y[2] + y[3] - 1) < 1e-6F);
  CHECK(y[0] == y[1]);
  CHECK(y[2] == 0);
}

TEST_CASE("integers wrap and never trap", "[graph][interpret]") {
  using i32 = std::int32_t;
  using i64 = std::int64_t;
  constexpr i32 least = std::numeric_limits<i32>::min();
  constexpr i64 farthest = std::numeric_limits<i64>::min();
  CHECK(run<i32, i32>(op_kind::add, {{std::numeric_limits<i32>::max()}, {1}}) == list<i32>{least});
  CHECK(run<i32, i32>(op_kind::div, {{7, -7, 7, least}, {2, 2, 0, -1}}) ==
        list<i32>{3, -3, 0, least});
  CHECK(run<i64, i64>(op_kind::div, {{farthest}, {-1}}) == list<i64>{farthest});
  CHECK(run<i64, i64>(op_kind::neg, {{farthest, 5}}) == list<i64>{farthest, -5});
  CHECK(run<i32, i32>(op_kind::pow, {{2, -3, 5, 2}, {10, 3, 0, -1}}) == list<i32>{1024, -27, 1, 0});
  using u64 = std::uint64_t;
  constexpr u64 top = u64{1} << 63U;
  CHECK(run<u64, u64>(op_kind::div, {{top}, {2}}) == list<u64>{u64{1} << 62U});
  CHECK(run<u64, u64>(op_kind::maximum, {{top}, {1}}) == list<u64>{top});
  using u8 = std::uint8_t;
  CHECK(run<u8, u8>(op_kind::mul, {{200, 16}, {2, 16}}) == list<u8>{144, 0});
}

TEST_CASE("a cast out of range saturates", "[graph][interpret]") {
  auto const to = [](dtype d) { return static_cast<std::int64_t>(d); };
  CHECK(run<std::int32_t, float>(op_kind::cast, {{1e30F, -1e30F, nan, -1.9F}}, {to(dtype::i32)}) ==
        list<std::int32_t>{2147483647, -2147483647 - 1, 0, -1});
  CHECK(run<std::uint8_t, float>(op_kind::cast, {{300, -4, 2.5F}}, {to(dtype::u8)}) ==
        list<std::uint8_t>{255, 0, 2});
  CHECK(run<std::int64_t, float>(op_kind::cast, {{1e30F, -infinity}}, {to(dtype::i64)}) ==
        list<std::int64_t>{std::numeric_limits<std::int64_t>::max(),
                           std::numeric_limits<std::int64_t>::min()});
  CHECK(run<std::uint8_t, std::int32_t>(op_kind::cast, {{257, -1}}, {to(dtype::u8)}) ==
        list<std::uint8_t>{1, 255});
}

TEST_CASE("an index of a run stays inside the tensor", "[graph][interpret]") {
  using i64 = std::int64_t;
  CHECK(run<i64, i64>(op_kind::gather, {{10, 20, 30}, {0, -1, 2, 99, -99}}, {0}) ==
        list<i64>{10, 30, 30, 30, 10});
}

TEST_CASE("of equal elements arg takes the first or the last", "[graph][interpret]") {
  CHECK(run<std::int64_t, float>(op_kind::arg_max, {{1, 7, 7, 3}}, {0, 1, 0}) ==
        list<std::int64_t>{1});
  CHECK(run<std::int64_t, float>(op_kind::arg_max, {{1, 7, 7, 3}}, {0, 1, 1}) ==
        list<std::int64_t>{2});
  CHECK(run<std::int64_t, float>(op_kind::arg_min, {{1, 7, 7, 1}}, {0, 1, 1}) ==
        list<std::int64_t>{3});
}

TEST_CASE("a NaN is the greatest and the least", "[graph][interpret]") {
  CHECK(run<std::int64_t, float>(op_kind::arg_max, {{1, nan, 7, nan}}, {0, 1, 0}) ==
        list<std::int64_t>{1});
  CHECK(run<std::int64_t, float>(op_kind::arg_min, {{nan, 1, nan, -7}}, {0, 1, 1}) ==
        list<std::int64_t>{2});
}

}  // namespace
