// SPDX-License-Identifier: Apache-2.0
//
// Imported models through their generated headers, as a program has them.
#include "support.hpp"

#include <ashlar/runtime/weights_file.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <tested_digits/model.hpp>
#include <tested_digits/weights.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <thread>

namespace {

using ashlar::status_code;
using digits_model = tested_digits::model;
using workspace = std::array<std::byte, digits_model::workspace_bytes>;

static_assert(digits_model::arena_bytes <= 64 * 1024);
static_assert(digits_model::inputs == 1 && digits_model::outputs == 1);
static_assert(digits_model::input_view<0>::type.rank == 4);

struct digits_data {
  std::vector<float> images = support::elements<float>(file("images.f32"));
  std::vector<float> reference = support::elements<float>(file("reference.f32"));

  static auto file(std::string const& name) -> std::string {
    return support::read_file(support::source_file("examples/digits/" + name));
  }
  auto image(int i) const {
    return std::span(images).subspan(static_cast<std::size_t>(64 * i), 64);
  }
};

auto loaded() -> digits_model {
  auto const m = digits_model::with(tested_digits::weights());
  REQUIRE(m);
  return *m;
}

TEST_CASE("the digits model gives ONNX Runtime's outputs from any workspace", "[import][model]") {
  auto const m = loaded();
  digits_data const data;
  REQUIRE(data.reference.size() == 3600);
  double worst = 0;
  for (int i = 0; i < 360; ++i) {
    support::aligned poisoned(digits_model::workspace_bytes);
    ashlar::tensor<float, 1, 10> logits;
    REQUIRE(m.run({poisoned.at(), digits_model::workspace_bytes}, logits, data.image(i)));
    for (int k = 0; k < 10; ++k) {
      double const expected = data.reference[static_cast<std::size_t>(10 * i + k)];
      worst = std::max(worst, std::fabs(static_cast<double>(logits(0, k)) - expected));
    }
  }
  CHECK(worst < 1e-5);
  CHECK(std::string(digits_model::input_name(0)) == "image");
  CHECK(std::string(digits_model::output_name(0)) == "logits");
}

TEST_CASE("runs on several threads give the same bits", "[import][model]") {
  auto const m = loaded();
  digits_data const data;
  std::vector<float> serial(3600), parallel(3600);
  auto const work = [&](std::vector<float>& out, int first, int step) {
    alignas(64) workspace at;
    for (int i = first; i < 360; i += step) {
      auto const to = std::span(out).subspan(static_cast<std::size_t>(10 * i), 10);
      if (!m.run(at, to, data.image(i))) to[0] = -1e30F;
    }
  };
  work(serial, 0, 1);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([&, t] { work(parallel, t, 4); });
  for (auto& t : threads) t.join();
  CHECK(std::memcmp(serial.data(), parallel.data(), serial.size() * sizeof(float)) == 0);
}

TEST_CASE("operands that do not fit are refused before anything is written", "[import][model]") {
  auto const m = loaded();
  digits_data const data;
  alignas(64) workspace at;
  std::vector<float> out(640, 7.0F);
  std::span<float> const ten = std::span(out).first(10);
  auto const image = data.image(0);
  float* const nothing = nullptr;
  auto const code = [&](ashlar::status const& s) {
    CHECK(std::all_of(out.begin(), out.end(), [](float v) { return v == 7.0F; }));
    return s.code;
  };
  CHECK(code(m.run(std::span(at).first(at.size() - 1), ten, image)) ==
        status_code::workspace_too_small);
  alignas(64) std::array<std::byte, digits_model::workspace_bytes + 64> more;
  CHECK(code(m.run(std::span(more).subspan(4), ten, image)) == status_code::workspace_misaligned);
  CHECK(code(m.run(at, std::span(out).first(9), image)) == status_code::extent_mismatch);
  CHECK(code(m.run(at, ten, image.first(63))) == status_code::extent_mismatch);
  CHECK(code(m.run(at, ashlar::view(out.data(), 10, 1), image)) == status_code::extent_mismatch);
  CHECK(code(m.run(at, ashlar::view(out.data(), 1, 1, 10), image)) == status_code::rank_mismatch);
  CHECK(code(m.run(at, ashlar::view(nothing, 1, 10), image)) == status_code::null_pointer);
  CHECK(code(m.run(at, ten, std::span<float const>(out).first(64))) == status_code::overlap);
  CHECK(code(m.run(at, ten, std::span<float const>(out).subspan(9, 64))) == status_code::overlap);
  auto const inside = std::span(reinterpret_cast<float*>(at.data()), 10);
  CHECK(code(m.run(at, inside, image)) == status_code::overlap);
  auto const s = m.run(at, std::span(out).first(9), image);
  CHECK(s.operand == 0);
  CHECK(s.found == 9);
  CHECK(s.expected == 10);
}

TEST_CASE("operands need no alignment beyond their elements'", "[import][model]") {
  auto const m = loaded();
  digits_data const data;
  alignas(64) workspace at;
  alignas(64) std::array<float, 80> image{};
  alignas(64) std::array<float, 32> out{};
  std::array<float, 10> expected{};
  REQUIRE(m.run(at, std::span(expected), data.image(3)));
  for (std::size_t shift = 0; shift < 16; ++shift) {
    std::copy(data.image(3).begin(), data.image(3).end(),
              image.begin() + static_cast<std::ptrdiff_t>(shift));
    auto const to = std::span(out).subspan(shift, 10);
    REQUIRE(m.run(at, to, std::span(image).subspan(shift, 64)));
    CHECK(std::equal(to.begin(), to.end(), expected.begin()));
  }
}

TEST_CASE("weights that are not the model's are refused", "[import][model]") {
  auto const good = tested_digits::weights();
  CHECK(digits_model::with(good.first(good.size() - 1)).error().code ==
        status_code::weights_too_short);
  CHECK(digits_model::with({}).error().code == status_code::weights_missing);
  support::aligned copy(std::string(reinterpret_cast<char const*>(good.data()), good.size()));
  copy.at()[5000] ^= std::byte{4};
  CHECK(digits_model::with({copy.at(), good.size()}).error().code == status_code::weights_corrupt);
  auto const other = ashlar::runtime::weights_file::open(ASHLAR_MULTICLASS_WEIGHTS,
                                                         tested_digits::definition::weights);
  CHECK(other.error().code == status_code::weights_wrong_model);
}

}  // namespace
