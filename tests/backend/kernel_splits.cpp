// SPDX-License-Identifier: Apache-2.0
//
// Splits whose blocks follow from the extents of the call, and tails without a rest.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;
using ash::status_code;
using ash::tail;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto twice = [](auto y, auto x) { y(i) = 2 * x(i); };
constexpr auto blur = [](auto y, auto x) {
  ash::local h("h");
  h(i, j) = x(i, j) + x(i, j + 1);
  y(i, j) = h(i, j) + h(i + 1, j);
};

constexpr auto in_parts = [](ash::schedule& s) {
  auto const [io, ii] = s.split_parts("i", 3);
  s.parallel(io);
  auto const [jo, ji] = s.split_parts("j", 4);
  s.reorder("k", ji);
  s.vectorize(ji, 8);
};
constexpr auto lanes_of_parts = [](ash::schedule& s) {
  auto const [io, ii] = s.split_parts("i", 4);
  s.reorder(ii, io);
  s.vectorize(io);
};
constexpr auto balanced = [](ash::schedule& s) {
  auto const [ko, ki] = s.split_balanced("k", 16, 4);
  auto const [jo, ji] = s.split("j", 8, tail::cut);
  s.reorder(ko, "i", jo, ki, ji);
  s.vectorize(ji);
  s.cache_read("b", ko, ash::packed("j", 8));
};
constexpr auto named = [](auto y, auto a, auto b) {
  b.name("b");
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};

TEST_CASE("parts of the extents of the call", "[backend][kernel]") {
  for (index_t const n : {0, 1, 2, 3, 10, 33}) {
    agree<product, in_parts>(like<float, dyn, dyn>(n, 17), like<float, dyn, 5>(n),
                             like<float, 5, dyn>(17));
    agree<twice, lanes_of_parts>(like<float, dyn>(n), like<float, dyn>(n));
  }
}

TEST_CASE("balanced blocks of a reduction", "[backend][kernel]") {
  for (index_t const n : {0, 1, 15, 16, 17, 50}) {
    agree<named, balanced>(like<float, 5, dyn>(19), like<float, 5, dyn>(n),
                           like<float, dyn, dyn>(n, 19));
  }
}

// Rows and columns of small matrices in the lanes of one vector.
template <int Lanes>
constexpr auto fused_lanes = [](ash::schedule& s) {
  auto const [fo, fi] = s.split(s.fuse("i", "j"), Lanes);
  s.reorder(fo, "k", fi);
  s.vectorize(fi);
};

TEST_CASE("lanes of a fused loop", "[backend][kernel]") {
  agree<product, fused_lanes<16>>(like<float, 4, 4>(), like<float, 4, 4>(), like<float, 4, 4>());
  agree<product, fused_lanes<16>>(like<float, 8, 4>(), like<float, 8, 4>(), like<float, 4, 4>());
  agree<product, fused_lanes<8>>(like<double, 4, 2>(), like<double, 4, 2>(), like<double, 2, 2>());
  agree<product, fused_lanes<8>>(like<float, 4, 2>(), like<float, 4, 3>(), like<float, 3, 2>());
  agree<product, fused_lanes<4>>(like<float, 4, 3>(), like<float, 4, 3>(), like<float, 3, 3>());
  agree<product, fused_lanes<4>>(like<int, dyn, 4>(5), like<int, dyn, 4>(5), like<int, 4, 4>());
}

constexpr auto shifted = [](ash::schedule& s) { s.vectorize("i", 8, tail::shift_inwards); };

TEST_CASE("the last vector is moved back", "[backend][kernel]") {
  for (index_t const n : {8, 9, 15, 16, 31}) {
    agree<twice, shifted>(like<float, dyn>(n), like<float, dyn>(n));
  }
  agree<twice, shifted>(like<double, 21>(), like<double, 21>());
}

