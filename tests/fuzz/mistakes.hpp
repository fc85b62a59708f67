// SPDX-License-Identifier: Apache-2.0
//
// fuzz/mistakes: schedules that must be refused, each with a code of its own.
//
//   method      for each code the steps of a user who makes that mistake, in loops and stages that
//               the program has at that point; all steps but the last are legal
#pragma once

#include <fuzz/form.hpp>
#include <fuzz/random.hpp>

namespace ashlar::fuzz {

struct mistake {
  diag::code code = diag::code::ok;  // ok: the program has no room for any
  std::vector<directive> steps{};
};

/// One of the mistakes that can be made in the schedule of a program as it is.
auto make_mistake(random& r, tir::program const& p) -> mistake;

/// The codes of the mistakes that are made; mistakes.cpp says where the others are tested.
auto schedule_codes() -> std::vector<diag::code>;

}  // namespace ashlar::fuzz
