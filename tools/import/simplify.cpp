// SPDX-License-Identifier: Apache-2.0
#include "simplify.hpp"

#include <ashlar/graph/uses.hpp>

namespace ashlar::import {

namespace {

class simplifier {
 public:
  simplifier(builder& to, std::vector<tensor_id> const& outputs)
      : b_(to),
        g_(to.graph),
        u_(graph::uses_of(g_)),
        dead_(static_cast<std::size_t>(g_.nodes.size())) {
    for (auto const id : outputs) ++u_.readers[id.index];
  }

  void run() {
    for (int n = 0; n < g_.nodes.size(); ++n) {
      // A rule may open the way for the next one; each removes a node or moves a factor up.
      for (int at = n; at >= 0;) at = step(at);
    }
    heap_vector<graph::node> alive;
    for (int n = 0; n < g_.nodes.size(); ++n) {
      if (!dead_[static_cast<std::size_t>(n)]) alive.push_back(g_.nodes[n]);
    }
    g_.nodes = alive;
  }

 private:
  /// Tries the rules at node n; returns the node to go on with, -1 when there is nothing to do.
  auto step(int n) -> int {
    graph::node const at = g_.nodes[n];
    bool const mul = at.op == op_kind::mul;
    if (dead_[static_cast<std::size_t>(n)] || (!mul && at.op != op_kind::add)) return -1;
    for (int side = 0; side < 2; ++side) {
      tensor_id const t = g_.input(at, side);
      tensor_id const c = g_.input(at, 1 - side);
      int const from = u_.writer[t.index];
      if (from < 0 || dead_[static_cast<std::size_t>(from)] || u_.readers[t.index] != 1) continue;
      if (!is_float(b_[t].type) || !b_.is_constant(c)) continue;
      if (!graph::same_shape(b_[t], b_[at.output])) continue;
      if (mul && scale_weights(n, from, c)) return -1;
      int const next = mul ? swap(n, from, c) : join(n, from, c);
      if (next >= 0) return next;
    }
    return -1;
  }

  /// mul (conv x w) c: the factor goes into w, and the conv writes what the mul wrote.
  auto scale_weights(int n, int from, tensor_id c) -> bool {
    graph::node& producer = g_.nodes[from];
    if (producer.op != op_kind::conv && producer.op != op_kind::matmul) return false;
    tensor_id const w = g_.input(producer, 1);
    tensor const& out = b_[producer.output];
    bool const conv = producer.op == op_kind::conv;
    int const along = conv ? 1 : out.rank - 1;
    if (!b_.is_constant(w) || !is_along(b_[c], out, along)) return false;
    if (!conv && b_[w].rank != 2) return false;
    std::int64_t const count = graph::element_count(b_[c]);
    integers dims(conv ? static_cast<std::size_t>(b_[w].rank) : 1, 1);
    dims[0] = count;
    auto const scaled = fold(op_kind::mul, w, b_.reshaped(c, dims));
    if (scaled.index < 0) return false;
    graph::node& again = g_.nodes[from];
    tensor_id const x = g_.input(again, 0);
    again.inputs = append(g_.edges, std::vector{x, scaled});
    remove(n, from);
    return true;
  }

  /// mul (add u d) c  -->  add (mul u c) (d * c): the add becomes the mul and the mul the add.
  auto swap(int n, int from, tensor_id c) -> int {
    graph::node const add = g_.nodes[from];
    if (add.op != op_kind::add) return -1;
    for (int side = 0; side < 2; ++side) {
      tensor_id const u = g_.input(add, side);
      tensor_id const d = g_.input(add, 1 - side);
      bool const small = graph::element_count(b_[d]) <= graph::element_count(b_[u]) / 2 ||
                         graph::element_count(b_[d]) == 1;
      if (!b_.is_constant(d) || b_.is_constant(u) || !small || !leads(u, c)) continue;
      if (!graph::same_shape(b_[u], b_[add.output])) continue;
      auto const product = fold(op_kind::mul, d, c);
      if (product.index < 0) return -1;
      g_.nodes[from].op = op_kind::mul;
      g_.nodes[from].inputs = append(g_.edges, std::vector{u, c});
      g_.nodes[n].op = op_kind::add;
      g_.nodes[n].inputs = append(g_.edges, std::vector{add.output, product});
      return from;
    }
    return -1;
  }

  /// add (add u d) c  -->  add u (d + c)
  auto join(int n, int from, tensor_id c) -> int {
    graph::node const add = g_.nodes[from];
    if (add.op != op_kind::add) return -1;
    for (int side = 0; side < 2; ++side) {
      tensor_id const u = g_.input(add, side);
      tensor_id const d = g_.input(add, 1 - side);
      if (!b_.is_constant(d) || b_.is_constant(u) || !leads(u, c)) continue;
      if (!graph::same_shape(b_[u], b_[add.output])) continue;
      auto const sum = fold(op_kind::add, d, c);
      if (sum.index < 0) return -1;
      g_.nodes[from].inputs = append(g_.edges, std::vector{u, sum});
      remove(n, from);
      return -1;
    }
    return -1;
  }

  /// Only behind a product is it worth to move what is there for each filter or column.
  auto leads(tensor_id u, tensor_id c) const -> bool {
    int const from = u_.writer[u.index];
    if (from < 0 || u_.readers[u.index] != 1) return false;
    op_kind const op = g_.nodes[from].op;
    if (op == op_kind::conv) return is_along(b_[c], b_[u], 1);
    return op == op_kind::matmul && is_along(b_[c], b_[u], b_[u].rank - 1);
  }

  /// The node disappears; `from` writes its output.
  void remove(int n, int from) {
    dead_[static_cast<std::size_t>(n)] = true;
    g_.nodes[from].output = g_.nodes[n].output;
    u_.writer[g_.nodes[n].output.index] = from;
  }

  /// One number in all, or one for each index of dimension `along` of `out`.
  static auto is_along(tensor const& c, tensor const& out, int along) -> bool {
    for (int d = 0; d < c.rank; ++d) {
      int const at = out.rank - c.rank + d;
      if (c.dims[d] != 1 && (at != along || c.dims[d] != out.dims[at])) return false;
    }
    return c.rank <= out.rank;
  }

  /// A constant, or none if the budget of folding is spent.
  auto fold(op_kind op, tensor_id x, tensor_id y) -> tensor_id {
    int const nodes = g_.nodes.size();
    auto const id = b_.emit(op, {x, y});
    while (u_.writer.size() < g_.tensors.size()) {
      u_.writer.push_back(-1);
      u_.readers.push_back(0);
      u_.reader.push_back(-1);
    }
    if (b_.is_constant(id)) return id;
    g_.nodes.shrink_to(nodes);
    return tensor_id{};
  }

  builder& b_;
  heap_graph& g_;
  graph::uses<heap_graph> u_;
  std::vector<bool> dead_;
};

}  // namespace

void simplify(builder& b, std::vector<tensor_id> const& outputs) {
  b.where = "simplification";
  simplifier(b, outputs).run();
}

}  // namespace ashlar::import
