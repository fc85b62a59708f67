// SPDX-License-Identifier: Apache-2.0
//
// tensor/operand_record: an operand at run time as data, whatever its type was.
//
//   takes       a view or a tensor
//   returns     its type as a value, its address, and all its extents and strides
//   invariants  what judges operands is compiled once for a program, not for each of its types;
//               entries at and beyond the rank are not initialised
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/tensor/operand_type.hpp>

#include <cstdint>

namespace ashlar {

struct operand_record {
  operand_type const* type;
  void const* data;
  index_t extent[max_rank];
  index_t stride[max_rank];  // in elements
};

/// Writes down an operand, a view or a tensor.
template <class Operand>
ASHLAR_INLINE constexpr void describe(Operand const& v, operand_record& to) {
  to.type = &Operand::type;
  to.data = v.data();
  std::uint64_t packed = 1;  // wraps where the operand is too large, which check_operand finds
  ASHLAR_UNROLL
  for (int d = Operand::rank - 1; d >= 0; --d) {
    to.extent[d] = v.extent(d);
    to.stride[d] = Operand::type.contiguous ? static_cast<index_t>(packed) : v.stride(d);
    packed *= static_cast<std::uint64_t>(to.extent[d]);
  }
}

}  // namespace ashlar
