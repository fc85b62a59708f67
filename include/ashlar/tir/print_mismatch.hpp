// SPDX-License-Identifier: Apache-2.0
//
// tir/print_mismatch: where a nest is not what an intrinsic computes, as a sentence.
//
//   takes       what tir/match_intrinsic has found
//   returns     the two things that disagree, and what would be legal
#pragma once

#include <ashlar/tir/match_intrinsic.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

/// Appends "i 4, j 16, k 8 (reduced)".
constexpr void put_axes(diag::message& m, intrinsic const& k) {
  for (int x = 0; x < k.axes.count; ++x) {
    m << (x == 0 ? "" : ", ") << k.axes[x].name << ' ' << k.axes[x].extent
      << (k.axes[x].is_reduction ? " (reduced)" : "");
  }
}

namespace print_mismatch_impl {

constexpr void put_operation(diag::message& m, opcode op) {
  m << (op == opcode::load ? std::string_view("a tensor") : name_of(op));
}

constexpr void put_update(diag::message& m, program const& p, intrinsic const& k,
                          intrinsic_mismatch const& w, handle written) {
  auto const update = static_cast<opcode>(w.found);
  auto const& name = p.buffers[written].name;
  if (k.update == opcode::constant) {
    m << "it replaces " << k.operands[0].name << ", and " << name
      << " is updated; its definition needs +=";
  } else if (update == opcode::constant) {
    m << "it updates " << k.operands[0].name << " with " << name_of(k.update) << ", and " << name
      << " is replaced";
  } else {
    m << "it updates " << k.operands[0].name << " with " << name_of(k.update) << ", and " << name
      << " is updated with " << name_of(update);
  }
}

constexpr void put_value(diag::message& m, program const& p, intrinsic const& k,
                         intrinsic_mismatch const& w) {
  opcode const wanted = k.nodes[w.node].op;
  expr const& found = p.exprs[w.expr];
  if (w.what == intrinsic_difference::constant) {
    m << "a " << name_of(wanted) << " of it is another one here";
  } else if (w.what == intrinsic_difference::type) {
    m << "its " << name_of(wanted) << " is " << ashlar::name_of(k.nodes[w.node].type)
      << ", and here it is " << ashlar::name_of(found.type);
  } else {
    m << "where it has ";
    put_operation(m, wanted);
    m << ", here is ";
    put_operation(m, found.op);
  }
}

// An operand whose neighbours in memory are not those of the intrinsic.
constexpr void put_stride(diag::message& m, program const& p, intrinsic const& k,
                          intrinsic_mismatch const& w) {
  auto const& found = p.buffers[w.buffer].name;
  auto const loop = p.axes[w.loop].name.view();
  if (w.what == intrinsic_difference::block) {
    m << "the blocks of " << w.found << " of " << found << " do not begin where " << loop
      << " does, or are too short";
    return;
  }
  m << "its " << k.operands[w.operand].name << " is contiguous along " << k.axes[w.axis].name
    << ", and ";
  if (w.what == intrinsic_difference::unknown) {
    m << "how far apart " << found << " has neighbours along " << loop << " is known at the call";
    return;
  }
  m << found << " has neighbours along " << loop << ' ' << w.found << " elements apart; a "
    << (w.operand > 0 ? "copy by cache_read can have its order"
                      : "tile of cache_write has the order of the loops");
}

constexpr void put_access(diag::message& m, program const& p, intrinsic const& k,
                          intrinsic_mismatch const& w) {
  using enum intrinsic_difference;
  auto const& mine = k.operands[w.operand].name;
  auto const& found = p.buffers[w.buffer].name;
  auto const loop = w.loop < 0 ? std::string_view{} : p.axes[w.loop].name.view();
  auto const axis = w.axis < 0 ? std::string_view{} : k.axes[w.axis].name.view();
  switch (w.what) {
    case element:
      m << "its " << mine << " is " << ashlar::name_of(k.operands[w.operand].type) << ", and "
        << found << " is " << ashlar::name_of(p.buffers[w.buffer].type);
      return;
    case other: m << "its " << mine << " is read at one place, and " << found << " at two"; return;
    case boundary:
      m << found << " has a boundary condition; read a copy of it, which has none";
      return;
    case aliased: m << "its " << mine << " would be " << found << ", which it writes"; return;
    case unmoved:
      m << "its " << mine << " moves along " << axis << ", and " << found << " not with " << loop;
      return;
    case moved:
      m << "its " << mine << " does not move along " << axis << ", and " << found << " does with "
        << loop;
      return;
    case bent: m << "an index of " << found << " is no sum with a multiple of " << loop; return;
    default: put_stride(m, p, k, w);
  }
}

}  // namespace print_mismatch_impl

/// Appends the sentence; `written` is the buffer that the nest writes.
constexpr void put_mismatch(diag::message& m, program const& p, intrinsic const& k,
                            intrinsic_mismatch const& w, handle written) {
  using namespace print_mismatch_impl;
  using enum intrinsic_difference;
  switch (w.what) {
    case none: return;
    case axes:
      m << "its axes are ";
      put_axes(m, k);
      return;
    case extent:
      m << p.axes[w.loop].name
        << (p.axes[w.loop].is_reduction ? ", reduced, has extent " : " has extent ") << w.found
        << ", and its axes are ";
      put_axes(m, k);
      return;
    case update: return put_update(m, p, k, w, written);
    case operation:
    case type:
    case constant:
    case input: return put_value(m, p, k, w);
    default: return put_access(m, p, k, w);
  }
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END
