// SPDX-License-Identifier: Apache-2.0
//
// What the stages of random kernels read, and where.
#include <fuzz/stage_maker.hpp>

#include <ashlar/tir/affine.hpp>

#include <algorithm>

namespace ashlar::fuzz {

using expr::boundary;

namespace {

// What a type may say of a dynamic dimension that has e elements in the run: nothing, a multiple, a
// bound, which may be far away, or both.
auto pick_promise(random& r, index_t e) -> extent {
  std::vector<index_t> fit{0};
  for (index_t const m : {2, 3, 4, 8, 16})
    if (e % m == 0) fit.push_back(m);
  index_t const multiple = r.chance(30) ? r.pick(fit) : 0;
  bool const is_bounded = e > 0 && r.chance(30);
  return extent::promise(multiple, is_bounded ? e + r.pick({0, 0, 1, 2, 5, 16, 100}) : 0);
}

}  // namespace

auto add_tensor(draft& d, random& r, dtype t, std::vector<index_t> const& extents, bool is_operand,
                bool is_output, double most) -> int {
  tensor_form made{.type = t, .is_operand = is_operand, .is_output = is_output};
  int const at = static_cast<int>(d.kernel.tensors.size());
  made.name = (is_output ? "y" : is_operand ? "x" : "t") + std::to_string(at);
  for (index_t const e : extents) {
    dim_form dim{.extent = e};
    if (is_operand && d.has_dynamic && r.chance(55)) dim.promise = pick_promise(r, e);
    made.dims.push_back(dim);
  }
  d.kernel.tensors.push_back(made);
  d.limits.push_back(most);
  if (!is_operand || is_output) d.work.push_back(at);
  return at;
}

// --- the range of an index

auto stage_maker::low(index_form const& x) const -> index_t {
  index_t n = x.offset;
  for (auto const& t : x.terms) {
    if (t.coef < 0) n += t.coef * std::max<index_t>(0, extent(t.axis) - 1);
  }
  if (x.divisor != 0) n = tir::floor_div(n, x.divisor);
  return (x.modulus != 0 ? 0 : n) + x.shift;
}
auto stage_maker::high(index_form const& x) const -> index_t {
  index_t n = x.offset;
  for (auto const& t : x.terms) {
    if (t.coef > 0) n += t.coef * std::max<index_t>(0, extent(t.axis) - 1);
  }
  if (x.divisor != 0) n = tir::floor_div(n, x.divisor);
  if (x.modulus != 0) n = x.modulus - 1;
  return n + x.shift;
}

// An axis that nothing covers yet, if there is one.
auto stage_maker::pick_axis() -> int {
  std::vector<int> open;
  for (int const a : scope_) {
    if (!covered_[static_cast<std::size_t>(a)]) open.push_back(a);
  }
  return !open.empty() && r_.chance(80) ? r_.pick(open) : r_.pick(scope_);
}

auto stage_maker::fresh_index() -> index_form {
  index_form x{};
  std::size_t const kind = r_.below(100);
  if (scope_.empty() || kind < 4) {
    x.offset = r_.between(0, 3);
    return x;
  }
  int const a = pick_axis();
  x.terms.push_back(linear_term{.axis = a});
  if (kind < 60) return x;
  if (kind < 70) {
    x.offset = r_.between(0, 3);
  } else if (kind < 80) {
    int const b = r_.pick(scope_);
    if (b == a)
      x.terms[0].coef = 2;
    else
      x.terms = {linear_term{.axis = a, .coef = r_.between(1, 3)}, linear_term{.axis = b}};
    x.offset = r_.between(0, 1);
  } else if (kind < 86) {
    int const b = r_.pick(scope_);
    if (b != a) x.terms.push_back(linear_term{.axis = b, .coef = -1});
    x.offset = b != a ? std::max<index_t>(0, extent(b) - 1) : 0;
  } else {
    x.offset = r_.between(0, 2);
    if (kind < 94) x.divisor = r_.between(2, 5);
    if (kind >= 91) x.modulus = r_.between(2, 5);
  }
  return x;
}

auto stage_maker::stencil_index() -> index_form {
  index_form x{};
  if (scope_.empty()) return x;
  int const a = pick_axis();
  x.terms.push_back(linear_term{.axis = a});
  if (r_.chance(70)) x.offset = r_.between(-3, 3);
  if (r_.chance(15)) x.terms[0].coef = 2;
  if (r_.chance(8)) x.divisor = 2;
  int const b = r_.pick(scope_);
  if (b != a && r_.chance(25)) {
    x.terms.push_back(linear_term{.axis = b, .coef = r_.pick({1, -1})});
  }
  return x;
}

auto stage_maker::loaded_index(index_t extent) -> index_form {
  dtype const t = r_.pick({dtype::i32, dtype::i64});
  int node = value(t, 1).node;
  if (!has_tensor(s_, node)) node = load(t).node;
  if (extent > 0 && r_.chance(60)) node = apply(t, tir::opcode::abs, node);
  if (extent > 0 && r_.chance(60)) {
    node = apply(t, tir::opcode::rem, node, constant(t, static_cast<double>(extent)));
  }
  index_form x{};
  x.loaded = node;
  return x;
}

// An index that stays inside a dimension which is there already.
auto stage_maker::fitting_index(index_t e, index_form& out) -> bool {
  std::vector<int> fit;
  for (int const a : scope_)
    if (extent(a) <= e && extent(a) > 0) fit.push_back(a);
  out = index_form{};
  if (!fit.empty() && r_.chance(90)) {
    int const a = r_.pick(fit);
    out.terms.push_back(linear_term{.axis = a});
    if (extent(a) < e) out.offset = r_.between(1, std::min<index_t>(3, e - extent(a)));
    return true;
  }
  if (e <= 0) return false;
  if (!scope_.empty() && r_.chance(50)) {
    out.terms.push_back(linear_term{.axis = r_.pick(scope_)});
    if (e > 1) out.modulus = e;
    if (e == 1) out.divisor = std::max<index_t>(1, extent(out.terms[0].axis));
    return true;
  }
  out.offset = r_.between(0, std::min<index_t>(3, e - 1));
  return true;
}

// --- loads

// Axes that index an operand alone have its extent.
void stage_maker::cover(node_form const& n) {
  auto const& t = d_.kernel.tensors[static_cast<std::size_t>(n.tensor)];
  for (std::size_t d = 0; d < n.index.size(); ++d) {
    auto const& x = n.index[d];
    bool const plain = x.loaded < 0 && x.terms.size() == 1 && x.terms[0].coef == 1 &&
                       x.offset == 0 && x.divisor == 0 && x.modulus == 0 && x.shift == 0;
    if (!plain || !t.is_operand || n.outside != boundary::none) continue;
    covered_[static_cast<std::size_t>(x.terms[0].axis)] = true;
  }
}

auto stage_maker::load(dtype t) -> made {
  made v{};
  if (r_.chance(30) && load_known(t, v)) return v;
  return load_new(t);
}

auto stage_maker::load_known(dtype t, made& out) -> bool {
  std::vector<int> fit;
  auto const& all = d_.kernel.tensors;
  for (std::size_t n = 0; n < all.size(); ++n) {
    bool const is_input = all[n].is_operand && !all[n].is_output;
    auto const at = std::find(d_.work.begin(), d_.work.end(), static_cast<int>(n));
    bool const is_pending =
        at != d_.work.end() && static_cast<std::size_t>(at - d_.work.begin()) > d_.defined;
    bool const is_typed = all[n].type == t && d_.limits[n] >= 0;
    if (is_typed && (is_input || is_pending)) fit.push_back(static_cast<int>(n));
  }
  if (fit.empty()) return false;
  node_form n{.kind = node_kind::load, .type = t, .tensor = r_.pick(fit)};
  auto const dims = all[static_cast<std::size_t>(n.tensor)].dims;
  bool const is_stencil = !dims.empty() && r_.chance(40);
  if (is_stencil) {
    n.outside = r_.pick({boundary::zero, boundary::constant, boundary::clamp, boundary::reflect});
  }
  for (auto const& d : dims) {
    index_form x{};
    if (is_stencil)
      x = stencil_index();
    else if (!fitting_index(d.extent, x))
      return false;
    n.index.push_back(x);
    if (d.extent == 0) return false;
  }
  if (n.outside == boundary::constant) n.a = number(t).node;
  cover(n);
  out = made{.most = std::max(4.0, d_.limits[static_cast<std::size_t>(n.tensor)])};
  out.node = add(std::move(n));
  return true;
}

auto stage_maker::load_new(dtype t) -> made {
  bool const is_local =
      static_cast<int>(d_.work.size()) < o_.stages && r_.chance(35) && !scope_.empty();
  node_form n{.kind = node_kind::load, .type = t};
  auto rank = static_cast<std::int64_t>(scope_.size()) + r_.between(-1, 1);
  if (scope_.empty()) rank = r_.between(0, 1);
  rank = std::clamp<std::int64_t>(rank, scope_.empty() ? 0 : 1, 4);
  bool const is_stencil = r_.chance(15) && rank > 0;
  if (is_stencil) {
    n.outside = r_.pick({boundary::zero, boundary::constant, boundary::clamp, boundary::reflect});
  }
  std::vector<index_t> extents;
  index_t elements = 1;
  for (std::int64_t d = 0; d < rank; ++d) {
    bool const is_gather = r_.chance(4) && n.outside != boundary::reflect && s_.nodes.size() < 30;
    index_t const own = is_gather ? r_.between(1, 9) : 0;
    index_form x = is_gather ? loaded_index(own) : is_stencil ? stencil_index() : fresh_index();
    index_t e = is_gather ? own : std::max<index_t>(1, high(x) + 1);
    if (!is_gather && is_stencil)
      e = std::max<index_t>(1, std::min<index_t>(e, 33) - r_.between(0, 3));
    bool const plain = x.terms.size() == 1 && x.terms[0].coef == 1 && x.offset == 0 &&
                       x.divisor == 0 && x.modulus == 0;
    if (!plain && !is_gather && !is_stencil && r_.chance(20)) e += r_.between(1, 2);
    if (elements * e > o_.points) {
      x = index_form{};
      e = 1;
    }
    elements *= e;
    n.index.push_back(x);
    extents.push_back(e);
  }
  double const most = is_local ? r_.pick({8.0, 50.0, 1000.0}) : operand_limit;
  n.tensor = add_tensor(d_, r_, t, extents, !is_local, false, t == dtype::u8 ? 255 : most);
  if (n.outside == boundary::constant) n.a = number(t).node;
  cover(n);
  double const limit = std::max(4.0, d_.limits[static_cast<std::size_t>(n.tensor)]);
  return made{.node = add(std::move(n)), .most = t == dtype::boolean ? 1 : limit};
}

// What the stage has computed before along one of its axes; across another one where `crossed`, an
// axis with its extent, is not -1.
auto stage_maker::before(dtype t, int along, int crossed) -> made {
  node_form n{.kind = node_kind::load, .type = t, .tensor = s_.tensor};
  n.outside = boundary::constant;
  for (std::size_t d = 0; d < s_.pure.size(); ++d) {
    index_form x{};
    x.terms.push_back(linear_term{.axis = s_.pure[d]});
    bool const is_along = static_cast<int>(d) == along;
    if (is_along) x.offset = -r_.between(1, 2);
    if (!is_along && crossed < 0 && r_.chance(15)) x.offset = -1;
    if (!is_along && crossed >= 0 && extent(s_.pure[d]) == extent(crossed)) {
      x.terms[0].axis = crossed;
    }
    n.index.push_back(x);
  }
  n.a = number(t).node;
  made v{.most = std::max(4.0, d_.limits[static_cast<std::size_t>(s_.tensor)])};
  if (d_.limits[static_cast<std::size_t>(s_.tensor)] < 0) v.most = 50;
  v.node = add(std::move(n));
  return v;
}

// A value of the point before, and something new; or a reduction over all points before it.
auto stage_maker::carried(dtype t) -> made {
  int const along = static_cast<int>(r_.below(s_.pure.size()));
  int const across = static_cast<int>(r_.below(s_.pure.size()));
  auto const op = r_.pick({tir::opcode::add, tir::opcode::max, tir::opcode::min});
  if (along == across || r_.chance(50)) {
    made const fresh = within(t, value(t, static_cast<int>(r_.between(1, 3))), 1000);
    made v = before(t, along, -1);
    v.node = apply(t, op, fresh.node, v.node);
    v.most += fresh.most;
    return v;
  }
  index_t const most = extent(s_.pure[static_cast<std::size_t>(across)]);
  int const k = new_axis(most);
  scope_.push_back(k);
  made const factor = within(t, leaf(t), 8);
  made v = before(t, along, k);
  node_form n{.kind = node_kind::reduction, .type = t};
  n.reduction = r_.pick({expr::reduction_kind::sum, expr::reduction_kind::max});
  n.a = apply(t, n.reduction == expr::reduction_kind::sum ? tir::opcode::mul : op, v.node,
              factor.node);
  n.axes = {k};
  scope_.pop_back();
  v.most *= factor.most * static_cast<double>(most) + factor.most;
  v.node = add(std::move(n));
  return v;
}

// A value that counts where indices say, and is the identity of a sum elsewhere.
auto stage_maker::counted(dtype t, int value) -> int {
  int all = -1;
  for (int n = r_.chance(50) ? 2 : 1; n > 0; --n) {
    index_form x{};
    x.terms.push_back(linear_term{.axis = r_.pick(scope_)});
    if (r_.chance(60)) x.terms.push_back(linear_term{.axis = scope_.back()});
    int const sum = add(node_form{.kind = node_kind::index, .type = dtype::i64, .index = {x}});
    int const bound = constant(dtype::i64, static_cast<double>(r_.below(9)));
    auto const op = r_.pick({tir::opcode::lt, tir::opcode::le, tir::opcode::gt, tir::opcode::ge,
                             tir::opcode::ge, tir::opcode::eq});
    int const one = apply(dtype::boolean, op, sum, bound);
    all = all < 0 ? one : apply(dtype::boolean, tir::opcode::logical_and, all, one);
  }
  return apply(t, tir::opcode::select, all, value, constant(t, 0));
}

// The sum of values that are for one point of an axis each.
auto stage_maker::scattered(dtype t) -> made {
  auto const outer = scope_;
  int const at = r_.pick(s_.pure);
  std::erase(scope_, at);
  index_t const count = r_.pick({1, 2, 3, 7, 8, 16, 17});
  int const k = new_axis(count);
  scope_.push_back(k);
  int index = value(r_.chance(50) ? dtype::i64 : dtype::i32, 1).node;
  dtype const found = s_.nodes[static_cast<std::size_t>(index)].type;
  if (!has_tensor(s_, index)) index = load(found).node;
  if (found != dtype::i64) {
    index = add(node_form{.kind = node_kind::cast, .type = dtype::i64, .a = index});
  }
  if (r_.chance(70)) {
    index = apply(dtype::i64, tir::opcode::rem, apply(dtype::i64, tir::opcode::abs, index),
                  constant(dtype::i64, static_cast<double>(std::max<index_t>(1, extent(at) + 1))));
  }
  made v = within(t, value(t, 2), exact_limit(t) / static_cast<double>(count + 1));
  if (!has_tensor(s_, v.node)) v = load(t);
  index_form x{};
  x.terms.push_back(linear_term{.axis = at});
  int const axis = add(node_form{.kind = node_kind::index, .type = dtype::i64, .index = {x}});
  int const chosen = apply(dtype::boolean, tir::opcode::eq, axis, index);
  node_form n{.kind = node_kind::reduction, .type = t};
  n.a = apply(t, tir::opcode::select, chosen, v.node, constant(t, 0));
  n.axes = {k};
  scope_ = outer;
  v.most = std::min(exact_limit(t), v.most * static_cast<double>(count));
  v.node = add(std::move(n));
  return v;
}

// What a monoid combines along one of the axes of the stage.
auto stage_maker::scanned(dtype t) -> made {
  using expr::reduction_kind;
  int const along = r_.pick(s_.pure);
  index_t const count = std::max<index_t>(1, extent(along));
  node_form n = reduced(t, static_cast<int>(r_.between(1, 3)), count);
  if (!has_tensor(s_, n.a)) {
    bool const is_sum = n.reduction == reduction_kind::sum || n.reduction == reduction_kind::prod;
    n.a = is_sum && is_float(t) ? within(t, load(t), 1).node : load(t).node;
  }
  n.scan = r_.pick({expr::scan_kind::inclusive, expr::scan_kind::exclusive});
  n.axes = {along};
  // Before the first point, the greatest is -infinity.
  return made{.node = add(std::move(n)), .most = 1e300, .is_integral = false};
}

// The largest or smallest of some neighbours in a new tensor: regions that overlap.
auto stage_maker::window(dtype t) -> made {
  bool const is_local = static_cast<int>(d_.work.size()) < o_.stages && r_.chance(80);
  std::size_t const along = r_.below(scope_.size());
  bool const is_box = scope_.size() > 1 && r_.chance(20);
  std::vector<index_form> first;
  std::vector<index_t> extents;
  std::vector<index_t> taps;
  index_t elements = 1;
  for (std::size_t d = 0; d < scope_.size(); ++d) {
    int const a = scope_[d];
    index_t const n = std::max<index_t>(1, extent(a));
    index_t const c = r_.pick({1, 1, 1, 1, 1, 1, 1, 2, 2, -1});
    taps.push_back(d == along ? r_.between(2, 4) : is_box && taps.size() < 2 ? 2 : 1);
    index_form x{};
    x.terms.push_back(linear_term{.axis = a, .coef = c});
    if (c < 0) x.offset = n - 1;
    // An axis that is alone in an index of an operand would have its extent.
    bool const is_plain = c == 1 && taps.back() == 1;
    if (!is_plain && !is_local) ++x.offset;
    first.push_back(x);
    extents.push_back((c < 0 ? 1 : c) * (n - 1) + taps.back() + (is_plain ? 0 : r_.between(1, 2)));
    elements *= extents.back();
  }
  if (elements > 2 * o_.points) return load(t);
  double const most = is_local ? r_.pick({8.0, 50.0, 1000.0}) : operand_limit;
  int const tensor = add_tensor(d_, r_, t, extents, !is_local, false, t == dtype::u8 ? 255 : most);
  auto const op = r_.pick({tir::opcode::max, tir::opcode::min});
  int v = -1;
  index_t all = 1;
  for (index_t const n : taps) all *= n;
  for (index_t place = 0; place < all; ++place) {
    node_form n{.kind = node_kind::load, .type = t, .tensor = tensor, .index = first};
    index_t rest = place;
    for (std::size_t d = 0; d < taps.size(); ++d) {
      n.index[d].offset += rest % taps[d];
      rest /= taps[d];
    }
    if (place == 0) cover(n);
    int const one = add(std::move(n));
    v = v < 0 ? one : apply(t, op, v, one);
  }
  return made{.node = v, .most = std::max(4.0, d_.limits[static_cast<std::size_t>(tensor)])};
}

}  // namespace ashlar::fuzz
