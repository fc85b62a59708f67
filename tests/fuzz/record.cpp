// SPDX-License-Identifier: Apache-2.0
#include <fuzz/record.hpp>

#include <ashlar/expr/boundary.hpp>

#include <algorithm>
#include <deque>

namespace ashlar::fuzz {

namespace {

using expr::recorder;

struct stage_recorder {
  recorder& r;
  kernel_form const& k;
  stage_form const& s;
  std::vector<int> const& buffers;  // of the tensors: buffer of the recorder
  std::deque<axis_info>& infos;
  std::vector<axis_info const*> axes{};
  std::vector<traced> values{};

  void open() {
    for (auto const& a : s.axes) {
      infos.push_back(axis_info{.name = name_text(std::string_view(a.name)),
                                .extent = a.declared ? a.extent : dynamic_extent});
      axes.push_back(&infos.back());
    }
  }

  auto sum(index_form const& x) -> index_expr {
    using index_impl::combine;
    index_expr e{};
    bool first = true;
    for (auto const& t : x.terms) {
      index_expr one{};
      one.nodes[0] =
          index_node{.op = index_op::axis, .axis = axes[static_cast<std::size_t>(t.axis)]};
      one.count = 1;
      if (t.coef != 1) one = combine(index_op::mul, index_expr(t.coef), one);
      e = first ? one : combine(index_op::add, e, one);
      first = false;
    }
    if (first) return index_expr(x.offset);
    if (x.offset > 0) e = combine(index_op::add, e, index_expr(x.offset));
    if (x.offset < 0) e = combine(index_op::sub, e, index_expr(-x.offset));
    if (x.divisor != 0) e = combine(index_op::floor_div, e, index_expr(x.divisor));
    if (x.modulus != 0) e = combine(index_op::floor_mod, e, index_expr(x.modulus));
    if (x.shift > 0) e = combine(index_op::add, e, index_expr(x.shift));
    if (x.shift < 0) e = combine(index_op::sub, e, index_expr(-x.shift));
    return e;
  }

  auto index(index_form const& x) -> tir::handle {
    if (!r.ok()) return -1;
    if (x.loaded >= 0) return expr::index_of(r, value(x.loaded));
    bool const plain = x.terms.size() == 1 && x.terms[0].coef == 1 && x.offset == 0 &&
                       x.divisor == 0 && x.modulus == 0 && x.shift == 0;
    if (plain) return expr::index_of_axis(r, *axes[static_cast<std::size_t>(x.terms[0].axis)]);
    if (x.terms.empty()) return expr::index_of(r, x.offset);
    return expr::index_of(r, sum(x));
  }

  auto load(node_form const& n) -> traced {
    expr::access_record a{};
    a.buffer = static_cast<tir::handle>(buffers[static_cast<std::size_t>(n.tensor)]);
    a.rank = static_cast<std::int8_t>(n.index.size());
    a.outside = n.outside;
    expr::check_rank(r, a.buffer, a.rank);
    a.is_carried = n.is_earlier || (n.tensor == s.tensor && n.a >= 0);
    for (std::size_t d = 0; d < n.index.size(); ++d) a.index[d] = index(n.index[d]);
    if (n.outside == expr::boundary::constant) return expr::load_or(r, a, value(n.a));
    return expr::load(r, a);
  }

  auto reduce(node_form const& n) -> traced {
    expr::axis_list list{};
    for (int const a : n.axes) list.axes.push_back(axes[static_cast<std::size_t>(a)]);
    traced const v = expr::bind(r, value(n.a), dtype::none);
    if (!r.ok()) return expr::nothing(r);
    auto made = n.reduction == expr::reduction_kind::user
                    ? user_monoid(n.monoid, v.type())
                    : expr::reduction_record{.kind = n.reduction};
    made.scan = n.scan;
    return n.scan == expr::scan_kind::none ? expr::add_reduction(r, made, list, v)
                                           : expr::add_scan(r, made, *list.axes[0], v);
  }
  // As numbers in a kernel: 0 takes the type of what it is combined with.
  auto user_monoid(int which, dtype d) -> expr::reduction_record {
    auto const sum = [](auto a, auto b) { return a + b + a * b; };
    auto const first = [](auto a, auto b) {
      return select(a == 0, select(b == 0, (min)(a, b), b), a);
    };
    auto const most = [](auto a, auto b) { return (max)(abs(a), abs(b)); };
    if (which == 0) return expr::user_record(r, monoid{0, sum}, d);
    if (which == 1) return expr::user_record(r, monoid{0, first, false}, d);
    return expr::user_record(r, monoid{0, most}, d);
  }

  auto operation(node_form const& n) -> traced {
    if (n.op == tir::opcode::select) return expr::select(value(n.a), value(n.b), value(n.c));
    if (n.op == tir::opcode::fma) return expr::fused(value(n.a), value(n.b), value(n.c));
    if (tir::operand_count(n.op) == 1) return expr::unary(n.op, value(n.a));
    return expr::binary(n.op, value(n.a), value(n.b));
  }

