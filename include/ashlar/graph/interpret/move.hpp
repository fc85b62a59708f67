// SPDX-License-Identifier: Apache-2.0
//
// graph/interpret/move: the operators that move elements, byte by byte and of any type.
//
//   gather      an index below 0 counts from the end; one that is still outside is clamped, so
//               that no data of a run can make it read elsewhere
#pragma once

#include <ashlar/graph/interpret/elementwise.hpp>

namespace ashlar::graph::interpret_impl {

inline void copy_element(operand const& from, std::int64_t i, operand const& to, std::int64_t o) {
  auto const size = static_cast<std::size_t>(bytes_of(to.type.type));
  auto const step = static_cast<std::int64_t>(size);
  std::memmove(to.data + o * step, from.data + i * step, size);
}

inline void reshape(operand const& in, operand const& out) {
  auto const bytes = static_cast<std::size_t>(byte_count(out.type));
  if (bytes > 0 && in.data != out.data) std::memmove(out.data, in.data, bytes);
}

inline void expand(operand const& in, operand const& out) {
  strides const s = broadcast_strides(in.type, out.type.rank);
  for_each_index(out.type, s, s, [&](std::int64_t o, std::int64_t i, std::int64_t) {
    copy_element(in, i, out, o);
  });
}

template <class Graph>
void transpose(Graph const& g, node const& n, operand const& in, operand const& out) {
  strides const from = strides_of(in.type);
  strides s;
  for (int d = 0; d < out.type.rank; ++d) s.step[d] = from.step[g.integer(n, d)];
  for_each_index(out.type, s, s, [&](std::int64_t o, std::int64_t i, std::int64_t) {
    copy_element(in, i, out, o);
  });
}

template <class Graph>
void slice(Graph const& g, node const& n, operand const& in, operand const& out) {
  strides const from = strides_of(in.type);
  strides s;
  std::int64_t first = 0;
  for (int d = 0; d < out.type.rank; ++d) {
    // Along one single element the step is free, and may be as large as it likes.
    std::int64_t const step = out.type.dims[d] > 1 ? g.integer(n, in.type.rank + d) : 0;
    s.step[d] = from.step[d] * step;
    first += from.step[d] * g.integer(n, d);
  }
  for_each_index(out.type, s, s, [&](std::int64_t o, std::int64_t i, std::int64_t) {
    copy_element(in, first + i, out, o);
  });
}

/// Copies `in` into `out` so that its first element is element `first`.
inline void place_inside(operand const& in, operand const& out, std::int64_t first) {
  strides const to = strides_of(out.type);
  for_each_index(in.type, to, to, [&](std::int64_t i, std::int64_t o, std::int64_t) {
    copy_element(in, i, out, first + o);
  });
}

template <class Graph>
void pad(Graph const& g, node const& n, operand const& in, operand const& out) {
  std::int64_t const count = element_count(out.type);
  bool const real = is_float(out.type.type);
  for (std::int64_t i = 0; i < count; ++i) {
    if (real) store<double>(out, i, g.real(n, 0));
    if (!real) store<std::int64_t>(out, i, saturated(g.real(n, 0), out.type.type));
  }
  strides const to = strides_of(out.type);
  std::int64_t first = 0;
  for (int d = 0; d < out.type.rank; ++d) first += to.step[d] * g.integer(n, d);
  if (element_count(in.type) > 0) place_inside(in, out, first);
}

template <class Graph>
void gather(Graph const& g, node const& n, operand const& in, operand const& at,
            operand const& out) {
  int const axis = static_cast<int>(g.integer(n, 0));
  std::int64_t before = 1;
  std::int64_t behind = 1;
  for (int d = 0; d < axis; ++d) before *= in.type.dims[d];
  for (int d = axis + 1; d < in.type.rank; ++d) behind *= in.type.dims[d];
  std::int64_t const extent = in.type.dims[axis];
  std::int64_t const picks = element_count(at.type);
  for (std::int64_t b = 0; b < before; ++b) {
    for (std::int64_t p = 0; p < picks; ++p) {
      auto k = load<std::int64_t>(at, p);
      if (k < 0) k = k < -extent ? 0 : k + extent;
      if (k >= extent) k = extent - 1;
      for (std::int64_t r = 0; r < behind; ++r) {
        copy_element(in, (b * extent + k) * behind + r, out, (b * picks + p) * behind + r);
      }
    }
  }
}

}  // namespace ashlar::graph::interpret_impl
