// SPDX-License-Identifier: Apache-2.0
//
// import/convert_model: all nodes of a model as nodes of a graph, in the builder.
#pragma once

#include "import.hpp"

namespace ashlar::import {

struct converted {
  builder to;
  std::vector<tensor_id> inputs;
  std::vector<tensor_id> outputs;
  std::vector<std::string> input_names;
  std::vector<std::string> output_names;
};

/// Throws `failure`; takes data out of the model.
auto convert_model(onnx::ModelProto& model, options const& how) -> converted;

}  // namespace ashlar::import
