// SPDX-License-Identifier: Apache-2.0
//
// schedule/stage_schedule: the primitives on one stage, as the user writes them.
//
//   takes       loops by handle, by name, or by the axis object
//   returns     handles of the loops and stages that a primitive makes
//   invariants  the first fault wins: after it, every primitive does nothing and returns an empty
//               handle, so a schedule runs to its end and the first mistake is what is reported
//   note        each primitive is a function on a program, in a file of its family; this class
//               finds what the names mean, calls it, and records it
#pragma once

#include <ashlar/schedule/finish.hpp>
#include <ashlar/schedule/prefetch.hpp>
#include <ashlar/schedule/stage_steps.hpp>

#include <span>

namespace ashlar {

class stage_schedule : public scheduling::stage_steps {
 public:
  using scheduling::stage_steps::stage_steps;

  /// The loop of that name. Errors: E002.
  constexpr auto get(loop_ref const& ref) const -> loop { return wrap(find(ref, "get")); }

  /// for i in E --> for io in ceil(E / f): for ii in f, with i = f * io + ii. The parts are called
  /// io and ii unless names are given. The tail says what happens to a rest: exact (there must be
  /// none), guard (the last block is clipped or tested; the default where there may be a rest), cut
  /// (full blocks and the rest in bodies of their own), mask (guard in a vectorized loop),
  /// narrow (cut, and the rest in full vectors of half the lanes, a quarter, ..., 1),
  /// shift_inwards (the last block is moved back until it is full, over points that have been
  /// computed), round_up (the last block is full, in memory that is padded for it).
  /// Errors: E002 to E004, E021, E024, E025. Halide: split, TVM: split, Exo: divide_loop.
  constexpr auto split(loop_ref const& i, index_t factor, tail tails = tail::automatic) const
      -> loop_pair {
    return split(i, {}, {}, factor, tails);
  }
  constexpr auto split(loop_ref const& i, std::string_view outer, std::string_view inner,
                       index_t factor, tail tails = tail::automatic) const -> loop_pair {
    int const axis = find(i, "split");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::split(*program_, stage(), axis, factor, tails, name_text(outer),
                                     name_text(inner));
    return record_split(axis, r);
  }

  /// The same into n blocks of one length, ceil(E / n); fewer where fewer cover a constant extent.
  /// Where the call knows the extent, it knows the length: the tail is guard, or exact. Errors:
  /// those of split. TVM: split([n, None]), taco: divide.
  constexpr auto split_parts(loop_ref const& i, index_t n, tail tails = tail::automatic) const
      -> loop_pair {
    return split_parts(i, {}, {}, n, tails);
  }
  constexpr auto split_parts(loop_ref const& i, std::string_view outer, std::string_view inner,
                             index_t n, tail tails = tail::automatic) const -> loop_pair {
    int const axis = find(i, "split_parts");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::split_parts(*program_, stage(), axis, n, tails, name_text(outer),
                                           name_text(inner));
    return record_split(axis, r, scheduling::verb::split_parts, n);
  }

  /// The same into the fewest blocks of at most `most`, of one length that is a multiple of
  /// `multiple`: 1500 by at most 1024 is 2 blocks of 752 and 748, not of 1024 and 476. Errors:
  /// those of split_parts, E028.
  constexpr auto split_balanced(loop_ref const& i, index_t most, index_t multiple = 1,
                                tail tails = tail::automatic) const -> loop_pair {
    return split_balanced(i, {}, {}, most, multiple, tails);
  }
  constexpr auto split_balanced(loop_ref const& i, std::string_view outer, std::string_view inner,
                                index_t most, index_t multiple = 1,
                                tail tails = tail::automatic) const -> loop_pair {
    int const axis = find(i, "split_balanced");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::split_balanced(*program_, stage(), axis, most, multiple, tails,
                                              name_text(outer), name_text(inner));
    return record_split(axis, r, scheduling::verb::split_balanced, most, multiple);
  }

  /// The first and the last iterations of a loop get code of their own, so that what only they need
  /// is not in the middle: tests of boundary conditions above all. The loop is not split, fused or
  /// vectorized after that. Errors: E002, E021, E029. Halide: partition, TVM: loop_partition.
  constexpr auto peel(loop_ref const& i, index_t first, index_t last) const -> loop {
    int const axis = find(i, "peel");
    if (axis < 0) return wrap(-1);
    scheduling::peel(*program_, axis, first, last);
    record(scheduling::verb::peel, {axis}, -1, -1, first, last);
    return wrap(axis);
  }

