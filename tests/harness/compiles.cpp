// SPDX-License-Identifier: Apache-2.0
// EXPECT: ashlar\[E000\] one
// EXPECT: ashlar\[E000\] two
static_assert(ASHLAR_CASE != 1, "ashlar[E000] one");
