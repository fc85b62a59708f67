// SPDX-License-Identifier: Apache-2.0
//
// random_sum: random index expressions, kept twice: as a tree that is evaluated naively, and as the
// sum that tir/index makes of it. Every point of their loops is visited.
#pragma once

#include <ashlar/tir/bounds.hpp>

#include <random>
#include <vector>

namespace ashlar::tests {

using namespace tir;

/// The values of the symbols and of the open loop variables.
struct point {
  std::int64_t symbol[2]{};
  std::int64_t variable[4]{};
};

/// The value of a sum, atom by atom. `ok` turns false where a divisor is not positive.
inline auto value_at(program const& p, affine const& a, point const& at, bool& ok) -> std::int64_t {
  std::int64_t s = a.offset;
  for (auto const& t : a.terms) {
    atom const& x = p.atoms[t.atom];
    std::int64_t v = 0;
    if (x.kind == atom_kind::variable) {
      v = at.variable[x.id];
    } else if (x.kind == atom_kind::symbol) {
      v = at.symbol[x.id];
    } else {
      std::int64_t const l = value_at(p, p.indices[x.lhs], at, ok);
      std::int64_t const r = value_at(p, p.indices[x.rhs], at, ok);
      bool const divides = x.kind == atom_kind::floor_div || x.kind == atom_kind::floor_mod;
      if (divides && r <= 0) {
        ok = false;
        return 0;
      }
      std::int64_t q = 0;
      if (divides) q = l >= 0 ? l / r : -((-l + r - 1) / r);
      switch (x.kind) {
        case atom_kind::floor_div: v = q; break;
        case atom_kind::floor_mod: v = l - q * r; break;
        case atom_kind::minimum: v = l < r ? l : r; break;
        case atom_kind::maximum: v = l < r ? r : l; break;
        default: v = l * r; break;
      }
    }
    s += t.coef * v;
  }
  return s;
}

/// Two symbols (the second at most 3), and loops a < 4, b < s0, c < 3, d < clip(a, s0).
struct random_sums {
  enum class op { variable, symbol, constant, add, sub, scale, div, mod, min, max, times, div_sum };
  struct node {
    op kind{};
    std::int64_t number = 0;
    int lhs = -1, rhs = -1;
  };

  program p{};
  context inside{};
  std::vector<node> tree{};
  std::mt19937 random;

  explicit random_sums(unsigned seed) : random(seed) {
    p.symbols.push_back(symbol{.buffer = 0});
    p.symbols.push_back(symbol{.buffer = 0, .dim = 1, .at_most = 3});
    affine const s0 = symbol_value(p, 0);
    for (char const* name : {"a", "b", "c", "d"}) p.add(axis{.name = name});
    p.axes[0].extent = constant(4);
    p.axes[1].extent = s0;
    p.axes[2].extent = constant(3);
    p.axes[3].extent = constant(4);
    affine const clipped = minimum(p, constant(4), s0 - variable(p, 0));
    for (int i = 0; i < 4; ++i) inside.open(i, p.add(i == 3 ? clipped : p.axes[i].extent));
  }

  auto draw(int low, int high) -> int {
    return std::uniform_int_distribution<int>(low, high)(random);
  }

  auto grow(int depth) -> int {
    int const kind = depth == 0 ? draw(0, 2) : draw(0, 11);
    node n{.kind = static_cast<op>(kind)};
    if (n.kind == op::variable) n.number = draw(0, 3);
    if (n.kind == op::symbol) n.number = draw(0, 1);
    if (n.kind == op::constant) n.number = draw(-5, 9);
    if (n.kind == op::scale) n.number = draw(-4, 4);
    if (n.kind == op::div || n.kind == op::mod) n.number = draw(1, 5);
    if (n.kind >= op::add) n.lhs = grow(depth - 1);
    bool const two = n.kind == op::add || n.kind == op::sub || n.kind >= op::min;
    if (two) n.rhs = grow(depth - 1);
    tree.push_back(n);
    return static_cast<int>(tree.size()) - 1;
  }

  auto build(int at) -> affine {
    node const n = tree[static_cast<std::size_t>(at)];
    affine const l = n.lhs >= 0 ? build(n.lhs) : affine{};
    affine const r = n.rhs >= 0 ? build(n.rhs) : affine{};
    switch (n.kind) {
      case op::variable: return variable(p, static_cast<int>(n.number));
      case op::symbol: return symbol_value(p, static_cast<int>(n.number));
      case op::constant: return constant(n.number);
      case op::add: return l + r;
      case op::sub: return l - r;
      case op::scale: return l * n.number;
      case op::div: return floor_div(p, l, constant(n.number));
      case op::mod: return floor_mod(p, l, constant(n.number));
      case op::min: return minimum(p, l, r);
      case op::max: return maximum(p, l, r);
      case op::times: return product(p, l, r);
      case op::div_sum: return floor_div(p, l, symbol_value(p, 1) + 1);
    }
    return {};
  }

  auto naive(int at, point const& x) -> std::int64_t {
    node const n = tree[static_cast<std::size_t>(at)];
    std::int64_t const l = n.lhs >= 0 ? naive(n.lhs, x) : 0;
    std::int64_t const r = n.rhs >= 0 ? naive(n.rhs, x) : 0;
    auto const floored = [](std::int64_t num, std::int64_t den) {
      std::int64_t q = num / den;
      while (q * den > num) --q;
      return q;
    };
    switch (n.kind) {
      case op::variable: return x.variable[n.number];
      case op::symbol: return x.symbol[n.number];
      case op::constant: return n.number;
      case op::add: return l + r;
      case op::sub: return l - r;
      case op::scale: return l * n.number;
      case op::div: return floored(l, n.number);
      case op::mod: return l - n.number * floored(l, n.number);
      case op::min: return l < r ? l : r;
      case op::max: return l < r ? r : l;
      case op::times: return l * r;
      case op::div_sum: return floored(l, x.symbol[1] + 1);
    }
    return 0;
  }

  /// visit(point) at every point of the loops, for small values of the symbols.
  template <class Visit> void for_all(Visit const& visit) {
    point x{};
    for (x.symbol[0] = 0; x.symbol[0] < 7; ++x.symbol[0]) {
      for (x.symbol[1] = 0; x.symbol[1] < 4; ++x.symbol[1]) open(0, x, visit);
    }
  }

 private:
  template <class Visit> void open(int axis, point& x, Visit const& visit) {
    if (axis == 4) return visit(x);
    bool ok = true;
    auto const extent = value_at(p, p.indices[inside.extent[axis] - 1], x, ok);
    for (x.variable[axis] = 0; x.variable[axis] < extent; ++x.variable[axis])
      open(axis + 1, x, visit);
  }
};

}  // namespace ashlar::tests
