// SPDX-License-Identifier: Apache-2.0
//
// tir/print_stage: declarations, and the definitions of stages with what a schedule changed.
//
//   y(i) = sum(k, x(i, k)) / 64
//     i in [0, y.extent(0)), k in [0, 64)
//     i = 4*io + ii
//     parallel io in [0, ceil(y.extent(0) / 4))
#pragma once

#include <ashlar/tir/print_expr.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir::print_impl {

constexpr auto name_of(loop_kind k) -> std::string_view {
  constexpr std::string_view names[] = {
      "for",     "parallel", "vectorized", "unrolled", "tensorized", "block_x", "block_y",
      "block_z", "thread_x", "thread_y",   "thread_z", "lane",       "warp"};
  return names[static_cast<int>(k)];
}
constexpr auto name_of(scope s) -> std::string_view {
  constexpr std::string_view names[] = {"", "workspace", "stack", "registers", "shared"};
  return names[static_cast<int>(s)];
}
constexpr auto name_of(tail t) -> std::string_view {
  constexpr std::string_view names[] = {"automatic", "exact",  "guard",         "cut",
                                        "mask",      "narrow", "shift_inwards", "round_up"};
  return names[static_cast<int>(t)];
}

template <class Sink> struct stage_writer : value_writer<Sink, stage_writer<Sink>> {
  using base = value_writer<Sink, stage_writer<Sink>>;
  using base::indent;
  using base::line;
  using base::p;
  using base::put;

  int reducing = -1;          // the stage whose accumulators read as what they reduce
  bool names_result = false;  // they read as `acc`, which is defined below

  // --- what a reduction is called

  // The name of combine(acc, in), if it is one operation on the accumulator and what comes in.
  constexpr auto monoid_name(stage const& s) const -> std::string_view {
    if (s.reduce.components != 1) return {};
    expr const& e = p.exprs[s.reduce.combine[0]];
    if (operand_count(e.op) != 2 || p.exprs[e.a].op != opcode::accumulator ||
        p.exprs[e.b].op != opcode::incoming) {
      return {};
    }
    switch (e.op) {
      case opcode::add: return "sum";
      case opcode::mul: return "product";
      case opcode::min: return "min";
      case opcode::max: return "max";
      case opcode::logical_and: return "all";
      case opcode::logical_or: return "any";
      default: return {};
    }
  }
  constexpr void put_fold(stage const& s) {
    put(monoid_name(s));
    put("(");
    for (auto const a : s.reduced) {
      this->put_axis(a);
      put(", ");
    }
    this->value(s.value[0], binding::none);
    put(")");
  }
  constexpr void put_accumulator(int component) {
    if (reducing >= 0 && !names_result) return put_fold(p.stages[reducing]);
    put("acc.");
    put(component);
  }
  template <class Part> constexpr void put_tuple(int count, Part const& part) {
    put(count > 1 ? "(" : "");
    for (int c = 0; c < count; ++c) {
      if (c > 0) put(", ");
      part(c);
    }
    put(count > 1 ? ")" : "");
  }
  // acc: a reduction that is no named monoid, spelled out.
  constexpr void put_long_fold(stage const& s) {
    int const n = s.reduce.components;
    line();
    put("acc = fold over ");
    for (int a = 0; a < s.reduced.count; ++a) {
      put(a > 0 ? ", " : "");
      this->put_axis(s.reduced[a]);
    }
    put(" of ");
    put_tuple(n, [&](int c) { this->value(s.value[c], binding::none); });
    put(" from ");
    put_tuple(n, [&](int c) { this->value(s.reduce.identity[c], binding::none); });
    ++indent;
    for (int c = 0; c < n; ++c) {
      line();
      put_accumulator(c);
      put(" = ");
      this->value(s.reduce.combine[c], binding::none);
    }
    --indent;
  }

  // --- declarations

  constexpr void put_dimension(buffer const& b, int self, int d) {
    affine const& e = p.indices[b.shape[d]];
    bool const is_one = e.terms.count == 1 && e.offset == 0;
    if (is_one && p.atoms[e.terms[0].atom].kind == atom_kind::symbol) {
      symbol const& s = p.symbols[p.atoms[e.terms[0].atom].id];
      if (s.buffer == self && s.dim == d && s.multiple == e.terms[0].coef) {
        put("dyn");
        if (s.multiple != 1) {
          put(" multiple of ");
          put(s.multiple);
        }
        if (s.at_most >= 0) {
          put(" at most ");
          put(s.at_most * s.multiple);
        }
        if (s.at_least > 0) {
          put(" at least ");
          put(s.at_least * s.multiple);
        }
        return;
      }
    }
    this->put_sum(e);
  }
  constexpr void put_declaration(int handle_of_buffer) {
    buffer const& b = p.buffers[handle_of_buffer];
    this->put_buffer(handle_of_buffer);
    put(": ");
    if (b.where != scope::operand) {
      put(name_of(b.where));
      put(" ");
    }
    put(ashlar::name_of(b.type));
    if (b.rank == 0) return;
    put("[");
    for (int d = 0; d < b.rank; ++d) {
      put(d > 0 ? ", " : "");
      put_dimension(b, handle_of_buffer, d);
    }
    put("]");
    if (!b.layout.empty()) put_layout(b);
    if (b.stride_is.dim >= 0) put_stride(b.stride_is);
    if (b.stride_is.swizzle) put(", swizzled");
  }
  constexpr void put_stride(stride_rule const& r) {
    put(", stride of d");
    put(r.dim);
    put(" = ");
    put(r.remainder);
    put(" mod ");
    put(r.multiple);
  }
  constexpr void put_layout(buffer const& b) {
    put(" in order (");
    for (int i = 0; i < b.layout.count; ++i) {
      layout_dim const& l = b.layout[i];
      put(i > 0 ? ", d" : "d");
      put(l.dim);
      if (l.block == 1) continue;
      put(l.inner ? " % " : " / ");
      put(l.block);
    }
    put(")");
  }
  constexpr void put_header() {
    for (int at = 0; at < p.operands; ++at) {
      for (int b = 0; b < p.buffers.count; ++b) {
        if (p.buffers[b].operand != at) continue;
        put(p.buffers[b].is_output ? "output " : "");
        put_declaration(b);
        line();
      }
    }
    for (auto const& c : p.checks) {
      put("require ");
      if (c.equal)
        this->put_equation(p.indices[c.sum]);
      else
        this->put_condition(p.indices[c.sum]);
      line();
    }
    for (auto const& f : p.facts) put_stated(f);
  }
  constexpr void put_stated(fact const& f) {
    constexpr std::string_view words[] = {"assume ", "unsafe_assume ", "where ", "except where "};
    put(words[static_cast<int>(f.origin)]);
    this->put_buffer(f.buffer);
    put(".");
    put_fact(this->out, f);
    line();
  }

  // --- stages

  constexpr void put_range(int axis) {
    this->put_axis(axis);
    put(" in [0, ");
    this->put_sum(p.axes[axis].extent);
    put(")");
  }
  constexpr void put_definition(int s) {
    stage const& st = p.stages[s];
    reducing = st.reduce.components > 0 ? s : -1;
    names_result = reducing >= 0 && monoid_name(st).empty();
    this->put_lets(st.result);
    if (reducing >= 0 && !names_result) this->put_lets(st.value[0]);
    this->put_buffer(st.buffer);
    put("(");
    for (int d = 0; d < st.pure.count; ++d) {
      put(d > 0 ? ", " : "");
      this->put_axis(st.pure[d]);
    }
    put(") = ");
    this->value(st.result, binding::none);
    ++indent;
    if (names_result) put_long_fold(st);
    this->forget_lets(st.result);
    if (reducing >= 0) this->forget_lets(st.value[0]);
    reducing = -1;
    line();
    bool is_first = true;
    for (auto const* axes : {&st.pure, &st.reduced}) {
      for (auto const a : *axes) {
        put(is_first ? "" : ", ");
        put_range(a);
        is_first = false;
      }
    }
  }
  // How an axis that was split or fused is made of others.
  constexpr void put_relation(int a) {
    axis const& ax = p.axes[a];
    if (ax.fused >= 0) {
      axis const& f = p.axes[ax.fused];
      if (f.first != a) return;
      line();
      this->put_axis(ax.fused);
      put(" = ");
      this->put_axis(a);
      put(" and ");
      this->put_axis(f.second);
      put(" fused");
    } else if (ax.outer >= 0) {
      line();
      this->put_axis(a);
      put(" = ");
      put_block(p.axes[ax.inner]);
      put("*");
      this->put_axis(ax.outer);
      put(" + ");
      this->put_axis(ax.inner);
      put_tail(p.axes[ax.outer].tails);
      put_relation(ax.outer);
      put_relation(ax.inner);
    }
    if (ax.fused >= 0) put_relation(ax.fused);
  }
  constexpr void put_block(axis const& part) {
    if (part.span < 0) return put(part.factor);
    put("(");
    this->put_sum(part.span);
    put(")");
  }
  constexpr void put_tail(tail t) {
    if (t == tail::automatic) return;
    put(", tail ");
    put(name_of(t));
  }
  constexpr auto is_scheduled(stage const& s) const -> bool {
    if (s.loops.count != s.pure.count + s.reduced.count) return true;
    for (int l = 0; l < s.loops.count; ++l) {
      handle const usual = l < s.pure.count ? s.pure[l] : s.reduced[l - s.pure.count];
      if (s.loops[l] != usual || p.axes[usual].kind != loop_kind::serial) return true;
    }
    return false;
  }
  constexpr void put_schedule(stage const& s) {
    for (auto const* axes : {&s.pure, &s.reduced}) {
      for (auto const a : *axes) put_relation(a);
    }
    for (auto const a : s.loops) {
      line();
      put(name_of(p.axes[a].kind));
      put(" ");
      put_range(a);
      if (a == s.init_above) put("  (the reduction starts above)");
      if (a == s.tile_at) put("  (its tile lives above)");
      if (a == s.tensorized_at) {
        put("  (");
        put(p.intrinsics[s.intrinsic].name.view());
        put(" from here inwards)");
      }
    }
  }
  constexpr void put_storage(stage const& st) {
    if (st.store_at == at_root) put(", stored outside of all of them");
    if (st.store_at >= 0) {
      put(", stored in loop ");
      this->put_axis(st.store_at);
    }
    if (st.fold_dim < 0) return;
    put(", folded along ");
    this->put_axis(st.pure[st.fold_dim]);
    if (st.fold_places == 0) return;
    put(" in ");
    put(std::int64_t{st.fold_places});
  }
  constexpr void put_stage(int s) {
    stage const& st = p.stages[s];
    put_definition(s);
    buffer const& b = p.buffers[st.buffer];
    if (b.where != scope::operand) {
      line();
      put_declaration(st.buffer);
    }
    if (st.place == placement::inlined) {
      line();
      put("inlined");
    } else if (st.place == placement::at) {
      line();
      put("computed in loop ");
      this->put_axis(st.at_axis);
      put(" of ");
      put(p.stages[st.at_stage].name.view());
      put_storage(st);
    }
    if (st.streams) {
      line();
      put("streamed");
    }
    if (st.with_axis >= 0) {
      line();
      put("shares loop ");
      this->put_axis(st.with_axis);
      for (auto const& other : p.stages) {
        if (position_of(other, st.with_axis) < 0) continue;
        put(" of ");
        put(other.name.view());
      }
    }
    if (is_scheduled(st)) put_schedule(st);
    --indent;
  }
};

}  // namespace ashlar::tir::print_impl

ASHLAR_COMPILER_END
