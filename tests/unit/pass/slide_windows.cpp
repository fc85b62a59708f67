// SPDX-License-Identifier: Apache-2.0
//
// pass/slide_windows with kept_region: what iterations keep for each other, and what they compute.
#include "support.hpp"

#include <ashlar/kernel/recompute.hpp>

#include <memory>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

struct outcome {
  window_state moved{};
  double recompute = 0;
  int elements = 0;  // of its buffer
  friend auto operator==(outcome const&, outcome const&) -> bool = default;
};

/// Lowers, compares after each pass with the definition, and says what became of stage `name`.
auto lowered(program const& before, std::string_view name, auto const& apply) -> outcome {
  auto const p = std::make_unique<program>(scheduled(before, apply));
  INFO(std::string(p->fault.text.view()));
  REQUIRE(p->fault.ok());
  auto const at_start = std::make_unique<program>(*p);
  pass::lower(*p, 32, [&](std::string_view pass, program const& now) {
    if (now.root >= 0) require_same(before, now, pass == "settle registers", has_checks(pass));
  });
  outcome r{};
  for (auto const& s : p->stages) {
    if (s.name == name) r.moved = s.moved;
    if (s.name == name) {
      r.elements = 1;
      for (int d = 0; d < p->buffers[s.buffer].rank; ++d) {
        affine const& e = p->indices[p->buffers[s.buffer].shape[d]];
        r.elements *= e.is_constant() ? static_cast<int>(e.offset) : -1;
      }
    }
  }
  for (auto const& s : kernel_impl::recompute_of(before, *at_start, *p, nullptr)) {
    if (s.name == name) r.recompute = s.recompute();
  }
  return r;
}

/// v(r) = sum of h(step * r + k), h(r) = x(r) * x(r), without fold over k < taps.
constexpr auto stencil(index_t n, index_t step, index_t taps, bool reversed = false) -> program {
  program_builder b{};
  auto const v = b.output("v", dtype::f32, {n});
  index_t const all = step * (n - 1) + taps;
  auto const x = b.operand("x", dtype::f32, {all});
  auto const h = b.local("h", dtype::f32, {constant(all)});
  auto const hr = b.axis("r", constant(all));
  b.stage(h, {hr}, b.make(opcode::mul, b.load(x, {b.at(hr)}), b.load(x, {b.at(hr)})));
  auto const r = b.axis("r", constant(n));
  affine const at = reversed ? b.at(r) * -step + step * (n - 1) : b.at(r) * step;
  handle sum = b.load(h, {at});
  for (index_t k = 1; k < taps; ++k) sum = b.make(opcode::add, sum, b.load(h, {at + k}));
  b.stage(v, {r}, sum);
  return b.p;
}

/// h(r) = x(r) where it is inside, v(r) = h(r - 1) + h(r) + h(r + 1), 0 outside; dynamic.
constexpr auto padded() -> program {
  program_builder b{};
  auto const v = b.output("v", dtype::f32, {-1});
  auto const h = b.local("h", dtype::f32, {b.extent(v, 0)});
  auto const x = b.operand("x", dtype::f32, {-1});
  auto const hr = b.axis("r", b.extent(h, 0));
  auto const zero = [&] { return b.number(dtype::f32, 0); };
  auto const one = b.load(x, {b.at(hr)}, 1, zero());
  b.stage(h, {hr}, b.make(opcode::add, one, b.number(dtype::f32, 1)));
  auto const r = b.axis("r", b.extent(v, 0));
  handle sum = b.load(h, {b.at(r)});
  for (int const k : {-1, 1}) {
    sum = b.make(opcode::add, sum, b.load(h, {b.at(r) + k}, 1, zero()));
  }
  b.stage(v, {r}, sum);
  return b.p;
}

