// SPDX-License-Identifier: Apache-2.0
//
// fuzz/rounding: with operands that are not integers, results differ in rounding only.
//
//   strict      the bits are those of the stages as they were written
//   relaxed     of polynomials: |result - exact| <= gamma_n * magnitude, where
//               gamma_n = n * u / (1 - n * u), u = 2^-24,
//               n counts the roundings on the way of a factor to the result, in
//               any order of additions, and the magnitude is the same polynomial of the absolute
//               values. `exact` is the program in f64
//   source      Higham, "Accuracy and stability of numerical algorithms", 2002, chapter 3
#pragma once

#include <fuzz/finding.hpp>
#include <fuzz/form.hpp>

namespace ashlar::fuzz {

/// `written` is the program of the case before its schedule, `lowered` the loop nest.
auto check_rounding(fuzz_case const& c, tir::program const& written, tir::program const& lowered)
    -> finding;

}  // namespace ashlar::fuzz
