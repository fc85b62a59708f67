// SPDX-License-Identifier: Apache-2.0
//
// graph/infer/common: what all shape rules share.
//
//   inferred    the output that the operands of a node give, or the fault in them
#pragma once

#include <ashlar/graph/attributes.hpp>
#include <ashlar/graph/fault.hpp>

namespace ashlar::graph {

/// No tensor may have more bytes: a bound for every product of extents, far above any memory.
inline constexpr std::int64_t max_tensor_bytes = std::int64_t{1} << 38;

struct inferred {
  tensor out{};
  fault wrong{};
};

namespace infer_impl {

constexpr auto refuse(rule id, std::int64_t found = 0, std::int64_t expected = 0) -> inferred {
  return inferred{.out = {}, .wrong = fault{.id = id, .found = found, .expected = expected}};
}

constexpr auto accept(tensor const& t) -> inferred { return inferred{.out = t, .wrong = {}}; }

/// A tensor of the type and rank given, whose extents are still zero.
constexpr auto shaped(dtype type, int rank) -> tensor {
  return tensor{.type = type, .rank = static_cast<std::int8_t>(rank)};
}

/// A copy of the type and extents only, without the place.
constexpr auto shape_of(tensor const& t) -> tensor {
  tensor out = shaped(t.type, t.rank);
  for (int d = 0; d < t.rank; ++d) out.dims[d] = t.dims[d];
  return out;
}

constexpr auto within(std::int64_t v, std::int64_t least, std::int64_t most) -> bool {
  return least <= v && v <= most;
}

}  // namespace infer_impl

/// Extents are not negative and the bytes are within the limit, with no overflow on the way.
constexpr auto check_extents(tensor const& t) -> fault {
  std::int64_t left = max_tensor_bytes;
  if (bytes_of(t.type) > 0) left /= bytes_of(t.type);
  for (int d = 0; d < t.rank; ++d) {
    if (t.dims[d] < 0) return fault{.id = rule::extents, .found = t.dims[d]};
    std::int64_t const factor = t.dims[d] > 1 ? t.dims[d] : 1;
    if (factor > left) {
      return fault{.id = rule::too_large, .found = t.dims[d], .expected = left};
    }
    left /= factor;
  }
  return fault{};
}

}  // namespace ashlar::graph
