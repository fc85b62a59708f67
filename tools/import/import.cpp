// SPDX-License-Identifier: Apache-2.0
#include "import.hpp"

#include "convert_model.hpp"
#include "simplify.hpp"

#include <ashlar/graph/verify.hpp>
#include <ashlar/runtime/weights.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace ashlar::import {

namespace {

/// Copies what the outputs need into a new graph: inputs first, then each tensor when it is met.
class compaction {
 public:
  explicit compaction(converted const& from) : from_(from), old_(from.to.graph) {
    for (int t = 0; t < old_.tensors.size(); ++t) renamed_.push_back(-1);
  }

  auto run() -> imported {
    mark();
    std::vector<tensor_id> inputs;
    for (auto const id : from_.inputs) {
      inputs.push_back(copied(id));
      out_.graph[inputs.back()].where = graph::place::input;
      out_.graph[inputs.back()].slot = static_cast<std::int32_t>(inputs.size()) - 1;
    }
    out_.graph.inputs = append(out_.graph.edges, inputs);
    for (int n = 0; n < old_.nodes.size(); ++n) {
      if (needed_[static_cast<std::size_t>(n)]) add(old_.nodes[n]);
    }
    std::vector<tensor_id> outputs;
    for (auto const id : from_.outputs) {
      outputs.push_back(copied(id));
      out_.graph[outputs.back()].where = graph::place::output;
      out_.graph[outputs.back()].slot = static_cast<std::int32_t>(outputs.size()) - 1;
    }
    out_.graph.outputs = append(out_.graph.edges, outputs);
    out_.input_names = from_.input_names;
    out_.output_names = from_.output_names;
    return std::move(out_);
  }

 private:
  void mark() {
    std::vector<bool> wanted(static_cast<std::size_t>(old_.tensors.size()));
    needed_.resize(static_cast<std::size_t>(old_.nodes.size()));
    for (auto const id : from_.outputs) wanted[static_cast<std::size_t>(id.index)] = true;
    for (int n = old_.nodes.size() - 1; n >= 0; --n) {
      auto const& at = old_.nodes[n];
      if (!wanted[static_cast<std::size_t>(at.output.index)]) continue;
      needed_[static_cast<std::size_t>(n)] = true;
      for (int i = 0; i < at.inputs.count; ++i) {
        wanted[static_cast<std::size_t>(old_.input(at, i).index)] = true;
      }
    }
  }

  auto copied(tensor_id id) -> tensor_id {
    auto& to = renamed_[id.index];
    if (to >= 0) return tensor_id{to};
    tensor t = old_[id];
    bytes const& data = from_.to.data_of(id);
    t.where = data != nullptr ? graph::place::weights : graph::place::none;
    to = out_.graph.tensors.push_back(t);
    out_.data.push_back(data);
    return tensor_id{to};
  }

  void add(graph::node const& n) {
    graph::node to = n;
    std::vector<tensor_id> inputs;
    integers ints;
    reals numbers;
    for (int i = 0; i < n.inputs.count; ++i) inputs.push_back(copied(old_.input(n, i)));
    for (int i = 0; i < n.integers.count; ++i) ints.push_back(old_.integer(n, i));
    for (int i = 0; i < n.reals.count; ++i) numbers.push_back(old_.real(n, i));
    to.inputs = append(out_.graph.edges, inputs);
    to.integers = append(out_.graph.integers, ints);
    to.reals = append(out_.graph.reals, numbers);
    to.output = copied(n.output);
    out_.graph.nodes.push_back(to);
  }

  converted const& from_;
  heap_graph const& old_;
  heap_vector<std::int32_t> renamed_;
  std::vector<bool> needed_;
  imported out_;
};

/// Weights lie in the order in which the nodes read them.
void place_weights(heap_graph& g) {
  std::vector<bool> placed(static_cast<std::size_t>(g.tensors.size()));
  std::int64_t offset = 0;
  for (auto const& n : g.nodes) {
    for (int i = 0; i < n.inputs.count; ++i) {
      auto const id = g.input(n, i);
      if (g[id].where != graph::place::weights || placed[static_cast<std::size_t>(id.index)])
        continue;
      placed[static_cast<std::size_t>(id.index)] = true;
      g[id].offset = offset;
      offset += graph::plan_impl::round_up(graph::byte_count(g[id]));
    }
  }
  g.weights_bytes = offset;
}

void check(graph::fault const& f) {
  if (f.ok()) return;
  throw failure(f.id, "graph node " + std::to_string(f.node), std::string(graph::text_of(f.id)));
}

}  // namespace

auto import_model(onnx::ModelProto model, options const& how) -> imported {
  std::int64_t const nodes = model.graph().node_size();
  auto converted = convert_model(model, how);
  model.Clear();
  simplify(converted.to, converted.outputs);
  imported out = compaction(converted).run();
  out.nodes_in_model = nodes;
  graph::fuse(out.graph);
  place_weights(out.graph);
  check(graph::verify(out.graph));
  graph::plan(out.graph);
  check(graph::verify_plan(out.graph));
  return out;
}

auto pack_weights(imported const& model) -> std::string {
  auto const& g = model.graph;
  runtime::weights_header header;
  std::string block(sizeof header + static_cast<std::size_t>(g.weights_bytes), '\0');
  for (int t = 0; t < g.tensors.size(); ++t) {
    bytes const& data = model.data[static_cast<std::size_t>(t)];
    if (data == nullptr || data->empty()) continue;
    std::size_t const at = sizeof header + static_cast<std::size_t>(g.tensors[t].offset);
    std::memcpy(block.data() + at, data->data(), data->size());
  }
  auto const* const first = reinterpret_cast<std::byte const*>(block.data());
  header.bytes = static_cast<std::uint64_t>(g.weights_bytes);
  header.checksum =
      runtime::weights_checksum({first + sizeof header, block.size() - sizeof header});
  hash128 const hash = hash_of(g, header.checksum);
  header.model[0] = hash.a;
  header.model[1] = hash.b;
  std::memcpy(block.data(), &header, sizeof header);
  return block;
}

auto hash_of(heap_graph const& g, std::uint64_t weights_checksum) -> hash128 {
  hash128 h;
  auto const list = [&](graph::range r) {
    h.number(r.first);
    h.number(r.count);
  };
  h.word(weights_checksum);
  for (auto const& t : g.tensors) {
    for (std::int64_t const v : {std::int64_t(t.type), std::int64_t(t.where), std::int64_t(t.rank),
                                 std::int64_t(t.slot), t.offset}) {
      h.number(v);
    }
    for (auto const d : t.dims) h.number(d);
  }
  for (auto const& n : g.nodes) {
    h.number(static_cast<int>(n.op));
    h.number(n.group);
    h.number(n.output.index);
    list(n.inputs);
    list(n.integers);
    list(n.reals);
  }
  for (auto const e : g.edges) h.number(e.index);
  for (auto const v : g.integers) h.number(v);
  for (auto const v : g.reals) h.word(std::bit_cast<std::uint64_t>(v));
  list(g.inputs);
  list(g.outputs);
  h.number(g.arena_bytes);
  h.number(g.weights_bytes);
  return h;
}

}  // namespace ashlar::import
