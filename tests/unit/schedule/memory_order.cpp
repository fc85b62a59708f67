// SPDX-License-Identifier: Apache-2.0
//
// A memory order gives each element of a copy a place of its own.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto ordered_copy(memory_order const& o) -> std::string {
  return message_of(product(16, 8, 16), [&](schedule& s) { s.cache_read("a", "i", o); });
}

}  // namespace

TEST_CASE("a dimension is whole, or a quotient and a rest of one number",
          "[schedule][memory_order]") {
  REQUIRE(ordered_copy(ordered("k", "i")) == "ok");
  REQUIRE(ordered_copy(packed("k", 8)) == "ok");
  REQUIRE(ordered_copy(ordered(dim("i") / 4, "k", dim("i") % 4)) == "ok");
  REQUIRE(ordered_copy(ordered(dim("i") / 8, "k", dim("i") % 4))
              .starts_with("E027 layout of a_cache: i must be there once, or as i / n and i % n "
                           "with one n"));
  for (auto const& o : {ordered("k"), ordered("i", "k", "i"), ordered("i", dim("k") / 4)}) {
    REQUIRE(ordered_copy(o).starts_with("E027 layout of a_cache"));
  }
}

TEST_CASE("the place in a block is innermost, its number outermost", "[schedule][memory_order]") {
  auto const p =
      scheduled(product(16, 8, 16), [](schedule& s) { s.cache_read("a", "i", packed("k", 8)); });
  auto const& layout = p.buffers[p.stages[0].buffer].layout;
  REQUIRE(layout.count == 3);
  REQUIRE(layout[0] == layout_dim{.dim = 1, .inner = false, .block = 8});
  REQUIRE(layout[1] == layout_dim{.dim = 0, .inner = false, .block = 1});
  REQUIRE(layout[2] == layout_dim{.dim = 1, .inner = true, .block = 8});
}
