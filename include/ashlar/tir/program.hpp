// SPDX-License-Identifier: Apache-2.0
//
// tir/program: the tensor program, from a list of stages to a loop nest, as one structural value.
//
//   before lowering   stages: what each computes (an expression over its axes), and how (its loops)
//   after lowering    statements: the loop nest, from `root`
//   invariants        every handle is an index into one of the arrays below, or -1; nothing points
//                     outside; `fault` holds the first thing found wrong, and every function that
//                     takes a faulty program leaves it as it is
//   source            stages, splits and placement: Ragan-Kelley et al., "Halide", PLDI 2013;
//                     declared reductions with an init: Feng et al., "TensorIR", ASPLOS 2023
#pragma once

#include <ashlar/core/static_vector.hpp>
#include <ashlar/core/text.hpp>
#include <ashlar/diag/diagnostic.hpp>
#include <ashlar/limits.hpp>
#include <ashlar/tensor/dtype.hpp>
#include <ashlar/tensor/extents.hpp>
#include <ashlar/tir/affine.hpp>
#include <ashlar/tir/fact.hpp>
#include <ashlar/tir/intrinsic.hpp>
#include <ashlar/tir/opcode.hpp>

#include <cstdint>
#include <type_traits>

namespace ashlar::tir {

using handle = std::int16_t;

/// What a sum is made of. `lhs` and `rhs` are handles of sums in program::indices.
enum class atom_kind : std::uint8_t {
  variable,   // the loop variable of axis `id`
  symbol,     // the symbol `id`: an extent that is known at the call
  floor_div,  // floor(lhs / rhs), rhs > 0
  floor_mod,  // lhs - floor(lhs / rhs) * rhs
  minimum,    // min(lhs, rhs)
  maximum,    // max(lhs, rhs)
  product,    // lhs * rhs, neither constant
  loaded,     // the value of expression `id`
};

struct atom {
  atom_kind kind{};
  handle id = -1;
  handle lhs = -1, rhs = -1;
  friend constexpr auto operator==(atom const&, atom const&) -> bool = default;
};

/// extent(dim) of an operand, divided by `multiple`, which is promised to divide it.
struct symbol {
  handle buffer = -1;
  std::int8_t dim = 0;
  std::int64_t multiple = 1;
  std::int64_t at_most = -1;  // of the quotient; -1: unbounded
  std::int64_t at_least = 0;  // of the quotient
  friend constexpr auto operator==(symbol const&, symbol const&) -> bool = default;
};

/// A tensorized loop is serial, and one of those that an intrinsic takes the place of. From block_x
/// on, a loop is bound to an axis of a grid: see tir/grid.hpp.
enum class loop_kind : std::uint8_t {
  serial,
  parallel,
  vectorized,
  unrolled,
  tensorized,
  block_x,
  block_y,
  block_z,
  thread_x,
  thread_y,
  thread_z,
  lane,
  warp
};

/// What happens when a split factor does not divide the extent.
enum class tail : std::uint8_t {
  automatic,
  exact,
  guard,
  cut,
  mask,
  narrow,
  shift_inwards,
  round_up
};

/// What made an axis; parts_*: a split in blocks whose length the call knows.
enum class relation : std::uint8_t {
  root,
  split_outer,
  split_inner,
  parts_outer,
  parts_inner,
  fused,
  factored,
  padded  // pad_to: it has some points beyond the end
};

/// A loop variable, or an axis that splits and fusions have replaced by others.
struct axis {
  name_text name{};
  affine extent{};
  bool is_reduction = false;
  loop_kind kind = loop_kind::serial;
  relation made_by = relation::root;
  tail tails = tail::automatic;    // split_outer and split_inner: of the split that made it
  std::int64_t factor = 0;         // split_*: points of a block; 1 where `span` says it
  handle span = -1;                // split_*: index: the points of a block, where the call knows it
  handle parent = -1;              // split_*: the axis that was split
  handle outer = -1, inner = -1;   // of an axis that was split: what it became
  handle first = -1, second = -1;  // of an axis made by fuse: what it was made of
  handle fused = -1;               // the axis this one was fused into
  handle cut_at = -1;              // index: iterations below it are full (tail cut)
  handle moved_to = -1;            // reverse_compute_at: the loop that took its place
  handle shared = -1;              // compute_with, while the nest is built: the loop that it is
  std::int16_t first_peeled = 0;   // iterations at the ends that get code of their own
  std::int16_t last_peeled = 0;
  friend constexpr auto operator==(axis const&, axis const&) -> bool = default;
};

/// Shared memory is that of the threads of a block, stack and registers are a thread's own.
enum class scope : std::uint8_t { operand, workspace, stack, registers, shared };

/// One dimension of a layout: (index[dim] / block) or, when `inner`, (index[dim] % block).
struct layout_dim {
  std::int8_t dim = 0;
  bool inner = false;
  std::int64_t block = 1;
  friend constexpr auto operator==(layout_dim const&, layout_dim const&) -> bool = default;
};

/// The stride of dimension `dim`, in elements, is the least one with that remainder, at which
/// elements do not overlap; -1: all is packed.
struct stride_rule {
  std::int8_t dim = -1;
  std::int32_t multiple = 1, remainder = 0;

