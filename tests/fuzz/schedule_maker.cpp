// SPDX-License-Identifier: Apache-2.0
#include <fuzz/schedule_maker.hpp>

#include <fuzz/apply.hpp>
#include <fuzz/capacity.hpp>
#include <fuzz/mistakes.hpp>

#include <algorithm>
#include <limits>
#include <memory>

namespace ashlar::fuzz {

namespace {

using tir::loop_kind;
using tir::tail;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct maker {
  random& r;
  schedule_options const& o;
  tir::program const& p;
  kernel_form const& k;

  auto name(int axis) const -> std::string { return std::string(p.axes[axis].name.view()); }

  auto pick_stage() const -> int {
    std::vector<int> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      if (p.stages[s].place != tir::placement::inlined) fit.push_back(s);
    }
    return r.pick(fit);
  }
  template <class Pred> auto loops(int s, Pred const& pred) const -> std::vector<int> {
    std::vector<int> fit;
    for (auto const l : p.stages[s].loops)
      if (pred(p.axes[l])) fit.push_back(l);
    return fit;
  }
  auto serial(int s) const -> std::vector<int> {
    return loops(s, [](tir::axis const& a) { return a.kind == loop_kind::serial; });
  }
  auto splittable(int s) const -> std::vector<int> {
    return loops(s, [](tir::axis const& a) {
      return a.kind == loop_kind::serial && !scheduling::is_divided(a);
    });
  }
  auto reduced(int s) const -> std::vector<int> {
    return loops(s, [](tir::axis const& a) { return a.is_reduction; });
  }
  auto pick_factor() -> index_t { return r.pick({1, 2, 2, 3, 4, 4, 5, 7, 8, 8, 16, 17, 32, 64}); }
  auto pick_tail(tir::affine const& extent, index_t factor, bool is_vector = false) -> tail {
    bool const divides = extent.is_constant() && extent.offset % factor == 0;
    auto t = r.pick({tail::automatic, tail::automatic, tail::guard, tail::cut, tail::cut,
                     tail::mask, tail::exact});
    // A mask is for vectors, and nobody knows yet whether this loop becomes one.
    if (t == tail::mask && !is_vector && r.chance(90)) t = tail::guard;
    if (r.chance(15)) t = r.pick({tail::shift_inwards, tail::round_up});
    if (is_vector && r.chance(10)) t = tail::narrow;
    return t == tail::exact && !divides ? tail::guard : t;
  }
  auto start(verb what, int s) const -> directive {
    return directive{.what = what, .stage = std::string(p.stages[s].name.view())};
  }

