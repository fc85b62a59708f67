// SPDX-License-Identifier: Apache-2.0
//
// support/intrinsics: code that tests put into loop nests, and programs of operands that are
// arrays.
//
//   program_of<float[60][48], float const[60][32], float const[32][48]>(kernel)
#pragma once

#include <ashlar/expr/boundary.hpp>
#include <ashlar/expr/intrinsic.hpp>
#include <ashlar/expr/ops.hpp>
#include <ashlar/expr/reduce.hpp>

namespace ashlar::intrinsic_tests {

inline constexpr ashlar::axis<"i"> i;
inline constexpr ashlar::axis<"j"> j;
inline constexpr ashlar::axis<"k"> k;

/// y(i, j) = sum(k, a(i, k) * b(k, j)).
inline constexpr auto matmul = [](auto y, auto a, auto b) {
  y.name("y"), a.name("a"), b.name("b");
  y(i, j) = sum(k, a(i, k) * b(k, j));
};

/// c += a * b of M x K and K x N blocks.
template <class T, std::size_t M, std::size_t N, std::size_t K> struct block_product {
  static constexpr std::string_view name = "block_product";
  using operands = blocks<T[M][N], T const[M][K], T const[K][N]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += sum(k, a(i, k) * b(k, j));
  };
  static void run(T* c, index_t c_row, T const* a, index_t a_row, T const* b, index_t b_row) {
    for (index_t x = 0; x < index_t{M}; ++x) {
      for (index_t z = 0; z < index_t{K}; ++z) {
        for (index_t y = 0; y < index_t{N}; ++y) {
          c[x * c_row + y] = static_cast<T>(c[x * c_row + y] + a[x * a_row + z] * b[z * b_row + y]);
        }
      }
    }
  }
};
using product4 = block_product<float, 4, 4, 4>;

/// The sum of products of two rows.
struct dot8 {
  using operands = blocks<float, float const[8], float const[8]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c() += sum(k, a(k) * b(k));
  };
  static void run(float* c, float const* a, float const* b) {
    for (int z = 0; z < 8; ++z) c[0] += a[z] * b[z];
  }
};

/// A row of c += one element of a times a row of b: no reduction inside.
struct add_row {
  using operands = blocks<float[8], float const[8]>;
  static constexpr auto definition = [](auto c, auto a) {
    c.name("c"), a.name("a");
    c(j) += a(j);
  };
  static void run(float* c, float const* a) {
    for (int y = 0; y < 8; ++y) c[y] += a[y];
  }
};

/// A row of c += a number times a row of b, whose code takes c as a vector.
struct scaled_lanes {
  using operands = blocks<float[16], float const, float const[16]>;
  static constexpr bool takes_vector = true;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(j) += a() * b(j);
  };
  static void run(float* c, float const* a, float const* b) {
    for (int y = 0; y < 16; ++y) c[y] += *a * b[y];
  }
  template <class B, class V> static auto update(V c, float const* a, float const* b) -> V {
    return B::add(c, B::mul(B::template broadcast<16>(*a), B::template load<16>(b)));
  }
};

/// The same, whose code gets the address of c.
struct block_row {
  using operands = scaled_lanes::operands;
  static constexpr auto definition = scaled_lanes::definition;
  static void run(float* c, float const* a, float const* b) { scaled_lanes::run(c, a, b); }
};

/// y = max(2 * x, 0) of 2 x 8 elements.
struct double_relu {
  using operands = blocks<float[2][8], float const[2][8]>;
  static constexpr auto definition = [](auto y, auto x) {
    y.name("y"), x.name("x");
    y(i, j) = relu(x(i, j) * 2.0f);
  };
  static void run(float* y, index_t y_row, float const* x, index_t x_row) {
    for (int r = 0; r < 2; ++r) {
      for (int e = 0; e < 8; ++e) {
        float const twice = x[r * x_row + e] * 2;
        y[r * y_row + e] = twice > 0 ? twice : 0;
      }
    }
  }
};

/// The program of a kernel on operands that are packed arrays; const ones are inputs.
template <class... Block, class Kernel> constexpr auto program_of(Kernel const& kernel) {
  operand_type const types[] = {expr::intrinsic_impl::block_type<Block>()...};
  return expr::capture(kernel, types);
}

}  // namespace ashlar::intrinsic_tests
