// SPDX-License-Identifier: Apache-2.0
//
// tir/affine: an index expression as a sum of integer multiples of atoms, plus a constant.
//
//   32*io + ii + 1   -->   terms {io: 32, ii: 1}, offset 1
//
//   invariants  terms are sorted by atom, no coefficient is 0, unused terms are default; two equal
//               sums are therefore equal values, and differences cancel exactly
//   overflow    extents and factors are bounded where they enter, so sums stay inside int64
#pragma once

#include <ashlar/core/static_vector.hpp>

#include <cstdint>

namespace ashlar::tir {

inline constexpr int max_terms = 8;

struct term {
  std::int16_t atom = -1;
  std::int64_t coef = 0;
  friend constexpr auto operator==(term const&, term const&) -> bool = default;
};

struct affine {
  static_vector<term, max_terms> terms{};
  std::int64_t offset = 0;

  constexpr auto is_constant() const -> bool { return terms.empty(); }
  constexpr auto is_constant(std::int64_t v) const -> bool { return terms.empty() && offset == v; }
  friend constexpr auto operator==(affine const&, affine const&) -> bool = default;
};

constexpr auto constant(std::int64_t v) -> affine { return affine{.terms = {}, .offset = v}; }

/// coef * atom.
constexpr auto multiple(int atom, std::int64_t coef = 1) -> affine {
  affine a{};
  if (coef != 0) {
    a.terms.push_back(term{.atom = static_cast<std::int16_t>(atom), .coef = coef});
  }
  return a;
}

/// The coefficient of an atom, 0 where it does not occur.
constexpr auto coefficient(affine const& a, int atom) -> std::int64_t {
  for (auto const& t : a.terms) {
    if (t.atom == atom) return t.coef;
  }
  return 0;
}

/// a + scale * b.
constexpr auto add_scaled(affine const& a, affine const& b, std::int64_t scale) -> affine {
  if (scale == 0) return a;
  if (b.is_constant()) {
    affine r = a;
    r.offset += scale * b.offset;
    return r;
  }
  affine r{};
  r.offset = a.offset + scale * b.offset;
  int i = 0;
  int j = 0;
  while (i < a.terms.count || j < b.terms.count) {
    bool const take_a =
        j == b.terms.count || (i < a.terms.count && a.terms[i].atom < b.terms[j].atom);
    if (take_a) {
      r.terms.push_back(a.terms[i++]);
    } else if (i == a.terms.count || b.terms[j].atom < a.terms[i].atom) {
      r.terms.push_back(term{.atom = b.terms[j].atom, .coef = scale * b.terms[j].coef});
      ++j;
    } else {
      std::int64_t const sum = a.terms[i].coef + scale * b.terms[j].coef;
      if (sum != 0) r.terms.push_back(term{.atom = a.terms[i].atom, .coef = sum});
      ++i;
      ++j;
    }
  }
  return r;
}

constexpr auto operator+(affine const& a, affine const& b) -> affine { return add_scaled(a, b, 1); }
constexpr auto operator-(affine const& a, affine const& b) -> affine {
  return add_scaled(a, b, -1);
}
constexpr auto operator*(affine const& a, std::int64_t s) -> affine {
  return add_scaled(constant(0), a, s);
}
constexpr auto operator+(affine const& a, std::int64_t c) -> affine { return a + constant(c); }
constexpr auto operator-(affine const& a, std::int64_t c) -> affine { return a + constant(-c); }

/// Division that rounds towards minus infinity; `d` > 0.
constexpr auto floor_div(std::int64_t n, std::int64_t d) -> std::int64_t {
  return n / d - static_cast<std::int64_t>(n % d < 0);
}
/// The remainder of floor_div, in [0, d).
constexpr auto floor_mod(std::int64_t n, std::int64_t d) -> std::int64_t {
  return n - floor_div(n, d) * d;
}

}  // namespace ashlar::tir
