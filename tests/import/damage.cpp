// SPDX-License-Identifier: Apache-2.0
//
// Damaged models: every truncation, flips of bits, and changes that keep the protobuf well formed.
// Each must give a model that passes all checks, or one line; nothing else, and soon.
#include "support.hpp"

#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>
#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <filesystem>
#include <limits>
#include <random>

namespace {

namespace fs = std::filesystem;
using support::imp::failure;

struct tally {
  int accepted = 0;
  int refused = 0;
  double slowest = 0;
};

/// Imports and writes; a crash ends the test, anything else than a failure fails it.
void try_model(onnx::ModelProto const& model, tally& t) {
  auto const start = std::chrono::steady_clock::now();
  support::imp::options how;
  how.batch = 1;
  how.constant_bytes = 64 << 20;
  try {
    auto const result = support::imp::import_model(model, how);
    REQUIRE_FALSE(support::files_of(result).empty());
    ++t.accepted;
  } catch (failure const& f) {
    REQUIRE(f.line().find('\n') == std::string::npos);
    REQUIRE(f.line().size() < 400);
    REQUIRE(f.number >= 101);
    REQUIRE(f.number <= 218);
    ++t.refused;
  }
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
  t.slowest = std::max(t.slowest, took.count());
}

void try_bytes(std::string const& bytes, tally& t) {
  try {
    try_model(support::imp::parse_model(bytes), t);
  } catch (failure const& f) {
    REQUIRE(f.number == 202);
    ++t.refused;
  }
}

void quiet() {
#if GOOGLE_PROTOBUF_VERSION < 4022000
  google::protobuf::SetLogHandler(nullptr);
#endif
}

auto small_models() -> std::vector<std::string> {
  std::vector<std::string> out;
  for (char const* name : {"mlp_binary", "mlp_multiclass"}) {
    auto const path = std::string("tests/import/models/") + name + ".onnx";
    out.push_back(support::read_file(support::source_file(path)));
  }
  // Of the node tests those that can be imported; they are not there without the onnx package.
  for (char const* name :
       {"test_basic_conv_with_padding", "test_gemm_all_attributes", "test_clip_inbounds",
        "test_maxpool_2d_ceil", "test_transpose_all_permutations_3", "test_softmax_axis_1",
        "test_batchnorm_example", "test_concat_3d_axis_2", "test_constant"}) {
    fs::path const file = fs::path(ASHLAR_ONNX_DATA) / "node" / name / "model.onnx";
    if (fs::exists(file)) out.push_back(support::read_file(file.string()));
  }
  return out;
}

TEST_CASE("every truncation of a model is refused or imported", "[import][damage]") {
  quiet();
  tally t;
  for (auto const& model : small_models()) {
    REQUIRE_FALSE(model.empty());
    for (std::size_t n = 0; n < model.size(); ++n) try_bytes(model.substr(0, n), t);
  }
  CHECK(t.refused > 10000);
  CHECK(t.slowest < 10);
}

TEST_CASE("flipped bits are refused or imported", "[import][damage]") {
  quiet();
  std::mt19937 random(20260101);
  tally t;
  for (auto const& model : small_models()) {
    std::size_t const bits = model.size() * 8;
    std::size_t const tries = std::min<std::size_t>(bits, 12000);
    for (std::size_t i = 0; i < tries; ++i) {
      std::size_t const bit = tries == bits ? i : random() % bits;
      std::string damaged = model;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      try_bytes(damaged, t);
    }
  }
  CHECK(t.refused > 2000);
  CHECK(t.accepted > 2000);
  CHECK(t.slowest < 10);
}

/// Changes one field of a message, chosen at random among all that are set.
class mutator {
 public:
  explicit mutator(unsigned seed) : random_(seed) {}

  void change(google::protobuf::Message& root) {
    google::protobuf::Message* at = &root;
    for (int depth = 0; depth < 12; ++depth) {
      std::vector<google::protobuf::FieldDescriptor const*> fields;
      at->GetReflection()->ListFields(*at, &fields);
      if (fields.empty()) return;
      auto const* field = fields[pick(fields.size())];
      bool const message = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE;
      if (!message) return set(*at, *field);
      auto const* const r = at->GetReflection();
      if (!field->is_repeated()) {
        at = r->MutableMessage(at, field);
        continue;
      }
      int const size = r->FieldSize(*at, field);
      if (pick(8) == 0) return reshuffle(*at, *field, size);
      at = r->MutableRepeatedMessage(at, field,
                                     static_cast<int>(pick(static_cast<std::size_t>(size))));
    }
  }

