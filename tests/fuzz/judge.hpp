// SPDX-License-Identifier: Apache-2.0
//
// fuzz/judge: what one case must satisfy.
//
//   the program is refused with a diagnostic, or for the contents of its operands; a known mistake
//     with its own
//     the stages after the schedule, the loop nest after every pass, and the loop nest as vectors
//     run it (fuzz/lockstep) give the bits that the stages gave before the schedule;
//     nothing is read outside, or before it was written, no parallel iterations touch one element
//     where one writes, and outputs are written, once where the stage has no reduction;
//     the text of the schedule, read back, gives the same stages;
//     the default schedule of one kernel in four is legal, and all this holds for it, too;
//     lowering twice gives one program, simplifying twice is simplifying once, and the code has the
//     statements that can be reached;
//     one case in four each: fuzz/coverage, fuzz/rounding, fuzz/metamorphic
//
//   elsewhere    fuzz/mistakes: what must be refused, and fuzz/emit: by compilers, too;
//                fuzz/compiled: constant evaluation is what happens at run time, and every backend
//                gives the bits of the interpreter
#pragma once

#include <ashlar/tir/interpret.hpp>
#include <fuzz/form.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::fuzz {

/// The oracles that not every case asks.
enum class further : std::uint8_t { coverage, strict_reals, reals, metamorphic };
inline constexpr std::string_view further_names[] = {"coverage", "strict reals", "reals",
                                                     "metamorphic"};

enum class verdict : std::uint8_t {
  legal,
  illegal,  // a diagnostic
  wrong,
  unusable,  // the kernel itself is refused, or too large to judge
};

struct outcome {
  verdict what = verdict::legal;
  bool is_mistake = false;  // refused with the code of the case's mistake
  bool is_trivial = false;  // no output has more than 2 distinct values
  // What became of stages that are stored around their loops, by tir::window_state.
  std::array<int, 10> windows{};
  int folded = 0;
  std::array<bool, std::size(further_names)> asked{};
  diag::code fault = diag::code::ok;
  std::string why{};    // wrong: what; illegal: the diagnostic
  std::string where{};  // the pass, or "reference", "schedule"
  int values = 0;       // expressions and indices of the lowered program: what compiling it costs
};

/// The operands of a call, filled for a seed.
auto make_operands(kernel_form const& k, std::uint64_t seed) -> std::vector<tir::array>;

/// A kernel without its schedule, and what it gives.
struct reference_run {
  outcome out{};
  std::unique_ptr<tir::program> written{};  // none where it cannot be recorded
  std::vector<tir::array> inputs{};
  std::vector<tir::array> expected{};  // none where it cannot be run
};
auto run_reference(fuzz_case const& c) -> reference_run;

/// The case and its schedule, by the reference run of the same kernel and data.
auto judge(fuzz_case const& c, reference_run const& r) -> outcome;
auto judge(fuzz_case const& c) -> outcome;

/// The first element of an output that differs, as text; empty for none.
auto difference(tir::program const& p, std::vector<tir::array> const& expected,
                std::vector<tir::array> const& found) -> std::string;

auto show(tir::program const& p) -> std::string;

}  // namespace ashlar::fuzz
