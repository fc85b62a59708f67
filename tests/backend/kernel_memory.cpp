// SPDX-License-Identifier: Apache-2.0
//
// Kernels that say how memory is used: results past the caches, rows of locals apart, columns that
// are loaded as rows.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto twice = [](auto y, auto x) { y(i, j) = x(i, j) + x(i, j); };
constexpr auto above = [](auto y, auto x) { y(i, j) = x(i, j) > 1; };
constexpr auto streamed = [](ash::schedule& s) {
  s.vectorize("j", 8, ash::tail::cut);
  s.parallel("i");
  s.stream();
};
constexpr auto product = [](auto y, auto a, auto b) {
  b.name("b");
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};
constexpr auto streamed_product = [](ash::schedule& s) {
  auto const [jo, ji] = s.split("j", 8, ash::tail::cut);
  s.reorder("i", jo, "k", ji);
  s.vectorize(ji);
  s.stream();
};

TEST_CASE("results are streamed wherever rows begin", "[backend][kernel]") {
  for (int const n : {0, 1, 8, 13, 64}) {
    auto const x = like<float, dyn, dyn>(5, n);
    agree<twice, streamed>(x, x);
    auto const bytes = like<std::uint8_t, dyn, dyn>(5, n);
    agree<twice, streamed>(bytes, bytes);
    agree<product, streamed_product>(x, like<float, dyn, dyn>(5, 7), like<float, dyn, dyn>(7, n));
  }
  agree<above, streamed>(like<bool, 4, 32>(), like<float, 4, 32>());
}

constexpr auto blur = [](auto y, auto x) {
  ash::local h("h");
  h(i, j) = x(i, j) + x(i, j + 1) + x(i, j + 2);
  y(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};
template <index_t Multiple, index_t Remainder>
constexpr auto apart = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 4);
  s.vectorize("j", 8, ash::tail::cut);
  s.compute_at("h", io);
  s["h"].vectorize("j", 8, ash::tail::cut);
  s["h"].align_storage("i", Multiple, Remainder);
};
constexpr auto cube = [](auto y, auto x) {
  ash::local t("t");
  t(i, j, k) = x(i, j, k) + x(i, j, k);
  y(i, j, k) = t(i, j, k) + t(i, j, k);
};
constexpr auto planes_apart = [](ash::schedule& s) {
  s.compute_root("t");
  s["t"].align_storage("i", 64, 5);
  s.vectorize("k", 4);
};
constexpr auto packed_panels = [](ash::schedule& s) {
  auto const [jo, ji] = s.split("j", 8, ash::tail::cut);
  s.reorder(jo, "i", "k", ji);
  s.vectorize(ji);
  auto panel = s.cache_read("b", jo, ash::packed("j", 4));
  panel.align_storage("j", 32, 16);
};

TEST_CASE("rows of locals are apart", "[backend][kernel]") {
  auto const static_y = like<float, 10, 21>();
  agree<blur, apart<16, 3>>(static_y, like<float, 12, 23>());
  agree<blur, apart<4096, 0>>(static_y, like<float, 12, 23>());
  for (int const n : {1, 21, 64}) {
    auto const y = like<float, dyn, dyn>(10, n);
    auto const x = like<float, dyn, dyn>(12, n + 2);
    agree<blur, apart<16, 3>>(y, x);
    agree<blur, apart<4096, 0>>(y, x);
    auto const c = like<double, dyn, 3, dyn>(4, n);
    agree<cube, planes_apart>(c, c);
    agree<product, packed_panels>(like<float, dyn, dyn>(5, n), like<float, dyn, 7>(5),
                                  like<float, 7, dyn>(n));
  }
}

constexpr auto transpose = [](auto y, auto x) {
  x.name("x");
  y(i, j) = x(j, i);
};
constexpr auto sum = [](auto y, auto x, auto z) { y(i, j) = 2 * z(i, j) + x(j, i) * x(j, i); };
template <int Rows, int Lanes>
constexpr auto turned = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", Rows, ash::tail::cut);
  auto const [jo, ji] = s.split("j", Lanes, ash::tail::cut);
  s.reorder(io, jo, ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
};
constexpr auto through_tiles = [](ash::schedule& s) {
  auto const [io, jo, ii, ji] = s.tile("i", "j", 16, 16);
  s.vectorize(ji, 8);
  s.stream();
  auto t = s.cache_read("x", jo, ash::ordered("i", "j"));
  auto const [tio, tii] = t.split("i", 4);
  auto const [tjo, tji] = t.split("j", 8);
  t.reorder(tjo, tio, tii, tji);
  t.unroll(tii);
  t.vectorize(tji);
  t.align_storage("i", 16, 8);
};

template <class T, int Rows, int Lanes> void turn() {
  for (int const n : {1, 16, 37}) {
    auto const y = like<T, dyn, dyn>(n, 35);
    auto const x = like<T, dyn, dyn>(35, n);
    agree<transpose, turned<Rows, Lanes>>(y, x);
    agree<sum, turned<Rows, Lanes>>(y, x, y);
  }
}

TEST_CASE("columns of every size of element are loaded as rows", "[backend][kernel]") {
  turn<double, 4, 4>();
  turn<float, 8, 16>();
  turn<std::int32_t, 4, 8>();
  turn<std::uint16_t, 8, 16>();
  turn<std::int8_t, 16, 16>();
}

TEST_CASE("columns at other strides", "[backend][kernel]") {
  auto x = operand<ash::strided_view<float, ash::strides(dyn, 1), 32, 20>>{
      .n = ash::extents<32, 20>(), .stride = {29, 1}};
  agree<transpose, turned<4, 8>>(like<float, 20, 32>(), x);
  x.stride[0] = -29;
  agree<transpose, turned<4, 8>>(like<float, 20, 32>(), x);
  auto const y = like<float, 48, 32>();
  agree<transpose, through_tiles>(y, like<float, 32, 48>());
}

}  // namespace
