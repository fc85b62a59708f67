// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/interpret.hpp>
#include <catch2/catch_test_macros.hpp>
#include <support/programs.hpp>

#include <array>
#include <cmath>

namespace ashlar::tests {
namespace {

constexpr auto f32 = dtype::f32;

struct dense_operands {
  std::vector<array> all{};

  constexpr dense_operands(index_t m, index_t n, index_t k) {
    all.emplace_back(f32, dimensions{m, n});
    all.emplace_back(f32, dimensions{m, k});
    all.emplace_back(f32, dimensions{k, n});
    all.emplace_back(f32, dimensions{n});
    int v = 3;
    for (std::size_t a = 1; a < 4; ++a) {
      for (scalar& s : all[a].items) {
        v = (v * 7 + 5) % 17;
        s = to_scalar(static_cast<float>(v - 8));
      }
    }
  }
  constexpr auto at(std::size_t a, index_t row, index_t column) const -> float {
    return get<float>(all[a].load(row * all[a].dims.stride[0] + column));
  }
};

// The definition once more, in plain loops: small integers, so that every order is exact.
auto reference(dense_operands const& o) -> std::vector<float> {
  auto const& x = o.all[1].dims.extent;
  auto const& w = o.all[2].dims.extent;
  std::vector<float> y;
  for (index_t i = 0; i < x[0]; ++i) {
    for (index_t j = 0; j < w[1]; ++j) {
      float sum = get<float>(o.all[3].load(j));
      for (index_t k = 0; k < x[1]; ++k) sum += o.at(1, i, k) * o.at(2, k, j);
      y.push_back(sum > 0 ? sum : 0);
    }
  }
  return y;
}

auto values(array const& a) -> std::vector<float> {
  std::vector<float> v;
  for (scalar const& s : a.items) v.push_back(get<float>(s));
  return v;
}

TEST_CASE("stages run straight from the definition", "[tir][interpret]") {
  dense_operands o(5, 7, 3);
  auto const p = dense(-1, -1, -1);
  CHECK(interpret(p, o.all).ok());
  CHECK(values(o.all[0]) == reference(o));
}

TEST_CASE("an empty reduction gives the identity", "[tir][interpret]") {
  dense_operands o(2, 3, 0);
  CHECK(interpret(dense(-1, -1, -1), o.all).ok());
  CHECK(values(o.all[0]) == reference(o));
}

TEST_CASE("a lowered nest computes what its stages say", "[tir][interpret]") {
  for (index_t const m : {0, 1, 3, 4, 9}) {
    dense_operands o(m, 16, 5);
    oracles watch(0, 1);
    auto const found = interpret(lowered_dense(5), o.all, watch);
    CHECK(name_of(found.kind) == "none");
    CHECK(values(o.all[0]) == reference(o));
  }
}

constexpr auto dense_in_constant_evaluation() -> std::array<float, 6> {
  dense_operands o(2, 3, 2);
  if (!interpret(dense(2, 3, 2), o.all).ok()) return {};
  std::array<float, 6> r{};
  for (std::size_t i = 0; i < 6; ++i) r[i] = get<float>(o.all[0].items[i]);
  return r;
}

TEST_CASE("constant evaluation and run time agree", "[tir][interpret]") {
  constexpr auto constant = dense_in_constant_evaluation();
  CHECK(constant == dense_in_constant_evaluation());
  dense_operands const o(2, 3, 2);
  CHECK(std::vector<float>(constant.begin(), constant.end()) == reference(o));
}

constexpr auto lowered_in_constant_evaluation() -> float {
  dense_operands o(3, 16, 2);
  oracles watch{};
  return interpret(lowered_dense(2), o.all, watch).ok() ? o.at(0, 2, 15) : -1;
}

TEST_CASE("a lowered nest runs in constant evaluation, watched", "[tir][interpret]") {
  constexpr float corner = lowered_in_constant_evaluation();
  dense_operands const o(3, 16, 2);
  CHECK(corner == reference(o).back());
}

TEST_CASE("raw memory with strides is an operand, too", "[tir][interpret]") {
  dense_operands o(3, 4, 2);
  // x transposed in memory, y in every second column.
  std::vector<float> x(6);
  std::vector<float> y(24, -1);
  for (index_t i = 0; i < 3; ++i) {
    for (index_t k = 0; k < 2; ++k) x[static_cast<std::size_t>(k * 3 + i)] = o.at(1, i, k);
  }
  auto w = values(o.all[2]);
  auto b = values(o.all[3]);
  dimensions transposed{3, 2};
  transposed.stride[0] = 1;
  transposed.stride[1] = 3;
  dimensions spaced{3, 4};
  spaced.stride[0] = 8;
  spaced.stride[1] = 2;
  raw_array all[] = {
      {y.data(), spaced}, {x.data(), transposed}, {w.data(), {2, 4}}, {b.data(), {4}}};
  CHECK(interpret(dense(-1, -1, -1), all).ok());
  auto const expected = reference(o);
  for (std::size_t n = 0; n < 12; ++n) {
    CHECK(y[2 * n] == expected[n]);
    CHECK(y[2 * n + 1] == -1);
  }
}

TEST_CASE("a reduction over pairs combines both components of the old pair", "[tir][interpret]") {
  array all[] = {
      array(dtype::i64, {3}),
      array(f32, {3, 4}, {1.F, 5.F, 5.F, 2.F, -1.F, -2.F, -3.F, -4.F, 0.F, 0.F, 1.F, 7.F})};
  CHECK(interpret(arg_max(3, 4), all).ok());
  CHECK(value_of<int>(all[0].load(0)) == 1);
  CHECK(value_of<int>(all[0].load(1)) == 0);
  CHECK(value_of<int>(all[0].load(2)) == 3);
}

TEST_CASE("a checked load outside gives 0, and memory is not read", "[tir][interpret]") {
  array all[] = {array(f32, {4}), array(f32, {4}, {1.F, 10.F, 100.F, 1000.F})};
  oracles watch{};
  CHECK(interpret(stencil(4), all, watch).ok());
  CHECK(values(all[0]) == std::vector<float>{11, 111, 1110, 1100});
}

TEST_CASE("a fallback is evaluated only outside", "[tir][interpret]") {
  program_builder b{};
  auto const y = b.output("y", f32, {4});
  auto const x = b.operand("x", f32, {2});
  auto const e = b.operand("e", f32, {4});
  auto const i = b.axis("i", constant(4));
  // e(i - 2) would be out of bounds wherever x(i) is inside.
  b.stage(y, {i}, b.load(x, {b.at(i)}, 1, b.load(e, {b.at(i) - 2})));
  array all[] = {array(f32, {4}), array(f32, {2}, {1.F, 2.F}),
                 array(f32, {4}, {3.F, 4.F, 5.F, 6.F})};
  oracles watch{};
  CHECK(interpret(b.p, all, watch).ok());
  CHECK(values(all[0]) == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("a loaded index gathers", "[tir][interpret]") {
  program_builder b{};
  auto const y = b.output("y", f32, {3});
  auto const x = b.operand("x", f32, {4});
  auto const at = b.operand("at", dtype::i32, {3});
  auto const i = b.axis("i", constant(3));
  auto const which = b.load(at, {b.at(i)});
  b.stage(y, {i}, b.load(x, {multiple(intern(b.p, atom_kind::loaded, which))}));
  array all[] = {array(f32, {3}), array(f32, {4}, {1.F, 2.F, 3.F, 4.F}),
                 array(dtype::i32, {3}, {3, 0, 3})};
  CHECK(interpret(b.p, all).ok());
  CHECK(values(all[0]) == std::vector<float>{4, 1, 4});
}

TEST_CASE("lanes are folded half on half", "[tir][interpret]") {
  program_builder b{};
  auto const y = b.output("y", f32, {1});
  auto const x = b.operand("x", f32, {4});
  auto const v = b.loop_axis("v", constant(4), loop_kind::vectorized);
  auto const sum = b.p.add(expr{.op = opcode::reduce_lanes,
                                .type = f32,
                                .a = b.load(x, {b.at(v)}),
                                .b = v,
                                .c = 4,
                                .bits = static_cast<std::int64_t>(opcode::sub)});
  b.p.root = b.store(b.place(y, {constant(0)}), sum);
  array all[] = {array(f32, {1}), array(f32, {4}, {100.F, 20.F, 3.F, 0.5F})};
  CHECK(interpret(b.p, all).ok());
  CHECK(values(all[0]) == std::vector<float>{(100 - 3) - (20 - 0.5F)});
}

TEST_CASE("a layout moves elements and loses none", "[tir][interpret]") {
  program_builder b{};
  auto const y = b.output("y", f32, {3, 5});
  auto const x = b.operand("x", f32, {3, 5});
  auto const t = b.local("t", f32, {constant(3), constant(5)});
  auto& layout = b.p.buffers[t].layout;
  layout.push_back(layout_dim{.dim = 1, .block = 2});
  layout.push_back(layout_dim{.dim = 0});
  layout.push_back(layout_dim{.dim = 1, .inner = true, .block = 2});
  for (bool const first : {true, false}) {
    auto const i = b.axis("i", constant(3));
    auto const j = b.axis("j", constant(5));
    b.stage(first ? t : y, {i, j}, b.load(first ? x : t, {b.at(i), b.at(j)}));
  }
  array all[] = {array(f32, {3, 5}), array(f32, {3, 5})};
  for (std::size_t n = 0; n < 15; ++n) all[1].items[n] = to_scalar(static_cast<float>(n));
  oracles watch(2, 1);
  CHECK(interpret(b.p, all, watch).ok());
  CHECK(all[0] == all[1]);
}

TEST_CASE("a user functor is called by its key", "[tir][interpret]") {
  program_builder b{};
  auto const y = b.output("y", f32, {2});
  auto const x = b.operand("x", f32, {2});
  auto const i = b.axis("i", constant(2));
  auto const called = b.make(opcode::call, b.load(x, {b.at(i)}));
  b.p.exprs[called].bits = 42;
  b.stage(y, {i}, called);
  array all[] = {array(f32, {2}), array(f32, {2}, {1.F, 2.F})};
  auto const twice = [](std::int64_t key, dtype, scalar a, scalar) {
    return key == 42 ? to_scalar(get<float>(a) * 2) : scalar{};
  };
  no_oracles none{};
  CHECK(interpret(b.p, all, none, twice).ok());
  CHECK(values(all[0]) == std::vector<float>{2, 4});
  CHECK(interpret(b.p, all).kind == violation_kind::unknown_call);
}

TEST_CASE("a shared sub-expression costs one evaluation", "[tir][interpret]") {
  program_builder b{};
  auto const y = b.output("y", f32, {1});
  auto const x = b.operand("x", f32, {1});
  auto const i = b.axis("i", constant(1));
  auto e = b.load(x, {b.at(i)});
  for (int n = 0; n < 60; ++n) e = b.make(opcode::add, e, e);
  b.stage(y, {i}, e);
  array all[] = {array(f32, {1}), array(f32, {1}, {1.F})};
  CHECK(interpret(b.p, all).ok());
  CHECK(get<float>(all[0].load(0)) == 0x1p60F);
}

}  // namespace
}  // namespace ashlar::tests
