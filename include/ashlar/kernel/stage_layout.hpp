// SPDX-License-Identifier: Apache-2.0
//
// kernel/stage_layout: where the boxes of a graph without cycles go, in layers from top to bottom.
//
//   takes       the sizes of the boxes, and edges
//   returns     the place of each box, and the points that each edge passes
//   method      a box is one layer below the lowest that it needs, and as low as what needs it
//               permits; an edge that crosses a layer has a narrow place of its own there; the
//               order in a layer follows the mean of the neighbours, up and down in turns
//   invariants  boxes do not overlap; edges that cross a layer pass between its boxes. An edge
//               which closes a cycle is left out
#pragma once

#include <ashlar/kernel/svg.hpp>

#include <algorithm>

ASHLAR_COMPILER_BEGIN

namespace ashlar::stage_layout_impl {

struct node {
  int width = 0, height = 0;
  int x = 0, y = 0;
  int layer = 0;
  bool is_bend = false;  // of an edge that crosses the layer
};

struct edge {
  int from = 0, to = 0;
};

inline constexpr int column_gap = 28;
inline constexpr int layer_gap = 46;

class layout {
 public:
  layout(std::vector<node> const& nodes, std::vector<edge> const& edges) : nodes_(nodes) {
    for (edge const& e : edges) edges_.push_back({e.from, e.to});
  }

  /// Places everything; returns the right and the lower end.
  auto arrange(int margin) -> svg::point {
    choose_layers();
    add_bends();
    sort_layers();
    return place(margin);
  }
  auto at(std::size_t n) const -> node const& { return nodes_[n]; }

  /// Straight down to the end of the layer, in a curve to the next one, and straight to the box.
  auto paths() const -> std::vector<std::vector<svg::point>> {
    std::vector<std::vector<svg::point>> all;
    for (auto const& e : edges_) {
      int x = touch(e[0], e[1], false);
      std::vector<svg::point> path{{x, get(e[0]).y + get(e[0]).height}};
      if (path[0].y < bottom_of(e[0])) path.push_back({x, bottom_of(e[0])});
      for (std::size_t i = 1; i < e.size(); ++i) {
        x = touch(e[i], e[i - 1], true);
        if (top_of(e[i]) < get(e[i]).y || get(e[i]).is_bend) path.push_back({x, top_of(e[i])});
        path.push_back({x, get(e[i]).is_bend ? bottom_of(e[i]) : get(e[i]).y - 1});
      }
      all.push_back(path);
    }
    return all;
  }

 private:
  using chain = std::vector<int>;

  auto get(int n) const -> node const& { return nodes_[static_cast<std::size_t>(n)]; }
  auto get(int n) -> node& { return nodes_[static_cast<std::size_t>(n)]; }

  void choose_layers() {
    std::size_t const most = nodes_.size();
    for (std::size_t round = 0; round < most; ++round) {
      for (auto const& e : edges_) {
        get(e[1]).layer = std::max(get(e[1]).layer, get(e[0]).layer + 1);
      }
    }
    std::erase_if(edges_,
                  [&](chain const& e) -> bool { return get(e[0]).layer >= get(e[1]).layer; });
    // What nothing needs to be higher up goes down to its readers.
    for (std::size_t round = 0; round < most; ++round) {
      for (std::size_t n = 0; n < most; ++n) {
        int lowest = -1;
        for (auto const& e : edges_) {
          if (e[0] != static_cast<int>(n)) continue;
          int const above = get(e[1]).layer - 1;
          lowest = lowest < 0 ? above : std::min(lowest, above);
        }
        if (lowest >= 0) nodes_[n].layer = std::max(nodes_[n].layer, lowest);
      }
    }
  }
  void add_bends() {
    for (chain& e : edges_) {
      int const last = e.back();
      e.pop_back();
      for (int l = get(e[0]).layer + 1; l < get(last).layer; ++l) {
        e.push_back(static_cast<int>(nodes_.size()));
        nodes_.push_back(node{.width = 1, .layer = l, .is_bend = true});
      }
      e.push_back(last);
    }
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      auto const l = static_cast<std::size_t>(nodes_[n].layer);
      if (layers_.size() <= l) layers_.resize(l + 1);
      layers_[l].push_back(static_cast<int>(n));
    }
  }

