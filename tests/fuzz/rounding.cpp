// SPDX-License-Identifier: Apache-2.0
#include <fuzz/rounding.hpp>

#include <ashlar/tir/interpret.hpp>
#include <fuzz/extent.hpp>
#include <fuzz/judge.hpp>
#include <fuzz/random.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

namespace ashlar::fuzz {

namespace {

using tir::opcode;
using arrays = std::vector<tir::array>;

auto is_arithmetic(opcode op) -> bool {
  switch (op) {
    case opcode::constant:
    case opcode::load:
    case opcode::cast:
    case opcode::neg:
    case opcode::abs:
    case opcode::add:
    case opcode::sub:
    case opcode::mul:
    case opcode::min:
    case opcode::max:
    case opcode::fma:
    case opcode::accumulator:
    case opcode::incoming: return true;
    default: return false;
  }
}

// Floats are made of sums and products, and decide nothing.
auto is_polynomial(tir::program const& p) -> bool {
  for (auto const& e : p.exprs) {
    if (is_float(e.type) && !is_arithmetic(e.op)) return false;
    bool const takes = tir::operand_count(e.op) > 0 && e.a >= 0 && is_float(p.exprs[e.a].type);
    bool const decides = e.op == opcode::select ? false : takes && !is_float(e.type);
    if (decides) return false;
  }
  return true;
}

/// Roundings on the way of a factor to a result, at most, in any order of additions.
struct depths {
  tir::program const& p;
  arrays const& operands;
  double of_buffer[limits::buffers]{};
  double accumulated = 0;

  auto of(tir::handle h) const -> double {
    if (h < 0 || !is_float(p.exprs[h].type)) return 0;
    auto const& e = p.exprs[h];
    switch (e.op) {
      case opcode::load: return std::max(of_buffer[p.accesses[e.a].buffer], of(e.b));
      case opcode::cast: return of(e.a) + 1;
      case opcode::neg:
      case opcode::abs: return of(e.a);
      case opcode::mul: return of(e.a) + of(e.b) + 1;
      case opcode::fma: return std::max(of(e.a) + of(e.b), of(e.c)) + 2;
      case opcode::accumulator: return accumulated;
      case opcode::constant:
      case opcode::incoming: return 0;
      default: return std::max(of(e.a), of(e.b)) + 1;
    }
  }
  // Terms of a sum are added once each; factors of a product bring their own roundings.
  void add(tir::stage const& s) {
    double points = 1;
    for (auto const a : s.reduced)
      points *= static_cast<double>(extent_of(p, p.axes[a].extent, operands));
    if (s.reduce.components > 0) {
      bool const is_product = p.exprs[s.reduce.combine[0]].op == opcode::mul;
      accumulated = is_product ? points * (of(s.value[0]) + 1) : of(s.value[0]) + points;
    }
    // What is carried has come through all points before; blocks of a scan take no more steps.
    double rounds = 1;
    for (int d = 0; d < s.pure.count; ++d) {
      if (tir::has_dim(s.carried, d))
        rounds *= static_cast<double>(extent_of(p, p.axes[s.pure[d]].extent, operands));
    }
    for (; rounds >= 1 && of_buffer[s.buffer] < 1e9; --rounds) of_buffer[s.buffer] = of(s.result);
  }
};

// What is stored in 16 bits is rounded again.
auto has_halves(tir::program const& p) -> bool {
  return std::any_of(p.buffers.begin(), p.buffers.end(),
                     [](tir::buffer const& b) { return is_half(b.type); });
}

// A monoid of the user's may use a value twice.
auto has_known_monoids(tir::program const& p) -> bool {
  for (auto const& s : p.stages) {
    if (s.reduce.components == 0) continue;
    if (s.reduce.components > 1) return false;
    auto const& e = p.exprs[s.reduce.combine[0]];
    bool const is_plain = e.a >= 0 && e.b >= 0 && p.exprs[e.a].op == opcode::accumulator &&
                          p.exprs[e.b].op == opcode::incoming;
    if (is_float(e.type) && !is_plain) return false;
  }
  return true;
}

void widen(tir::program& p) {
  for (auto& b : p.buffers) b.type = b.type == dtype::f32 ? dtype::f64 : b.type;
  for (auto& e : p.exprs) e.type = e.type == dtype::f32 ? dtype::f64 : e.type;
}

/// The same polynomials of absolute values; false if there is no room.
auto make_magnitudes(tir::program& p) -> bool {
  for (auto const& s : p.stages) {
    if (s.reduce.components == 0) continue;
    auto const& e = p.exprs[s.reduce.combine[0]];
    bool const is_extreme = is_float(e.type) && (e.op == opcode::max || e.op == opcode::min);
    if (is_extreme) p.exprs[s.reduce.identity[0]].bits = 0;
  }
  int const count = p.exprs.count;
  for (int n = 0; n < count; ++n) {
    auto const e = p.exprs[n];
    if (!is_float(e.type)) continue;
    if (e.op == opcode::constant) {
      p.exprs[n].bits = std::bit_cast<std::int64_t>(std::fabs(std::bit_cast<double>(e.bits)));
    } else if (e.op == opcode::sub || e.op == opcode::max || e.op == opcode::min) {
      p.exprs[n].op = opcode::add;
    } else if (e.op == opcode::neg) {
      p.exprs[n].op = opcode::abs;
    } else if (e.op == opcode::cast) {
      if (p.exprs.full()) return false;
      auto const same = p.add(e);
      p.exprs[n] = tir::expr{.op = opcode::abs, .type = e.type, .a = same};
    }
  }
  return true;
}

// Between -1 and 1, with all the digits of an f32.
void make_reals(arrays& operands, std::uint64_t seed) {
  random r(seed);
  for (auto& a : operands) {
    if (!is_float(a.type)) continue;
    for (auto& item : a.items) {
      item =
          tir::make_scalar(a.type, static_cast<double>(r.between(-0x7fffff, 0x7fffff)) / 0x800000);
    }
  }
}

auto widened(arrays all, bool absolute) -> arrays {
  for (auto& a : all) {
    if (!is_float(a.type)) continue;
    a.type = dtype::f64;
    for (auto& item : a.items) {
      auto const v = tir::value_of<double>(item);
      item = tir::make_scalar(dtype::f64, absolute ? std::fabs(v) : v);
    }
  }
  return all;
}

/// One comparison of elements, and what it says.
struct comparison {
  tir::program const& p;
  double gamma[limits::buffers]{};

