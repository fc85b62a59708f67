// SPDX-License-Identifier: Apache-2.0
//
// fuzz/campaign: the cases of a seed, one after another, and what became of them.
#pragma once

#include <fuzz/judge.hpp>

#include <map>
#include <string>

namespace ashlar::fuzz {

struct campaign_options {
  std::uint64_t seed = 1;
  int stages = 0;            // definitions of a kernel at most; 0: it varies
  int windows = 25;          // percent of the cases that have windows, and loops to keep them in
  bool is_portable = false;  // for compilers: small, and only what all backends agree on
  bool is_mistaken = false;  // each schedule must be refused
};

/// A case with the reference run that it was chosen by.
struct judged_case {
  fuzz_case made{};
  reference_run reference{};
};

/// Case n of a seed: a kernel that can be recorded, and a schedule of it.
auto make_judged_case(campaign_options const& o, std::uint64_t n) -> judged_case;
auto make_case(campaign_options const& o, std::uint64_t n) -> fuzz_case;

struct tally {
  // Legal ones have an output with more than two values; those that prove less are trivial.
  std::int64_t runs = 0, legal = 0, illegal = 0, wrong = 0, trivial = 0;
  std::map<std::string, int> reasons{};  // of refusals: "E004 schedule"; "window 1"
  std::map<diag::code, int> codes{};     // of mistakes that were refused

  void add(outcome const& o);
};

/// "E004"
auto number_of(diag::code id) -> std::string;

/// "fuzz: runs=N legal=N illegal=N wrong=N trivial=N"
auto summary(tally const& t) -> std::string;

/// "E004 inexact_split 17", a line for each mistake; and how many of them nobody has made.
auto table_of_codes(tally const& t, int& missing) -> std::string;

/// A smaller case which is wrong in the same way.
auto shrunk(fuzz_case const& c, outcome const& o) -> fuzz_case;

/// The case as C++ source, with what is wrong with it.
auto report(fuzz_case const& c, outcome const& o) -> std::string;

/// The program after each pass, as far as it keeps its invariants.
auto passes(fuzz_case const& c) -> std::string;

}  // namespace ashlar::fuzz
