// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/static_vector.hpp>
#include <catch2/catch_test_macros.hpp>

#include <random>
#include <vector>

namespace ashlar {
namespace {

using small = static_vector<int, 6>;

constexpr auto of(std::initializer_list<int> items) -> small {
  small v{};
  for (int const i : items) v.push_back(i);
  return v;
}

TEST_CASE("push_back gives the index, and the end follows", "[core][static_vector]") {
  STATIC_REQUIRE([] {
    small v{};
    int const first = v.push_back(7);
    int const second = v.push_back(8);
    return first == 0 && second == 1 && v.back() == 8 && v.size() == 2 && v[0] == 7 &&
           v.end() - v.begin() == 2 && !v.empty() && !v.full();
  }());
  STATIC_REQUIRE(of({1, 2, 3, 4, 5, 6}).full());
  STATIC_REQUIRE(small::capacity() == 6);
}

TEST_CASE("equality sees contents, not what was there before", "[core][static_vector]") {
  STATIC_REQUIRE([] {
    small v = of({1, 2, 3});
    v.pop_back();
    small w = of({9, 9, 9, 9});
    w.clear();
    w.push_back(1);
    w.push_back(2);
    return v == w && v == of({1, 2}) && !(v == of({1})) && !(v == of({1, 3}));
  }());
}

TEST_CASE("random edits agree with std::vector", "[core][static_vector]") {
  std::mt19937 random(5);
  small v{};
  std::vector<int> expected;
  for (int step = 0; step < 3000; ++step) {
    int const value = static_cast<int>(random() % 100);
    int const at = v.empty() ? 0 : static_cast<int>(random() % static_cast<unsigned>(v.size()));
    switch (random() % 4) {
      case 0:
      case 1:
        if (v.full()) break;
        v.insert(at, value);
        expected.insert(expected.begin() + at, value);
        break;
      case 2:
        if (v.empty()) break;
        v.erase(at);
        expected.erase(expected.begin() + at);
        break;
      default:
        if (v.full()) break;
        v.push_back(value);
        expected.push_back(value);
    }
    REQUIRE(std::vector<int>(v.begin(), v.end()) == expected);
    for (int i = v.size(); i < v.capacity(); ++i) REQUIRE(v.items[i] == 0);
  }
}

template <small V> constexpr int first_of = V[0];

TEST_CASE("it is a structural value", "[core][static_vector]") {
  STATIC_REQUIRE(first_of<of({4, 5})> == 4);
}

}  // namespace
}  // namespace ashlar
