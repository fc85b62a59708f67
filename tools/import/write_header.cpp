// SPDX-License-Identifier: Apache-2.0
#include "write_header.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace ashlar::import {

namespace {

auto decimal(std::int64_t v) -> std::string {
  // The smallest number has no literal: its digits alone would not fit the type.
  if (v == INT64_MIN) return "(-9223372036854775807 - 1)";
  return std::to_string(v);
}

auto real(double v) -> std::string {
  if (std::isnan(v)) return "std::numeric_limits<double>::quiet_NaN()";
  if (std::isinf(v)) {
    return std::string(v < 0 ? "-" : "") + "std::numeric_limits<double>::infinity()";
  }
  std::array<char, 64> digits{};
  double const magnitude = std::fabs(v);
  auto const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), magnitude, std::chars_format::hex)
          .ptr;
  return std::string(std::signbit(v) ? "-0x" : "0x") + std::string(digits.data(), end);
}

auto list(graph::range r) -> std::string {
  return "{" + std::to_string(r.first) + ", " + std::to_string(r.count) + "}";
}

auto row(tensor const& t) -> std::string {
  constexpr char const* places[] = {"none", "arena", "weights", "input", "output"};
  std::string out = "ashlar::graph::tensor{ashlar::dtype::";
  out += t.type == dtype::boolean ? "boolean" : ashlar::name_of(t.type);
  out += std::string(", ashlar::graph::place::") + places[static_cast<int>(t.where)];
  out += ", " + std::to_string(t.rank) + ", " + std::to_string(t.slot) + ", " + decimal(t.offset);
  out += ", {";
  for (int d = 0; d < t.rank; ++d) out += (d > 0 ? ", " : "") + decimal(t.dims[d]);
  return out + "}}";
}

auto row(graph::node const& n) -> std::string {
  return "ashlar::graph::node{ashlar::graph::op_kind::" + std::string(graph::traits_of(n.op).name) +
         ", " + std::to_string(n.group) + ", " + list(n.inputs) + ", {" +
         std::to_string(n.output.index) + "}, " + list(n.integers) + ", " + list(n.reals) + "}";
}

auto row(tensor_id id) -> std::string { return "{" + std::to_string(id.index) + "}"; }
auto row(std::int64_t v) -> std::string { return decimal(v); }
auto row(double v) -> std::string { return real(v); }

/// One member of the graph: `{{items}, count}`, an empty list as `{}`.
template <class T> void write(heap_vector<T> const& items, bool wide, std::string& out) {
  if (items.empty()) {
    out += "      {},\n";
    return;
  }
  out += "      {{";
  std::size_t line = out.size();
  for (int i = 0; i < items.size(); ++i) {
    std::string const text = row(items[i]);
    bool const breaks = wide || out.size() - line + text.size() > 80;
    if (breaks) {
      out += "\n        ";
      line = out.size();
    } else if (i > 0) {
      out += ' ';
    }
    out += text + (i + 1 < items.size() ? "," : "");
  }
  out += "}, " + std::to_string(items.size()) + "},\n";
}

void write_names(char const* member, std::vector<std::string> const& names, std::string& out) {
  out += std::string("  static constexpr char const* ") + member + "[] = {";
  for (auto const& name : names) out += "\n      " + literal(name) + ",";
  // An array has at least one element; nobody counts by it.
  if (names.empty()) out += "nullptr";
  out += "};\n";
}

auto hexadecimal(std::uint64_t v) -> std::string {
  std::array<char, 32> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), v, 16).ptr;
  return "0x" + std::string(digits.data(), end) + "u";
}

}  // namespace

auto literal(std::string_view text) -> std::string {
  constexpr std::size_t most = 64;
  std::string out = "\"";
  for (char const c : text.substr(0, most)) {
    // A question mark could begin a trigraph; three octal digits cannot run into what follows.
    bool const plain = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?';
    if (plain) {
      out += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    out += {'\\', static_cast<char>('0' + (byte >> 6U)),
            static_cast<char>('0' + ((byte >> 3U) & 7U)), static_cast<char>('0' + (byte & 7U))};
  }
  return out + (text.size() > most ? "...\"" : "\"");
}

auto is_identifier(std::string_view name) -> bool {
  // Keywords, macros that compilers predefine, and names that a program cannot give a namespace.
  constexpr std::string_view reserved =
      " alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t "
      "char16_t"
      " char32_t class co_await co_return co_yield compl concept const const_cast consteval"
      " constexpr constinit continue decltype default delete do double dynamic_cast else enum"
      " explicit export extern false float for friend goto if inline int long mutable namespace new"
      " noexcept not not_eq nullptr operator or or_eq private protected public register"
      " reinterpret_cast requires return short signed sizeof static static_assert static_cast "
      "struct"
      " switch template this thread_local throw true try typedef typeid typename union unsigned "
      "using"
      " virtual void volatile wchar_t while xor xor_eq std ashlar main linux unix EOF NULL ";
  if (name.empty() || name.size() > 64 || name[0] == '_') return false;
  if (name.find("__") != std::string_view::npos) return false;
  for (char const c : name) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9')) return false;
  }
  if (name[0] >= '0' && name[0] <= '9') return false;
  return reserved.find(" " + std::string(name) + " ") == std::string_view::npos;
}

auto header_text(imported const& model, std::string const& name, std::uint64_t const (&hash)[2])
    -> std::string {
  heap_graph const& g = model.graph;
  std::string out =
      "// Generated by ashlar-import; the model's file is the source.\n"
      "#pragma once\n\n"
      "#include <ashlar/graph/model.hpp>\n\n"
      "#include <limits>\n\n"
      "namespace " +
      name +
      " {\n\n"
      "struct definition {\n"
      "  static constexpr ashlar::runtime::weights_id weights{{" +
      hexadecimal(hash[0]) + ", " + hexadecimal(hash[1]) + "}, " + std::to_string(g.weights_bytes) +
      "};\n";
  write_names("input_names", model.input_names, out);
  write_names("output_names", model.output_names, out);
  out += "  static constexpr ashlar::graph::graph<" + std::to_string(g.nodes.size()) + ", " +
         std::to_string(g.tensors.size()) + ", " + std::to_string(g.edges.size()) + ", " +
         std::to_string(g.integers.size()) + ", " + std::to_string(g.reals.size()) + "> graph{\n";
  write(g.tensors, true, out);
  write(g.nodes, true, out);
  write(g.edges, false, out);
  write(g.integers, false, out);
  write(g.reals, false, out);
  out += "      " + list(g.inputs) + ",\n      " + list(g.outputs) + ",\n      " +
         decimal(g.arena_bytes) + ",\n      " + decimal(g.weights_bytes) + "};\n};\n\n";
  out +=
      "static_assert(ashlar::graph::verify(definition::graph).ok());\n\n"
      "using model = ashlar::graph::model<definition>;\n\n"
      "}  // namespace " +
      name + "\n";
  return out;
}

}  // namespace ashlar::import
