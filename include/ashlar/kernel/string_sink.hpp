// SPDX-License-Identifier: Apache-2.0
//
// kernel/string_sink: a string that everything which prints can print to.
//
//   auto const text = ash::printed([&](auto& out) { tir::print(p, out); });
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar {

struct string_sink {
  std::string text{};
  void append(char one) { text += one; }
  void append(std::string_view more) { text += more; }
  void append(std::int64_t number) { text += std::to_string(number); }
};

/// What a function has printed to its argument.
template <class Sink = string_sink, class Print> auto printed(Print const& print) -> std::string {
  Sink out{};
  print(out);
  return out.text;
}

}  // namespace ashlar
