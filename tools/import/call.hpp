// SPDX-License-Identifier: Apache-2.0
//
// import/call: one node of the model, as its converter sees it.
//
//   attributes  read by name and type; one that nobody read, or that stands there twice, is an
//               error: it would mean something that the conversion ignores
//   operands    tensors of the graph being built; optional ones may be absent
//   version     the opset of the node's domain: it decides which form the operator has
#pragma once

#include "builder.hpp"

#include <onnx-ml.pb.h>

#include <optional>
#include <set>

namespace ashlar::import {

class call {
 public:
  call(builder& builds, onnx::NodeProto& node, std::int64_t opset, std::string const& folder)
      : to(builds), version(opset), node_(node), folder_(folder) {}

  builder& to;
  std::int64_t version;
  std::vector<tensor_id> operands;  // index -1: absent
  std::vector<tensor_id> results;

  auto has(std::size_t i) const -> bool { return i < operands.size() && operands[i].index >= 0; }
  auto operand(std::size_t i) const -> tensor_id;
  auto type(std::size_t i) const -> tensor const& { return to[operand(i)]; }
  auto rank(std::size_t i) const -> int { return type(i).rank; }
  auto name() const -> std::string const& { return node_.op_type(); }
  /// Is the result with this number used or named?
  auto wants(int result) const -> bool;
  auto result_count() const -> int { return node_.output_size(); }
  void give(tensor_id t) { results.push_back(t); }

  auto integer(char const* name, std::int64_t otherwise) -> std::int64_t;
  auto flag(char const* name, bool otherwise) -> bool;
  auto real(char const* name, double otherwise) -> double;
  auto text(char const* name, std::string const& otherwise) -> std::string;
  auto list(char const* name) -> std::optional<integers>;
  auto real_list(char const* name) -> std::optional<reals>;
  auto tensor_value(char const* name) -> std::optional<tensor_id>;
  /// An attribute that the given versions have and that changes nothing here.
  void ignore(char const* name) { seen_.insert(name); }
  void check_all_attributes_read() const;

  /// An axis counted from the end if negative; throws unless it is in [-rank, rank).
  auto axis(std::int64_t axis, int rank) const -> int;
  [[noreturn]] void fail(code c, std::string const& why) const { to.fail(c, why); }

 private:
  auto find(char const* name, onnx::AttributeProto::AttributeType type) -> onnx::AttributeProto*;

  onnx::NodeProto& node_;
  std::string const& folder_;
  std::set<std::string> seen_;
};

/// How an operator of ONNX becomes nodes of a graph.
struct converter {
  char const* domain;  // "" or "ai.onnx.ml"
  char const* name;
  int since;  // the first opset that has it
  int least_operands;
  int most_operands;  // -1: any number
  int most_results;   // -1: any number
  void (*convert)(call&);
};

/// Null if there is none.
auto find_converter(std::string_view domain, std::string_view name) -> converter const*;

}  // namespace ashlar::import
