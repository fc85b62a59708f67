// SPDX-License-Identifier: Apache-2.0
//
// What the tests of capture share: axes, operand types, and programs as text.
#pragma once

#include <ashlar/expr/expr.hpp>
#include <ashlar/tir/interpret.hpp>
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/verify.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ashlar::tests {

using diag::code;

inline constexpr axis<"i"> i;
inline constexpr axis<"j"> j;
inline constexpr axis<"k"> k;
inline constexpr axis<"r", 3> r;

template <index_t... Extent> using f32 = view<float, Extent...>;
template <index_t... Extent> using const_f32 = view<float const, Extent...>;
template <index_t... Extent> using f64 = view<double, Extent...>;
template <index_t... Extent> using i32 = view<std::int32_t, Extent...>;
template <index_t... Extent> using i64 = view<std::int64_t, Extent...>;
template <index_t... Extent> using truth = view<bool, Extent...>;

/// The program of a kernel on operands of these types; a number type is an operand of rank 0.
template <class... Operand, class Kernel>
constexpr auto program_of(Kernel const& kernel) -> tir::program {
  constexpr operand_type types[] = {expr::type_of_operand<Operand>()...};
  return expr::capture(kernel, types);
}

template <class... Operand, class Kernel>
constexpr auto fault_of(Kernel const& kernel) -> diag::diagnostic {
  return program_of<Operand...>(kernel).fault;
}

struct string_sink {
  std::string text{};
  void append(char one) { text += one; }
  void append(std::string_view more) { text += more; }
  void append(std::int64_t number) { text += std::to_string(number); }
};

/// The definitions of a program, without the lines on buffers and domains.
inline auto definitions(tir::program const& p) -> std::string {
  if (p.fault) return std::string(p.fault.text.view());
  string_sink all{};
  tir::print(p, all);
  std::string kept{};
  std::string line{};
  for (char const one : all.text) {
    line += one;
    if (one != '\n') continue;
    bool const is_definition = line[0] != ' ' && line.find(" = ") != std::string::npos;
    if (is_definition) kept += line;
    line.clear();
  }
  return kept;
}

inline auto checks(tir::program const& p) -> std::string {
  string_sink all{};
  tir::print(p, all);
  std::string kept{};
  std::string line{};
  for (char const one : all.text) {
    line += one;
    if (one != '\n') continue;
    if (line.rfind("require ", 0) == 0) kept += line.substr(8);
    line.clear();
  }
  return kept;
}

/// The elements of operand `at` after a run of the program.
template <element T>
auto elements(tir::program const& p, std::vector<tir::array> operands, std::size_t at = 0)
    -> std::vector<T> {
  REQUIRE(p.fault.ok());
  REQUIRE(tir::verify(p).ok());
  REQUIRE(tir::interpret(p, operands).ok());
  std::vector<T> values;
  for (auto const& item : operands[at].items) values.push_back(tir::get<T>(item));
  return values;
}

/// True if the fault has this code and its text contains each of the words.
template <class... Word>
auto says(diag::diagnostic const& d, code id, Word const&... word) -> bool {
  std::string_view const text = d.text.view();
  bool const all = d.id == id && ((text.find(word) != std::string_view::npos) && ...);
  if (!all) UNSCOPED_INFO("E" << static_cast<int>(d.id) << ": " << std::string(text));
  return all;
}

}  // namespace ashlar::tests
