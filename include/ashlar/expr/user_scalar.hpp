// SPDX-License-Identifier: Apache-2.0
//
// expr/user_scalar: operands of a kernel whose elements are of a type of the user's own.
//
//   takes       a kernel, and the element types of its operands; those of a user's scalar are
//               operands of its components, the last dimension if there are several
//   returns     a kernel over the components: x(i) is scalar_traits<T>::value, made of traced
//               components, and y(i) = v takes one apart
//   errors      E030 for y(i) += v of several components: one is written before the next is read
//   invariants  all that comes after capture sees components only; the last axis of a definition
//               is called `component`
//   source      forward mode by operator overloading: Griewank, Walther, "Evaluating Derivatives"
#pragma once

#include <ashlar/expr/ops.hpp>
#include <ashlar/tensor/scalar_traits.hpp>

#include <concepts>
#include <type_traits>

namespace ashlar::expr {

/// The components of an element, and which of them a point of a definition is.
inline constexpr axis<"component"> component_axis;

template <user_scalar T> using scalar_value = typename scalar_traits<std::remove_const_t<T>>::value;

namespace user_scalar_impl {

/// y(i) = v of one element: a point of the definition is one component.
template <user_scalar T>
constexpr void define(traced_access const& left, scalar_value<T> const& v) {
  constexpr int count = components_of<T>;
  traced part[std::size_t{count}]{};
  scalar_traits<std::remove_const_t<T>>::store(v, part);
  traced all = part[count - 1];
  for (int at = count - 2; at >= 0; --at) {
    traced const is_here = record_value(left.rec, component_axis == at);
    all = select(is_here, part[at], all);
  }
  static_cast<traced_access const&&>(left) = all;
}

}  // namespace user_scalar_impl

/// x(index...) of an operand of user's scalars: its value, and the left side of a definition. What
/// has a name here has one that members of the user's value have not.
template <user_scalar T> struct scalar_access : scalar_value<T> {
  constexpr scalar_access(scalar_value<T> const& value_, traced_access const& left_)
      : scalar_value<T>(value_), ashlar_left_(left_) {}
  constexpr scalar_access(scalar_access const&) = default;

  /// Defines the tensor: y(i) = v.
  constexpr void operator=(
      scalar_value<T> const& v_) && {  // NOLINT(misc-unconventional-assign-operator)
    user_scalar_impl::define<T>(ashlar_left_, v_);
  }
  constexpr void operator=(scalar_access const& v_) && {  // NOLINT
    user_scalar_impl::define<T>(ashlar_left_, v_);
  }
  /// Gives the name of a kept value another one.
  constexpr auto operator=(scalar_value<T> const& v_) & -> scalar_access& {
    static_cast<scalar_value<T>&>(*this) = v_;
    return *this;
  }
  constexpr auto operator=(scalar_access const& v_) & -> scalar_access& {
    return *this = static_cast<scalar_value<T> const&>(v_);
  }

  template <class V> constexpr void operator+=(V const& v_) && {
    user_scalar_impl::define<T>(ashlar_left_, static_cast<scalar_value<T> const&>(*this) + v_);
  }
  template <class V> constexpr void operator-=(V const& v_) && {
    user_scalar_impl::define<T>(ashlar_left_, static_cast<scalar_value<T> const&>(*this) - v_);
  }
  template <class V> constexpr void operator*=(V const& v_) && {
    user_scalar_impl::define<T>(ashlar_left_, static_cast<scalar_value<T> const&>(*this) * v_);
  }
  template <class V> constexpr void operator/=(V const& v_) && {
    user_scalar_impl::define<T>(ashlar_left_, static_cast<scalar_value<T> const&>(*this) / v_);
  }
  template <class V> constexpr auto operator+=(V const& v_) & -> scalar_access& {
    return *this = static_cast<scalar_value<T> const&>(*this) + v_;
  }
  template <class V> constexpr auto operator-=(V const& v_) & -> scalar_access& {
    return *this = static_cast<scalar_value<T> const&>(*this) - v_;
  }
  template <class V> constexpr auto operator*=(V const& v_) & -> scalar_access& {
    return *this = static_cast<scalar_value<T> const&>(*this) * v_;
  }
  template <class V> constexpr auto operator/=(V const& v_) & -> scalar_access& {
    return *this = static_cast<scalar_value<T> const&>(*this) / v_;
  }

 private:
  traced_access ashlar_left_{};
};

/// An operand of user's scalars.
template <user_scalar T> struct scalar_tensor {
  static constexpr int count = components_of<T>;

  /// The same memory as components: x.components(i, 0).
  traced_tensor components{};

  template <class... Index> constexpr auto operator()(Index const&... index) const {
    traced part[std::size_t{count}]{};
    if constexpr (count == 1) {
      part[0] = components(index...);
      return scalar_access<T>(load(part), components(index...));
    } else {
      for (int at = 0; at < count; ++at) part[at] = components(index..., at);
      return scalar_access<T>(load(part), components(index..., component_axis));
    }
  }
  /// Gives the operand a name for messages and printed programs.
  constexpr void name(char const* text) const { components.name(text); }

 private:
  static constexpr auto load(traced const* part) -> scalar_value<T> {
    return scalar_traits<std::remove_const_t<T>>::load(part);
  }
};

template <class T> constexpr auto as_operand(traced_tensor const& t) {
  if constexpr (user_scalar<T>) {
    return scalar_tensor<T>{.components = t};
  } else {
    return t;
  }
}

/// A kernel over components, of one over elements of these types.
template <auto Kernel, class... Element> struct over_components {
  template <class... Operand>
    requires(sizeof...(Operand) == sizeof...(Element))
  constexpr void operator()(Operand&... operand) const {
    call(as_operand<Element>(operand)...);
  }
  friend constexpr auto operator==(over_components, over_components) -> bool = default;

 private:
  // Operands have names here, as a kernel may take them by reference.
  template <class... Operand> static constexpr void call(Operand... operand) {
    constexpr auto kernel = Kernel;
    kernel(operand...);
  }
};

/// The kernel itself where all elements are built in.
template <auto Kernel, class... Element> consteval auto kernel_over() {
  if constexpr ((user_scalar<Element> || ...)) {
    return over_components<Kernel, Element...>{};
  } else {
    return Kernel;
  }
}

}  // namespace ashlar::expr
