// SPDX-License-Identifier: Apache-2.0
//
// Casts between all element types that a model can have.
#include "op_support.hpp"

namespace {

using namespace op_tests;

constexpr dtype types[] = {dtype::f32, dtype::f64, dtype::i64,
                           dtype::i32, dtype::u8,  dtype::boolean};

template <dtype From> struct casts {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(From, {23});
    for (auto const to : types) m.output(m.node(op_kind::cast, {x}, {static_cast<int>(to)}));
  });
};

TEST_CASE("casts truncate, saturate and wrap as in the reference", "[backend][op]") {
  agree<casts<dtype::f32>>(real);
  agree<casts<dtype::f64>>(exact);
  agree<casts<dtype::i64>>(exact);
  agree<casts<dtype::i32>>(exact);
  agree<casts<dtype::u8>>(exact);
  agree<casts<dtype::boolean>>(data{.least = 0, .most = 1});
}

}  // namespace
