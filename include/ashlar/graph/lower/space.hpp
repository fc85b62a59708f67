// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/space: the dimensions of a group's output as its kernel walks through them.
//
//   [8, 1, 4, 4] + [8, 1, 1, 1]   -->   [8, 16] + [8]
//
//   takes       the dimensions, and for each a set of marks: which operands vary along it, and
//               what it means to the operator
//   returns     the same elements in fewer dimensions: neighbours with equal marks are one, and
//               dimensions of extent 1 are dropped unless they are to be kept
//   invariants  the row-major order of the elements is the same
#pragma once

#include <ashlar/graph/graph.hpp>

#include <cstdint>

namespace ashlar::graph {

struct dimension {
  std::int64_t extent = 1;
  std::uint32_t marks = 0;
  bool keep = false;
};

using space = static_vector<dimension, max_rank + 1>;

constexpr auto merged(space const& from) -> space {
  space to{};
  for (dimension const& d : from) {
    if (d.extent == 1 && !d.keep) continue;
    if (!to.empty() && to.back().marks == d.marks) {
      to.back().extent *= d.extent;
    } else {
      to.push_back(d);
    }
  }
  return to;
}

/// The first bits are those of side operands, the rest is the operator's.
constexpr auto side_mark(int side) -> std::uint32_t { return std::uint32_t{1} << side; }
constexpr auto lead_mark(int bit) -> std::uint32_t { return std::uint32_t{1} << (20 + bit); }

constexpr auto has(dimension const& d, std::uint32_t mark) -> bool { return (d.marks & mark) != 0; }

/// How many dimensions have a mark.
constexpr auto count(space const& s, std::uint32_t mark) -> int {
  int n = 0;
  for (dimension const& d : s) n += has(d, mark) ? 1 : 0;
  return n;
}

/// The extent of t along dimension d of a space of `rank` dimensions, into which it broadcasts.
constexpr auto extent_in(tensor const& t, int rank, int d) -> std::int64_t {
  int const own = d - (rank - t.rank);
  return own < 0 ? 1 : t.dims[own];
}

}  // namespace ashlar::graph
