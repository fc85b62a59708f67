// SPDX-License-Identifier: Apache-2.0
//
// One model for each way to be refused: the code, and that the message says where.
#include "support.hpp"

#include <google/protobuf/text_format.h>
#include <catch2/catch_test_macros.hpp>

namespace {

using support::imp::failure;

auto parsed(std::string const& text) -> onnx::ModelProto {
  onnx::ModelProto model;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &model));
  return model;
}

auto value(std::string const& name, std::string const& dims, int type = 1) -> std::string {
  std::string shape;
  std::string number;
  for (char const c : dims + ",") {
    if (c != ',') {
      number += c;
      continue;
    }
    bool const symbol = !number.empty() && number[0] >= 'A';
    if (!number.empty()) {
      shape +=
          symbol ? "dim { dim_param: '" + number + "' } " : "dim { dim_value: " + number + " } ";
    }
    number.clear();
  }
  return "{ name: '" + name + "' type { tensor_type { elem_type: " + std::to_string(type) +
         " shape { " + shape + "} } } } ";
}

auto input(std::string const& name, std::string const& dims, int type = 1) -> std::string {
  return "input " + value(name, dims, type);
}

auto model_with(std::string const& graph, int opset = 18) -> onnx::ModelProto {
  return parsed("ir_version: 8 opset_import { version: " + std::to_string(opset) +
                " } opset_import { domain: 'ai.onnx.ml' version: 3 } graph { " + graph + " }");
}

auto node(std::string const& op, std::string const& in, std::string const& attributes = "")
    -> std::string {
  std::string text = "node { op_type: '" + op + "' output: 'y' " + attributes + " ";
  std::string name;
  for (char const c : in + ",") {
    if (c != ',') {
      name += c;
    } else {
      text += "input: '" + name + "' ";
      name.clear();
    }
  }
  return text + "} ";
}

std::string const out_y = "output { name: 'y' } ";

/// The number of the refusal, 0 if the model is imported.
auto refusal(onnx::ModelProto const& model, support::imp::options const& how = {}) -> int {
  try {
    support::imp::import_model(model, how);
    return 0;
  } catch (failure const& f) {
    INFO(f.line());
    CHECK_FALSE(f.where.empty());
    CHECK_FALSE(f.why.empty());
    return f.number;
  }
}

auto refusal(std::string const& graph, int opset = 18) -> int {
  return refusal(model_with(graph + out_y, opset));
}

auto attribute(std::string const& name, std::string const& rest) -> std::string {
  return "attribute { name: '" + name + "' " + rest + " } ";
}

auto integer(std::string const& name, std::string const& v) -> std::string {
  return attribute(name, "type: INT i: " + v);
}

auto list(std::string const& name, std::string const& v) -> std::string {
  return attribute(name, "type: INTS ints: [" + v + "]");
}

auto constant(std::string const& name, std::string const& dims, std::string const& data,
              int type = 7) -> std::string {
  return "initializer { name: '" + name + "' data_type: " + std::to_string(type) + " dims: [" +
         dims + "] " + data + " } ";
}

TEST_CASE("a sound model is imported", "[import][errors]") {
  CHECK(refusal(input("x", "2,3") + node("Relu", "x")) == 0);
}

TEST_CASE("models without a usable frame", "[import][errors]") {
  CHECK(refusal(parsed("ir_version: 8 opset_import { version: 18 }")) == 203);
  CHECK(refusal(parsed("ir_version: 8 graph { }")) == 203);
  CHECK(refusal(model_with("")) == 203);
  CHECK(refusal(parsed("graph { } opset_import { version: 18 }")) == 202);
  for (int const opset : {0, -1, 1, 6, 28, 1000000})
    CHECK(refusal(model_with(out_y, opset)) == 204);
  CHECK(refusal(parsed("ir_version: 8 opset_import { version: 9 } opset_import { version: 10 } "
                       "graph { }")) == 204);
  CHECK(refusal(parsed("ir_version: 8 opset_import { version: 18 } functions { name: 'f' } "
                       "graph { }")) == 217);
  for (char const* bytes :
       {"x", "\x08", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "PK\x03\x04"}) {
    CHECK_THROWS_AS(support::imp::parse_model(bytes), failure);
  }
}

