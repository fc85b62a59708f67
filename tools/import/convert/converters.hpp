// SPDX-License-Identifier: Apache-2.0
//
// import/convert: one function for each family of ONNX operators. Each reads the form that the
// operator has in the call's opset and emits the one form that a graph has.
//
//   source   ONNX operator schemas and changelog, opset 7 to 27
#pragma once

#include "../call.hpp"
#include "../tensor_data.hpp"

#include <ashlar/graph/fault.hpp>

namespace ashlar::import::convert {

// elementwise.cpp
void unary(call& c);
void binary(call& c);
void power(call& c);
void variadic(call& c);
void leaky_relu(call& c);
void elu(call& c);
void selu(call& c);
void celu(call& c);
void prelu(call& c);
void hard_sigmoid(call& c);
void softsign(call& c);
void swish(call& c);
void mish(call& c);
void gelu(call& c);
void clip(call& c);
void cast(call& c);

// window.cpp
void conv(call& c);
void pool(call& c);
void global_pool(call& c);
void batch_normalisation(call& c);

// matrix.cpp
void matmul(call& c);
void gemm(call& c);
void softmax(call& c);
void reduce(call& c);
void arg(call& c);

// quantize.cpp
void dequantize(call& c);

// move.cpp
void identity(call& c);
void dropout(call& c);
void reshape(call& c);
void flatten(call& c);
void squeeze(call& c);
void unsqueeze(call& c);
void transpose(call& c);
void concat(call& c);
void slice(call& c);
void split(call& c);
void pad(call& c);
void expand(call& c);
void gather(call& c);
void array_feature_extractor(call& c);
void scaler(call& c);
void shape(call& c);
void size(call& c);
void constant(call& c);
void constant_of_shape(call& c);

}  // namespace ashlar::import::convert
