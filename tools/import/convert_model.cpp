// SPDX-License-Identifier: Apache-2.0
#include "convert_model.hpp"

#include "call.hpp"
#include "tensor_data.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace ashlar::import {

namespace {

struct opsets {
  std::int64_t onnx = 0;
  std::int64_t ml = 0;
};

auto opsets_of(onnx::ModelProto const& model) -> opsets {
  opsets found;
  for (auto const& entry : model.opset_import()) {
    bool const is_default = entry.domain().empty() || entry.domain() == "ai.onnx";
    if (!is_default && entry.domain() != "ai.onnx.ml") continue;
    auto& version = is_default ? found.onnx : found.ml;
    if (version != 0) throw failure(code::opset, "model", "two opsets for one domain");
    version = entry.version();
    std::int64_t const oldest = is_default ? oldest_opset : 1;
    std::int64_t const newest = is_default ? newest_opset : newest_ml_opset;
    if (version < oldest || version > newest) {
      throw failure(code::opset, "model",
                    "opset " + std::to_string(version) + " is not supported; " +
                        std::to_string(oldest) + " to " + std::to_string(newest) + " are");
    }
  }
  return found;
}

class conversion {
 public:
  conversion(onnx::ModelProto& model, options const& how)
      : graph_(*model.mutable_graph()),
        how_(how),
        versions_(opsets_of(model)),
        out_{builder(how.constant_bytes), {}, {}, {}, {}} {}

  auto run() -> converted {
    add_initialisers();
    add_inputs();
    for (int i = 0; i < graph_.node_size(); ++i) add_node(i);
    check_declared();
    add_outputs();
    return std::move(out_);
  }

 private:
  void define(std::string const& name, tensor_id t) {
    if (name.empty()) throw failure(code::name, out_.to.where, "a value without a name");
    if (!values_.emplace(name, t).second) {
      throw failure(code::name, out_.to.where, "two values named " + quoted(name));
    }
  }

  void add_initialisers() {
    if (graph_.sparse_initializer_size() > 0) {
      throw failure(code::unsupported, "model", "sparse initialisers");
    }
    for (int i = 0; i < graph_.initializer_size(); ++i) {
      auto& t = *graph_.mutable_initializer(i);
      out_.to.where = "initialiser " + std::to_string(i) + " " + quoted(t.name());
      auto value = decode(t, how_.folder, out_.to.where);
      define(t.name(), out_.to.constant(value.type, std::move(value.data)));
    }
  }

  void add_inputs() {
    std::unordered_set<std::string> seen;
    for (int i = 0; i < graph_.input_size(); ++i) {
      auto const& input = graph_.input(i);
      out_.to.where = "input " + std::to_string(i) + " " + quoted(input.name());
      if (!seen.insert(input.name()).second) {
        throw failure(code::name, out_.to.where, "two inputs of this name");
      }
      // Up to IR version 3 an initialiser stands among the inputs as well.
      if (values_.contains(input.name())) continue;
      if (auto const bound = how_.bind.find(input.name()); bound != how_.bind.end()) {
        onnx::TensorProto t = bound->second;
        auto value = decode(t, "", out_.to.where);
        define(input.name(), out_.to.constant(value.type, std::move(value.data)));
        continue;
      }
      auto const id = out_.to.input(input_type(input));
      define(input.name(), id);
      out_.inputs.push_back(id);
      out_.input_names.push_back(input.name());
    }
    for (auto const& [name, value] : how_.bind) {
      if (!seen.contains(name)) throw failure(code::binding, quoted(name), "no input of this name");
    }
  }

  auto input_type(onnx::ValueInfoProto const& input) -> tensor {
    if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape()) {
      throw failure(code::open_dimension, out_.to.where,
                    "an input needs a tensor type and a shape");
    }
    auto const& type = input.type().tensor_type();
    tensor t{.type = dtype_of_onnx(type.elem_type(), out_.to.where)};
    if (type.shape().dim_size() > graph::max_rank) {
      throw failure(graph::rule::rank, out_.to.where, "more than 8 dimensions");
    }
    for (int d = 0; d < type.shape().dim_size(); ++d) {
      t.dims[t.rank++] = extent_of(type.shape().dim(d), d);
    }
    return t;
  }

  auto extent_of(onnx::TensorShapeProto::Dimension const& dim, int d) -> std::int64_t {
    if (dim.has_dim_value()) return dim.dim_value();
    std::string const& symbol = dim.dim_param();
    if (auto const named = how_.dims.find(symbol); !symbol.empty() && named != how_.dims.end()) {
      return bind_symbol(symbol, named->second);
    }
    if (d == 0 && how_.batch > 0) return bind_symbol(symbol, how_.batch);
    std::string const asked = symbol.empty() ? std::string("unnamed") : "named " + quoted(symbol);
    throw failure(code::open_dimension, out_.to.where,
                  "dimension " + std::to_string(d) + " is open (" + asked + "); " +
                      (d == 0 ? "give --batch" : "give --dim"));
  }

  auto bind_symbol(std::string const& symbol, std::int64_t extent) -> std::int64_t {
    if (!symbol.empty()) symbols_[symbol] = extent;
    return extent;
  }

