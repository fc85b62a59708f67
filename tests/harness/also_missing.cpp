// SPDX-License-Identifier: Apache-2.0
// EXPECT: ashlar\[E000\] one
// ALSO: extent 7
static_assert(ASHLAR_CASE != 1, "ashlar[E000] one");
