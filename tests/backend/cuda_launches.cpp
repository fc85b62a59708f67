// SPDX-License-Identifier: Apache-2.0
//
// Kernels of several launches: what one leaves to the next is in a workspace, which the caller
// brings; run on this processor by tests/support/emulate_cuda.
#include "cuda_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto blur = [](auto y, auto x) {
  ash::local h("h");
  h(i, j) = x(i, j) + x(i, j + 1) + x(i, j + 2);
  y(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};
constexpr auto three_steps = [](auto y, auto x) {
  ash::local a("a"), b("b"), c("c");
  a(i) = x(i) + 1.0f;
  b(i) = a(i) * 2.0f;
  c(i) = b(i) - 3.0f;
  y(i) = c(i) * c(i);
};

constexpr auto total = [](auto y, auto x) { y() = ash::sum(k, x(k)); };

// Every stage is a launch of its own.
constexpr auto one_after_the_other = [](ash::schedule& s) {
  for (auto const* name : {"h", "y"}) {
    auto const st = name[0] == 'h' ? s["h"] : s;
    auto const t = st.split("j", 8);
    st.bind("i", ash::gpu::block_y);
    st.bind(t.outer, ash::gpu::block_x);
    st.bind(t.inner, ash::gpu::thread_x);
  }
};
constexpr auto padded_rows = [](ash::schedule& s) {
  one_after_the_other(s);
  s["h"].align_storage("i", 16, 4);
};

template <auto Algorithm, auto Schedule, class... Views>
using tag_of = typename ash::kernel_impl::coded<
    typename ash::kernel_impl::steps_on_gpu<
        ash::kernel_impl::captured<Algorithm, ash::fp::relaxed, Views::type...>, Schedule>::lowered,
    ash::emit::cuda::backend>::tag;

TEST_CASE("one launch reads what another has written", "[backend][cuda]") {
  agree_on_gpu<blur, one_after_the_other>(like<float, 5, 21>(), like<float, 7, 23>());
  agree_on_gpu<blur, padded_rows>(like<float, 5, 21>(), like<float, 7, 23>());
  for (int const n : {0, 1, 6}) {
    agree_on_gpu<blur, one_after_the_other>(like<float, dyn, dyn>(n, 13),
                                            like<float, dyn, dyn>(n + 2, 15));
  }
  agree_on_gpu<blur, padded_rows>(like<float, dyn, dyn>(4, 13), like<float, dyn, dyn>(6, 15));
}

TEST_CASE("what is dead makes room for what comes", "[backend][cuda]") {
  agree_on_gpu<three_steps, on_grid<8, 4>{}>(like<float, dyn>(45), like<float, dyn>(45));
  using view = ash::view<float, 64>;
  using tag = tag_of<three_steps, on_grid<8, 4>{}, view, ash::view<float const, 64>>;
  constexpr ash::tir::launch_locals all = ash::emit::cuda::between_launches<tag>::value;
  STATIC_REQUIRE(ash::emit::cuda::launch_list_of<tag>::value.count == 4);
  STATIC_REQUIRE(all.count == 3);
  // a and c share the first 256 bytes.
  REQUIRE(ash::kernel_impl::gpu_memory_for<tag>(nullptr).bytes == 512);
}

TEST_CASE("the default schedule of a total is two launches", "[backend][cuda]") {
  agree_on_gpu<total, ash::automatic>(like<float>(), like<float, 5000>());
  using tag = tag_of<total, ash::automatic, ash::view<float>, ash::view<float const, 5000>>;
  STATIC_REQUIRE(ash::emit::cuda::launch_list_of<tag>::value.count == 2);
}

TEST_CASE("a workspace that will not do starts nothing", "[backend][cuda]") {
  constexpr ash::kernel<blur, one_after_the_other> both;
  ash::tensor<float, dyn, dyn> y(4, 13), x(6, 15);
  ash::index_t const bytes = both.workspace_bytes(ash::cuda{}, y, x);
  REQUIRE(bytes == (6 * 13 * 4 + 63) / 64 * 64);
  constexpr ash::kernel<three_steps, on_grid<8, 4>{}> steps;
  ash::tensor<float, 64> v, w;
  REQUIRE(steps.workspace_bytes(ash::cuda{}, v, w) == 512);
  REQUIRE(ash::workspace_bytes<on_grid<8, 4>{}>(ash::cuda{}, v(i) = w(i) + 1.0f) == 0);

  using view = ash::view<float, dyn, dyn>;
  using tag = tag_of<blur, one_after_the_other, view, ash::view<float const, dyn, dyn>>;
  ash::kernel_impl::gpu_entry<tag> g{};
  std::vector<float> memory(4 * 13 + 6 * 15 + 1024);
  view const out(memory.data(), 4, 13);
  ash::view<float const, dyn, dyn> const in(memory.data() + 4 * 13, 6, 15);
  REQUIRE(g.prepare(std::make_integer_sequence<int, 2>{}, out, in).ok());
  device_bytes room(static_cast<std::size_t>(bytes) + 64);
  auto const given = room.given();
  using enum ash::status_code;
  auto const n = static_cast<std::size_t>(bytes);
  REQUIRE(g.check_workspace(given.first(n)).ok());
  auto const small = g.check_workspace(given.first(n - 1));
  REQUIRE(
      (small.code == workspace_too_small && small.found == bytes - 1 && small.expected == bytes));
  REQUIRE(g.check_workspace({}).code == workspace_too_small);
  REQUIRE(g.check_workspace(given.subspan(4)).code == workspace_misaligned);
  // A workspace that an operand lies in.
  auto const first = reinterpret_cast<std::uintptr_t>(memory.data());
  auto const shift = (64 - first % 64) % 64;
  auto const own = std::as_writable_bytes(std::span(memory)).subspan(shift, n);
  auto const shared = g.check_workspace(own);
  REQUIRE((shared.code == overlap && std::string(shared.subject) == "workspace"));
}

}  // namespace
