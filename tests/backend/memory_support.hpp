// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/memory_support: what the tests of loads and stores share.
#pragma once

#include "support.hpp"

namespace backend_tests {

template <class T> using list = std::vector<T>;

template <class T> auto counting(int n, int first) -> list<T> {
  list<T> r;
  for (int i = 0; i < n; ++i) r.push_back(static_cast<T>(first + i));
  return r;
}

template <class T> void expect(std::string const& what, list<T> const& got, list<T> const& wanted) {
  INFO(what);
  CHECK(got == wanted);
}

template <class T, class On> auto where(On const& on, list<T> yes, list<T> const& no) -> list<T> {
  for (std::size_t l = 0; l < yes.size(); ++l)
    if (!on[l]) yes[l] = no[l];
  return yes;
}

/// One backend, type and lane count, with names for what the cases share.
template <class B, class T, int L> struct memory_cases {
  using V = typename B::template vec<T, L>;
  using M = typename B::template mask<T, L>;

  static auto name(char const* what) -> std::string {
    return std::string(name_of<B>) + " " + type_name<T>() + " L=" + std::to_string(L) + " " + what;
  }
  static auto from(list<T> const& x) -> V { return B::template load<L>(x.data()); }
  static auto to(V v) -> list<T> {
    list<T> r(L);
    B::store(r.data(), v);
    return r;
  }
  static auto fill(T x) -> list<T> { return list<T>(L, x); }

  /// A mask as a comparison makes it, which may leave lanes beyond L set.
  static auto mask_of(list<bool> const& on) -> M {
    list<T> x;
    for (bool lane : on) x.push_back(T(lane ? 0 : 1));
    return B::eq(from(x), B::template broadcast<L>(T(0)));
  }
};

}  // namespace backend_tests
