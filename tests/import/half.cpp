// SPDX-License-Identifier: Apache-2.0
//
// Models in f16 and bf16, with weights and an input of 4 bits, beside ONNX Runtime's outputs: by
// the interpreter of graphs, which rounds after each operator, and compiled, where a chain of
// element-wise operators is rounded once, at its end.
#include "support.hpp"

#include <ashlar/runtime/weights_file.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <tested_bfloat/model.hpp>
#include <tested_half/model.hpp>

#include <cmath>

namespace {

using ashlar::bfloat16;
using ashlar::dtype;
using ashlar::float16;
using ashlar::int4x2;

auto recorded(std::string const& name) -> std::string {
  return support::read_file(support::source_file("tests/import/models/" + name));
}
auto imported(std::string const& name) -> support::imp::imported {
  return support::import_bytes(recorded(name + ".onnx"));
}

/// The largest difference, relative to 1 and what is expected.
template <class T, class U>
auto worst(std::vector<T> const& found, std::vector<U> const& expected) {
  REQUIRE(found.size() == expected.size());
  double most = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    double const wanted = expected[i];
    most = std::fmax(most, std::fabs(found[i] - wanted) / (1 + std::fabs(wanted)));
  }
  return most;
}

TEST_CASE("a network in f16", "[import][model]") {
  auto const expected = support::elements<float16>(recorded("half.output"));
  auto const found = support::run(imported("half"), {recorded("half.x")});
  CHECK(worst(support::elements<float16>(found[0]), expected) < 0.001);

  using model = tested_half::model;
  static_assert(model::input_view<0>::type.dt == dtype::f16);
  auto const file =
      ashlar::runtime::weights_file::open(ASHLAR_HALF_WEIGHTS, tested_half::definition::weights);
  REQUIRE(file);
  model const m(file->view());
  auto x = support::elements<float16>(recorded("half.x"));
  std::vector<float16> y(10);
  support::aligned at(model::workspace_bytes);
  REQUIRE(m.run({at.at(), model::workspace_bytes}, model::output_view<0>(y.data()),
                model::input_view<0>(x.data())));
  CHECK(worst(y, expected) < 0.001);
}

TEST_CASE("products in bf16 of weights of 4 bits", "[import][model]") {
  auto const expected = support::elements<float>(recorded("bfloat.output"));
  auto const found = support::run(imported("bfloat"), {recorded("bfloat.x"), recorded("bfloat.q")});
  CHECK(worst(support::elements<float>(found[0]), expected) < 0.001);

  using model = tested_bfloat::model;
  static_assert(model::input_view<0>::type.dt == dtype::bf16);
  static_assert(model::input_view<1>::type.dt == dtype::i4);
  auto const file = ashlar::runtime::weights_file::open(ASHLAR_BFLOAT_WEIGHTS,
                                                        tested_bfloat::definition::weights);
  REQUIRE(file);
  model const m(file->view());
  auto x = support::elements<bfloat16>(recorded("bfloat.x"));
  auto q = support::elements<int4x2>(recorded("bfloat.q"));
  REQUIRE(q.size() == 8);
  std::vector<float> y(30);
  support::aligned at(model::workspace_bytes);
  REQUIRE(m.run({at.at(), model::workspace_bytes}, model::output_view<0>(y.data()),
                model::input_view<0>(x.data()), model::input_view<1>(q.data())));
  CHECK(worst(y, expected) < 0.01);
}

/// A model that gives its only initialiser back.
auto constant_model(onnx::TensorProto const& value) -> onnx::ModelProto {
  onnx::ModelProto m;
  m.set_ir_version(10);
  m.add_opset_import()->set_version(21);
  auto& g = *m.mutable_graph();
  *g.add_initializer() = value;
  auto& cast = *g.add_node();
  cast.set_op_type("Cast");
  cast.add_input(value.name());
  cast.add_output("y");
  auto& to = *cast.add_attribute();
  to.set_name("to");
  to.set_type(onnx::AttributeProto::INT);
  to.set_i(onnx::TensorProto::FLOAT);
  g.add_output()->set_name("y");
  return m;
}
auto initialiser(int type, std::int64_t count) -> onnx::TensorProto {
  onnx::TensorProto t;
  t.set_name("w");
  t.set_data_type(type);
  t.add_dims(count);
  return t;
}
auto values_of(onnx::TensorProto const& t) -> std::vector<float> {
  return support::elements<float>(
      support::run(support::imp::import_model(constant_model(t), {}), {})[0]);
}

TEST_CASE("raw and typed data of few bits are the same", "[import]") {
  for (bool const is_raw : {false, true}) {
    auto four = initialiser(onnx::TensorProto::INT4, 5);  // odd: half of the last byte is padding
    auto unsigned_four = initialiser(onnx::TensorProto::UINT4, 3);
    auto half = initialiser(onnx::TensorProto::FLOAT16, 2);
    auto bfloat = initialiser(onnx::TensorProto::BFLOAT16, 2);
    if (is_raw) {
      four.set_raw_data(std::string("\x78\xf1\x03", 3));
      unsigned_four.set_raw_data(std::string("\x78\xff", 2));
      half.set_raw_data(std::string("\x00\x3c\xff\x7b", 4));
      bfloat.set_raw_data(std::string("\x80\x3f\x49\xc0", 4));
    } else {
      for (int const byte : {0x78, 0xf1, 0x03}) four.add_int32_data(byte);
      for (int const byte : {0x78, 0xff}) unsigned_four.add_int32_data(byte);
      for (int const bits : {0x3c00, 0x7bff}) half.add_int32_data(bits);
      for (int const bits : {0x3f80, 0xc049}) bfloat.add_int32_data(bits);
    }
    CHECK(values_of(four) == std::vector<float>{-8, 7, 1, -1, 3});
    CHECK(values_of(unsigned_four) == std::vector<float>{8, 7, 15});
    CHECK(values_of(half) == std::vector<float>{1, 65504});
    CHECK(values_of(bfloat) == std::vector<float>{1, -3.140625F});
  }
}

TEST_CASE("4 bits are read only, and their bytes are counted", "[import]") {
  auto const refused = [](onnx::ModelProto const& m) {
    try {
      support::imp::import_model(m, {});
    } catch (support::imp::failure const& f) {
      return f.number;
    }
    return 0;
  };
  auto short_one = initialiser(onnx::TensorProto::INT4, 5);
  short_one.set_raw_data(std::string("\x78\xf1", 2));
  CHECK(refused(constant_model(short_one)) == static_cast<int>(support::imp::code::tensor_data));
  auto to_four = constant_model(initialiser(onnx::TensorProto::FLOAT, 0));
  to_four.mutable_graph()->mutable_node(0)->mutable_attribute(0)->set_i(onnx::TensorProto::INT4);
  CHECK(refused(to_four) == static_cast<int>(support::imp::code::element_type));
  auto sum = constant_model(initialiser(onnx::TensorProto::UINT4, 0));
  sum.mutable_graph()->mutable_node(0)->set_op_type("Neg");
  sum.mutable_graph()->mutable_node(0)->clear_attribute();
  CHECK(refused(sum) == static_cast<int>(ashlar::graph::rule::element_type));
}

}  // namespace
