// SPDX-License-Identifier: Apache-2.0
//
// fuzz/stage_maker: the random value of one definition, see fuzz/kernel_maker.
#pragma once

#include <fuzz/kernel_maker.hpp>

namespace ashlar::fuzz {

/// What is promised of the elements of a tensor: integers of at most this magnitude.
inline constexpr double operand_limit = 8;

/// The kernel that is being made; `limits` belongs to tensors, `work` lists those to be defined.
struct draft {
  kernel_form kernel{};
  std::vector<double> limits{};
  std::vector<int> work{};
  std::size_t defined = 0;  // how many of `work` have their stage
  bool has_dynamic = false;
};

/// A node, and what is known of its value.
struct made {
  int node = -1;
  double most = 0;
  bool is_integral = true;
};

class stage_maker {
 public:
  stage_maker(random& r, kernel_options const& o, draft& d, int tensor);
  /// Makes the whole stage.
  auto make() -> stage_form;

 private:
  // --- values
  auto value(dtype t, int depth) -> made;
  auto leaf(dtype t) -> made;
  auto number(dtype t) -> made;
  auto boolean(int depth) -> made;
  auto unary(dtype t, int depth) -> made;
  auto function(dtype t, made v) -> made;
  auto binary(dtype t, int depth) -> made;
  auto float_binary(dtype t, tir::opcode op, made a, made b) -> made;
  auto integer_binary(dtype t, tir::opcode op, made a, made b) -> made;
  auto bits(dtype t, made a, made b) -> made;
  auto choice(dtype t, int depth) -> made;
  auto converted(dtype t, int depth) -> made;
  auto position(dtype t) -> made;
  auto reduction(dtype t, int depth) -> made;
  auto counted(dtype t, int value) -> int;
  auto reduced(dtype t, int depth, index_t count) -> node_form;
  auto reused(dtype t) -> made;
  auto within(dtype t, made v, double most) -> made;
  auto rounded(dtype t, made v) -> made;
  auto cast(dtype from, dtype to, made v) -> made;

  // --- accesses
  auto load(dtype t) -> made;
  auto load_known(dtype t, made& out) -> bool;
  auto load_new(dtype t) -> made;
  auto window(dtype t) -> made;
  auto carried(dtype t) -> made;
  auto scattered(dtype t) -> made;
  auto scanned(dtype t) -> made;
  auto before(dtype t, int along, int crossed) -> made;
  auto fresh_index() -> index_form;
  auto stencil_index() -> index_form;
  auto loaded_index(index_t extent) -> index_form;
  auto fitting_index(index_t extent, index_form& out) -> bool;
  auto pick_axis() -> int;
  void cover(node_form const& n);

  // --- nodes
  auto add(node_form n) -> int;
  auto apply(dtype t, tir::opcode op, int a, int b = -1, int c = -1) -> int;
  auto constant(dtype t, double v) -> int;
  auto new_axis(index_t extent) -> int;
  auto points() const -> index_t;
  auto extent(int axis) const -> index_t { return s_.axes[static_cast<std::size_t>(axis)].extent; }
  auto low(index_form const& x) const -> index_t;
  auto high(index_form const& x) const -> index_t;

  struct known {
    made v{};
    dtype type{};
    std::vector<int> scope{};
  };

  random& r_;
  kernel_options const& o_;
  draft& d_;
  stage_form s_{};
  std::vector<int> scope_{};     // axes that may be used
  std::vector<bool> covered_{};  // axes whose extent an operand gives
  std::vector<known> known_{};
  int reductions_ = 0;
};

/// The magnitude below which every sum of integers is exact.
auto exact_limit(dtype t) -> double;

/// A new tensor, to be defined unless it is an input.
auto add_tensor(draft& d, random& r, dtype t, std::vector<index_t> const& extents, bool is_operand,
                bool is_output, double most) -> int;

}  // namespace ashlar::fuzz
