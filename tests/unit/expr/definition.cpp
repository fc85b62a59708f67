// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

TEST_CASE("a local stage is read after its definition", "[expr][definition]") {
  auto const early = [](auto y, auto x) {
    local m("m");
    y(i) = x(i) + m(i);
    m(i) = x(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(early), code::undefined_tensor, "m is read before",
             "m(...) = ... first"));
  auto const itself = [](auto y, auto x) {
    local m("m");
    m(i) = m(i) + x(i);
    y(i) = m(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(itself), code::undefined_tensor, "m is read before"));
}

TEST_CASE("an output is read after its definition, or where it is written", "[expr][definition]") {
  auto const in_place = [](auto y, auto x) { y(i, j) += sum(k, x(i, k) * x(k, j)); };
  auto const p = program_of<f32<4, 4>, f32<4, 4>>(in_place);
  CHECK(p.fault.ok());
  CHECK(tir::verify(p).ok());
  auto const shifted = [](auto y, auto x) { y(i) = x(i) + zero(y)(i - 1); };
  CHECK(says(fault_of<f32<4>, f32<4>>(shifted), code::undefined_tensor, "arg0", "another operand"));
  auto const transposed = [](auto y) { y(i, j) = y(j, i); };
  CHECK(says(fault_of<f32<4, 4>>(transposed), code::undefined_tensor, "arg0"));
  auto const reduced = [](auto y, auto x) { y(i) = sum(k, x(i, k) * y(i)); };
  CHECK(fault_of<f32<4>, f32<4, 4>>(reduced).id == code::undefined_tensor);
  auto const normalised = [](auto y) { y(i) = y(i) / sum(k, y(k)); };
  CHECK(fault_of<f32<4>>(normalised).id == code::undefined_tensor);
  auto const later = [](auto y, auto z) {
    local m("m");
    m(i) = z(i) + 1;
    z(i) = m(i);
    y(i) = m(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(later), code::undefined_tensor, "arg1",
             "in the definition of m"));
  auto const after = [](auto y, auto z, auto x) {
    z(i) = x(i) + 1;
    y(i) = z(i) + clamp(z)(i - 1);
  };
  CHECK(fault_of<f32<4>, f32<4>, f32<4>>(after).ok());
}

TEST_CASE("a tensor has one definition", "[expr][definition]") {
  auto const twice = [](auto y, auto x) {
    y(i) = x(i);
    y(i) = x(i) + 1;
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(twice), code::redefined_tensor, "arg0 is defined twice"));
  auto const local_twice = [](auto y, auto x) {
    local m("m");
    m(i) = x(i);
    m(i) = x(i) + 1;
    y(i) = m(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(local_twice), code::redefined_tensor, "m is defined twice"));
  auto const same_name = [](auto y, auto x) {
    local m("m");
    local n("m");
    m(i) = x(i);
    n(i) = m(i);
    y(i) = n(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(same_name), code::duplicate_name, "called m"));
}

TEST_CASE("the first operand is defined", "[expr][definition]") {
  auto const nothing = [](auto, auto) {};
  CHECK(
      says(fault_of<f32<4>, f32<4>>(nothing), code::missing_output, "arg0", "outputs come first"));
  auto const only_local = [](auto, auto x) {
    local m("m");
    m(i) = x(i);
  };
  CHECK(fault_of<f32<4>, f32<4>>(only_local).id == code::missing_output);
}

TEST_CASE("an access has one index for each dimension", "[expr][definition]") {
  auto const few = [](auto y, auto x) { y(i) = x(i); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(few), code::rank_mismatch, "arg1 has 2 dimensions",
             "1 indices"));
  auto const none = [](auto y, auto x) { y(i) = x() + 1; };
  CHECK(fault_of<f32<4>, f32<4>>(none).id == code::rank_mismatch);
  auto const by_name = [](auto y, auto x) { y(i) = x + 1; };
  CHECK(fault_of<f32<4>, f32<4>>(by_name).id == code::rank_mismatch);
  auto const left = [](auto y, auto x) { y(i, j) = x(i); };
  CHECK(says(fault_of<f32<4>, f32<4>>(left), code::rank_mismatch, "arg0 has 1"));
  auto const nine = [](auto y, auto x) { y(i) = x(i, i, i, i, i, i, i, i, i); };
  CHECK(says(fault_of<f32<4>, f32<4>>(nine), code::rank_mismatch, "9 indices"));
}