  void add_node(int index) {
    auto& node = *graph_.mutable_node(index);
    out_.to.where = "node " + std::to_string(index) + " " + quoted(node.op_type());
    converter const* const how = find_converter(node.domain(), node.op_type());
    if (how == nullptr) {
      throw failure(code::unknown_operator, out_.to.where,
                    "the operator is not supported (domain " + quoted(node.domain()) + ")");
    }
    std::int64_t const version = how->domain[0] == '\0' ? versions_.onnx : versions_.ml;
    if (version < how->since) {
      throw failure(code::opset, out_.to.where,
                    "the operator needs opset " + std::to_string(how->since) + ", the model has " +
                        std::to_string(version));
    }
    check_counts(node, *how);
    call c(out_.to, node, version, how_.folder);
    for (auto const& name : node.input()) {
      c.operands.push_back(name.empty() ? tensor_id{} : value_of(name));
    }
    how->convert(c);
    c.check_all_attributes_read();
    for (int i = 0; i < node.output_size(); ++i) {
      if (node.output(i).empty()) continue;
      if (static_cast<std::size_t>(i) >= c.results.size()) {
        throw failure(code::unsupported, out_.to.where, "output " + std::to_string(i));
      }
      define(node.output(i), c.results[static_cast<std::size_t>(i)]);
    }
  }

  void check_counts(onnx::NodeProto const& node, converter const& how) const {
    int const operands = node.input_size();
    bool const fits =
        operands >= how.least_operands && (how.most_operands < 0 || operands <= how.most_operands);
    if (!fits) {
      throw failure(code::operand, out_.to.where, std::to_string(operands) + " operands");
    }
    bool const few = how.most_results < 0 || node.output_size() <= how.most_results;
    if (!few || node.output_size() == 0) {
      throw failure(code::operand, out_.to.where, std::to_string(node.output_size()) + " outputs");
    }
  }

  auto value_of(std::string const& name) -> tensor_id {
    auto const at = values_.find(name);
    if (at == values_.end()) {
      throw failure(code::name, out_.to.where, "no value named " + quoted(name) + " so far");
    }
    return at->second;
  }

  /// What the model says of a value must be what the operators give.
  void check_type(onnx::ValueInfoProto const& said, tensor_id id) {
    if (!said.has_type() || !said.type().has_tensor_type()) {
      if (said.has_type()) throw failure(code::unsupported, out_.to.where, "not a tensor");
      return;
    }
    auto const& type = said.type().tensor_type();
    tensor const& t = out_.to[id];
    if (type.elem_type() != 0 && dtype_of_onnx(type.elem_type(), out_.to.where) != t.type) {
      throw failure(code::declared_shape, out_.to.where, "the model declares another element type");
    }
    if (!type.has_shape()) return;
    bool same = type.shape().dim_size() == t.rank;
    for (int d = 0; same && d < t.rank; ++d) {
      auto const& dim = type.shape().dim(d);
      auto const symbol = symbols_.find(dim.dim_param());
      if (dim.has_dim_value()) same = dim.dim_value() == t.dims[d];
      if (!dim.dim_param().empty() && symbol != symbols_.end()) same = symbol->second == t.dims[d];
    }
    if (!same)
      throw failure(code::declared_shape, out_.to.where, "the model declares other extents");
  }

  void check_declared() {
    for (auto const& info : graph_.value_info()) {
      out_.to.where = "value " + quoted(info.name());
      if (auto const at = values_.find(info.name()); at != values_.end())
        check_type(info, at->second);
    }
  }

  void add_outputs() {
    std::unordered_set<std::int32_t> taken;
    for (auto const id : out_.inputs) taken.insert(id.index);
    std::unordered_set<std::string> names;
    for (int i = 0; i < graph_.output_size(); ++i) {
      auto const& output = graph_.output(i);
      out_.to.where = "output " + std::to_string(i) + " " + quoted(output.name());
      if (!names.insert(output.name()).second) {
        throw failure(code::name, out_.to.where, "two outputs of this name");
      }
      auto id = value_of(output.name());
      check_type(output, id);
      // Each output has memory of its own, so inputs, constants and twins are copied.
      if (out_.to.is_constant(id) || !taken.insert(id.index).second) id = out_.to.copy(id);
      taken.insert(id.index);
      out_.outputs.push_back(id);
      out_.output_names.push_back(output.name());
    }
    if (out_.outputs.empty()) throw failure(code::no_graph, "model", "the graph has no output");
  }

  onnx::GraphProto& graph_;
  options const& how_;
  opsets versions_;
  converted out_;
  std::unordered_map<std::string, tensor_id> values_;
  std::unordered_map<std::string, std::int64_t> symbols_;
};

}  // namespace

auto convert_model(onnx::ModelProto& model, options const& how) -> converted {
  if (!model.has_graph()) throw failure(code::no_graph, "model", "there is no graph");
  if (model.opset_import_size() == 0) throw failure(code::no_graph, "model", "there is no opset");
  if (model.ir_version() < 3 || model.ir_version() > 1000) {
    throw failure(code::not_onnx, "model", "IR version " + std::to_string(model.ir_version()));
  }
  if (model.functions_size() > 0) throw failure(code::unsupported, "model", "local functions");
  return conversion(model, how).run();
}

}  // namespace ashlar::import
