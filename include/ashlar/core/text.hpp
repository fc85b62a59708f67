// SPDX-License-Identifier: Apache-2.0
//
// core/text: text of fixed capacity as a structural value, and a builder for messages.
//
//   text<N>     at most N - 1 characters; longer input is cut, and never overruns
//   name_text   the name of an axis, stage or tensor
#pragma once

#include <ashlar/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

template <std::size_t N> struct text {
  char chars[N]{};
  std::int16_t count = 0;

  constexpr text() = default;
  constexpr text(std::string_view s) { append(s); }  // NOLINT(google-explicit-constructor)
  constexpr text(char const* s) : text(std::string_view(s)) {}  // NOLINT

  constexpr auto view() const -> std::string_view {
    return {chars, static_cast<std::size_t>(count)};
  }
  constexpr auto size() const -> int { return count; }
  constexpr auto empty() const -> bool { return count == 0; }

  constexpr auto append(char c) -> text& {
    if (count + 1 < static_cast<int>(N)) chars[count++] = c;
    return *this;
  }
  constexpr auto append(std::string_view s) -> text& {
    for (char const c : s) append(c);
    return *this;
  }
  /// Appends a decimal integer.
  constexpr auto append(std::int64_t value) -> text& {
    char digits[24]{};
    int n = 0;
    bool const negative = value < 0;
    auto rest =
        negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    do {
      digits[n++] = static_cast<char>('0' + static_cast<int>(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (negative) append('-');
    while (n > 0) append(digits[--n]);
    return *this;
  }
  constexpr auto operator<<(std::string_view s) -> text& { return append(s); }
  constexpr auto operator<<(char const* s) -> text& { return append(std::string_view(s)); }
  constexpr auto operator<<(char c) -> text& { return append(c); }
  constexpr auto operator<<(std::int64_t v) -> text& { return append(v); }
  constexpr auto operator<<(int v) -> text& { return append(static_cast<std::int64_t>(v)); }
  template <std::size_t M> constexpr auto operator<<(text<M> const& t) -> text& {
    return append(t.view());
  }

  friend constexpr auto operator==(text const&, text const&) -> bool = default;
  friend constexpr auto operator==(text const& a, std::string_view b) -> bool {
    return a.view() == b;
  }
  friend constexpr auto operator==(text const& a, char const* b) -> bool {
    return a.view() == std::string_view(b);
  }
};

/// The name of an axis, a stage or a tensor: at most 23 characters.
using name_text = text<24>;

}  // namespace ashlar

ASHLAR_COMPILER_END
