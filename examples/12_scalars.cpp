// SPDX-License-Identifier: Apache-2.0
//
// 12: element types of one's own. A dual number carries a derivative through a kernel that knows
// nothing of derivatives; a fixed-point number saturates in 16 bits. What `x(i)` is in a kernel,
// and how that computes, is up to the type; the compiler sees its components.
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;

// v + d * eps with eps * eps = 0: of floats in memory, of recorded values in a kernel.
template <class V> struct dual {
  V value{}, slope{};

  friend constexpr auto operator+(dual a, dual b) -> dual {
    return {a.value + b.value, a.slope + b.slope};
  }
  friend constexpr auto operator*(dual a, dual b) -> dual {
    return {a.value * b.value, a.value * b.slope + a.slope * b.value};
  }
  friend constexpr auto exp(dual a) -> dual {
    V const e = ash::exp(a.value);
    return {e, e * a.slope};
  }
};
template <> struct ash::scalar_traits<dual<float>> {
  using component = float;
  static constexpr int components = 2;
  using value = dual<ash::traced>;
  static constexpr auto load(ash::traced const* c) -> value { return {c[0], c[1]}; }
  static constexpr void store(value const& v, ash::traced* c) { c[0] = v.value, c[1] = v.slope; }
};

// Q8.8: 1 / 256 is the unit. Sums and products stop at the ends instead of wrapping.
struct q8_8 {
  std::int16_t raw = 0;
};
struct fixed {
  ash::traced raw{};

  static constexpr auto wide(fixed a) -> ash::traced { return ash::cast<std::int32_t>(a.raw); }
  static constexpr auto of(ash::traced v) -> fixed { return {ash::saturate_cast<std::int16_t>(v)}; }
  friend constexpr auto operator+(fixed a, fixed b) -> fixed { return of(wide(a) + wide(b)); }
  friend constexpr auto operator*(fixed a, fixed b) -> fixed { return of(wide(a) * wide(b) / 256); }
};
template <> struct ash::scalar_traits<q8_8> {
  using component = std::int16_t;
  static constexpr int components = 1;
  using value = fixed;
  static constexpr auto load(ash::traced const* c) -> value { return {c[0]}; }
  static constexpr void store(value const& v, ash::traced* c) { c[0] = v.raw; }
};

constexpr auto bell = [](auto y, auto x, auto k) { y(i) = exp(k() * x(i) * x(i)); };
constexpr auto line = [](auto y, auto a, auto x, auto b) { y(i) = a(i) * x(i) + b(i); };

int main() {
  ash::tensor<dual<float>, 5> x, y;
  for (int n = 0; n < 5; ++n) x(n) = {static_cast<float>(n) * 0.5F, 1};
  dual<float> const k{-1, 0};  // a constant has no slope
  if (!ash::kernel<bell>{}(y, x, ash::view<dual<float> const>(&k))) return 1;
  for (int n = 0; n < 5; ++n)
    std::printf("exp(-x^2) at %.1f: %.4f, slope %.4f\n", double{x(n).value}, double{y(n).value},
                double{y(n).slope});

  q8_8 const a[] = {{256}, {-640}, {32767}, {3}}, b[] = {{512}, {512}, {256}, {-128}};
  q8_8 z[4]{};
  if (!ash::kernel<line>{}(ash::view<q8_8, 4>(z), ash::view<q8_8 const, 4>(a),
                           ash::view<q8_8 const, 4>(b), ash::view<q8_8 const, 4>(b)))
    return 1;
  for (q8_8 const v : z) std::printf("%.4f ", v.raw / 256.0);
  std::printf("in Q8.8\n");
  return 0;
}
