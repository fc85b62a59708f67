// SPDX-License-Identifier: Apache-2.0
#include "builder.hpp"

#include <ashlar/graph/infer.hpp>
#include <ashlar/graph/interpret.hpp>

#include <algorithm>
#include <cstring>

namespace ashlar::import {

namespace {

/// How many element operations the reference interpreter needs for one element of the output.
auto work_per_element(heap_graph const& g, graph::node const& n) -> std::int64_t {
  tensor const& in = g[g.input(n, 0)];
  if (n.op == op_kind::matmul) return in.dims[in.rank - 1];
  if (n.op == op_kind::conv) {
    tensor const& filter = g[g.input(n, 1)];
    return graph::element_count(filter) / std::max<std::int64_t>(1, filter.dims[0]);
  }
  auto const of = graph::traits_of(n.op).of;
  bool const many = of == graph::op_class::window || of == graph::op_class::reduce ||
                    of == graph::op_class::arg || of == graph::op_class::normalise;
  return many ? std::max<std::int64_t>(1, graph::element_count(in)) : 1;
}

/// The message for a rule of graph/fault, with its numbers.
auto sentence(graph::fault const& f) -> std::string {
  std::string out(graph::text_of(f.id));
  if (f.found != 0 || f.expected != 0) {
    out += " (found " + std::to_string(f.found) + ", expected " + std::to_string(f.expected) + ")";
  }
  return out;
}

}  // namespace

auto builder::add_tensor(tensor const& t, bytes data) -> tensor_id {
  data_.push_back(std::move(data));
  return tensor_id{graph.tensors.push_back(t)};
}

void builder::charge(std::int64_t byte_count) {
  if (byte_count > bytes_left_) fail(code::limit, "constants need more bytes than the limit");
  bytes_left_ -= byte_count;
}

auto builder::input(tensor t) -> tensor_id {
  if (auto const f = graph::check_extents(t); !f.ok()) {
    throw failure(f.id, where, sentence(f));
  }
  t.where = graph::place::input;
  return add_tensor(t, nullptr);
}

auto builder::constant(tensor const& t, std::string data) -> tensor_id {
  if (auto const f = graph::check_extents(t); !f.ok()) {
    throw failure(f.id, where, sentence(f));
  }
  charge(static_cast<std::int64_t>(data.size()));
  return add_tensor(t, std::make_shared<std::string const>(std::move(data)));
}

auto builder::fold(graph::node const& n, tensor const& out) -> tensor_id {
  std::int64_t const count = graph::byte_count(out);
  charge(count);
  // A byte more, so that an empty tensor has an address as well.
  auto result = std::make_shared<std::string>(static_cast<std::size_t>(count), '\0');
  auto const id = add_tensor(out, nullptr);
  graph::node at = n;
  at.output = id;
  graph::execute(graph, at, [&](tensor_id t) {
    std::string const& s = t == id ? *result : *data_of(t);
    // Operands are only read by every operator.
    return reinterpret_cast<std::byte*>(const_cast<char*>(s.data()));
  });
  data_[static_cast<std::size_t>(id.index)] = std::move(result);
  return id;
}

auto builder::emit(op_kind op, std::vector<tensor_id> const& inputs, integers const& ints,
                   reals const& numbers) -> tensor_id {
  int const edges = graph.edges.size();
  int const integer_count = graph.integers.size();
  int const real_count = graph.reals.size();
  graph::node n{.op = op};
  n.inputs = append(graph.edges, inputs);
  n.integers = append(graph.integers, ints);
  n.reals = append(graph.reals, numbers);
  auto const result = graph::infer(graph, n);
  if (!result.wrong.ok()) {
    throw failure(result.wrong.id, where, sentence(result.wrong));
  }
  bool const constant =
      std::all_of(inputs.begin(), inputs.end(), [&](tensor_id id) { return is_constant(id); });
  if (constant) {
    std::int64_t const count = std::max<std::int64_t>(1, graph::element_count(result.out));
    std::int64_t const each = work_per_element(graph, n);
    if (each <= work_left_ / count) {
      work_left_ -= each * count;
      auto const id = fold(n, result.out);
      graph.edges.shrink_to(edges);
      graph.integers.shrink_to(integer_count);
      graph.reals.shrink_to(real_count);
      return id;
    }
  }
  if (graph.nodes.size() >= most_nodes) fail(code::limit, "the graph has more than 32768 nodes");
  n.output = add_tensor(result.out, nullptr);
  graph.nodes.push_back(n);
  return n.output;
}

auto builder::copy(tensor_id of) -> tensor_id {
  graph::node n{.op = op_kind::reshape};
  n.inputs = append(graph.edges, std::vector{of});
  n.integers = append(graph.integers, dims_of(of));
  auto const result = graph::infer(graph, n);
  if (!result.wrong.ok()) throw failure(result.wrong.id, where, sentence(result.wrong));
  n.output = add_tensor(result.out, nullptr);
  graph.nodes.push_back(n);
  return n.output;
}

auto builder::vector(integers const& values) -> tensor_id {
  tensor t{.type = dtype::i64, .rank = 1};
  t.dims[0] = static_cast<std::int64_t>(values.size());
  std::string data(values.size() * sizeof(std::int64_t), '\0');
  if (!values.empty()) std::memcpy(data.data(), values.data(), data.size());
  return constant(t, std::move(data));
}

auto builder::scalar(dtype type, double value) -> tensor_id {
  tensor const t{.type = type};
  std::string data(static_cast<std::size_t>(bytes_of(type)), '\0');
  graph::interpret_impl::operand const to{t, reinterpret_cast<std::byte*>(data.data())};
  if (is_float(type)) {
    graph::interpret_impl::store<double>(to, 0, value);
  } else {
    graph::interpret_impl::store<std::int64_t>(to, 0, static_cast<std::int64_t>(value));
  }
  return constant(t, std::move(data));
}

auto builder::reshaped(tensor_id id, integers const& dims) -> tensor_id {
  return dims == dims_of(id) ? id : emit(op_kind::reshape, {id}, dims);
}

auto builder::cast(tensor_id id, dtype type) -> tensor_id {
  if (graph[id].type == type) return id;
  return emit(op_kind::cast, {id}, {static_cast<std::int64_t>(type)});
}

auto builder::dims_of(tensor_id id) const -> integers {
  tensor const& t = graph[id];
  return {t.dims, t.dims + t.rank};
}

auto builder::integers_of(tensor_id id, std::string_view what) const -> integers {
  if (!is_constant(id)) fail(code::operand, std::string(what) + " must be a constant");
  tensor const& t = graph[id];
  if (!is_integer(t.type) || t.rank > 1) {
    fail(code::operand, std::string(what) + " must be integers in at most one dimension");
  }
  auto* const data = reinterpret_cast<std::byte*>(const_cast<char*>(data_of(id)->data()));
  integers out;
  for (std::int64_t i = 0; i < graph::element_count(t); ++i) {
    out.push_back(graph::interpret_impl::load<std::int64_t>({t, data}, i));
  }
  return out;
}

auto builder::real_of(tensor_id id, std::string_view what) const -> double {
  if (!is_constant(id)) fail(code::operand, std::string(what) + " must be a constant");
  tensor const& t = graph[id];
  if (graph::element_count(t) != 1) fail(code::operand, std::string(what) + " must be one number");
  auto* const data = reinterpret_cast<std::byte*>(const_cast<char*>(data_of(id)->data()));
  return graph::interpret_impl::load<double>({t, data}, 0);
}

}  // namespace ashlar::import
