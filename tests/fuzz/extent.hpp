// SPDX-License-Identifier: Apache-2.0
//
// fuzz/extent: what a root axis covers in a call: a sum of symbols, which are extents of operands.
#pragma once

#include <ashlar/tir/memory.hpp>
#include <ashlar/tir/program.hpp>

#include <vector>

namespace ashlar::fuzz {

inline auto extent_of(tir::program const& p, tir::affine const& sum,
                      std::vector<tir::array> const& operands) -> index_t {
  index_t n = sum.offset;
  for (auto const& t : sum.terms) {
    auto const& from = p.symbols[p.atoms[t.atom].id];
    auto const operand = static_cast<std::size_t>(p.buffers[from.buffer].operand);
    n += t.coef * (operands[operand].dims.extent[from.dim] / from.multiple);
  }
  return n;
}

}  // namespace ashlar::fuzz
