// SPDX-License-Identifier: Apache-2.0
//
// tir/match_intrinsic: whether the points of a nest compute what an intrinsic does.
//
//   y[16*io + ii, j] + a[16*io + ii, k] * b[k, j]   with c[i, j] + a[i, k] * b[k, j]
//     -->   i = ii, j = j, k = k; the accesses of c, a and b
//
//   takes       a program, an intrinsic, the value of a point, where it is stored, and how an index
//               moves with a loop: before lowering by the axes, after it by the variables
//   returns     the accesses of the operands, or the first difference: that of the assignment of
//               loops to axes which went furthest
//   legal       equal trees but for the order of + and *; of each operand the element type; indices
//               that move with the loops of its axes, and no other of the nest, by constants; the
//               last dimension is contiguous in the memory of what is read or written
//   source      unification with an instruction's semantics: Ikarashi et al., "Exo", PLDI 2022
#pragma once

#include <ashlar/tensor/layout.hpp>
#include <ashlar/tir/index.hpp>

#include <numeric>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

enum class intrinsic_difference : std::uint8_t {
  none,
  axes,       // not as many loops as the intrinsic has axes
  extent,     // a loop that is like no axis
  update,     // the value joins the output otherwise, or replaces it
  operation,  // of a node
  type,       // of a node
  constant,   // of a node
  input,      // an operation where the intrinsic reads an operand
  element,    // type of an operand
  other,      // an operand that is read at two places
  boundary,   // a condition on an index
  aliased,    // an input that is the output
  unmoved,    // an operand that does not move with a loop
  moved,      // one that moves with another
  bent,       // by no constant
  strided,    // neighbours are `found` elements apart
  unknown,    // neighbours are apart as the call says
  block,      // blocks of a layout, which begin elsewhere
};

struct intrinsic_mismatch {
  intrinsic_difference what = intrinsic_difference::none;
  int progress = -1;
  int node = -1;     // of the intrinsic
  int operand = -1;  // of the intrinsic
  int axis = -1;     // of the intrinsic
  handle expr = -1;  // of the program
  handle buffer = -1;
  handle loop = -1;
  std::int64_t found = 0;

  constexpr auto ok() const -> bool { return what == intrinsic_difference::none; }
};

/// How an index moves with one step of a loop.
struct index_step {
  std::int64_t by = 0;
  bool is_constant = true;
};

/// A loop that is to be an axis.
struct intrinsic_loop {
  handle axis = -1;
  std::int64_t extent = -1;
  bool is_reduction = false;
};
using intrinsic_loops = static_vector<intrinsic_loop, max_intrinsic_axes>;

/// The elements between neighbours along a dimension in memory, dynamic_stride where the call knows
/// it; in a layout with blocks, of neighbours in a block.
constexpr auto stride_in_memory(program const& p, buffer const& b, int d) -> index_t {
  if (b.operand >= 0) return b.stride[d];
  index_t n = 1;
  for (int at = b.layout.empty() ? b.rank : b.layout.count; --at >= 0;) {
    layout_dim const l =
        b.layout.empty() ? layout_dim{.dim = static_cast<std::int8_t>(at)} : b.layout[at];
    if (l.dim == b.stride_is.dim && !l.inner) n = b.stride_is.padded(n);
    if (l.dim == d && (l.inner || l.block == 1)) return n;
    affine const& e = p.indices[b.shape[l.dim]];
    if (!l.inner && !e.is_constant()) return dynamic_stride;
    n *= l.inner ? l.block : (e.offset + l.block - 1) / l.block;
  }
  return n;
}

