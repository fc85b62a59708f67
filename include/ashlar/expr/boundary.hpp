// SPDX-License-Identifier: Apache-2.0
//
// expr/boundary: what an access gives outside of the tensor.
//
//   ash::zero(x)(i - 1, j)           0
//   ash::constant(x, v)(i - 1, j)    v
//   ash::clamp(x)(i - 1, j)          the nearest element
//   ash::reflect(x)(i - 1, j)        mirrored at the ends, which are not repeated; beyond the first
//                                    reflection the nearest element
//
//   takes       an operand, a local stage, a tensor or a view
//   errors      E046 reflect with an index that is loaded
//   source      names as numpy.pad: constant, edge, reflect; BoundaryConditions in Halide
#pragma once

#include <ashlar/expr/access.hpp>

namespace ashlar::expr {

/// An operand of a kernel with a boundary condition.
struct bounded_tensor {
  traced_access unindexed{};  // of a local stage: that it is not yet defined
  boundary outside{};
  traced fallback{};

  template <class... Index> constexpr auto operator()(Index const&... index) const -> traced {
    if (unindexed.rec == nullptr) return unindexed;
    recorder& r = *unindexed.rec;
    traced_access at = make_access(r, unindexed.access.buffer, index...);
    at.access.outside = outside;
    return outside == boundary::constant ? load_or(r, at.access, fallback) : load(r, at.access);
  }
};

/// A tensor or view with a boundary condition, in an expression on the spot.
template <class View, boundary Outside, class Fallback = zero_leaf> struct bounded_view {
  View view{};
  [[no_unique_address]] Fallback fallback{};

  template <class... Index> constexpr auto operator()(Index const&... index) const {
    auto const access = access_node<View, Outside, Index...>(view, index...);
    if constexpr (Outside == boundary::constant) {
      return constant_access_node<std::remove_const_t<decltype(access)>, Fallback>(access,
                                                                                   fallback);
    } else {
      return access;
    }
  }
};

namespace boundary_impl {

constexpr auto unindexed(traced_tensor const& t) -> traced_access {
  traced_access a{};
  a.rec = t.rec;
  a.access.buffer = t.buffer;
  return a;
}
constexpr auto unindexed(local& stage) -> traced_access {
  traced_access a{};
  a.rec = stage.rec;
  a.access.buffer = stage.buffer;
  a.stage = &stage;
  return a;
}

template <class T> concept recorded = std::same_as<T, traced_tensor> || std::same_as<T, local>;

template <boundary Outside, class Tensor> constexpr auto bound(Tensor& tensor) {
  if constexpr (recorded<std::remove_const_t<Tensor>>) {
    return bounded_tensor{.unindexed = unindexed(tensor), .outside = Outside};
  } else {
    auto const view = to_view(tensor);
    return bounded_view<std::remove_const_t<decltype(view)>, Outside>{.view = view};
  }
}

template <class Tensor, class V> constexpr auto bound_by(Tensor& tensor, V const& v) {
  if constexpr (recorded<std::remove_const_t<Tensor>>) {
    auto const at = unindexed(tensor);
    return bounded_tensor{
        .unindexed = at, .outside = boundary::constant, .fallback = record_value(at.rec, v)};
  } else {
    auto const view = to_view(tensor);
    return bounded_view<std::remove_const_t<decltype(view)>, boundary::constant, leaf<V>>{
        .view = view, .fallback = make_leaf(v)};
  }
}

// Not an owner that is about to die: the view of it would dangle.
template <class T>
concept indexed =
    recorded<std::remove_cvref_t<T>> || requires(std::remove_reference_t<T>& t) { to_view(t); };
template <class T>
concept lasting =
    indexed<T> && (std::is_lvalue_reference_v<T> || recorded<std::remove_cvref_t<T>> ||
                   !requires(std::remove_reference_t<T>& t) { t.as_view(); });

}  // namespace boundary_impl

}  // namespace ashlar::expr

namespace ashlar {

template <expr::boundary_impl::lasting Tensor> constexpr auto zero(Tensor&& tensor) {
  return expr::boundary_impl::bound<expr::boundary::zero>(tensor);
}
template <expr::boundary_impl::lasting Tensor, expr::value_like V>
constexpr auto constant(Tensor&& tensor, V const& outside) {
  return expr::boundary_impl::bound_by(tensor, outside);
}
template <expr::boundary_impl::lasting Tensor> constexpr auto clamp(Tensor&& tensor) {
  return expr::boundary_impl::bound<expr::boundary::clamp>(tensor);
}
template <expr::boundary_impl::lasting Tensor> constexpr auto reflect(Tensor&& tensor) {
  return expr::boundary_impl::bound<expr::boundary::reflect>(tensor);
}

}  // namespace ashlar
