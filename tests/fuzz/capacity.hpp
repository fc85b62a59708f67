// SPDX-License-Identifier: Apache-2.0
//
// fuzz/capacity: outgrowing the capacity of a program aborts at run time, and an index outside of
// it may end in a signal; here both are outcomes.
#pragma once

#include <functional>

namespace ashlar::fuzz {

enum class leaving : unsigned char { normal, capacity, crash };

/// How `f` ends. It may own nothing that must be freed.
auto watched(std::function<void()> const& f) -> leaving;

}  // namespace ashlar::fuzz
