// SPDX-License-Identifier: Apache-2.0
//
// 09: a recurrence over several stages. Each gate of a long short-term memory reads the state of
// the time before, which is computed from the gates; the schedule has sequences in threads and
// elements of the state in lanes.
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"b"> b;
constexpr ash::axis<"t"> t;
constexpr ash::axis<"k"> k;
constexpr ash::axis<"m"> m;

// x has what the gates get from outside, u what they make of the state.
constexpr auto lstm = [](auto h, auto x, auto u) {
  h.name("h"), x.name("x"), u.name("u");
  ash::local c("c", x), in("in"), forget("forget"), fresh("fresh"), out("out");
  auto const gate = [&](int q) {
    return x(b, t, q, k) + ash::sum(m, u(q, m, k) * ash::carried(h, 0.0f)(b, t - 1, m));
  };
  in(b, t, k) = ash::sigmoid(gate(0));
  forget(b, t, k) = ash::sigmoid(gate(1));
  fresh(b, t, k) = ash::tanh(gate(2));
  out(b, t, k) = ash::sigmoid(gate(3));
  c(b, t, k) = forget(b, t, k) * ash::carried(c, 0.0f)(b, t - 1, k) + in(b, t, k) * fresh(b, t, k);
  h(b, t, k) = out(b, t, k) * ash::tanh(c(b, t, k));
};

// c and h share the loops down to t, so what is done to these is done in both. The gates are made
// where they are read, for one point of t.
constexpr auto batched = [](ash::schedule& s) {
  for (auto const* gate : {"in", "forget", "fresh"}) s[gate].compute_at(s["c"].get("t"));
  s["out"].compute_at(s["h"].get("t"));
  for (auto const* gate : {"in", "forget", "fresh", "out"}) {
    auto const [ko, ki] = s[gate].split("k", 16, ash::tail::cut);
    s[gate].reorder("m", ki);
    s[gate].vectorize(ki);
  }
  for (auto const* state : {"c", "h"}) {
    s[state].reorder("b", "t");
    s[state].parallel("b");
    s[state].vectorize("k", 16, ash::tail::cut);
  }
};

constexpr int sequences = 3;
constexpr int width = 32;

// What each element should be, point by point.
struct plain_loop {
  double h[width]{}, c[width]{};

  template <class X, class U> void step(int row, int time, X const& x, U const& u) {
    double next[width]{};
    for (int e = 0; e < width; ++e) {
      double v[4]{};
      for (int q = 0; q < 4; ++q) {
        v[q] = double{x(row, time, q, e)};
        for (int r = 0; r < width; ++r) v[q] += double{u(q, r, e)} * h[r];
      }
      auto const sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
      c[e] = sigmoid(v[1]) * c[e] + sigmoid(v[0]) * std::tanh(v[2]);
      next[e] = sigmoid(v[3]) * std::tanh(c[e]);
    }
    for (int e = 0; e < width; ++e) h[e] = next[e];
  }
};

int main() {
  int const times = 20;
  ash::tensor<float, sequences, ash::dyn, 4, width> x(times);
  ash::tensor<float, sequences, ash::dyn, width> h(times), g(times);
  ash::tensor<float, 4, width, width> u;
  unsigned seed = 1;
  auto const draw = [&] {
    seed = seed * 1664525U + 1013904223U;
    return static_cast<float>(static_cast<int>(seed >> 24U) - 128) / 128.0F;
  };
  for (auto& v : x.span()) v = draw();
  for (auto& v : u.span()) v = draw() / 4;

  constexpr ash::kernel<lstm, batched> mine;
  constexpr ash::kernel<lstm> automatic;
  if (!mine(h, x, u) || !automatic(g, x, u)) return 1;

  double worst = 0;
  for (int row = 0; row < sequences; ++row) {
    plain_loop expected;
    for (int time = 0; time < times; ++time) {
      expected.step(row, time, x, u);
      for (int e = 0; e < width; ++e) {
        worst = std::fmax(worst, std::fabs(double{h(row, time, e)} - expected.h[e]));
        worst = std::fmax(worst, std::fabs(double{g(row, time, e)} - expected.h[e]));
      }
    }
  }
  std::printf("%d sequences of %d points, %d elements\n", sequences, times, width);
  std::printf("both schedules as the plain loop: %s\n", worst < 1e-5 ? "yes" : "no");
  return worst < 1e-5 ? 0 : 1;
}
