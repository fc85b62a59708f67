// SPDX-License-Identifier: Apache-2.0
//
// kernel/draw_stages: the stages of a program, and which reads which, as a picture.
//
//   std::ofstream("stages.svg") << ash::draw_stages(scheduled);
//
//   takes       a program with stages, before or after a schedule
//   returns     SVG: operands as rounded boxes; for each stage its definition, the memory of its
//               values, where it is computed, and its loops, coloured by their kind, from the
//               outermost in; an arrow from what is read to what reads it;
//               below, what is inlined, and which variant it is, where the schedule specializes
//   invariants  boxes do not overlap, and arrows pass between them
//   source      layers by longest path, and their order by barycenters: Sugiyama, Tagawa, Toda,
//               "Methods for visual understanding of hierarchical system structures", 1981
#pragma once

#include <ashlar/kernel/draw_nest.hpp>
#include <ashlar/kernel/stage_layout.hpp>
#include <ashlar/schedule/uses.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

namespace draw_stages_impl {

using draw_nest_impl::style_of;
using stage_layout_impl::node;

inline constexpr int padding = 10;
inline constexpr std::size_t longest_line = 60;

struct chip {
  std::string text{};
  svg::style look{};
  int x = 0, y = 0, width = 0;
};

/// What is in the box of an operand or a stage.
struct card {
  std::string title{};
  std::vector<std::string> lines{};
  std::vector<chip> chips{};
  svg::style look{};
  int width = 0, height = 0;
};

inline constexpr int chip_height = svg::line_height + 4;

class describer {
 public:
  explicit describer(tir::program const& p) : p_(p) {}

  auto operand(int buffer) -> card {
    card c{.look = svg::style{.fill = "#eef2ff", .border = "#4f46e5", .radius = 14}};
    c.title = say([&] { w_.put_declaration(buffer); });
    return c;
  }
  auto stage(int s) -> card {
    tir::stage const& st = p_.stages[s];
    tir::buffer const& b = p_.buffers[st.buffer];
    card c{};
    c.title = (b.is_output ? "output " : "") + say([&] { w_.put_declaration(st.buffer); });
    if (b.is_output) c.look = svg::style{.fill = "#f5f3ff", .border = "#7c3aed"};
    auto text = say([&] {
      w_.put_definition(s);
      --w_.indent;
    });
    add_lines(c, text);
    c.lines.push_back(where(st));
    for (tir::handle const a : st.loops) c.chips.push_back(loop(a));
    return c;
  }
  static void measure(card& c) {
    c.width = svg::width_of(c.title);
    for (auto const& l : c.lines) c.width = std::max(c.width, svg::width_of(l));
    int x = 0;
    int y = svg::line_height * static_cast<int>(c.lines.size() + 1) + 4;
    for (auto& i : c.chips) {
      i.width = svg::width_of(i.text) + 10;
      if (x > 0 && x + i.width > std::max(c.width, 420)) {
        x = 0;
        y += chip_height + 4;
      }
      i.x = x;
      i.y = y;
      x += i.width + 4;
      c.width = std::max(c.width, x - 4);
    }
    if (!c.chips.empty()) y += chip_height;
    c.width += 2 * padding;
    c.height = y + 2 * padding - (c.chips.empty() ? 4 : 0);
  }

