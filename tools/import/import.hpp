// SPDX-License-Identifier: Apache-2.0
//
// import/import: from the bytes of an ONNX model to an optimised graph with its weights.
//
//   takes       a decoded model and what the command line says of it
//   returns     a verified, fused and planned graph, the weights in the order of their use, and the
//               names of inputs and outputs, which are data and nothing else
//   errors      throws `failure`
#pragma once

#include "builder.hpp"

#include <ashlar/core/hash.hpp>

#include <onnx-ml.pb.h>

#include <map>
#include <string>
#include <vector>

namespace ashlar::import {

struct options {
  std::int64_t batch = 0;                         // dimension 0 of open inputs; 0: not given
  std::map<std::string, std::int64_t> dims;       // extents of named dimensions
  std::map<std::string, onnx::TensorProto> bind;  // inputs that are constants
  std::int64_t constant_bytes = std::int64_t{2} << 30;
  std::string folder;  // for external data; empty: none
};

struct imported {
  heap_graph graph;
  std::vector<bytes> data;  // of each tensor; null unless it is a weight
  std::vector<std::string> input_names;
  std::vector<std::string> output_names;
  std::int64_t nodes_in_model = 0;
};

inline constexpr std::int64_t oldest_opset = 7;
inline constexpr std::int64_t newest_opset = 27;
inline constexpr std::int64_t newest_ml_opset = 5;

/// Parses the bytes of a file; throws E202 if they are no model.
auto parse_model(std::string_view file) -> onnx::ModelProto;
auto read_model(std::string const& path) -> onnx::ModelProto;
auto read_tensor(std::string const& path) -> onnx::TensorProto;

auto import_model(onnx::ModelProto model, options const& how) -> imported;

/// The names of all operators that can be imported, in lines of at most 100 characters, each with
/// the opset in which it appeared if that is not the oldest one.
auto operator_list() -> std::string;

/// The tensors one after another, each at the offset that its place says.
auto pack_weights(imported const& model) -> std::string;
auto hash_of(heap_graph const& graph, std::uint64_t weights_checksum) -> hash128;

}  // namespace ashlar::import