/// Matches one assignment of loops to axes. StepOf: (sum, loop) -> index_step.
template <class StepOf> struct intrinsic_matcher {
  using difference = intrinsic_difference;
  using mismatch = intrinsic_mismatch;

  program const& p;
  intrinsic const& k;
  StepOf const& step_of;
  bool is_lowered = false;  // indices are those of memory, so that blocks can be judged
  handle output = -1;       // the buffer that is written
  handle loops[max_intrinsic_axes] = {-1, -1, -1, -1};
  // What is known so far. A stride that is wrong is noted, and the rest is looked at: of all
  // assignments, the one with the fewest of them is what the user may have meant.
  struct state {
    intrinsic_call found{};
    int progress = 0;
    int strides = 0;  // that are wrong
    mismatch stride{};
  };
  state now{};
  mismatch worst{};

  constexpr auto fail(mismatch m, int further = 0) -> bool {
    m.progress = now.progress + further;
    if (m.progress > worst.progress) worst = m;
    return false;
  }
  constexpr void note_stride(mismatch const& m) {
    if (now.strides++ == 0) now.stride = m;
  }
  /// True if `is_like`, which is whether all but the strides agree, and they do, too.
  constexpr auto is_match(bool is_like) -> bool {
    if (!is_like || now.strides == 0) return is_like;
    worst = now.stride;
    worst.progress = now.progress;
    return false;
  }

  // --- operands

  // The last dimension: one element for each step of its loop.
  constexpr void check_contiguous(mismatch m, int d, std::int64_t by) {
    index_t const stride = stride_in_memory(p, p.buffers[m.buffer], d);
    bool const is_known = stride != dynamic_stride;
    m.what = is_known ? difference::strided : difference::unknown;
    m.found = is_known ? stride * by : 0;
    if (!is_known || m.found != 1) note_stride(m);
  }
  // Inside of a block of a layout a step is the same everywhere.
  constexpr void check_block(mismatch m, affine const& index, int d) {
    for (auto const& l : p.buffers[m.buffer].layout) {
      if (l.dim != d || !l.inner) continue;
      std::int64_t whole = l.block;
      std::int64_t span = 1;
      for (int x = 0; x < k.axes.count; ++x) {
        span += step_of(index, loops[x]).by * (k.axes[x].extent - 1);
      }
      if (is_lowered) {
        whole = std::gcd(whole, index.offset);
        for (auto const& t : index.terms) {
          if (!is_loop(p.atoms[t.atom])) whole = std::gcd(whole, t.coef);
        }
      }
      m.what = difference::block;
      m.found = l.block;
      if (span > whole) note_stride(m);
    }
  }
  constexpr auto is_loop(atom const& a) const -> bool {
    for (int x = 0; x < k.axes.count; ++x) {
      if (a.kind == atom_kind::variable && a.id == loops[x]) return true;
    }
    return false;
  }
  /// The element type is that of the operand.
  constexpr auto is_element(int operand, handle buffer) -> bool {
    mismatch m{.operand = operand, .buffer = buffer};
    m.what = difference::element;
    return p.buffers[buffer].type == k.operands[operand].type || fail(m);
  }
  // Moves with the loops of its axes, and no other of the nest. IndexOf: dimension -> sum.
  template <class IndexOf>
  constexpr auto is_operand(int operand, handle buffer, int rank, IndexOf const& index_of) -> bool {
    intrinsic_operand const& o = k.operands[operand];
    mismatch m{.operand = operand, .buffer = buffer};
    if (!is_element(operand, buffer)) return false;
    for (int x = 0; x < k.axes.count; ++x) {
      m.axis = x;
      m.loop = loops[x];
      int along = -1;
      index_step step{};
      for (int d = 0; d < rank; ++d) {
        index_step const s = step_of(index_of(d), loops[x]);
        m.what = difference::bent;
        if (!s.is_constant || (s.by != 0 && along >= 0)) return fail(m, 1);
        if (s.by == 0) continue;
        along = d;
        step = s;
      }
      m.what = o.has(x) ? difference::unmoved : difference::moved;
      if ((along >= 0) != o.has(x)) return fail(m, 1);
      if (along < 0) continue;
      check_block(m, index_of(along), along);
      if (o.axes.back() == x) check_contiguous(m, along, step.by);
    }
    now.progress += 4;
    return true;
  }
  constexpr auto is_operand(int operand, access const& a) -> bool {
    return is_operand(operand, a.buffer, a.rank,
                      [&](int d) -> affine const& { return p.indices[a.index[d]]; });
  }

  // --- values

  constexpr auto load(int node, handle e) -> bool {
    int const operand = k.nodes[node].a;
    expr const& x = p.exprs[e];
    mismatch m{.node = node, .operand = operand, .expr = e};
    m.what = difference::input;
    if (x.op != opcode::load) return fail(m);
    access const& a = p.accesses[x.a];
    m.buffer = a.buffer;
    m.what = difference::boundary;
    if (a.checked != 0 || x.b >= 0) return fail(m, 1);
    m.what = difference::aliased;
    if (a.buffer == output) return fail(m, 1);
    m.what = difference::other;
    if (now.found.operand[operand] >= 0)
      return is_same_place(p, p.accesses[now.found.operand[operand]], a) || fail(m, 1);
    if (!is_operand(operand, a)) return false;
    now.found.operand[operand] = x.a;
    return true;
  }
  constexpr auto both(intrinsic_node const& n, handle a, handle b) -> bool {
    return value(n.a, a) && value(n.b, b);
  }
  constexpr auto in_either_order(intrinsic_node const& n, handle a, handle b) -> bool {
    state const before = now;
    bool const is_first = both(n, a, b);
    if (is_first && now.strides == before.strides) return true;
    state const first = now;
    now = before;
    bool const is_second = both(n, b, a);
    if (is_first && (!is_second || now.strides >= first.strides)) now = first;
    return is_first || is_second;
  }
  constexpr auto value(int node, handle e) -> bool {
    intrinsic_node const& n = k.nodes[node];
    if (n.op == opcode::load) return load(node, e);
    expr const& x = p.exprs[e];
    mismatch m{.node = node, .expr = e};
    m.what = difference::operation;
    if (x.op != n.op) return fail(m);
    m.what = difference::type;
    if (x.type != n.type) return fail(m, 1);
    m.what = difference::constant;
    if (x.bits != n.bits) return fail(m, 1);
    ++now.progress;
    int const count = operand_count(n.op);
    if (is_commutative(n.op)) {
      return in_either_order(n, x.a, x.b);
    }
    if (count > 0 && !value(n.a, x.a)) return false;
    if (count > 1 && n.b >= 0 && !value(n.b, x.b)) return false;
    return count < 3 || value(n.c, x.c);
  }
};

