// SPDX-License-Identifier: Apache-2.0
#include <ashlar/emit/workspace.hpp>
#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("a stride is the least with its remainder", "[schedule][align_storage]") {
  constexpr stride_rule rule{.dim = 0, .multiple = 32, .remainder = 16};
  STATIC_REQUIRE(rule.padded(16) == 16);
  STATIC_REQUIRE(rule.padded(17) == 48);
  STATIC_REQUIRE(rule.padded(128) == 144);
  STATIC_REQUIRE(rule.padded(0) == 16);
  constexpr stride_rule even{.dim = 0, .multiple = 8};
  STATIC_REQUIRE(even.padded(8) == 8);
  STATIC_REQUIRE(even.padded(9) == 16);
  STATIC_REQUIRE(even.padded(0) == 0);
}

TEST_CASE("rows of a stage lie apart", "[schedule][align_storage][golden]") {
  auto const p = scheduled(blur(10), [](schedule& s) {
    s.compute_at("h", "v", "r");
    s["h"].align_storage("r", 16, 4);
  });
  STATIC_REQUIRE(std::is_same_v<decltype(p.buffers[0].stride_is), stride_rule>);
  auto const nest = after(p, "settle registers");
  auto const text = show(nest);
  REQUIRE(text == golden("schedule/align_storage/blur.tir", text));
  require_same(blur(10), nest, true);
}

TEST_CASE("of a copy in another order, the part that is divided has the stride",
          "[schedule][align_storage]") {
  auto const p = scheduled(product(8, 64, 8), [](schedule& s) {
    auto copy = s.cache_read("b", "i", packed("j", 16));
    copy.align_storage("j", 64, 1);
  });
  auto const nest = after(p, "settle registers");
  REQUIRE(show(nest).find("f32[4, 8, 16], stride of d0 = 1 mod 64") != std::string::npos);
  require_same(product(8, 64, 8), nest, true);
}

TEST_CASE("padding is counted: what does not fit the stack is in the workspace",
          "[schedule][align_storage]") {
  auto const bytes_with = [](index_t multiple) {
    auto p = scheduled(blur(16), [&](schedule& s) {
      s.compute_root("h");
      s["h"].align_storage("r", multiple);
    });
    pass::lower(p, 32);
    REQUIRE(p.fault.ok());
    emit::compaction const c(p);
    auto const tables = emit::size_tables<buffer>{
        .atoms = &p.atoms[0], .indices = &p.indices[0], .buffers = &p.buffers[0]};
    for (int b = 0; b < p.buffers.count; ++b) {
      if (p.buffers[b].where == scope::workspace) return emit::local_bytes(tables, b, nullptr);
    }
    return index_t{0};
  };
  REQUIRE(bytes_with(32) == 0);
  REQUIRE(bytes_with(1024) == 18 * 1024 * 4);
}

TEST_CASE("what is wrong with align_storage is said", "[schedule][align_storage]") {
  auto const wrong = [](auto const& f) { return message_of(blur(8), f); };
  REQUIRE(wrong([](schedule& s) { s["h"].align_storage("y", 8); }) ==
          "E002 align_storage y of h: it has no dimension of that name: r, c");
  REQUIRE(
      wrong([](schedule& s) { s["h"].align_storage("c", 8); }) ==
      "E062 align_storage c of h: it is the innermost in memory, with a stride of 1; others: r");
  REQUIRE(wrong([](schedule& s) { s["h"].align_storage("r", 8, 8); }) ==
          "E062 align_storage r of h: a stride of 8 mod 8; give a multiple of 1 to 65536, and a "
          "remainder of 0 or more that is below it");
  REQUIRE(wrong([](schedule& s) {
            s["h"].align_storage("r", 0);
          }).starts_with("E062 align_storage r of h: a stride of 0 mod 0; give"));
  REQUIRE(wrong([](schedule& s) { s.align_storage("r", 8); }) ==
          "E062 align_storage r of v: the strides of an operand are those of the call; cache_read "
          "and stages of their own have memory of the kernel");
  REQUIRE(message_of(product(8, 8, 8),
                     [](schedule& s) {
                       s.cache_read("b", "i", ordered("j", "k")).align_storage("k", 8);
                     }) ==
          "E062 align_storage k of b_cache: it is the innermost in memory, with a stride of 1; "
          "others: j");
}

TEST_CASE("a stage with a rule is in no output", "[schedule][align_storage]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4, 20});
  auto const e = b.local("e", dtype::f32, {constant(4), constant(20)});
  auto const x = b.operand("x", dtype::f32, {4, 20});
  auto const copy = [&](handle to, handle from) {
    auto const i = b.axis("i", constant(4));
    auto const j = b.axis("j", constant(20));
    b.stage(to, {i, j}, b.load(from, {b.at(i), b.at(j)}));
  };
  copy(e, x);
  copy(y, e);
  REQUIRE(message_of(b.p, [](schedule& s) {
            s["e"].align_storage("i", 8);
            s["e"].store_in(s);
          }) == "E062 align_storage i of e: it is in the memory of y; use scope::workspace");
}
