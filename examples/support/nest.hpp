// SPDX-License-Identifier: Apache-2.0
//
// support/nest: the loop nest that a schedule makes, as text.
#pragma once

#include <ashlar/ashlar.hpp>
#include <cstdio>
#include <string>

namespace example {

/// The part of an explanation under a title, empty if there is none.
inline auto section_of(std::string const& text, std::string const& title) -> std::string {
  auto const at = text.find("--- " + title + '\n');
  if (at == std::string::npos) return {};
  auto const first = text.find('\n', at) + 1;
  return text.substr(first, text.find("--- ", first) - first);
}

/// Prints it as it is when conditions that always hold are gone, for a machine with vectors of 64
/// bytes, which the scalar backend stands for: the text is the same wherever this runs. Of operands
/// only the types matter.
template <auto Function, auto Schedule, class... Operands>
void print_nest(char const* title, Operands const&...) {
  using portable = ashlar::emit::simd::scalar_backend;
  ashlar::kernel<Function, Schedule, ashlar::fp::relaxed, portable> const kernel;
  std::string const text = ashlar::explain<Operands...>(kernel);
  std::string nest;
  for (char const* const pass : {"build nest", "cut loops", "simplify nest", "settle intrinsics"}) {
    auto const now = section_of(text, pass);
    if (now != "(unchanged)\n") nest = now;
  }
  std::printf("--- %s\n%s\n", title, nest.c_str());
}

}  // namespace example
