// SPDX-License-Identifier: Apache-2.0
//
// Definition: a call has the operands of its body, and their addresses are those of the body.
//
// CAPTURE and not INFO, for which cudafe++ 13 does not end in this file.
#include "support.hpp"

#include <ashlar/kernel/count.hpp>
#include <support/intrinsics.hpp>

#include <algorithm>
#include <random>

namespace ashlar::tests {

using namespace intrinsic_tests;

namespace settle_intrinsics {

/// Runs the loops of a nest, and compares at every call what the code is given, pointers and
/// strides, with the places that the body reads and writes.
struct call_checker {
  program const& p;
  kernel_impl::run_counter at{.p = p};
  int calls = 0;

  auto address(handle access_of) -> index_t {
    access const& a = p.accesses[access_of];
    buffer const& b = p.buffers[a.buffer];
    index_t sum = 0;
    for (int d = 0; d < a.rank; ++d) {
      sum += at.value(p.indices[a.index[d]]) * stride_in_memory(p, b, d);
    }
    return sum;
  }
  // The place of a point of the axes: what the code computes from its arguments.
  void check_operand(intrinsic_call const& c, int o) {
    intrinsic const& k = p.intrinsics[c.which];
    auto const& axes = k.operands[o].axes;
    index_t const first = address(c.operand[o]);
    index_t stride[max_intrinsic_axes]{};
    for (int d = 0; d < axes.count; ++d) {
      at.variable[c.axis[axes[d]]] = 1;
      stride[d] = address(c.operand[o]) - first;
      at.variable[c.axis[axes[d]]] = 0;
    }
    // One element has no neighbour.
    bool const is_row = axes.count > 0 && k.axes[axes.back()].extent > 1;
    if (is_row) REQUIRE(stride[axes.count - 1] == 1);
    check_points(c, o, 0, first, stride);
  }
  void check_points(intrinsic_call const& c, int o, int x, index_t place,
                    index_t const (&stride)[max_intrinsic_axes]) {
    intrinsic const& k = p.intrinsics[c.which];
    if (x == k.axes.count) {
      if (address(c.operand[o]) != place) FAIL("an address is not what the strides say");
      return;
    }
    index_t step = 0;
    for (int d = 0; d < k.operands[o].axes.count; ++d) {
      if (k.operands[o].axes[d] == x) step = stride[d];
    }
    for (index_t n = 0; n < k.axes[x].extent; ++n) {
      at.variable[c.axis[x]] = n;
      check_points(c, o, x + 1, place + n * step, stride);
    }
    at.variable[c.axis[x]] = 0;
  }
  void call(intrinsic_call const& c) {
    ++calls;
    intrinsic const& k = p.intrinsics[c.which];
    for (int x = 0; x < k.axes.count; ++x) at.variable[c.axis[x]] = 0;
    for (int o = 0; o < k.operands.count; ++o) {
      REQUIRE(p.buffers[p.accesses[c.operand[o]].buffer].where != scope::registers);
      check_operand(c, o);
    }
  }
  void chain(handle h) {
    for (; h >= 0; h = p.stmts[h].next) {
      stmt const& s = p.stmts[h];
      if (s.kind == stmt_kind::tensorize) {
        call(p.calls[s.target]);
      } else if (s.kind == stmt_kind::loop) {
        index_t const n = at.value(p.indices[s.extent]);
        for (index_t at_axis = 0; at_axis < n; ++at_axis) {
          at.variable[s.axis] = at_axis;
          chain(s.body);
        }
      } else {
        chain(at.taken(s));
      }
    }
  }
};

/// How often the code runs.
auto calls_of(program const& lowered) -> int {
  call_checker c{.p = lowered};
  c.chain(lowered.root);
  return c.calls;
}

/// c += a * b of blocks of these extents, of which only the meaning is there.
auto block_of(dtype type, index_t m, index_t n, index_t k) -> intrinsic {
  intrinsic r = type == dtype::f32   ? intrin<block_product<float, 4, 4, 4>>
                : type == dtype::f64 ? intrin<block_product<double, 4, 4, 4>>
                : type == dtype::i32 ? intrin<block_product<std::int32_t, 4, 4, 4>>
                                     : intrin<block_product<std::int8_t, 4, 4, 4>>;
  r.axes[0].extent = m;
  r.axes[1].extent = n;
  r.axes[2].extent = k;
  return r;
}

auto product_with(dtype type, index_t m, index_t n, index_t k) -> program {
  auto const of = [&](index_t rows, index_t columns, bool is_const) {
    extent const shape[] = {extent(rows), extent(columns)};
    operand_type t = make_operand_type<float>(layout{}, shape, 2);
    t.dt = type;
    t.is_const = is_const;
    return t;
  };
  operand_type const types[] = {of(m, n, false), of(m, k, true), of(k, n, true)};
  return ashlar::expr::capture(matmul, types);
}

}  // namespace settle_intrinsics

using namespace settle_intrinsics;

TEST_CASE("a call has its operands, and runs in every block", "[pass][settle_intrinsics]") {
  auto const before = program_of<float[8][12], float const[8][16], float const[16][12]>(matmul);
  auto const p = scheduled(before, [](schedule& s) {
    auto const [io, ii] = s.split("i", 4);
    auto const [jo, ji] = s.split("j", 4);
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(io, jo, ko, ii, ji, ki);
    s.tensorize(ii, intrin<product4>);
  });
  auto const nest = after(p, "settle registers");
  require_same(before, nest, true);
  REQUIRE(calls_of(nest) == 2 * 3 * 4);
  REQUIRE(count_stmts(nest, nest.root, stmt_kind::tensorize) == 1);
  // What it means is what it was, though a product and a sum may be one operation elsewhere.
  REQUIRE(show(nest).find("fma") == std::string::npos);
  auto unsettled = nest;
  for (auto& c : unsettled.calls) c.operand[0] = -1;
  REQUIRE(tir::verify_lowered(unsettled).broken == invariant::call_is_settled);
  auto other = nest;
  other.calls.back().operand[0] = other.calls.back().operand[1];
  REQUIRE(tir::verify_lowered(other).broken == invariant::input_is_not_written);
}

TEST_CASE("a rest of tail cut stays loops", "[pass][settle_intrinsics][golden]") {
  auto const before = program_of<float[10][4], float const[10][4], float const[4][4]>(matmul);
  auto const p = scheduled(before, [](schedule& s) {
    auto const [io, ii] = s.split("i", 4, tail::cut);
    s.decompose_reduction(ii);
    s.tensorize(ii, intrin<product4>);
  });
  auto const nest = after(p, "settle intrinsics");
  REQUIRE(show(nest) == golden("pass/settle_intrinsics/rest.tir", show(nest)));
  auto const lowered = after(p, "settle registers");
  require_same(before, lowered, true);
  REQUIRE(calls_of(lowered) == 2);
}

TEST_CASE("extents that the call knows", "[pass][settle_intrinsics]") {
  operand_type types[3];
  for (int at = 0; at < 3; ++at) {
    extent const shape[] = {at == 2 ? extent(4) : extent{}, extent(4)};
    types[at] = at == 0 ? make_operand_type<float>(layout{}, shape, 2)
                        : make_operand_type<float const>(layout{}, shape, 2);
  }
  auto const before = ashlar::expr::capture(matmul, types);
  auto const p = scheduled(before, [](schedule& s) {
    auto const [io, ii] = s.split("i", 4, tail::cut);
    s.decompose_reduction(ii);
    s.tensorize(ii, intrin<product4>);
  });
  auto const lowered = after(p, "settle registers");
  require_same(before, lowered, true);
  REQUIRE(count_stmts(lowered, lowered.root, stmt_kind::tensorize) == 1);
}

TEST_CASE("running values are in memory", "[pass][settle_intrinsics][golden]") {
  // A relu of the sum: running values are kept in a local, then in a tile on the stack.
  auto const before =
      program_of<float[8][4], float const[8][16], float const[16][4]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i, j) = relu(sum(k, a(i, k) * b(k, j)));
      });
  for (bool const in_tile : {false, true}) {
    auto const p = scheduled(before, [&](schedule& s) {
      auto const [io, ii] = s.split("i", 4);
      auto const [ko, ki] = s.split("k", 4);
      s.reorder(io, ko, ii, "j", ki);
      if (in_tile) s.cache_write(ko);
      s.tensorize(ii, intrin<product4>);
    });
    auto const lowered = after(p, "settle registers");
    CAPTURE(show(lowered));
    require_same(before, lowered, true);
    REQUIRE(calls_of(lowered) == 2 * 4);
    if (in_tile) REQUIRE(show(lowered) == golden("pass/settle_intrinsics/tile.tir", show(lowered)));
  }
}

