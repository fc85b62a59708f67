// SPDX-License-Identifier: Apache-2.0
//
// Code of the user's in loop nests: plain C++ and vectors, on all memory that blocks can be in.
#include "kernel_support.hpp"

#include <hwy/highway.h>
#include <ashlar/kernel/check_intrinsic.hpp>
#include <support/intrinsics.hpp>

namespace kernel_tests {

using ash::blocks;
using ash::tail;

/// Four rows of c in vectors, written in Highway.
struct rows_in_vectors {
  static constexpr ash::index_t m = 4, n = 16, depth = 8;
  using operands = blocks<float[m][n], float const[m][depth], float const[depth][n]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += ash::sum(k, a(i, k) * b(k, j));
  };
  static void run(float* c, index_t c_row, float const* a, index_t a_row, float const* b,
                  index_t b_row) {
    namespace hn = hwy::HWY_NAMESPACE;
    hn::CappedTag<float, n> const lanes;
    auto const width = static_cast<index_t>(hn::Lanes(lanes));
    for (index_t y = 0; y < n; y += width) {
      for (index_t x = 0; x < m; ++x) {
        auto sum = hn::LoadU(lanes, c + x * c_row + y);
        for (index_t z = 0; z < depth; ++z) {
          sum = hn::MulAdd(hn::Set(lanes, a[x * a_row + z]), hn::LoadU(lanes, b + z * b_row + y),
                           sum);
        }
        hn::StoreU(sum, lanes, c + x * c_row + y);
      }
    }
  }
};

/// Sums of four products of bytes, as the dot products of machines have them.
struct bytes4 {
  using operands = blocks<std::int32_t[8], std::int8_t const[8][4], std::int8_t const[4]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i) += ash::sum(k, ash::cast<std::int32_t>(a(i, k)) * ash::cast<std::int32_t>(b(k)));
  };
  static void run(std::int32_t* c, std::int8_t const* a, index_t a_row, std::int8_t const* b) {
    for (int x = 0; x < 8; ++x) {
      for (int z = 0; z < 4; ++z) c[x] += a[x * a_row + z] * b[z];
    }
  }
};

/// A row of c += a number times a row of b.
struct scaled_row {
  using operands = blocks<double[8], double const, double const[8]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(j) += a() * b(j);
  };
  static void run(double* c, double const* a, double const* b) {
    for (int y = 0; y < 8; ++y) c[y] += *a * b[y];
  }
};

enum class place : std::uint8_t { usual, depth_outside, packed, in_tile, parallel, rows_last };

/// A product in blocks of M x N x K that an intrinsic computes.
template <class Code, index_t M, index_t N, index_t K, place Where = place::usual,
          tail Rows = tail::exact>
struct in_blocks {
  constexpr void operator()(ash::schedule& s) const {
    auto const [io, ii] = s.split("i", M, Rows);
    auto const [jo, ji] = s.split("j", N);
    auto const [ko, ki] = s.split("k", K);
    s.reorder(io, jo, ko, ii, ji, ki);
    if (Where == place::depth_outside) s.reorder(ko, jo, io);
    if (Where == place::rows_last) s.reorder(ki, ji, ii);
    if (Where == place::packed) {
      s.cache_read("arg2", jo, ash::packed("j", N));
      s.cache_read("arg1", io);
    }
    if (Where == place::in_tile) s.cache_write(ko);
    if (Where == place::parallel) s.parallel(io);
    s.tensorize(Where == place::rows_last ? ki : ii, ash::intrin<Code>);
  }
  friend constexpr auto operator==(in_blocks, in_blocks) -> bool = default;
};

