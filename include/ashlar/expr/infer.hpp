// SPDX-License-Identifier: Apache-2.0
//
// expr/infer: the extent of every axis, from the tensors that it indexes alone.
//
//   y(i, j) = sum(k, x(i, k) * w(k, j))     i: y.0 = x.0     j: y.1 = w.1     k: x.1 = w.0
//
//   rule        an index that is an axis alone gives it the extent of the dimension; an access with
//               a boundary condition, or to a dimension that the stage also reads at an offset of
//               the axis (x(i) and x(i + 1)), does so only where nothing else does
//   errors      E034 two extents for one axis, E035 none, E045 more elements than index_t counts
#pragma once

#include <ashlar/expr/extent_class.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace infer_impl {

// Which axes index each dimension of a buffer at an offset.
struct offset_axes {
  axis_set of[limits::buffers][max_rank]{};
};

constexpr void unite_access(recorder& r, plan const& p, extent_classes& c, int at,
                            access_record const& a) {
  for (int d = 0; d < a.rank && r.ok(); ++d) {
    auto const& index = r.indices[a.index[d]];
    if (index.op != index_op::axis) continue;
    auto const axis = static_cast<int>(index.value);
    unite(r, c, c.of_axis(p, at, axis), c.of_dim(a.buffer, d), axis);
  }
}

// The same for the indices that decide only where nothing else does.
constexpr void unite_weak_access(recorder& r, plan const& p, extent_classes& c, int at,
                                 access_record const& a) {
  for (int d = 0; d < a.rank && r.ok(); ++d) {
    auto const& index = r.indices[a.index[d]];
    if (index.op != index_op::axis) continue;
    auto const axis = static_cast<int>(index.value);
    int const mine = c.of_axis(p, at, axis);
    if (!c.known(mine).is_known) unite(r, c, mine, c.of_dim(a.buffer, d), axis);
  }
}

constexpr auto has_offset(recorder const& r, access_record const& a, offset_axes const& offsets)
    -> bool {
  for (int d = 0; d < a.rank; ++d) {
    auto const& index = r.indices[a.index[d]];
    if (index.op == index_op::axis && (index.free & offsets.of[a.buffer][d]) != 0) return true;
  }
  return false;
}

constexpr void collect_offsets(recorder const& r, access_record const& a, offset_axes& offsets,
                               bool& any_weak) {
  any_weak = any_weak || a.outside != boundary::none;
  if (a.outside != boundary::none) return;
  for (int d = 0; d < a.rank; ++d) {
    auto const& index = r.indices[a.index[d]];
    if (index.op == index_op::axis || index.free == 0) continue;
    offsets.of[a.buffer][d] |= index.free;
    any_weak = true;
  }
}

// A reduction that is a stage of its own is read by the axes it is free in.
constexpr void unite_stage(recorder& r, plan const& p, extent_classes& c, int at, int producer) {
  auto const& from = p.drafts[producer];
  for (int d = 0; d < from.pure.count && r.ok(); ++d) {
    unite(r, c, c.of_axis(p, at, from.pure[d]), c.of_dim(from.buffer, d), from.pure[d]);
  }
}

// f of every access of a stage.
template <class F>
constexpr void for_each_access(recorder const& r, plan const& p, draft const& d, F const& f) {
  for (int n = d.first; n < d.last && r.ok(); ++n) {
    auto const& v = r.values[p.values[n]];
    if (v.reduction < 0 && v.e.op == tir::opcode::load) f(r.accesses[v.e.a]);
  }
}