  auto split(int s) -> directive {
    auto d = start(verb::split, s);
    auto fit = splittable(s);
    if (fit.empty()) return d;
    int const axis = r.pick(fit);
    d.loops = {name(axis)};
    d.factor = pick_factor();
    d.tails = pick_tail(p.axes[axis].extent, d.factor);
    if (r.chance(10)) {
      d.first_name = name(axis) + "_a";
      d.second_name = name(axis) + "_b";
    }
    if (fit.size() < 2 || !r.chance(25)) return d;
    int other = axis;
    while (other == axis) other = r.pick(fit);
    d.is_tile = true;
    d.first_name.clear();
    d.second_name.clear();
    d.loops.push_back(name(other));
    d.second_factor = pick_factor();
    if (d.tails == tail::exact) d.tails = tail::automatic;
    return d;
  }
  auto split_evenly(int s) -> directive {
    auto d = start(r.chance(50) ? verb::split_parts : verb::split_balanced, s);
    auto const fit = splittable(s);
    if (fit.empty()) return d;
    int const axis = r.pick(fit);
    bool const fixed = p.axes[axis].extent.is_constant();
    d.loops = {name(axis)};
    d.factor = r.pick({1, 2, 2, 3, 4, 5, 6, 8, 12, 16, 24});
    d.second_factor = r.pick({1, 1, 2, 3, 4, 8});
    if (d.what == verb::split_balanced) d.factor *= d.second_factor;
    if (fixed) d.tails = pick_tail(p.axes[axis].extent, d.factor);
    if (d.tails == tail::exact) d.tails = tail::automatic;
    return d;
  }
  auto peel(int s) -> directive {
    auto d = start(verb::peel, s);
    auto const fit = splittable(s);
    if (fit.empty()) return d;
    d.loops = {name(r.pick(fit))};
    d.factor = r.pick({0, 1, 1, 1, 2, 3});
    d.second_factor = r.pick({0, 1, 1, 1, 2, 5});
    return d;
  }
  auto fuse(int s) -> directive {
    auto d = start(verb::fuse, s);
    std::vector<int> fit;
    auto const& l = p.stages[s].loops;
    for (int i = 0; i + 1 < l.count; ++i) {
      tir::axis const& a = p.axes[l[i]];
      tir::axis const& b = p.axes[l[i + 1]];
      bool const plain = a.kind == loop_kind::serial && b.kind == loop_kind::serial;
      if (plain && a.is_reduction == b.is_reduction && !scheduling::is_divided(a) &&
          !scheduling::is_divided(b)) {
        fit.push_back(i);
      }
    }
    if (fit.empty()) return d;
    int const at = r.pick(fit);
    d.loops = {name(l[at]), name(l[at + 1])};
    if (r.chance(20)) d.first_name = "f";
    return d;
  }
  auto reorder(int s) -> directive {
    auto d = start(verb::reorder, s);
    auto fit = serial(s);
    if (fit.size() < 2) return d;
    r.shuffle(fit);
    auto const n = static_cast<std::size_t>(r.between(2, 5));
    for (std::size_t i = 0; i < fit.size() && i < n; ++i) d.loops.push_back(name(fit[i]));
    return d;
  }
  auto vectorize(int s) -> directive {
    auto d = start(verb::vectorize, s);
    auto const& l = p.stages[s].loops;
    if (l.empty()) return d;
    auto fit = reduced(s);
    bool const reduction = !fit.empty() && r.chance(20);
    int const axis = reduction ? r.pick(fit) : int{l.back()};
    if (p.axes[axis].kind != loop_kind::serial) return d;
    d.loops = {name(axis)};
    bool const fixed = p.axes[axis].extent.is_constant();
    bool const divided = scheduling::is_divided(p.axes[axis]);
    if (fixed && !divided && r.chance(50)) return d;
    if (divided) return start(verb::vectorize, s);
    d.factor = r.pick({2, 3, 4, 8, 8, 16, 16, 32, 64});
    d.tails = pick_tail(p.axes[axis].extent, d.factor, true);
    return d;
  }
  auto unroll(int s) -> directive {
    auto d = start(verb::unroll, s);
    auto fit = serial(s);
    if (fit.empty()) return d;
    int const axis = r.pick(fit);
    auto const& e = p.axes[axis].extent;
    d.loops = {name(axis)};
    if (e.is_constant() && e.offset <= o.max_unroll) return d;
    d.factor = r.pick({1, 2, 3, 4, 8});
    d.tails = pick_tail(e, d.factor);
    if (scheduling::is_divided(p.axes[axis])) d.loops.clear();
    return d;
  }
  auto parallel(int s) -> directive {
    auto d = start(verb::parallel, s);
    auto const fit =
        loops(s, [](tir::axis const& a) { return a.kind == loop_kind::serial && !a.is_reduction; });
    if (!fit.empty()) d.loops = {name(r.chance(60) ? fit.front() : r.pick(fit))};
    return d;
  }
  auto readers(int s) const -> std::vector<int> {
    std::vector<int> list;
    for (int c = 0; c < p.stages.count; ++c) {
      if (scheduling::use_of(p, c, p.stages[s].buffer).any()) list.push_back(c);
    }
    return list;
  }
  // A stage that others read, at a loop of one of those, or of one that those are computed in.
  auto place(verb what) -> directive {
    std::vector<int> locals;
    for (int s = 0; s < p.stages.count; ++s) {
      if (p.buffers[p.stages[s].buffer].operand < 0 && !readers(s).empty()) locals.push_back(s);
    }
    if (locals.empty()) return directive{.what = what};
    int const s = r.pick(locals);
    auto d = start(what, s);
    if (what != verb::compute_at) {
      d.loops = {""};
      return d;
    }
    int c = r.pick(readers(s));
    while (p.stages[c].place == tir::placement::at && r.chance(50)) c = p.stages[c].at_stage;
    auto const& l = p.stages[c].loops;
    if (l.empty()) return d;
    d.other = std::string(p.stages[c].name.view());
    d.loops = {name(l[static_cast<int>(r.below(static_cast<std::size_t>(l.count)))])};
    return d;
  }