  /// for a in A: for b in B --> for c in A * B, with a = c / B and b = c % B; b directly inside a,
  /// both pure or both reductions. It is called a_b unless a name is given.
  /// Errors: E002, E011 to E013, E017, E019, E021, E024, E025, E045. Halide, TVM: fuse.
  constexpr auto fuse(loop_ref const& a, loop_ref const& b, std::string_view name = {}) const
      -> loop {
    int const outer = find(a, "fuse");
    int const inner = find(b, "fuse");
    if (outer < 0 || inner < 0) return wrap(-1);
    auto const c = scheduling::fuse(*program_, stage(), outer, inner, name_text(name));
    record(scheduling::verb::fuse, {outer, inner, c});
    return wrap(c);
  }

  /// The loops named, outermost first, change places among themselves; the others stay. Reduction
  /// loops keep their order under fp::strict, and where a combiner does not commute.
  /// Errors: E002, E005, E006, E013, E019, E024. Halide: reorder (innermost first), TVM: reorder.
  template <std::convertible_to<loop_ref>... Refs>
  constexpr void reorder(Refs const&... refs) const {
    static_assert(
        sizeof...(Refs) >= 1 && sizeof...(Refs) <= limits::loops_per_stage,
        "ashlar: reorder takes one loop or more, and at most as many as a stage can have");
    loop_ref const list[] = {loop_ref(refs)...};
    reorder_list(list, static_cast<int>(sizeof...(Refs)));
  }
  /// The same for a list whose length is computed.
  constexpr void reorder(std::span<loop const> loops) const {
    axis_list axes{};
    for (loop const& l : loops) {
      int const axis = find(l, "reorder");
      if (axis < 0) return;
      axes.push_back(static_cast<tir::handle>(axis));
    }
    reorder_axes(axes);
  }

  /// Two splits and a reorder: for i: for j --> for io: for jo: for ii: for ji.
  /// Errors: those of split and reorder. Halide: tile.
  constexpr auto tile(loop_ref const& i, loop_ref const& j, index_t i_factor, index_t j_factor,
                      tail tails = tail::automatic) const -> loop_tile {
    auto const a = split(i, i_factor, tails);
    auto const b = split(j, j_factor, tails);
    if (!program_->fault.ok()) return loop_tile{wrap(-1), wrap(-1), wrap(-1), wrap(-1)};
    reorder(a.outer, b.outer, a.inner, b.inner);
    return loop_tile{a.outer, b.outer, a.inner, b.inner};
  }

  /// All iterations at once, in the lanes of vectors; the loop is the innermost one and its extent
  /// is constant. With a width, the loop is split by it first. A reduction loop is kept apart by
  /// rfactor first, and the result is a loop of the stage <stage>_rf [fp].
  /// Errors: E002, E007, E008, E013, E020, E021, E023, E026. Halide, TVM: vectorize.
  constexpr auto vectorize(loop_ref const& i) const -> loop {
    int const axis = find(i, "vectorize");
    if (axis < 0) return wrap(-1);
    auto const lanes = scheduling::vectorize(*program_, stage(), axis);
    record(scheduling::verb::vectorize, {axis}, -1, partial_of(axis, lanes));
    return wrap(lanes);
  }
  constexpr auto vectorize(loop_ref const& i, index_t width, tail tails = tail::automatic) const
      -> loop_pair {
    int const axis = find(i, "vectorize");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::vectorize(*program_, stage(), axis, width, tails);
    auto const parts = split_of(axis);
    record_split(axis, parts);
    record(scheduling::verb::vectorize, {parts.inner}, -1, partial_of(parts.inner, r.inner));
    return wrap(r);
  }