 private:
  template <class Put> auto say(Put const& put) -> std::string {
    out_.text.clear();
    put();
    return out_.text;
  }
  static void add_lines(card& c, std::string_view text) {
    while (!text.empty()) {
      auto const end = std::min(text.find('\n'), text.size());
      for (auto& l : svg::wrapped(text.substr(0, end), longest_line)) c.lines.push_back(l);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  auto where(tir::stage const& s) const -> std::string {
    if (s.with_axis < 0) return place(s);
    auto const& other = p_.stages[scheduling::stage_of_axis(p_, s.with_axis)];
    return place(s) + ", with loop " + std::string(p_.axes[s.with_axis].name.view()) + " of " +
           std::string(other.name.view());
  }
  auto place(tir::stage const& s) const -> std::string {
    if (s.place == tir::placement::root) return "computed at root";
    if (s.place == tir::placement::inlined) return "inlined";
    auto const name = [this](int axis) { return std::string(p_.axes[axis].name.view()); };
    std::string const stored = s.store_at == -1 ? ""
                               : s.store_at == tir::at_root
                                   ? ", stored at root"
                                   : ", stored in loop " + name(s.store_at);
    return "computed in loop " + name(s.at_axis) + " of " +
           std::string(p_.stages[s.at_stage].name.view()) + stored;
  }
  auto loop(int axis) -> chip {
    tir::axis const& a = p_.axes[axis];
    chip c{.look = style_of(a.kind)};
    c.look.radius = 4;
    c.text = say([&] {
      w_.put(a.name.view());
      w_.put(" ");
      if (a.extent.is_constant())
        w_.put(a.extent.offset);
      else
        w_.put_sum(a.extent);
    });
    if (a.is_reduction) c.text = "reduce " + c.text;
    if (c.text.size() > longest_line) c.text.replace(longest_line - 3, std::string::npos, "...");
    return c;
  }

  tir::program const& p_;
  string_sink out_{};
  tir::print_impl::program_writer<string_sink> w_{{{{{p_, out_}}}}};
};

inline void draw(svg::document& out, card const& c, node const& at) {
  out.box(at.x, at.y, c.width, c.height, c.look);
  int const x = at.x + padding;
  int y = at.y + padding;
  out.text(x, y, c.title, true);
  for (auto const& l : c.lines) {
    y += svg::line_height;
    bool const is_place = &l == &c.lines.back();
    out.text(x, y, l, false, is_place ? "#6b7280" : "#111827");
  }
  for (auto const& i : c.chips) {
    out.box(x + i.x, at.y + padding + i.y, i.width, chip_height, i.look);
    out.text(x + i.x + 5, at.y + padding + i.y + 2, i.text, false, i.look.ink);
  }
}

/// The stages that are drawn, the operands that they read, and what reads what.
struct picture {
  std::vector<card> cards{};
  std::vector<node> nodes{};
  std::vector<stage_layout_impl::edge> edges{};
};

inline auto picture_of(tir::program const& p) -> picture {
  picture r{};
  describer d(p);
  std::vector<int> of_buffer(static_cast<std::size_t>(p.buffers.count), -1);
  auto const add = [&](int buffer, card c) {
    describer::measure(c);
    of_buffer[static_cast<std::size_t>(buffer)] = static_cast<int>(r.nodes.size());
    r.nodes.push_back(node{.width = c.width, .height = c.height});
    r.cards.push_back(c);
  };
  for (int b = 0; b < p.buffers.count; ++b) {
    if (p.buffers[b].operand >= 0 && scheduling::stage_of(p, b) < 0) add(b, d.operand(b));
  }
  for (int s = 0; s < p.stages.count; ++s) {
    if (p.stages[s].place != tir::placement::inlined) add(p.stages[s].buffer, d.stage(s));
  }
  for (int s = 0; s < p.stages.count; ++s) {
    int const to = of_buffer[static_cast<std::size_t>(p.stages[s].buffer)];
    for (int b = 0; to >= 0 && b < p.buffers.count; ++b) {
      int const from = of_buffer[static_cast<std::size_t>(b)];
      // What a stage computes, it may read: an output that is updated.
      if (from < 0 || from == to || !scheduling::use_of(p, s, b).any()) continue;
      r.edges.push_back(stage_layout_impl::edge{.from = from, .to = to});
    }
  }
  return r;
}

inline auto inlined_stages(tir::program const& p) -> std::string {
  std::string all;
  for (auto const& s : p.stages) {
    if (s.place != tir::placement::inlined) continue;
    all += (all.empty() ? "inlined: " : ", ") + std::string(s.name.view());
  }
  return all;
}

}  // namespace draw_stages_impl

/// The stages as SVG, see the head of this file.
inline auto draw_stages(tir::program const& p) -> std::string {
  using namespace draw_stages_impl;
  constexpr int margin = 12;
  auto r = picture_of(p);
  stage_layout_impl::layout layout(r.nodes, r.edges);
  auto const size = layout.arrange(margin);
  svg::document out{};
  for (auto const& path : layout.paths()) out.arrow(path);
  for (std::size_t i = 0; i < r.cards.size(); ++i) draw(out, r.cards[i], layout.at(i));
  int y = size.y + margin;
  int width = size.x;
  for (auto const& note : {inlined_stages(p), kernel_impl::variant_title(p)}) {
    if (note.empty()) continue;
    out.text(margin, y, note, false, "#6b7280");
    width = std::max(width, margin + svg::width_of(note));
    y += svg::line_height + margin;
  }
  width = std::max(width, draw_nest_impl::legend(out, margin, y, true));
  return out.finish(width + margin, y + svg::line_height + 6 + margin);
}

}  // namespace ashlar

ASHLAR_COMPILER_END
