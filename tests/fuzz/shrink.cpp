// SPDX-License-Identifier: Apache-2.0
#include <fuzz/shrink.hpp>

#include <algorithm>
#include <utility>

namespace ashlar::fuzz {

namespace {

using test = std::function<bool(fuzz_case const&)>;

// The nodes below the root, numbered anew.
void drop_unused_nodes(stage_form& s) {
  std::vector<bool> used(s.nodes.size(), false);
  auto const mark = [&](int n) {
    if (n >= 0) used[static_cast<std::size_t>(n)] = true;
  };
  mark(s.root);
  for (std::size_t n = s.nodes.size(); n-- > 0;) {
    if (!used[n]) continue;
    auto const& f = s.nodes[n];
    mark(f.a);
    mark(f.b);
    mark(f.c);
    for (auto const& x : f.index) mark(x.loaded);
  }
  std::vector<int> to(s.nodes.size(), -1);
  std::vector<node_form> kept;
  for (std::size_t n = 0; n < s.nodes.size(); ++n) {
    if (!used[n]) continue;
    to[n] = static_cast<int>(kept.size());
    kept.push_back(s.nodes[n]);
  }
  auto const renumber = [&](int& n) {
    if (n >= 0) n = to[static_cast<std::size_t>(n)];
  };
  for (auto& f : kept) {
    renumber(f.a);
    renumber(f.b);
    renumber(f.c);
    for (auto& x : f.index) renumber(x.loaded);
  }
  renumber(s.root);
  s.nodes = kept;
}

}  // namespace

void drop_unused(kernel_form& k) {
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& s : k.stages) drop_unused_nodes(s);
    std::vector<bool> read(k.tensors.size(), false);
    for (auto const& s : k.stages) {
      for (auto const& n : s.nodes)
        if (n.tensor >= 0 && n.tensor != s.tensor) read[static_cast<std::size_t>(n.tensor)] = true;
    }
    for (std::size_t t = k.tensors.size(); t-- > 0;) {
      if (read[t] || k.tensors[t].is_output) continue;
      int const at = static_cast<int>(t);
      std::erase_if(k.stages, [&](stage_form const& s) { return s.tensor == at; });
      k.tensors.erase(k.tensors.begin() + at);
      for (auto& s : k.stages) {
        if (s.tensor > at) --s.tensor;
        for (auto& n : s.nodes)
          if (n.tensor > at) --n.tensor;
      }
      changed = true;
      break;
    }
  }
}

namespace {

struct shrinker {
  fuzz_case best;
  test const& is_wrong;
  int trials = 0;

  auto accept(fuzz_case const& c) -> bool {
    if (++trials > 1200 || !is_wrong(c)) return false;
    best = c;
    return true;
  }

