// SPDX-License-Identifier: Apache-2.0
// EXPECT: ashlar\[E000\] many
template <int N> struct many {
  static_assert(ASHLAR_CASE == 0 || N == 0, "ashlar[E000] many");
};
template struct many<1>;
template struct many<2>;
template struct many<3>;
template struct many<4>;
template struct many<5>;
template struct many<6>;
template struct many<7>;
template struct many<8>;
