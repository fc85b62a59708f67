// SPDX-License-Identifier: Apache-2.0
//
// diag/diagnostic: what is wrong with a program or a schedule, as a value.
//
//   invariants  `text` names the axis or tensor, the numbers that disagree and a legal choice;
//               it is empty exactly when `id` is ok
#pragma once

#include <ashlar/core/text.hpp>
#include <ashlar/diag/code.hpp>

namespace ashlar::diag {

using message = text<200>;

struct diagnostic {
  code id = code::ok;
  message text{};

  constexpr auto ok() const -> bool { return id == code::ok; }
  explicit constexpr operator bool() const { return id != code::ok; }
  friend constexpr auto operator==(diagnostic const&, diagnostic const&) -> bool = default;
};

}  // namespace ashlar::diag