TEST_CASE("files that are no models", "[import][errors]") {
  for (char const* path : {"/dev/zero", "/dev/null", "/", "/does/not/exist"}) {
    try {
      support::imp::read_model(path);
      FAIL(path);
    } catch (failure const& f) {
      CHECK(f.number == 201);
    }
  }
}

TEST_CASE("operators that are not there", "[import][errors]") {
  auto const x = input("x", "2,3");
  CHECK(refusal(x + node("Frobnicate", "x")) == 205);
  CHECK(refusal(x + node("Relu", "x", "domain: 'ai.onnx.ml'")) == 205);
  CHECK(refusal(x + node("If", "x")) == 205);
  CHECK(refusal(x + node("HardSwish", "x"), 13) == 204);
  CHECK(refusal(x + node("Relu", "x,x")) == 210);
  CHECK(refusal(x + node("Add", "x")) == 210);
  CHECK(refusal(x + node("Add", "x,")) == 210);
  CHECK(refusal(x + "node { op_type: 'Relu' input: 'x' }") == 210);
}

TEST_CASE("names", "[import][errors]") {
  auto const x = input("x", "2,3");
  CHECK(refusal(x + node("Relu", "z")) == 211);
  CHECK(refusal(x + node("Relu", "y")) == 211);
  CHECK(refusal(x + node("Relu", "x") + node("Relu", "x")) == 211);
  CHECK(refusal(x + x + node("Relu", "x")) == 211);
  CHECK(refusal(x + node("Relu", "x") + out_y) == 211);
  CHECK(refusal(input("y", "2,3") + node("Relu", "y")) == 211);
  CHECK(refusal(x + "output { name: 'q' }") == 211);
}

TEST_CASE("element types and tensors", "[import][errors]") {
  for (int const type : {0, 8, 14, 17, 23, 999}) {
    CHECK(refusal(input("x", "2", type) + node("Identity", "x")) == 206);
  }
  for (int const type : {21, 22}) {
    CHECK(refusal(input("x", "2", type) + node("Identity", "x")) == 106);
  }
  auto const x = input("x", "2");
  auto const bad = [&](std::string const& dims, std::string const& data, int type = 1) {
    return refusal(x + constant("w", dims, data, type) + node("Identity", "x"));
  };
  CHECK(bad("2", "float_data: [1, 2]") == 0);
  CHECK(bad("2", "float_data: [1]") == 207);
  CHECK(bad("2", "float_data: [1, 2, 3]") == 207);
  CHECK(bad("2", "raw_data: '1234567'") == 207);
  CHECK(bad("2", "raw_data: '123456789'") == 207);
  CHECK(bad("2", "raw_data: '12345678' float_data: 1") == 207);
  CHECK(bad("2", "int64_data: [1, 2]") == 207);
  CHECK(bad("", "") == 207);
  CHECK(bad("0", "") == 0);
  CHECK(bad("-1", "") == 108);
  CHECK(bad("4294967296, 4294967296", "") == 109);
  CHECK(bad("0, 4294967296, 4294967296", "") == 109);
  CHECK(bad("9223372036854775807", "") == 109);
  CHECK(bad("1, 1, 1, 1, 1, 1, 1, 1, 1", "float_data: 1") == 107);
  CHECK(bad("1", "string_data: 'a'", 8) == 206);
  CHECK(bad("1", "segment { begin: 0 end: 1 } float_data: 1") == 207);
}

