// SPDX-License-Identifier: Apache-2.0
//
// tir/print: a program as text that reads like what it means.
//
//   before lowering                                    after lowering
//     output y: f32[dyn, 16]                             parallel io in [0, ceil(y.extent(0) / 4)):
//     x: f32[y.extent(0), 64]                              for k in [0, 64):
//                                                            if 4*io + 3 < y.extent(0):
//     y(i) = sum(k, x(i, k)) / 64                              acc[0] = acc[0] + x[4*io, k]
//       i in [0, y.extent(0)), k in [0, 64)
//
//   takes       a program, and where to: append(char), append(std::string_view), append(int64_t)
//   returns     nothing; the same text for equal programs, in constant evaluation too
//   stages      the definition, its domain, and then what a schedule has changed: how axes are made
//               of others, the loops from the outermost in, where it is computed
//   source      loop nests as Halide's print_loop_nest and TVMScript show them
#pragma once

#include <ashlar/tir/print_stage.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

namespace print_impl {

template <class Sink> struct program_writer : stage_writer<Sink> {
  using base = stage_writer<Sink>;
  using base::in_nest;
  using base::indent;
  using base::line;
  using base::p;
  using base::put;

  // --- statements

  constexpr void put_block(handle first) {
    for (handle s = first; s >= 0; s = p.stmts[s].next) put_statement(p.stmts[s]);
  }
  constexpr void put_inside(handle first) {
    ++indent;
    put_block(first);
    --indent;
  }
  constexpr void put_statement(stmt const& s) {
    line();
    switch (s.kind) {
      case stmt_kind::loop: return put_loop(s);
      case stmt_kind::guard: return put_guard(s);
      case stmt_kind::allocate:
        put("allocate ");
        this->put_declaration(s.target);
        // The rest of the block is its body unless more follows it.
        if (s.next < 0) return put_block(s.body);
        put(":");
        return put_inside(s.body);
      case stmt_kind::store: return put_store(s);
      case stmt_kind::prefetch: put("prefetch "); return this->put_access(s.target);
      case stmt_kind::tensorize:
        put_call(p.calls[s.target]);
        put(":");
        return put_inside(s.body);
      case stmt_kind::barrier:
      case stmt_kind::commit:
      case stmt_kind::await: return put_wait(s);
    }
  }
  // What threads wait for.
  constexpr void put_wait(stmt const& s) {
    if (s.kind == stmt_kind::barrier) return put("barrier");
    if (s.kind == stmt_kind::commit) return put("commit");
    put("await all groups but ");
    this->out.append(std::int64_t{s.target});
  }
  // The intrinsic and where its operands begin; without them before they are known.
  constexpr void put_call(intrinsic_call const& c) {
    intrinsic const& k = p.intrinsics[c.which];
    put("tensorize ");
    put(k.name.view());
    if (!c.is_settled()) return;
    for (int o = 0; o < k.operands.count; ++o) {
      access const& a = p.accesses[c.operand[o]];
      put(o == 0 ? "(" : ", ");
      this->put_buffer(a.buffer);
      put("[");
      for (int d = 0; d < a.rank; ++d) {
        put(d > 0 ? ", " : "");
        put_origin(p.indices[a.index[d]], c);
      }
      put("]");
    }
    put(")");
  }
  // A sum where the loop variables of the intrinsic are 0.
  constexpr void put_origin(affine const& sum, intrinsic_call const& c) {
    affine rest = constant(sum.offset);
    for (auto const& t : sum.terms) {
      atom const& a = p.atoms[t.atom];
      bool is_inside = false;
      for (handle const x : c.axis) {
        is_inside = is_inside || (a.kind == atom_kind::variable && a.id == x);
      }
      if (!is_inside) rest = add_scaled(rest, multiple(t.atom), t.coef);
    }
    this->put_sum(rest);
  }
  constexpr void put_loop(stmt const& s) {
    put(name_of(s.loop));
    put(" ");
    this->open.push_back(s.axis);
    this->put_axis(s.axis);
    put(" in [0, ");
    this->put_sum(s.extent);
    put(")");
    if (s.cut >= 0) {
      put(", full blocks below ");
      this->put_sum(s.cut);
    }
    put(":");
    put_inside(s.body);
    this->open.pop_back();
  }
  constexpr void put_guard(stmt const& s) {
    put("if ");
    bool is_first = true;
    for (handle const c : s.condition) {
      if (c < 0) continue;
      put(is_first ? "" : " and ");
      this->put_condition(p.indices[c]);
      is_first = false;
    }
    put(":");
    put_inside(s.body);
    if (s.otherwise < 0) return;
    line();
    put("else:");
    put_inside(s.otherwise);
  }
  constexpr void put_store(stmt const& s) {
    this->put_lets(s.value);
    if (s.is_atomic) put("atomic ");
    bool const is_shared = p.buffers[p.accesses[s.target].buffer].where == scope::shared;
    if (s.streams) put(is_shared ? "async " : "stream ");
    this->put_access(s.target);
    put(" = ");
    this->value(s.value, binding::none);
    this->forget_lets(s.value);
  }

  constexpr void put_program() {
    if (!p.fault.ok()) {
      put("error: ");
      put(p.fault.text.view());
      return line();
    }
    this->put_header();
    if (p.root >= 0) {
      in_nest = true;
      put_block(p.root);
      return line();
    }
    for (int s = 0; s < p.stages.count; ++s) {
      line();
      this->put_stage(s);
      line();
    }
  }
};

}  // namespace print_impl

/// Appends the program as text, which ends with a newline.
template <class Sink> constexpr void print(program const& p, Sink& out) {
  print_impl::program_writer<Sink> w{{{{{p, out}}}}};
  w.put_program();
}

/// Appends one index sum, as in the text of the program.
template <class Sink> constexpr void print_sum(program const& p, affine const& a, Sink& out) {
  print_impl::program_writer<Sink> w{{{{{p, out}}}}};
  w.put_sum(a);
}

/// Appends one value, with accesses as in a loop nest.
template <class Sink> constexpr void print_value(program const& p, handle e, Sink& out) {
  print_impl::program_writer<Sink> w{{{{{p, out}}}}};
  w.in_nest = true;
  w.value(e, print_impl::binding::none);
}

/// The program as text of at most N - 1 characters.
template <std::size_t N = 8192> constexpr auto to_text(program const& p) -> text<N> {
  text<N> t{};
  print(p, t);
  return t;
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END
