// SPDX-License-Identifier: Apache-2.0
//
// fuzz/shrink: a smaller case that is wrong, too.
//
//   method      drops primitives, halves extents, replaces values by simpler ones and drops stages,
//               as long as something helps
//   source      Zeller, Hildebrandt, "Simplifying and isolating failure-inducing input", TSE 2002
#pragma once

#include <fuzz/form.hpp>

#include <functional>

namespace ashlar::fuzz {

/// Drops the nodes, tensors and stages that no output needs.
void drop_unused(kernel_form& k);

/// The smallest case found for which `is_wrong` holds; it holds for `c`.
auto shrink(fuzz_case c, std::function<bool(fuzz_case const&)> const& is_wrong) -> fuzz_case;

}  // namespace ashlar::fuzz
