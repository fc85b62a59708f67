// SPDX-License-Identifier: Apache-2.0
//
// kernel/svg: shapes and text as SVG, in a font whose characters are of one width.
//
//   takes       places and sizes in pixels, text in any encoding
//   returns     a document that needs nothing else: no style sheet, no script, no font file
//   invariants  text is escaped; characters that XML forbids, and bytes outside of ASCII, are '?',
//               so a document is well-formed whatever the names in a program are
#pragma once

#include <ashlar/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

ASHLAR_COMPILER_BEGIN

namespace ashlar::svg {

inline constexpr int font_size = 12;
inline constexpr double char_width = 7.3;  // of that font, and a little more
inline constexpr int line_height = 17;

inline auto width_of(std::string_view s) -> int {
  return static_cast<int>(static_cast<double>(s.size()) * char_width) + 1;
}

/// Breaks a line at spaces so that no part is longer; what follows the first part is indented.
inline auto wrapped(std::string_view s, std::size_t most) -> std::vector<std::string> {
  std::vector<std::string> lines;
  std::string indent;
  while (indent.size() + s.size() > most) {
    std::size_t const room = most - indent.size();
    std::size_t at = s.rfind(' ', room);
    if (at == std::string_view::npos || at < room / 3) at = room;
    lines.push_back(indent + std::string(s.substr(0, at)));
    s.remove_prefix(at);
    if (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    indent = "    ";
  }
  if (!s.empty() || lines.empty()) lines.push_back(indent + std::string(s));
  return lines;
}

/// How a box looks.
struct style {
  std::string_view fill = "#ffffff";
  std::string_view border = "#6b7280";
  std::string_view ink = "#111827";  // of its heading
  bool is_dashed = false;
  int radius = 5;
};

struct point {
  int x = 0, y = 0;
};

class document {
 public:
  void box(int x, int y, int width, int height, style const& s) {
    body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
             attribute("height", height) + attribute("rx", s.radius) + " fill=\"";
    body_ += s.fill;
    body_ += "\" stroke=\"";
    body_ += s.border;
    body_ += s.is_dashed ? "\" stroke-dasharray=\"5 3\"/>\n" : "\"/>\n";
  }
  /// One line; y is its upper end.
  void text(int x, int y, std::string_view s, bool is_bold = false,
            std::string_view colour = "#111827") {
    body_ += "<text" + attribute("x", x) + attribute("y", y + font_size) + " fill=\"";
    body_ += colour;
    body_ += is_bold ? "\" font-weight=\"bold\">" : "\">";
    for (char const c : s) put(c);
    body_ += "</text>\n";
  }
  /// A line through points from top to bottom, which ends in an arrow: vertical at each of them.
  void arrow(std::vector<point> const& through) {
    body_ += "<path d=\"M" + pair(through[0]);
    for (std::size_t i = 1; i < through.size(); ++i) {
      point const a = through[i - 1];
      point const b = through[i];
      int const bend = (b.y - a.y) / 2;
      body_ +=
          " C" + pair(point{a.x, a.y + bend}) + " " + pair(point{b.x, b.y - bend}) + " " + pair(b);
    }
    body_ += "\" fill=\"none\" stroke=\"#4b5563\" marker-end=\"url(#head)\"/>\n";
  }
  /// The whole document.
  auto finish(int width, int height) const -> std::string {
    auto const w = std::to_string(width);
    auto const h = std::to_string(height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
           "\" viewBox=\"0 0 " + w + " " + h +
           "\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"" +
           std::to_string(font_size) + "\" xml:space=\"preserve\">\n" + std::string(head) + body_ +
           "</svg>\n";
  }

 private:
  static constexpr std::string_view head =
      "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
      "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 Z\" "
      "fill=\"#4b5563\"/></marker></defs>\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"#ffffff\"/>\n";

  static auto attribute(std::string_view name, int value) -> std::string {
    return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
  }
  static auto pair(point p) -> std::string {
    return std::to_string(p.x) + "," + std::to_string(p.y);
  }
  void put(char c) {
    switch (c) {
      case '<': body_ += "&lt;"; return;
      case '>': body_ += "&gt;"; return;
      case '&': body_ += "&amp;"; return;
      default: body_ += c < ' ' || c > '~' ? '?' : c;
    }
  }

  std::string body_{};
};

}  // namespace ashlar::svg

ASHLAR_COMPILER_END