/// g -> h -> v, each the sum of two neighbours; v reads g, too, if `also`.
constexpr auto chain(index_t n, bool also) -> program {
  program_builder b{};
  auto const v = b.output("v", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {n + 4});
  auto const g = b.local("g", dtype::f32, {constant(n + 4)});
  auto const h = b.local("h", dtype::f32, {constant(n + 2)});
  auto const three = [&](handle from, affine r) {
    auto const two = b.make(opcode::add, b.load(from, {r}), b.load(from, {r + 1}));
    return b.make(opcode::add, two, b.load(from, {r + 2}));
  };
  auto const gr = b.axis("r", constant(n + 4));
  b.stage(g, {gr}, b.make(opcode::mul, b.load(x, {b.at(gr)}), b.load(x, {b.at(gr)})));
  auto const hr = b.axis("r", constant(n + 2));
  b.stage(h, {hr}, three(g, b.at(hr)));
  auto const r = b.axis("r", constant(n));
  auto const sum = three(h, b.at(r));
  b.stage(v, {r}, also ? b.make(opcode::sub, sum, b.load(g, {b.at(r)})) : sum);
  return b.p;
}

/// h(r) = sum(k, x(r, k)), v(r) = h(r) + h(r + 1) + h(r + 2).
constexpr auto sums(index_t n, index_t k) -> program {
  program_builder b{};
  auto const v = b.output("v", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {n + 2, k});
  auto const h = b.local("h", dtype::f32, {constant(n + 2)});
  auto const hr = b.axis("r", constant(n + 2));
  auto const hk = b.axis("k", constant(k), true);
  b.reduction(h, {hr}, {hk}, opcode::add, 0, b.load(x, {b.at(hr), b.at(hk)}));
  auto const r = b.axis("r", constant(n));
  auto const two = b.make(opcode::add, b.load(h, {b.at(r)}), b.load(h, {b.at(r) + 1}));
  b.stage(v, {r}, b.make(opcode::add, two, b.load(h, {b.at(r) + 2})));
  return b.p;
}

constexpr auto rows = [](schedule& s) {
  s.compute_at("h", "v", "r");
  s["h"].store_root();
};

}  // namespace

TEST_CASE("a window of three rows computes each row once",
          "[pass][slide_windows][golden][subtlety]") {
  auto const before = scheduled(blur(8), [](schedule& s) { s.compute_at("h", "v", "r"); });
  auto const each = show(after(before, "simplify nest"));
  REQUIRE(each == golden("pass/slide_windows/before.tir", each));
  auto const text = show(after(scheduled(blur(8), rows), "simplify nest"));
  REQUIRE(text == golden("pass/slide_windows/rows.tir", text));
  REQUIRE(lowered(blur(8), "h", rows) == outcome{window_state::slides, 1.0, 10 * 8});
}

TEST_CASE("the parts of a split are one loop: nothing is computed again where a block begins",
          "[pass][slide_windows][golden]") {
  auto const blocks = [](tail tails) {
    return [tails](schedule& s) {
      auto const [ro, ri] = s.split("r", 4, tails);
      s["h"].compute_at(ri);
      s["h"].store_root();
    };
  };
  auto const text = show(after(scheduled(blur(9), blocks(tail::guard)), "simplify nest"));
  REQUIRE(text == golden("pass/slide_windows/blocks.tir", text));
  for (tail const t : {tail::guard, tail::cut}) {
    auto const r = lowered(blur(9), "h", blocks(t));
    REQUIRE(r.moved == window_state::slides);
    REQUIRE(r.recompute == 1.0);
  }
  // Stored in each block, its first two rows are.
  auto const each = lowered(blur(8), "h", [](schedule& s) {
    auto const [ro, ri] = s.split("r", 4);
    s["h"].compute_at(ri);
    s["h"].store_at(ro);
    s.parallel(ro);
  });
  REQUIRE(each == outcome{window_state::slides, 12.0 / 10, 6 * 8});
}

TEST_CASE("a loop between that moves another dimension keeps the rows of its own columns",
          "[pass][slide_windows]") {
  auto const r = lowered(blur(8), "h", [](schedule& s) {
    auto const [co, ci] = s.split("c", 4);
    s["h"].compute_at(co);
    s["h"].store_root();
  });
  REQUIRE(r == outcome{window_state::slides, 1.0, 10 * 8});
}

