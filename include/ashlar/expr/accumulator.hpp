// SPDX-License-Identifier: Apache-2.0
//
// expr/accumulator: whether a sum of integers can leave its type, for the extents that are known.
//
//   sum(k, cast<int>(a(i, k)) * cast<int>(b(k, j)))    u8 times u8: at most 65025 each, and k of
//                                                      them; 33026 are more than an i32 holds
//
//   rule        a value that was widened on purpose has known bounds: those of the type it comes
//               from, of constants, of clamps, and what +, -, *, min, max and select make of these.
//               If the sum of as many values as its axes have points, at most, can leave the type,
//               that is E080
//   allowed     values of which nothing is known, as x(k) itself; axes without a bound; 64 bits,
//               beyond which there is no type; monoids of the user's, which may wrap
//   errors      E080 with the number of values, their bound, and the type's
#pragma once

#include <ashlar/core/overflow.hpp>
#include <ashlar/expr/arithmetic.hpp>
#include <ashlar/expr/extent_class.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace accumulator_impl {

/// Bounds of an integer value without wrapping. A free end is that of the type, or unknown.
struct bounds {
  std::int64_t low = 0, high = 0;
  bool is_free_below = true, is_free_above = true;

  constexpr auto is_known() const -> bool { return !is_free_below && !is_free_above; }
};

constexpr auto of(std::int64_t low, std::int64_t high) -> bounds {
  return bounds{.low = low, .high = high, .is_free_below = false, .is_free_above = false};
}

// Far above what 32 bits hold, and far below where products of two stop fitting.
inline constexpr std::int64_t far = std::int64_t{1} << 61;

constexpr auto limited(std::int64_t v) -> std::int64_t {
  return v > far ? far : v < -far ? -far : v;
}
constexpr auto product(std::int64_t a, std::int64_t b) -> std::int64_t {
  std::int64_t r = 0;
  if (!multiply_wraps(a, b, r)) return limited(r);
  return (a < 0) == (b < 0) ? far : -far;
}
constexpr auto least(std::int64_t a, std::int64_t b) -> std::int64_t { return a < b ? a : b; }
constexpr auto most(std::int64_t a, std::int64_t b) -> std::int64_t { return a < b ? b : a; }

constexpr auto product(bounds const& a, bounds const& b) -> bounds {
  std::int64_t const p = product(a.low, b.low), q = product(a.low, b.high);
  std::int64_t const r = product(a.high, b.low), s = product(a.high, b.high);
  return of(least(least(p, q), least(r, s)), most(most(p, q), most(r, s)));
}

constexpr auto holds(dtype d, bounds const& b) -> bool {
  bool const is_below = b.high < 0 || static_cast<std::uint64_t>(b.high) <= greatest_of(d);
  return is_below && b.low >= least_of(d);
}
// What a type holds, as far as it is not too far.
constexpr auto all_of(dtype d) -> bounds {
  bool const is_wide = bytes_of(d) == 8;
  return of(is_wide && is_signed(d) ? -far : least_of(d),
            is_wide ? far : static_cast<std::int64_t>(greatest_of(d)));
}

struct analysis {
  recorder const& r;
  // A value that is used twice is looked at twice: one of many such is taken for unknown.
  int left = 256;

  constexpr auto of_value(handle at) -> bounds {
    auto const& v = r.values[at];
    tir::expr const& e = v.e;
    bounds unknown = all_of(e.type);
    unknown.is_free_above = true;
    unknown.is_free_below = is_signed(e.type);
    if (v.reduction >= 0 || --left < 0) return unknown;
    if (e.op == opcode::constant) return of(limited(e.bits), limited(e.bits));
    if (e.op == opcode::cast) return of_cast(e, unknown);
    if (e.op == opcode::select) return hull(of_value(e.b), of_value(e.c));
    if (e.op == opcode::bit_and) return of_masked(e, unknown);
    int const n = tir::operand_count(e.op);
    if (n == 0 || e.op == opcode::call) return unknown;
    bounds const a = of_value(e.a);
    bounds const b = n > 1 ? of_value(e.b) : a;
    if (e.op != opcode::fma) return combined(e.op, a, b, unknown);
    bounds const ab = combined(opcode::mul, a, b, unknown);
    return combined(opcode::add, ab, of_value(e.c), unknown);
  }

