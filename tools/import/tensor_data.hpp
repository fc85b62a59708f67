// SPDX-License-Identifier: Apache-2.0
//
// import/tensor_data: the elements of a TensorProto.
//
//   takes       a tensor of the model, and the folder of the model file for external data
//   returns     its type and extents, and its elements, row-major in the machine's byte order
//   errors      E206 a type that Ashlar lacks, E207 data that does not fit, E208 external data
//   source      ONNX IR version 13, TensorProto
#pragma once

#include "builder.hpp"

#include <onnx-ml.pb.h>

namespace ashlar::import {

struct decoded {
  tensor type;
  std::string data;
};

/// The dtype of an ONNX element type; throws E206 naming `where` if there is none.
auto dtype_of_onnx(std::int64_t type, std::string_view where) -> dtype;

/// `t` may lose its data on the way, which then need not be held twice. An empty folder permits no
/// external data.
auto decode(onnx::TensorProto& t, std::string const& folder, std::string_view where) -> decoded;

}  // namespace ashlar::import