TEST_CASE("where a loop moves two dimensions, all is computed again", "[pass][slide_windows]") {
  // One buffer holds what all iterations read, not what the last one does.
  auto const r = lowered(blur(8), "h", [](schedule& s) {
    auto const f = s.fuse("r", "c");
    s["h"].compute_at(f);
    s["h"].store_root();
  });
  REQUIRE(r.moved == window_state::several);
  REQUIRE(r.recompute > 2);
}

TEST_CASE("a window may move by more than one", "[pass][slide_windows]") {
  REQUIRE(lowered(stencil(7, 2, 3), "h", rows) == outcome{window_state::slides, 1.0, 15});
  REQUIRE(lowered(stencil(7, 2, 5), "h", rows) == outcome{window_state::slides, 1.0, 17});
}

TEST_CASE("why a window does not slide is noted", "[pass][slide_windows][subtlety]") {
  REQUIRE(lowered(stencil(7, 3, 3), "h", rows).moved == window_state::disjoint);
  REQUIRE(lowered(stencil(7, 1, 3, true), "h", rows).moved == window_state::backwards);
  auto const unrolled = lowered(stencil(7, 1, 3), "h", [](schedule& s) {
    s.unroll("r");
    s.compute_at("h", "v", "r");
    s["h"].store_root();
  });
  REQUIRE(unrolled.moved == window_state::not_serial);
  REQUIRE(unrolled.recompute > 2);
  auto const within = lowered(stencil(7, 1, 3), "h", [](schedule& s) {
    s.compute_at("h", "v", "r");
    s["h"].store_at(s.get("r"));
  });
  REQUIRE(within.moved == window_state::none);
}

TEST_CASE("what lies before the tensor is part of the window", "[pass][slide_windows]") {
  auto const r = lowered(padded(), "h", rows);
  REQUIRE(r.moved == window_state::slides);
}

TEST_CASE("a stage that only a sliding one reads computes what that one needs",
          "[pass][slide_windows][golden]") {
  auto const both = [](schedule& s) {
    s.compute_at("h", "v", "r");
    s.compute_at("g", "v", "r");
    s["h"].store_root();
    s["g"].store_root();
  };
  REQUIRE(lowered(chain(8, false), "g", both) == outcome{window_state::slides, 1.0, 12});
  REQUIRE(lowered(chain(8, false), "h", both) == outcome{window_state::slides, 1.0, 10});
  auto const text = show(after(scheduled(chain(8, false), both), "simplify nest"));
  REQUIRE(text == golden("pass/slide_windows/chain.tir", text));
  // Not stored outside itself: five elements once, then the three that one of h reads.
  auto const one = lowered(chain(8, false), "g", [](schedule& s) {
    s.compute_at("h", "v", "r");
    s.compute_at("g", "v", "r");
    s["h"].store_root();
  });
  REQUIRE(one == outcome{window_state::none, (5 + 7 * 3) / 12.0, 5});
}

TEST_CASE("what others read, too, is computed for them", "[pass][slide_windows]") {
  auto const both = [](schedule& s) {
    s.compute_at("h", "v", "r");
    s.compute_at("g", "v", "r");
    s["h"].store_root();
    s["g"].store_root();
  };
  REQUIRE(lowered(chain(8, true), "g", both) == outcome{window_state::slides, 1.0, 12});
  auto const one = lowered(chain(8, true), "g", [](schedule& s) {
    s.compute_at("h", "v", "r");
    s.compute_at("g", "v", "r");
    s["h"].store_root();
  });
  REQUIRE(one == outcome{window_state::none, 8 * 5 / 12.0, 5});
}