  // The readers of a stage at one of its loops: all of them, or rarely the first one alone.
  auto reverse() -> directive {
    std::vector<int> locals;
    for (int s = 0; s < p.stages.count; ++s) {
      bool const is_local = p.buffers[p.stages[s].buffer].operand < 0;
      if (is_local && !readers(s).empty() && !p.stages[s].loops.empty()) locals.push_back(s);
    }
    if (locals.empty()) return directive{.what = verb::reverse_compute_at};
    int const s = r.pick(locals);
    auto const all = readers(s);
    auto d = start(verb::reverse_compute_at, all.front());
    d.other = std::string(p.stages[s].name.view());
    std::vector<int> at;
    for (int const l : p.stages[s].loops) {
      bool const is_legal = scheduling::reverse_impl::can_reverse(p, all.front(), s, l);
      if (is_legal || r.chance(3)) at.push_back(l);
    }
    if (at.empty()) return d;
    d.loops = {name(r.pick(at))};
    for (std::size_t n = 1; n < all.size() && r.chance(98); ++n) {
      d.loops.emplace_back(p.stages[all[n]].name.view());
    }
    return d;
  }

  auto can_share(int s, int axis) const -> bool {
    diag::message why{};
    scheduling::compute_with_impl::obstacle_to_share(why, p, s, axis);
    return why.empty();
  }
  // Two stages down to a loop that they have both, or one that they get.
  auto share() -> directive {
    std::vector<std::pair<int, int>> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      for (int other = 0; other < p.stages.count; ++other) {
        for (int const l : p.stages[other].loops) {
          if (can_share(s, l)) fit.emplace_back(s, l);
        }
      }
    }
    if (fit.empty()) return directive{.what = verb::compute_with};
    auto const [s, l] = r.pick(fit);
    auto const& other = p.stages[scheduling::stage_of_axis(p, l)];
    auto d = start(verb::compute_with, s);
    d.other = std::string(other.name.view());
    d.loops = {name(l), name(p.stages[s].loops[position_of(other, l)])};
    tir::axis const& a = p.axes[l];
    if (a.kind != loop_kind::serial || scheduling::is_divided(a) || r.chance(50)) return d;
    d.factor = pick_factor();
    d.second_factor = r.pick({0, 1});
    d.is_tile = r.chance(40);
    d.tails = r.pick({tail::guard, tail::guard, tail::cut, tail::automatic});
    return d;
  }

