// SPDX-License-Identifier: Apache-2.0
//
// tir/window: what a stage that is stored around its loop computes in an iteration, as a sentence.
#pragma once

#include <ashlar/tir/program.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

/// The most places of a folded dimension.
inline constexpr std::int64_t most_places = 1024;

/// The innermost loop comes after the first of them.
constexpr auto text_of(window_state s) -> std::string_view {
  switch (s) {
    case window_state::none: return "it is stored where it is computed";
    case window_state::slides: return "an iteration computes what is new, along";
    case window_state::still: return "all again: the loops read the same region in each iteration";
    case window_state::not_serial: return "all again: the loop is not serial";
    case window_state::several: return "all again: the loop moves more than one dimension";
    case window_state::varies: return "all again: the region has no constant length";
    case window_state::bent:
      return "all again: the region does not move by the same number in each iteration";
    case window_state::backwards: return "all again: the region moves to lower indices";
    case window_state::disjoint: return "all, which no iteration before has computed";
    case window_state::other:
      return "all again: another stage at the loop slides along another loop";
  }
  return {};
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END
