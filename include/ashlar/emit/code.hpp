// SPDX-License-Identifier: Apache-2.0
//
// emit/code: a lowered program with everything taken out that does not change what is emitted.
//
//   takes       a program with a loop nest
//   returns     its reachable nodes, numbered in the order of the walk, without names; as tight an
//               aggregate as the counts allow, and a 128-bit hash of it
//   invariants  programs that would emit the same code give equal values, so that they share one
//               instantiation; the value is a template argument of one class that is never emitted
#pragma once

#include <ashlar/core/hash.hpp>
#include <ashlar/emit/numbering.hpp>
#include <ashlar/tir/program.hpp>

#include <cstddef>

namespace ashlar::emit {

struct code_size {
  int atoms = 0, indices = 0, variables = 0, symbols = 0, buffers = 0, exprs = 0, accesses = 0,
      stmts = 0, checks = 0, facts = 0, operands = 0, calls = 0;
  friend constexpr auto operator==(code_size const&, code_size const&) -> bool = default;
};

/// What emission needs of a buffer.
struct code_buffer {
  dtype type = dtype::none;
  tir::scope where{};
  std::int8_t operand = -1;
  std::int8_t rank = 0;
  bool is_output = false;
  bool may_alias_output = false;
  std::int16_t lanes = 1;
  std::int32_t alignment = 1;
  tir::handle shape[max_rank] = {-1, -1, -1, -1, -1, -1, -1, -1};
  index_t stride[max_rank]{};
  static_vector<tir::layout_dim, max_rank> layout{};
  tir::stride_rule stride_is{};
  friend constexpr auto operator==(code_buffer const&, code_buffer const&) -> bool = default;
};

/// A call of the intrinsic that `key` stands for, see expr/intrinsic.hpp.
struct code_call {
  std::uint64_t key = 0;
  tir::handle operand[tir::max_intrinsic_operands] = {-1, -1, -1, -1};
  tir::handle axis[tir::max_intrinsic_axes] = {-1, -1, -1, -1};
  friend constexpr auto operator==(code_call const&, code_call const&) -> bool = default;
};

template <code_size S> struct code {
  static constexpr code_size size = S;
  template <int N> static constexpr std::size_t room = N == 0 ? 1 : N;

  tir::atom atoms[room<S.atoms>]{};
  tir::affine indices[room<S.indices>]{};
  code_buffer buffers[room<S.buffers>]{};
  tir::expr exprs[room<S.exprs>]{};
  tir::access accesses[room<S.accesses>]{};
  tir::stmt stmts[room<S.stmts>]{};
  tir::symbol symbols[room<S.symbols>]{};
  tir::check checks[room<S.checks>]{};
  tir::fact facts[room<S.facts>]{};  // which the entry checks
  code_call calls[room<S.calls>]{};
  bool is_warp_lane[room<S.variables>]{};  // the variables that are lanes of a warp
  tir::handle root = -1;
};

/// The numbering of all that is reachable from the root.
struct compaction {
  code_impl::numbering<limits::atoms> atoms{};
  code_impl::numbering<limits::indices> indices{};
  code_impl::numbering<limits::axes> variables{};
  code_impl::numbering<limits::symbols> symbols{};
  code_impl::numbering<limits::buffers> buffers{};
  code_impl::numbering<limits::exprs> exprs{};
  code_impl::numbering<limits::accesses> accesses{};
  code_impl::numbering<limits::statements> stmts{};
  code_impl::numbering<tir::max_intrinsic_calls> calls{};
  int checks = 0;
  int facts = 0;
  int operands = 0;

  constexpr explicit compaction(tir::program const& p) {
    if (p.fault) return;
    for (int b = 0; b < p.buffers.count; ++b) {
      if (p.buffers[b].operand >= 0) buffer(p, static_cast<tir::handle>(b));
    }
    for (int s = 0; s < p.symbols.count; ++s) symbols.add(static_cast<tir::handle>(s));
    for (auto const& c : p.checks) sum(p, c.sum);
    checks = p.checks.count;
    for (auto const& f : p.facts) facts += tir::is_checked(f) ? 1 : 0;
    operands = p.operands;
    statement(p, p.root);
  }

