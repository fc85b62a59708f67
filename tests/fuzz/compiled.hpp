// SPDX-License-Identifier: Apache-2.0
//
// fuzz/compiled: a random kernel that a compiler has compiled, and its operands in memory.
//
//   call        the operands: exactly as many bytes as they have, so that sanitizers see every
//               access beyond
//   compiled    one kernel for two backends; entries find each other when the program starts
#pragma once

#include <ashlar/emit/simd/native.hpp>
#include <ashlar/emit/simd/scalar.hpp>
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <fuzz/alike.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ashlar::fuzz {

using scalar = emit::simd::scalar_backend;
using native = emit::simd::native_backend;

struct operand_memory {
  std::vector<std::byte> bytes{};
  std::vector<index_t> extents{};
};

struct call {
  std::vector<operand_memory>& operands;

  template <class T> auto at(std::size_t n) const -> T* {
    return reinterpret_cast<T*>(operands[n].bytes.data());
  }
  auto extent(std::size_t n, std::size_t d) const -> index_t { return operands[n].extents[d]; }
};

/// Whether the compiler has evaluated a schedule and the loop nest to what they are at run time, as
/// text: nodes are in the order in which arguments are evaluated, which is the compiler's.
template <class Kernel, class... Views> auto is_evaluated_alike() -> bool {
  using compilation = typename Kernel::template compilation<Views...>;
  using evaluated = typename compilation::lowered;
  return reads_alike(compilation::scheduled::make(), compilation::scheduled::value) &&
         reads_alike(evaluated::make(), evaluated::value);
}

/// Case `number` of a seed.
struct compiled {
  using function = auto(call const&) -> status;

  std::uint64_t seed;
  std::uint64_t number;
  function* run_scalar;
  function* run_native;
  auto (*is_alike)() -> bool;  // null where it is not compared
  compiled const* next;

  compiled(std::uint64_t s, std::uint64_t n, function* on_scalar, function* on_native,
           auto (*alike)()->bool)
      : seed(s),
        number(n),
        run_scalar(on_scalar),
        run_native(on_native),
        is_alike(alike),
        next(first()) {
    first() = this;
  }
  compiled(compiled const&) = delete;
  auto operator=(compiled const&) -> compiled& = delete;

  static auto first() -> compiled const*& {
    static compiled const* head = nullptr;
    return head;
  }
};

}  // namespace ashlar::fuzz
