// SPDX-License-Identifier: Apache-2.0
//
// Dot products of narrow elements in lanes of wide sums: what a backend computes, and products of
// matrices whose running values stay in vectors from one call to the next.
#include "kernel_support.hpp"

#include <ashlar/kernel/check_intrinsic.hpp>
#include <recipes/gemm_narrow.hpp>

namespace kernel_tests {
namespace {

using ash::bfloat16;
using ash::intrinsics::dot_groups;
using i8 = std::int8_t;
using u8 = std::uint8_t;
constexpr int lanes = ash::target::native.lanes(ash::dtype::i32);

// The four combinations of signs with the largest products of either sign in a group.
template <class B, class Left, class Right, int L> void require_exact() {
  constexpr Left left[] = {std::numeric_limits<Left>::min(), std::numeric_limits<Left>::max(), 1};
  constexpr Right right[] = {std::numeric_limits<Right>::min(), std::numeric_limits<Right>::max(),
                             3};
  for (Left const x : left) {
    for (Right const y : right) {
      Left const a[] = {x, x, x, x};
      Right b[std::size_t{4 * L}];
      std::int32_t c[std::size_t{L}], wanted[std::size_t{L}];
      for (int l = 0; l < L; ++l) {
        c[l] = wanted[l] = l % 2 == 0 ? 1000 * l : std::numeric_limits<std::int32_t>::max() - l;
        for (int g = 0; g < 4; ++g) b[4 * l + g] = l % 3 == 0 ? y : static_cast<Right>(l + g);
      }
      using dot = dot_groups<Left, Right, L>;
      auto const v = B::template load<L>(static_cast<std::int32_t const*>(c));
      using ash::emit::simd::vector_code;
      B::store(c, vector_code<dot>::template update<B>(v, static_cast<Left const*>(a),
                                                       static_cast<Right const*>(b), 4));
      dot::run(wanted, a, b, 4);
      for (int l = 0; l < L; ++l) REQUIRE(c[l] == wanted[l]);
    }
  }
}

template <class B> void require_exact_bytes() {
  require_exact<B, u8, i8, lanes>();
  require_exact<B, i8, u8, lanes>();
  require_exact<B, i8, i8, lanes>();
  require_exact<B, u8, u8, lanes>();
  require_exact<B, u8, i8, 1>();
  require_exact<B, u8, i8, 4>();
}

TEST_CASE("products of bytes do not saturate", "[backend][dot]") {
  require_exact_bytes<ash::emit::simd::native_backend>();
  require_exact_bytes<ash::emit::simd::scalar_backend>();
}

TEST_CASE("the code computes its definition, at any distance of groups", "[backend][dot]") {
  REQUIRE(ash::check_intrinsic<ash::intrinsics::dpbusd<lanes>>().ok());
  REQUIRE(ash::check_intrinsic<dot_groups<i8, i8, 4>>().ok());
  REQUIRE(ash::check_intrinsic<ash::intrinsics::dpbf16<lanes>>().ok());
}

using bytes = recipes::gemm_narrow<u8, i8>;
using bfloats = recipes::gemm_narrow<bfloat16, bfloat16>;

TEST_CASE("products of any extents have one body", "[backend][dot]") {
  agree<bytes::definition, bytes::schedule>(like<std::int32_t, 13, 70>(), like<u8, 13, 1030>(),
                                            like<i8, 1030, 70>());
  for (int const n : {1, 6, 67}) {
    agree<bytes::definition, bytes::schedule>(like<std::int32_t, dyn, dyn>(n, n + 1),
                                              like<u8, dyn, dyn>(n, 2 * n + 3),
                                              like<i8, dyn, dyn>(2 * n + 3, n + 1));
  }
}

TEST_CASE("products of bf16", "[backend][dot]") {
  agree<bfloats::definition, bfloats::schedule>(like<float, 7, 33>(), like<bfloat16, 7, 5>(),
                                                like<bfloat16, 5, 33>());
  for (int const n : {1, 6, 67}) {
    agree<bfloats::definition, bfloats::schedule>(like<float, dyn, dyn>(n, n + 1),
                                                  like<bfloat16, dyn, dyn>(n, 2 * n + 3),
                                                  like<bfloat16, dyn, dyn>(2 * n + 3, n + 1));
  }
}

constexpr ash::axis<"q"> q;
constexpr auto row_sums = [](auto y, auto a, auto b) {
  b.name("b");
  y(j) = ash::sum(q, ash::cast<std::int32_t>(a(q)) * ash::cast<std::int32_t>(b(j, q)));
};
/// Groups as they lie, with a tail along j, and more lanes than a machine has: Lanes of 64.
template <int Lanes, ash::tail Tail> struct by_groups {
  constexpr void operator()(ash::schedule& s) const {
    auto const [jo, ji] = s.split("j", Lanes, Tail);
    auto const [qo, qi] = s.split("q", 4, ash::tail::cut);
    s.reorder(jo, qo, ji, qi);
    s.tensorize(ji, ash::intrin<dot_groups<i8, i8, Lanes>>);
  }
  friend constexpr auto operator==(by_groups, by_groups) -> bool = default;
};

TEST_CASE("lanes with gaps, rests, and more than the machine's", "[backend][dot]") {
  agree<row_sums, by_groups<lanes, ash::tail::cut>{}>(like<std::int32_t, 37>(), like<i8, 11>(),
                                                      like<i8, 37, 11>());
  agree<row_sums, by_groups<64, ash::tail::exact>{}>(like<std::int32_t, 128>(), like<i8, 8>(),
                                                     like<i8, 128, 8>());
}

}  // namespace
}  // namespace kernel_tests
