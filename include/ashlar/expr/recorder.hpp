// SPDX-License-Identifier: Apache-2.0
//
// expr/recorder: what a kernel has done so far: the values, accesses, reductions and definitions
// that its operands noted down while it ran.
//
//   invariants  operands of a value stand before it; `free` and `reduced` are the sets of axes that
//               occur below a value; `fault` is the first thing found wrong, after which nothing
//               more is recorded
#pragma once

#include <ashlar/core/static_vector.hpp>
#include <ashlar/expr/index_expr.hpp>
#include <ashlar/limits.hpp>
#include <ashlar/tensor/operand_type.hpp>
#include <ashlar/tir/program.hpp>

#include <cstdint>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

using tir::handle;
using axis_set = std::uint64_t;

inline constexpr int max_axes = 64;

enum class boundary : std::uint8_t { none, zero, constant, clamp, reflect };

enum class reduction_kind : std::uint8_t { sum, prod, max, min, any, all, argmax, argmin, user };

/// Whether a reduction has a value at each point of its axis: of all before, with or without it.
enum class scan_kind : std::uint8_t { none, inclusive, exclusive };

/// An index in an access; a and b are handles of indices, for `loaded` a is one of a value.
struct index_record {
  index_op op = index_op::constant;
  handle a = -1, b = -1;
  index_t value = 0;      // constant: the number; axis: its place in recorder::axes
  bool has_data = false;  // an index below it is loaded
  std::int64_t size = 1;  // no coefficient is greater
  axis_set free = 0;
  axis_set reduced = 0;
};

/// A value as in tir::expr, or (reduction >= 0) component `a` of a reduction.
struct value_record {
  tir::expr e{};
  handle reduction = -1;
  bool is_weak = false;  // a number of the call, or a choice among numbers: takes another type
  axis_set free = 0;
  axis_set reduced = 0;
};

struct access_record {
  handle buffer = -1;
  std::int8_t rank = 0;
  boundary outside = boundary::none;
  bool is_carried = false;  // of the definition that reads it: a value that comes before
  handle fallback = -1;
  handle index[max_rank] = {-1, -1, -1, -1, -1, -1, -1, -1};
};

struct reduction_record {
  reduction_kind kind{};
  scan_kind scan = scan_kind::none;
  bool commutative = true;
  static_vector<handle, max_rank> axes{};
  handle value = -1;
  handle combine = -1;   // user: over accumulator and incoming
  handle identity = -1;  // user: a constant
};

struct buffer_record {
  name_text name{};
  operand_type type{};
  bool is_operand = false;
  handle definition = -1;
};

struct definition {
  handle buffer = -1;
  handle value = -1;
  static_vector<handle, max_rank> axes{};
};

struct recorder {
  static_vector<value_record, limits::exprs> values{};
  static_vector<index_record, limits::indices> indices{};
  static_vector<access_record, limits::accesses> accesses{};
  static_vector<reduction_record, limits::stages> reductions{};
  static_vector<buffer_record, limits::buffers> buffers{};
  static_vector<definition, limits::stages> definitions{};
  static_vector<axis_info const*, max_axes> axes{};
  bool has_scan = false;
  diag::diagnostic fault{};

  constexpr auto ok() const -> bool { return fault.ok(); }
  /// Records the first fault; later ones are usually its consequences.
  constexpr void fail(diag::code id, diag::message const& why) {
    if (fault.ok()) fault = diag::diagnostic{.id = id, .text = why};
  }

  /// Appends; where there is no room, fails and gives the place of element 0 instead.
  template <class T, std::size_t N>
  constexpr auto append(static_vector<T, N>& to, T const& item, char const* limit) -> handle {
    if (!to.full()) return static_cast<handle>(to.push_back(item));
    fail_full(limit, static_cast<int>(N));
    return 0;
  }
  constexpr void fail_full(char const* limit, int most) {
    fail(diag::code::capacity_exceeded, diag::message{}
                                            << "a kernel needs more than " << most << ' ' << limit
                                            << "; raise limits::" << limit
                                            << " in <ashlar_config.hpp>, or write two kernels");
  }

  constexpr auto axis_name(int axis) const -> name_text const& { return axes[axis]->name; }
  constexpr auto type_of(handle value) const -> dtype { return values[value].e.type; }

  /// The handle of an axis; the same for axes of one name.
  constexpr auto axis_of(axis_info const& info) -> handle {
    for (int at = 0; at < axes.count; ++at) {
      if (axes[at] == &info) return static_cast<handle>(at);
      if (axes[at]->name == info.name) return merged(at, info);
    }
    if (axes.full()) {
      fail(diag::code::capacity_exceeded,
           diag::message{} << "axis " << info.name << " is one more than the " << max_axes
                           << " axes that a kernel can have; write two kernels");
      return 0;
    }
    if (info.extent < dynamic_extent) {
      fail(diag::code::negative_extent, diag::message{} << "axis " << info.name << " has extent "
                                                        << info.extent << "; write 0 or more");
    }
    return static_cast<handle>(axes.push_back(&info));
  }

  constexpr auto add(index_record const& r) -> handle { return append(indices, r, "indices"); }
  constexpr auto add(access_record const& r) -> handle { return append(accesses, r, "accesses"); }

  /// A value over others: the sets of axes are those of its operands.
  constexpr auto add(tir::expr const& e) -> handle {
    value_record r{.e = e};
    int const operands = tir::operand_count(e.op);
    if (operands > 0) join(r, e.a);
    if (operands > 1) join(r, e.b);
    if (operands > 2) join(r, e.c);
    return append(values, r, "exprs");
  }
  constexpr auto add(value_record const& r) -> handle { return append(values, r, "exprs"); }

 private:
  constexpr void join(value_record& r, handle from) const {
    if (from < 0) return;
    r.free |= values[from].free;
    r.reduced |= values[from].reduced;
  }
  // Two axes of one name may differ in that only one of them states an extent.
  constexpr auto merged(int at, axis_info const& info) -> handle {
    index_t const known = axes[at]->extent;
    if (known < 0) {
      axes[at] = &info;
    } else if (info.extent >= 0 && info.extent != known) {
      fail(diag::code::extent_mismatch,
           diag::message{} << "axis " << info.name << " is declared with the extents " << known
                           << " and " << info.extent << "; give one of them another name");
    }
    return static_cast<handle>(at);
  }
};

/// stem0, stem1, ...: the first that no buffer has.
constexpr auto fresh_name(recorder const& r, std::string_view stem) -> name_text {
  for (int number = 0;; ++number) {
    name_text const name = name_text{} << stem << number;
    bool taken = false;
    for (auto const& b : r.buffers) taken = taken || b.name == name;
    if (!taken) return name;
  }
}

/// The axes of a set, for messages: the first one.
constexpr auto first_axis(axis_set set) -> int {
  int at = 0;
  while (at < max_axes && ((set >> at) & 1U) == 0) ++at;
  return at;
}
constexpr auto set_of(int axis) -> axis_set { return axis_set{1} << axis; }

}  // namespace ashlar::expr

ASHLAR_COMPILER_END
