// SPDX-License-Identifier: Apache-2.0
#include <fuzz/source.hpp>

#include <fuzz/record.hpp>

#include <algorithm>

namespace ashlar::fuzz {

namespace {

using std::to_string;

auto quoted(std::string const& s) -> std::string { return '"' + s + '"'; }

/// Writes the definitions of one stage.
// A local stage that is read before or in its definition.
auto declaration(kernel_form const& k, int tensor) -> std::string {
  auto const& name = k.tensors[static_cast<std::size_t>(tensor)].name;
  auto const like = static_cast<std::size_t>(declared_like(k, tensor));
  return "  ash::local " + name + "(" + quoted(name) + ", " + k.tensors[like].name + ");\n";
}

struct stage_writer {
  kernel_form const& k;
  stage_form const& s;
  std::string out{};
  std::vector<std::string> text{};

  auto axis(int a) const -> std::string const& { return s.axes[static_cast<std::size_t>(a)].name; }
  auto at(int node) const -> std::string const& { return text[static_cast<std::size_t>(node)]; }

  auto sum(index_form const& x) const -> std::string {
    std::string r;
    for (auto const& t : x.terms) {
      if (!r.empty()) r += " + ";
      r += t.coef == 1 ? axis(t.axis) : to_string(t.coef) + " * " + axis(t.axis);
    }
    if (r.empty()) return to_string(x.offset);
    if (x.offset > 0) r += " + " + to_string(x.offset);
    if (x.offset < 0) r += " - " + to_string(-x.offset);
    if (x.divisor != 0) r = "(" + r + ") / " + to_string(x.divisor);
    if (x.modulus != 0) r = "(" + r + ") % " + to_string(x.modulus);
    if (x.shift > 0) r += " + " + to_string(x.shift);
    if (x.shift < 0) r += " - " + to_string(-x.shift);
    return r;
  }
  auto number(node_form const& n) const -> std::string {
    auto const whole = to_string(static_cast<std::int64_t>(n.number));
    switch (n.type) {
      case dtype::f32: return whole + ".0f";
      case dtype::f64: return whole + ".0";
      case dtype::boolean: return n.number != 0 ? "true" : "false";
      default: return whole;
    }
  }
  auto load(node_form const& n) const -> std::string {
    std::string r = k.tensors[static_cast<std::size_t>(n.tensor)].name;
    bool const is_carried = n.is_earlier || (n.tensor == s.tensor && n.a >= 0);
    if (is_carried) r = "ash::carried(" + r + ", " + at(n.a) + ")";
    switch (is_carried ? expr::boundary::none : n.outside) {
      case expr::boundary::zero: r = "ash::zero(" + r + ")"; break;
      case expr::boundary::constant: r = "ash::constant(" + r + ", " + at(n.a) + ")"; break;
      case expr::boundary::clamp: r = "ash::clamp(" + r + ")"; break;
      case expr::boundary::reflect: r = "ash::reflect(" + r + ")"; break;
      default: break;
    }
    r += "(";
    for (std::size_t d = 0; d < n.index.size(); ++d) {
      r +=
          (d == 0 ? "" : ", ") + (n.index[d].loaded >= 0 ? at(n.index[d].loaded) : sum(n.index[d]));
    }
    return r + ")";
  }
  auto reduction(node_form const& n) const -> std::string {
    constexpr char const* names[] = {"sum", "prod",   "max",    "min",   "any",
                                     "all", "argmax", "argmin", "reduce"};
    bool const is_scan = n.scan != expr::scan_kind::none;
    std::string const kind = names[static_cast<int>(n.reduction)];
    std::string r = "ash::" + kind + "(";
    if (is_scan) {
      bool const is_inclusive = n.scan == expr::scan_kind::inclusive;
      r = is_inclusive ? "ash::inclusive_scan(" : "ash::exclusive_scan(";
    }
    if (n.reduction != expr::reduction_kind::user) {
      if (is_scan) r += "ash::monoids::" + kind + ", ";
    } else {
      auto const& m = monoids[n.monoid];
      r += std::string("ash::monoid{0, [](auto a, auto b) { return ") + m.combine + "; }" +
           (m.commutative ? "}, " : ", false}, ");
    }
    for (int const a : n.axes) r += axis(a) + ", ";
    return r + at(n.a) + ")";
  }
  auto operation(node_form const& n) const -> std::string {
    std::string const name(tir::name_of(n.op));
    if (n.op == tir::opcode::logical_and) return "(" + at(n.a) + " && " + at(n.b) + ")";
    if (n.op == tir::opcode::logical_or) return "(" + at(n.a) + " || " + at(n.b) + ")";
    if (n.op == tir::opcode::logical_not) return "!" + at(n.a);
    if (n.op == tir::opcode::neg) return "(-" + at(n.a) + ")";
    if (n.op == tir::opcode::bit_not) return "(~" + at(n.a) + ")";
    if (tir::is_infix(n.op)) return "(" + at(n.a) + " " + name + " " + at(n.b) + ")";
    std::string r = "ash::" + name + "(" + at(n.a);
    if (n.b >= 0) r += ", " + at(n.b);
    if (n.c >= 0) r += ", " + at(n.c);
    return r + ")";
  }
  auto make(node_form const& n) const -> std::string {
    switch (n.kind) {
      case node_kind::number: return number(n);
      case node_kind::load: return load(n);
      // Arithmetic on it is that of values: % truncates, and min(i, ..) is no reduction over i.
      case node_kind::index: return "ash::cast<std::int64_t>(" + sum(n.index[0]) + ")";
      case node_kind::cast: return "ash::cast<" + type_source(n.type) + ">(" + at(n.a) + ")";
      case node_kind::reduction: return reduction(n);
      default: return operation(n);
    }
  }
  auto uses() const -> std::vector<int> {
    std::vector<int> count(s.nodes.size(), 0);
    auto const use = [&](int n) {
      if (n >= 0) ++count[static_cast<std::size_t>(n)];
    };
    use(s.root);
    for (std::size_t n = s.nodes.size(); n-- > 0;) {
      if (count[n] == 0) continue;
      auto const& f = s.nodes[n];
      use(f.a);
      use(f.b);
      use(f.c);
      for (auto const& x : f.index) use(x.loaded);
    }
    return count;
  }

