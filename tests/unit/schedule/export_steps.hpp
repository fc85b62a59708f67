// SPDX-License-Identifier: Apache-2.0
//
// Schedules that are written as another language's code.
#pragma once

#include "support.hpp"

#include <support/programs.hpp>
#include <support/random_schedule.hpp>

namespace ashlar::tests {

/// A blocked product with a packed panel.
inline constexpr auto panels = [](schedule& s) {
  auto [io, ii] = s.split("i", 6, tail::cut);
  auto [jo, ji] = s.split("j", 16);
  s.reorder(jo, io, "k", ii, ji);
  auto const b = s.cache_read("b", jo, packed("j", 16));
  b.vectorize("j", 16);
  s.cache_write("k");
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(jo);
};

/// Rows in threads, one stage in the other.
inline constexpr auto rows = [](schedule& s) {
  auto const [ro, ri] = s.split("r", 4, tail::guard);
  s.compute_at("h", ro);
  s["h"].vectorize("c", 8);
  s["h"].store_in(scope::stack);
  s.vectorize("c", 8, tail::mask);
  s.parallel(ro);
};

/// Partial sums in lanes.
inline constexpr auto lanes = [](schedule& s) {
  s.vectorize("k", 8);
  s.decompose_reduction("j");
  s.compute_root();
};

/// The rest of the vocabulary.
inline constexpr auto others = [](schedule& s) {
  s["half"].compute_inline();
  s["norm"].compute_root();
  auto const partial = s["norm"].rfactor(s["norm"].split("k", 4).inner);
  partial.unroll("ki");
  s.cache_read("x", "i", ordered("k", "i"));
  s["x_cache"].reorder("k", "i");
  s["x_cache"].fuse("k", "i");
};

template <class Export> auto exported(program p, auto const& apply) -> std::string {
  schedule s(p);
  apply(s);
  s.finish();
  text<8192> t{};
  Export{}(p, s.steps(), t);
  return p.fault.ok() ? std::string(t.view()) : std::string(p.fault.text.view());
}

/// The first random schedule whose code lacks a name somewhere, as text; empty for none.
template <class Export> auto first_without_names(int& n) -> std::string {
  program const programs[] = {product(10, 12, 9), product(-1, -1, -1), blur(9), normalized(6, 10)};
  for (unsigned seed = 1; seed <= 1600; ++seed) {
    program p = programs[seed % 4];
    random_schedule r(p, seed);
    r.apply(1 + static_cast<int>(seed % 14));
    text<16384> t{};
    Export{}(p, r.steps(), t);
    auto const code = std::string(t.view());
    n += static_cast<int>(p.fault.ok() && !code.empty());
    for (char const* const hole : {"(,", ", ,", ", )", " = ;", " , "}) {
      if (code.find(hole) != std::string::npos) return r.text() + "\n" + code;
    }
  }
  return {};
}

}  // namespace ashlar::tests
