// SPDX-License-Identifier: Apache-2.0
//
// schedule/assume: facts that only the call knows, which a schedule takes for granted: assume,
// unsafe_assume and specialize.
//
//   y: f32[dyn, dyn]   assume(extent_of("y", 1) == 64)   -->   y: f32[dyn, 64], stride(0) == 64
//
//   takes       a claim: an operand, a dimension, what is said of it
//   returns     the program with the fact in its extents, strides and alignment, and on its list
//   invariants  a fact that the types prove changes nothing and is on no list; one that they refute
//               is an error, and for specialize an answer
//   names       Halide: specialize, bound, set_extent, set_stride; Exo: assert
#pragma once

#include <ashlar/schedule/claim.hpp>
#include <ashlar/schedule/sharpen.hpp>
#include <ashlar/tensor/layout.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The most variants that specialize may make of one kernel, the general one included.
inline constexpr int max_variants = 4;

/// What the types and the facts before say of a claim.
enum class answer : std::uint8_t { open, always, never };

namespace assume_impl {

using tir::fact_kind;
using tir::fact_relation;

inline constexpr std::int64_t most_number = std::int64_t{1} << 40;
inline constexpr std::int64_t most_bytes = std::int64_t{1} << 60;

constexpr auto sentence(std::string_view verb, std::string_view operand, tir::fact const& f)
    -> diag::message {
  diag::message m{};
  m << verb << " " << operand << ".";
  tir::put_fact(m, f);
  m << ": ";
  return m;
}

constexpr void list_operands(diag::message& m, program const& p) {
  bool any = false;
  for (auto const& b : p.buffers) {
    if (b.operand < 0) continue;
    m << (any ? ", " : "") << b.name;
    any = true;
  }
}

// What is no number of a fact; empty for those that are.
constexpr auto fault_of_number(tir::fact const& f) -> std::string_view {
  if (f.number > most_number || f.number < -most_number) return "a number of at most 2^40";
  if (f.kind == fact_kind::stride) return "";
  if (f.kind == fact_kind::extent && f.relation != fact_relation::multiple)
    return f.number < 0 ? "an extent of 0 or more" : "";
  if (f.number < 1) return "a multiple of 1 or more, and a rest of 0";
  bool const is_power = (f.number & (f.number - 1)) == 0;
  return f.kind == fact_kind::address && !is_power ? "a power of two" : "";
}

constexpr auto find_operand(program const& p, std::string_view name) -> int {
  for (int b = 0; b < p.buffers.count; ++b) {
    if (p.buffers[b].operand >= 0 && p.buffers[b].name == name) return b;
  }
  return -1;
}

// The least and the greatest that an extent can be; -1 for no greatest.
struct extent_range {
  std::int64_t multiple = 1, low = 0, high = -1;
};
constexpr auto range_of(program const& p, tir::fact const& f) -> extent_range {
  affine const& e = p.indices[p.buffers[f.buffer].shape[f.dim]];
  int const at = symbol_of(p, f.buffer, f.dim);
  if (at < 0) return extent_range{.multiple = e.offset, .low = e.offset, .high = e.offset};
  tir::symbol const& s = p.symbols[at];
  return extent_range{.multiple = s.multiple,
                      .low = s.at_least * s.multiple,
                      .high = s.at_most < 0 ? -1 : s.at_most * s.multiple};
}

constexpr auto judge_extent(extent_range const& r, tir::fact const& f) -> answer {
  std::int64_t const n = f.number;
  if (r.low == r.high) return holds(f, r.low) ? answer::always : answer::never;
  std::int64_t step = r.multiple;
  switch (f.relation) {
    case fact_relation::at_most:
      if (r.high >= 0 && r.high <= n) return answer::always;
      return n < r.low ? answer::never : answer::open;
    case fact_relation::at_least:
      if (n <= r.low) return answer::always;
      return r.high >= 0 && n > r.high ? answer::never : answer::open;
    case fact_relation::equal:
      if (n % step != 0 || n < r.low || (r.high >= 0 && n > r.high)) return answer::never;
      return answer::open;
    default:
      if (step % n == 0) return answer::always;
      step = common_multiple(step, n);
      return r.high >= 0 && r.high / step * step < r.low ? answer::never : answer::open;
  }
}

constexpr auto judge(program const& p, tir::fact const& f) -> answer {
  tir::buffer const& b = p.buffers[f.buffer];
  if (f.kind == fact_kind::address)
    return b.alignment % f.number == 0 ? answer::always : answer::open;
  if (f.kind == fact_kind::extent) return judge_extent(range_of(p, f), f);
  if (b.stride[f.dim] == dynamic_stride) return answer::open;
  return b.stride[f.dim] == f.number ? answer::always : answer::never;
}

// What is known instead of what was claimed.
constexpr void put_known(diag::message& m, program const& p, tir::fact const& f) {
  if (f.kind == fact_kind::stride) {
    m << "the stride is " << p.buffers[f.buffer].stride[f.dim];
    return;
  }
  extent_range const r = range_of(p, f);
  m << "the extent is ";
  if (r.low == r.high) {
    m << r.low;
    return;
  }
  m << "a multiple of " << r.multiple;
  if (r.low > 0) m << ", at least " << r.low;
  if (r.high >= 0) m << ", at most " << r.high;
}

constexpr auto mentions(program const& p, affine const& a, int symbol) -> bool {
  for (auto const& t : a.terms) {
    tir::atom const& at = p.atoms[t.atom];
    if (at.kind == tir::atom_kind::symbol && at.id == symbol) return true;
    if (at.lhs >= 0 &&
        (mentions(p, p.indices[at.lhs], symbol) || mentions(p, p.indices[at.rhs], symbol))) {
      return true;
    }
  }
  return false;
}

// A loop over the extent that is none any more: its tail was settled by what was known then.
constexpr auto divided_by(program const& p, int symbol) -> int {
  for (int a = 0; a < p.axes.count; ++a) {
    bool const is_gone = p.axes[a].outer >= 0 || p.axes[a].fused >= 0;
    if (is_gone && mentions(p, p.axes[a].extent, symbol)) return a;
  }
  return -1;
}

constexpr auto is_split_before(program& p, tir::fact const& f, diag::message& m) -> bool {
  if (f.kind != fact_kind::extent) return false;
  int const axis = divided_by(p, symbol_of(p, f.buffer, f.dim));
  if (axis < 0) return false;
  m << "it is the length of " << p.axes[axis].name << ", which was split or fused as if it were "
    << "not so; state facts before that";
  p.fail(diag::code::bad_fact, m);
  return true;
}

// Checks of the entry that are decided now.
constexpr void settle_checks(program& p, diag::message& m) {
  for (int c = p.checks.count - 1; c >= 0; --c) {
    tir::check const k = p.checks[c];
    affine const& sum = p.indices[k.sum];
    if (!sum.is_constant()) continue;
    bool const is_kept = k.equal ? sum.offset == 0 : sum.offset >= 0;
    if (is_kept) {
      p.checks.erase(c);
      continue;
    }
    m << "then dimension " << int{k.dim} << " of " << p.buffers[k.buffer].name
      << " differs always, by " << sum.offset << ", from what the kernel reads there";
    return p.fail(diag::code::bad_fact, m);
  }
}

constexpr void check_sizes(program& p, diag::message& m) {
  for (auto const& b : p.buffers) {
    index_t bytes = bytes_of(b.type);
    for (int d = 0; d < b.rank; ++d) {
      affine const& e = p.indices[b.shape[d]];
      if (e.is_constant() && e.offset > 0) bytes = saturating_product(bytes, e.offset);
    }
    if (bytes <= most_bytes) continue;
    m << "then " << b.name << " has more than " << most_bytes << " bytes; give a smaller number";
    return p.fail(diag::code::bad_fact, m);
  }
}

// The program in which it is so.
constexpr void take(program& p, tir::fact const& f, diag::message& m) {
  tir::buffer& b = p.buffers[f.buffer];
  if (f.kind == fact_kind::stride) {
    b.stride[f.dim] = f.number;
  } else if (f.kind == fact_kind::address) {
    b.alignment = static_cast<std::int32_t>(f.number);
  } else {
    sharpen(p, f);
    settle_checks(p, m);
    check_sizes(p, m);
  }
}

constexpr void note(program& p, tir::fact const& f, diag::message& m) {
  if (!p.facts.full()) {
    p.facts.push_back(f);
    return;
  }
  m << "a kernel has at most " << tir::max_facts << " facts";
  p.fail(diag::code::capacity_exceeded, m);
}

}  // namespace assume_impl

