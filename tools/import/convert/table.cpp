// SPDX-License-Identifier: Apache-2.0
//
// import/convert/table: every operator that can be imported.
#include "../import.hpp"
#include "converters.hpp"

#include <iterator>

namespace ashlar::import {

namespace {

using namespace convert;

constexpr converter table[] = {
    {"", "Abs", 1, 1, 1, 1, unary},
    {"", "Add", 1, 2, 2, 1, binary},
    {"", "ArgMax", 1, 1, 1, 1, arg},
    {"", "ArgMin", 1, 1, 1, 1, arg},
    {"", "AveragePool", 1, 1, 1, 1, pool},
    {"", "BatchNormalization", 1, 5, 5, 5, batch_normalisation},
    {"", "Cast", 1, 1, 1, 1, cast},
    {"", "CastLike", 15, 2, 2, 1, cast},
    {"", "Ceil", 1, 1, 1, 1, unary},
    {"", "Celu", 12, 1, 1, 1, celu},
    {"", "Clip", 1, 1, 3, 1, clip},
    {"", "Concat", 1, 1, -1, 1, concat},
    {"", "Constant", 1, 0, 0, 1, constant},
    {"", "ConstantOfShape", 9, 1, 1, 1, constant_of_shape},
    {"", "Conv", 1, 2, 3, 1, conv},
    {"", "Cos", 7, 1, 1, 1, unary},
    {"", "DequantizeLinear", 10, 2, 3, 1, dequantize},
    {"", "Div", 1, 2, 2, 1, binary},
    {"", "Dropout", 1, 1, 3, 2, dropout},
    {"", "Elu", 1, 1, 1, 1, elu},
    {"", "Erf", 9, 1, 1, 1, unary},
    {"", "Exp", 1, 1, 1, 1, unary},
    {"", "Expand", 8, 2, 2, 1, expand},
    {"", "Flatten", 1, 1, 1, 1, flatten},
    {"", "Floor", 1, 1, 1, 1, unary},
    {"", "Gather", 1, 2, 2, 1, gather},
    {"", "Gelu", 20, 1, 1, 1, gelu},
    {"", "Gemm", 1, 2, 3, 1, gemm},
    {"", "GlobalAveragePool", 1, 1, 1, 1, global_pool},
    {"", "GlobalMaxPool", 1, 1, 1, 1, global_pool},
    {"", "HardSigmoid", 1, 1, 1, 1, hard_sigmoid},
    {"", "HardSwish", 14, 1, 1, 1, hard_sigmoid},
    {"", "Identity", 1, 1, 1, 1, identity},
    {"", "LeakyRelu", 1, 1, 1, 1, leaky_relu},
    {"", "Log", 1, 1, 1, 1, unary},
    {"", "LogSoftmax", 1, 1, 1, 1, softmax},
    {"", "MatMul", 1, 2, 2, 1, matmul},
    {"", "Max", 1, 1, -1, 1, variadic},
    {"", "MaxPool", 1, 1, 1, 2, pool},
    {"", "Mean", 1, 1, -1, 1, variadic},
    {"", "Min", 1, 1, -1, 1, variadic},
    {"", "Mish", 18, 1, 1, 1, mish},
    {"", "Mul", 1, 2, 2, 1, binary},
    {"", "Neg", 1, 1, 1, 1, unary},
    {"", "PRelu", 1, 2, 2, 1, prelu},
    {"", "Pad", 1, 1, 4, 1, pad},
    {"", "Pow", 1, 2, 2, 1, power},
    {"", "Reciprocal", 1, 1, 1, 1, unary},
    {"", "ReduceL1", 1, 1, 2, 1, reduce},
    {"", "ReduceL2", 1, 1, 2, 1, reduce},
    {"", "ReduceLogSum", 1, 1, 2, 1, reduce},
    {"", "ReduceLogSumExp", 1, 1, 2, 1, reduce},
    {"", "ReduceMax", 1, 1, 2, 1, reduce},
    {"", "ReduceMean", 1, 1, 2, 1, reduce},
    {"", "ReduceMin", 1, 1, 2, 1, reduce},
    {"", "ReduceProd", 1, 1, 2, 1, reduce},
    {"", "ReduceSum", 1, 1, 2, 1, reduce},
    {"", "ReduceSumSquare", 1, 1, 2, 1, reduce},
    {"", "Relu", 1, 1, 1, 1, unary},
    {"", "Reshape", 5, 2, 2, 1, reshape},
    {"", "Round", 11, 1, 1, 1, unary},
    {"", "Selu", 1, 1, 1, 1, selu},
    {"", "Shape", 1, 1, 1, 1, shape},
    {"", "Sigmoid", 1, 1, 1, 1, unary},
    {"", "Sign", 9, 1, 1, 1, unary},
    {"", "Sin", 7, 1, 1, 1, unary},
    {"", "Size", 1, 1, 1, 1, size},
    {"", "Slice", 1, 1, 5, 1, slice},
    {"", "Softmax", 1, 1, 1, 1, softmax},
    {"", "Softplus", 1, 1, 1, 1, unary},
    {"", "Softsign", 1, 1, 1, 1, softsign},
    {"", "Split", 1, 1, 2, -1, split},
    {"", "Sqrt", 1, 1, 1, 1, unary},
    {"", "Squeeze", 1, 1, 2, 1, squeeze},
    {"", "Sub", 1, 2, 2, 1, binary},
    {"", "Sum", 1, 1, -1, 1, variadic},
    {"", "Swish", 24, 1, 1, 1, swish},
    {"", "Tanh", 1, 1, 1, 1, unary},
    {"", "Transpose", 1, 1, 1, 1, transpose},
    {"", "Unsqueeze", 1, 1, 2, 1, unsqueeze},
    {"ai.onnx.ml", "ArrayFeatureExtractor", 1, 2, 2, 1, array_feature_extractor},
    {"ai.onnx.ml", "Scaler", 1, 1, 1, 1, scaler},
};

}  // namespace

auto operator_list() -> std::string {
  constexpr std::size_t columns = 100;
  std::string text;
  std::size_t line = 0;
  for (auto const& entry : table) {
    std::string_view const domain = entry.domain;
    std::string item(domain);
    item += (domain.empty() ? "" : ".") + std::string(entry.name);
    if (domain.empty() && entry.since > oldest_opset) {
      item += " (" + std::to_string(entry.since) + ")";
    }
    if (&entry != std::end(table) - 1) item += ",";
    bool const breaks = !text.empty() && text.size() - line + 1 + item.size() > columns;
    if (!text.empty()) text += breaks ? '\n' : ' ';
    if (breaks) line = text.size();
    text += item;
  }
  return text + "\n";
}

auto find_converter(std::string_view domain, std::string_view name) -> converter const* {
  std::string_view const known = domain == "ai.onnx" ? std::string_view() : domain;
  for (auto const& entry : table) {
    if (known == entry.domain && name == entry.name) return &entry;
  }
  return nullptr;
}

}  // namespace ashlar::import