  constexpr auto padded(index_t packed) const -> index_t {
    index_t const beyond = (packed - remainder) % multiple;
    return beyond == 0 ? packed : packed + (beyond < 0 ? -beyond : multiple - beyond);
  }
  friend constexpr auto operator==(stride_rule const&, stride_rule const&) -> bool = default;
};

struct buffer {
  name_text name{};
  dtype type = dtype::none;
  scope where = scope::workspace;
  bool is_output = false;
  bool may_alias_output = false;  // an input that may be the memory of the output, exactly
  bool is_packed = false;         // an operand whose strides are those of its extents
  std::int8_t operand = -1;       // its place among the arguments of the call
  std::int8_t pipelined = 0;      // locals: iterations that pipeline keeps memory for
  std::int8_t rank = 0;
  handle shape[max_rank] = {-1, -1, -1, -1, -1, -1, -1, -1};  // indices
  index_t stride[max_rank]{};                    // operands: static stride or dynamic_stride
  static_vector<layout_dim, max_rank> layout{};  // locals: the order in memory; empty: row-major
  std::int32_t alignment = 1;                    // of the first element, in bytes
  stride_rule stride_is{};                       // locals: of one dimension
  std::int16_t lanes = 1;                        // registers: lanes of each element
  friend constexpr auto operator==(buffer const&, buffer const&) -> bool = default;
};

/// buffer[index...]. A set bit d of `checked` means: index d may lie outside, where the load gives
/// its fallback and a store is not done. A set bit d of `nonnegative` means: index d is known not
/// to be below 0, which spares that half of the check.
struct access {
  handle buffer = -1;
  std::int8_t rank = 0;
  std::uint8_t checked = 0;
  std::uint8_t nonnegative = 0;
  handle index[max_rank] = {-1, -1, -1, -1, -1, -1, -1, -1};
  friend constexpr auto operator==(access const&, access const&) -> bool = default;
};

/// A value. What a, b and c are depends on `op`: see tir/opcode.hpp.
struct expr {
  opcode op = opcode::constant;
  dtype type = dtype::none;
  handle a = -1, b = -1, c = -1;
  std::int64_t bits = 0;  // constant: the integer, or the bits of the double
  friend constexpr auto operator==(expr const&, expr const&) -> bool = default;
};

inline constexpr int max_components = 2;

/// A declared monoid over tuples of one or two components.
struct monoid {
  std::int8_t components = 0;                  // 0: the stage is not a reduction
  handle combine[max_components] = {-1, -1};   // over `accumulator` and `incoming`
  handle identity[max_components] = {-1, -1};  // constants
  bool commutative = true;
  friend constexpr auto operator==(monoid const&, monoid const&) -> bool = default;
};

enum class placement : std::uint8_t { root, inlined, at };

/// stage::store_at: not a loop, but before all loops of the stage that reads it.
inline constexpr handle at_root = -2;

/// What became of a stage that is stored in a loop around the one that it is computed at: an
/// iteration computes only what is new, or all that it reads, and why.
enum class window_state : std::uint8_t {
  none,        // it is stored where it is computed
  slides,      // along stage::slides_along
  still,       // the region is the same in all iterations
  not_serial,  // iterations may have no order
  several,     // two dimensions move, or more
  varies,      // its length along the dimension is not constant
  bent,        // its start is not a multiple of the loop, or the loop is not the same in all others
  backwards,   // it moves to lower indices
  disjoint,    // an iteration has nothing of the one before
  other,       // another stage at the loop slides along another loop
};

/// A definition: for all points of the pure axes, buffer[axes...] = result, where result is an
/// expression over the axes and, for a reduction, over the accumulated components.
struct stage {
  name_text name{};
  handle buffer = -1;
  static_vector<handle, max_rank> pure{};  // one axis per dimension of the buffer
  static_vector<handle, max_rank> reduced{};
  monoid reduce{};
  handle value[max_components] = {-1, -1};  // what the reduction combines
  handle result = -1;
  static_vector<handle, limits::loops_per_stage> loops{};  // outermost first
  placement place = placement::root;
  handle at_stage = -1, at_axis = -1;
  handle with_axis = -1;     // compute_with: the innermost loop that it shares, of the other stage
  handle store_at = -1;      // a loop of at_stage, or at_root; -1: where it is computed
  handle slides_along = -1;  // the innermost of the loops, where `moved` is slides
  window_state moved = window_state::none;
  std::int8_t fold_dim = -1;  // fold_storage: a dimension, and its places; 0: as needed
  std::int32_t fold_places = 0;
  handle held_in = -1;                    // store_in an output: the buffer that has the values
  static_vector<handle, 4> hints{};       // prefetch: accesses, where a point is computed
  handle init_above = -1;                 // decompose_reduction: a loop
  handle tile_at = -1;                    // cache_write: the loop above which the tile lives
  handle tensorized_at = -1;              // tensorize: the outermost loop of the intrinsic
  handle intrinsic = -1;                  // which one
  handle scattered = -1;                  // scatter: a pure axis, which the update has no loop of
  bool is_atomic = false;                 // atomic: parallel takes reduction loops
  bool streams = false;                   // stream: results go past the caches
  std::uint8_t carried = 0, crossed = 0;  // sets of dimensions, see tir/recurrence.hpp
  handle system = -1;    // stages that read each other's earlier values: the buffer of the first
  std::int8_t over = 0;  // and the dimension along which they are computed together
  friend constexpr auto operator==(stage const&, stage const&) -> bool = default;
};

/// The place of a loop in its nest, 0 for the outermost; -1 where the axis is none of its loops.
constexpr auto position_of(stage const& s, int axis) -> int {
  for (int i = 0; i < s.loops.count; ++i) {
    if (s.loops[i] == axis) return i;
  }
  return -1;
}

/// At a barrier all threads of a block wait for each other. Copies to shared memory that a thread
/// does not wait for are a group up to a `commit`; `await` waits for all groups but the latest.
enum class stmt_kind : std::uint8_t {
  loop,
  guard,
  store,
  allocate,
  prefetch,
  tensorize,
  barrier,
  commit,
  await
};

/// A statement. Statements of one block are chained by `next`.
struct stmt {
  stmt_kind kind{};
  loop_kind loop{};
  handle next = -1, body = -1;
  handle otherwise = -1;  // guard: what runs when the condition fails
  handle axis = -1;       // loop: its variable, from 0
  handle extent = -1;     // loop: a handle of a sum
  handle cut = -1;        // loop: a sum; the iterations below it are full blocks (tail cut)
  // guard: sums which are all >= 0; loop: the first is the points after `cut` (tail narrow)
  handle condition[4] = {-1, -1, -1, -1};
  // store, prefetch: an access; allocate: a buffer; tensorize: a call, and its meaning is `body`;
  // await: how many groups may still be under way
  handle target = -1;
  handle value = -1;       // store: an expression
  bool streams = false;    // store: past the caches; to shared memory: not waited for
  bool is_atomic = false;  // store: of an operation on what the target holds, done at once
  friend constexpr auto operator==(stmt const&, stmt const&) -> bool = default;
};

/// What must hold at the call: sum >= 0 (or == 0), otherwise the call is refused.
struct check {
  handle sum = -1;
  bool equal = false;
  handle buffer = -1;
  std::int8_t dim = 0;
  friend constexpr auto operator==(check const&, check const&) -> bool = default;
};

/// What the program permits, see the head of schedule/schedule.hpp.
struct permissions {
  bool reassociate = true;
  bool contract = true;
  friend constexpr auto operator==(permissions, permissions) -> bool = default;
};

struct program {
  static_vector<atom, limits::atoms> atoms{};
  static_vector<affine, limits::indices> indices{};
  static_vector<axis, limits::axes> axes{};
  static_vector<symbol, limits::symbols> symbols{};
  static_vector<buffer, limits::buffers> buffers{};
  static_vector<expr, limits::exprs> exprs{};
  static_vector<access, limits::accesses> accesses{};
  static_vector<stage, limits::stages> stages{};
  static_vector<stmt, limits::statements> stmts{};
  static_vector<check, limits::checks> checks{};
  static_vector<fact, max_facts> facts{};
  static_vector<intrinsic, max_intrinsics> intrinsics{};
  static_vector<intrinsic_call, max_intrinsic_calls> calls{};
  handle root = -1;
  std::int8_t operands = 0;
  permissions allowed{};
  diag::diagnostic fault{};

  friend constexpr auto operator==(program const&, program const&) -> bool = default;

  constexpr auto add(expr const& e) -> handle { return static_cast<handle>(exprs.push_back(e)); }
  constexpr auto add(affine const& a) -> handle {
    return static_cast<handle>(indices.push_back(a));
  }
  constexpr auto add(access const& a) -> handle {
    return static_cast<handle>(accesses.push_back(a));
  }
  constexpr auto add(axis const& a) -> handle { return static_cast<handle>(axes.push_back(a)); }
  constexpr auto add(buffer const& b) -> handle {
    return static_cast<handle>(buffers.push_back(b));
  }
  constexpr auto add(stmt const& s) -> handle { return static_cast<handle>(stmts.push_back(s)); }

  /// Records the first fault; later ones are usually its consequences.
  constexpr void fail(diag::code id, diag::message const& why) {
    if (fault.ok()) fault = diag::diagnostic{.id = id, .text = why};
  }
};
static_assert(std::is_trivially_copyable_v<program>);

}  // namespace ashlar::tir