/// The fact that a claim makes of an operand. Errors: E066.
constexpr auto resolve(program& p, claim const& c, std::string_view verb) -> tir::fact {
  using namespace assume_impl;
  tir::fact f{.buffer = static_cast<handle>(find_operand(p, c.operand.view())),
              .dim = static_cast<std::int8_t>(c.dim < 0 || c.dim > 99 ? -1 : c.dim),
              .kind = c.kind,
              .relation = c.relation,
              .number = c.number};
  if (!p.fault.ok()) return f;
  auto m = sentence(verb, c.operand.view(), f);
  bool const has_dim = f.kind != tir::fact_kind::address;
  if (f.buffer < 0) {
    m << "no operand has that name; operands: ";
    list_operands(m, p);
  } else if (has_dim && (c.dim < 0 || c.dim >= p.buffers[f.buffer].rank)) {
    m << "dimension " << c.dim << " of " << int{p.buffers[f.buffer].rank} << ", counted from 0";
  } else if (auto const number = fault_of_number(f); !number.empty()) {
    m << "give " << number;
  } else {
    return f;
  }
  p.fail(diag::code::bad_fact, m);
  return f;
}

/// Takes a fact for granted; false where the types had said it before. Errors: E066.
constexpr auto assume(program& p, tir::fact const& f, std::string_view verb) -> bool {
  using namespace assume_impl;
  if (!p.fault.ok()) return false;
  auto m = sentence(verb, p.buffers[f.buffer].name.view(), f);
  answer const known = judge(p, f);
  if (known == answer::always) return false;
  if (known == answer::never) {
    put_known(m, p, f);
    m << "; state what can be so";
    p.fail(diag::code::bad_fact, m);
    return false;
  }
  if (is_split_before(p, f, m)) return false;
  take(p, f, m);
  note(p, f, m);
  return p.fault.ok();
}

/// The nth choice of specialize in a program so far.
constexpr auto choices_in(program const& p) -> int {
  int n = 0;
  for (auto const& f : p.facts) n += tir::is_choice(f) ? 1 : 0;
  return n;
}

/// Makes two variants of a program, and it is that in which the fact holds, or (not `chosen`) the
/// other. What the types decide makes none. Errors: E066, E067.
constexpr auto specialize(program& p, tir::fact f, bool chosen) -> answer {
  using namespace assume_impl;
  if (!p.fault.ok()) return answer::never;
  answer const known = judge(p, f);
  if (known != answer::open) return known;
  auto m = sentence("specialize", p.buffers[f.buffer].name.view(), f);
  if (choices_in(p) + 1 >= max_variants) {
    m << "that makes more than " << max_variants
      << " variants of the kernel, each with code of its own; drop one, or use assume";
    p.fail(diag::code::too_many_variants, m);
    return answer::never;
  }
  if (is_split_before(p, f, m)) return answer::never;
  f.origin = chosen ? tir::fact_origin::chosen : tir::fact_origin::declined;
  if (chosen) take(p, f, m);
  note(p, f, m);
  return answer::open;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END