 private:
  using field_type = google::protobuf::FieldDescriptor;

  auto pick(std::size_t n) -> std::size_t { return random_() % n; }

  void reshuffle(google::protobuf::Message& m, field_type const& f, int size) {
    auto const* const r = m.GetReflection();
    auto const i = static_cast<int>(pick(static_cast<std::size_t>(size)));
    switch (pick(3)) {
      case 0: r->SwapElements(&m, &f, i, size - 1); return r->RemoveLast(&m, &f);
      case 1:
        return r->SwapElements(&m, &f, i, static_cast<int>(pick(static_cast<std::size_t>(size))));
      default: {
        auto* const copy = r->AddMessage(&m, &f);
        copy->CopyFrom(r->GetRepeatedMessage(m, &f, i));
      }
    }
  }

  auto number() -> std::int64_t {
    constexpr std::int64_t numbers[] = {0,
                                        1,
                                        2,
                                        3,
                                        4,
                                        5,
                                        7,
                                        8,
                                        9,
                                        16,
                                        -1,
                                        -2,
                                        -3,
                                        100,
                                        255,
                                        65536,
                                        std::int64_t{1} << 31,
                                        std::int64_t{1} << 32,
                                        std::int64_t{1} << 40,
                                        std::int64_t{1} << 62,
                                        std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::int64_t>::min()};
    return numbers[pick(std::size(numbers))];
  }

  auto real() -> double {
    constexpr double numbers[] = {0,
                                  -0.0,
                                  1,
                                  -1,
                                  0.5,
                                  1e30,
                                  -1e30,
                                  1e-40,
                                  std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN()};
    return numbers[pick(std::size(numbers))];
  }

  auto text(std::string const& old) -> std::string {
    constexpr char const* texts[] = {"",  "Relu", "Conv", "Reshape",    "Softmax", "X",  "x",
                                     "Y", "y",    "axis", "SAME_UPPER", "VALID",   "If", "MatMul"};
    switch (pick(3)) {
      case 0: return old + old;
      case 1: return old.substr(0, old.size() / 2);
      default: return texts[pick(std::size(texts))];
    }
  }

  void set(google::protobuf::Message& m, field_type const& f) {
    auto const* const r = m.GetReflection();
    bool const many = f.is_repeated();
    int const size = many ? r->FieldSize(m, &f) : 1;
    if (many && pick(3) == 0) return r->RemoveLast(&m, &f);
    auto const i = static_cast<int>(pick(static_cast<std::size_t>(size)));
    switch (f.cpp_type()) {
      case field_type::CPPTYPE_INT64:
        if (many && pick(3) == 0) return r->AddInt64(&m, &f, number());
        return many ? r->SetRepeatedInt64(&m, &f, i, number()) : r->SetInt64(&m, &f, number());
      case field_type::CPPTYPE_INT32: {
        auto const v = static_cast<std::int32_t>(number() % 64);
        return many ? r->SetRepeatedInt32(&m, &f, i, v) : r->SetInt32(&m, &f, v);
      }
      case field_type::CPPTYPE_FLOAT: {
        auto const v = static_cast<float>(real());
        return many ? r->SetRepeatedFloat(&m, &f, i, v) : r->SetFloat(&m, &f, v);
      }
      case field_type::CPPTYPE_STRING: {
        std::string const old = many ? r->GetRepeatedString(m, &f, i) : r->GetString(m, &f);
        return many ? r->SetRepeatedString(&m, &f, i, text(old)) : r->SetString(&m, &f, text(old));
      }
      default: return many ? r->RemoveLast(&m, &f) : r->ClearField(&m, &f);
    }
  }

  std::mt19937 random_;
};

TEST_CASE("well-formed nonsense is refused or imported", "[import][damage]") {
  quiet();
  tally t;
  unsigned seed = 1;
  for (auto const& bytes : small_models()) {
    auto const model = support::imp::parse_model(bytes);
    for (int i = 0; i < 6000; ++i) {
      onnx::ModelProto damaged = model;
      mutator change(seed++);
      for (int k = 0; k <= i % 4; ++k) change.change(damaged);
      try_model(damaged, t);
    }
  }
  CHECK(t.refused > 4000);
  CHECK(t.accepted > 2000);
  CHECK(t.slowest < 10);
}

}  // namespace
