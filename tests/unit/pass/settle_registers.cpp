// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <support/intrinsics.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto local_named(program const& p, std::string_view name) -> buffer {
  for (auto const& b : p.buffers) {
    if (b.name.view() == name) return b;
  }
  return {};
}

template <class Schedule> auto accumulator(program const& p, Schedule const& apply) -> buffer {
  auto const now = after(scheduled(p, apply), "settle registers", 64);
  require_valid(now, true);
  return local_named(now, "y.acc");
}

}  // namespace

TEST_CASE("a tile of unrolled rows and vectors is registers, one vector each",
          "[pass][settle_registers]") {
  auto const t = accumulator(product(8, 64, 4), [](schedule& s) {
    auto const [io, ii] = s.split("i", 4);
    auto const [jo, ji] = s.split("j", 32);
    s.reorder(io, jo, "k", ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
  });
  REQUIRE(t.where == scope::registers);
  REQUIRE(t.lanes == 16);
  REQUIRE(t.rank == 3);
}

TEST_CASE("a scalar accumulator is a register", "[pass][settle_registers]") {
  auto const t = accumulator(product(8, 8, 4), [](schedule&) {});
  REQUIRE(t.where == scope::registers);
  REQUIRE(t.lanes == 1);
  REQUIRE(t.rank == 0);
}

TEST_CASE("a tile that a serial loop indexes is on the stack", "[pass][settle_registers]") {
  program const p = scheduled(product(8, 8, 8), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 4);
    s.reorder("i", ko, "j", ki);
    s.cache_write(ko);
  });
  auto const now = after(p, "settle registers");
  require_same(p, now, true);
  REQUIRE(local_named(now, "y.acc").where == scope::stack);
}

TEST_CASE("what the iterations of a parallel loop share is on the stack",
          "[pass][settle_registers]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {8});
  auto const x = b.operand("x", dtype::f32, {8});
  auto const shared = b.local("shared", dtype::f32, {}, scope::registers);
  auto const own = b.local("own", dtype::f32, {}, scope::registers);
  auto const i = b.loop_axis("i", constant(8), loop_kind::parallel);
  auto const keep = b.store(b.place(own, {}), b.load(x, {b.at(i)}));
  auto const sum = b.make(opcode::add, b.load(own, {}), b.load(shared, {}));
  auto const put = b.store(b.place(y, {b.at(i)}), sum);
  auto const loop = b.loop(i, {b.allocate(own, {keep, put})});
  auto const first = b.store(b.place(shared, {}), b.load(x, {constant(0)}));
  b.p.root = b.allocate(shared, {first, loop});
  pass::settle_registers(b.p);
  REQUIRE(b.p.buffers[own].where == scope::registers);
  REQUIRE(b.p.buffers[shared].where == scope::stack);
}

TEST_CASE("what an index is loaded from is on the stack", "[pass][settle_registers]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {});
  auto const x = b.operand("x", dtype::f32, {8});
  auto const at = b.local("at", dtype::i64, {}, scope::registers);
  auto const put = b.store(b.place(at, {}), b.number(dtype::i64, 5));
  auto const get = b.load(x, {loaded(b.p, b.load(at, {}))}, 1);
  b.p.root = b.allocate(at, {put, b.store(b.place(y, {}), get)});
  pass::settle_registers(b.p);
  REQUIRE(b.p.buffers[at].where == scope::stack);
  require_valid(b.p, true);
}

// y(j) = row[index(j)] for 8 lanes j, where the lanes of `row` are in registers; whether they stay.
template <class Index> auto stays_in_registers(Index const& index) -> bool {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {8});
  auto const x = b.operand("x", dtype::f32, {8});
  auto const at = b.operand("at", dtype::i64, {8});
  auto const row = b.local("row", dtype::f32, {constant(8)}, scope::registers);
  auto const j = b.loop_axis("j", constant(8), loop_kind::vectorized);
  auto const keep = b.store(b.place(row, {b.at(j)}), b.load(x, {b.at(j)}));
  auto const found = b.load(row, {index(b, at, b.at(j))}, 1);
  auto const put = b.store(b.place(y, {b.at(j)}), found);
  b.p.root = b.allocate(row, {b.loop(j, {keep}), b.loop(j, {put})});
  pass::settle_registers(b.p);
  require_valid(b.p, true);
  return b.p.buffers[row].where == scope::registers;
}

TEST_CASE("lanes that are read in other lanes are on the stack", "[pass][settle_registers]") {
  using builder = program_builder;
  CHECK(stays_in_registers([](builder&, handle, affine const& j) { return j; }));
  CHECK_FALSE(stays_in_registers([](builder&, handle, affine const& j) { return j + 1; }));
  CHECK_FALSE(stays_in_registers([](builder&, handle, affine const& j) { return j * 2; }));
}

TEST_CASE("a tile that data index is on the stack", "[pass][settle_registers]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {});
  auto const at = b.operand("at", dtype::i64, {});
  auto const pair = b.local("pair", dtype::f32, {constant(2)}, scope::registers);
  auto const first = b.store(b.place(pair, {constant(0)}), b.number(dtype::f32, 3));
  auto const second = b.store(b.place(pair, {constant(1)}), b.number(dtype::f32, 4));
  auto const found = b.load(pair, {loaded(b.p, b.load(at, {}))}, 1);
  b.p.root = b.allocate(pair, {first, second, b.store(b.place(y, {}), found)});
  pass::settle_registers(b.p);
  require_valid(b.p, true);
  REQUIRE(b.p.buffers[pair].where == scope::stack);
}

TEST_CASE("settling twice is settling once", "[pass][settle_registers]") {
  program p = after(product(8, 8, 8), "settle registers");
  program const once = p;
  pass::settle_registers(p);
  REQUIRE(p == once);
}

TEST_CASE("running values of an intrinsic that takes them as a vector are registers",
          "[pass][settle_registers]") {
  auto const packed =
      intrinsic_tests::program_of<float[4][64], float const[4][4], float const[4][64]>(
          intrinsic_tests::matmul);
  auto const in_lanes = [](schedule& s) {
    auto const [jo, ji] = s.split("j", 16);
    s.reorder("i", jo, "k", ji);
    s.tensorize(ji, intrin<intrinsic_tests::scaled_lanes>);
  };
  auto const t = accumulator(packed, in_lanes);
  REQUIRE(t.where == scope::registers);
  REQUIRE(t.lanes == 16);
  auto const by_address = [](schedule& s) {
    auto const [jo, ji] = s.split("j", 16);
    s.reorder("i", jo, "k", ji);
    s.cache_write("k");
    s.tensorize(ji, intrin<intrinsic_tests::block_row>);
  };
  REQUIRE(accumulator(packed, by_address).where == scope::stack);
}
