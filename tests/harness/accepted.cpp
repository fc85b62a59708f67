// SPDX-License-Identifier: Apache-2.0
// EXPECT: ashlar\[E000\] one; \(a, \[b\]\)
// ALSO: accepted\.cpp
// ALSO(GNU): static assertion failed: ashlar
// ALSO(Clang): static assertion failed due to requirement
static_assert(ASHLAR_CASE != 1, "ashlar[E000] one; (a, [b])");
// EXPECT: ashlar\[E000\] two
static_assert(ASHLAR_CASE != 2, "ashlar[E000] two");
