// SPDX-License-Identifier: Apache-2.0
//
// scikit-learn's perceptrons, through their generated headers, with weights mapped from files.
#include "support.hpp"

#include <ashlar/runtime/weights_file.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <tested_binary/model.hpp>
#include <tested_multiclass/model.hpp>

#include <cmath>

namespace {

constexpr std::size_t rows = 32;

template <class Model>
constexpr std::size_t classes = Model::template output_view<1>::type.shape[1].value;

static_assert(tested_multiclass::model::outputs == 2);
static_assert(classes<tested_multiclass::model> == 10 && classes<tested_binary::model> == 2);
static_assert(std::is_same_v<tested_binary::model::output_view<0>::value_type, std::int64_t>);

auto recorded(std::string const& name) -> std::string {
  return support::read_file(support::source_file("tests/import/models/" + name));
}

/// Runs the model on its rows and compares with ONNX Runtime's labels and probabilities.
template <class Definition> void agrees(char const* weights, std::string const& name) {
  using model = ashlar::graph::model<Definition>;
  auto const file = ashlar::runtime::weights_file::open(weights, Definition::weights);
  REQUIRE(file);
  model const m(file->view());
  auto input = support::elements<float>(recorded(name + ".input.f32"));
  auto const expected = support::elements<float>(recorded(name + ".probability.f32"));
  std::vector<std::int64_t> label(rows);
  std::vector<float> probability(rows * classes<model>);
  REQUIRE(expected.size() == probability.size());
  support::aligned at(model::workspace_bytes);
  REQUIRE(m.run({at.at(), model::workspace_bytes}, std::span(label),
                typename model::template output_view<1>(probability.data()),
                typename model::template input_view<0>(input.data())));
  CHECK(label == support::elements<std::int64_t>(recorded(name + ".label.i64")));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(std::fabs(probability[i] - expected[i]) < 1e-5F);
  }
}

TEST_CASE("perceptrons give ONNX Runtime's labels and probabilities", "[import][model]") {
  agrees<tested_multiclass::definition>(ASHLAR_MULTICLASS_WEIGHTS, "mlp_multiclass");
  agrees<tested_binary::definition>(ASHLAR_BINARY_WEIGHTS, "mlp_binary");
}

}  // namespace
