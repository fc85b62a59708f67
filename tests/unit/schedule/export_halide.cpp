// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
#include "export_steps.hpp"

#include <ashlar/schedule/export_halide.hpp>
#include <support/golden.hpp>
#include <support/intrinsics.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

struct to_halide {
  void operator()(program const& p, scheduling::trace const& t, auto& out) const {
    scheduling::export_halide(p, t, out);
  }
};
auto written(program const& p, auto const& apply) -> std::string {
  return exported<to_halide>(p, apply);
}

}  // namespace

TEST_CASE("a packed product in halide", "[schedule][export][golden]") {
  auto const code = written(product(60, 48, 32), panels);
  REQUIRE(code == golden("schedule/export_halide/panels.halide", code));
}

TEST_CASE("a stage in the rows of another in halide", "[schedule][export][golden]") {
  auto const code = written(blur(30), rows);
  REQUIRE(code == golden("schedule/export_halide/rows.halide", code));
}

TEST_CASE("a reduction in lanes in halide", "[schedule][export][golden]") {
  auto const code = written(product(8, 12, 45), lanes);
  REQUIRE(code == golden("schedule/export_halide/lanes.halide", code));
}

TEST_CASE("the rest of the vocabulary in halide", "[schedule][export][golden]") {
  auto const code = written(normalized(8, 12), others);
  REQUIRE(code == golden("schedule/export_halide/others.halide", code));
}

TEST_CASE("a window that slides in halide", "[schedule][export][golden]") {
  auto const code = written(blur(30), [](schedule& s) {
    auto const [ro, ri] = s.split("r", 5);
    s["h"].compute_at(ri);
    s["h"].store_root();
    s["h"].store_at(ro);
    s["h"].fold_storage("r");
    s["h"].fold_storage("r", 4);
  });
  REQUIRE(code == golden("schedule/export_halide/window.halide", code));
}

TEST_CASE("where values lie in memory, in halide", "[schedule][export][golden]") {
  auto const code = written(product(8, 64, 30), [](schedule& s) {
    auto copy = s.cache_read("b", "i");
    copy.align_storage("k", 32);
    copy.align_storage("k", 32, 16);
    s.cache_read("a", "i", ordered("k", "i")).align_storage("k", 8);
    s.stream();
  });
  REQUIRE(code == golden("schedule/export_halide/memory.halide", code));
}

TEST_CASE("orders, padding and padded loops in halide", "[schedule][export][golden]") {
  auto const code = written(blur(21), [](schedule& s) {
    s["h"].layout(ordered("c", "r"));
    s["h"].pad_to("c", 8);
    s.pad_to("c", 8);
    s.cache_read("h", "r", packed("c", 8).pad(0));
    s["h_cache"].vectorize("c", 8);
  });
  REQUIRE(code == golden("schedule/export_halide/padding.halide", code));
}

TEST_CASE("an intrinsic in halide", "[schedule][export][golden]") {
  auto p = product(8, 8, 8);
  for (auto& b : p.buffers) b.stride[1] = 1;
  auto const code = written(p, [](schedule& s) {
    auto const [io, ii] = s.split("i", 4);
    auto const [jo, ji] = s.split("j", 4);
    auto const [ko, ki] = s.split("k", 4);
    s.reorder(io, jo, ko, ii, ji, ki);
    s.tensorize(ii, intrin<intrinsic_tests::product4>);
  });
  REQUIRE(code == golden("schedule/export_halide/intrinsic.halide", code));
}

TEST_CASE("a schedule without steps is no code in halide", "[schedule][export]") {
  REQUIRE(written(product(8, 8, 8), [](schedule&) {}).empty());
}

TEST_CASE("random schedules have a name for every loop in halide", "[schedule][export][random]") {
  int n = 0;
  REQUIRE(first_without_names<to_halide>(n) == "");
  REQUIRE(n > 200);
}
