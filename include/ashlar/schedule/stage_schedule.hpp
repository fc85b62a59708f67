// SPDX-License-Identifier: Apache-2.0
//
// schedule/stage_schedule: the primitives on one stage, as the user writes them.
//
//   takes       loops by handle, by name, or by the axis object
//   returns     handles of the loops and stages that a primitive makes
//   invariants  the first fault wins: after it, every primitive does nothing and returns an empty
//               handle, so a schedule runs to its end and the first mistake is what is reported
//   note        each primitive is a function on a program, in a file of its family; this class
//               finds what the names mean, calls it, and records it; those on loops are in
//               schedule/stage_loops
#pragma once

#include <ashlar/schedule/finish.hpp>
#include <ashlar/schedule/prefetch.hpp>
#include <ashlar/schedule/scan_blocks.hpp>
#include <ashlar/schedule/stage_loops.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

struct scan_stages;

class stage_schedule : public stage_loops {
 public:
  using stage_loops::stage_loops;

  /// The stage's expression takes the place of every load from it. A pure stage that is no output.
  /// Errors: E013, E014. Halide, TVM: compute_inline.
  constexpr void compute_inline() const {
    if (!is_usable()) return;
    scheduling::compute_inline(*program_, stage());
    record(scheduling::verb::compute_inline, {});
  }
  /// All of the stage before the stages that read it; the default. Errors: E013. Halide:
  /// compute_root.
  constexpr void compute_root() const {
    if (!is_usable()) return;
    scheduling::compute_root(*program_, stage());
    record(scheduling::verb::compute_root, {});
  }
  /// In each iteration of a loop of a stage that reads this one, what that iteration reads of it.
  /// All stages that read it must be inside that loop; it is no output; where only the result of a
  /// reduction reads it, the loop is outside of the reduction. Errors: E002, E013, E022.
  /// Halide, TVM: compute_at.
  constexpr void compute_at(loop const& at) const {
    if (!is_usable()) return;
    int const axis = find_anywhere(at, "compute_at");
    if (axis < 0) return;
    int const consumer = scheduling::stage_of_axis(*program_, axis);
    auto const buffer = program_->stages[consumer].buffer;
    scheduling::compute_at(*program_, stage(), consumer, axis);
    record(scheduling::verb::compute_at, {axis}, buffer);
  }

  /// Keeps the values of a stage that is computed at a loop for all iterations of a loop around
  /// that one, of the same stage: memory for what all of them read. An iteration computes what the
  /// one before did not, where that window slides (docs/scheduling.md), or else all again. No loop
  /// between may be parallel. compute_at comes first, and resets it. Errors: E002, E056.
  /// Halide: store_at.
  constexpr void store_at(loop const& at) const {
    if (!is_usable()) return;
    int const axis = find_anywhere(at, "store_at");
    if (axis < 0) return;
    auto const buffer = program_->stages[scheduling::stage_of_axis(*program_, axis)].buffer;
    scheduling::store_at(*program_, stage(), axis);
    record(scheduling::verb::store_at, {axis}, buffer);
  }
  /// The same for all loops of the stage that it is computed in. Errors: E056. Halide: store_root.
  constexpr void store_root() const {
    if (!is_usable()) return;
    scheduling::store_at(*program_, stage(), tir::at_root);
    record(scheduling::verb::store_root, {});
  }

  /// Uses the memory of a stage that is stored around its loop again in a circle of so many places
  /// along one of its dimensions, by name: the one that its window slides along. 0 stands for the
  /// smallest power of two that suffices, and powers of two are the fastest. Errors: E002, E057.
  /// Halide: fold_storage.
  constexpr void fold_storage(std::string_view dim, index_t places = 0) const {
    if (!is_usable()) return;
    scheduling::fold_storage(*program_, stage(), dim, places);
    if (!program_->fault.ok()) return;
    tir::stage const& s = program_->stages[stage()];
    scheduling::directive d{
        .what = scheduling::verb::fold_storage, .buffer = buffer_, .number = places};
    d.axes.push_back(s.pure[s.fold_dim]);
    log_->add(*program_, d);
  }

