// SPDX-License-Identifier: Apache-2.0
#include <fuzz/stage_maker.hpp>

#include <fuzz/record.hpp>

#include <algorithm>

namespace ashlar::fuzz {

using tir::opcode;

namespace {

constexpr index_t extents[] = {1, 2, 3, 5, 7, 8, 9, 16, 17, 31, 33};

}  // namespace

auto exact_limit(dtype t) -> double {
  switch (t) {
    case dtype::f32: return 16777215;
    case dtype::f64: return 9007199254740991;
    case dtype::i32: return 2147483648.0;
    case dtype::i64: return 9223372036854775808.0;
    case dtype::u8: return 255;
    default: return 1;
  }
}

stage_maker::stage_maker(random& r, kernel_options const& o, draft& d, int tensor)
    : r_(r), o_(o), d_(d) {
  s_.tensor = tensor;
  auto const& t = d.kernel.tensors[static_cast<std::size_t>(tensor)];
  for (auto const& dim : t.dims) {
    int const a = new_axis(dim.extent);
    s_.pure.push_back(a);
    scope_.push_back(a);
    if (t.is_operand) covered_[static_cast<std::size_t>(a)] = true;
  }
}

auto stage_maker::make() -> stage_form {
  auto const& t = d_.kernel.tensors[static_cast<std::size_t>(s_.tensor)];
  dtype const type = t.type;
  bool const is_local = !t.is_output;
  double most = d_.limits[static_cast<std::size_t>(s_.tensor)];
  bool const is_carried = type != dtype::boolean && !s_.pure.empty() && r_.chance(12) &&
                          declared_like(d_.kernel, s_.tensor) >= 0;
  if (is_carried && most < 0) most = 50;
  bool const is_scattered =
      !is_carried && type != dtype::boolean && !s_.pure.empty() && r_.chance(10);
  bool const is_scanned = !is_carried && !is_scattered && !s_.pure.empty() && r_.chance(12);
  made v = is_carried     ? carried(type)
           : is_scattered ? scattered(type)
           : is_scanned   ? scanned(type)
                          : value(type, static_cast<int>(r_.between(1, 4)));
  // Others count on the magnitude of a tensor that they read.
  if (most >= 0) v = within(type, v, most);
  if (is_local && !has_tensor(s_, v.node)) v = within(type, leaf(type), most);
  s_.root = v.node;
  for (std::size_t a = 0; a < s_.axes.size(); ++a) {
    if (covered_[a]) continue;
    s_.axes[a].declared = true;
    s_.axes[a].name += std::to_string(s_.axes[a].extent);
  }
  return s_;
}

// --- nodes

auto stage_maker::add(node_form n) -> int {
  s_.nodes.push_back(std::move(n));
  return static_cast<int>(s_.nodes.size()) - 1;
}
auto stage_maker::apply(dtype t, opcode op, int a, int b, int c) -> int {
  return add(node_form{.kind = node_kind::operation, .type = t, .op = op, .a = a, .b = b, .c = c});
}
auto stage_maker::constant(dtype t, double v) -> int {
  return add(node_form{.kind = node_kind::number, .type = t, .number = v});
}
auto stage_maker::new_axis(index_t extent) -> int {
  constexpr char const letters[] = "ijklmnpqrstuvw";
  int const at = static_cast<int>(s_.axes.size());
  std::string name(1, letters[at % 14]);
  if (at >= 14) name += '_';
  s_.axes.push_back(axis_form{.name = name, .extent = extent});
  covered_.push_back(false);
  return at;
}
auto stage_maker::points() const -> index_t {
  index_t n = 1;
  for (int const a : scope_) n *= std::max<index_t>(1, extent(a));
  return n;
}

// --- values

auto stage_maker::value(dtype t, int depth) -> made {
  made v{};
  std::size_t const kind = r_.below(100);
  if (depth <= 0 || s_.nodes.size() > 40)
    v = leaf(t);
  else if (kind < 8)
    v = reused(t);
  else if (kind < 25 && reductions_ < 2 && points() * 2 <= o_.points)
    v = reduction(t, depth);
  else if (t == dtype::boolean)
    v = boolean(depth);
  else if (kind < 35)
    v = leaf(t);
  else if (kind < 48)
    v = unary(t, depth);
  else if (kind < 56)
    v = converted(t, depth);
  else if (kind < 64)
    v = choice(t, depth);
  else if (kind < 68)
    v = position(t);
  else
    v = binary(t, depth);
  known_.push_back(known{.v = v, .type = t, .scope = scope_});
  return v;
}

auto stage_maker::leaf(dtype t) -> made {
  bool const is_window = o_.has_windows && t != dtype::boolean && !scope_.empty() &&
                         scope_.size() <= 4 && s_.nodes.size() < 12 && r_.chance(75);
  return is_window ? window(t) : load(t);
}

auto stage_maker::number(dtype t) -> made {
  double v = static_cast<double>(r_.between(-4, 4));
  if (t == dtype::u8) v = static_cast<double>(r_.between(0, 5));
  if (t == dtype::boolean) v = static_cast<double>(r_.below(2));
  return made{.node = constant(t, v), .most = v < 0 ? -v : v};
}

auto stage_maker::reused(dtype t) -> made {
  std::vector<made> fit;
  for (auto const& k : known_) {
    bool const visible = k.scope.size() <= scope_.size() &&
                         std::equal(k.scope.begin(), k.scope.end(), scope_.begin());
    if (k.type == t && visible) fit.push_back(k.v);
  }
  return fit.empty() ? leaf(t) : r_.pick(fit);
}

auto stage_maker::boolean(int depth) -> made {
  std::size_t const kind = r_.below(10);
  made const truth{.most = 1};
  if (kind < 1) return leaf(dtype::boolean);
  if (kind < 2) {
    made v = truth;
    v.node = apply(dtype::boolean, opcode::logical_not, value(dtype::boolean, depth - 1).node);
    return v;
  }
  made v = truth;
  if (kind < 4) {
    auto const op = r_.pick({opcode::logical_and, opcode::logical_or, opcode::eq, opcode::ne});
    int const a = value(dtype::boolean, depth - 1).node;
    v.node = apply(dtype::boolean, op, a, value(dtype::boolean, depth - 1).node);
    return v;
  }
  auto const of = r_.pick({dtype::f32, dtype::f32, dtype::i32, dtype::i64, dtype::u8, dtype::f64});
  auto const op = r_.pick({opcode::eq, opcode::ne, opcode::lt, opcode::le, opcode::gt, opcode::ge});
  int const a = value(of, depth - 1).node;
  int const b = r_.chance(60) ? number(of).node : value(of, depth - 1).node;
  v.node = apply(dtype::boolean, op, a, b);
  return v;
}

auto stage_maker::within(dtype t, made v, double most) -> made {
  if (t == dtype::boolean) return v;
  v = rounded(t, v);
  if (v.most <= most) return v;
  if (t == dtype::u8 || (is_integer(t) && r_.chance(50))) {
    int const limit = constant(t, most);
    v.node = apply(t, opcode::rem, v.node, limit);
  } else {
    v.node = apply(t, opcode::min, v.node, constant(t, most));
    v.node = apply(t, opcode::max, v.node, constant(t, -most));
  }
  v.most = most;
  return v;
}

auto stage_maker::rounded(dtype t, made v) -> made {
  if (v.is_integral || !is_float(t)) return v;
  v.node = apply(t, r_.pick({opcode::floor, opcode::ceil, opcode::round}), v.node);
  v.is_integral = true;
  v.most += 1;
  return v;
}

auto stage_maker::unary(dtype t, int depth) -> made {
  made v = value(t, depth - 1);
  if (is_float(t) && r_.chance(60)) return function(t, v);
  if (t == dtype::u8) return v;
  v.node = apply(t, r_.pick({opcode::neg, opcode::abs}), v.node);
  return v;
}

auto stage_maker::function(dtype t, made v) -> made {
  if (!v.is_integral) return rounded(t, v);
  std::size_t const kind = r_.below(o_.is_portable ? 3 : 12);
  made r{.most = v.most, .is_integral = false};
  if (kind < 1) {
    r.node = apply(t, opcode::sqrt, apply(t, opcode::abs, v.node));
  } else if (kind < 3) {
    r.node = apply(t, opcode::div, v.node, constant(t, r_.pick({2.0, 3.0, -4.0, 10.0})));
  } else if (kind < 4) {
    int const positive = apply(t, opcode::add, apply(t, opcode::abs, v.node), constant(t, 1));
    r.node = apply(t, r_.pick({opcode::rsqrt, opcode::log}), positive);
  } else {
    r.node = within(t, v, 6).node;
    r.node = apply(t,
                   r_.pick({opcode::exp, opcode::tanh, opcode::sigmoid, opcode::erf, opcode::sin,
                            opcode::cos}),
                   r.node);
    r.most = 404;
  }
  return r;
}

auto stage_maker::binary(dtype t, int depth) -> made {
  made const a = value(t, depth - 1);
  made const b = r_.chance(25) ? number(t) : value(t, depth - 1);
  auto const op = r_.pick({opcode::add, opcode::add, opcode::sub, opcode::mul, opcode::mul,
                           opcode::min, opcode::max, opcode::div, opcode::rem});
  if (is_integer(t) && r_.chance(20)) return bits(t, a, b);
  return is_float(t) ? float_binary(t, op, a, b) : integer_binary(t, op, a, b);
}

auto stage_maker::float_binary(dtype t, opcode op, made a, made b) -> made {
  bool const is_order = op == opcode::min || op == opcode::max;
  double const limit = exact_limit(t);
  made v{};
  if (is_order || op == opcode::div || op == opcode::rem) {
    auto const chosen = is_order ? op : opcode::max;
    v = made{.node = apply(t, chosen, a.node, b.node),
             .most = std::max(a.most, b.most),
             .is_integral = a.is_integral && b.is_integral};
    return v;
  }
  a = rounded(t, a);
  b = rounded(t, b);
  double const most = op == opcode::mul ? a.most * b.most : a.most + b.most;
  v = made{.node = apply(t, most > limit ? opcode::min : op, a.node, b.node),
           .most = most > limit ? std::max(a.most, b.most) : most};
  bool const fuses = op == opcode::mul && most * 2 < limit && r_.chance(10);
  if (!fuses) return v;
  made const c = rounded(t, leaf(t));
  if (most + c.most > limit) return v;
  return made{.node = apply(t, opcode::fma, a.node, b.node, c.node), .most = most + c.most};
}

auto stage_maker::integer_binary(dtype t, opcode op, made a, made b) -> made {
  // What wraps may be anything.
  double const limit = exact_limit(t);
  double most = op == opcode::mul ? a.most * b.most : a.most + b.most;
  if (op == opcode::min || op == opcode::max) most = std::max(a.most, b.most);
  if (op == opcode::div || op == opcode::rem) most = std::max(a.most, b.most);
  if (t == dtype::u8) most = 255;
  bool const is_number = s_.nodes[static_cast<std::size_t>(b.node)].kind == node_kind::number;
  bool const by_zero = is_number && s_.nodes[static_cast<std::size_t>(b.node)].number == 0;
  if (by_zero && (op == opcode::div || op == opcode::rem)) op = opcode::add;
  return made{.node = apply(t, op, a.node, b.node), .most = std::min(limit, most)};
}

// The bits of two numbers are as far from 0 as the power of two that both stay below.
auto stage_maker::bits(dtype t, made a, made b) -> made {
  double const limit = t == dtype::u8 ? 255 : exact_limit(t);
  if (r_.chance(40)) {
    auto const by = static_cast<double>(r_.below(6));
    auto const op = r_.pick({opcode::shift_left, opcode::shift_right});
    double const most = op == opcode::shift_left ? a.most * 32 : a.most + 1;
    return made{.node = apply(t, op, a.node, constant(t, by)), .most = std::min(limit, most)};
  }
  auto const op = r_.pick({opcode::bit_and, opcode::bit_or, opcode::bit_xor});
  made v{.node = apply(t, op, a.node, b.node),
         .most = std::min(limit, 2 * std::max(a.most, b.most) + 1)};
  if (r_.chance(20)) {
    v.node = apply(t, opcode::bit_not, v.node);
    if (t == dtype::u8) v.most = limit;  // ~1 is 254
  }
  return v;
}

auto stage_maker::choice(dtype t, int depth) -> made {
  int const c = value(dtype::boolean, depth - 1).node;
  made const a = value(t, depth - 1);
  made const b = r_.chance(40) ? number(t) : value(t, depth - 1);
  bool const swap = r_.chance(50);
  return made{.node = apply(t, opcode::select, c, swap ? b.node : a.node, swap ? a.node : b.node),
              .most = std::max(a.most, b.most),
              .is_integral = a.is_integral && b.is_integral};
}

auto stage_maker::cast(dtype from, dtype to, made v) -> made {
  if (from == to) return v;
  bool const narrows = is_float(from) != is_float(to) || (from == dtype::f64 && to == dtype::f32);
  if (narrows && from != dtype::boolean && to != dtype::boolean) v = within(from, v, 100000);
  v.node = add(node_form{.kind = node_kind::cast, .type = to, .a = v.node});
  v.is_integral = v.is_integral || narrows || !is_float(to);
  if (to == dtype::boolean || from == dtype::boolean) v.most = 1;
  v.most = std::min(v.most, exact_limit(to));
  if (to == dtype::u8) v.most = 255;
  return v;
}

auto stage_maker::converted(dtype t, int depth) -> made {
  dtype const from =
      r_.pick({dtype::f32, dtype::i32, dtype::u8, dtype::i64, dtype::f64, dtype::boolean});
  return cast(from, t, value(from, depth - 1));
}

auto stage_maker::position(dtype t) -> made {
  if (scope_.empty()) return leaf(t);
  index_form x{};
  x.terms.push_back(linear_term{.axis = r_.pick(scope_)});
  if (r_.chance(50)) x.offset = r_.between(-3, 3);
  if (r_.chance(25)) x.divisor = r_.between(2, 5);
  if (r_.chance(25)) x.modulus = r_.between(2, 5);
  double const most = static_cast<double>(std::max(high(x), -low(x))) + 1;
  int const n = add(node_form{.kind = node_kind::index, .type = dtype::i64, .index = {x}});
  return cast(dtype::i64, t, made{.node = n, .most = most});
}

// --- reductions

auto stage_maker::reduced(dtype t, int depth, index_t count) -> node_form {
  using expr::reduction_kind;
  node_form n{.kind = node_kind::reduction, .type = t};
  if (t == dtype::boolean) {
    n.reduction = r_.pick({reduction_kind::any, reduction_kind::all});
    n.a = value(t, depth - 1).node;
    return n;
  }
  n.reduction =
      r_.pick({reduction_kind::sum, reduction_kind::sum, reduction_kind::sum, reduction_kind::max,
               reduction_kind::min, reduction_kind::prod, reduction_kind::user});
  made v = value(t, depth - 1);
  if (n.reduction == reduction_kind::sum && is_float(t)) {
    v = within(t, v, exact_limit(t) / static_cast<double>(count + 1));
  }
  if (n.reduction == reduction_kind::prod && is_float(t)) v = within(t, v, count < 12 ? 2 : 1);
  if (n.reduction == reduction_kind::user) {
    n.monoid = static_cast<int>(r_.below(3));
    if (!suits(n.monoid, t)) n.monoid = 1;
  }
  n.a = v.node;
  n.number = v.most;
  return n;
}

auto stage_maker::reduction(dtype t, int depth) -> made {
  using expr::reduction_kind;
  ++reductions_;
  auto const outer = scope_;
  std::vector<int> axes;
  index_t count = 1;
  for (int n = r_.chance(25) ? 2 : 1; n > 0; --n) {
    index_t const most = o_.points / points();
    std::vector<index_t> fit;
    for (index_t const e : extents)
      if (e <= most) fit.push_back(e);
    if (fit.empty()) break;
    axes.push_back(new_axis(r_.pick(fit)));
    scope_.push_back(axes.back());
    count *= extent(axes.back());
  }
  bool const by_position = t != dtype::boolean && r_.chance(12);
  dtype const of = by_position ? r_.pick({dtype::f32, dtype::i32}) : t;
  node_form n = reduced(of, depth, count);
  // A monoid that is a value needs an operand to be recorded with.
  bool const is_bare = n.reduction == reduction_kind::user
                           ? !has_tensor(s_, n.a)
                           : s_.nodes[static_cast<std::size_t>(n.a)].kind == node_kind::number;
  if (is_bare) n.a = load(of).node;
  if (n.reduction == reduction_kind::sum && r_.chance(20)) n.a = counted(of, n.a);
  bool const is_integral = n.reduction != reduction_kind::max && n.reduction != reduction_kind::min;
  made v{.most = n.number, .is_integral = is_integral};
  if (n.reduction == reduction_kind::sum) v.most = n.number * static_cast<double>(count);
  if (n.reduction == reduction_kind::prod) v.most = count < 12 && is_float(t) ? 4096 : 1;
  if (is_integer(t) &&
      (n.reduction == reduction_kind::prod || n.reduction == reduction_kind::user)) {
    v.most = exact_limit(t);
  }
  v.most = std::min(v.most, exact_limit(t));
  n.axes = axes;
  scope_ = outer;
  if (!by_position) {
    v.is_integral = v.is_integral && (n.reduction != reduction_kind::user || !is_float(t));
    v.node = add(std::move(n));
    return v;
  }
  n.type = dtype::i64;
  n.reduction = r_.pick({reduction_kind::argmax, reduction_kind::argmin});
  v = made{.node = add(std::move(n)), .most = static_cast<double>(count)};
  return cast(dtype::i64, t, v);
}

}  // namespace ashlar::fuzz
