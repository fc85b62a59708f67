// SPDX-License-Identifier: Apache-2.0
//
// Contiguous loads and stores of each backend, for each lane count, against plain loops; and that
// masked ones leave alone what lies beyond either end of a page.
#include <sys/mman.h>
#include <unistd.h>
#include <catch2/catch_template_test_macros.hpp>

#include "memory_support.hpp"

namespace {

using namespace backend_tests;
using simd::native_backend;
using simd::scalar_backend;

/// A page between two that may not be touched.
struct guarded_page {
  std::size_t size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  char* at =
      static_cast<char*>(mmap(nullptr, 3 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

  guarded_page() { REQUIRE(mprotect(at + size, size, PROT_READ | PROT_WRITE) == 0); }
  guarded_page(guarded_page const&) = delete;
  auto operator=(guarded_page const&) -> guarded_page& = delete;
  ~guarded_page() { munmap(at, 3 * size); }

  template <class T> auto begin() const -> T* { return reinterpret_cast<T*>(at + size); }
  template <class T> auto end() const -> T* { return reinterpret_cast<T*>(at + 2 * size); }
};

template <class B, class T, int L> struct cases : memory_cases<B, T, L> {
  using typename memory_cases<B, T, L>::V;
  using typename memory_cases<B, T, L>::M;
  using memory_cases<B, T, L>::name, memory_cases<B, T, L>::from, memory_cases<B, T, L>::to,
      memory_cases<B, T, L>::fill, memory_cases<B, T, L>::mask_of;

  guarded_page page;

  void prefixes() {
    list<std::ptrdiff_t> lengths{PTRDIFF_MIN, -1, PTRDIFF_MAX, std::ptrdiff_t{1} << 32};
    for (std::ptrdiff_t n = 0; n <= L + 1; ++n) lengths.push_back(n);
    for (std::ptrdiff_t n : lengths) prefix(n, n < 0 ? 0 : n > L ? L : static_cast<int>(n));
  }

  [[gnu::noinline]] void prefix(std::ptrdiff_t n, int size) {
    T* const p = page.end<T>() - size;
    for (int i = 0; i < size; ++i) p[i] = static_cast<T>(1 + i);
    list<bool> on;
    for (int l = 0; l < L; ++l) on.push_back(l < size);
    auto const m = B::template first_n<T, L>(n);
    auto const some = counting<T>(L, 1);
    expect(name("load_masked"), to(B::load_masked(p, m, T(9))), where(on, some, fill(9)));
    expect(name("load_masked 0"), to(B::load_masked(p, m)), where(on, some, fill(0)));
    expect(name("load_n"), to(B::template load_n<L>(p, n, T(9))), where(on, some, fill(9)));
    B::store_masked(p, m, from(counting<T>(L, 30)));
    expect(name("store_masked"), list<T>(p, p + size), counting<T>(size, 30));
    B::store_n(p, n, from(counting<T>(L, 50)));
    expect(name("store_n"), list<T>(p, p + size), counting<T>(size, 50));
  }

  /// Any mask: the lanes that are off lie before, between and behind those that are on.
  [[gnu::noinline]] void masked(unsigned pattern) {
    list<bool> on;
    for (int l = 0; l < L; ++l) on.push_back((pattern >> (l % 16) & 1) != 0);
    int low = 0, high = L;
    while (low < L && !on[std::size_t(low)]) ++low;
    while (high > low && !on[std::size_t(high - 1)]) --high;
    auto const some = counting<T>(L, 1);
    for (T* const p : {page.begin<T>() - low, page.end<T>() - high}) {
      for (int l = low; l < high; ++l) p[l] = some[std::size_t(l)];
      auto const m = mask_of(on);
      expect(name("load_masked"), to(B::load_masked(p, m, T(9))), where(on, some, fill(9)));
      B::store_masked(p, m, B::template broadcast<L>(T(7)));
      for (int l = low; l < high; ++l)
        CHECK(p[l] == (on[std::size_t(l)] ? T(7) : some[std::size_t(l)]));
    }
  }

  [[gnu::noinline]] void plain() {
    alignas(64) T data[65 + 2];
    for (int i = 0; i < 67; ++i) data[i] = static_cast<T>(i);
    for (int at : {0, 1, 2}) {
      expect(name("load"), to(B::template load<L>(data + at)), counting<T>(L, at));
      alignas(64) T out[67] = {};
      B::stream(out + at, from(counting<T>(L, 40)));
      B::stream_fence();
      expect(name("stream"), list<T>(out + at, out + at + L), counting<T>(L, 40));
      CHECK((out[66] == T(0) && (at == 0 || out[at - 1] == T(0)) && out[at + L] == T(0)));
    }
    if constexpr (sizeof(T) * L >= 16 && sizeof(T) < 16) columns();
    B::prefetch(data);
    B::prefetch(page.end<T>());
    expect(name("broadcast"), to(B::template broadcast<L>(T(3))), fill(3));
    expect(name("iota"), to(B::template iota<L>(T(100))), counting<T>(L, 100));
    for (int l = 0; l < L; ++l) CHECK(B::get(from(counting<T>(L, 5)), l) == T(5 + l));
  }

  // Rows of 16 bytes, forwards and backwards; what lies around them may not be touched.
  [[gnu::noinline]] void columns() {
    constexpr int rows = 16 / static_cast<int>(sizeof(T));
    for (int const stride : {rows, rows + 3, -rows - 1}) {
      int const length = (L - 1) * (stride < 0 ? -stride : stride) + rows;
      T* const first = page.end<T>() - length;
      for (int n = 0; n < length; ++n) first[n] = static_cast<T>(n % 101);
      T const* const p = stride < 0 ? page.end<T>() - rows : first;
      V v[std::size_t{rows}];
      B::load_columns(p, stride, v);
      for (int i = 0; i < rows; ++i) {
        list<T> wanted;
        for (int l = 0; l < L; ++l) wanted.push_back(p[l * stride + i]);
        expect(name("load_columns"), to(v[i]), wanted);
      }
    }
  }

  template <int N> [[gnu::noinline]] void lane_maps() {
    auto const data = counting<T>(L, 1);
    list<T> mod, in;
    for (int l = 0; l < L; ++l) mod.push_back(static_cast<T>(1 + l % N));
    for (int l = 0; l < L; ++l) in.push_back(static_cast<T>(1 + l / N * N + N - 1));
    T* const p = page.end<T>() - N;
    for (int i = 0; i < N; ++i) p[i] = static_cast<T>(1 + i);
    expect(name("load_mod"), to(B::template load_mod<L, N>(p)), mod);
    expect(name("broadcast_in"), to(B::template broadcast_in<N, N - 1>(from(data))), in);
    expect(name("broadcast_lane"), to(B::template broadcast_lane<N - 1>(from(data))),
           fill(static_cast<T>(N)));
    if constexpr (2 * N == L) {
      auto const low = B::lower(from(data)), high = B::upper(from(data));
      CHECK((B::get(low, N - 1) == T(N) && B::get(high, 0) == T(N + 1)));
      expect(name("combine"), to(B::combine(low, high)), data);
    }
    if constexpr (N < L) lane_maps<2 * N>();
  }
};

template <class B, class T> void check_all_lanes() {
  for_lanes<B, sizeof(T)>([&]<int L>() {
    cases<B, T, L> all;
    all.plain();
    all.template lane_maps<1>();
    all.prefixes();
    for (unsigned pattern : {0u, 1u, 2u, 3u, 5u, 6u, 8u, 0x80u, 0x9au, 0x8000u, 0x7ffeu, 0xffffu})
      all.masked(pattern);
  });
}

}  // namespace

TEMPLATE_TEST_CASE("scalar loads and stores touch what they should", "[backend][memory]", float,
                   double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<scalar_backend, TestType>();
}

TEMPLATE_TEST_CASE("native loads and stores touch what they should", "[backend][memory]", float,
                   double, std::int32_t, std::int64_t, std::uint8_t) {
  check_all_lanes<native_backend, TestType>();
}