 private:
  // A mask that is not negative leaves no more than itself.
  constexpr auto of_masked(tir::expr const& e, bounds const& unknown) -> bounds {
    for (handle const at : {handle{e.a}, handle{e.b}}) {
      tir::expr const& k = r.values[at].e;
      if (k.op == opcode::constant && k.bits >= 0) return of(0, limited(k.bits));
    }
    return unknown;
  }
  // All that the type it comes from holds, or less where that is known.
  constexpr auto of_cast(tir::expr const& e, bounds const& unknown) -> bounds {
    dtype const from = r.type_of(e.a);
    if (is_float(from)) return unknown;
    bounds const whole = all_of(from);
    bounds const inside = from != dtype::boolean ? of_value(e.a) : whole;
    bounds const value = inside.is_known() && holds(from, inside) ? inside : whole;
    bool const is_kept = holds(e.type, value) && (bytes_of(from) < 8 || inside.is_known());
    return is_kept ? value : unknown;
  }
  static constexpr auto hull(bounds const& a, bounds const& b) -> bounds {
    return bounds{.low = least(a.low, b.low),
                  .high = most(a.high, b.high),
                  .is_free_below = a.is_free_below || b.is_free_below,
                  .is_free_above = a.is_free_above || b.is_free_above};
  }
  static constexpr auto combined(opcode op, bounds const& a, bounds const& b, bounds const& unknown)
      -> bounds {
    bounds both = hull(a, b);
    if (op == opcode::min) {
      both.high = least(a.high, b.high);
      both.is_free_above = a.is_free_above && b.is_free_above;
      return both;
    }
    if (op == opcode::max) {
      both.low = most(a.low, b.low);
      both.is_free_below = a.is_free_below && b.is_free_below;
      return both;
    }
    if (!both.is_known()) return unknown;
    switch (op) {
      case opcode::neg: return of(-a.high, -a.low);
      case opcode::abs: return of(0, most(a.high, -a.low));
      case opcode::add: return of(limited(a.low + b.low), limited(a.high + b.high));
      case opcode::sub: return of(limited(a.low - b.high), limited(a.high - b.low));
      case opcode::mul: return product(a, b);
      default: return unknown;
    }
  }
};

// How many values the sum has at most; 0 where no one knows.
constexpr auto count_of(plan const& p, extent_classes const& c, int at, reduction_record const& r)
    -> std::int64_t {
  std::int64_t n = 1;
  for (handle const axis : r.axes) {
    index_t const most = c.known(c.of_axis(p, at, axis)).value.at_most();
    n = saturating_product(n, most < 0 ? 0 : most);
  }
  return n;
}

constexpr auto name_of_type(dtype d) -> std::string_view {
  switch (d) {
    case dtype::u16: return "std::uint16_t";
    case dtype::i16: return "std::int16_t";
    case dtype::u32: return "std::uint32_t";
    case dtype::i32: return "std::int32_t";
    case dtype::u64: return "std::uint64_t";
    default: return "std::int64_t";
  }
}

// The smallest type that holds the sum; a signed one, where it may be below 0.
constexpr auto wider(std::int64_t low, std::int64_t high) -> dtype {
  for (dtype const d : {dtype::i16, dtype::u16, dtype::i32, dtype::u32}) {
    if (low >= least_of(d) && high <= static_cast<std::int64_t>(greatest_of(d))) return d;
  }
  return dtype::i64;
}

constexpr void fail_sum(recorder& r, draft const& d, bounds const& one, std::int64_t count) {
  auto const& sum = r.reductions[d.reduction];
  dtype const type = r.type_of(sum.value);
  bool const is_above = product(one.high, count) > static_cast<std::int64_t>(greatest_of(type));
  auto const end = is_above ? static_cast<std::int64_t>(greatest_of(type)) : least_of(type);
  std::int64_t const value = is_above ? one.high : one.low;
  dtype const enough = wider(product(least(one.low, 0), count), product(most(one.high, 0), count));
  auto m = diag::message{} << "the sum over " << r.axis_name(sum.axes[0]) << " in "
                           << r.buffers[r.definitions[d.definition].buffer].name << " may reach "
                           << count << " x " << value << ", and " << name_of(type) << " ends at "
                           << end << "; cast to " << name_of_type(enough) << " first";
  if (end / value > 0) m << ", sum " << end / value << " values";
  r.fail(diag::code::accumulator_overflow, m << ", or wrap by ash::reduce with a monoid");
}

}  // namespace accumulator_impl

/// E080 for the first sum that can leave its type.
constexpr void check_accumulators(recorder& r, plan const& p, extent_classes const& c) {
  using namespace accumulator_impl;
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) {
    draft const& d = p.drafts[at];
    if (d.reduction < 0 || r.reductions[d.reduction].kind != reduction_kind::sum) continue;
    auto const& sum = r.reductions[d.reduction];
    dtype const type = r.type_of(sum.value);
    if (!is_integer(type) || bytes_of(type) == 8) continue;
    bounds const one = analysis{.r = r}.of_value(sum.value);
    std::int64_t const count = !one.is_known() ? 0 : count_of(p, c, at, sum);
    bounds const all = of(product(one.low, count), product(one.high, count));
    if (!holds(type, all)) fail_sum(r, d, one, count);
  }
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END
