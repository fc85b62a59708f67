// SPDX-License-Identifier: Apache-2.0
//
// expr/operand: the operands of a kernel that is being recorded, and its local stages.
//
//   y(i, j) = x(i, j + 1);            a definition, and a read
//   ash::local m("m");                a local stage: defined once, then read like a tensor
//   m(i) = ash::max(j, x(i, j));
//   ash::local h("h", x);             one with the element type of x, which its own definition may
//                                     read (expr/carried)
//
//   invariants  an assignment to an access that is not kept defines; `auto v = x(i); v = v + 1;`
//               only gives the name v another value
//   errors      E030 and E031, E033 another number of indices, E043 on the left more than axes
#pragma once

#include <ashlar/expr/definition.hpp>
#include <ashlar/expr/indexing.hpp>

#include <concepts>
#include <type_traits>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

struct local;

/// buffer(index...) where it is not yet known whether it is read or defined.
struct traced_access {
  expr::recorder* rec = nullptr;
  expr::access_record access{};
  local* stage = nullptr;  // a local stage, which may still lack its definition
  expr::left_side left{};
  traced rebound{};  // what a kept access was assigned

  /// The value.
  constexpr operator traced() const;  // NOLINT(google-explicit-constructor)

  explicit constexpr operator bool() const { return static_cast<bool>(traced(*this)); }

  /// Defines the tensor: y(i, j) = v.
  template <class V>
  constexpr void operator=(V const& v) const&& {  // NOLINT(misc-unconventional-assign-operator)
    define(v);
  }
  constexpr void operator=(traced_access const& v) const&&;  // NOLINT
  /// Gives the name of a kept access another value.
  template <class V> constexpr auto operator=(V const& v) & -> traced_access& {
    rebound = record_value(expr::recorder_in(v), v);
    if (rebound.is_recorded()) rec = rebound.rec;
    return *this;
  }
  constexpr auto operator=(traced_access const&) & -> traced_access& = default;
  constexpr traced_access() = default;
  constexpr traced_access(traced_access const&) = default;

