// SPDX-License-Identifier: Apache-2.0
//
// mlc 6: a matrix product in blocks of 16 x 16 x 16, each of which is code of ours: tensorize.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto matmul = [](auto c, auto a, auto b) {
  c.name("C"), a.name("A"), b.name("B");
  c(i, j) = ash::sum(k, a(i, k) * b(k, j));
};

// What a block of it is, and code for that. A machine may have an instruction: this is plain C++.
struct tile16 {
  using operands = ash::blocks<float[16][16], float const[16][16], float const[16][16]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += ash::sum(k, a(i, k) * b(k, j));
  };
  static void run(float* c, ash::index_t c_row, float const* a, ash::index_t a_row, float const* b,
                  ash::index_t b_row) {
    for (int x = 0; x < 16; ++x) {
      for (int z = 0; z < 16; ++z) {
        for (int y = 0; y < 16; ++y) c[x * c_row + y] += a[x * a_row + z] * b[z * b_row + y];
      }
    }
  }
};

constexpr auto blocked = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 16);
  auto [jo, ji] = s.split("j", 16);
  auto [ko, ki] = s.split("k", 16);
  s.reorder(io, jo, ko, ii, ji, ki);
};

constexpr auto tensorized = [](ash::schedule& s) {
  blocked(s);
  s.tensorize("ii", ash::intrin<tile16>);  // ii, ji and ki are the i, j and k of the definition
};

constexpr auto whole_rows = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 16);
  auto [jo, ji] = s.split("j", 16);
  auto [ko, ki] = s.split("k", 16);
  s.reorder(ko, io, jo, ii, ji, ki);
  s.decompose_reduction(ko);  // C is 0 before all of it: the code only adds
  s.tensorize(ii, ash::intrin<tile16>);
};

constexpr auto packed = [](ash::schedule& s) {
  blocked(s);
  s.cache_read("B", "jo", ash::packed("j", 16));  // now the rows of a block of B are neighbours
  s["B_cache"].vectorize("j", 16);
  s.tensorize("ii", ash::intrin<tile16>);
  s.parallel("io");
};

constexpr auto in_tile = [](ash::schedule& s) {
  blocked(s);
  s.cache_write("ko");  // the code adds to a tile on the stack, which is copied to C at the end
  s.tensorize("ii", ash::intrin<tile16>);
};

using matrix = ash::tensor<float, 64, 64>;

template <auto Schedule>
void step(char const* title, matrix const& a, matrix const& b, matrix const& expected) {
  example::print_nest<matmul, Schedule>(title, a, a, b);
  example::require_near(title, example::compute<matmul, Schedule, matrix>(a, b), expected);
}

int main() {
  // Does the code compute what it says? On small integers, rows with gaps between them.
  auto const check = ash::check_intrinsic<tile16>();
  std::printf("tile16: %s\n\n", check.ok() ? "as defined" : check.message().chars);
  if (!check.ok()) return 1;

  matrix a, b, plain;
  example::fill(a, 1);
  example::fill(b, 2, -8);
  for (int n = 0; n < 64 * 64; ++n) {
    float sum = 0;
    for (int t = 0; t < 64; ++t) sum += a(n / 64, t) * b(t, n % 64);
    plain(n / 64, n % 64) = sum;
  }
  step<example::as_written>("as written", a, b, plain);
  step<blocked>("blocks of 16", a, b, plain);
  step<tensorized>("tensorize", a, b, plain);
  step<whole_rows>("decompose_reduction and tensorize", a, b, plain);
  step<packed>("with a packed copy of B", a, b, plain);
  step<in_tile>("with a tile of C", a, b, plain);
}