  auto write(int place) -> std::string {
    auto const& t = k.tensors[static_cast<std::size_t>(s.tensor)];
    auto const count = uses();
    bool const is_early = is_read_early(k, s.tensor);
    bool const is_declared = !t.is_operand && (is_recurrence(s) || is_early);
    if (is_declared && !is_early) out += declaration(k, s.tensor);
    for (std::size_t n = 0; n < s.nodes.size(); ++n) {
      text.push_back(count[n] == 0 ? "" : make(s.nodes[n]));
      auto const kind = s.nodes[n].kind;
      if (count[n] == 0 || kind == node_kind::number || !has_tensor(s, static_cast<int>(n)))
        continue;
      // Names keep shared values shared, and reads in order: axes and stages are in that order.
      bool const is_read = kind == node_kind::load || kind == node_kind::reduction;
      if (!is_read && count[n] == 1 && text.back().size() < 60) continue;
      auto const name = "v" + to_string(place) + "_" + to_string(n);
      out += "  ash::traced const " + name + " = " + text.back() + ";\n";
      text.back() = name;
    }
    if (!t.is_operand && !is_declared)
      out += "  ash::local " + t.name + "(" + quoted(t.name) + ");\n";
    out += "  " + t.name + "(";
    for (std::size_t a = 0; a < s.pure.size(); ++a) out += (a == 0 ? "" : ", ") + axis(s.pure[a]);
    return out + ") = " + at(s.root) + ";\n";
  }
};

auto axes_source(kernel_form const& k) -> std::string {
  std::vector<axis_form> all;
  for (auto const& s : k.stages) {
    for (auto const& a : s.axes) {
      bool const known =
          std::any_of(all.begin(), all.end(), [&](axis_form const& b) { return a.name == b.name; });
      if (!known) all.push_back(a);
    }
  }
  std::string r;
  for (auto const& a : all) {
    r += "  [[maybe_unused]] constexpr ash::axis<" + quoted(a.name) +
         (a.declared ? ", " + to_string(a.extent) : std::string()) + "> " + a.name + "{};\n";
  }
  return r;
}

auto extent_source(extent e) -> std::string {
  if (e.is_static()) return to_string(e.value);
  if (e.granule == 0 && e.limit == 0) return "ash::dyn";
  if (e.granule == 0) return "ash::dyn_at_most(" + to_string(e.limit) + ")";
  return "ash::dyn_multiple_of(" + to_string(e.granule) +
         (e.limit == 0 ? ")" : ", " + to_string(e.limit) + ")");
}

auto tail_source(tir::tail t) -> std::string {
  if (t == tir::tail::automatic) return "";
  return ", ash::tail::" + std::string(scheduling::tail_name(t));
}

auto layout_source(directive const& d) -> std::string {
  std::string r = "ash::ordered(";
  for (std::size_t i = 0; i < d.order.size(); ++i) {
    auto const& o = d.order[i];
    r += i == 0 ? "" : ", ";
    r += "ash::dim(" + quoted(std::string(o.dim.view())) + ")";
    if (o.what == order_item::part::quotient) r += " / " + to_string(o.block);
    if (o.what == order_item::part::rest) r += " % " + to_string(o.block);
  }
  auto const& v = d.padding;
  if (v.what == padding_value::kind::none) return r + ")";
  bool const is_infinite = v.what == padding_value::kind::infinite;
  std::string const infinity =
      std::string(v.number < 0 ? "-" : "") + "std::numeric_limits<double>::infinity()";
  return r + ").pad(" + (is_infinite ? infinity : to_string(v.number)) + ")";
}

auto arguments(directive const& d) -> std::string {
  auto const loop = [&](std::size_t n) { return quoted(d.loops[n]); };
  auto const factor = [&] { return d.factor == 0 ? "" : ", " + to_string(d.factor); };
  switch (d.what) {
    case verb::split:
      if (d.is_tile) {
        return loop(0) + ", " + loop(1) + ", " + to_string(d.factor) + ", " +
               to_string(d.second_factor) + tail_source(d.tails);
      }
      if (d.first_name.empty()) return loop(0) + ", " + to_string(d.factor) + tail_source(d.tails);
      return loop(0) + ", " + quoted(d.first_name) + ", " + quoted(d.second_name) + ", " +
             to_string(d.factor) + tail_source(d.tails);
    case verb::fuse:
      return loop(0) + ", " + loop(1) + (d.first_name.empty() ? "" : ", " + quoted(d.first_name));
    case verb::reorder: {
      std::string r = loop(0);
      for (std::size_t n = 1; n < d.loops.size(); ++n) r += ", " + loop(n);
      return r;
    }
    case verb::vectorize:
    case verb::unroll: return loop(0) + factor() + (d.factor == 0 ? "" : tail_source(d.tails));
    case verb::split_parts: return loop(0) + factor() + tail_source(d.tails);
    case verb::split_balanced:
      return loop(0) + factor() + ", " + to_string(d.second_factor) + tail_source(d.tails);
    case verb::align_storage:
    case verb::peel:
      return loop(0) + ", " + to_string(d.factor) + ", " + to_string(d.second_factor);
    case verb::compute_inline:
    case verb::store_root:
    case verb::atomic:
    case verb::stream:
    case verb::compute_root: return "";
    case verb::layout: return layout_source(d);
    case verb::pad_to:
    case verb::fold_storage: return loop(0) + ", " + to_string(d.factor);
    case verb::reverse_compute_at:
    case verb::store_at: return "s[" + quoted(d.other) + "].get(" + loop(0) + ")";
    case verb::cache_read:
      return quoted(d.other) + ", " + loop(0) + (d.order.empty() ? "" : ", " + layout_source(d));
    case verb::store_in:
      if (d.where == tir::scope::operand && !d.other.empty()) return "s[" + quoted(d.other) + "]";
      return "ash::scope::" + std::string(scheduling::scope_name(d.where));
    case verb::prefetch: return quoted(d.other) + ", " + loop(0) + ", " + std::to_string(d.factor);
    default: return loop(0);
  }
}

}  // namespace

auto has_tensor(stage_form const& s, int node) -> bool {
  if (node < 0) return false;
  auto const& n = s.nodes[static_cast<std::size_t>(node)];
  return n.kind == node_kind::load || has_tensor(s, n.a) || has_tensor(s, n.b) ||
         has_tensor(s, n.c);
}

auto type_source(dtype t) -> std::string {
  switch (t) {
    case dtype::f32: return "float";
    case dtype::f64: return "double";
    case dtype::f16: return "ash::float16";
    case dtype::bf16: return "ash::bfloat16";
    case dtype::u4: return "ash::uint4x2";
    case dtype::i4: return "ash::int4x2";
    case dtype::i32: return "std::int32_t";
    case dtype::i64: return "std::int64_t";
    case dtype::u8: return "std::uint8_t";
    default: return "bool";
  }
}

auto extents_source(tensor_form const& t) -> std::string {
  std::string r;
  for (auto const& d : t.dims) {
    r += r.empty() ? "" : ", ";
    r += extent_source(d.promise);
  }
  return r;
}

auto operand_source(kernel_form const& k) -> std::string {
  std::string r;
  for (auto const& t : k.tensors) {
    if (!t.is_operand) continue;
    r += "// " + t.name + ": " + type_source(t.memory_type()) + (t.is_output ? "" : " const") +
         ", extents<" + extents_source(t) + "> of";
    for (auto const& d : t.dims) r += " " + to_string(d.extent);
    r += "\n";
  }
  return r;
}

auto kernel_source(kernel_form const& k, std::string const& name) -> std::string {
  std::string parameters;
  std::string names;
  for (auto const& t : k.tensors) {
    if (!t.is_operand) continue;
    parameters += (parameters.empty() ? "auto& " : ", auto& ") + t.name;
    names += "  " + t.name + ".name(" + quoted(t.name) + ");\n";
  }
  std::string r = "constexpr auto " + name + " = [](" + parameters + ") {\n" + names;
  r += axes_source(k);
  int place = 0;
  for (std::size_t t = 0; t < k.tensors.size(); ++t) {
    bool const is_early = is_read_early(k, static_cast<int>(t));
    if (!k.tensors[t].is_operand && is_early) r += declaration(k, static_cast<int>(t));
  }
  for (auto const& s : k.stages) r += stage_writer{.k = k, .s = s}.write(place++);
  return r + "};\n";
}

// As fuzz/apply does it.
auto with_source(directive const& d) -> std::string {
  auto const stage = "s[" + quoted(d.stage) + "]";
  auto const other = "s[" + quoted(d.other) + "]";
  if (d.factor == 0) {
    return "  " + stage + ".compute_with(" + other + ".get(" + quoted(d.loops[0]) + "));\n";
  }
  auto const split = [&](std::string const& of, std::string const& loop) {
    return of + ".split(" + quoted(loop) + ", " + to_string(d.factor) + tail_source(d.tails) + ")";
  };
  std::string r = "  {\n    auto const theirs = " + split(other, d.loops[0]) + ";\n" +
                  "    [[maybe_unused]] auto const own = " + split(stage, d.loops[1]) + ";\n";
  if (d.is_tile) {
    r += "    " + other + ".parallel(theirs.outer);\n    " + stage + ".parallel(own.outer);\n";
  }
  return r + "    " + stage + ".compute_with(theirs." + (d.second_factor == 0 ? "outer" : "inner") +
         ");\n  }\n";
}

auto claim_source(claim const& c) -> std::string {
  auto const operand = quoted(std::string(c.operand.view()));
  auto const n = to_string(c.number);
  auto const of = "ash::" + std::string(tir::name_of(c.kind)) + "_of(" + operand + ", " +
                  to_string(c.dim) + ")";
  switch (c.relation) {
    case tir::fact_relation::multiple: return of + " % " + n + " == 0";
    case tir::fact_relation::at_most: return of + " <= " + n;
    case tir::fact_relation::at_least: return of + " >= " + n;
    default: return of + " == " + n;
  }
}

// The steps after a choice are those of its variant alone: another one may not permit them.
auto schedule_source(std::vector<directive> const& steps, std::string const& name) -> std::string {
  std::string r = "constexpr auto " + name + " = []([[maybe_unused]] ash::schedule& s) {\n";
  int open = 0;
  for (auto const& d : steps) {
    if (d.what == verb::specialize) {
      r += std::string("  if (") + (d.is_tile ? "" : "!") + "s.specialize(" + claim_source(d.fact) +
           ")) {\n";
      ++open;
      continue;
    }
    if (scheduling::states_fact(d.what)) {
      r += "  s." + std::string(scheduling::name_of(d.what)) + "(" + claim_source(d.fact) + ");\n";
      continue;
    }
    if (d.what == verb::compute_at) {
      r += "  s.compute_at(" + quoted(d.stage) + ", " + quoted(d.other) + ", " +
           quoted(d.loops[0]) + ");\n";
      continue;
    }
    if (d.what == verb::compute_with) {
      r += with_source(d);
      continue;
    }
    auto const call = d.is_tile && d.what == verb::split ? std::string("tile")
                                                         : std::string(scheduling::name_of(d.what));
    auto const of = [&](std::string const& stage) {
      r += "  s[" + quoted(stage) + "]." + call + "(" + arguments(d) + ");\n";
    };
    of(d.stage);
    if (d.what != verb::reverse_compute_at) continue;
    for (std::size_t n = 1; n < d.loops.size(); ++n) of(d.loops[n]);
  }
  while (open-- > 0) r += "  }\n";
  return r + "};\n";
}

}  // namespace ashlar::fuzz
