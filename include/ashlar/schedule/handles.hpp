// SPDX-License-Identifier: Apache-2.0
//
// schedule/handles: how a schedule names loops: by handle, by string, or by the axis object itself.
//
//   loop        a loop of a stage, as a primitive returns it
//   loop_ref    what a primitive takes: a loop, "i", or ash::axis<"i"> i
//   invariants  after a fault, primitives return empty handles; passing one on is harmless
#pragma once

#include <ashlar/schedule/loops.hpp>

#include <concepts>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

/// A loop of a stage.
class loop {
 public:
  constexpr loop() = default;
  constexpr loop(tir::program const& p, tir::handle axis) : program_(&p), axis_(axis) {}

  /// False for what a primitive returns on a faulty program.
  constexpr explicit operator bool() const { return axis_ >= 0; }
  constexpr auto axis() const -> tir::handle { return axis_; }
  /// Null for an empty handle.
  constexpr auto program() const -> tir::program const* { return program_; }
  /// "" for an empty handle.
  constexpr auto name() const -> std::string_view {
    return axis_ < 0 ? std::string_view{} : program_->axes[axis_].name.view();
  }
  /// The number of iterations before anything is clipped; dynamic_extent where the call knows it.
  constexpr auto extent() const -> index_t {
    if (axis_ < 0) return dynamic_extent;
    tir::affine const& e = program_->axes[axis_].extent;
    return e.is_constant() ? e.offset : dynamic_extent;
  }

 private:
  tir::program const* program_ = nullptr;
  tir::handle axis_ = -1;
};

/// What split returns.
struct loop_pair {
  loop outer, inner;
};

/// What tile returns, in the order of the nest.
struct loop_tile {
  loop i_outer, j_outer, i_inner, j_inner;
};

/// A loop as the argument of a primitive.
class loop_ref {
 public:
  constexpr loop_ref(loop const& l)  // NOLINT
      : axis_(l.axis()), program_(l.program()), is_name_(false) {}
  constexpr loop_ref(char const* name)  // NOLINT
      : name_(name == nullptr ? std::string_view{} : std::string_view(name)) {}
  constexpr loop_ref(std::string_view name) : name_(name) {}  // NOLINT
  template <class Axis>
    requires requires {
      { Axis::info.name } -> std::convertible_to<name_text>;
    }
  constexpr loop_ref(Axis const&) : name_(Axis::info.name.view()) {}  // NOLINT

  constexpr auto is_name() const -> bool { return is_name_; }
  constexpr auto name() const -> std::string_view { return name_; }
  constexpr auto axis() const -> tir::handle { return axis_; }
  /// True for a handle of a loop of another program.
  constexpr auto is_foreign(tir::program const& p) const -> bool {
    return program_ != nullptr && program_ != &p;
  }

 private:
  std::string_view name_{};
  tir::handle axis_ = -1;
  tir::program const* program_ = nullptr;
  bool is_name_ = true;
};

}  // namespace ashlar

namespace ashlar::scheduling {

namespace handles_impl {

constexpr void fail_handle(program& p, tir::stage const& s, int axis, std::string_view verb,
                           diag::code foreign) {
  diag::message m{};
  m << verb << ": ";
  int const owner = stage_of_axis(p, axis);
  bool const is_foreign = owner >= 0 && !(p.stages[owner].name == s.name.view());
  if (axis < 0) {
    m << "the loop handle is empty";
  } else if (is_foreign) {
    m << p.axes[axis].name << " is a loop of " << p.stages[owner].name << ", not of " << s.name;
  } else {
    m << p.axes[axis].name << " was replaced by other loops";
  }
  m << "; loops: ";
  list_loops(m, p, s);
  p.fail(is_foreign ? foreign : diag::code::unknown_axis, m);
}

// False for a loop of another program, whose numbers mean other loops here.
constexpr auto is_own(program& p, loop_ref const& ref, std::string_view verb) -> bool {
  if (!ref.is_foreign(p)) return true;
  diag::message m{};
  m << verb << ": the loop handle is of another schedule; take it from this one, by name or from "
    << "the primitive that made it";
  p.fail(diag::code::unknown_axis, m);
  return false;
}

}  // namespace handles_impl

/// The axis that a reference means in a stage. Errors: E002 (or `foreign` where the loop is one of
/// another stage), E014 for a stage without loops. Returns -1 on a faulty program.
constexpr auto resolve(program& p, int stage, loop_ref const& ref, std::string_view verb,
                       diag::code foreign = diag::code::unknown_axis) -> int {
  if (!p.fault.ok() || stage < 0) return -1;
  tir::stage const& s = p.stages[stage];
  diag::message m{};
  if (s.place == tir::placement::inlined) {
    m << verb << ": " << s.name << " is inlined, and has no loops";
    p.fail(diag::code::bad_inline, m);
    return -1;
  }
  if (!handles_impl::is_own(p, ref, verb)) return -1;
  if (!ref.is_name()) {
    if (ref.axis() >= 0 && position_of(s, ref.axis()) >= 0) return ref.axis();
    handles_impl::fail_handle(p, s, ref.axis(), verb, foreign);
    return -1;
  }
  int const axis = find_loop(p, s, ref.name());
  if (axis >= 0) return axis;
  m << verb << ": " << s.name << " has no loop " << ref.name() << "; loops: ";
  list_loops(m, p, s);
  p.fail(diag::code::unknown_axis, m);
  return -1;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