  template <class V> constexpr void operator+=(V const& v) const&& {
    define(expr::binary(tir::opcode::add, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator-=(V const& v) const&& {
    define(expr::binary(tir::opcode::sub, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator*=(V const& v) const&& {
    define(expr::binary(tir::opcode::mul, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator/=(V const& v) const&& {
    define(expr::binary(tir::opcode::div, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator%=(V const& v) const&& {
    define(expr::binary(tir::opcode::rem, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator&=(V const& v) const&& {
    define(expr::binary(tir::opcode::bit_and, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator|=(V const& v) const&& {
    define(expr::binary(tir::opcode::bit_or, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator^=(V const& v) const&& {
    define(expr::binary(tir::opcode::bit_xor, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator<<=(V const& v) const&& {
    define(expr::binary(tir::opcode::shift_left, *this, record_value(rec, v)));
  }
  template <class V> constexpr void operator>>=(V const& v) const&& {
    define(expr::binary(tir::opcode::shift_right, *this, record_value(rec, v)));
  }

 private:
  template <class V> constexpr void define(V const& v) const;
};

/// An operand of a kernel.
struct traced_tensor {
  expr::recorder* rec = nullptr;
  expr::handle buffer = -1;

  template <class... Index> constexpr auto operator()(Index const&... index) const -> traced_access;
  /// Gives the operand a name for messages and printed programs.
  constexpr void name(char const* text) const {
    if (rec->ok()) rec->buffers[buffer].name = name_text(text);
  }
  /// y = v is y() = v, for one without dimensions.
  template <class V>
    requires(!std::same_as<V, traced_tensor>)
  constexpr void operator=(V const& v) const {  // NOLINT(misc-unconventional-assign-operator)
    (*this)() = v;
  }
  /// The element of an operand without dimensions: a scalar argument is used by its name alone.
  constexpr operator traced() const;  // NOLINT(google-explicit-constructor)
};

/// A tensor between the operands: m(i) = ... defines it, and its shape and element type.
struct local {
  char const* name = nullptr;  // null: local0, local1, ...
  expr::recorder* rec = nullptr;
  expr::handle buffer = -1;
  expr::literal number{};  // a stage that is a number is that number

  constexpr local() = default;
  explicit constexpr local(char const* text) : name(text) {}
  constexpr local(char const* text, traced_tensor const& like)
      : name(text),
        rec(like.rec),
        buffer(expr::declare_local(*rec, name_text(text), like.buffer)) {}
  local(local const&) = delete;
  auto operator=(local const&) -> local& = delete;

  template <class... Index> constexpr auto operator()(Index const&... index) -> traced_access;
};

namespace expr {

/// The access to a buffer whose rank is `rank`.
template <class... Index>
constexpr auto make_access(recorder& r, handle buffer, Index const&... index) -> traced_access {
  traced_access result{};
  result.rec = &r;
  result.access.buffer = buffer;
  result.access.rank = static_cast<std::int8_t>(sizeof...(Index));
  if (!r.ok()) return result;
  check_rank(r, buffer, sizeof...(Index));
  if constexpr (sizeof...(Index) <= max_rank) {
    int d = 0;
    ((result.access.index[d++] = r.ok() ? index_argument(r, index) : handle{-1}), ...);
    int plain = 0;
    ((result.left.axes[plain++] = plain_axis(index)), ...);
    result.left.rank = plain;
  }
  return result;
}

/// The value of an operand of an operation; r may be null where the value needs none.
constexpr auto record_value(recorder*, traced const& v) -> traced { return v; }

}  // namespace expr

constexpr traced_access::operator traced() const {
  if (rebound.is_recorded() || rebound.is_number()) return rebound;
  if (rec != nullptr) return expr::load(*rec, access);
  traced unknown{};
  unknown.number = stage->number;
  if (!unknown.is_number()) unknown.undefined = stage->name != nullptr ? stage->name : "local";
  return unknown;
}

template <class V> constexpr void traced_access::define(V const& v) const {
  expr::recorder* const r = rec != nullptr ? rec : expr::recorder_in(v);
  if (r == nullptr) {
    if constexpr (std::is_constructible_v<traced, V const&>) {
      if (stage != nullptr) stage->number = traced(v).number;
    }
    return;
  }
  traced const right = record_value(r, v);
  bool const is_declared = stage != nullptr && stage->rec != nullptr;
  if (stage == nullptr || (is_declared && r->buffers[stage->buffer].definition < 0)) {
    expr::define(*r, stage == nullptr ? access.buffer : stage->buffer, left, right);
  } else if (is_declared) {
    expr::fail_redefined(*r, r->buffers[stage->buffer].name.view());
  } else {
    stage->rec = r;
    name_text const name =
        stage->name != nullptr ? name_text(stage->name) : expr::fresh_name(*r, "local");
    stage->buffer = expr::define_local(*r, name, left, right);
  }
}

// Here, because clang does not use in constant evaluation what a template became at the end.
constexpr void traced_access::operator=(traced_access const& v) const&& { define(v); }  // NOLINT

template <class... Index>
constexpr auto traced_tensor::operator()(Index const&... index) const -> traced_access {
  return expr::make_access(*rec, buffer, index...);
}

constexpr traced_tensor::operator traced() const { return (*this)(); }

template <class... Index> constexpr auto local::operator()(Index const&... index) -> traced_access {
  traced_access result{};
  if (rec != nullptr) {
    result = expr::make_access(*rec, buffer, index...);
  } else if constexpr (sizeof...(Index) <= max_rank) {
    ((result.left.axes[result.left.rank++] = expr::plain_axis(index)), ...);
  } else {
    result.left.rank = static_cast<int>(sizeof...(Index));
  }
  result.stage = this;
  return result;
}

}  // namespace ashlar

ASHLAR_COMPILER_END
