// SPDX-License-Identifier: Apache-2.0
//
// fuzz/random: numbers that are the same for a seed on every platform and compiler.
//
//   source      Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

namespace ashlar::fuzz {

class random {
 public:
  explicit random(std::uint64_t seed) : state_(seed) {}

  auto next() -> std::uint64_t {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  /// A number in [0, n), n > 0.
  auto below(std::size_t n) -> std::size_t { return static_cast<std::size_t>(next() % n); }
  /// A number in [low, high].
  auto between(std::int64_t low, std::int64_t high) -> std::int64_t {
    return low + static_cast<std::int64_t>(below(static_cast<std::size_t>(high - low + 1)));
  }
  auto chance(int percent) -> bool { return static_cast<int>(below(100)) < percent; }
  template <class T> auto pick(std::initializer_list<T> list) -> T {
    return list.begin()[below(list.size())];
  }
  template <class T> auto pick(std::vector<T> const& list) -> T { return list[below(list.size())]; }
  template <class T> void shuffle(std::vector<T>& list) {
    for (std::size_t n = list.size(); n > 1; --n) std::swap(list[n - 1], list[below(n)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace ashlar::fuzz
