// SPDX-License-Identifier: Apache-2.0
//
// Facts of operands: the entry refuses what they do not hold for, and takes the first variant that
// they hold for; each gives the bits of the definition.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;
using ash::address_of;
using ash::extent_of;
using ash::status_code;
using ash::stride_of;

constexpr auto product = [](auto y, auto a, auto b) {
  y.name("y"), a.name("a"), b.name("b");
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};
constexpr auto by_size = [](ash::schedule& s) {
  if (s.specialize(extent_of("y", 1) == 16)) {
    s.reorder("i", "k", "j");
    s.vectorize("j");
  } else if (s.specialize(extent_of("y", 1) % 8 == 0)) {
    auto const [jo, ji] = s.split("j", 8);
    s.reorder("i", jo, "k", ji);
    s.vectorize(ji);
    if (s.specialize(extent_of("a", 1) <= 4)) s.parallel("i");
  }
};

TEST_CASE("each variant of a product is the product", "[backend][kernel]") {
  for (int const n : {16, 24, 8, 13, 0, 1}) {
    for (int const r : {3, 9, 0}) {
      agree<product, by_size>(like<float, dyn, dyn>(5, n), like<float, dyn, dyn>(5, r),
                              like<float, dyn, dyn>(r, n));
    }
  }
  // The types decide some of it.
  agree<product, by_size>(like<float, dyn, 16>(5), like<float, dyn, dyn>(5, 3),
                          like<float, dyn, 16>(3));
  agree<product, by_size>(like<double, dyn, 24>(5), like<double, dyn, 4>(5), like<double, 4, 24>());
}

// Locals of the length of a row, bounds that fold, a stencil.
constexpr auto blur = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local h("h");
  h(i, j) = ash::clamp(x)(i, j - 1) + ash::zero(x)(i, j + 1);
  y(i, j) = h(i, j) + ash::reflect(h)(i, j - 2);
};
constexpr auto in_rows = [](ash::schedule& s) {
  s.specialize(extent_of("x", 0) >= 4);
  bool const is_known = s.specialize(extent_of("x", 1) == 32);
  s.compute_at("h", s.get("i"));
  s["h"].vectorize("j", 8, ash::tail::cut);
  s.vectorize("j", 8, ash::tail::cut);
  if (is_known) s.parallel("i");
};

TEST_CASE("conditions side by side", "[backend][kernel]") {
  for (int const rows : {3, 4, 9}) {
    for (int const n : {32, 33, 3}) {
      agree<blur, in_rows>(like<float, dyn, dyn>(rows, n), like<float, dyn, dyn>(rows, n));
    }
  }
}

constexpr auto columns = [](auto y, auto x) {
  y.name("y"), x.name("x");
  y(i, j) = x(i, j) + x(i, j);
};
constexpr auto by_stride = [](ash::schedule& s) {
  if (s.specialize(stride_of("x", 1) == 1)) s.specialize(stride_of("x", 0) == 40);
  s.vectorize("j", 8, ash::tail::cut);
};
using any_view = ash::strided_view<float, ash::any_strides, dyn, dyn>;

TEST_CASE("strides choose a variant", "[backend][kernel]") {
  for (auto const& strides : {std::array<index_t, 2>{40, 1}, {-40, 1}, {20, 1}, {1, 9}, {0, 2}}) {
    operand<any_view> x{.n = ash::extents<dyn, dyn>(7, 19)};
    x.stride[0] = strides[0];
    x.stride[1] = strides[1];
    agree<columns, by_stride>(like<float, dyn, dyn>(7, 19), x);
  }
}

constexpr auto all_stated = [](ash::schedule& s) {
  s.assume(extent_of("x", 0) >= 2);
  s.assume(extent_of("x", 0) <= 6);
  s.assume(extent_of("x", 1) % 8 == 0);
  s.assume(stride_of("x", 1) == 1);
  s.assume(address_of("x") % 64 == 0);
  s.vectorize("j", 8);
};

