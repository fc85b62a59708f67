// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/lanes: the values that one thread has of a vectorized loop, and what is done to each.
//
//   lanes<T, L>   L values; truth values are lanes<bool, L>
//   invariants    loops over lanes have constant trip counts, so that lanes are registers
#pragma once

#include <ashlar/config.hpp>

#include <cstddef>

namespace ashlar::emit::cuda {

template <class T, int L> struct lanes {
  using value_type = T;
  T v[std::size_t{L}];
};

inline namespace ASHLAR_ISA {

template <int L, class T> ASHLAR_DEVICE auto broadcast(T x) -> lanes<T, L> {
  lanes<T, L> r;
  ASHLAR_UNROLL
  for (int l = 0; l < L; ++l) r.v[l] = x;
  return r;
}

/// f of each lane.
template <class F, class T, int L> ASHLAR_DEVICE auto map(F const& f, lanes<T, L> const& a) {
  lanes<decltype(f(a.v[0])), L> r;
  ASHLAR_UNROLL
  for (int l = 0; l < L; ++l) r.v[l] = f(a.v[l]);
  return r;
}
template <class F, class T, class U, int L>
ASHLAR_DEVICE auto map(F const& f, lanes<T, L> const& a, lanes<U, L> const& b) {
  lanes<decltype(f(a.v[0], b.v[0])), L> r;
  ASHLAR_UNROLL
  for (int l = 0; l < L; ++l) r.v[l] = f(a.v[l], b.v[l]);
  return r;
}
template <class F, class T, class U, class V, int L>
ASHLAR_DEVICE auto map(F const& f, lanes<T, L> const& a, lanes<U, L> const& b,
                       lanes<V, L> const& c) {
  lanes<decltype(f(a.v[0], b.v[0], c.v[0])), L> r;
  ASHLAR_UNROLL
  for (int l = 0; l < L; ++l) r.v[l] = f(a.v[l], b.v[l], c.v[l]);
  return r;
}

template <int L> ASHLAR_DEVICE auto all_of(lanes<bool, L> const& a) -> bool {
  bool r = a.v[0];
  ASHLAR_UNROLL
  for (int l = 1; l < L; ++l) r = r && a.v[l];
  return r;
}

}  // namespace ASHLAR_ISA

}  // namespace ashlar::emit::cuda
