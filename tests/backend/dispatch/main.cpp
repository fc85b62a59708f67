// SPDX-License-Identifier: Apache-2.0
//
// Kernels of one source, compiled for four instruction sets: each gives the bits that a loop gives.
// Those that this processor lacks are left out, and said to be.
#include <ashlar/ashlar.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace ash = ashlar;

namespace {

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

using enum ash::isa_level;

/// Runs each(level) for every level that the processor has, with calls limited to it.
template <class Each> void on_each_level(Each const& each) {
  int tried = 0;
  for (auto const level : {x86_sse2, x86_avx2, x86_avx512, x86_avx512_bf16}) {
    ash::limit_target(level);
    auto const now = ash::current_target();
    REQUIRE(now.has_value());
    if (*now != level) continue;
    INFO(ash::target::name_of(level));
    each(level);
    ++tried;
  }
  ash::limit_target(x86_avx512_bf16);
  REQUIRE(tried > 0);
}

constexpr auto product = [](auto y, auto x, auto w) { y(i, j) = ash::sum(k, x(i, k) * w(k, j)); };

constexpr auto blocked = [](ash::schedule& s) {
  auto [jo, ji] = s.split("j", s.machine().lanes(ash::dtype::f32));
  s.reorder(jo, "k", ji);
  s.vectorize(ji);
  s.parallel("i");
};

// Rows that are computed before they are read, so that a call needs workspace.
constexpr auto smoothed = [](auto y, auto x) {
  ash::local s("s");
  s(i, j) = x(i, j) + x(i + 1, j);
  y(i, j) = ash::max(s(i, j), s(i, j + 1)) / 2;
};
constexpr auto in_rows = [](ash::schedule& s) {
  s.compute_at("s", s.get("i"));
  s.vectorize("j", s.machine().lanes(ash::dtype::i32));
  s.parallel("i");
};

constexpr auto shifted = [](auto y, auto x, auto n) {
  x.name("x");
  y(i) = ash::select(x(i) > n(), x(i) - n(), n() - x(i));
};
constexpr auto special = [](ash::schedule& s) {
  s.specialize(ash::extent_of("x", 0) % 64 == 0);
  s.vectorize("i", s.machine().lanes(ash::dtype::u8));
};

// Dot products of bytes: VPDPBUSD where there is VNNI.
constexpr auto bytes = [](auto c, auto a, auto b) {
  c.name("c"), a.name("a"), b.name("b");
  c(i, j) = ash::sum(k, ash::cast<std::int32_t>(a(i, k)) * ash::cast<std::int32_t>(b(k, j)));
};
template <int Lanes> constexpr void in_groups_of(ash::schedule& s) {
  s.pad_to("j", Lanes);
  auto const [jo, jl] = s.split("j", Lanes);
  auto const [kg, ki] = s.split("k", 4);
  s.reorder(jo, "i", kg, jl, ki);
  s.cache_read("b", jo, ash::packed("j", Lanes, "k", 4).pad(0));
  s.tensorize(jl, ash::intrin<ash::intrinsics::dpbusd<Lanes>>);
}
constexpr auto in_groups = [](ash::schedule& s) {
  int const lanes = s.machine().lanes(ash::dtype::i32);
  lanes == 16 ? in_groups_of<16>(s) : lanes == 8 ? in_groups_of<8>(s) : in_groups_of<4>(s);
};

constexpr auto functions = [](auto y, auto x) { y(i) = ash::exp(x(i)) + ash::tanh(x(i)); };

template <class T> auto numbers(std::size_t count, int modulus) -> std::vector<T> {
  std::vector<T> v(count);
  for (std::size_t n = 0; n < count; ++n) {
    v[n] = static_cast<T>(static_cast<int>(n * 7919 % 1013) % modulus);
  }
  return v;
}

template <auto Schedule> void check_product() {
  constexpr ash::index_t m = 13, n = 53, depth = 29;
  auto x = numbers<float>(m * depth, 7), w = numbers<float>(depth * n, 5);
  std::vector<float> wanted(m * n);
  for (std::size_t r = 0; r < m; ++r) {
    for (std::size_t d = 0; d < depth; ++d) {
      for (std::size_t c = 0; c < n; ++c) wanted[r * n + c] += x[r * depth + d] * w[d * n + c];
    }
  }
  ash::thread_pool pool(2);
  on_each_level([&](auto) {
    std::vector<float> y(m * n, -1.0F);
    ash::view<float, ash::dyn, ash::dyn> out(y.data(), m, n);
    ash::view<float const, m, depth> left(x.data());
    ash::view<float const, depth, n> right(w.data());
    REQUIRE(ash::kernel<product, Schedule>{}(out, left, right));
    CHECK(y == wanted);
    std::ranges::fill(y, -1.0F);
    REQUIRE(ash::kernel<product, Schedule>{}.run({.threads = pool}, out, left, right));
    CHECK(y == wanted);
  });
}

}  // namespace

TEST_CASE("a matrix product is the same on every level", "[dispatch]") {
  check_product<ash::automatic>();
  check_product<blocked>();
}

TEST_CASE("a product of bytes is the same on every level", "[dispatch]") {
  constexpr ash::index_t m = 5, n = 37, depth = 32;
  auto a = numbers<std::uint8_t>(m * depth, 256);
  auto b = numbers<std::int8_t>(depth * n, 256);
  std::vector<std::int32_t> wanted(m * n);
  for (std::size_t r = 0; r < m; ++r) {
    for (std::size_t d = 0; d < depth; ++d) {
      for (std::size_t c = 0; c < n; ++c) wanted[r * n + c] += a[r * depth + d] * b[d * n + c];
    }
  }
  on_each_level([&](auto) {
    std::vector<std::int32_t> c(m * n, -1);
    ash::view<std::uint8_t const, m, depth> left(a.data());
    ash::view<std::int8_t const, depth, n> right(b.data());
    REQUIRE(ash::kernel<bytes, in_groups>{}(ash::view<std::int32_t, m, n>(c.data()), left, right));
    CHECK(c == wanted);
  });
}

