// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

/// y(i, j) = x(j, i) + z(j, i), where z is left out if it has no type.
auto transpose(index_t m, index_t n, dtype type = dtype::f32, bool adds = false) -> program {
  program_builder b{};
  auto const y = b.output("y", type, {m, n});
  auto const x = b.operand("x", type, {n, m});
  auto const z = adds ? b.operand("z", type, {n, m}) : handle{-1};
  for (handle const in : {x, z}) {
    if (in < 0) continue;
    b.p.buffers[in].stride[1] = 1;
    b.p.buffers[in].shape[0] = b.p.buffers[y].shape[1];
    b.p.buffers[in].shape[1] = b.p.buffers[y].shape[0];
  }
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  auto const first = b.load(x, {b.at(j), b.at(i)});
  b.stage(y, {i, j}, adds ? b.make(opcode::add, first, b.load(z, {b.at(j), b.at(i)})) : first);
  return b.p;
}

struct blocked {
  index_t rows, lanes;
  void operator()(schedule& s) const {
    auto const [io, ii] = s.split("i", rows, tail::cut);
    auto const [jo, ji] = s.split("j", lanes, tail::cut);
    s.reorder(io, jo, ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
  }
};

auto tiles(program const& p) -> int {
  int n = 0;
  for (auto const& b : p.buffers) n += b.where == scope::registers && b.rank > 0 ? 1 : 0;
  return n;
}

auto tiles_after(program const& before, auto const& apply) -> int {
  auto const p = scheduled(before, apply);
  REQUIRE(p.fault.ok());
  auto const nest = after(p, "settle registers");
  require_same(before, nest, true);
  return tiles(nest);
}

}  // namespace

TEST_CASE("columns are loaded as rows, in full blocks", "[pass][transpose_loads][golden]") {
  auto const before = transpose(-1, 16);
  auto const p = scheduled(before, blocked{4, 8});
  auto const nest = after(p, "settle registers");
  auto const text = show(nest);
  REQUIRE(text == golden("pass/transpose_loads/blocks.tir", text));
  require_same(before, nest, true);
}

TEST_CASE("each load has a tile while there are registers", "[pass][transpose_loads]") {
  REQUIRE(tiles_after(transpose(8, 8, dtype::f32, true), blocked{4, 8}) == 2);
  REQUIRE(tiles_after(transpose(8, 8, dtype::f32, true), blocked{8, 8}) == 2);
  REQUIRE(tiles_after(transpose(16, 8, dtype::f32, true), blocked{16, 8}) == 1);
  REQUIRE(tiles_after(transpose(32, 8), blocked{32, 8}) == 0);
}

TEST_CASE("a row is 16 bytes", "[pass][transpose_loads]") {
  REQUIRE(tiles_after(transpose(8, 8), blocked{2, 8}) == 0);
  REQUIRE(tiles_after(transpose(8, 8, dtype::f64), blocked{2, 4}) == 1);
  REQUIRE(tiles_after(transpose(16, 32, dtype::u8), blocked{16, 32}) == 1);
  REQUIRE(tiles_after(transpose(16, 32, dtype::u8), blocked{8, 32}) == 0);
  REQUIRE(tiles_after(transpose(8, 8), blocked{4, 2}) == 0);
}

TEST_CASE("vectors that were split are blocks, too", "[pass][transpose_loads]") {
  REQUIRE(tiles_after(transpose(8, 32), blocked{4, 32}) == 1);
}

TEST_CASE("only full blocks without a guard are turned", "[pass][transpose_loads]") {
  REQUIRE(tiles_after(transpose(7, 8), blocked{4, 8}) == 1);
  REQUIRE(tiles_after(transpose(8, 8), [](schedule& s) {
            s.unroll("i", 4, tail::guard);
            s.reorder("io", "ii", "j");
            s.vectorize("j");
          }) == 1);
  REQUIRE(tiles_after(transpose(7, 8), [](schedule& s) {
            auto const [io, ii] = s.split("i", 4, tail::guard);
            s.unroll(ii);
            s.vectorize("j");
          }) == 0);
}

TEST_CASE("elements of a row that lie apart are gathered", "[pass][transpose_loads]") {
  auto p = transpose(8, 8);
  p.buffers[1].stride[1] = 2;
  REQUIRE(tiles_after(p, blocked{4, 8}) == 0);
}

TEST_CASE("rows of the output are not columns", "[pass][transpose_loads]") {
  // Lanes along x's row, and not along its column.
  REQUIRE(tiles_after(transpose(8, 8), [](schedule& s) {
            s.reorder("j", "i");
            s.unroll("j");
            s.vectorize("i");
          }) == 0);
}