TEST_CASE("a running value of one element is on the stack", "[pass][settle_intrinsics]") {
  auto const before =
      program_of<float[6], float const[6][16], float const[16]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        y(i) = sum(k, a(i, k) * b(k));
      });
  for (bool const is_split : {true, false}) {
    auto kernel = intrin<dot8>;
    if (!is_split) kernel.axes[0].extent = 16;
    auto const p = scheduled(before, [&](schedule& s) {
      if (is_split) s.split("k", 8);
      s.tensorize(is_split ? "ki" : "k", kernel);
    });
    auto const lowered = after(p, "settle registers");
    CAPTURE(show(lowered));
    require_same(before, lowered, true);
    REQUIRE(calls_of(lowered) == (is_split ? 12 : 6));
  }
}

TEST_CASE("a tile with its rows elsewhere is refused", "[pass][settle_intrinsics]") {
  auto const before = program_of<float[8][8], float const[8][16], float const[16][8]>(matmul);
  auto p = scheduled(before, [](schedule& s) {
    auto const [io, ii] = s.split("i", 4);
    auto const [jo, ji] = s.split("j", 8);
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(io, jo, ko, ji, ii, ki);
    s.cache_write(ko);  // whose last dimension is that of ii
    s.tensorize(ji, intrin<block_product<float, 4, 8, 4>>);
  });
  REQUIRE(p.fault.ok());
  pass::lower(p, 32);
  REQUIRE(std::string(p.fault.text.view()) ==
          "tensorize with block_product: its c is contiguous along j, and y.acc has neighbours "
          "along ji 4 elements apart; a tile of cache_write has the order of the loops");
}