  /// The stride of a dimension of a local stage, by name, in elements: the least that fits and is
  /// `remainder` more than a multiple of `multiple`. Errors: E002, E062. TVM: storage_align.
  /// Halide: align_storage of the dimension inside.
  constexpr void align_storage(std::string_view dim, index_t multiple,
                               index_t remainder = 0) const {
    if (!is_usable()) return;
    scheduling::align_storage(*program_, stage(), dim, multiple, remainder);
    if (!program_->fault.ok()) return;
    tir::handle const axis =
        program_->stages[stage()].pure[program_->buffers[buffer_].stride_is.dim];
    scheduling::directive d{.what = scheduling::verb::align_storage,
                            .buffer = buffer_,
                            .number = multiple,
                            .second = remainder};
    d.axes.push_back(axis);
    log_->add(*program_, d);
  }
  /// The order of a local stage's elements in memory: packed("j", 16), ordered("j", "i"). With
  /// padding, packed("j", 16).pad(0), what the last blocks do not hold is that value: the stage has
  /// points there, full vectors may be read, and a boundary condition of the same value is not
  /// tested for. Before its loops are split. Errors: E027, E068. TVM: transform_layout. Halide:
  /// reorder_storage.
  constexpr void layout(memory_order const& order) const {
    if (!is_usable()) return;
    scheduling::layout(*program_, stage(), order);
    record_order(scheduling::directive{.what = scheduling::verb::layout, .buffer = buffer_}, order);
  }
  /// A loop runs to the next multiple of k, so that blocks of k are full: for i in 37 --> for i in
  /// 40. Beyond the end, points of a reduction are its identity, by the value itself where copies
  /// with padding prove that, and else by a selection; a local stage has memory for its points; an
  /// output has none, and they are not stored. Before the loop is split. Errors: E001, E002, E069.
  /// TVM: pad_einsum. Halide: align_bounds.
  constexpr void pad_to(loop_ref const& i, index_t k) const {
    int const axis = find(i, "pad_to");
    if (axis < 0) return;
    scheduling::pad_to(*program_, stage(), axis, k);
    record(scheduling::verb::pad_to, {axis}, -1, -1, k);
  }
  /// Full vectors of an output that no stage reads go past the caches to memory. Errors: E061.
  constexpr void stream() const {
    if (!is_usable()) return;
    scheduling::stream(*program_, stage());
    record(scheduling::verb::stream, {});
  }

  /// Copies what one iteration of a loop of this stage reads of a tensor, in another memory order
  /// if one is given, with padding if that has one (see layout); returns the copy, <tensor>_cache,
  /// whose loops are scheduled like any other's and have the names by which this stage indexes the
  /// tensor. Errors: E002, E016, E027, E068. TVM: cache_read, Halide: in().compute_at().
  constexpr auto cache_read(std::string_view tensor, loop_ref const& at,
                            memory_order const& order = {}) const -> stage_schedule {
    int const axis = find(at, "cache_read");
    if (axis < 0) return other(-1);
    int const made = scheduling::cache_read(*program_, stage(), tensor, axis, order);
    auto const copy = other(made);
    if (made < 0) return copy;
    scheduling::directive d{.what = scheduling::verb::cache_read,
                            .buffer = buffer_,
                            .other = static_cast<tir::handle>(source_of(made)),
                            .made = copy.buffer_};
    d.axes.push_back(static_cast<tir::handle>(axis));
    record_order(d, order);
    return copy;
  }
  /// A tile for the running values of this stage's reduction, made above one of its reduction loops
  /// and kept in registers where its loops are unrolled or vectorized. Errors: E002, E017.
  /// TVM: cache_write.
  constexpr void cache_write(loop_ref const& at) const {
    int const axis = find(at, "cache_write");
    if (axis < 0) return;
    scheduling::cache_write(*program_, stage(), axis);
    record(scheduling::verb::cache_write, {axis});
  }
  /// The memory of a local stage's values: scope::workspace, stack or registers, or scope::shared
  /// by the threads of a block (docs/gpu.md); all but the first need a constant size. Errors: E018.
  /// Halide: store_in, TVM: set_scope.
  constexpr void store_in(scope where) const {
    if (!is_usable()) return;
    scheduling::store_in(*program_, stage(), where);
    log_->add(*program_,
              scheduling::directive{
                  .what = scheduling::verb::store_in, .where = where, .buffer = buffer_});
  }
  /// Keeps a local stage's values in an output of the same shape, whose stage reads them only where
  /// it writes; no reduction. Then the stage can also be computed at a loop of another reader that
  /// makes all of it before the output is computed. Errors: E018.
  constexpr void store_in(stage_schedule const& output) const {
    if (!is_usable() || !output.is_usable()) return;
    scheduling::hold_in(*program_, stage(), output.buffer_);
    record(scheduling::verb::store_in, {}, output.buffer_);
  }

  /// On a grid, all that is computed at the loop has memory for so many iterations, and what a
  /// later one copies of operands is under way while an earlier one is computed: one barrier in an
  /// iteration. The stages are in shared memory, and the loop is serial. Errors: E002, E086. TVM:
  /// the annotation software_pipeline_stage.
  constexpr void pipeline(loop_ref const& i, index_t iterations) const {
    int const axis = find(i, "pipeline");
    if (axis < 0) return;
    scheduling::pipeline(*program_, stage(), axis, iterations);
    record(scheduling::verb::pipeline, {axis}, -1, -1, iterations);
  }

