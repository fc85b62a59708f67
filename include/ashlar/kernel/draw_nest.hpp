// SPDX-License-Identifier: Apache-2.0
//
// kernel/draw_nest: the loop nest of a lowered program as a picture.
//
//   std::ofstream("nest.svg") << ash::draw_nest(lowered);
//
//   takes       a program after pass::lower; any other is drawn as its text
//   returns     SVG: which variant it is, where the schedule specializes; a box for each loop,
//               coloured by its kind, with its extent; inside it, what it repeats: loops,
//               conditions, the memory that is allocated there, and statements
//   invariants  each statement that can be reached is drawn once; boxes do not overlap, and no text
//               leaves its box
#pragma once

#include <ashlar/kernel/string_sink.hpp>
#include <ashlar/kernel/svg.hpp>
#include <ashlar/kernel/variant_condition.hpp>
#include <ashlar/tir/print.hpp>

#include <algorithm>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

namespace draw_nest_impl {

/// The colours of a loop's kind.
inline auto style_of(tir::loop_kind k) -> svg::style {
  constexpr svg::style styles[] = {
      svg::style{.fill = "#f3f4f6", .border = "#6b7280", .ink = "#374151"},
      svg::style{.fill = "#dbeafe", .border = "#2563eb", .ink = "#1e40af"},
      svg::style{.fill = "#dcfce7", .border = "#16a34a", .ink = "#166534"},
      svg::style{.fill = "#fef3c7", .border = "#d97706", .ink = "#92400e"}};
  return styles[static_cast<int>(k)];
}
inline constexpr svg::style condition_style{
    .border = "#9333ea", .ink = "#6b21a8", .is_dashed = true};
inline constexpr svg::style call_style{.fill = "#ecfeff", .border = "#0891b2", .ink = "#155e75"};
inline constexpr svg::style memory_style{
    .fill = "#fdf2f8", .border = "#db2777", .ink = "#9d174d", .is_dashed = true};

struct box {
  svg::style look{};
  std::vector<std::string> lines{};
  std::vector<box> inside{};
  bool has_frame = true;
  int width = 0, height = 0;
};

inline constexpr int padding = 9;
inline constexpr int gap = 7;
inline constexpr std::size_t longest_line = 104;

/// Makes the boxes of a program.
class builder {
 public:
  explicit builder(tir::program const& p) : p_(p) { w_.in_nest = true; }

  auto chain(tir::handle first) -> std::vector<box> {
    std::vector<box> all;
    for (tir::handle h = first; h >= 0; h = p_.stmts[h].next) add(all, p_.stmts[h]);
    return all;
  }
  /// Which variant it is, in a box without a frame.
  auto title() const -> box {
    return box{.lines = lines_of(kernel_impl::variant_title(p_)), .has_frame = false};
  }
  auto text_of_program() -> box {
    return box{.lines = lines_of(printed([&](auto& out) { tir::print(p_, out); }))};
  }