  constexpr auto size() const -> code_size {
    return code_size{.atoms = atoms.count,
                     .indices = indices.count,
                     .variables = variables.count,
                     .symbols = symbols.count,
                     .buffers = buffers.count,
                     .exprs = exprs.count,
                     .accesses = accesses.count,
                     .stmts = stmts.count,
                     .checks = checks,
                     .facts = facts,
                     .operands = operands,
                     .calls = calls.count};
  }

 private:
  using handle = tir::handle;

  constexpr void sum(tir::program const& p, handle h) {
    if (h < 0 || !indices.add(h)) return;
    for (auto const& t : p.indices[h].terms) {
      if (!atoms.add(t.atom)) continue;
      tir::atom const& a = p.atoms[t.atom];
      if (a.kind == tir::atom_kind::variable) variables.add(a.id);
      if (a.kind == tir::atom_kind::loaded) expression(p, a.id);
      sum(p, a.lhs);
      sum(p, a.rhs);
    }
  }
  constexpr void buffer(tir::program const& p, handle h) {
    if (!buffers.add(h)) return;
    for (int d = 0; d < p.buffers[h].rank; ++d) sum(p, p.buffers[h].shape[d]);
  }
  constexpr void address(tir::program const& p, handle h) {
    if (h < 0 || !accesses.add(h)) return;
    buffer(p, p.accesses[h].buffer);
    for (int d = 0; d < p.accesses[h].rank; ++d) sum(p, p.accesses[h].index[d]);
  }
  constexpr void expression(tir::program const& p, handle h) {
    if (h < 0 || !exprs.add(h)) return;
    tir::expr const& e = p.exprs[h];
    int const n = tir::operand_count(e.op);
    if (e.op == tir::opcode::load) {
      address(p, e.a);
      expression(p, e.b);
    }
    if (e.op == tir::opcode::index || e.op == tir::opcode::in_range) sum(p, e.a);
    if (e.op == tir::opcode::reduce_lanes) variables.add(e.b);
    if (n > 0) expression(p, e.a);
    if (n > 1) expression(p, e.b);
    if (n > 2) expression(p, e.c);
  }
  constexpr void call(tir::program const& p, handle h) {
    calls.add(h);
    for (handle const x : p.calls[h].axis) {
      if (x >= 0) variables.add(x);
    }
    for (handle const a : p.calls[h].operand) address(p, a);
  }
  constexpr void statement(tir::program const& p, handle h) {
    for (; h >= 0 && stmts.add(h); h = p.stmts[h].next) {
      tir::stmt const& s = p.stmts[h];
      // What a call means is not emitted.
      if (s.kind == tir::stmt_kind::tensorize) {
        call(p, s.target);
        continue;
      }
      sum(p, s.extent);
      if (s.axis >= 0) variables.add(s.axis);
      for (handle const c : s.condition) sum(p, c);
      bool const is_access = s.kind == tir::stmt_kind::store || s.kind == tir::stmt_kind::prefetch;
      if (is_access) address(p, s.target);
      if (s.kind == tir::stmt_kind::allocate) buffer(p, s.target);
      expression(p, s.value);
      statement(p, s.body);
      statement(p, s.otherwise);
    }
  }
};

namespace code_impl {

template <class Code> struct writer {
  program const& p;
  compaction const& c;
  Code out{};

  constexpr void write_sums() {
    for (int i = 0; i < c.atoms.count; ++i) {
      atom a = p.atoms[c.atoms.from[i]];
      if (a.kind == atom_kind::variable) a.id = c.variables.at(a.id);
      if (a.kind == atom_kind::symbol) a.id = c.symbols.at(a.id);
      if (a.kind == atom_kind::loaded) a.id = c.exprs.at(a.id);
      a.lhs = c.indices.at(a.lhs);
      a.rhs = c.indices.at(a.rhs);
      out.atoms[i] = a;
    }
    for (int i = 0; i < c.indices.count; ++i) {
      affine a = p.indices[c.indices.from[i]];
      for (auto& t : a.terms) t.atom = c.atoms.at(t.atom);
      out.indices[i] = a;
    }
  }
  constexpr void write_buffers() {
    for (int i = 0; i < c.buffers.count; ++i) {
      buffer const& b = p.buffers[c.buffers.from[i]];
      code_buffer n{.type = b.type,
                    .where = b.where,
                    .operand = b.operand,
                    .rank = b.rank,
                    .is_output = b.is_output,
                    .may_alias_output = b.may_alias_output,
                    .lanes = b.lanes,
                    .alignment = b.alignment,
                    .layout = b.layout,
                    .stride_is = b.stride_is};
      for (int d = 0; d < b.rank; ++d) {
        n.shape[d] = c.indices.at(b.shape[d]);
        n.stride[d] = b.stride[d];
      }
      out.buffers[i] = n;
    }
    for (int i = 0; i < c.accesses.count; ++i) {
      access a = p.accesses[c.accesses.from[i]];
      a.buffer = c.buffers.at(a.buffer);
      for (int d = 0; d < a.rank; ++d) a.index[d] = c.indices.at(a.index[d]);
      out.accesses[i] = a;
    }
  }
  constexpr void write_exprs() {
    for (int i = 0; i < c.exprs.count; ++i) {
      expr e = p.exprs[c.exprs.from[i]];
      int const n = operand_count(e.op);
      if (e.op == opcode::load) {
        e.a = c.accesses.at(e.a);
        e.b = c.exprs.at(e.b);
      } else if (e.op == opcode::index || e.op == opcode::in_range) {
        e.a = c.indices.at(e.a);
      } else {
        if (n > 0) e.a = c.exprs.at(e.a);
        if (n > 1) e.b = c.exprs.at(e.b);
        if (n > 2) e.c = c.exprs.at(e.c);
        if (e.op == opcode::reduce_lanes) e.b = c.variables.at(e.b);
      }
      out.exprs[i] = e;
    }
  }
  constexpr void write_stmts() {
    for (int i = 0; i < c.stmts.count; ++i) {
      stmt s = p.stmts[c.stmts.from[i]];
      s.next = c.stmts.at(s.next);
      s.body = c.stmts.at(s.body);
      s.otherwise = c.stmts.at(s.otherwise);
      s.axis = c.variables.at(s.axis);
      s.extent = c.indices.at(s.extent);
      s.cut = -1;
      for (auto& h : s.condition) h = c.indices.at(h);
      bool const is_access = s.kind == stmt_kind::store || s.kind == stmt_kind::prefetch;
      s.target = is_access                        ? c.accesses.at(s.target)
                 : s.kind == stmt_kind::allocate  ? c.buffers.at(s.target)
                 : s.kind == stmt_kind::tensorize ? c.calls.at(s.target)
                 : s.kind == stmt_kind::await     ? s.target
                                                  : handle{-1};
      s.value = c.exprs.at(s.value);
      out.stmts[i] = s;
    }
    out.root = c.stmts.at(p.root);
  }
  constexpr void write_calls() {
    for (int i = 0; i < c.calls.count; ++i) {
      intrinsic_call const& from = p.calls[c.calls.from[i]];
      code_call& to = out.calls[i];
      to.key = p.intrinsics[from.which].key;
      for (int o = 0; o < max_intrinsic_operands; ++o) {
        to.operand[o] = c.accesses.at(from.operand[o]);
      }
      for (int x = 0; x < max_intrinsic_axes; ++x) to.axis[x] = c.variables.at(from.axis[x]);
    }
  }
  constexpr void write_lanes() {
    for (int i = 0; i < c.variables.count; ++i) {
      out.is_warp_lane[i] = p.axes[c.variables.from[i]].kind == loop_kind::lane;
    }
  }
  constexpr void write_entry() {
    for (int i = 0; i < c.symbols.count; ++i) {
      out.symbols[i] = p.symbols[c.symbols.from[i]];
      out.symbols[i].buffer = c.buffers.at(out.symbols[i].buffer);
    }
    for (int i = 0; i < c.checks; ++i) {
      out.checks[i] = p.checks[i];
      out.checks[i].sum = c.indices.at(p.checks[i].sum);
      out.checks[i].buffer = c.buffers.at(p.checks[i].buffer);
    }
    int n = 0;
    for (fact f : p.facts) {
      if (!is_checked(f)) continue;
      f.buffer = c.buffers.at(f.buffer);
      out.facts[n++] = f;
    }
  }
};

}  // namespace code_impl

/// The tight form of a lowered program; S is compaction(p).size().
template <code_size S>
constexpr auto make_code(tir::program const& p, compaction const& c) -> code<S> {
  code_impl::writer<code<S>> w{.p = p, .c = c};
  w.write_sums();
  w.write_buffers();
  w.write_exprs();
  w.write_stmts();
  w.write_calls();
  w.write_lanes();
  w.write_entry();
  return w.out;
}

namespace code_impl {

constexpr void hash_sum(hash128& h, affine const& a) {
  h.number(a.offset);
  for (auto const& t : a.terms) {
    h.number(t.atom);
    h.number(t.coef);
  }
}

constexpr void hash_buffer(hash128& h, code_buffer const& b) {
  h.number((static_cast<std::int64_t>(b.type) << 32) | (static_cast<std::int64_t>(b.where) << 24) |
           (std::int64_t{b.rank} << 8) | (b.operand + 1));
  h.number((std::int64_t{b.lanes} << 32) | b.alignment);
  h.number(int{b.is_output} * 2 + int{b.may_alias_output});
  for (int d = 0; d < b.rank; ++d) {
    h.number(b.shape[d]);
    h.number(b.stride[d]);
  }
  for (auto const& l : b.layout) h.number((l.block << 8) | (l.dim * 2) | int{l.inner});
  h.number((std::int64_t{b.stride_is.multiple} << 32) | b.stride_is.remainder);
  h.number(b.stride_is.dim);
}

constexpr void hash_access(hash128& h, access const& a) {
  h.number(((std::int64_t{a.buffer} + 1) << 32) | (a.checked << 16) | (a.nonnegative << 8) |
           a.rank);
  for (int d = 0; d < a.rank; ++d) h.number(a.index[d]);
}

constexpr void hash_stmt(hash128& h, stmt const& s) {
  h.number((static_cast<std::int64_t>(s.kind) << 8) | static_cast<std::int64_t>(s.loop) |
           (std::int64_t{s.streams} << 16) | (std::int64_t{s.is_atomic} << 17));
  for (handle const x : {s.next, s.body, s.otherwise, s.axis, s.extent, s.target, s.value}) {
    h.number(x);
  }
  for (handle const x : s.condition) h.number(x);
}

constexpr void hash_fact(hash128& h, fact const& f) {
  h.number((std::int64_t{f.buffer} << 32) | (std::int64_t{f.dim} + 1) << 24 |
           (static_cast<std::int64_t>(f.kind) << 16) |
           (static_cast<std::int64_t>(f.relation) << 8) | static_cast<std::int64_t>(f.origin));
  h.number(f.number);
}

}  // namespace code_impl

template <code_size S> constexpr auto hash_of(code<S> const& c) -> hash128 {
  hash128 h{};
  for (auto const& a : c.atoms) {
    h.number((static_cast<std::int64_t>(a.kind) << 48) | ((a.id + 1) << 16));
    h.number(((std::int64_t{a.lhs} + 1) << 20) ^ (a.rhs + 1));
  }
  for (auto const& a : c.indices) code_impl::hash_sum(h, a);
  for (auto const& b : c.buffers) code_impl::hash_buffer(h, b);
  for (auto const& e : c.exprs) {
    h.number((static_cast<std::int64_t>(e.op) << 8) | static_cast<std::int64_t>(e.type));
    h.number(((std::int64_t{e.a} + 1) << 40) | ((std::int64_t{e.b} + 1) << 20) | (e.c + 1));
    h.number(e.bits);
  }
  for (auto const& a : c.accesses) code_impl::hash_access(h, a);
  for (auto const& s : c.stmts) code_impl::hash_stmt(h, s);
  for (auto const& s : c.symbols) {
    h.number(((std::int64_t{s.buffer} + 1) << 8) | s.dim);
    h.number(s.multiple);
    h.number(s.at_most);
    h.number(s.at_least);
  }
  for (auto const& k : c.checks) {
    h.number(((std::int64_t{k.sum} + 1) << 32) | ((std::int64_t{k.buffer} + 1) << 16) |
             (k.dim * 2) | int{k.equal});
  }
  for (int i = 0; i < S.facts; ++i) code_impl::hash_fact(h, c.facts[i]);
  for (int i = 0; i < S.calls; ++i) {
    h.number(static_cast<std::int64_t>(c.calls[i].key));
    for (auto const a : c.calls[i].operand) h.number(a);
    for (auto const x : c.calls[i].axis) h.number(x);
  }
  for (int i = 0; i < S.variables; ++i) h.number(int{c.is_warp_lane[i]});
  h.number(c.root);
  return h;
}

}  // namespace ashlar::emit
