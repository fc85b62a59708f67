// SPDX-License-Identifier: Apache-2.0
//
// y = a * x + y, dynamic extents, the default schedule.
#include <ashlar/ashlar.hpp>

namespace {

constexpr ashlar::axis<"i"> i;
constexpr auto axpy = [](auto y, auto a, auto x) { y(i) = a * x(i) + y(i); };

}  // namespace

bool run(float* y, float a, float const* x, ashlar::index_t n) {
  return ashlar::kernel<axpy>{}(ashlar::view(y, n), a, ashlar::view(x, n)).ok();
}
