// SPDX-License-Identifier: Apache-2.0
//
// large_program: as large as programs are meant to get within the default limits: 32 stages, 8 of
// them matrix products, and 64 directives.
#pragma once

#include <ashlar/ashlar.hpp>

namespace bench {

namespace large_axes {

inline constexpr ashlar::axis<"i"> i;
inline constexpr ashlar::axis<"j"> j;
inline constexpr ashlar::axis<"k"> k;

}  // namespace large_axes

inline constexpr int layers = 8;
inline constexpr char const* const stage_names[] = {
    "a0", "b0", "c0", "d0", "a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2", "a3", "b3", "c3", "d3",
    "a4", "b4", "c4", "d4", "a5", "b5", "c5", "d5", "a6", "b6", "c6", "d6", "a7", "b7", "c7"};

// y = the last of: a = x * w, b = relu(a), c = b + x, d = 2 * c, in which the next x is this d.
inline constexpr auto network = [](auto y, auto x, auto w) {
  using namespace large_axes;
  y.name("y");
  auto const layer = [&](auto& from, int n, auto& out) {
    ashlar::local a(stage_names[4 * n]), b(stage_names[4 * n + 1]), c(stage_names[4 * n + 2]);
    a(i, j) = ashlar::sum(k, from(i, k) * w(k, j));
    b(i, j) = ashlar::relu(a(i, j));
    c(i, j) = b(i, j) + x(i, j);
    out(i, j) = 2.0F * c(i, j);
  };
  auto const rest = [&](auto const& self, auto& from, int n) -> void {
    if (n == layers - 1) return layer(from, n, y);
    ashlar::local d(stage_names[4 * n + 3]);
    layer(from, n, d);
    self(self, d, n + 1);
  };
  ashlar::local d0(stage_names[3]);
  layer(x, 0, d0);
  rest(rest, d0, 1);
};

inline constexpr auto network_blocked = [](ashlar::schedule& s) {
  for (int n = 0; n < layers; ++n) {
    auto const a = s[stage_names[4 * n]], b = s[stage_names[4 * n + 1]],
               c = s[stage_names[4 * n + 2]];
    auto const d = n == layers - 1 ? s["y"] : s[stage_names[4 * n + 3]];
    auto const [io, ii] = d.split("i", 4);
    d.vectorize("j", 8);  // two directives
    c.compute_at(io);
    b.compute_at(io);
    auto const [ao, ai] = a.split("i", 4);
    a.reorder(ao, "k", ai, "j");
    a.unroll(ai);
  }
};

}  // namespace bench
