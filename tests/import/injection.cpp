// SPDX-License-Identifier: Apache-2.0
//
// Text of the model is data: whatever stands in its names, the header without its string literals
// is the same.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

namespace {

/// The header with the content of each string literal removed; empty if a literal does not end.
auto without_literals(std::string const& text) -> std::string {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (inside && text[i] == '\\') {
      ++i;
      continue;
    }
    if (inside && (text[i] < ' ' || text[i] > '~')) return "";
    if (text[i] == '"') inside = !inside;
    if (!inside || text[i] == '"') out += text[i];
  }
  return inside ? "" : out;
}

/// Renames every value, and fills every other text of the model.
auto renamed(onnx::ModelProto model, std::string const& payload) -> onnx::ModelProto {
  std::map<std::string, std::string> names;
  auto const rename = [&](std::string* name) {
    if (name->empty()) return;
    auto const [at, fresh] = names.try_emplace(*name);
    if (fresh) at->second = payload + std::to_string(names.size());
    *name = at->second;
  };
  model.set_producer_name(payload);
  model.set_producer_version(payload);
  model.set_domain(payload);
  model.set_doc_string(payload);
  auto* const entry = model.add_metadata_props();
  entry->set_key(payload);
  entry->set_value(payload);
  auto& g = *model.mutable_graph();
  g.set_name(payload);
  g.set_doc_string(payload);
  for (auto& t : *g.mutable_initializer()) {
    rename(t.mutable_name());
    t.set_doc_string(payload);
  }
  for (auto* list : {g.mutable_input(), g.mutable_output(), g.mutable_value_info()}) {
    for (auto& v : *list) {
      rename(v.mutable_name());
      v.set_doc_string(payload);
      if (!v.type().tensor_type().has_shape()) continue;
      for (auto& d : *v.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()) {
        if (!d.dim_param().empty()) rename(d.mutable_dim_param());
      }
    }
  }
  for (auto& n : *g.mutable_node()) {
    n.set_name(payload);
    n.set_doc_string(payload);
    for (auto& name : *n.mutable_input()) rename(&name);
    for (auto& name : *n.mutable_output()) rename(&name);
    for (auto& a : *n.mutable_attribute()) a.set_doc_string(payload);
  }
  return model;
}

auto payloads() -> std::vector<std::string> {
  std::vector<std::string> out = {"\n#error injected\n",
                                  "*/ int evil; /*",
                                  "// \\\n int evil;",
                                  "?"
                                  "?/\n",
                                  "\"",
                                  "\\",
                                  "\\x41",
                                  "%s%n",
                                  "\"; int evil; char const* more = \"",
                                  ")\" int evil;",
                                  ")delimiter\"",
                                  "#include \"/etc/passwd\"",
                                  "_Pragma(\"GCC poison int\")",
                                  "__FILE__",
                                  "class",
                                  "new",
                                  "co_await",
                                  "xor",
                                  "_X",
                                  "__x",
                                  "9x",
                                  "$",
                                  "EOF",
                                  "NULL",
                                  "linux",
                                  "std",
                                  "main",
                                  "digits",
                                  "t0",
                                  "\r\n",
                                  "\xef\xbb\xbf",
                                  "\t",
                                  "\a",
                                  "\xe2\x80\xae",
                                  "\xe2\x80\x8b",
                                  "\xff\xfe",
                                  "a.b",
                                  "a/b",
                                  "../../x",
                                  "\\u0022",
                                  "\\N{QUOTATION MARK}",
                                  std::string("\0 int evil;", 11),
                                  std::string(100000, 'x'),
                                  std::string(100000, '"'),
                                  std::string(63, 'x') + "\\",
                                  std::string(63, 'x') + "\"; int evil; //"};
  return out;
}

TEST_CASE("no text of the model becomes code", "[import][injection]") {
  support::imp::options how;
  how.batch = 1;
  for (char const* path : {"tests/import/models/mlp_binary.onnx", "examples/digits/digits.onnx"}) {
    auto const model = support::imp::parse_model(support::read_file(support::source_file(path)));
    std::string const plain =
        without_literals(support::header_of(support::imp::import_model(model, how)));
    REQUIRE(plain.find("struct definition") != std::string::npos);
    for (auto const& payload : payloads()) {
      auto const result = support::imp::import_model(renamed(model, payload), how);
      std::string const header = support::header_of(result);
      REQUIRE(without_literals(header) == plain);
      REQUIRE(header.size() < plain.size() + 4096);
      // The weights know no names at all.
      REQUIRE(support::imp::pack_weights(result) ==
              support::imp::pack_weights(support::imp::import_model(model, how)));
    }
  }
}

TEST_CASE("messages quote names in one line", "[import][injection]") {
  for (auto const& payload : payloads()) {
    onnx::ModelProto model;
    model.set_ir_version(8);
    model.add_opset_import()->set_version(13);
    auto* const node = model.mutable_graph()->add_node();
    node->set_op_type(payload);
    node->set_domain(payload);
    node->add_output(payload);
    try {
      support::imp::import_model(model, {});
      FAIL("an operator without a name was imported");
    } catch (support::imp::failure const& f) {
      REQUIRE(f.number == 205);
      for (char const c : f.line()) REQUIRE((c >= ' ' && c <= '~'));
      REQUIRE(f.line().size() < 300);
    }
  }
}

TEST_CASE("literals survive what follows them", "[import][injection]") {
  using support::imp::literal;
  CHECK(literal("ab") == "\"ab\"");
  CHECK(literal("a\"b\\c?d\n1") == "\"a\\042b\\134c\\077d\\0121\"");
  CHECK(literal(std::string("\0"
                            "7",
                            2)) == "\"\\0007\"");
  CHECK(literal("\xff") == "\"\\377\"");
  CHECK(literal(std::string(65, 'x')) == "\"" + std::string(64, 'x') + "...\"");
}

TEST_CASE("only identifiers can name the namespace", "[import][injection]") {
  using support::imp::is_identifier;
  for (char const* good : {"digits", "a", "Model_2", "x_y"}) CHECK(is_identifier(good));
  for (char const* bad : {"", "_x", "2x", "a__b", "class", "std", "ashlar", "a b", "a;b", "a\n",
                          "xor", "\xc3\xa4", "main", "EOF"}) {
    CHECK_FALSE(is_identifier(bad));
  }
}

}  // namespace