TEST_CASE("what is assumed is checked before anything is written", "[backend][kernel]") {
  alignas(64) float x[512]{};
  float y[512]{};
  for (float& v : x) v = 1;
  auto const call = [&](index_t n, index_t m, index_t stride, index_t start = 0) {
    any_view const from = any_view::with_strides(x + start, ash::extents<dyn, dyn>(n, m),
                                                 std::array<index_t, 2>{32, stride}.data());
    return ash::kernel<columns, all_stated>{}(ash::view<float, dyn, dyn>(y, n, m), from);
  };
  auto const is = [](ash::status s, status_code code, int dim, index_t found, index_t expected) {
    return s.code == code && s.operand == 1 && s.dimension == dim && s.found == found &&
           s.expected == expected;
  };
  REQUIRE(is(call(1, 8, 1), status_code::extent_too_small, 0, 1, 2));
  REQUIRE(is(call(7, 8, 1), status_code::extent_too_large, 0, 7, 6));
  REQUIRE(is(call(2, 12, 1), status_code::extent_not_multiple, 1, 12, 8));
  REQUIRE(is(call(2, 8, 2), status_code::stride_mismatch, 1, 2, 1));
  REQUIRE(is(call(2, 8, 1, 3), status_code::misaligned, -1, 12, 0));
  for (float const v : y) REQUIRE(v == 0);
  REQUIRE(call(6, 24, 1));
  for (int n = 0; n < 6 * 24; ++n) REQUIRE(y[n] == 2);
}

constexpr auto of_four = [](ash::schedule& s) { s.unsafe_assume(extent_of("x", 1) == 4); };
constexpr auto wanted_first = [](ash::schedule& s) {
  s.specialize(extent_of("x", 1) == 4, true);  // the general variant, too
};
constexpr auto refuses_inside = [](ash::schedule& s) {
  if (s.specialize(extent_of("x", 1) == 4)) s.assume(extent_of("x", 0) == 2);
};

TEST_CASE("who answers", "[backend][kernel]") {
  float x[64]{};
  float y[64]{};
  auto const call = [&](auto kernel, index_t n, index_t m) {
    using view = ash::view<float, dyn, dyn>;
    return kernel(view(y, n, m), view(x, n, m)).code;
  };
  // Nobody checks it.
  REQUIRE(call(ash::kernel<columns, of_four>{}, 3, 4) == status_code::ok);
  // A choice that was made for the caller is checked like what is assumed.
  REQUIRE(call(ash::kernel<columns, wanted_first>{}, 3, 4) == status_code::ok);
  REQUIRE(call(ash::kernel<columns, wanted_first>{}, 3, 5) == status_code::extent_mismatch);
  // What a variant assumes refuses the call, and is no reason to take another.
  REQUIRE(call(ash::kernel<columns, refuses_inside>{}, 2, 4) == status_code::ok);
  REQUIRE(call(ash::kernel<columns, refuses_inside>{}, 3, 4) == status_code::extent_mismatch);
  REQUIRE(call(ash::kernel<columns, refuses_inside>{}, 3, 5) == status_code::ok);
}

constexpr auto stored = [](ash::schedule& s) {
  if (s.specialize(extent_of("x", 1) <= 16)) s.compute_at("h", s.get("i"));
  s["h"].store_in(ash::scope::workspace);
};

TEST_CASE("workspace is that of the variant", "[backend][kernel]") {
  ash::kernel<blur, stored> const kernel;
  using view = ash::view<float, dyn, dyn>;
  float y[64]{};
  float x[64]{};
  auto const bytes = [&](index_t n, index_t m) {
    return kernel.workspace_bytes(ash::launch{}, view(y, n, m), view(x, n, m));
  };
  REQUIRE(bytes(4, 16) == 64);
  REQUIRE(bytes(3, 20) == 256);
}

}  // namespace