TEST_CASE("a window of sums slides, each sum whole", "[pass][slide_windows]") {
  REQUIRE(lowered(sums(8, 5), "h", rows) == outcome{window_state::slides, 1.0, 10});
  // Loops of the sum that run beyond the new part must not write over the old one.
  auto const unrolled = lowered(sums(8, 5), "h", [](schedule& s) {
    rows(s);
    s["h"].reorder("k", "r");
    s["h"].unroll("r", 2);
  });
  REQUIRE(unrolled.moved == window_state::slides);
  auto const serial = lowered(sums(8, 5), "h", [](schedule& s) {
    rows(s);
    auto const [ro, ri] = s["h"].split("r", 2);
    s["h"].reorder("k", ri, ro);
  });
  REQUIRE(serial.moved == window_state::slides);
}

TEST_CASE("three rows of four places are enough", "[pass][slide_windows][golden]") {
  auto const folded = [](index_t places) {
    return [places](schedule& s) {
      rows(s);
      s["h"].fold_storage("r", places);
    };
  };
  auto const text = show(after(scheduled(blur(8), folded(0)), "simplify nest"));
  REQUIRE(text == golden("pass/slide_windows/folded.tir", text));
  REQUIRE(lowered(blur(8), "h", folded(0)) == outcome{window_state::slides, 1.0, 4 * 8});
  REQUIRE(lowered(blur(8), "h", folded(3)) == outcome{window_state::slides, 1.0, 3 * 8});
  // Sums are stored once each, too, though their memory is smaller than they are.
  auto const sum = lowered(sums(8, 5), "h", folded(0));
  REQUIRE(sum == outcome{window_state::slides, 1.0, 4});
}

TEST_CASE("the first window may be the longest", "[pass][slide_windows][subtlety]") {
  // g has five elements in the first iteration and three in others: four places would lose one.
  auto const folded = [](index_t places) {
    return [places](schedule& s) {
      s.compute_at("h", "v", "r");
      s.compute_at("g", "v", "r");
      s["h"].store_root();
      s["g"].store_root();
      s["g"].fold_storage("r", places);
      s["h"].fold_storage("r");
    };
  };
  REQUIRE(lowered(chain(8, false), "g", folded(5)) == outcome{window_state::slides, 1.0, 5});
  auto p = scheduled(chain(8, false), folded(4));
  pass::lower(p, 32);
  REQUIRE(p.fault.id == diag::code::bad_fold);
  REQUIRE(p.fault.text.view() ==
          "fold_storage r of g: 4 places, but an iteration has 5; give 8, or any number from 5 to "
          "1024");
}

TEST_CASE("what does not slide along the dimension is not folded",
          "[pass][slide_windows][subtlety]") {
  auto const fault = [](program p) {
    pass::lower(p, 32);
    return std::string(p.fault.text.view());
  };
  REQUIRE(fault(scheduled(blur(8), [](schedule& s) {
            rows(s);
            s["h"].fold_storage("c");
          })) == "fold_storage c of h: the window slides along r");
  REQUIRE(fault(scheduled(stencil(7, 3, 3),
                          [](schedule& s) {
                            rows(s);
                            s["h"].fold_storage("r");
                          })) ==
          "fold_storage r of h: its window does not slide; an iteration computes all, which no "
          "iteration before has computed");
  // Each block of rows would find what the one before has left of the others.
  REQUIRE(fault(scheduled(blur(8), [](schedule& s) {
            auto const [ro, ri] = s.split("r", 4);
            s.reorder(ri, ro);
            s["h"].compute_at(ro);
            s["h"].store_root();
            s["h"].fold_storage("r");
          })) == "fold_storage r of h: the loop ro moves it, too; store it inside of that");
  // Unrolled blocks do not go on where the one before ends.
  REQUIRE(fault(scheduled(blur(8), [](schedule& s) {
            auto const [ro, ri] = s.split("r", 4);
            s.unroll(ro);
            s["h"].compute_at(ri);
            s["h"].store_root();
            s["h"].fold_storage("r");
          })) == "fold_storage r of h: the loop ro moves it, too; store it inside of that");
}
