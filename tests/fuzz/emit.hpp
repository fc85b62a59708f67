// SPDX-License-Identifier: Apache-2.0
//
// fuzz/emit: legal cases of a seed as C++ translation units, for the real compiler and every
// backend. tests/property/compiled runs them, see fuzz/compiled.
#pragma once

#include <fuzz/campaign.hpp>

namespace ashlar::fuzz {

/// Writes `count` cases, `per_unit` to a file, as DIR/unit_0.cpp and so on. Returns the exit
/// status.
auto emit_units(campaign_options o, std::uint64_t count, std::uint64_t per_unit,
                std::string const& directory) -> int;

/// Writes `count` kernels with schedules that must be refused, as DIR/mistake_0.cpp and so on, in
/// the form of tests/fail: the first error has the number, and the sentence, of the diagnostic at
/// run time. Every code comes before any comes twice. Returns the exit status.
auto emit_mistakes(campaign_options o, std::uint64_t count, std::uint64_t per_unit,
                   std::string const& directory) -> int;

/// The options that emitted cases are made with.
auto portable(campaign_options o) -> campaign_options;

}  // namespace ashlar::fuzz