constexpr void unite_draft(recorder& r, plan const& p, extent_classes& c, int at, bool weak) {
  auto const& d = p.drafts[at];
  offset_axes offsets{};
  bool any_weak = false;
  for_each_access(r, p, d, [&](auto const& a) { collect_offsets(r, a, offsets, any_weak); });
  if (weak && !any_weak) return;
  for_each_access(r, p, d, [&](access_record const& a) {
    bool const is_weak = any_weak && (a.outside != boundary::none || has_offset(r, a, offsets));
    if (weak && is_weak) unite_weak_access(r, p, c, at, a);
    if (!weak && !is_weak) unite_access(r, p, c, at, a);
  });
  for (int n = d.first; n < d.last && r.ok() && !weak; ++n) {
    handle const id = r.values[p.values[n]].reduction;
    if (id >= 0 && id != d.reduction) unite_stage(r, p, c, at, p.draft_of[id] - 1);
  }
}

// Stages of a system stand next to each other, and go over one axis together.
constexpr void unite_system(recorder& r, plan const& p, extent_classes& c, int at) {
  auto const& d = p.drafts[at];
  if (at == 0 || d.system < 0 || p.drafts[at - 1].system != d.system) return;
  unite(r, c, c.of_axis(p, at, d.over), c.of_axis(p, at - 1, d.over), d.over);
}

// An extent that the axis itself states.
constexpr void unite_declared(recorder& r, plan const& p, extent_classes& c, int at) {
  auto const& d = p.drafts[at];
  auto const state = [&](handle axis) {
    index_t const declared = r.axes[axis]->extent;
    if (declared < 0 || !r.ok()) return;
    int const fresh =
        c.all.push_back(extent_class{.is_known = true, .value = extent(declared), .axis = axis});
    unite(r, c, c.of_axis(p, at, axis), fresh, axis);
  };
  for (handle const axis : d.pure) state(axis);
  for (handle const axis : d.reduced) state(axis);
}

constexpr void require_extent(recorder& r, plan const& p, extent_classes const& c, int at,
                              handle axis) {
  if (c.known(c.of_axis(p, at, axis)).is_known) return;
  auto const& name = r.axis_name(axis);
  r.fail(diag::code::unbounded_axis,
         diag::message{} << "axis " << name << " of " << r.buffers[p.drafts[at].buffer].name
                         << " indexes no tensor alone; write ash::axis<\"" << name
                         << "\", N> for an extent of N");
}

// Elements of a buffer and numbers of an index stay far below what index_t counts.
constexpr void check_size(recorder& r, extent_classes const& c, int buffer) {
  auto const& b = r.buffers[buffer];
  index_t product = bytes_of(b.type.dt);
  for (int d = 0; d < b.type.rank; ++d) {
    auto const& e = c.known(c.of_dim(buffer, d)).value;
    if (e.is_static()) product = saturating_product(product, e.value == 0 ? 1 : e.value);
  }
  constexpr index_t most = index_t{1} << 60;
  if (product <= most) return;
  auto m = diag::message{} << b.name << " has the extents";
  for (int d = 0; d < b.type.rank; ++d) {
    auto const& e = c.known(c.of_dim(buffer, d)).value;
    m << (d == 0 ? " " : " x ");
    if (e.is_static())
      m << e.value;
    else
      m << "?";
  }
  r.fail(diag::code::extent_overflow, m << ", more than " << most << " bytes; split it");
}

}  // namespace infer_impl

/// The extents of all dimensions and axes.
constexpr auto infer_extents(recorder& r, plan const& p) -> extent_classes {
  extent_classes c{};
  open_classes(r, p, c);
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) {
    infer_impl::unite_draft(r, p, c, at, false);
    infer_impl::unite_declared(r, p, c, at);
  }
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) infer_impl::unite_system(r, p, c, at);
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) infer_impl::unite_draft(r, p, c, at, true);
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) {
    for (handle const axis : p.drafts[at].pure) infer_impl::require_extent(r, p, c, at, axis);
    for (handle const axis : p.drafts[at].reduced) infer_impl::require_extent(r, p, c, at, axis);
  }
  for (int b = 0; b < r.buffers.count && r.ok(); ++b) infer_impl::check_size(r, c, b);
  return c;
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END
