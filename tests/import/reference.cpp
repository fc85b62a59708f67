// SPDX-License-Identifier: Apache-2.0
//
// Whole models against what ONNX Runtime computed for the same inputs.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

namespace {

using support::elements;

auto largest_difference(std::vector<float> const& a, std::vector<float> const& b) -> double {
  double most = a.size() == b.size() ? 0.0 : 1e30;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    double const d = std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    if (!(d <= most)) most = d;
  }
  return most;
}

auto digits_file(char const* name) -> std::string {
  return support::read_file(support::source_file(std::string("examples/digits/") + name));
}

TEST_CASE("the digits network gives ONNX Runtime's outputs", "[import][reference]") {
  support::imp::options how;
  how.batch = 360;
  auto const model = support::import_bytes(digits_file("digits.onnx"), how);
  auto const outputs = support::run(model, {digits_file("images.f32")});
  auto const logits = elements<float>(outputs.at(0));
  auto const reference = elements<float>(digits_file("reference.f32"));
  REQUIRE(reference.size() == 3600);
  CHECK(largest_difference(logits, reference) < 1e-5);

  std::string const labels = digits_file("labels.u8");
  int right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    auto const first = logits.begin() + static_cast<std::ptrdiff_t>(10 * i);
    right += std::max_element(first, first + 10) - first == labels[i] ? 1 : 0;
  }
  CHECK(right >= 349);  // 97 % of 360
}

TEST_CASE("batch normalisation disappears into the weights", "[import][simplify]") {
  support::imp::options how;
  how.batch = 1;
  auto const model = support::import_bytes(digits_file("digits.onnx"), how);
  std::vector<ashlar::graph::op_kind> found;
  for (auto const& n : model.graph.nodes) found.push_back(n.op);
  using enum ashlar::graph::op_kind;
  CHECK(found == std::vector{conv, add, relu, conv, add, relu, max_pool, conv, add, relu, max_pool,
                             reshape, matmul, add, relu, matmul, add});
  CHECK(model.graph.arena_bytes <= 12288);
}

void check_perceptron(std::string const& name) {
  auto const file = [&](char const* end) {
    return support::read_file(support::source_file("tests/import/models/" + name + end));
  };
  support::imp::options how;
  how.batch = 32;
  auto const model = support::import_bytes(file(".onnx"), how);
  auto const outputs = support::run(model, {file(".input.f32")});
  CHECK(elements<std::int64_t>(outputs.at(0)) == elements<std::int64_t>(file(".label.i64")));
  auto const reference = elements<float>(file(".probability.f32"));
  CHECK(reference.size() >= 64);
  CHECK(largest_difference(elements<float>(outputs.at(1)), reference) < 1e-5);
}

TEST_CASE("scikit-learn's perceptrons give ONNX Runtime's outputs", "[import][reference]") {
  check_perceptron("mlp_multiclass");
  check_perceptron("mlp_binary");
}

}  // namespace