/// Every assignment of loops to axes of the same extent and role, until try_one(loops) is true.
template <class Try> struct intrinsic_assignment {
  intrinsic const& k;
  intrinsic_loops const& loops;
  Try const& try_one;
  handle chosen[max_intrinsic_axes] = {-1, -1, -1, -1};
  bool is_taken[max_intrinsic_axes]{};

  constexpr auto from(int x) -> bool {
    if (x == k.axes.count) return try_one(chosen);
    for (int l = 0; l < loops.count; ++l) {
      if (is_taken[l] || !is_like(loops[l], x)) continue;
      is_taken[l] = true;
      chosen[x] = loops[l].axis;
      if (from(x + 1)) return true;
      is_taken[l] = false;
    }
    return false;
  }
  constexpr auto is_like(intrinsic_loop const& l, int x) const -> bool {
    return l.extent == k.axes[x].extent && l.is_reduction == k.axes[x].is_reduction;
  }
  /// The first difference between the loops and the axes as such.
  constexpr auto difference() const -> intrinsic_mismatch {
    if (loops.count != k.axes.count) return {.what = intrinsic_difference::axes};
    bool is_used[max_intrinsic_axes]{};
    for (auto const& l : loops) {
      int x = 0;
      while (x < k.axes.count && (is_used[x] || !is_like(l, x))) ++x;
      if (x == k.axes.count) {
        return {.what = intrinsic_difference::extent, .loop = l.axis, .found = l.extent};
      }
      is_used[x] = true;
    }
    return {};
  }
};

/// What a nest does in a point: `update` says how the value joins what is stored.
struct intrinsic_point {
  handle buffer = -1;  // that is written
  opcode update = opcode::constant;
  handle value = -1;
};

/// The accesses of the operands, -1 for the output, and the loops of the axes.
struct intrinsic_match {
  intrinsic_call call{};
  intrinsic_mismatch wrong{};
};

/// Matches loops and a point with an intrinsic. IsOutput: (matcher&) -> bool judges where the value
/// is stored.
template <class StepOf, class IsOutput>
constexpr auto match_intrinsic(program const& p, intrinsic const& k, intrinsic_loops const& loops,
                               intrinsic_point const& at, bool is_lowered, StepOf const& step_of,
                               IsOutput const& is_output) -> intrinsic_match {
  intrinsic_match r{};
  int best = -1000;
  auto const try_one = [&](handle const(&chosen)[max_intrinsic_axes]) {
    intrinsic_matcher<StepOf> m{
        .p = p, .k = k, .step_of = step_of, .is_lowered = is_lowered, .output = at.buffer};
    for (int x = 0; x < max_intrinsic_axes; ++x) m.loops[x] = r.call.axis[x] = chosen[x];
    if (m.is_match(is_output(m) && m.value(k.value, at.value))) {
      for (int o = 0; o < max_intrinsic_operands; ++o) r.call.operand[o] = m.now.found.operand[o];
      return true;
    }
    // A wrong stride weighs as much as an operand that fits.
    if (m.worst.progress - 4 * m.now.strides > best) {
      best = m.worst.progress - 4 * m.now.strides;
      r.wrong = m.worst;
    }
    return false;
  };
  intrinsic_assignment<decltype(try_one)> all{.k = k, .loops = loops, .try_one = try_one};
  r.wrong = all.difference();
  if (!r.wrong.ok()) return r;
  if (at.update != k.update) {
    r.wrong = {.what = intrinsic_difference::update, .found = static_cast<int>(at.update)};
    return r;
  }
  if (all.from(0)) r.wrong = {};
  return r;
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END
