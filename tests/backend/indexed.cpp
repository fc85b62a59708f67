// SPDX-License-Identifier: Apache-2.0
//
// Strided loads and stores, gathers and scatters of each backend, for each lane count, against
// plain loops.
#include <catch2/catch_template_test_macros.hpp>

#include "memory_support.hpp"

namespace {

using namespace backend_tests;
using simd::native_backend;
using simd::scalar_backend;

template <class B, class T, int L> struct cases : memory_cases<B, T, L> {
  using typename memory_cases<B, T, L>::V;
  using typename memory_cases<B, T, L>::M;
  using memory_cases<B, T, L>::name, memory_cases<B, T, L>::from, memory_cases<B, T, L>::to,
      memory_cases<B, T, L>::fill, memory_cases<B, T, L>::mask_of;

  [[gnu::noinline]] void strided(std::ptrdiff_t stride) {
    list<bool> on;
    for (int l = 0; l < L; ++l) on.push_back(l % 3 != 1);
    list<T> data(6 * 64 + 1, T(0)), wanted;
    T* const p = data.data() + 3 * 64;
    for (int l = 0; l < L; ++l) p[l * stride] = static_cast<T>(l + 1);
    for (int l = 0; l < L; ++l) wanted.push_back(p[l * stride]);
    auto const m = mask_of(on);
    expect(name("load_strided"), to(B::template load_strided<L>(p, stride)), wanted);
    expect(name("load_strided_masked"), to(B::load_strided_masked(p, stride, m, T(9))),
           where(on, wanted, fill(9)));
    auto copy = data, other = data;
    auto const v = from(counting<T>(L, 60));
    for (int l = 0; l < L; ++l) data[std::size_t(3 * 64 + l * stride)] = static_cast<T>(60 + l);
    B::store_strided(copy.data() + 3 * 64, stride, v);
    expect(name("store_strided"), copy, data);
    auto masked = other;
    for (int l = 0; l < L; ++l)
      if (on[std::size_t(l)]) masked[std::size_t(3 * 64 + l * stride)] = static_cast<T>(60 + l);
    B::store_strided_masked(other.data() + 3 * 64, stride, m, v);
    expect(name("store_strided_masked"), other, masked);
  }

  /// Lanes that are off have an index that may not be followed.
  template <class I> [[gnu::noinline]] void indexed() {
    if constexpr (L <= B::template max_lanes<I>()) {
      list<T> data = counting<T>(128, 0), wanted, all;
      list<bool> on;
      list<I> index, safe;
      for (int l = 0; l < L; ++l) {
        on.push_back(l % 3 != 1);
        safe.push_back(static_cast<I>((l * 37 + 11) % 100 - 50));
        index.push_back(on.back() ? safe.back() : static_cast<I>(1 << 30));
        all.push_back(data[std::size_t(64 + safe.back())]);
        wanted.push_back(on.back() ? all.back() : T(9));
      }
      auto const m = mask_of(on);
      auto const at = B::template load<L>(safe.data());
      auto const at_some = B::template load<L>(index.data());
      expect(name("gather"), to(B::gather(data.data() + 64, at)), all);
      expect(name("gather_masked"), to(B::gather_masked(data.data() + 64, at_some, m, T(9))),
             wanted);
      auto scattered = data, some = data;
      B::scatter(scattered.data() + 64, at, B::template broadcast<L>(T(1)));
      B::scatter_masked(some.data() + 64, at_some, m, B::template broadcast<L>(T(1)));
      auto wanted_some = data;
      for (std::size_t l = 0; l < L; ++l) {
        data[std::size_t(64 + safe[l])] = T(1);
        if (on[l]) wanted_some[std::size_t(64 + safe[l])] = T(1);
      }
      expect(name("scatter"), scattered, data);
      expect(name("scatter_masked"), some, wanted_some);
      list<T> conflict(1, T(0));
      B::scatter(conflict.data(), B::template broadcast<L>(I(0)), from(counting<T>(L, 1)));
      CHECK(conflict[0] == static_cast<T>(L));
    }
  }
};

template <class B, class T> void check_all_lanes() {
  for_lanes<B, sizeof(T)>([&]<int L>() {
    cases<B, T, L> all;
    for (std::ptrdiff_t stride : {1, -1, 2, -3, 0}) all.strided(stride);
    all.template indexed<std::int32_t>();
    all.template indexed<std::int64_t>();
  });
}

}  // namespace

TEMPLATE_TEST_CASE("scalar strided and indexed access", "[backend][memory]", float, double,
                   std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<scalar_backend, TestType>();
}

TEMPLATE_TEST_CASE("native strided and indexed access", "[backend][memory]", float, double,
                   std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<native_backend, TestType>();
}
