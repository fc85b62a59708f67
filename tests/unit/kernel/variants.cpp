// SPDX-License-Identifier: Apache-2.0
// not with nvcc: includes SIMD headers
#include <ashlar/kernel/explain.hpp>
#include <ashlar/kernel/inspect.hpp>
#include <ashlar/kernel/report.hpp>
#include <ashlar/kernel/variants.hpp>
#include <unit/schedule/support.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr auto n_is(index_t n) -> claim { return extent_of("b", 1) == n; }

// The choices of each variant, the general one first: "00 1 01" for a chain of two.
auto variants_as_text(program const& p, auto const& f) -> std::string {
  auto const list = kernel_impl::find_variants(p, f);
  std::string r;
  for (choices const c : list.all) {
    auto q = p;
    kernel_impl::apply(f, q, c);
    choices const made = kernel_impl::choices_of(q);
    r += r.empty() ? "" : " ";
    if (made.count == 0) r += "-";
    for (int n = 0; n < made.count; ++n) r += made[n] ? '1' : '0';
  }
  return r + (list.is_whole ? "" : " and more");
}

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;
constexpr auto rows = [](auto y, auto x) {
  y.name("y");
  x.name("x");
  y(i) = sum(j, x(i, j));
};
constexpr auto by_length = [](schedule& s) {
  if (s.specialize(extent_of("x", 1) == 8)) {
    s.unroll("j");
  } else if (s.specialize(extent_of("x", 1) % 4 == 0)) {
    s.vectorize("j", 4);
  }
};
template <index_t... E> using f32 = tensor<float, E...>;

}  // namespace

TEST_CASE("the variants of a chain, of a tree, and of conditions side by side",
          "[kernel][variants]") {
  auto const p = product(-1, -1, -1);
  REQUIRE(variants_as_text(p, [](schedule& s) { s.parallel("i"); }) == "-");
  REQUIRE(variants_as_text(p, [](schedule& s) { s.specialize(n_is(4)); }) == "0 1");
  REQUIRE(variants_as_text(p, [](schedule& s) {
            if (!s.specialize(n_is(4)) && !s.specialize(n_is(8))) s.specialize(n_is(16));
          }) == "000 001 01 1");
  REQUIRE(variants_as_text(p, [](schedule& s) {
            if (s.specialize(n_is(4))) s.specialize(extent_of("a", 1) == 8);
          }) == "0 10 11");
  REQUIRE(variants_as_text(p, [](schedule& s) {
            s.specialize(n_is(4));
            s.specialize(extent_of("a", 1) == 8);
          }) == "00 01 10 11");
  // Where the first holds, the second cannot.
  REQUIRE(variants_as_text(p, [](schedule& s) {
            s.specialize(n_is(4));
            s.specialize(n_is(8));
          }) == "00 01 1");
}

TEST_CASE("in constant evaluation, too", "[kernel][variants]") {
  static constexpr auto list = kernel_impl::find_variants(product(-1, -1, -1), [](schedule& s) {
    if (!s.specialize(n_is(4))) s.specialize(n_is(8));
  });
  STATIC_REQUIRE(list.all.count == 3);
  STATIC_REQUIRE(list.is_whole);
}

TEST_CASE("what the schedule has chosen by itself makes no variant", "[kernel][variants]") {
  auto const p = product(-1, -1, -1);
  REQUIRE(variants_as_text(p, [](schedule& s) { s.specialize(n_is(4), true); }) == "1");
  REQUIRE(variants_as_text(p, [](schedule& s) { s.specialize(n_is(4), false); }) == "0");
  REQUIRE(variants_as_text(p, [](schedule& s) {
            s.specialize(n_is(4), false);
            s.specialize(n_is(8));
          }) == "00 01");
}

TEST_CASE("there are at most four", "[kernel][variants]") {
  auto const p = product(-1, -1, -1);
  REQUIRE(message_of(p,
                     [](schedule& s) {
                       for (index_t n = 1; n < 5; ++n) s.specialize(n_is(n));
                     }) ==
          "E067 specialize b.extent(1) == 4: that makes more than 4 variants of the kernel, each "
          "with code of its own; drop one, or use assume");
  REQUIRE(variants_as_text(p, [](schedule& s) {
            s.specialize(n_is(4));
            s.specialize(extent_of("a", 1) == 8);
            s.specialize(extent_of("a", 0) == 8);
          }) == "000 001 010 011 and more");
}

TEST_CASE("explanations, inspections and reports are of a variant", "[kernel][variants]") {
  constexpr kernel<rows, by_length> k;
  f32<dyn> y(3);
  f32<dyn, dyn> eight(3, 8);
  f32<dyn, dyn> twelve(3, 12);
  f32<dyn, dyn> ten(3, 10);
  auto const text = k.explain(y, ten);
  auto const first = text.find("=== variant 2 of 3: where x.extent(1) == 8\n");
  auto const second = text.find("=== variant 1 of 3: where x.extent(1) % 4 == 0\n");
  auto const general = text.find("=== variant 0 of 3: in general\n");
  REQUIRE(first < second);
  REQUIRE(second < general);
  REQUIRE(general != std::string::npos);
  REQUIRE(text.find("x.specialize(extent(1) == 8) -> true\ny.unroll(\"j\")\n") !=
          std::string::npos);

  REQUIRE(k.report(y, eight).variant == 2);
  REQUIRE(k.report(y, twelve).variant == 1);
  REQUIRE(k.report(y, twelve).vector_lanes == 4);
  REQUIRE(k.report(y, ten).variant == 0);
  REQUIRE(k.report(y, ten).vector_lanes == 1);

  auto const at = inspect<f32<dyn>, f32<dyn, dyn>>(k, 2);
  REQUIRE(at->variants == 3);
  REQUIRE(at->variant == 2);
  REQUIRE(at->scheduled.buffers[1].stride[0] == 8);
  REQUIRE(inspect(k, y, ten)->variant == 0);
}
