// SPDX-License-Identifier: Apache-2.0
//
// tensor/operand_record: an operand at run time as data, whatever its type was.
//
//   takes       a view or a tensor
//   returns     its type as a value, its address, and all its extents and strides
//   invariants  what judges operands is compiled once for a program, not for each of its types;
//               entries at and beyond the rank are not initialised
//   cost        of an operand whose type says all the rest, the entry of a kernel notes the address
//               only; complete() looks the others up on the rare path
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

/// True if the type says all but where the elements are.
constexpr auto is_settled(operand_type const& t) -> bool {
  bool all = t.contiguous;
  for (int d = 0; d < t.rank; ++d) all = all && t.shape[d].is_static();
  return all;
}

/// The same, but of a settled operand only where it is.
template <class Operand> ASHLAR_INLINE constexpr void note(Operand const& v, operand_record& to) {
  if constexpr (is_settled(Operand::type)) {
    to.type = &Operand::type;
    to.data = v.data();
  } else {
    describe(v, to);
  }
}

/// Fills in what note() has left out.
ASHLAR_PER_ISA constexpr void complete(operand_record& o) {
  if (!is_settled(*o.type)) return;
  for (int d = 0; d < o.type->rank; ++d) {
    o.extent[d] = o.type->shape[d].value;
    o.stride[d] = o.type->stride[d];
  }
}

}  // namespace ashlar