  auto reads(int s) const -> std::vector<int> {
    std::vector<int> list;
    for (int b = 0; b < p.buffers.count; ++b) {
      if (scheduling::use_of(p, s, b).any()) list.push_back(b);
    }
    return list;
  }
  auto cache_read(int s) -> directive {
    auto d = start(verb::cache_read, s);
    auto const all = reads(s);
    auto const& l = p.stages[s].loops;
    if (all.empty() || l.empty()) return d;
    int const b = r.pick(all);
    d.other = std::string(p.buffers[b].name.view());
    d.loops = {name(l[static_cast<int>(r.below(static_cast<std::size_t>(l.count)))])};
    if (r.chance(60)) add_order(d, names_of_copy(s, b), p.buffers[b].type);
    return d;
  }
  auto names_of_copy(int s, int b) const -> std::vector<std::string> {
    std::vector<std::string> used;
    for (int dim = 0; dim < p.buffers[b].rank; ++dim) {
      auto n = std::string(scheduling::cache_impl::axis_name(p, p.stages[s], b, dim).view());
      if (n.empty() || std::find(used.begin(), used.end(), n) != used.end()) {
        n = "d" + std::to_string(dim);
      }
      used.push_back(n);
    }
    return used;
  }
  // Every dimension once, some in blocks, in any order; padding at times.
  void add_order(directive& d, std::vector<std::string> const& names, dtype type) {
    for (auto const& n : names) {
      auto const one = ashlar::dim(n);
      if (r.chance(45)) {
        index_t const block = r.pick({1, 2, 3, 4, 6, 8, 16});
        d.order.push_back(one / block);
        d.order.push_back(one % block);
      } else {
        d.order.push_back(one);
      }
    }
    r.shuffle(d.order);
    if (d.order.empty()) return;
    if (r.chance(50)) d.padding = padding_value(r.pick({0, 0, 0, 1}));
    bool const is_infinite = is_float(type) && r.chance(15);
    if (is_infinite) d.padding = padding_value(r.chance(50) ? infinity : -infinity);
  }
  auto layout(int s) -> directive {
    auto d = start(verb::layout, s);
    auto const& st = p.stages[s];
    if (st.pure.empty() || p.buffers[st.buffer].operand >= 0) return d;
    std::vector<std::string> names;
    for (auto const a : st.pure) names.push_back(name(a));
    add_order(d, names, p.buffers[st.buffer].type);
    d.loops = {""};
    return d;
  }
  auto pad_to(int s) -> directive {
    auto d = start(verb::pad_to, s);
    auto const fit =
        loops(s, [](tir::axis const& a) { return scheduling::pad_to_impl::is_whole(a); });
    if (fit.empty()) return d;
    d.loops = {name(r.pick(fit))};
    d.factor = r.pick({1, 2, 3, 4, 4, 8, 8, 16, 24});
    return d;
  }
  auto of_reduction(verb what) -> directive {
    std::vector<int> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      if (p.stages[s].reduce.components > 0) fit.push_back(s);
    }
    if (fit.empty()) return directive{.what = what};
    int const s = r.pick(fit);
    auto d = start(what, s);
    auto const& st = p.stages[s];
    if (what == verb::decompose_reduction) {
      int const most = std::min(scheduling::first_reduction(p, st), st.loops.count - 1);
      if (most < 0) return d;
      d.loops = {name(st.loops[static_cast<int>(r.below(static_cast<std::size_t>(most) + 1))])};
      return d;
    }
    auto const all = reduced(s);
    if (!all.empty()) d.loops = {name(r.pick(all))};
    return d;
  }
  // In an output that can hold it, where there is one.
  auto hold() -> directive {
    std::vector<std::pair<int, int>> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      for (int b = 0; b < p.buffers.count; ++b) {
        if (scheduling::obstacle_to_hold(p, s, b).empty()) fit.emplace_back(s, b);
      }
    }
    if (fit.empty()) return directive{.what = verb::store_in};
    auto const [s, b] = r.pick(fit);
    auto d = start(verb::store_in, s);
    d.where = tir::scope::operand;
    d.other = std::string(p.stages[scheduling::stage_of(p, b)].name.view());
    d.loops = {""};
    return d;
  }
  auto prefetch(int s) -> directive {
    auto d = start(verb::prefetch, s);
    std::vector<int> operands;
    for (int const b : reads(s)) {
      if (p.buffers[b].operand >= 0) operands.push_back(b);
    }
    auto const& st = p.stages[s];
    std::vector<int> axes(st.pure.begin(), st.pure.end());
    axes.insert(axes.end(), st.reduced.begin(), st.reduced.end());
    if (operands.empty() || axes.empty()) return d;
    d.other = std::string(p.buffers[r.pick(operands)].name.view());
    d.loops = {name(r.pick(axes))};
    d.factor = r.pick({1, 1, 2, 7, 64, -1});
    return d;
  }
  // Around the loop that a stage is computed at; where none is, one is placed.
  auto keep() -> directive {
    std::vector<int> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      if (p.stages[s].place == tir::placement::at) fit.push_back(s);
    }
    if (fit.empty()) return place(verb::compute_at);
    int const s = r.pick(fit);
    std::vector<int> at;
    tir::stage const& c = p.stages[p.stages[s].at_stage];
    for (int const l : c.loops) {
      bool const is_around = l != p.stages[s].at_axis || r.chance(10);
      if (is_around && scheduling::can_store_at(p, s, l)) at.push_back(l);
    }
    if (scheduling::can_store_at(p, s, tir::at_root) && (at.empty() || r.chance(40))) {
      auto d = start(verb::store_root, s);
      d.loops = {""};
      return d;
    }
    auto d = start(verb::store_at, s);
    if (at.empty()) return d;
    d.other = std::string(c.name.view());
    d.loops = {name(r.pick(at))};
    return d;
  }
  auto fold() -> directive {
    std::vector<int> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      if (p.stages[s].store_at != -1 && !p.stages[s].pure.empty()) fit.push_back(s);
    }
    if (fit.empty()) return keep();
    int const s = r.pick(fit);
    auto d = start(verb::fold_storage, s);
    std::vector<int> const axes(p.stages[s].pure.begin(), p.stages[s].pure.end());
    d.loops = {name(r.pick(axes))};
    d.factor = r.pick({0, 0, 0, 0, 2, 3, 4, 5, 7, 8, 16});
    return d;
  }
  // Where a reduction can go to the element that a value is for.
  auto scatter() -> directive {
    std::vector<std::pair<int, int>> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      tir::stage const st = p.stages[s];
      if (st.reduce.components == 0) continue;
      auto const trial = std::make_unique<tir::program>(p);
      for (int const a : st.pure) {
        if (scheduling::scattered_at(*trial, st, a).index >= 0) fit.emplace_back(s, a);
      }
    }
    if (fit.empty()) return atomic();
    auto const [s, a] = r.pick(fit);
    auto d = start(verb::scatter, s);
    d.loops = {name(a)};
    return d;
  }
  auto atomic() -> directive {
    std::vector<int> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      if (scheduling::atomic_impl::reason_against(p, p.stages[s]).empty()) fit.push_back(s);
    }
    if (fit.empty()) return directive{.what = verb::atomic};
    int const s = r.pick(fit);
    auto const all = reduced(s);
    if (p.stages[s].is_atomic && !all.empty()) {
      auto d = start(verb::parallel, s);
      d.loops = {name(r.pick(all))};
      return d;
    }
    auto d = start(verb::atomic, s);
    d.loops = {""};
    return d;
  }
  // Blocks of a scan, or a split that makes them.
  auto scan() -> directive {
    std::vector<std::pair<int, int>> blocks;
    std::vector<std::pair<int, int>> whole;
    for (int s = 0; s < p.stages.count; ++s) {
      tir::stage const& st = p.stages[s];
      if (tir::scanned_by(p, st) < 0) continue;
      int const axis = st.pure[tir::carried_dim(st)];
      for (int const l : st.loops) {
        if (scheduling::scan_blocks_impl::is_blocks_of(p, l, axis)) blocks.emplace_back(s, l);
        if (l == axis && !scheduling::is_divided(p.axes[l])) whole.emplace_back(s, l);
      }
    }
    bool const is_split = blocks.empty() || (!whole.empty() && r.chance(30));
    auto const& fit = is_split ? whole : blocks;
    if (fit.empty()) return directive{.what = verb::scan_blocks};
    auto const [s, l] = r.pick(fit);
    auto d = start(is_split ? verb::split : verb::scan_blocks, s);
    d.loops = {name(l)};
    if (!is_split) return d;
    d.factor = pick_factor();
    d.tails = pick_tail(p.axes[l].extent, d.factor);
    return d;
  }
  auto align(int s) -> directive {
    auto d = start(verb::align_storage, s);
    auto const& st = p.stages[s];
    bool const is_local = p.buffers[st.buffer].operand < 0;
    if (st.pure.count < 2 || !is_local) return d;
    std::vector<int> const axes(st.pure.begin(), st.pure.end());
    d.loops = {name(r.pick(axes))};
    d.factor = r.pick({1, 2, 3, 8, 16, 64, 4096});
    d.second_factor = r.between(0, std::min(d.factor - 1, index_t{20}));
    return d;
  }
  auto stream() -> directive {
    std::vector<int> fit;
    for (int s = 0; s < p.stages.count; ++s) {
      if (p.buffers[p.stages[s].buffer].operand >= 0) fit.push_back(s);
    }
    auto d = start(verb::stream, r.pick(fit));
    d.loops = {""};
    return d;
  }
  auto store(int s) -> directive {
    auto d = start(verb::store_in, s);
    d.where = r.pick({tir::scope::stack, tir::scope::workspace, tir::scope::registers});
    if (p.buffers[p.stages[s].buffer].operand < 0) d.loops = {""};
    return d;
  }

  // What is so in the run; rarely what is not.
  auto relation_of(index_t n, claim& c) -> void {
    index_t const factor = r.pick({2, 3, 4, 8, 16});
    c.relation =
        r.pick({tir::fact_relation::equal, tir::fact_relation::equal, tir::fact_relation::multiple,
                tir::fact_relation::at_most, tir::fact_relation::at_least});
    if (c.relation == tir::fact_relation::multiple && n % factor != 0 && r.chance(95))
      c.relation = tir::fact_relation::equal;
    c.number = n;
    if (c.relation == tir::fact_relation::multiple) c.number = factor;
    if (c.relation == tir::fact_relation::at_most) c.number = n + r.pick({0, 1, 5, 60});
    if (c.relation == tir::fact_relation::at_least)
      c.number = std::max(n - r.pick({0, 1, 4}), index_t{0});
    if (r.chance(6)) c.number += r.pick({-1, 1, 8});
  }
  auto is_so(claim const& c, tensor_form const& t) const -> bool {
    tir::fact const f{.relation = c.relation, .number = c.number};
    index_t n = t.dims[static_cast<std::size_t>(c.dim)].extent;
    if (c.kind == tir::fact_kind::stride) {
      n = 1;
      for (auto d = static_cast<std::size_t>(c.dim) + 1; d < t.dims.size(); ++d)
        n *= t.dims[d].extent;
    }
    return c.number > 0 ? tir::holds(f, n) : n == c.number;
  }
  auto state() -> directive {
    directive d{
        .what = r.pick({verb::assume, verb::unsafe_assume, verb::specialize, verb::specialize})};
    std::vector<std::pair<tensor_form const*, int>> fit;
    for (auto const& t : k.tensors) {
      for (std::size_t at = 0; t.is_operand && at < t.dims.size(); ++at) {
        if (!t.dims[at].promise.is_static()) fit.emplace_back(&t, static_cast<int>(at));
      }
    }
    if (fit.empty()) return d;
    auto const [t, dim] = r.pick(fit);
    d.stage = t->name;
    d.loops = {""};
    d.fact = claim{.operand = name_text(t->name), .dim = dim};
    if (dim > 0 && r.chance(15)) {
      d.fact.kind = tir::fact_kind::stride;
      d.fact.dim = dim - 1;
      d.fact.number = 1;
      for (auto at = static_cast<std::size_t>(dim); at < t->dims.size(); ++at)
        d.fact.number *= t->dims[at].extent;
    } else {
      relation_of(t->dims[static_cast<std::size_t>(dim)].extent, d.fact);
    }
    d.is_tile = is_so(d.fact, *t) != r.chance(10);
    return d;
  }

  auto draw() -> directive {
    if (r.chance(8)) return r.chance(60) ? scatter() : atomic();
    if (r.chance(25)) {
      if (auto d = scan(); !d.loops.empty()) return d;
    }
    std::size_t const kind = r.below(100);
    bool const has_locals = p.stages.count > 1;
    // Few kernels have stages that can, so it is tried often.
    if (has_locals && r.chance(10)) return share();
    if (r.chance(9))
      return r.chance(60) || !has_locals ? pad_to(pick_stage()) : layout(pick_stage());
    if (o.has_windows && has_locals && r.chance(60)) {
      if (r.chance(50)) return place(verb::compute_at);
      return r.chance(60) ? keep() : fold();
    }
    if (kind < 16) return split(pick_stage());
    if (kind < 20) return split_evenly(pick_stage());
    if (kind < 26) return fuse(pick_stage());
    if (kind < 36) return reorder(pick_stage());
    if (kind < 46) return vectorize(pick_stage());
    if (kind < 50) return unroll(pick_stage());
    if (kind < 52) return peel(pick_stage());
    if (kind < 55) return parallel(pick_stage());
    if (kind < 58 && has_locals) return place(verb::compute_inline);
    if (kind < 59 && has_locals) return place(verb::compute_root);
    if (kind < 63 && has_locals) return place(verb::compute_at);
    if (kind < 70 && has_locals) return reverse();
    if (kind < 75 && has_locals) return r.chance(80) ? keep() : fold();
    if (kind < 80) return cache_read(pick_stage());
    if (kind < 83) return of_reduction(verb::cache_write);
    if (kind < 84) return store(pick_stage());
    if (kind < 87) return r.chance(60) ? align(pick_stage()) : stream();
    if (kind < 89) return has_locals ? hold() : prefetch(pick_stage());
    if (kind < 90) return prefetch(pick_stage());
    if (kind < 93) return of_reduction(verb::decompose_reduction);
    return of_reduction(verb::rfactor);
  }

  // True if the stage reads a tensor along `row` in its last dimension, and along `lane` in others.
  auto reads_column(int s, int row, int lane) const -> bool {
    scheduling::walker w{};
    scheduling::push_values(w, p.stages[s]);
    w.push(p.stages[s].result);
    auto const uses = [&](tir::handle sum, int axis) {
      return any_variable(p, p.indices[sum], [&](int v) { return v == axis; });
    };
    for (int e = w.next(p); e >= 0; e = w.next(p)) {
      if (p.exprs[e].op != tir::opcode::load) continue;
      auto const& a = p.accesses[p.exprs[e].a];
      bool moves = false;
      for (int d = 0; d + 1 < a.rank; ++d) moves = moves || uses(a.index[d], lane);
      if (moves && uses(a.index[a.rank - 1], row) && !uses(a.index[a.rank - 1], lane)) return true;
    }
    return false;
  }
  // Steps after which lanes go down a column, inside of rows of a block: one would hardly draw all
  // of them.
  auto columns() -> std::vector<directive> {
    struct place {
      int stage, row, lane;
    };
    std::vector<place> places;
    for (int s = 0; s < p.stages.count; ++s) {
      auto const fit = splittable(s);
      if (fit.empty() || p.axes[fit.back()].is_reduction) continue;
      for (int const row : fit) {
        if (row != fit.back() && reads_column(s, row, fit.back())) {
          places.push_back({s, row, fit.back()});
        }
      }
    }
    if (places.empty()) return {};
    auto const [s, row, lane] = r.pick(places);
    auto split_as = [&](int axis, char const* outer, char const* inner, index_t factor) {
      auto d = start(verb::split, s);
      d.loops = {name(axis)};
      d.factor = factor;
      d.tails = tail::cut;
      d.first_name = outer;
      d.second_name = inner;
      return d;
    };
    auto order = start(verb::reorder, s);
    auto unrolled = start(verb::unroll, s);
    auto lanes = start(verb::vectorize, s);
    order.loops = {"lo", "ri", "li"};
    unrolled.loops = {"ri"};
    lanes.loops = {"li"};
    return {split_as(row, "ro", "ri", r.pick({2, 4, 4, 8, 16})),
            split_as(lane, "lo", "li", r.pick({4, 8, 16})), order, unrolled, lanes};
  }

  // One thing that is done to all stages of a system: their loops stay alike only if all have it.
  auto together() -> std::vector<directive> {
    int const first = pick_stage();
    tir::stage const& leader = p.stages[first];
    if (leader.system < 0) return {};
    std::string const over = name(leader.pure[leader.over]);
    std::string const other =
        name(r.pick(std::vector<int>(leader.pure.begin(), leader.pure.end())));
    bool const is_split = other == over || r.chance(30);
    index_t const factor = pick_factor();
    auto const tails = pick_tail(p.axes[leader.pure[leader.over]].extent, factor);
    bool const is_unrolled = r.chance(30);
    bool const is_parallel = r.chance(60);
    std::vector<directive> all;
    for (int s = 0; s < p.stages.count; ++s) {
      if (!tir::are_one_system(p.stages[s], leader)) continue;
      if (p.stages[s].place != tir::placement::root) continue;
      auto d = start(is_split ? verb::split : verb::reorder, s);
      d.loops = {over};
      if (is_split) d.factor = factor;
      if (is_split) d.tails = tails == tail::exact ? tail::guard : tails;
      if (!is_split) d.loops = {other, over};
      all.push_back(d);
      if (is_split && !is_unrolled) continue;
      if (!is_split && !is_parallel) continue;
      auto more = start(is_split ? verb::unroll : verb::parallel, s);
      more.loops = {is_split ? over + "i" : other};
      all.push_back(more);
    }
    return all;
  }

  auto any_loop() -> std::string {
    int const s = static_cast<int>(r.below(static_cast<std::size_t>(p.stages.count)));
    auto const& l = p.stages[s].loops;
    if (l.empty() || r.chance(5)) return "nothing";
    return name(l[static_cast<int>(r.below(static_cast<std::size_t>(l.count)))]);
  }
  /// Anything at all.
  auto blind() -> directive {
    int const s = static_cast<int>(r.below(static_cast<std::size_t>(p.stages.count)));
    auto d = start(static_cast<verb>(r.below(std::size(scheduling::verb_names))), s);
    d.loops = {any_loop(), any_loop()};
    d.is_tile = r.chance(10);
    if (d.what == verb::reorder && r.chance(50)) d.loops.push_back(any_loop());
    d.factor = r.pick({-1, 0, 0, 1, 4, 7, 16, 64, 300});
    d.second_factor = r.pick({-1, 0, 1, 4, 7});
    if (scheduling::states_fact(d.what)) {
      int const b = static_cast<int>(r.below(static_cast<std::size_t>(p.buffers.count)));
      d.fact = claim{.operand = p.buffers[b].name,
                     .dim = static_cast<int>(r.between(-1, 2)),
                     .kind = static_cast<tir::fact_kind>(r.below(2)),
                     .number = d.factor};
      if (d.fact.kind == tir::fact_kind::extent)
        d.fact.relation = static_cast<tir::fact_relation>(r.below(4));
    }
    d.tails = static_cast<tail>(r.below(8));
    d.where = static_cast<tir::scope>(r.below(4));
    if (d.what == verb::fuse) d.first_name = r.chance(30) ? any_loop() : "";
    if (d.what == verb::cache_read) {
      int const b = static_cast<int>(r.below(static_cast<std::size_t>(p.buffers.count)));
      d.other = r.chance(5) ? "nothing" : std::string(p.buffers[b].name.view());
      if (r.chance(30)) {
        index_t const block = r.pick({-1, 0, 4});
        d.order = {dim(any_loop()) / block, dim(any_loop())};
        d.padding = padding_value(r.pick({0.0, 0.5, 300.0, infinity}));
      }
    } else {
      int const c = static_cast<int>(r.below(static_cast<std::size_t>(p.stages.count)));
      d.other = std::string(p.stages[c].name.view());
    }
    return d;
  }
};

}  // namespace