TEST_CASE("external data stays below the model", "[import][errors]") {
  support::imp::options how;
  how.folder = support::source_file("examples");
  for (char const* path :
       {"../LICENSE", "digits/../../LICENSE", "/etc/passwd", "C:/x", "a\\\\b", "", "digits",
        "missing", ".", "digits//labels.u8", "./digits/labels.u8"}) {
    auto const model = model_with(
        constant("w", "1",
                 std::string("data_location: EXTERNAL external_data { key: 'location' value: '") +
                     path + "' }",
                 2) +
        node("Identity", "w") + out_y);
    INFO(path);
    CHECK(refusal(model, how) == 208);
  }
  auto const with = [&](std::string const& more) {
    return refusal(model_with(constant("w", "4",
                                       "data_location: EXTERNAL external_data { key: 'location' "
                                       "value: 'digits/labels.u8' } " +
                                           more,
                                       2) +
                              node("Identity", "w") + out_y),
                   how);
  };
  auto const entry = [](std::string const& key, std::string const& text) {
    return "external_data { key: '" + key + "' value: '" + text + "' } ";
  };
  CHECK(with("") == 0);
  CHECK(with(entry("offset", "356") + entry("length", "4")) == 0);
  CHECK(with(entry("offset", "357")) == 208);
  CHECK(with(entry("offset", "-1")) == 208);
  CHECK(with(entry("offset", "0x10")) == 208);
  CHECK(with(entry("offset", "9223372036854775807")) == 208);
  CHECK(with(entry("offset", "99999999999999999999")) == 208);
  CHECK(with(entry("length", "5")) == 208);
  CHECK(with("raw_data: '1234'") == 207);
  CHECK(with(entry("location", "digits/labels.u8")) == 208);
}

TEST_CASE("attributes", "[import][errors]") {
  auto const x = input("x", "1,1,4,4");
  CHECK(refusal(x + node("Relu", "x", integer("alpha", "1"))) == 209);
  CHECK(refusal(x + node("Softmax", "x", integer("axis", "1") + integer("axis", "1"))) == 209);
  CHECK(refusal(x + node("Softmax", "x", attribute("axis", "type: FLOAT f: 1"))) == 209);
  CHECK(refusal(x + node("Softmax", "x", attribute("axis", "type: INT ref_attr_name: 'a'"))) ==
        209);
  CHECK(refusal(x + node("Softmax", "x", integer("axis", "4"))) == 111);
  CHECK(refusal(x + node("Softmax", "x", integer("axis", "-5"))) == 111);
  CHECK(refusal(x + node("MaxPool", "x")) == 209);
  CHECK(refusal(x + node("Concat", "x,x")) == 209);
  CHECK(refusal(x + node("Constant", "x")) == 210);
  auto const pool = [&](std::string const& more) {
    return refusal(x + node("MaxPool", "x", list("kernel_shape", "2, 2") + more));
  };
  CHECK(pool("") == 0);
  CHECK(pool(list("strides", "1")) == 209);
  CHECK(pool(list("strides", "0, 1")) == 112);
  CHECK(pool(list("strides", "-1, 1")) == 209);
  CHECK(pool(list("dilations", "9, 9")) == 112);
  CHECK(pool(list("pads", "2, 0, 0, 0")) == 112);
  CHECK(pool(list("pads", "-1, 0, 0, 0")) == 209);
  CHECK(pool(list("pads", "1, 1")) == 209);
  CHECK(pool(attribute("auto_pad", "type: STRING s: 'MAYBE'")) == 209);
  CHECK(pool(list("kernel_shape", "2, 2")) == 209);
  CHECK(pool(integer("ceil_mode", "2")) == 209);
}

