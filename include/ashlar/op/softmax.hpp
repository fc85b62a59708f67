// SPDX-License-Identifier: Apache-2.0
//
// op/softmax: exp(x - max(x)) / sum of these, along one dimension.
//
//   takes       y and x [before, extent], or, with Behind, [before, extent, behind]
//   invariants  finite wherever x is
//   source      ONNX, Softmax-13
#pragma once

#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>

namespace ashlar::op {

template <bool Behind> struct softmax {
  constexpr void operator()(auto& y, auto& x) const {
    name_operands(y, x);
    if constexpr (Behind) {
      define(y, x, dimension<2>{});
    } else {
      define(y, x);
    }
  }

 private:
  static constexpr void define(auto& y, auto& x, auto... behind) {
    constexpr dimension<0> i;
    constexpr dimension<1> j;
    local most("most");
    local weight("weight");
    local total("total");
    most(i, behind...) = (max)(j, x(i, j, behind...));
    weight(i, j, behind...) = exp(x(i, j, behind...) - most(i, behind...));
    total(i, behind...) = sum(j, weight(i, j, behind...));
    y(i, j, behind...) = weight(i, j, behind...) / total(i, behind...);
  }
};

}  // namespace ashlar::op
