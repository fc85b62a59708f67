// SPDX-License-Identifier: Apache-2.0
//
// expr/carried: a definition that reads what it has computed before, along one of its axes.
//
//   y(t, j) = x(t, j) + a() * ash::carried(y, 0.0f)(t - 1, j);        a filter along t
//   h(t, j) = ash::tanh(x(t, j) + ash::sum(k, w(j, k) * ash::carried(h, s(k))(t - 1, k)));
//
//   takes       an output, or a local stage that was declared with an operand of its element type,
//               ash::local h("h", x); what a read outside of the tensor gives: the value before
//               the first one, a number or a value
//   means       in one dimension at least the index is the axis on the left less a constant, a step
//               back; points are computed in the order of these axes, all others in any order
//   errors      E063 no step back, another definition's value, or a reduction that is a stage of
//               its own; E030, E033, E037 as for any read
//   source      te.scan of TVM; an update of Halide that reads the function itself
#pragma once

#include <ashlar/expr/boundary.hpp>

namespace ashlar::expr {

struct carried_tensor {
  traced_access unindexed{};
  traced before{};

  template <class... Index> constexpr auto operator()(Index const&... index) const -> traced {
    if (unindexed.rec == nullptr) return unindexed;
    recorder& r = *unindexed.rec;
    traced_access at = make_access(r, unindexed.access.buffer, index...);
    at.access.outside = boundary::constant;
    at.access.is_carried = true;
    return load_or(r, at.access, before);
  }
};

}  // namespace ashlar::expr

namespace ashlar {

/// The values of the definition that is being written, at indices that come before.
template <class Tensor, expr::value_like V>
  requires expr::boundary_impl::recorded<std::remove_const_t<Tensor>>
constexpr auto carried(Tensor& tensor, V const& before) -> expr::carried_tensor {
  auto const at = expr::boundary_impl::unindexed(tensor);
  return expr::carried_tensor{.unindexed = at, .before = expr::record_value(at.rec, before)};
}

}  // namespace ashlar