  auto strictly(arrays const& got, arrays const& wanted) const -> std::string {
    return for_each([&](std::size_t at, std::size_t n,
                        int) { return same_value(got[at].items[n], wanted[at].items[n]); },
                    got);
  }
  auto within(arrays const& got, arrays const& exact, arrays const& magnitude) const
      -> std::string {
    return for_each(
        [&](std::size_t at, std::size_t n, int b) {
          if (!is_float(p.buffers[b].type)) return same_value(got[at].items[n], exact[at].items[n]);
          double const x = tir::value_of<double>(got[at].items[n]);
          double const y = tir::value_of<double>(exact[at].items[n]);
          double const most = tir::value_of<double>(magnitude[at].items[n]);
          return !(std::fabs(x - y) > gamma[b] * most + 1e-30);
        },
        got);
  }

 private:
  template <class Test> auto for_each(Test const& test, arrays const& got) const -> std::string {
    for (int b = 0; b < p.buffers.count; ++b) {
      if (!p.buffers[b].is_output) continue;
      auto const at = static_cast<std::size_t>(p.buffers[b].operand);
      for (std::size_t n = 0; n < got[at].items.size(); ++n) {
        if (test(at, n, b)) continue;
        return "with reals, " + std::string(p.buffers[b].name.view()) + "[" + std::to_string(n) +
               "] is " + std::to_string(tir::value_of<double>(got[at].items[n]));
      }
    }
    return {};
  }
};

}  // namespace

auto check_rounding(fuzz_case const& c, tir::program const& written, tir::program const& lowered)
    -> finding {
  constexpr double unit = 0x1p-24;
  auto reals = make_operands(c.kernel, c.data);
  make_reals(reals, c.data);
  comparison compare{.p = written};
  arrays got = reals;
  if (c.kernel.strict) {
    arrays wanted = reals;
    if (!tir::interpret(written, wanted).ok() || !tir::interpret(lowered, got).ok()) return {};
    return finding{.applies = true, .why = compare.strictly(got, wanted)};
  }
  if (has_halves(written) || !is_polynomial(written) || !has_known_monoids(written)) return {};
  depths roundings{.p = written, .operands = reals};
  for (auto const& s : written.stages) {
    roundings.add(s);
    double const n = roundings.of_buffer[s.buffer] * unit;
    if (n > 0.01) return {};
    compare.gamma[s.buffer] = n / (1 - n) * (1 + 1e-6);
  }
  auto const wide = std::make_unique<tir::program>(written);
  widen(*wide);
  auto const magnitudes = std::make_unique<tir::program>(*wide);
  if (!make_magnitudes(*magnitudes)) return {};
  arrays exact = widened(reals, false);
  arrays most = widened(reals, true);
  bool const ran = tir::interpret(*wide, exact).ok() && tir::interpret(*magnitudes, most).ok() &&
                   tir::interpret(lowered, got).ok();
  if (!ran) return {};
  return finding{.applies = true, .why = compare.within(got, exact, most)};
}

}  // namespace ashlar::fuzz
