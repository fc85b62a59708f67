// SPDX-License-Identifier: Apache-2.0
//
// fuzz/source: a case as C++ source: what a person pastes into a test, and what the generated
// translation units consist of.
#pragma once

#include <fuzz/form.hpp>

#include <string>

namespace ashlar::fuzz {

/// "constexpr auto kernel = [](auto& y0, auto& x1) {...};" with the names of the tensors.
auto kernel_source(kernel_form const& k, std::string const& name) -> std::string;

/// "constexpr auto blocked = [](ash::schedule& s) {...};"
auto schedule_source(std::vector<directive> const& steps, std::string const& name) -> std::string;

/// One line per operand: its view type, as a comment.
auto operand_source(kernel_form const& k) -> std::string;

/// The C++ type of an element.
auto type_source(dtype t) -> std::string;

/// The template arguments of extents: "8, ash::dyn, ash::dyn_at_most(20)".
auto extents_source(tensor_form const& t) -> std::string;

}  // namespace ashlar::fuzz
