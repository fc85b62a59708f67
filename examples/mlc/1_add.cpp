// SPDX-License-Identifier: Apache-2.0
//
// mlc 1: c = a + b, and the three primitives that one loop needs: split, vectorize, parallel. The
// extent is known at the call alone, so the last block is clipped.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;

constexpr auto add = [](auto c, auto a, auto b) {
  c.name("c"), a.name("a"), b.name("b");
  c(i) = a(i) + b(i);
};

constexpr auto split = [](ash::schedule& s) { s.split("i", 8); };

constexpr auto lanes = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 8);
  s.vectorize(ii);  // the eight iterations at once
};

constexpr auto threads = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 8);
  s.vectorize(ii);
  s.parallel(io);  // blocks on any thread
};

using vector = ash::tensor<float, ash::dyn>;

template <auto Schedule> auto sum_of(vector const& a, vector const& b) -> vector {
  vector c(a.size());
  if (auto const wrong = ash::kernel<add, Schedule>{}(c, a, b); !wrong) std::abort();
  return c;
}

int main() {
  vector a(1003), b(1003), plain(1003);
  example::fill(a, 1);
  example::fill(b, 2);
  for (int n = 0; n < 1003; ++n) plain(n) = a(n) + b(n);

  auto const expected = sum_of<example::as_written>(a, b);
  example::print_nest<add, example::as_written>("as written", a, a, b);
  example::require_near("the loop of C++", expected, plain);

  example::print_nest<add, split>("split", a, a, b);
  example::require_near("split", sum_of<split>(a, b), expected);

  example::print_nest<add, lanes>("vectorize", a, a, b);
  example::require_near("vectorize", sum_of<lanes>(a, b), expected);

  example::print_nest<add, threads>("parallel", a, a, b);
  example::require_near("parallel", sum_of<threads>(a, b), expected);
}