  auto drop_steps() -> bool {
    bool any = false;
    for (std::size_t n = best.steps.size(); n-- > 0;) {
      fuzz_case c = best;
      c.steps.erase(c.steps.begin() + static_cast<std::ptrdiff_t>(n));
      any = accept(c) || any;
    }
    return any;
  }
  auto simplify_steps() -> bool {
    bool any = false;
    for (std::size_t n = 0; n < best.steps.size(); ++n) {
      fuzz_case c = best;
      auto& d = c.steps[n];
      if (d.tails != tir::tail::automatic) {
        d.tails = tir::tail::automatic;
        any = accept(c) || any;
      }
      c = best;
      if (c.steps[n].order.size() > 0) {
        c.steps[n].order.clear();
        any = accept(c) || any;
      }
      c = best;
      if (c.steps[n].factor > 2) {
        c.steps[n].factor = c.steps[n].factor / 2;
        any = accept(c) || any;
      }
    }
    return any;
  }
  // The extent itself, or fewer promises.
  auto simplify_promise(std::size_t t, std::size_t d) -> bool {
    auto const [n, now] = best.kernel.tensors[t].dims[d];
    for (extent const to :
         {extent(n), extent::promise(now.granule, 0), extent::promise(0, now.limit)}) {
      fuzz_case c = best;
      c.kernel.tensors[t].dims[d].promise = to;
      if (now.is_dynamic() && to != now && accept(c)) return true;
    }
    return false;
  }
  auto simplify_promises() -> bool {
    bool any = false;
    for (std::size_t t = 0; t < best.kernel.tensors.size(); ++t) {
      for (std::size_t d = 0; d < best.kernel.tensors[t].dims.size(); ++d) {
        any = simplify_promise(t, d) || any;
      }
    }
    return any;
  }
  // One extent everywhere: axes and dimensions that belong together have the same number.
  auto shrink_extents() -> bool {
    std::vector<index_t> all;
    for (auto const& t : best.kernel.tensors)
      for (auto const& d : t.dims) all.push_back(d.extent);
    for (auto const& s : best.kernel.stages)
      for (auto const& a : s.axes) all.push_back(a.extent);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    bool any = false;
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
      for (index_t const to : {index_t{1}, *it / 2, *it - 1}) {
        if (to < 1 || to >= *it) continue;
        if (!accept(with_extent(*it, to))) continue;
        any = true;
        break;
      }
    }
    return any;
  }
  auto with_extent(index_t from, index_t to) const -> fuzz_case {
    fuzz_case c = best;
    for (auto& t : c.kernel.tensors) {
      for (auto& d : t.dims) {
        if (d.extent != from) continue;
        d.extent = to;
        if (d.promise.is_static()) d.promise = to;
        if (!d.promise.accepts(to)) d.promise = extent::promise(0, d.promise.limit);
      }
    }
    for (auto& s : c.kernel.stages) {
      for (auto& a : s.axes) {
        if (a.extent != from) continue;
        a.extent = to;
        if (a.declared) a.name = a.name.substr(0, 1) + std::to_string(to);
      }
    }
    return c;
  }
  // A node by one of its operands, or by one of its type.
  auto simplify_nodes() -> bool {
    bool any = false;
    for (std::size_t s = 0; s < best.kernel.stages.size(); ++s) {
      for (std::size_t n = best.kernel.stages[s].nodes.size(); n-- > 0;) {
        if (n >= best.kernel.stages[s].nodes.size()) continue;
        any = replace(s, static_cast<int>(n)) || any;
        if (s >= best.kernel.stages.size()) return any;
      }
    }
    return any;
  }
  auto replace(std::size_t s, int n) -> bool {
    auto const& st = best.kernel.stages[s];
    auto const& f = st.nodes[static_cast<std::size_t>(n)];
    for (int const by : {f.a, f.b, f.c}) {
      if (by < 0 || st.nodes[static_cast<std::size_t>(by)].type != f.type) continue;
      if (f.kind == node_kind::load) continue;
      if (accept(redirected(s, n, by))) return true;
    }
    if (f.kind == node_kind::number) return false;
    fuzz_case c = best;
    auto& to = c.kernel.stages[s].nodes[static_cast<std::size_t>(n)];
    if (to.kind == node_kind::load && to.outside != expr::boundary::none) {
      to.outside = expr::boundary::none;
      to.a = -1;
      if (accept(c)) return true;
    }
    c = best;
    c.kernel.stages[s].nodes[static_cast<std::size_t>(n)] =
        node_form{.kind = node_kind::number, .type = f.type, .number = 1};
    drop_unused(c.kernel);
    return accept(c);
  }
  auto redirected(std::size_t s, int from, int to) const -> fuzz_case {
    fuzz_case c = best;
    auto& st = c.kernel.stages[s];
    auto const change = [&](int& x) {
      if (x == from) x = to;
    };
    change(st.root);
    for (auto& f : st.nodes) {
      change(f.a);
      change(f.b);
      change(f.c);
      for (auto& x : f.index) change(x.loaded);
    }
    drop_unused(c.kernel);
    return c;
  }
  // An output and what only it needs.
  auto drop_outputs() -> bool {
    bool any = false;
    for (std::size_t s = best.kernel.stages.size(); s-- > 0;) {
      fuzz_case c = best;
      auto const t = static_cast<std::size_t>(c.kernel.stages[s].tensor);
      auto const outputs = std::count_if(c.kernel.tensors.begin(), c.kernel.tensors.end(),
                                         [](tensor_form const& f) { return f.is_output; });
      if (!c.kernel.tensors[t].is_output || outputs < 2) continue;
      c.kernel.stages.erase(c.kernel.stages.begin() + static_cast<std::ptrdiff_t>(s));
      c.kernel.tensors[t].is_output = false;
      drop_unused(c.kernel);
      any = accept(c) || any;
      if (s > best.kernel.stages.size()) s = best.kernel.stages.size();
    }
    return any;
  }
  auto simplify_indices() -> bool {
    bool any = false;
    for (std::size_t s = 0; s < best.kernel.stages.size(); ++s) {
      for (std::size_t n = 0; n < best.kernel.stages[s].nodes.size(); ++n) {
        for (std::size_t d = 0; d < best.kernel.stages[s].nodes[n].index.size(); ++d) {
          any = simplify_index(s, n, d) || any;
        }
      }
    }
    return any;
  }
  auto simplify_index(std::size_t s, std::size_t n, std::size_t d) -> bool {
    bool any = false;
    auto const attempt = [&](auto const& change) {
      fuzz_case c = best;
      index_form& x = c.kernel.stages[s].nodes[n].index[d];
      if (change(x)) any = accept(c) || any;
    };
    attempt([](index_form& x) { return std::exchange(x.offset, 0) != 0; });
    attempt([](index_form& x) { return std::exchange(x.divisor, 0) != 0; });
    attempt([](index_form& x) { return std::exchange(x.modulus, 0) != 0; });
    attempt([](index_form& x) { return std::exchange(x.shift, 0) != 0; });
    attempt([](index_form& x) {
      if (x.terms.empty()) return false;
      x.terms.pop_back();
      return true;
    });
    return any;
  }
};

}  // namespace

auto shrink(fuzz_case c, test const& is_wrong) -> fuzz_case {
  shrinker s{.best = std::move(c), .is_wrong = is_wrong};
  for (bool changed = true; changed && s.trials < 1200;) {
    changed = s.drop_steps();
    changed = s.drop_outputs() || changed;
    changed = s.simplify_nodes() || changed;
    changed = s.shrink_extents() || changed;
    changed = s.simplify_promises() || changed;
    changed = s.simplify_indices() || changed;
    changed = s.simplify_steps() || changed;
  }
  return s.best;
}

}  // namespace ashlar::fuzz