TEST_CASE("workspace, threads and integers are the same on every level", "[dispatch]") {
  constexpr ash::index_t rows = 9, columns = 45;
  auto x = numbers<std::int32_t>((rows + 1) * (columns + 1), 999);
  auto const at = [&](std::size_t r, std::size_t c) { return x[r * (columns + 1) + c]; };
  std::vector<std::int32_t> wanted(rows * columns);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      auto const s = [&](std::size_t q) { return at(r, q) + at(r + 1, q); };
      wanted[r * columns + c] = std::max(s(c), s(c + 1)) / 2;
    }
  }
  ash::thread_pool pool(2);
  on_each_level([&](auto) {
    std::vector<std::int32_t> y(rows * columns, -1);
    ash::view<std::int32_t, ash::dyn, ash::dyn> out(y.data(), rows, columns);
    ash::view<std::int32_t const, ash::dyn, ash::dyn> in(x.data(), rows + 1, columns + 1);
    constexpr ash::kernel<smoothed, in_rows> call;
    REQUIRE(call(out, in));
    CHECK(y == wanted);
    y.assign(y.size(), -1);
    REQUIRE(call.run({.threads = pool}, out, in));
    CHECK(y == wanted);
    CHECK(call.workspace_bytes({}, out, in) > 0);
  });
}

TEST_CASE("variants, tails and expressions are the same on every level", "[dispatch]") {
  for (std::size_t const count :
       {std::size_t{0}, std::size_t{1}, std::size_t{128}, std::size_t{203}}) {
    auto x = numbers<std::uint8_t>(count, 200);
    std::vector<std::uint8_t> wanted(count);
    for (std::size_t n = 0; n < count; ++n) {
      wanted[n] = static_cast<std::uint8_t>(x[n] > 77 ? x[n] - 77 : 77 - x[n]);
    }
    on_each_level([&](auto) {
      std::vector<std::uint8_t> y(count, 1);
      std::uint8_t const by = 77;
      REQUIRE(ash::kernel<shifted, special>{}(std::span(y), std::span(std::as_const(x)), by));
      CHECK(y == wanted);
      ash::view out{std::span(y)};
      REQUIRE(ash::run(out(i) = out(i) + std::uint8_t{1}));
      for (auto& v : y) v = static_cast<std::uint8_t>(v - 1);
      CHECK(y == wanted);
    });
  }
}

TEST_CASE("functions are the same on every level that has FMA", "[dispatch]") {
  std::vector<float> x(1003), first;
  for (std::size_t n = 0; n < x.size(); ++n) x[n] = (static_cast<float>(n) - 500.0F) / 37.0F;
  on_each_level([&](ash::isa_level level) {
    std::vector<float> y(x.size());
    REQUIRE(ash::kernel<functions>{}(std::span(y), std::span(std::as_const(x))));
    for (std::size_t n = 0; n < x.size(); ++n) {
      double const wanted = std::exp(double{x[n]}) + std::tanh(double{x[n]});
      CHECK(std::abs(y[n] - wanted) <= 1e-6 * (std::abs(wanted) + std::exp(double{x[n]})));
    }
    if (level == x86_sse2) return;
    if (first.empty()) first = y;
    CHECK(y == first);
  });
}

TEST_CASE("a call is limited to a level, and explains and reports that one", "[dispatch]") {
  ash::tensor<float, 64> y, x;
  constexpr ash::kernel<functions> call;
  static_assert(call.report<decltype(y), decltype(x)>().vector_bytes == 64);
  on_each_level([&](ash::isa_level level) {
    int const width = level == x86_sse2 ? 16 : level == x86_avx2 ? 32 : 64;
    CHECK(call.report(y, x).vector_bytes == width);
    CHECK(call.report(y, x).vector_registers == (width == 64 ? 32 : 16));
    std::string const text = call.explain(y, x);
    CHECK(text.find("vectorized ii in [0, " + std::to_string(width / 4) + ")") !=
          std::string::npos);
  });
}

TEST_CASE("sets of features that Highway has no target for are the next lower one", "[dispatch]") {
  using ash::runtime::targets_up_to;
  // AVX-512 without BW: Highway then reports AVX2 and what is below it.
  std::int64_t const avx2_and_below = HWY_AVX2 | HWY_SSE4 | HWY_SSSE3 | HWY_SSE2;
  auto const taken = [](std::int64_t usable) {
    ash::runtime::usable_targets.store(usable);
    return ash::current_target();
  };
  CHECK(*taken(avx2_and_below) == x86_avx2);
  CHECK(*taken(HWY_AVX3 | avx2_and_below) == x86_avx512);
  CHECK(*taken(HWY_AVX3_DL | HWY_AVX3 | avx2_and_below) == x86_avx512);
  CHECK(*taken(HWY_SSE4 | HWY_SSSE3 | HWY_SSE2) == x86_sse2);
  CHECK(taken(HWY_SCALAR).error().code == ash::status_code::unsupported_cpu);
  CHECK((targets_up_to("avx2") & (HWY_AVX3 | HWY_AVX2 | HWY_SSE2)) == (HWY_AVX2 | HWY_SSE2));
  CHECK((targets_up_to("sse2") & (HWY_AVX2 | HWY_SSE4 | HWY_SSE2)) == (HWY_SSE4 | HWY_SSE2));
  CHECK(targets_up_to("a name that is none") == -1);
  ash::limit_target(x86_avx512_bf16);
}
