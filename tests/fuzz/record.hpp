// SPDX-License-Identifier: Apache-2.0
//
// fuzz/record: the tensor program of a kernel form, by the functions that a kernel calls when it is
// recorded.
#pragma once

#include <ashlar/expr/capture.hpp>
#include <fuzz/form.hpp>

namespace ashlar::fuzz {

/// What is written, of a user's monoids.
struct monoid_form {
  char const* combine;  // over a and b
  double identity;
  bool commutative;
  bool for_floats;
};

/// All are associative, and their identity is one from both sides, bit for bit; the second keeps
/// the first value other than 0.
inline constexpr monoid_form monoids[] = {
    {"a + b + a * b", 0, true, false},
    {"ash::select(a == 0, ash::select(b == 0, ash::min(a, b), b), a)", 0, false, true},
    {"ash::max(ash::abs(a), ash::abs(b))", 0, true, true},
};

/// The program; its fault says what is wrong with the kernel, if anything.
void record(kernel_form const& k, tir::program& out);

/// True where the monoid of that number suits the type.
auto suits(int monoid, dtype type) -> bool;

/// The operand type that a tensor is declared with.
auto type_of_operand(tensor_form const& t) -> operand_type;

}  // namespace ashlar::fuzz