 private:
  static auto lines_of(std::string_view text) -> std::vector<std::string> {
    std::vector<std::string> lines;
    while (!text.empty()) {
      auto const end = std::min(text.find('\n'), text.size());
      for (auto& l : svg::wrapped(text.substr(0, end), longest_line)) {
        if (l.find_first_not_of(' ') != std::string::npos) lines.push_back(l);
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
  }
  template <class Put> auto say(Put const& put) -> std::vector<std::string> {
    out_.text.clear();
    put();
    return lines_of(out_.text);
  }

  auto loop(tir::stmt const& s) -> box {
    box b{.look = style_of(s.loop)};
    w_.open.push_back(s.axis);
    b.lines = say([&] {
      w_.put(tir::print_impl::name_of(s.loop));
      w_.put(" ");
      w_.put_axis(s.axis);
      w_.put(" in [0, ");
      w_.put_sum(s.extent);
      w_.put(")");
      if (s.cut < 0) return;
      w_.put(", full blocks below ");
      w_.put_sum(s.cut);
    });
    b.inside = chain(s.body);
    w_.open.pop_back();
    return b;
  }
  auto guard(tir::stmt const& s) -> box {
    box b{.look = condition_style};
    b.lines = say([&] {
      bool is_first = true;
      for (tir::handle const c : s.condition) {
        if (c < 0) continue;
        w_.put(is_first ? "if " : " and ");
        w_.put_condition(p_.indices[c]);
        is_first = false;
      }
    });
    b.inside = chain(s.body);
    return b;
  }
  auto allocation(tir::stmt const& s) -> box {
    box b{.look = memory_style};
    b.lines = say([&] {
      w_.put("allocate ");
      w_.put_declaration(s.target);
    });
    b.inside = chain(s.body);
    return b;
  }
  void add(std::vector<box>& all, tir::stmt const& s) {
    switch (s.kind) {
      case tir::stmt_kind::loop: all.push_back(loop(s)); return;
      case tir::stmt_kind::allocate: all.push_back(allocation(s)); return;
      case tir::stmt_kind::guard:
        all.push_back(guard(s));
        if (s.otherwise >= 0) {
          all.push_back(box{.look = all.back().look, .lines = {"else"}});
          all.back().inside = chain(s.otherwise);
        }
        return;
      case tir::stmt_kind::prefetch:
        all.push_back(box{.has_frame = false});
        all.back().lines = say([&] {
          w_.put("prefetch ");
          w_.put_access(s.target);
        });
        return;
      case tir::stmt_kind::tensorize:
        all.push_back(box{.look = call_style});
        all.back().lines = say([&] { w_.put_call(p_.calls[s.target]); });
        all.back().inside = chain(s.body);
        return;
      case tir::stmt_kind::barrier:
      case tir::stmt_kind::commit:
      case tir::stmt_kind::await:
        all.push_back(box{.lines = say([&] { w_.put_wait(s); }), .has_frame = false});
        return;
      case tir::stmt_kind::store:
        all.push_back(box{.lines = say([&] { w_.put_store(s); }), .has_frame = false});
    }
  }

  tir::program const& p_;
  string_sink out_{};
  tir::print_impl::program_writer<string_sink> w_{{{{{p_, out_}}}}};
};

inline void measure(box& b) {
  b.height = svg::line_height * static_cast<int>(b.lines.size());
  for (auto const& l : b.lines) b.width = std::max(b.width, svg::width_of(l));
  for (auto& c : b.inside) {
    measure(c);
    b.width = std::max(b.width, c.width);
    b.height += gap + c.height;
  }
  if (!b.has_frame) return;
  b.width += 2 * padding;
  b.height += 2 * padding;
}

inline void place(svg::document& out, box const& b, int x, int y, int width) {
  if (b.has_frame) {
    out.box(x, y, width, b.height, b.look);
    x += padding;
    y += padding;
    width -= 2 * padding;
  }
  for (auto const& l : b.lines) {
    out.text(x, y, l, b.has_frame && !b.inside.empty(), b.has_frame ? b.look.ink : "#111827");
    y += svg::line_height;
  }
  for (auto const& c : b.inside) {
    y += gap;
    place(out, c, x, y, width);
    y += c.height;
  }
}

/// What the colours mean, of loops or of everything; returns where it ends.
inline auto legend(svg::document& out, int x, int y, bool has_loops_only = false) -> int {
  struct entry {
    std::string_view name;
    svg::style look;
  };
  entry const entries[] = {{"serial", style_of(tir::loop_kind::serial)},
                           {"parallel", style_of(tir::loop_kind::parallel)},
                           {"vectorized", style_of(tir::loop_kind::vectorized)},
                           {"unrolled", style_of(tir::loop_kind::unrolled)},
                           {"condition", condition_style},
                           {"memory", memory_style}};
  for (auto const& e : entries) {
    if (has_loops_only && e.look.is_dashed) break;
    int const width = svg::width_of(e.name) + 2 * padding;
    out.box(x, y, width, svg::line_height + 6, e.look);
    out.text(x + padding, y + 3, e.name, false, e.look.ink);
    x += width + gap;
  }
  return x - gap;
}

}  // namespace draw_nest_impl

/// The loop nest as SVG, see the head of this file.
inline auto draw_nest(tir::program const& p) -> std::string {
  using namespace draw_nest_impl;
  builder make(p);
  std::vector<box> all;
  if (p.root >= 0 && p.fault.ok())
    all = make.chain(p.root);
  else
    all.push_back(make.text_of_program());
  if (auto const title = make.title(); !title.lines.empty()) all.insert(all.begin(), title);
  constexpr int margin = 12;
  int width = 0;
  for (auto& b : all) {
    measure(b);
    width = std::max(width, b.width);
  }
  svg::document out{};
  int y = margin;
  for (auto const& b : all) {
    place(out, b, margin, y, width);
    y += b.height + gap;
  }
  int const end = legend(out, margin, y + gap);
  return out.finish(std::max(width + margin, end) + margin,
                    y + gap + svg::line_height + 6 + margin);
}

}  // namespace ashlar

ASHLAR_COMPILER_END
