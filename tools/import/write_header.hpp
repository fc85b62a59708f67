// SPDX-License-Identifier: Apache-2.0
//
// import/write_header: the generated header as text.
//
//   invariants  identifiers come from the command line (checked) or from here; text of the model
//               appears in string literals only, printable and cut; the same graph gives the same
//               bytes on every machine and in every locale
#pragma once

#include "import.hpp"

namespace ashlar::import {

/// Takes the namespace for the model; `is_identifier(name)` must hold.
auto header_text(imported const& model, std::string const& name, std::uint64_t const (&hash)[2])
    -> std::string;

/// True for a C++ identifier that no compiler keeps for itself and that is no keyword.
auto is_identifier(std::string_view name) -> bool;

/// A C++ string literal with the text: printable ASCII as it is, everything else in octal, cut
/// after 64 bytes.
auto literal(std::string_view text) -> std::string;

}  // namespace ashlar::import