TEST_CASE("convolutions that do not fit", "[import][errors]") {
  auto const conv = [&](std::string const& w, std::string const& more = "") {
    return refusal(input("x", "1,4,5,5") + input("w", w) + node("Conv", "x,w", more));
  };
  CHECK(conv("2,4,3,3") == 0);
  CHECK(conv("2,3,3,3") == 113);
  CHECK(conv("2,2,3,3", integer("group", "2")) == 0);
  CHECK(conv("3,2,3,3", integer("group", "2")) == 113);
  CHECK(conv("2,2,3,3", integer("group", "0")) == 113);
  CHECK(conv("2,2,3,3", integer("group", "-2")) == 113);
  CHECK(conv("2,4,6,6") == 112);
  CHECK(conv("2,4,0,0") == 112);
  CHECK(conv("2,4,3") == 107);
  CHECK(conv("2,4,3,3", list("kernel_shape", "3, 4")) == 112);
}

TEST_CASE("operands that do not fit", "[import][errors]") {
  auto const two = [](std::string const& op, std::string const& a, std::string const& b,
                      std::string const& more = "") {
    return refusal(input("a", a) + input("b", b) + node(op, "a,b", more));
  };
  CHECK(two("Add", "2,3", "3,1") == 110);
  CHECK(two("MatMul", "2,3", "4,5") == 114);
  CHECK(two("MatMul", "", "4") == 107);
  CHECK(two("Gemm", "2,3", "3", "") == 107);
  CHECK(two("Concat", "2,3", "2,4", integer("axis", "0")) == 108);
  CHECK(two("Concat", "2,3", "2", integer("axis", "0")) == 107);
  CHECK(refusal(input("a", "2") + input("b", "2", 7) + node("Add", "a,b")) == 120);
  CHECK(refusal(input("a", "2", 9) + node("Relu", "a")) == 106);
  CHECK(refusal(input("a", "2", 7) + node("Exp", "a")) == 106);
  CHECK(refusal(input("a", "2,3") + node("Transpose", "a", list("perm", "0, 0"))) == 116);
  CHECK(refusal(input("a", "2,3") + node("Transpose", "a", list("perm", "0, 2"))) == 116);
  CHECK(refusal(input("a", "2,3") + node("Transpose", "a", list("perm", "0"))) == 116);
  CHECK(refusal(input("a", "0,3") + node("ReduceMean", "a")) == 118);
  CHECK(refusal(input("a", "0,3") + node("ArgMax", "a")) == 118);
}

TEST_CASE("shapes given as constants", "[import][errors]") {
  auto const reshape = [](std::string const& dims, std::string const& data,
                          std::string const& more = "") {
    return refusal(input("x", "2,3") + constant("s", dims, "int64_data: [" + data + "]") +
                   node("Reshape", "x,s", more));
  };
  CHECK(reshape("1", "-1") == 0);
  CHECK(reshape("2", "-1, -1") == 210);
  CHECK(reshape("2", "4, -1") == 115);
  CHECK(reshape("1", "7") == 115);
  CHECK(reshape("1", "-2") == 210);
  CHECK(reshape("3", "0, 0, 0") == 210);
  CHECK(reshape("2", "0, -1", integer("allowzero", "1")) == 115);
  CHECK(reshape("2", "9223372036854775807, 9223372036854775807") == 210);
  CHECK(refusal(input("x", "2,3") + input("s", "1", 7) + node("Reshape", "x,s")) == 210);
  auto const gather = [](std::string const& index) {
    return refusal(input("x", "2,3") + constant("s", "1", "int64_data: [" + index + "]") +
                   node("Gather", "x,s"));
  };
  CHECK(gather("-2") == 0);
  CHECK(gather("2") == 117);
  CHECK(gather("-3") == 117);
  auto const slice = [](std::string const& step) {
    return refusal(input("x", "2,3") + constant("a", "1", "int64_data: [-9223372036854775808]") +
                   constant("b", "1", "int64_data: [9223372036854775807]") +
                   constant("c", "1", "int64_data: [0]") +
                   constant("d", "1", "int64_data: [" + step + "]") + node("Slice", "x,a,b,c,d"));
  };
  CHECK(slice("1") == 0);
  CHECK(slice("-9223372036854775808") == 0);
  CHECK(slice("0") == 210);
}