TEST_CASE("a block that is never full is refused", "[pass][settle_intrinsics]") {
  auto const before = program_of<float[10][4], float const[10][4], float const[4][4]>(matmul);
  auto p = scheduled(before, [](schedule& s) {
    auto const [io, ii] = s.split("i", 8, tail::guard);
    auto const [iio, iii] = s.split(ii, 4);
    s.decompose_reduction(iii);
    s.tensorize(iii, intrin<product4>);
  });
  REQUIRE(p.fault.ok());
  pass::lower(p, 32);
  REQUIRE(p.fault.id == diag::code::bad_tensorize);
  REQUIRE(std::string(p.fault.text.view()) ==
          "tensorize with block_product: the extent of iii varies: not all blocks are full");
}

TEST_CASE("a map, and an update without a reduction", "[pass][settle_intrinsics]") {
  auto const map = program_of<float[6][16], float const[6][16]>([](auto y, auto x) {
    y.name("y"), x.name("x");
    y(i, j) = relu(x(i, j) * 2.0f);
  });
  auto const p = scheduled(map, [](schedule& s) {
    auto const t = s.tile("i", "j", 2, 8);
    s.tensorize(t.i_inner, intrin<double_relu>);
  });
  auto const lowered = after(p, "settle registers");
  require_same(map, lowered, true);
  REQUIRE(calls_of(lowered) == 6);
  auto const sums = program_of<float[8], float const[5][8]>([](auto y, auto x) {
    y.name("y"), x.name("x");
    y(j) = sum(i, x(i, j));
  });
  auto const q = scheduled(sums, [](schedule& s) {
    s.reorder("i", "j");
    s.tensorize("j", intrin<add_row>);
  });
  auto const rows = after(q, "settle registers");
  require_same(sums, rows, true);
  REQUIRE(calls_of(rows) == 5);
}

