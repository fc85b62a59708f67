// SPDX-License-Identifier: Apache-2.0
//
// What the tests of pictures ask of SVG.
#pragma once

#include <ashlar/pass/pipeline.hpp>
#include <ashlar/schedule/schedule.hpp>
#include <support/programs.hpp>
#include <support/random_schedule.hpp>

#include <regex>
#include <string>
#include <vector>

namespace ashlar::tests {

struct rectangle {
  int left = 0, top = 0, right = 0, bottom = 0;

  auto has(rectangle const& r) const -> bool {
    return left <= r.left && top <= r.top && right >= r.right && bottom >= r.bottom;
  }
  auto meets(rectangle const& r) const -> bool {
    return left < r.right && r.left < right && top < r.bottom && r.top < bottom;
  }
};

/// The boxes of a picture.
inline auto boxes_of(std::string const& svg) -> std::vector<rectangle> {
  static std::regex const box(
      "<rect x=\"(-?\\d+)\" y=\"(-?\\d+)\" width=\"(-?\\d+)\" "
      "height=\"(-?\\d+)\"");
  std::vector<rectangle> all;
  for (std::sregex_iterator i(svg.begin(), svg.end(), box), end; i != end; ++i) {
    auto const n = [&](std::size_t g) { return std::stoi((*i)[g].str()); };
    all.push_back(rectangle{n(1), n(2), n(1) + n(3), n(2) + n(4)});
  }
  return all;
}

/// Where its lines of text are; the width is that of the characters, none of them escaped.
inline auto texts_of(std::string const& svg) -> std::vector<rectangle> {
  static std::regex const line("<text x=\"(-?\\d+)\" y=\"(-?\\d+)\"[^>]*>([^<]*)</text>");
  static std::regex const escape("&[a-z]+;");
  std::vector<rectangle> all;
  for (std::sregex_iterator i(svg.begin(), svg.end(), line), end; i != end; ++i) {
    int const x = std::stoi((*i)[1].str());
    int const y = std::stoi((*i)[2].str());
    auto const s = std::regex_replace((*i)[3].str(), escape, "<");
    all.push_back(
        rectangle{x, y - 12, x + static_cast<int>(7.23 * static_cast<double>(s.size())), y + 4});
  }
  return all;
}

/// What is wrong with the layout of a picture; empty for nothing.
inline auto layout_fault(std::string const& svg) -> std::string {
  static std::regex const size("^<svg [^>]*width=\"(\\d+)\" height=\"(\\d+)\"");
  std::smatch m;
  if (!std::regex_search(svg, m, size) || !svg.ends_with("</svg>\n")) return "it is no document";
  rectangle const page{0, 0, std::stoi(m[1].str()), std::stoi(m[2].str())};
  auto const boxes = boxes_of(svg);
  auto const texts = texts_of(svg);
  if (texts.empty()) return "it has no text";
  for (std::size_t a = 0; a < boxes.size(); ++a) {
    if (!page.has(boxes[a])) return "a box leaves the page";
    for (std::size_t b = 0; b < a; ++b) {
      bool const nested = boxes[a].has(boxes[b]) || boxes[b].has(boxes[a]);
      if (boxes[a].meets(boxes[b]) && !nested) return "two boxes overlap";
    }
  }
  for (std::size_t a = 0; a < texts.size(); ++a) {
    if (!page.has(texts[a])) return "a text leaves the page";
    for (std::size_t b = 0; b < a; ++b) {
      if (texts[a].meets(texts[b])) return "two texts overlap";
    }
    for (auto const& box : boxes) {
      if (box.meets(texts[a]) && !box.has(texts[a])) return "a text crosses the border of a box";
    }
  }
  return {};
}

/// Calls f with programs after random schedules that are legal, until it has been called n times.
inline void for_random_schedules(int n, auto const& f) {
  program const programs[] = {dense(10, 12, 9), dense(-1, -1, -1), stencil(20), arg_max(5, 30)};
  for (unsigned seed = 1; n > 0; ++seed) {
    program p = programs[seed % 4];
    random_schedule r(p, seed);
    r.apply(1 + static_cast<int>(seed % 14));
    if (!p.fault.ok()) continue;
    f(p, r.text());
    --n;
  }
}

}  // namespace ashlar::tests
