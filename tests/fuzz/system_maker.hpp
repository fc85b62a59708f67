// SPDX-License-Identifier: Apache-2.0
//
// fuzz/system_maker: stages that read each other's earlier values.
//
//   g(i, j) = ...; h(i, j) = f(g(i, j))   -->   g(i, j) = max(..., ash::carried(h, 1)(i - 1, j))
//
//   takes       a kernel with its stages, producers first
//   returns     the same, where an early stage reads what a later one, which needs it, has computed
//               before, if that is legal for some pair of them
#pragma once

#include <fuzz/form.hpp>
#include <fuzz/random.hpp>

namespace ashlar::fuzz {

void make_system(random& r, kernel_form& k);

}  // namespace ashlar::fuzz
