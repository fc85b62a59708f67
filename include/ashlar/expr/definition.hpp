// SPDX-License-Identifier: Apache-2.0
//
// expr/definition: reads of tensors and definitions of outputs and local stages, as noted down.
//
//   takes       an access or a left side, and the value it is given
//   errors      E031 a second definition, E033 another number of indices, E037 another element
//               type, E040 an axis that is missing, repeated, or free and reduced at once, E043 a
//               left side with more than axes, E044 too many dimensions, E047 a const operand,
//               E081 a narrower type, E082 one of another sign
#pragma once

#include <ashlar/expr/arithmetic.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

/// The indices of a left side: their axes, or no_axis.
struct left_side {
  int rank = 0;
  axis_info const* axes[max_rank] = {};
};

/// The number of dimensions of a local stage that is only declared yet.
inline constexpr std::int8_t unknown_rank = -1;

constexpr void check_rank(recorder& r, handle buffer, int found) {
  auto& b = r.buffers[buffer];
  if (b.type.rank == unknown_rank) b.type.rank = static_cast<std::int8_t>(found);
  if (found == b.type.rank) return;
  r.fail(diag::code::rank_mismatch, diag::message{}
                                        << b.name << " has " << int{b.type.rank}
                                        << " dimensions, but is accessed with " << found
                                        << " indices; write one index for each dimension");
}

/// The value of buffer(index...).
constexpr auto load(recorder& r, access_record const& a) -> traced {
  if (!r.ok()) return nothing(r);
  value_record v{};
  for (int d = 0; d < a.rank; ++d) {
    v.free |= r.indices[a.index[d]].free;
    v.reduced |= r.indices[a.index[d]].reduced;
  }
  if (a.fallback >= 0) {
    v.free |= r.values[a.fallback].free;
    v.reduced |= r.values[a.fallback].reduced;
  }
  v.e = tir::expr{
      .op = opcode::load, .type = r.buffers[a.buffer].type.dt, .a = r.add(a), .b = a.fallback};
  return computed(r, r.add(v));
}

/// The same with a value for what lies outside.
constexpr auto load_or(recorder& r, access_record a, traced const& v) -> traced {
  dtype const d = r.ok() ? r.buffers[a.buffer].type.dt : dtype::none;
  traced const outside = stored(r, bind(r, v, d), d);
  if (!r.ok()) return nothing(r);
  if (outside.type() != d) {
    r.fail(diag::code::mixed_types, diag::message{} << r.buffers[a.buffer].name << " is "
                                                    << name_of(d) << ", its value outside is "
                                                    << describe(outside)
                                                    << "; write ash::cast<T>(...)");
    return nothing(r);
  }
  a.fallback = outside.node;
  return load(r, a);
}

/// The number of the loop variable, an i64.
constexpr auto load_index(recorder& r, handle index) -> traced {
  if (!r.ok()) return nothing(r);
  return traced(
      r, r.add(value_record{.e = tir::expr{.op = opcode::index, .type = dtype::i64, .a = index},
                            .free = r.indices[index].free,
                            .reduced = r.indices[index].reduced}));
}

constexpr void fail_redefined(recorder& r, std::string_view name) {
  r.fail(diag::code::redefined_tensor,
         diag::message{} << name << " is defined twice; write the second value to another tensor");
}

