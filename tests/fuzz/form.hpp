// SPDX-License-Identifier: Apache-2.0
//
// fuzz/form: a kernel and a schedule as plain data, which can be run, printed as C++, and shrunk.
//
//   kernel_form     tensors (operands first, outputs before inputs) and stages, producers first
//   directive       one primitive of a schedule: loops and stages by name, as the user writes them
//   fuzz_case       both, and the seed of the contents of the operands
#pragma once

#include <ashlar/expr/recorder.hpp>
#include <ashlar/schedule/claim.hpp>
#include <ashlar/schedule/memory_order.hpp>
#include <ashlar/schedule/trace.hpp>
#include <ashlar/tir/opcode.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ashlar::fuzz {

struct stage_form;
/// True if a tensor is below the node: what is made of axes and numbers alone is an expression
/// whose type says all, and has no place in a variable.
auto has_tensor(stage_form const& s, int node) -> bool;

/// A dimension: its extent in the run, and what the type of the operand says of it: the extent
/// itself, or promises that it keeps.
struct dim_form {
  index_t extent = 1;
  ashlar::extent promise = extent;
};

struct tensor_form {
  std::string name{};
  dtype type = dtype::f32;
  bool is_operand = false;
  bool is_output = false;
  std::vector<dim_form> dims{};
  dtype stored = dtype::none;  // f16 or bf16 of f32 values, i4 or u4 of i32: of an operand

  auto memory_type() const -> dtype { return stored == dtype::none ? type : stored; }
};

/// An axis of a stage; `declared` ones state their extent themselves.
struct axis_form {
  std::string name{};
  index_t extent = 1;
  bool declared = false;
};

struct linear_term {
  int axis = -1;  // of the stage
  index_t coef = 1;
};

/// ((sum of terms + offset) / divisor) % modulus + shift; 0 stands for no division. Or, with
/// loaded >= 0, the value of a node.
struct index_form {
  std::vector<linear_term> terms{};
  index_t offset = 0;
  index_t divisor = 0;
  index_t modulus = 0;
  index_t shift = 0;
  int loaded = -1;
};

enum class node_kind : std::uint8_t { number, load, index, operation, cast, reduction };

/// A value; operands are nodes before it.
struct node_form {
  node_kind kind = node_kind::number;
  dtype type = dtype::f32;
  double number = 0;
  tir::opcode op = tir::opcode::add;
  int a = -1, b = -1, c = -1;  // cast, reduction: a; load with boundary::constant: a
  int tensor = -1;             // load; of the stage's own tensor: a value that is carried
  bool is_earlier = false;     // load: what a later stage has computed at points before
  expr::boundary outside = expr::boundary::none;
  std::vector<index_form> index{};  // load; index: the first
  expr::reduction_kind reduction = expr::reduction_kind::sum;
  expr::scan_kind scan = expr::scan_kind::none;  // reduction
  int monoid = 0;           // reduction_kind::user: which of the monoids of record.hpp
  std::vector<int> axes{};  // reduction; scan: one that is on the left
};

struct stage_form {
  int tensor = -1;
  std::vector<axis_form> axes{};
  std::vector<int> pure{};
  std::vector<node_form> nodes{};
  int root = -1;
};

struct kernel_form {
  std::vector<tensor_form> tensors{};
  std::vector<stage_form> stages{};
  bool strict = false;
};

/// True if the stage reads what it has computed before.
auto is_recurrence(stage_form const& s) -> bool;
/// True if a stage before that of the tensor reads it, at points before.
auto is_read_early(kernel_form const& k, int tensor) -> bool;
/// An operand of the type of a local stage that is carried: what it is declared with.
auto declared_like(kernel_form const& k, int tensor) -> int;

using scheduling::verb;

/// One primitive. `factor` 0: the form of vectorize and unroll without one.
struct directive {
  verb what = verb::split;
  // verb::split of two loops, and a reorder; compute_with: parallel; specialize: it returns true
  bool is_tile = false;
  std::string stage{};
  std::vector<std::string> loops{};  // reverse_compute_at: a loop, and other readers that move
  std::string other{};  // compute_at: the consumer; cache_read: the tensor; the loop's stage
  index_t factor = 0, second_factor = 0;
  tir::tail tails = tir::tail::automatic;
  tir::scope where = tir::scope::stack;
  std::string first_name{}, second_name{};  // of the loops that are made
  std::vector<order_item> order{};          // cache_read, layout
  padding_value padding{};                  // of that order
  claim fact{};                             // assume and its like
};

struct fuzz_case {
  kernel_form kernel{};
  std::vector<directive> steps{};
  diag::code mistake = diag::code::ok;  // the last step must be refused with it
  int legal_steps = 0;                  // those before the mistake
  std::uint64_t data = 1;
  int vector_bytes = 32;
};

}  // namespace ashlar::fuzz