TEST_CASE("a call in a stage that is computed in another's loop", "[pass][settle_intrinsics]") {
  auto const before =
      program_of<float[8][8], float const[8][4], float const[4][8]>([](auto y, auto a, auto b) {
        y.name("y"), a.name("a"), b.name("b");
        local h("h");
        h(i, j) = sum(k, a(i, k) * b(k, j));
        y(i, j) = relu(h(i, j));
      });
  auto const p = scheduled(before, [](schedule& s) {
    auto const t = s.tile("i", "j", 4, 4);
    auto h = s["h"];
    h.compute_at(t.j_outer);
    auto const mine = h.tile("i", "j", 4, 4);
    h.decompose_reduction(mine.i_inner);
    h.tensorize(mine.i_inner, intrin<product4>);
  });
  auto const lowered = after(p, "settle registers");
  CAPTURE(show(lowered));
  require_same(before, lowered, true);
  REQUIRE(calls_of(lowered) == 4);
}

TEST_CASE("random blocks of random products", "[pass][settle_intrinsics][property]") {
  std::mt19937 random(26);
  auto const pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  constexpr dtype types[] = {dtype::f32, dtype::f64, dtype::i32, dtype::i8};
  int called = 0;
  for (int run = 0; run < 60; ++run) {
    dtype const type = types[pick(0, 3)];
    index_t const block[] = {pick(1, 5), pick(1, 5), pick(1, 5)};
    index_t const rest[] = {pick(0, 3) == 0 ? pick(0, 3) : 0, pick(0, 3) == 0 ? pick(0, 3) : 0,
                            pick(0, 3) == 0 ? pick(0, 3) : 0};
    index_t size[3]{};
    for (int d = 0; d < 3; ++d) size[d] = block[d] * pick(1, 3) + rest[d];
    auto const before = product_with(type, size[0], size[1], size[2]);
    auto const code = block_of(type, block[0], block[1], block[2]);
    auto const apply = [&](schedule& s) {
      loop outer[3], inner[3];
      char const* const names[] = {"i", "j", "k"};
      for (int d = 0; d < 3; ++d) {
        auto const parts =
            s.split(names[d], block[d], size[d] % block[d] == 0 ? tail::exact : tail::cut);
        outer[d] = parts.outer;
        inner[d] = parts.inner;
      }
      bool const in_tile = pick(0, 2) == 0;
      std::shuffle(outer, outer + 3, random);
      loop order[6] = {outer[0], outer[1], outer[2], inner[0], inner[1], inner[2]};
      // A tile has its rows in the order of the loops.
      if (!in_tile) std::shuffle(order + 3, order + 6, random);
      s.reorder(std::span<loop const>(order, 6));
      if (in_tile) s.cache_write(outer[2].name()[0] == 'k' ? outer[2] : inner[2]);
      if (pick(0, 1) == 0 && size[1] % block[1] == 0) {
        auto const layout = pick(0, 1) == 0 ? packed("j", block[1]) : memory_order{};
        s.cache_read("b", order[pick(0, 2)], layout);
      }
      if (pick(0, 2) == 0) s.cache_read("a", order[pick(0, 2)]);
      s.tensorize(order[3], code);
    };
    auto const p = scheduled(before, apply);
    CAPTURE(run, std::string(p.fault.text.view()), show(p));
    if (p.fault.text.view().find("the tile of cache_write") != std::string_view::npos) continue;
    REQUIRE(p.fault.ok());
    auto lowered = p;
    pass::lower(lowered, 32);
    CAPTURE(show(lowered));
    require_same(before, lowered, true);
    called += calls_of(lowered) > 0 ? 1 : 0;
  }
  REQUIRE(called >= 40);
}

}  // namespace ashlar::tests
