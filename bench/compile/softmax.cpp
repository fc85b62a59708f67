// SPDX-License-Identifier: Apache-2.0
//
// Softmax over rows: four stages, two of them reductions, with the default schedule.
#include "copies.hpp"

namespace {

using copies::i;
using copies::j;

constexpr auto softmax = [](auto y, auto x) {
  ashlar::local top("top");
  ashlar::local power("power");
  ashlar::local total("total");
  top(i) = ashlar::max(j, x(i, j));
  power(i, j) = ashlar::exp(x(i, j) - top(i));
  total(i) = ashlar::sum(j, power(i, j));
  y(i, j) = power(i, j) / total(i);
};

}  // namespace

bool run(float* y, float const* x) {
  return copies::run_all(
      []<int N>(float* out, float const* in) {
        return ashlar::kernel<softmax>{}(ashlar::view<float, 64 + N, 100>(out),
                                         ashlar::view<float const, 64 + N, 100>(in));
      },
      y, x);
}