TEST_CASE("a local stage has at most eight dimensions", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) {
    local m("m");
    axis<"a", 1> a;
    axis<"b", 1> b;
    axis<"c", 1> c;
    axis<"d", 1> d;
    axis<"e", 1> e;
    axis<"f", 1> f;
    axis<"g", 1> g;
    m(a, b, c, d, e, f, g, i, j) = x(i);
    y(i) = x(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(kernel), code::bad_rank, "m has 9 dimensions", "8"));
}

TEST_CASE("the left side is indexed by axes, each once", "[expr][definition]") {
  auto const offset = [](auto y, auto x) { y(i + 1) = x(i); };
  CHECK(says(fault_of<f32<4>, f32<4>>(offset), code::bad_left_side, "index 0 of arg0"));
  auto const number = [](auto y, auto x) { y(i, 2) = x(i); };
  CHECK(says(fault_of<f32<4, 4>, f32<4>>(number), code::bad_left_side, "index 1 of arg0"));
  auto const data = [](auto y, auto x, auto n) { y(n(i)) = x(i); };
  CHECK(fault_of<f32<4>, f32<4>, i32<4>>(data).id == code::bad_left_side);
  auto const diagonal = [](auto y, auto x) { y(i, i) = x(i); };
  CHECK(says(fault_of<f32<4, 4>, f32<4>>(diagonal), code::bad_axis_use, "axis i", "twice"));
}

TEST_CASE("an axis is free or reduced", "[expr][definition]") {
  auto const missing = [](auto y, auto x) { y(i) = x(i, j); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(missing), code::bad_axis_use, "axis j", "arg0",
             "ash::sum(j"));
  auto const both = [](auto y, auto x) { y(i, k) = sum(k, x(i, k)); };
  CHECK(says(fault_of<f32<4, 4>, f32<4, 4>>(both), code::bad_axis_use, "axis k", "left of arg0",
             "another axis"));
  auto const half = [](auto y, auto x) { y(i) = sum(k, x(i, k)) + x(i, k); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(half), code::bad_axis_use, "axis k"));
}

TEST_CASE("a definition has the element type of its tensor", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) { y(i) = x(i); };
  CHECK(says(fault_of<f32<4>, i32<4>>(kernel), code::mixed_types, "arg0 is f32", "i32 arg1",
             "ash::cast"));
  auto const filled = [](auto y) { y(i) = 7; };
  CHECK(fault_of<i32<4>>(filled).ok());
  CHECK(fault_of<f64<4>>(filled).ok());
  CHECK(says(fault_of<truth<4>>(filled), code::mixed_types, "7", "bool"));
}

TEST_CASE("a const operand is not written", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) { y(i) = x(i); };
  CHECK(says(fault_of<const_f32<4>, f32<4>>(kernel), code::write_to_input, "arg0 is const"));
}

TEST_CASE("nothing happens after the first fault", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) {
    y(i) = x(i, j);
    y(i, i) = sqrt(x(i)) / 0 + sum(x(i));
  };
  auto const p = program_of<f32<4>, f32<4>>(kernel);
  CHECK(p.fault.id == code::rank_mismatch);
  CHECK(p.stages.empty());
  CHECK(p.buffers.empty());
}

TEST_CASE("a local stage that is a number is that number", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) {
    local m("m");
    m(i) = 3;
    y(i) = x(i) + m(i);
  };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) + 3\n");
}

TEST_CASE("a local stage without a name gets one", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) {
    local a;
    local b;
    a(i) = x(i) + 1;
    b(i) = a(i) * 2;
    y(i) = b(i);
  };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) ==
        "local0(i) = arg1(i) + 1\nlocal1(i) = local0(i) * 2\narg0(i) = local1(i)\n");
}

TEST_CASE("a kept access is a value, and the name of others", "[expr][definition]") {
  auto const kernel = [](auto y, auto x) {
    auto all = x(i, 0);
    for (int at = 1; at < 3; ++at) all = all + x(i, at);
    all = all * 2;
    y(i) = all;
  };
  CHECK(definitions(program_of<f32<4>, f32<4, 3>>(kernel)) ==
        "arg0(i) = (arg1(i, 0) + arg1(i, 1) + arg1(i, 2)) * 2\n");
}

}  // namespace
}  // namespace ashlar::tests
