// SPDX-License-Identifier: Apache-2.0
//
// support: kernels as programs that a schedule is applied to, and what must come of it.
#pragma once

#include <ashlar/expr/expr.hpp>
#include <ashlar/schedule/automatic.hpp>

#include <unit/pass/support.hpp>

namespace ashlar::tests {

using diag::code;

template <index_t... Extent> using f32 = view<float, Extent...>;
template <index_t... Extent> using i32 = view<std::int32_t, Extent...>;

/// The program of a kernel on operands of these types.
template <class... Operand, class Kernel> constexpr auto captured(Kernel const& kernel) -> program {
  constexpr operand_type types[] = {ashlar::expr::type_of_operand<Operand>()...};
  return ashlar::expr::capture(kernel, types);
}

/// The schedule is legal, and the program computes what it did without, at steps of lowering.
template <class Apply> void keeps_values(program const& p, Apply const& apply) {
  program const q = scheduled(p, apply);
  require_valid(q);
  for (auto const* pass : {"build nest", "cut loops", "simplify nest", "settle registers"}) {
    require_same(p, after(q, pass), std::string_view(pass) == "settle registers", has_checks(pass));
  }
}

/// True if the schedule is refused with this code, and the text has each of the words.
template <class Apply, class... Word>
auto is_refused(program const& p, Apply const& apply, code id, Word const&... word) -> bool {
  diag::diagnostic const d = scheduled(p, apply).fault;
  std::string_view const text = d.text.view();
  UNSCOPED_INFO("E" << static_cast<int>(d.id) << ": " << std::string(text));
  return d.id == id && ((text.find(word) != std::string_view::npos) && ...);
}

}  // namespace ashlar::tests
