// SPDX-License-Identifier: Apache-2.0
//
// import/external_data: elements that lie in a file beside the model.
//
//   invariants  only regular files below the model's folder are read: a relative path without `..`,
//               opened component by component and never through a symbolic link
//   errors      E208
//   source      ONNX, "External Data"
#pragma once

#include <onnx-ml.pb.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::import {

auto read_external(onnx::TensorProto const& t, std::int64_t bytes, std::string const& folder,
                   std::string_view where) -> std::string;

}  // namespace ashlar::import