namespace {

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto relu_product = [](auto y, auto a, auto b) {
  y(i, j) = ash::relu(ash::sum(k, a(i, k) * b(k, j)));
};

template <class T, std::size_t M, std::size_t N, std::size_t K>
using plain = ash::intrinsic_tests::block_product<T, M, N, K>;

TEST_CASE("the code of the tests is right", "[backend][tensorize]") {
  REQUIRE(ash::check_intrinsic<rows_in_vectors>().ok());
  REQUIRE(ash::check_intrinsic<bytes4>().ok());
  REQUIRE(ash::check_intrinsic<scaled_row>().ok());
  REQUIRE(ash::check_intrinsic<plain<float, 4, 16, 8>>().ok());
}

TEST_CASE("blocks of vectors at every place", "[backend][tensorize]") {
  auto const y = like<float, 12, 32>();
  auto const a = like<float, 12, 24>();
  auto const b = like<float, 24, 32>();
  using enum place;
  agree<product, in_blocks<rows_in_vectors, 4, 16, 8>{}>(y, a, b);
  agree<product, in_blocks<rows_in_vectors, 4, 16, 8, depth_outside>{}>(y, a, b);
  agree<product, in_blocks<rows_in_vectors, 4, 16, 8, packed>{}>(y, a, b);
  agree<relu_product, in_blocks<rows_in_vectors, 4, 16, 8, in_tile>{}>(y, a, b);
}

TEST_CASE("blocks of plain code", "[backend][tensorize]") {
  using enum place;
  agree<product, in_blocks<plain<double, 3, 5, 2>, 3, 5, 2, rows_last>{}>(
      like<double, 9, 10>(), like<double, 9, 6>(), like<double, 6, 10>());
  agree<product, in_blocks<plain<std::int16_t, 1, 8, 1>, 1, 8, 1, parallel>{}>(
      like<std::int16_t, 5, 16>(), like<std::int16_t, 5, 3>(), like<std::int16_t, 3, 16>());
}

TEST_CASE("rows that the call counts, with gaps", "[backend][tensorize]") {
  using cut = in_blocks<plain<float, 4, 4, 4>, 4, 4, 4, place::usual, tail::cut>;
  using rows = ash::strided_view<float, ash::strides(dyn, 1), dyn, 8>;
  using left = ash::strided_view<float, ash::strides(dyn, 1), dyn, 12>;
  for (int const n : {0, 3, 4, 9, 16}) {
    operand<rows> const y{.n = ash::extents<dyn, 8>(n), .stride = {11, 1}};
    operand<left> const a{.n = ash::extents<dyn, 12>(n), .stride = {-13, 1}};
    agree<product, cut{}>(y, a, like<float, 12, 8>());
  }
}

constexpr auto bytes = [](auto y, auto a, auto b) {
  y(i) = ash::sum(k, ash::cast<std::int32_t>(a(i, k)) * ash::cast<std::int32_t>(b(k)));
};
constexpr auto by_bytes4 = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 8);
  auto const [ko, ki] = s.split("k", 4);
  s.reorder(io, ko, ii, ki);
  s.tensorize(ii, ash::intrin<bytes4>);
};

TEST_CASE("narrow elements into wide sums", "[backend][tensorize]") {
  agree<bytes, by_bytes4>(like<std::int32_t, 16>(), like<std::int8_t, 16, 12>(),
                          like<std::int8_t, 12>());
}

constexpr auto scale = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto by_rows = [](ash::schedule& s) {
  s.reorder("i", "k", "j");
  s.tensorize("j", ash::intrin<scaled_row>);
};
constexpr auto accumulate = [](auto y, auto a, auto x) { y(j) += a() * x(j); };
constexpr auto whole = [](ash::schedule& s) { s.tensorize("j", ash::intrin<scaled_row>); };

TEST_CASE("an operand without dimensions", "[backend][tensorize]") {
  agree<scale, by_rows>(like<double, 6, 8>(), like<double, 6, 5>(), like<double, 5, 8>());
  ash::tensor<double, 8> y, x;
  for (int n = 0; n < 8; ++n) {
    y(n) = n;
    x(n) = 10 * n;
  }
  REQUIRE(ash::kernel<accumulate, whole>{}(y, 3.0, x));
  for (int n = 0; n < 8; ++n) REQUIRE(y(n) == 31 * n);
}

}  // namespace
}  // namespace kernel_tests