  /// The body once for each iteration, at most 64. With a factor, the loop is split by it first.
  /// Errors: E002, E008, E009; with a factor those of split. Halide, TVM: unroll.
  constexpr auto unroll(loop_ref const& i) const -> loop {
    int const axis = find(i, "unroll");
    if (axis < 0) return wrap(-1);
    auto const r = scheduling::unroll(*program_, stage(), axis);
    record(scheduling::verb::unroll, {axis});
    return wrap(r);
  }
  constexpr auto unroll(loop_ref const& i, index_t factor, tail tails = tail::automatic) const
      -> loop_pair {
    int const axis = find(i, "unroll");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::unroll(*program_, stage(), axis, factor, tails);
    record_split(axis, r);
    record(scheduling::verb::unroll, {r.inner});
    return wrap(r);
  }

  /// Iterations on any thread in any order; a pure loop. Results are the same for every number of
  /// threads. Errors: E002, E008, E010, E022. Halide, TVM: parallel.
  constexpr auto parallel(loop_ref const& i) const -> loop {
    int const axis = find(i, "parallel");
    if (axis < 0) return wrap(-1);
    scheduling::parallel(*program_, stage(), axis);
    record(scheduling::verb::parallel, {axis});
    return wrap(axis);
  }

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
    int const consumer = scheduling::stage_of_axis(*program_, at.axis());
    int const axis = consumer < 0 ? -1 : scheduling::resolve(*program_, consumer, at, "compute_at");
    if (consumer < 0) fail_empty("compute_at");
    if (axis < 0) return;
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
    int const consumer = scheduling::stage_of_axis(*program_, at.axis());
    int const axis = consumer < 0 ? -1 : scheduling::resolve(*program_, consumer, at, "store_at");
    if (consumer < 0) fail_empty("store_at");
    if (axis < 0) return;
    auto const buffer = program_->stages[consumer].buffer;
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
  /// `remainder` more than a multiple of `multiple`. Errors: E002, E059. TVM: storage_align.
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
  /// Full vectors of an output that no stage reads go past the caches to memory. Errors: E058.
  constexpr void stream() const {
    if (!is_usable()) return;
    scheduling::stream(*program_, stage());
    record(scheduling::verb::stream, {});
  }

  /// Copies what one iteration of a loop of this stage reads of a tensor, in another memory order
  /// if one is given; returns the copy, <tensor>_cache, whose loops are scheduled like any other's
  /// and have the names by which this stage indexes the tensor. Errors: E002, E016, E027.
  /// TVM: cache_read, Halide: in().compute_at().
  constexpr auto cache_read(std::string_view tensor, loop_ref const& at,
                            memory_order const& order = {}) const -> stage_schedule {
    int const axis = find(at, "cache_read");
    if (axis < 0) return other(-1);
    int const made = scheduling::cache_read(*program_, stage(), tensor, axis, order);
    auto const copy = other(made);
    record(scheduling::verb::cache_read, {axis}, made < 0 ? -1 : source_of(made), copy.buffer_);
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
  /// The memory of a local stage's values: scope::workspace, stack or registers; the last two need
  /// a constant size. Errors: E018. Halide: store_in, TVM: set_scope.
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

  /// The reduction starts from its identity in a nest above a loop, which is at or outside of its
  /// outermost reduction loop. Errors: E002, E013, E019. TVM: decompose_reduction.
  constexpr void decompose_reduction(loop_ref const& at) const {
    int const axis = find(at, "decompose_reduction");
    if (axis < 0) return;
    scheduling::decompose_reduction(*program_, stage(), axis);
    record(scheduling::verb::decompose_reduction, {axis});
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

 protected:
  constexpr auto other(int stage) const -> stage_schedule {
    return stage_schedule(*program_, *log_, stage < 0 ? -1 : program_->stages[stage].buffer);
  }

 private:
  using axis_list = static_vector<tir::handle, limits::loops_per_stage>;

  constexpr void reorder_list(loop_ref const* list, int n) const {
    axis_list axes{};
    for (int i = 0; i < n; ++i) {
      int const axis =
          scheduling::resolve(*program_, stage(), list[i], "reorder", diag::code::bad_reorder);
      if (axis < 0) return;
      axes.push_back(static_cast<tir::handle>(axis));
    }
    reorder_axes(axes);
  }
  constexpr void reorder_axes(axis_list const& axes) const {
    scheduling::directive d{.what = scheduling::verb::reorder, .buffer = buffer_};
    for (tir::handle const a : axes) d.axes.push_back(a);
    scheduling::reorder(*program_, stage(), axes.begin(), axes.count);
    log_->add(*program_, d);
  }
};

}  // namespace ashlar
