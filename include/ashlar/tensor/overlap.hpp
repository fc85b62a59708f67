// SPDX-License-Identifier: Apache-2.0
//
// tensor/overlap: whether two operands share memory.
//
//   takes       operands that passed check_operand
//   returns     sharing::none or ::some where that is known, ::unknown where finding out would take
//               more than a fixed number of steps; may_overlap() takes unknown for shared
//   cost        no element is visited; packed operands take a comparison of two intervals, strided
//               boxes an integer search that is cut at 2048 steps
//   source      bounded linear Diophantine equations, as NumPy's shares_memory poses the problem;
//               the search is pruned by reach and by greatest common divisors
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/core/result.hpp>
#include <ashlar/tensor/operand_record.hpp>

#include <cstdint>
#include <limits>

namespace ashlar {

enum class sharing : std::uint8_t { none, some, unknown };

/// The bytes of an operand: elements of `element_bytes` at address + sum of index * stride. Boxes
/// are compared with each other alone, so all of these may count halves of bytes: box_of does.
struct memory_box {
  std::uint64_t address = 0;
  index_t element_bytes = 1;
  int rank = 0;
  index_t extent[max_rank] = {};
  index_t stride[max_rank] = {};  // in bytes
};

/// The halves of bytes of an operand.
ASHLAR_PER_ISA inline auto box_of(operand_record const& o) -> memory_box {
  memory_box box{};
  box.address = std::uint64_t{2} * reinterpret_cast<std::uintptr_t>(o.data);
  box.element_bytes = bits_of(o.type->dt) / 4;
  box.rank = o.type->rank;
  for (int d = 0; d < box.rank; ++d) {
    box.extent[d] = o.extent[d];
    box.stride[d] = o.extent[d] > 1 ? o.stride[d] * box.element_bytes : 0;
  }
  return box;
}
/// The halves of bytes of a view or a tensor.
template <class Operand> auto box_of(Operand const& v) -> memory_box {
  operand_record o;
  describe(v, o);
  return box_of(o);
}

namespace overlap_impl {

// Euclid's; the one of <numeric> is several times the code.
ASHLAR_RARE constexpr auto gcd(index_t a, index_t b) -> index_t {
  while (b != 0) {
    auto const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// Solutions of sum(coefficient * x) = target with 0 <= x < count, all coefficients positive.
struct equation {
  static constexpr int capacity = 2 * max_rank + 2;
  int terms = 0;
  index_t coefficient[capacity] = {};
  index_t count[capacity] = {};
  index_t reach[capacity + 1] = {};    // the largest sum of the terms from here on
  index_t divisor[capacity + 1] = {};  // the greatest common divisor of the terms from here on
  int steps = 2048;

  // Keeps the terms sorted, largest coefficient first; equal coefficients are one longer term.
  ASHLAR_PER_ISA constexpr void add(index_t c, index_t n) {
    if (c == 0 || n <= 1) return;
    int at = 0;
    while (at < terms && coefficient[at] > c) ++at;
    if (at < terms && coefficient[at] == c) {
      count[at] += n - 1;
      return;
    }
    for (int k = terms; k > at; --k) {
      coefficient[k] = coefficient[k - 1];
      count[k] = count[k - 1];
    }
    coefficient[at] = c;
    count[at] = n;
    ++terms;
  }

  constexpr void find_reach() {
    for (int k = terms - 1; k >= 0; --k) reach[k] = reach[k + 1] + coefficient[k] * (count[k] - 1);
  }
  ASHLAR_RARE constexpr void find_divisors() {
    for (int k = terms - 1; k >= 0; --k) divisor[k] = gcd(divisor[k + 1], coefficient[k]);
  }

  ASHLAR_PER_ISA ASHLAR_COLD constexpr auto solve(index_t target, int k = 0) -> sharing {
    if (target < 0 || target > reach[k]) return sharing::none;
    if (target == 0) return sharing::some;
    if (target % divisor[k] != 0) return sharing::none;
    if (--steps < 0) return sharing::unknown;
    auto const c = coefficient[k];
    auto const needed = target - reach[k + 1];
    index_t const first = needed <= 0 ? 0 : (needed - 1) / c + 1;
    index_t const last = target / c < count[k] - 1 ? target / c : count[k] - 1;
    for (auto x = last; x >= first; --x)
      if (auto const found = solve(target - c * x, k + 1); found != sharing::none) return found;
    return sharing::none;
  }
};

constexpr auto size_of_step(index_t stride) -> index_t { return stride < 0 ? -stride : stride; }

struct interval {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;  // 0: no elements
};

constexpr auto interval_of(memory_box const& box) -> interval {
  auto i = interval{box.address, static_cast<std::uint64_t>(box.element_bytes)};
  for (int d = 0; d < box.rank; ++d) {
    if (box.extent[d] == 0) return interval{};
    auto const way = static_cast<std::uint64_t>(size_of_step(box.stride[d])) *
                     static_cast<std::uint64_t>(box.extent[d] - 1);
    if (box.stride[d] < 0) i.first -= way;
    i.bytes += way;
  }
  return i;
}

// The largest unit in which `unit`, all strides and the element size are whole numbers.
ASHLAR_PER_ISA ASHLAR_RARE constexpr auto common_unit(index_t unit, memory_box const& box)
    -> index_t {
  unit = gcd(unit, box.element_bytes);
  for (int d = 0; d < box.rank; ++d) unit = gcd(unit, size_of_step(box.stride[d]));
  return unit;
}

ASHLAR_PER_ISA ASHLAR_RARE constexpr void add_terms(equation& e, memory_box const& box,
                                                    index_t unit) {
  for (int d = 0; d < box.rank; ++d) e.add(size_of_step(box.stride[d]) / unit, box.extent[d]);
  e.add(1, box.element_bytes / unit);
}

// Of boxes whose intervals overlap, and begin at `distance` from each other.
ASHLAR_PER_ISA ASHLAR_COLD constexpr auto search(memory_box const& a, memory_box const& b,
                                                 std::uint64_t a_bytes, std::uint64_t b_bytes,
                                                 std::uint64_t distance, bool b_first) -> sharing {
  // Offsets in a count from its first byte up, those in b from its last byte down, so that the
  // bytes are the same where both counts add up to the distance of these two ends.
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<index_t>::max() / 4);
  if (a_bytes > most || b_bytes > most) return sharing::unknown;
  auto const unit = common_unit(common_unit(static_cast<index_t>(distance), a), b);
  equation e{};
  add_terms(e, a, unit);
  add_terms(e, b, unit);
  e.find_reach();
  e.find_divisors();
  auto const units = [unit](std::uint64_t n) { return static_cast<index_t>(n) / unit; };
  return e.solve(units(b_bytes) - 1 + (b_first ? -units(distance) : units(distance)));
}

}  // namespace overlap_impl

/// Whether a byte belongs to both boxes.
ASHLAR_PER_ISA constexpr auto sharing_of(memory_box const& a, memory_box const& b) -> sharing {
  auto const in_a = overlap_impl::interval_of(a);
  auto const in_b = overlap_impl::interval_of(b);
  if (in_a.bytes == 0 || in_b.bytes == 0) return sharing::none;
  bool const b_first = in_b.first < in_a.first;
  auto const distance = b_first ? in_a.first - in_b.first : in_b.first - in_a.first;
  if (distance >= (b_first ? in_b.bytes : in_a.bytes)) return sharing::none;
  return overlap_impl::search(a, b, in_a.bytes, in_b.bytes, distance, b_first);
}

/// Whether two elements of one box share a byte, as those of a broadcast view do.
ASHLAR_PER_ISA constexpr auto self_sharing_of(memory_box const& box) -> sharing {
  overlap_impl::equation e{};
  for (int d = 0; d < box.rank; ++d)
    if (box.extent[d] == 0) return sharing::none;
  for (int d = 0; d < box.rank; ++d) {
    if (box.extent[d] <= 1) continue;
    auto const step = overlap_impl::size_of_step(box.stride[d]);
    auto const before = e.terms;
    e.add(step, box.extent[d]);
    // Neighbours meet, or there are two ways of taking the same step.
    if (step < box.element_bytes || e.terms == before) return sharing::some;
  }
  e.add(1, box.element_bytes);
  e.find_reach();
  // Nested dimensions, each step longer than all that is inside of it, meet nowhere.
  for (int k = 0; k + 1 < e.terms; ++k)
    if (e.coefficient[k] <= e.reach[k + 1]) return sharing::unknown;
  return sharing::none;
}

/// Whether index for index, both boxes are the same bytes.
constexpr auto same_elements(memory_box const& a, memory_box const& b) -> bool {
  if (a.address != b.address || a.rank != b.rank || a.element_bytes != b.element_bytes)
    return false;
  for (int d = 0; d < a.rank; ++d)
    if (a.extent[d] != b.extent[d] || (a.extent[d] > 1 && a.stride[d] != b.stride[d])) return false;
  return true;
}

/// False when the two operands certainly share no byte.
template <class A, class B> auto may_overlap(A const& a, B const& b) -> bool {
  return sharing_of(box_of(a), box_of(b)) != sharing::none;
}

/// Whether an output shares memory with another operand. Being the same operand, element for
/// element, is allowed when `in_place` is true. Errors: overlap, with both positions.
ASHLAR_PER_ISA constexpr auto check_overlap(memory_box const& out, int out_operand,
                                            memory_box const& other, int other_operand,
                                            bool in_place) -> status {
  if (in_place && same_elements(out, other)) return status{};
  if (sharing_of(out, other) == sharing::none) return status{};
  return status{.code = status_code::overlap,
                .operand = static_cast<std::int16_t>(out_operand),
                .found = other_operand,
                .expected = out_operand};
}
/// The same of views or tensors.
template <class Output, class Other>
auto check_overlap(Output const& out, int out_operand, Other const& other, int other_operand,
                   bool in_place) -> status {
  return check_overlap(box_of(out), out_operand, box_of(other), other_operand, in_place);
}

/// Whether the elements of an output are certainly apart. Error: self_overlap.
constexpr auto check_output(memory_box const& out, int operand) -> status {
  if (self_sharing_of(out) == sharing::none) return status{};
  return status{.code = status_code::self_overlap, .operand = static_cast<std::int16_t>(operand)};
}
/// The same of a view or a tensor.
template <class Output> auto check_output(Output const& out, int operand) -> status {
  return check_output(box_of(out), operand);
}

}  // namespace ashlar
