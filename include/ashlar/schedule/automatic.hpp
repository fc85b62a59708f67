// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic: the default schedule of a program.
#pragma once

#include <ashlar/schedule/schedule.hpp>

namespace ashlar {

struct automatic_schedule {
  constexpr void operator()(schedule&) const {}
};

inline constexpr automatic_schedule automatic{};

}  // namespace ashlar
