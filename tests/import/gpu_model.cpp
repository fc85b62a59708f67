// SPDX-License-Identifier: Apache-2.0
//
// The groups of the digits network as kernels for a GPU, whose threads are run on this processor:
// the outputs are those that ONNX Runtime has left.
#include "support.hpp"

#include "support/emulate_call.hpp"

#include <ashlar/graph/gpu_group.hpp>

#include <catch2/catch_test_macros.hpp>
#include <tested_digits/model.hpp>
#include <tested_digits/weights.hpp>

#include <array>
#include <cmath>
#include <cstring>

namespace {

namespace graph = ashlar::graph;
using definition = tested_digits::definition;

struct nowhere {};
struct start_here {
  template <class Lowered, class... View>
  static auto start(nowhere, View... views) -> ashlar::status {
    return ashlar::emit::cuda::emulate_call<Lowered>(views...);
  }
};
using backend = graph::on_gpu<start_here>;

template <int... Group>
auto run_all(graph::memory<definition> const& at, std::integer_sequence<int, Group...>) {
  ashlar::status s{};
  static_cast<void>(
      ((s = graph::run_group<definition, Group, backend>(nowhere{}, at), s.ok()) && ...));
  return s;
}

auto numbers(std::string const& name) {
  return support::elements<float>(
      support::read_file(support::source_file("examples/digits/" + name)));
}

}  // namespace

TEST_CASE("the digits network as kernels for a GPU gives ONNX Runtime's outputs",
          "[import][cuda]") {
  using all_groups = std::make_integer_sequence<int, tested_digits::model::groups>;
  auto const weights =
      ashlar::runtime::check_weights(tested_digits::weights(), definition::weights);
  REQUIRE(weights);
  auto images = numbers("images.f32");
  auto const reference = numbers("reference.f32");
  support::aligned arena(tested_digits::model::arena_bytes);
  for (int i = 0; i < 360; i += 90) {
    std::memset(arena.at(), 0xA5, tested_digits::model::arena_bytes);
    std::array<float, 10> logits{};
    graph::bound const in{reinterpret_cast<std::byte*>(images.data() + 64 * i), 256};
    graph::bound const out{reinterpret_cast<std::byte*>(logits.data()), 40};
    graph::memory<definition> const at{weights->data, arena.at(), &in, &out};
    REQUIRE(run_all(at, all_groups{}));
    for (int k = 0; k < 10; ++k) {
      double const expected = reference[static_cast<std::size_t>(10 * i + k)];
      INFO("image " << i << ", class " << k);
      REQUIRE(std::fabs(double{logits[static_cast<std::size_t>(k)]} - expected) <= 1e-5);
    }
  }
}
