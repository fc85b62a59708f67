// SPDX-License-Identifier: Apache-2.0
//
// tir/intrinsic: what a piece of code computes that takes the place of a part of a loop nest.
//
//   c(i, j) += sum(k, a(i, k) * b(k, j)),  i in 4, j in 16, k in 8
//     -->   update +, value *(load a[i, k], load b[k, j]), operands c[i, j], a[i, k], b[k, j]
//
//   axes        the pure ones in the order of the output's dimensions, then the reduced ones
//   operands    the output first; each dimension is indexed by one axis. The last dimension is
//               contiguous in memory, the distance along the others is an argument of the code
//   value       what a point contributes: a tree, operands of a node before it
//   vectors     code whose output has one dimension may take it as a vector and give it back: then
//               the running values of a tile stay in registers from one call to the next
//   warps       operands may be tiles that the lanes of a warp hold (tir/fragment): on a GPU
//   invariants  a structural value; the code itself is a C++ type that `key` stands for
//   source      intrinsics by their reference semantics: Ikarashi et al., "Exo", PLDI 2022, and
//               Feng et al., "TensorIR", ASPLOS 2023
#pragma once

#include <ashlar/core/static_vector.hpp>
#include <ashlar/core/text.hpp>
#include <ashlar/tensor/dtype.hpp>
#include <ashlar/tir/fragment.hpp>
#include <ashlar/tir/opcode.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace ashlar::tir {

inline constexpr int max_intrinsic_operands = 4;
inline constexpr int max_intrinsic_axes = 4;
inline constexpr int max_intrinsic_nodes = 16;
/// Of a program: different ones, and their places in the loop nest.
inline constexpr int max_intrinsics = 4;
inline constexpr int max_intrinsic_calls = 16;

struct intrinsic_axis {
  name_text name{};
  std::int64_t extent = 0;
  bool is_reduction = false;
  friend constexpr auto operator==(intrinsic_axis const&, intrinsic_axis const&) -> bool = default;
};

struct intrinsic_operand {
  name_text name{};
  dtype type = dtype::none;
  static_vector<std::int8_t, max_intrinsic_axes> axes{};  // of each dimension
  fragment held = fragment::none;                         // by a warp, and not in memory
  friend constexpr auto operator==(intrinsic_operand const&, intrinsic_operand const&)
      -> bool = default;

  /// A pointer, and a stride for each dimension but the last.
  constexpr auto arguments() const -> int { return axes.empty() ? 1 : axes.count; }
  constexpr auto has(int axis) const -> bool {
    for (auto const a : axes) {
      if (a == axis) return true;
    }
    return false;
  }
};

/// An operation as in tir::expr; of a load, a is the operand.
struct intrinsic_node {
  opcode op = opcode::constant;
  dtype type = dtype::none;
  std::int8_t a = -1, b = -1, c = -1;
  std::int64_t bits = 0;
  friend constexpr auto operator==(intrinsic_node const&, intrinsic_node const&) -> bool = default;
};

/// Why a definition is none of an intrinsic.
enum class intrinsic_fault : std::uint8_t {
  none,
  definition,
  stages,
  operands,
  axes,
  extent,
  index,
  unread,
  reduction,
  overwrites,
  size,
  vector,
};

inline constexpr std::string_view intrinsic_fault_texts[] = {
    "",
    "its definition is not legal",
    "it has one definition, of its first operand",
    "it has 2 to 4 operands of at most 4 dimensions, and writes the first",
    "it has at most 4 axes",
    "the extents of its axes are constant",
    "each dimension of its operands is indexed by an axis alone, everywhere by the same one",
    "its definition reads all of its inputs, without boundary conditions",
    "its reduction is one of +, *, min and max",
    "its reduction overwrites the output, and code in a loop nest adds to it; write +=",
    "its definition has at most 16 operations",
    "code that takes its output as a vector has an output of one dimension, of 1, 2, 4, ... lanes",
};
constexpr auto text_of(intrinsic_fault f) -> std::string_view {
  return intrinsic_fault_texts[static_cast<int>(f)];
}

struct intrinsic {
  name_text name{};
  std::uint64_t key = 0;
  static_vector<intrinsic_axis, max_intrinsic_axes> axes{};
  static_vector<intrinsic_operand, max_intrinsic_operands> operands{};
  static_vector<intrinsic_node, max_intrinsic_nodes> nodes{};
  std::int8_t value = -1;            // a node
  opcode update = opcode::constant;  // how the value joins the output; constant: it replaces it
  bool takes_vector = false;         // the code gets the output as a value and returns it
  intrinsic_fault wrong = intrinsic_fault::none;
  friend constexpr auto operator==(intrinsic const&, intrinsic const&) -> bool = default;
};
static_assert(std::is_trivially_copyable_v<intrinsic>);

/// True if the lanes of a warp run the code together.
constexpr auto is_of_warp(intrinsic const& k) -> bool {
  for (auto const& o : k.operands) {
    if (o.held != fragment::none) return true;
  }
  return false;
}

/// A place in a loop nest where an intrinsic runs: its operands, as accesses in which the loop
/// variables of its axes stand; where those are 0 is where the operand begins.
struct intrinsic_call {
  std::int16_t which = -1;  // in program::intrinsics
  std::int16_t operand[max_intrinsic_operands] = {-1, -1, -1, -1};
  std::int16_t axis[max_intrinsic_axes] = {-1, -1, -1, -1};

  /// False until the loop nest around it is settled.
  constexpr auto is_settled() const -> bool { return operand[0] >= 0; }
  friend constexpr auto operator==(intrinsic_call const&, intrinsic_call const&) -> bool = default;
};

/// True if a op b is b op a, bit for bit.
constexpr auto is_commutative(opcode op) -> bool {
  switch (op) {
    case opcode::add:
    case opcode::mul:
    case opcode::eq:
    case opcode::ne:
    case opcode::bit_and:
    case opcode::bit_or:
    case opcode::bit_xor:
    case opcode::logical_and:
    case opcode::logical_or: return true;
    default: return false;
  }
}
/// True if a reduction may have the operation.
constexpr auto is_update(opcode op) -> bool {
  return op == opcode::add || op == opcode::mul || op == opcode::min || op == opcode::max;
}

}  // namespace ashlar::tir
