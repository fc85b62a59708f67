// SPDX-License-Identifier: Apache-2.0
#include <fuzz/system_maker.hpp>

#include <fuzz/capacity.hpp>
#include <fuzz/record.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace ashlar::fuzz {

namespace {

// The axis of a stage that has a name, among those on its left; -1 for none.
auto axis_called(stage_form const& s, std::string const& name) -> int {
  for (int const a : s.pure) {
    if (s.axes[static_cast<std::size_t>(a)].name == name) return a;
  }
  return -1;
}

struct system_maker {
  random& r;
  kernel_form& k;
  stage_form& g;
  stage_form const& h;
  int across = -1;  // an axis that the read is reduced over

  auto add(node_form n) -> int {
    g.nodes.push_back(std::move(n));
    return static_cast<int>(g.nodes.size()) - 1;
  }
  auto type() const -> dtype { return k.tensors[static_cast<std::size_t>(g.tensor)].type; }
  auto number(double v) -> int {
    return add(node_form{.kind = node_kind::number, .type = type(), .number = v});
  }
  auto apply(tir::opcode op, int a, int b) -> int {
    return add(node_form{.kind = node_kind::operation, .type = type(), .op = op, .a = a, .b = b});
  }
  auto index(axis_form const& of, int along) -> index_form {
    index_form x{};
    int const same = axis_called(g, of.name);
    bool const is_over = same >= 0 && same == along;
    bool const is_plain =
        same >= 0 && g.axes[static_cast<std::size_t>(same)].extent == of.extent && r.chance(75);
    if (is_over || is_plain) {
      x.terms.push_back(linear_term{.axis = same});
      if (is_over) x.offset = -r.between(1, 2);
    } else if (across < 0 && r.chance(70)) {
      across = static_cast<int>(g.axes.size());
      g.axes.push_back(axis_form{
          .name = "x" + std::to_string(of.extent), .extent = of.extent, .declared = true});
      x.terms.push_back(linear_term{.axis = across});
    } else {
      x.offset = r.between(0, of.extent - 1);
    }
    return x;
  }
  // What stays below 20, so that sums stay exact.
  void read_back(int along) {
    node_form n{.kind = node_kind::load, .type = type(), .tensor = h.tensor, .is_earlier = true};
    n.outside = expr::boundary::constant;
    for (int const a : h.pure) n.index.push_back(index(h.axes[static_cast<std::size_t>(a)], along));
    n.a = number(static_cast<double>(r.between(-3, 3)));
    int v = add(std::move(n));
    v = apply(tir::opcode::max, apply(tir::opcode::min, v, number(20)), number(-20));
    if (across >= 0) {
      auto const kind = r.pick({expr::reduction_kind::max, expr::reduction_kind::min});
      v = add(node_form{.kind = node_kind::reduction,
                        .type = type(),
                        .a = v,
                        .reduction = kind,
                        .axes = {across}});
    }
    g.root = apply(r.pick({tir::opcode::max, tir::opcode::min}), g.root, v);
  }
};

auto recorded(kernel_form const& k) -> std::unique_ptr<tir::program> {
  auto p = std::make_unique<tir::program>();
  auto const end = watched([&] { record(k, *p); });
  if (end != leaving::normal || !p->fault.ok()) return nullptr;
  return p;
}

auto has_system(kernel_form const& k) -> bool {
  auto const p = recorded(k);
  return p != nullptr && std::any_of(p->stages.begin(), p->stages.end(),
                                     [](tir::stage const& s) { return s.system >= 0; });
}

}  // namespace

void make_system(random& r, kernel_form& k) {
  if (k.stages.size() < 2 || recorded(k) == nullptr) return;
  for (int trial = 0; trial < 12; ++trial) {
    auto const early = r.below(k.stages.size() - 1);
    auto const late = early + 1 + r.below(k.stages.size() - 1 - early);
    kernel_form with = k;
    stage_form& g = with.stages[early];
    stage_form const& h = with.stages[late];
    dtype const type = k.tensors[static_cast<std::size_t>(g.tensor)].type;
    bool const is_fit = type == k.tensors[static_cast<std::size_t>(h.tensor)].type &&
                        type != dtype::boolean && type != dtype::u8 && !g.pure.empty() &&
                        declared_like(k, h.tensor) >= 0;
    if (!is_fit) continue;
    int const along = r.pick(g.pure);
    if (axis_called(h, g.axes[static_cast<std::size_t>(along)].name) < 0) continue;
    system_maker{.r = r, .k = with, .g = g, .h = h}.read_back(along);
    if (!has_system(with)) continue;
    k = with;
    if (r.chance(60)) return;
  }
}

}  // namespace ashlar::fuzz
