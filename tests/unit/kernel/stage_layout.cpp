// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/stage_layout.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>

using namespace ashlar;

TEST_CASE("edges that cross a layer pass beside its boxes", "[kernel][stage_layout]") {
  stage_layout_impl::node const box{.width = 100, .height = 40};
  stage_layout_impl::layout l({box, box, box}, {{0, 1}, {1, 2}, {0, 2}});
  l.arrange(10);
  REQUIRE(l.at(0).y < l.at(1).y);
  REQUIRE(l.at(1).y < l.at(2).y);
  auto const paths = l.paths();
  REQUIRE(paths.size() == 3);
  for (auto const& p : paths[2]) {
    bool const beside = p.x < l.at(1).x || p.x > l.at(1).x + 100;
    REQUIRE((beside || p.y <= l.at(1).y || p.y >= l.at(1).y + 40));
  }
}

TEST_CASE("a cycle does not hang the layout", "[kernel][stage_layout]") {
  stage_layout_impl::node const box{.width = 10, .height = 10};
  stage_layout_impl::layout l({box, box}, {{0, 1}, {1, 0}});
  l.arrange(10);
  REQUIRE(l.paths().size() < 2);
  stage_layout_impl::layout none({}, {});
  REQUIRE(none.arrange(10).x == 10);
}

TEST_CASE("random graphs: no boxes overlap, and no edge passes through one",
          "[kernel][stage_layout][random]") {
  std::mt19937 random(3);
  auto const draw = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 200; ++round) {
    int const n = 1 + draw(9);
    std::vector<stage_layout_impl::node> nodes;
    std::vector<stage_layout_impl::edge> edges;
    for (int i = 0; i < n; ++i) {
      nodes.push_back(stage_layout_impl::node{.width = 40 + draw(200), .height = 20 + draw(80)});
      for (int from = 0; from < i; ++from) {
        if (draw(3) == 0) edges.push_back({from, i});
      }
    }
    stage_layout_impl::layout l(nodes, edges);
    auto const size = l.arrange(10);
    auto const inside = [&](svg::point p, int i) {
      auto const& b = l.at(static_cast<std::size_t>(i));
      return p.x > b.x && p.x < b.x + b.width && p.y > b.y && p.y < b.y + b.height;
    };
    for (int i = 0; i < n; ++i) {
      auto const& b = l.at(static_cast<std::size_t>(i));
      REQUIRE((b.x >= 10 && b.y >= 10 && b.x + b.width <= size.x && b.y + b.height <= size.y));
      for (int other = 0; other < i; ++other) {
        auto const& o = l.at(static_cast<std::size_t>(other));
        bool const beside = b.x + b.width <= o.x || o.x + o.width <= b.x;
        REQUIRE((beside || b.y + b.height <= o.y || o.y + o.height <= b.y));
      }
      for (auto const& path : l.paths()) {
        for (std::size_t k = 0; k < path.size(); ++k) {
          REQUIRE_FALSE(inside(path[k], i));
          if (k == 0 || path[k].x != path[k - 1].x) continue;
          REQUIRE_FALSE(inside({path[k].x, (path[k].y + path[k - 1].y) / 2}, i));
        }
      }
    }
    REQUIRE(l.paths().size() == edges.size());
  }
}