namespace definition_impl {

constexpr auto left_axes(recorder& r, std::string_view name, left_side const& left,
                         definition& into) -> axis_set {
  axis_set set = 0;
  if (left.rank > max_rank) {
    r.fail(diag::code::bad_rank, diag::message{} << name << " has " << left.rank
                                                 << " dimensions; the most are " << max_rank);
    return set;
  }
  for (int d = 0; d < left.rank && r.ok(); ++d) {
    if (left.axes[d]->name.view().empty()) {
      r.fail(diag::code::bad_left_side,
             diag::message{} << "index " << d << " of " << name
                             << " on the left is not an axis alone; write the offset on the right");
      return set;
    }
    handle const axis = r.axis_of(*left.axes[d]);
    if ((set & set_of(axis)) != 0) {
      r.fail(diag::code::bad_axis_use, diag::message{} << "axis " << r.axis_name(axis)
                                                       << " indexes " << name
                                                       << " twice on the left; write one axis for "
                                                          "each dimension");
    }
    set |= set_of(axis);
    into.axes.push_back(axis);
  }
  return set;
}

constexpr void check_axes(recorder& r, std::string_view name, axis_set left,
                          value_record const& v) {
  if (axis_set const extra = v.free & ~left; extra != 0) {
    auto const axis = r.axis_name(first_axis(extra));
    r.fail(diag::code::bad_axis_use, diag::message{} << "axis " << axis << " is not on the left of "
                                                     << name << "; reduce it, as in ash::sum("
                                                     << axis << ", ...), or index " << name
                                                     << " by it");
  }
  if (axis_set const both = v.reduced & left; both != 0) {
    r.fail(diag::code::bad_axis_use, diag::message{} << "axis " << r.axis_name(first_axis(both))
                                                     << " is on the left of " << name
                                                     << " and reduced on the right; reduce over "
                                                        "another axis");
  }
}

constexpr auto add_definition(recorder& r, handle buffer, left_side const& left,
                              traced const& right) -> bool {
  definition made{.buffer = buffer, .value = right.node};
  auto const name = r.buffers[buffer].name;
  axis_set const set = left_axes(r, name.view(), left, made);
  if (r.ok()) check_axes(r, name.view(), set, r.values[right.node]);
  if (!r.ok()) return false;
  r.buffers[buffer].definition = r.append(r.definitions, made, "stages");
  return true;
}

// How many significant bits a floating point type has.
constexpr auto digits_of(dtype d) -> int { return literal_impl::range_of(d).digits; }

// A value that the buffer does not hold in general: of more bits, or of another sign.
constexpr auto fail_conversion(recorder& r, buffer_record const& b, traced const& v) -> bool {
  dtype const from = v.type(), to = b.type.dt;
  bool const are_integers = is_integer(from) && (is_integer(to) || is_nibble(to));
  bool const is_narrower = bits_of(to) < bits_of(from);
  bool const are_floats = is_float(from) && is_float(to);
  auto m = diag::message{} << b.name << " is " << name_of(to) << ", its definition is "
                           << describe(v);
  bool const fits = least_of(from) >= least_of(to) && greatest_of(from) <= greatest_of(to);
  if (are_integers && is_signed(from) != is_signed(to) && fits) {
    r.fail(diag::code::mixed_signs, m << "; write ash::cast<T>(...), which keeps every number");
  } else if (are_integers && is_signed(from) != is_signed(to)) {
    r.fail(diag::code::mixed_signs, m << may_be(from)
                                      << "; write ash::saturate_cast<T>(...) to stop "
                                      << "at " << least_of(to) << " and " << greatest_text(to)
                                      << ", or ash::cast<T>(...) to wrap");
  } else if (are_integers && is_narrower) {
    r.fail(diag::code::narrowing, m << may_be(from) << "; write ash::saturate_cast<T>(...) to stop "
                                    << "at " << least_of(to) << " and " << greatest_text(to)
                                    << ", or ash::cast<T>(...) to wrap");
  } else if (are_floats && is_narrower) {
    r.fail(diag::code::narrowing, m << " with " << digits_of(from) << " significant bits, which "
                                    << digits_of(to) << " do not hold; write ash::cast<T>(...) to "
                                    << "round it");
  }
  return !r.ok();
}

}  // namespace definition_impl

/// operand(axes...) = right.
constexpr void define(recorder& r, handle buffer, left_side const& left, traced const& v) {
  dtype const d = r.buffers[buffer].type.dt;
  traced const right = stored(r, bind(r, v, d), d);
  if (!r.ok()) return;
  auto const& b = r.buffers[buffer];
  if (b.definition >= 0) {
    fail_redefined(r, b.name.view());
  } else if (b.type.is_const) {
    r.fail(diag::code::write_to_input, diag::message{} << b.name
                                                       << " is const; pass a tensor that can be "
                                                          "written, or define a local stage");
  } else if (definition_impl::fail_conversion(r, b, right)) {
    return;
  } else if (right.type() != b.type.dt) {
    r.fail(diag::code::mixed_types, diag::message{} << b.name << " is " << name_of(b.type.dt)
                                                    << ", its definition is " << describe(right)
                                                    << "; write ash::cast<T>(...) around it");
  } else {
    definition_impl::add_definition(r, buffer, left, right);
  }
}

namespace definition_impl {

// The 16 bits that a value was made of: a local stage of these is stored as they are.
constexpr auto as_loaded(recorder& r, traced const& v) -> traced {
  if (!r.ok()) return v;
  handle const from = widened_from(r, v.node);
  return from < 0 ? v : traced(r, from);
}

constexpr auto add_local(recorder& r, name_text const& name, dtype d, int rank) -> handle {
  for (auto const& b : r.buffers) {
    if (b.name == name) {
      r.fail(diag::code::duplicate_name,
             diag::message{} << "two tensors are called " << name << "; give one another name");
      return -1;
    }
  }
  buffer_record const made{.name = name,
                           .type = operand_type{.dt = d, .rank = static_cast<std::int8_t>(rank)}};
  return r.append(r.buffers, made, "buffers");
}

}  // namespace definition_impl

/// A new local stage; its shape follows from the extents of its axes.
constexpr auto define_local(recorder& r, name_text const& name, left_side const& left,
                            traced const& v) -> handle {
  traced const right = definition_impl::as_loaded(r, bind(r, v, dtype::none));
  if (!r.ok()) return -1;
  handle const buffer = definition_impl::add_local(r, name, right.type(), left.rank);
  if (buffer >= 0) definition_impl::add_definition(r, buffer, left, right);
  return buffer;
}

/// A local stage that its own definition may read, with the element type of another tensor.
constexpr auto declare_local(recorder& r, name_text const& name, handle like) -> handle {
  return r.ok() ? definition_impl::add_local(r, name, r.buffers[like].type.dt, unknown_rank)
                : handle{-1};
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END
