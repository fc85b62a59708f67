// SPDX-License-Identifier: Apache-2.0
#include "classify.hpp"

#include <digits/model.hpp>
#include <digits/weights.hpp>

#include <cstddef>
#include <span>

namespace embedded {
namespace {

// All memory that a run needs beside its operands and the stack.
alignas(64) std::byte workspace[digits::model::workspace_bytes];
static_assert(sizeof workspace <= std::size_t{16} * 1024);

}  // namespace

auto classify(float const (&image)[pixels], float (&scores)[classes]) -> int {
  auto const model = digits::model::with(digits::weights());
  if (!model || !model->run(workspace, std::span(scores), std::span(image))) return -1;
  int best = 0;
  for (int k = 1; k < classes; ++k) {
    if (scores[k] > scores[best]) best = k;
  }
  return best;
}

}  // namespace embedded