void make_schedule(random& r, schedule_options const& o, tir::program const& from, fuzz_case& c) {
  tir::program p = from;
  auto& steps = c.steps;
  auto const most = r.between(0, o.steps);
  // Far from the capacities, so that lowering keeps room.
  auto const has_room = [&] { return p.axes.count < 70 && p.stages.count < 12; };
  if (r.chance(50)) {
    auto const group = maker{.r = r, .o = o, .p = p, .k = c.kernel}.together();
    auto const before = std::make_unique<tir::program>(p);
    auto const after = std::make_unique<tir::program>();
    auto const end = watched([&] {
      schedule s(p);
      for (auto const& d : group) apply(d, s);
      *after = p;
      if (p.fault.ok()) scheduling::finish(*after);
    });
    steps.insert(steps.end(), group.begin(), group.end());
    if (end != leaving::normal) return;  // for the judge
    if (!after->fault.ok()) {
      steps.clear();
      p = *before;
    }
  }
  std::vector<directive> planned;
  if (r.chance(30)) planned = maker{.r = r, .o = o, .p = p, .k = c.kernel}.columns();
  auto const last = std::max(most, static_cast<std::int64_t>(planned.size()));
  for (std::int64_t n = 0; n < last && has_room(); ++n) {
    maker m{.r = r, .o = o, .p = p, .k = c.kernel};
    auto const at = static_cast<std::size_t>(n);
    bool const is_start = n < 3 && r.chance(20);  // facts come first
    directive const d = at < planned.size() ? planned[at] : is_start ? m.state() : m.draw();
    if (d.loops.empty()) continue;
    auto const before = std::make_unique<tir::program>(p);
    auto const after = std::make_unique<tir::program>();
    auto const end = watched([&] {
      schedule s(p);
      apply(d, s);
      *after = p;
      if (p.fault.ok()) scheduling::finish(*after);
    });
    steps.push_back(d);
    if (end != leaving::normal) return;  // for the judge
    // Masks may be vectorized yet; every other fault of the whole stays.
    bool const is_legal =
        p.fault.ok() && (after->fault.ok() || after->fault.id == diag::code::bad_tail);
    if (is_legal) continue;
    steps.pop_back();
    p = *before;
  }
  if (o.is_mistaken) {
    auto const m = make_mistake(r, p);
    c.mistake = m.code;
    c.legal_steps = static_cast<int>(steps.size());
    steps.insert(steps.end(), m.steps.begin(), m.steps.end());
  } else if (o.is_blind) {
    steps.push_back(maker{.r = r, .o = o, .p = p, .k = c.kernel}.blind());
  }
}

}  // namespace ashlar::fuzz