TEST_CASE("limits", "[import][errors]") {
  auto const fill = [](std::string const& dims, std::string const& shape) {
    return refusal(constant("s", dims, "int64_data: [" + shape + "]") +
                   node("ConstantOfShape", "s"));
  };
  CHECK(fill("1", "1000") == 0);
  CHECK(fill("2", "1048576, 1048576") == 109);
  CHECK(fill("1", "1099511627776") == 109);
  CHECK(fill("1", "-1") == 108);
  support::imp::options how;
  how.constant_bytes = 1000;
  auto const model =
      model_with(constant("s", "1", "int64_data: 1000") + node("ConstantOfShape", "s") + out_y);
  CHECK(refusal(model, how) == 214);
  CHECK(refusal(model) == 0);
}

TEST_CASE("training and sequences are not supported", "[import][errors]") {
  std::string const norm =
      input("x", "1,2,3") + input("s", "2") + input("b", "2") + input("m", "2") + input("v", "2");
  CHECK(refusal(norm + node("BatchNormalization", "x,s,b,m,v")) == 0);
  CHECK(refusal(norm + node("BatchNormalization", "x,s,b,m,v", integer("training_mode", "1"))) ==
        217);
  CHECK(refusal(norm + node("BatchNormalization", "x,s,b,m,s")) == 0);
  CHECK(refusal(norm + node("BatchNormalization", "x,s,b,m,x")) == 210);
  CHECK(refusal(input("x", "1,1,4,4") +
                "node { op_type: 'MaxPool' input: 'x' output: 'y' output: 'i' " +
                list("kernel_shape", "2, 2") + "}") == 217);
  CHECK(refusal(input("x", "2") +
                "node { op_type: 'Dropout' input: 'x' output: 'y' output: 'm' }") == 217);
}

TEST_CASE("open dimensions and what the model declares", "[import][errors]") {
  auto const graph = input("x", "N,3") + node("Relu", "x");
  CHECK(refusal(graph) == 212);
  CHECK(refusal("input { name: 'x' } " + node("Relu", "x")) == 212);
  support::imp::options batch;
  batch.batch = 4;
  CHECK(refusal(model_with(graph + out_y), batch) == 0);
  CHECK(refusal(model_with(input("x", "2,N") + node("Relu", "x") + out_y), batch) == 212);
  support::imp::options named;
  named.dims["N"] = 5;
  CHECK(refusal(model_with(input("x", "2,N") + node("Relu", "x") + out_y), named) == 0);
  CHECK(refusal(model_with(graph + "output " + value("y", "N,3")), named) == 0);
  CHECK(refusal(model_with(graph + "output " + value("y", "5,3")), named) == 0);
  CHECK(refusal(model_with(graph + "output " + value("y", "4,3")), named) == 213);
  CHECK(refusal(model_with(graph + "output " + value("y", "N,N")), named) == 213);
  CHECK(refusal(model_with(graph + "output " + value("y", "5")), named) == 213);
  CHECK(refusal(model_with(graph + "output " + value("y", "5,3", 11)), named) == 213);
  CHECK(refusal(model_with(graph + out_y + "value_info " + value("y", "4,3")), named) == 213);
  named.bind["z"] = onnx::TensorProto();
  CHECK(refusal(model_with(graph + out_y), named) == 218);
}

TEST_CASE("outputs that no node makes are copied", "[import][errors]") {
  auto const model =
      support::imp::import_model(model_with(input("x", "2") + constant("w", "1", "int64_data: 7") +
                                            "output { name: 'x' } output { name: "
                                            "'w' }"),
                                 {});
  float const x[2] = {3, 4};
  auto const out = support::run(model, {std::string(reinterpret_cast<char const*>(x), sizeof x)});
  CHECK(support::elements<float>(out.at(0)) == std::vector<float>{3, 4});
  CHECK(support::elements<std::int64_t>(out.at(1)) == std::vector<std::int64_t>{7});
}

}  // namespace
