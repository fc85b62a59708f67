// SPDX-License-Identifier: Apache-2.0
//
// Element-wise operators on integers: bit for bit.
#include "op_support.hpp"

namespace {

using namespace op_tests;

template <dtype Type> struct integer_operators {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(Type, {2, 19});
    auto const z = m.input(Type, {19});
    for (auto const op : {op_kind::relu, op_kind::sign, op_kind::abs, op_kind::neg}) {
      m.output(m.node(op, {x}));
    }
    m.output(m.node(op_kind::clip, {x}, {-300, 2}));
    for (auto const op : {op_kind::add, op_kind::sub, op_kind::mul, op_kind::div, op_kind::pow,
                          op_kind::minimum, op_kind::maximum}) {
      m.output(m.node(op, {x, z}));
    }
  });
};

TEST_CASE("integers wrap, and nothing traps", "[backend][op]") {
  agree<integer_operators<dtype::i32>>(exact);
  agree<integer_operators<dtype::i64>>(exact);
  agree<integer_operators<dtype::u8>>(exact);
}

}  // namespace