  static auto number(node_form const& n) -> traced {
    switch (n.type) {
      case dtype::f32: return traced(static_cast<float>(n.number));
      case dtype::f64: return traced(n.number);
      case dtype::boolean: return traced(n.number != 0);
      default: return traced(static_cast<std::int64_t>(n.number));
    }
  }

  auto make(node_form const& n) -> traced {
    switch (n.kind) {
      case node_kind::number: return number(n);
      case node_kind::load: return load(n);
      case node_kind::index: return expr::load_index(r, index(n.index[0]));
      case node_kind::cast: return expr::cast(value(n.a), n.type);
      case node_kind::reduction: return reduce(n);
      default: return operation(n);
    }
  }
  auto value(int node) const -> traced const& { return values[static_cast<std::size_t>(node)]; }

  void record_all() {
    open();
    for (auto const& n : s.nodes) values.push_back(r.ok() ? make(n) : expr::nothing(r));
  }
};

}  // namespace

auto is_recurrence(stage_form const& s) -> bool {
  return std::any_of(s.nodes.begin(), s.nodes.end(),
                     [&](node_form const& n) { return n.tensor == s.tensor; });
}

auto is_read_early(kernel_form const& k, int tensor) -> bool {
  return std::any_of(k.stages.begin(), k.stages.end(), [&](stage_form const& s) {
    return std::any_of(s.nodes.begin(), s.nodes.end(),
                       [&](node_form const& n) { return n.is_earlier && n.tensor == tensor; });
  });
}

auto declared_like(kernel_form const& k, int tensor) -> int {
  auto const type = k.tensors[static_cast<std::size_t>(tensor)].type;
  for (std::size_t t = 0; t < k.tensors.size(); ++t) {
    bool const is_like = k.tensors[t].is_operand && k.tensors[t].memory_type() == type;
    if (is_like) return static_cast<int>(t);
  }
  return -1;
}

auto suits(int monoid, dtype type) -> bool {
  return type != dtype::boolean && (!is_float(type) || monoids[monoid].for_floats);
}

auto type_of_operand(tensor_form const& t) -> operand_type {
  operand_type o{};
  o.dt = t.memory_type();
  o.rank = static_cast<std::int8_t>(t.dims.size());
  o.is_const = !t.is_output;
  o.alignment = bytes_of(t.memory_type());
  index_t stride = 1;
  for (int d = o.rank - 1; d >= 0; --d) {
    auto const& from = t.dims[static_cast<std::size_t>(d)];
    o.shape[d] = from.promise;
    o.stride[d] = stride;
    if (from.promise.is_dynamic()) stride = dynamic_stride;
    if (stride != dynamic_stride) stride *= from.extent;
  }
  return o;
}

void record(kernel_form const& k, tir::program& out) {
  recorder r{};
  std::deque<axis_info> infos;
  std::vector<int> buffers(k.tensors.size(), -1);
  for (std::size_t t = 0; t < k.tensors.size(); ++t) {
    if (!k.tensors[t].is_operand) continue;
    buffers[t] = expr::add_operand(r, type_of_operand(k.tensors[t]), k.tensors[t].name.c_str());
  }
  auto const declare = [&](int tensor) {
    int const like = declared_like(k, tensor);
    auto const t = static_cast<std::size_t>(tensor);
    if (like < 0) return r.fail(diag::code::undefined_tensor, "no operand of its type is left");
    buffers[t] =
        expr::declare_local(r, k.tensors[t].name.c_str(),
                            static_cast<tir::handle>(buffers[static_cast<std::size_t>(like)]));
  };
  for (std::size_t t = 0; t < k.tensors.size(); ++t) {
    bool const is_early = is_read_early(k, static_cast<int>(t));
    if (!k.tensors[t].is_operand && is_early) declare(static_cast<int>(t));
  }
  for (auto const& s : k.stages) {
    auto const t = static_cast<std::size_t>(s.tensor);
    bool const is_declared =
        !k.tensors[t].is_operand && (is_recurrence(s) || is_read_early(k, s.tensor));
    if (is_declared && buffers[t] < 0) declare(s.tensor);
    if (!r.ok()) break;
    stage_recorder one{.r = r, .k = k, .s = s, .buffers = buffers, .infos = infos};
    one.record_all();
    expr::left_side left{};
    for (int const a : s.pure) left.axes[left.rank++] = one.axes[static_cast<std::size_t>(a)];
    if (!r.ok()) break;
    if (is_declared) expr::check_rank(r, static_cast<tir::handle>(buffers[t]), left.rank);
    if (k.tensors[t].is_operand || is_declared) {
      expr::define(r, static_cast<tir::handle>(buffers[t]), left, one.value(s.root));
    } else {
      buffers[t] = expr::define_local(r, k.tensors[t].name.c_str(), left, one.value(s.root));
    }
  }
  expr::finish(r, out);
  if (k.strict) out.allowed = tir::permissions{.reassociate = false, .contract = false};
}

}  // namespace ashlar::fuzz
