// SPDX-License-Identifier: Apache-2.0
//
// support/compare: inputs for examples, and whether two schedules of a function agree.
#pragma once

#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace example {

/// No primitive at all: the loops in the order in which the axes are written.
inline constexpr auto as_written = [](ashlar::schedule&) {};

/// Whole numbers from `low` to `low` + 16 in an order without a pattern. Their products and sums
/// are exact in f32 up to 2^24, so that schedules can be compared bit for bit.
template <class Tensor> void fill(Tensor& t, unsigned seed, int low = 0) {
  for (auto& at : t.span()) {
    seed = seed * 1664525U + 1013904223U;
    at = static_cast<typename Tensor::value_type>(static_cast<int>((seed >> 16U) % 17U) + low);
  }
}

/// The largest difference of two tensors, relative to numbers above 1.
template <class A, class B> auto difference(A const& a, B const& b) -> double {
  double worst = 0;
  auto const left = a.span();
  auto const right = b.span();
  for (std::size_t n = 0; n < left.size(); ++n) {
    auto const x = static_cast<double>(left[n]);
    auto const y = static_cast<double>(right[n]);
    double const d = std::fabs(x - y) / std::fmax(1.0, std::fabs(y));
    worst = d <= worst ? worst : d;  // a NaN is kept
  }
  return left.size() == right.size() ? worst : HUGE_VAL;
}

/// Prints whether a is b, up to a tolerance; what has failed is the end of the program.
template <class A, class B>
void require_near(char const* title, A const& a, B const& b, double tolerance = 0) {
  double const d = difference(a, b);
  if (!(d <= tolerance)) {
    std::printf("%s: differs by %g\n", title, d);
    std::exit(1);
  }
  if (tolerance == 0) std::printf("%s: equal\n", title);
  if (tolerance != 0) std::printf("%s: equal within %g\n", title, tolerance);
}

/// What a function computes with a schedule.
template <auto Function, auto Schedule, class Output, class... Inputs>
auto compute(Inputs const&... inputs) -> Output {
  Output y;
  if (auto const wrong = ashlar::kernel<Function, Schedule>{}(y, inputs...); !wrong) {
    std::puts(wrong.message().c_str());
    std::exit(1);
  }
  return y;
}

}  // namespace example