  /// Brings to the caches what this stage reads of an operand where `axis`, one of the axes of its
  /// definition, is `distance` further; once for each point or vector of points. Errors: E002,
  /// E052. Halide: prefetch.
  constexpr void prefetch(std::string_view tensor, std::string_view axis, index_t distance) const {
    if (!is_usable()) return;
    scheduling::prefetch(*program_, stage(), tensor, axis, distance);
    if (!program_->fault.ok()) return;
    tir::stage const& s = program_->stages[stage()];
    scheduling::directive d{.what = scheduling::verb::prefetch,
                            .buffer = buffer_,
                            .other = program_->accesses[s.hints.back()].buffer,
                            .number = distance};
    d.axes.push_back(scheduling::prefetch_impl::find_axis(*program_, s, axis));
    log_->add(*program_, d);
  }

  /// The loop and those inside it are what an intrinsic computes, which takes their place: code on
  /// pointers, see expr/intrinsic.hpp. Loops, values, types and extents agree; each operand is
  /// contiguous along its last dimension; the reduction starts outside, see decompose_reduction
  /// [fp]. Errors: E001, E002, E060. TVM: tensorize, Exo: replace.
  constexpr void tensorize(loop_ref const& i, tir::intrinsic const& with) const {
    int const axis = find(i, "tensorize");
    if (axis < 0) return;
    int const which = scheduling::tensorize(*program_, stage(), axis, with);
    record(scheduling::verb::tensorize, {axis}, -1, -1, which);
  }
  /// The reduction starts from its identity in a nest above a loop, which is at or outside of its
  /// outermost reduction loop. Errors: E002, E013, E017, E019, E063. TVM:
  /// decompose_reduction.
  constexpr void decompose_reduction(loop_ref const& at) const {
    int const axis = find(at, "decompose_reduction");
    if (axis < 0) return;
    scheduling::decompose_reduction(*program_, stage(), axis);
    record(scheduling::verb::decompose_reduction, {axis});
  }
  /// h(b) = sum(r, select(b == index, v, 0)), with a loop over b --> h(index) += v: the update goes
  /// to the one element that a value is for; b is a loop only where elements are initialized, and
  /// where results are made. Values outside of b's extent are for no element. Errors: E002, E064.
  /// Halide: an update whose left side is data.
  constexpr void scatter(loop_ref const& b) const {
    int const axis = find(b, "scatter");
    if (axis < 0) return;
    scheduling::scatter(*program_, stage(), axis);
    record(scheduling::verb::scatter, {axis});
  }
  /// Updates of this stage's reduction are atomic where its reduction loops are in threads, which
  /// `parallel` permits then; of integers and truth values, whose results no order changes.
  /// Errors: E065. Halide: atomic.
  constexpr void atomic() const {
    if (!is_usable()) return;
    scheduling::atomic(*program_, stage());
    record(scheduling::verb::atomic, {});
  }

  /// y = sum over i and others --> y_rf(.., i) = sum over the others, y = sum(i, y_rf). Returns the
  /// new stage, computed at the innermost pure loop outside of the reduction [fp].
  /// Errors: E002, E020, E024. Halide, TVM: rfactor.
  constexpr auto rfactor(loop_ref const& i) const -> stage_schedule {
    int const axis = find(i, "rfactor");
    if (axis < 0) return other(-1);
    auto const made = scheduling::rfactor(*program_, stage(), axis);
    auto const partial = other(made.stage);
    record(scheduling::verb::rfactor, {axis}, -1, partial.buffer_);
    return partial;
  }
  /// y = a scan along t, with t in blocks to, ti --> y_total = what each block combines to,
  /// y_prefix = an exclusive scan of that, y_block = each block scanned from its prefix, and y
  /// takes what the blocks have, so that `to` and all other loops of y may be parallel. Returns
  /// the three stages; y_block is computed at the loop of y that has one block inside [fp].
  /// Errors: E001, E002, E070.
  constexpr auto scan_blocks(loop_ref const& to) const -> scan_stages;

 protected:
  constexpr void record_order(scheduling::directive d, memory_order const& order) const {
    bool const has_order = !order.items.empty();
    if (has_order) d.number = order.padding.number;
    d.second = has_order ? static_cast<std::int64_t>(order.padding.what) : -1;
    log_->add(*program_, d);
  }
  constexpr auto other(int stage) const -> stage_schedule {
    return stage_schedule(*program_, *log_, stage < 0 ? -1 : program_->stages[stage].buffer);
  }
};

/// The stages that scan_blocks makes.
struct scan_stages {
  stage_schedule total, prefix, block;
};

constexpr auto stage_schedule::scan_blocks(loop_ref const& to) const -> scan_stages {
  int const axis = find(to, "scan_blocks");
  if (axis < 0) return scan_stages{other(-1), other(-1), other(-1)};
  auto const made = scheduling::scan_blocks(*program_, stage(), axis);
  scan_stages const all{other(made.total), other(made.prefix), other(made.block)};
  record(scheduling::verb::scan_blocks, {axis}, -1, all.total.buffer_);
  return all;
}

}  // namespace ashlar

ASHLAR_COMPILER_END