TEST_CASE("fewer elements than a block are refused", "[backend][kernel]") {
  using vector = ash::view<float, dyn>;
  float x[16]{};
  float y[16]{};
  ash::kernel<twice, shifted> const kernel;
  auto const s = kernel(vector(y, 5), vector(x, 5));
  REQUIRE(s.code == status_code::extent_mismatch);
  REQUIRE(s.operand == 0);
  REQUIRE(s.found == 5);
  REQUIRE(s.expected == 8);
}

TEST_CASE("blocks that overlap do not read what they have written", "[backend][kernel][subtlety]") {
  using vector = ash::view<float, dyn>;
  float x[16]{};
  REQUIRE(ash::kernel<twice>{}(vector(x, 9), vector(x, 9)));
  auto const s = ash::kernel<twice, shifted>{}(vector(x, 9), vector(x, 9));
  REQUIRE(s.code == status_code::overlap);
}

constexpr auto narrow = [](ash::schedule& s) {
  auto const [jo, ji] = s.split("j", 8, tail::narrow);
  s.reorder(jo, "i", "k", ji);
  s.vectorize(ji);
};
constexpr auto narrow_map = [](ash::schedule& s) { s.vectorize("i", 16, tail::narrow); };

TEST_CASE("the rest is in smaller vectors", "[backend][kernel]") {
  for (index_t const n : {0, 1, 2, 5, 7, 8, 15, 21, 30}) {
    agree<product, narrow>(like<float, 3, dyn>(n), like<float, 3, 5>(), like<float, 5, dyn>(n));
    agree<twice, narrow_map>(like<float, dyn>(n), like<float, dyn>(n));
    agree<twice, narrow_map>(like<std::uint8_t, dyn>(n), like<std::uint8_t, dyn>(n));
  }
}

constexpr auto stencil = [](auto y, auto x) {
  y(i, j) = ash::clamp(x)(i - 1, j) + ash::zero(x)(i, j - 1) + ash::reflect(x)(i, j + 1);
};
constexpr auto peeled = [](ash::schedule& s) {
  s.parallel(s.peel("i", 1, 1));
  auto const [jo, ji] = s.split("j", 8);
  s.vectorize(ji);
  s.peel(jo, 1, 2);
};

TEST_CASE("a stencil whose ends are peeled", "[backend][kernel]") {
  for (index_t const n : {2, 3, 8, 17, 40}) {
    agree<stencil, peeled>(like<float, dyn, dyn>(n, n), like<float, dyn, dyn>(n, n));
  }
  agree<stencil, peeled>(like<float, 6, 50>(), like<float, 6, 50>());
}

constexpr auto padded = [](ash::schedule& s) {
  s["h"].vectorize("j", 8, tail::round_up);
  s.vectorize("j", 8);
};
constexpr auto padded_parts = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.vectorize("j", 8);
  s.compute_at("h", io);
  s["h"].vectorize("j", 8, tail::round_up);
  s["h"].split("i", 4, tail::round_up);
};
constexpr auto whole_vectors = [](ash::schedule& s) { s.vectorize("i", 8, tail::round_up); };

TEST_CASE("a local is padded to full vectors", "[backend][kernel]") {
  for (index_t const n : {1, 7, 8, 13}) {
    agree<blur, padded>(like<float, dyn, dyn>(n, n), like<float, dyn, dyn>(n + 1, n + 1));
    agree<blur, padded_parts>(like<float, dyn, dyn>(n, n), like<float, dyn, dyn>(n + 1, n + 1));
  }
  agree<blur, padded>(like<float, 11, 13>(), like<float, 12, 14>());
}

TEST_CASE("an output of full vectors", "[backend][kernel]") {
  agree<twice, whole_vectors>(like<float, dyn>(24), like<float, dyn>(24));
  using vector = ash::view<float, dyn>;
  float x[16]{};
  float y[16]{};
  auto const s = ash::kernel<twice, whole_vectors>{}(vector(y, 13), vector(x, 13));
  REQUIRE(s.code == status_code::extent_mismatch);
  REQUIRE(s.found == 13);
  REQUIRE(s.expected == 8);
}

}  // namespace
