// SPDX-License-Identifier: Apache-2.0
//
// import/failure: why a model is refused, and how that is said in one line.
//
//   E1xx        a rule of graph/fault
//   E2xx        the importer's own, below; a number never changes its meaning
//   invariants  text of the model appears in a message only through `quoted`
#pragma once

#include <ashlar/graph/fault.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::import {

enum class code : std::uint16_t {
  usage = 200,
  unreadable = 201,
  not_onnx = 202,
  no_graph = 203,
  opset = 204,
  unknown_operator = 205,
  element_type = 206,
  tensor_data = 207,
  external_data = 208,
  attribute = 209,
  operand = 210,
  name = 211,
  open_dimension = 212,
  declared_shape = 213,
  limit = 214,
  output_file = 215,
  memory = 216,
  unsupported = 217,
  binding = 218,
};

struct failure {
  int number = 0;
  std::string where;
  std::string why;

  failure(code c, std::string_view at, std::string_view reason)
      : number(static_cast<int>(c)), where(at), why(reason) {}
  failure(graph::rule r, std::string_view at, std::string_view reason)
      : number(static_cast<int>(r)), where(at), why(reason) {}

  /// `ashlar-import: E<code>: <where>: <why>`, without a line feed.
  auto line() const -> std::string {
    return "ashlar-import: E" + std::to_string(number) + ": " + where + ": " + why;
  }
};

/// Text of the model for a message: printable ASCII, in quotes, cut after 40 characters.
inline auto quoted(std::string_view text) -> std::string {
  constexpr std::size_t most = 40;
  std::string out = "'";
  for (char const c : text.substr(0, most)) out += c >= ' ' && c <= '~' && c != '\'' ? c : '?';
  return out + (text.size() > most ? "...'" : "'");
}

}  // namespace ashlar::import
