// SPDX-License-Identifier: Apache-2.0
//
// core/static_vector: a vector of fixed capacity that is a structural value.
//
//   takes       element type (structural, default constructible) and capacity
//   invariants  items past `count` equal T{}, so that equal vectors are equal values
//   errors      running out of capacity stops at once: a compile error that names E001 in
//               constant evaluation, a call of std::abort at run time
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace ashlar {

/// Stops constant evaluation (it is not constexpr) or the program; its name is the message.
[[noreturn]] inline void ashlar_E001_capacity_exceeded_raise_the_limits_in_config_hpp() {
  std::abort();
}

template <class T, std::size_t N> struct static_vector {
  T items[N]{};
  std::int32_t count = 0;

  constexpr auto operator[](int i) -> T& { return items[i]; }
  constexpr auto operator[](int i) const -> T const& { return items[i]; }
  constexpr auto begin() -> T* { return items; }
  constexpr auto end() -> T* { return items + count; }
  constexpr auto begin() const -> T const* { return items; }
  constexpr auto end() const -> T const* { return items + count; }
  constexpr auto back() -> T& { return items[count - 1]; }
  constexpr auto back() const -> T const& { return items[count - 1]; }
  constexpr auto size() const -> int { return count; }
  constexpr auto empty() const -> bool { return count == 0; }
  constexpr auto full() const -> bool { return count == capacity(); }
  static constexpr auto capacity() -> int { return static_cast<int>(N); }

  /// Appends and returns the index of the new element.
  constexpr auto push_back(T const& item) -> int {
    if (full()) ashlar_E001_capacity_exceeded_raise_the_limits_in_config_hpp();
    items[count] = item;
    return count++;
  }
  constexpr void pop_back() { items[--count] = T{}; }
  constexpr void insert(int at, T const& item) {
    push_back(item);
    for (int i = count - 1; i > at; --i) items[i] = items[i - 1];
    items[at] = item;
  }
  constexpr void erase(int at) {
    for (int i = at; i + 1 < count; ++i) items[i] = items[i + 1];
    pop_back();
  }
  constexpr void clear() {
    while (count > 0) pop_back();
  }
  /// As if defaulted, without a look at what lies past `count`.
  friend constexpr auto operator==(static_vector const& a, static_vector const& b) -> bool {
    if (a.count != b.count) return false;
    for (std::int32_t i = 0; i < a.count; ++i) {
      if (!(a.items[i] == b.items[i])) return false;
    }
    return true;
  }
};

}  // namespace ashlar
