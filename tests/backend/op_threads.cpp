// SPDX-License-Identifier: Apache-2.0
//
// A graph whose kernels are large enough for threads: the same bits for any number of them.
#include "op_support.hpp"

#include <ashlar/runtime/thread_pool.hpp>

namespace {

using namespace op_tests;

struct large {
  static constexpr auto graph = finished([](graph_maker& m) {
    auto const x = m.input(dtype::f32, {96, 160});
    auto const y = m.node(op_kind::matmul, {x, m.weight(dtype::f32, {160, 130})});
    m.output(m.node(op_kind::tanh, {m.node(op_kind::add, {y, m.weight(dtype::f32, {130})})}));
  });
};

auto outputs_on(ashlar::executor threads) -> std::vector<std::byte> {
  memory_of<large> m(real);
  auto const need = ag::scratch_of<large, 0>();
  block scratch(need.shared + need.per_part * threads.threads);
  ashlar::launch const how{.threads = threads, .workspace = {scratch.at(), scratch.size}};
  REQUIRE(ag::run_group<large, 0>(how, m.view()));
  CHECK(scratch.guard_is_whole());
  CHECK(m.guards_are_whole());
  auto& out = m.outputs[0];
  return {out.at(), out.at() + out.size};
}

TEST_CASE("threads change no bit of a model's outputs", "[backend][op]") {
  agree<large>(data{.exact = false, .tolerance = 1e-5});
  auto const expected = outputs_on(ashlar::serial);
  for (int const threads : {2, 3, 7}) {
    ashlar::runtime::thread_pool pool(threads);
    CHECK(outputs_on(pool) == expected);
  }
}

}  // namespace
