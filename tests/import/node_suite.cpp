// SPDX-License-Identifier: Apache-2.0
//
// The node tests of the onnx package: every model whose operators the importer knows must give the
// outputs that the package expects, within the tolerance of ONNX's own runner. A model may be
// refused only with a code that says that something is not supported. Operands that have to be
// constants are bound to the test's inputs.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

namespace {

namespace fs = std::filesystem;
using support::imp::code;
using support::imp::failure;

struct data_set {
  std::vector<onnx::TensorProto> inputs;
  std::vector<onnx::TensorProto> outputs;
};

auto tensors(fs::path const& folder, std::string const& kind) -> std::vector<onnx::TensorProto> {
  std::vector<onnx::TensorProto> out;
  for (int i = 0;; ++i) {
    fs::path const file = folder / (kind + "_" + std::to_string(i) + ".pb");
    if (!fs::exists(file)) return out;
    out.push_back(support::imp::read_tensor(file.string()));
  }
}

auto real_at(ashlar::graph::tensor const& t, std::string const& bytes, std::int64_t i) -> double {
  auto* const data = reinterpret_cast<std::byte*>(const_cast<char*>(bytes.data()));
  return ashlar::graph::interpret_impl::load<double>({t, data}, i);
}

/// Empty if equal within rtol 1e-3 and atol 1e-7, as onnx.backend.test has it.
auto difference(ashlar::graph::tensor const& t, std::string const& found, onnx::TensorProto proto)
    -> std::string {
  auto const expected = support::imp::decode(proto, "", "expected output");
  if (expected.type.type != t.type) return "element type";
  if (!ashlar::graph::same_shape(expected.type, t)) return "extents";
  for (std::int64_t i = 0; i < ashlar::graph::element_count(t); ++i) {
    double const x = real_at(t, found, i);
    double const y = real_at(t, expected.data, i);
    bool const same = x == y || (std::isnan(x) && std::isnan(y));
    if (!same && !(std::fabs(x - y) <= 1e-7 + 1e-3 * std::fabs(y))) {
      return "element " + std::to_string(i) + ": " + std::to_string(x) + ", expected " +
             std::to_string(y);
    }
  }
  return "";
}

/// Imports with the operands from number `first` on bound to the test's inputs.
auto import_bound(onnx::ModelProto const& model, data_set const& data, std::size_t first)
    -> support::imp::imported {
  support::imp::options how;
  for (std::size_t i = first; i < data.inputs.size(); ++i) {
    if (static_cast<int>(i) >= model.graph().input_size()) break;
    how.bind[model.graph().input(static_cast<int>(i)).name()] = data.inputs[i];
  }
  return support::imp::import_model(model, how);
}

/// Runs one test; returns what is wrong. Throws `failure` if the model is refused.
auto run_test(fs::path const& folder) -> std::string {
  auto const model = support::imp::read_model((folder / "model.onnx").string());
  data_set const data{tensors(folder / "test_data_set_0", "input"),
                      tensors(folder / "test_data_set_0", "output")};
  // First no operand is a constant; then all but the first; then all.
  std::size_t const tries[] = {data.inputs.size(), 1, 0};
  std::size_t free_inputs = 0;
  auto imported = [&] {
    for (std::size_t const first : tries) {
      try {
        free_inputs = first;
        return import_bound(model, data, first);
      } catch (failure const& f) {
        if (f.number != static_cast<int>(code::operand) || first == 0) throw;
      }
    }
    return support::imp::imported{};
  }();
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < data.inputs.size() && i < free_inputs; ++i) {
    onnx::TensorProto t = data.inputs[i];
    inputs.push_back(support::imp::decode(t, "", "input").data);
  }
  if (inputs.size() != static_cast<std::size_t>(imported.graph.inputs.count)) return "inputs";
  if (imported.graph.outputs.count != static_cast<int>(data.outputs.size())) return "outputs";
  auto const outputs = support::run(imported, inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    auto const& t = imported.graph[imported.graph.output_of_graph(static_cast<int>(i))];
    if (auto const d = difference(t, outputs[i], data.outputs[i]); !d.empty()) return d;
  }
  return "";
}

auto means_unsupported(int number) -> bool {
  constexpr code codes[] = {code::unknown_operator, code::element_type, code::unsupported,
                            code::opset, code::open_dimension};
  return std::any_of(std::begin(codes), std::end(codes),
                     [&](code c) { return number == static_cast<int>(c); });
}

auto folders() -> std::vector<fs::path> {
  std::vector<fs::path> out;
  for (char const* part : {"node", "pytorch-converted", "pytorch-operator", "simple"}) {
    fs::path const at = fs::path(ASHLAR_ONNX_DATA) / part;
    if (!fs::exists(at)) continue;
    for (auto const& entry : fs::directory_iterator(at)) {
      if (fs::exists(entry.path() / "model.onnx")) out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST_CASE("ONNX's node tests", "[import][onnx]") {
  auto const all = folders();
  if (all.empty()) SKIP("the onnx package's test data is not installed (tools/setup --python)");
  int passed = 0;
  std::map<int, int> refused;
  for (auto const& folder : all) {
    try {
      std::string const wrong = run_test(folder);
      INFO(folder.filename().string() << ": " << wrong);
      CHECK(wrong.empty());
      passed += wrong.empty() ? 1 : 0;
    } catch (failure const& f) {
      INFO(folder.filename().string() << ": " << f.line());
      CHECK(means_unsupported(f.number));
      ++refused[f.number];
    }
  }
  std::string summary = "passed " + std::to_string(passed) + " of " + std::to_string(all.size());
  for (auto const& [number, count] : refused) {
    summary += ", E" + std::to_string(number) + " " + std::to_string(count);
  }
  WARN(summary);
  CHECK(passed >= 670);
}

}  // namespace