  // The mean place of the neighbours in the layer above or below, and its own where there is none.
  auto barycenter(int n, bool above, std::vector<double> const& place) const -> double {
    double sum = 0;
    int count = 0;
    for (auto const& e : edges_) {
      for (std::size_t i = 0; i + 1 < e.size(); ++i) {
        int const mine = above ? e[i + 1] : e[i];
        int const other = above ? e[i] : e[i + 1];
        if (mine != n) continue;
        sum += place[static_cast<std::size_t>(other)];
        ++count;
      }
    }
    return count == 0 ? place[static_cast<std::size_t>(n)] : sum / count;
  }
  void sort_layers() {
    std::vector<double> place(nodes_.size(), 0);
    auto const number = [&](chain const& layer) {
      for (std::size_t i = 0; i < layer.size(); ++i) {
        place[static_cast<std::size_t>(layer[i])] =
            (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
      }
    };
    for (auto const& l : layers_) number(l);
    for (int round = 0; round < 8; ++round) {
      bool const down = round % 2 == 0;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        chain& layer = layers_[down ? i : layers_.size() - 1 - i];
        std::vector<double> key(nodes_.size(), 0);
        for (int const n : layer) {
          key[static_cast<std::size_t>(n)] = barycenter(n, down, place);
        }
        std::sort(layer.begin(), layer.end(), [&](int a, int b) {
          auto const x = static_cast<std::size_t>(a);
          auto const y = static_cast<std::size_t>(b);
          return key[x] != key[y] ? key[x] < key[y] : place[x] < place[y];
        });
        number(layer);
      }
    }
  }
  auto width_of(chain const& layer) const -> int {
    int w = -column_gap;
    for (int const n : layer) w += get(n).width + column_gap;
    return std::max(w, 0);
  }
  auto place(int margin) -> svg::point {
    int widest = 0;
    for (auto const& l : layers_) widest = std::max(widest, width_of(l));
    int y = margin;
    for (auto const& l : layers_) {
      int tallest = 0;
      for (int const n : l) tallest = std::max(tallest, get(n).height);
      int x = margin + (widest - width_of(l)) / 2;
      spans_.push_back(svg::point{y, y + tallest});
      for (int const n : l) {
        node& at = get(n);
        at.x = x;
        at.y = y + (tallest - at.height) / 2;
        x += at.width + column_gap;
      }
      y += tallest + layer_gap;
    }
    return svg::point{margin + widest, layers_.empty() ? y : y - layer_gap};
  }

  // Where an edge touches a box: edges share its side in the order of where they come from.
  auto touch(int n, int other, bool above) const -> int {
    node const& at = get(n);
    if (at.is_bend) return at.x;
    int count = 0;
    int before = 0;
    for (auto const& e : edges_) {
      for (std::size_t i = 0; i + 1 < e.size(); ++i) {
        int const mine = above ? e[i + 1] : e[i];
        int const its = above ? e[i] : e[i + 1];
        if (mine != n) continue;
        ++count;
        before += its != other && center(its) <= center(other) ? 1 : 0;
      }
    }
    return at.x + at.width * (before + 1) / (count + 1);
  }
  auto top_of(int n) const -> int { return spans_[static_cast<std::size_t>(get(n).layer)].x; }
  auto bottom_of(int n) const -> int { return spans_[static_cast<std::size_t>(get(n).layer)].y; }
  auto center(int n) const -> int { return get(n).x + get(n).width / 2; }

  std::vector<node> nodes_{};
  std::vector<chain> edges_{};
  std::vector<chain> layers_{};
  std::vector<svg::point> spans_{};  // of each layer: x is its upper, y its lower end
};

}  // namespace ashlar::stage_layout_impl

ASHLAR_COMPILER_END
