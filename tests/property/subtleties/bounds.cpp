// SPDX-License-Identifier: Apache-2.0
//
// Which part of a stage an iteration computes, and how much memory that needs.
#include "subtlety.hpp"

// Named: clang gives lambdas of nameless namespaces in several files one name, in templates.
namespace subtleties_bounds {

using namespace subtleties;

constexpr ash::axis<"r"> r;
constexpr index_t f = 4;
constexpr index_t extents[] = {0, 1, f - 1, f, f + 1, 3 * f + 2};

constexpr auto squares = [](ash::local& h, auto const& x) { h(r) = x(r) * x(r); };

constexpr auto pairs = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local h("h");
  squares(h, x);
  y(i) = h(i) + h(i + 1);
};
constexpr auto at_block = [](ash::schedule& s) { s["h"].compute_at(s.split("i", f).outer); };

TEST_CASE("the guard of the last block is one on what its producer computes", "[subtlety]") {
  for (index_t const n : extents) {
    auto const done = keeps_values<pairs, at_block>(like<float, dyn>(n), like<float, dyn>(n + 1));
    index_t const naive = blocks_of(n, f) * (f + 1);  // every block is taken for full
    CHECK(done.writes("h") == n + blocks_of(n, f));
    CHECK(naive - done.writes("h") == blocks_of(n, f) * f - n);
  }
}

constexpr auto window = [](ash::schedule& s) {
  s["h"].compute_at(s.get("i"));
  s["h"].store_root();
};

TEST_CASE("memory is for all iterations, and work for one", "[subtlety]") {
  for (index_t const n : extents) {
    auto const done = keeps_values<pairs, window>(like<float, dyn>(n), like<float, dyn>(n + 1));
    CHECK(done.writes("h") == (n == 0 ? 0 : n + 1));
    CHECK(done.elements("h") >= (n == 0 ? 0 : n + 1));
    // Memory of what an iteration computes: h(n) would be outside. Work for all memory: each
    // iteration computes all of it.
    index_t const too_small = 2;
    if (n > 1) CHECK(too_small < done.elements("h"));
    if (n > 0) CHECK(n * (n + 1) >= done.writes("h"));
  }
}

constexpr auto padded = [](ash::schedule& s) {
  s["h"].vectorize("r", 8, tail::round_up);
  s.vectorize("i", 8);
};

TEST_CASE("full vectors touch memory that nobody asked for, and it is there", "[subtlety]") {
  for (index_t const n : extents) {
    auto const done = keeps_values<pairs, padded>(like<float, dyn>(n), like<float, dyn>(n + 1));
    index_t const naive = n + 1;  // exactly what is read
    CHECK(done.elements("h") == blocks_of(n + 1, 8) * 8);
    CHECK(done.elements("h") >= naive);
  }
}

constexpr auto either = [](auto y, auto x, auto c) {
  y.name("y"), x.name("x"), c.name("c");
  ash::local h("h");
  squares(h, x);
  y(i) = ash::select(c(i) > 0, h(i), h(i + 4));
};
constexpr auto either_at_block = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 8);
  s.vectorize(ii);
  s["h"].compute_at(io);
};

TEST_CASE("both sides of a choice are read, whichever is taken", "[subtlety]") {
  for (index_t const n : {0, 1, 7, 8, 9, 21}) {
    auto const never = [](std::uint64_t) { return -1.0; };
    auto const y = like<float, dyn>(n);
    auto const x = like<float, dyn>(n + 4);
    auto const done = keeps_values<either, either_at_block>(y, x, filled<float, dyn>(never, n));
    index_t const naive = 8;  // of the side that is taken, here the second one
    if (n > 0) CHECK(done.elements("h") == naive + 4);
    keeps_values<either, either_at_block>(y, x, like<float, dyn>(n));
  }
}

constexpr auto apart = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local h("h");
  squares(h, x);
  y(i) = h(i) - h(i + 3) + h(3 * i - 2 * i + 1);
};

TEST_CASE("the two ends of a region move together", "[subtlety]") {
  for (index_t const n : {0, 1, 3, 4, 5, 64}) {
    auto const done = keeps_values<apart, at_block>(like<float, dyn>(n), like<float, dyn>(n + 3));
    index_t const naive = n + 3;  // the last end there is, less the first start
    if (n > 0) CHECK(done.elements("h") <= f + 3);
    if (n == 64) CHECK(naive == 67);
    if (n == 64) CHECK(done.elements("h") == f + 3);
  }
}

constexpr auto far = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local h("h"), a("a"), b("b");
  squares(h, x);
  a(i) = h(i) + h(i + 1) * 2;
  b(i) = h(i + 6) * 3;
  y(i) = a(i) + b(i) + h(i + 2);
};
constexpr auto far_at_block = [](ash::schedule& s) {
  auto const io = s.split("i", f).outer;
  s["a"].compute_at(io);
  s["b"].compute_at(io);
  s["h"].compute_at(io);
};
constexpr auto far_in_one = [](ash::schedule& s) { s["h"].compute_at(s["b"].get("i")); };

TEST_CASE("of several readers the region is the box around all", "[subtlety]") {
  for (index_t const n : extents) {
    auto const done = keeps_values<far, far_at_block>(like<float, dyn>(n), like<float, dyn>(n + 6));
    index_t const naive = f + 2;  // of the stage whose loop it is
    if (n >= f) CHECK(done.elements("h") == f + 6);
    if (n >= f) CHECK(naive < done.elements("h"));
    if (n == f) CHECK(done.writes("h") == f + 6);
  }
  using vector = ash::view<float, dyn>;
  CHECK(refusal<far, far_in_one, ash::fp::relaxed, vector, vector>().substr(0, 4) == "E013");
}

constexpr auto divided = [](auto y, auto x, auto at) {
  y.name("y"), x.name("x"), at.name("at");
  ash::local half("half"), third("third"), odd("odd"), any("any");
  squares(half, x), squares(third, x), squares(odd, x), squares(any, x);
  y(i) = half(i / 2) + third(i % 3) * 2 + odd(2 * i + 1) * 3 + any(at(i)) * 5;
};
constexpr auto divided_at_block = [](ash::schedule& s) {
  auto const io = s.split("i", 8).outer;
  s["half"].compute_at(io);
  s["third"].compute_at(io);
  s["odd"].compute_at(io);
  s["any"].compute_at(io);
};

TEST_CASE("an index is inverted where it can be, and else stands for everything", "[subtlety]") {
  for (index_t const n : {0, 1, 7, 8, 9, 20}) {
    auto const place = [](std::uint64_t at) { return static_cast<double>(scramble(at) % 3); };
    index_t const all = 2 * n + 3;
    auto const done = keeps_values<divided, divided_at_block>(
        like<float, dyn>(n), like<float, dyn>(all), filled<std::int64_t, dyn>(place, n));
    if (n < 8) continue;
    CHECK(done.elements("half") == 4);   // naive: 8, as many as there are values of i
    CHECK(done.elements("third") == 3);  // naive: 8, from the first remainder to the last
    CHECK(done.elements("odd") == 15);   // naive: 8, as if neighbours stayed neighbours
    CHECK(done.elements("any") == all);  // naive: 8, as if at(i) were near i
  }
}

constexpr auto once = [](auto y, auto x) { y.name("y"), y(i) = 2 * x(i); };
template <tail Tail, int Lanes> struct blocks {
  constexpr void operator()(ash::schedule& s) const {
    auto const ii = s.split("i", f, Tail).inner;
    if (Lanes > 1) s.vectorize(ii);
  }
  friend constexpr auto operator==(blocks, blocks) -> bool = default;
};
constexpr auto parts = [](ash::schedule& s) { s.split_parts("i", f); };

TEST_CASE("blocks cover every extent once, none and less than a block among them", "[subtlety]") {
  for (index_t const n : extents) {
    auto const y = like<float, dyn>(n);
    for (auto const& done :
         {keeps_values<once, blocks<tail::guard, 1>{}>(y, y),
          keeps_values<once, blocks<tail::cut, 1>{}>(y, y),
          keeps_values<once, blocks<tail::guard, f>{}>(y, y),
          keeps_values<once, blocks<tail::mask, f>{}>(y, y),
          keeps_values<once, blocks<tail::narrow, f>{}>(y, y), keeps_values<once, parts>(y, y)}) {
      index_t const rounded_down = n / f * f;
      index_t const rounded_up = blocks_of(n, f) * f;
      CHECK(done.writes("y") == n);
      CHECK(rounded_down <= n);
      CHECK(rounded_up >= n);
    }
  }
  constexpr auto none = [](ash::schedule& s) { s.split("i", 0); };
  using vector = ash::view<float, dyn>;
  CHECK(refusal<once, none, ash::fp::relaxed, vector, vector>().substr(0, 4) == "E003");
}

constexpr auto part_of_part = [](ash::schedule& s) { s.split(s.split("i", 8).inner, 3); };
constexpr auto turned_part = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 8);
  auto const [iio, iii] = s.split(ii, 3);
  s.reorder(iii, iio, io);
};

TEST_CASE("a part of a part ends where both of them do", "[subtlety]") {
  for (index_t const n : {0, 1, 2, 3, 7, 8, 9, 16, 17}) {
    auto const y = like<float, dyn>(n);
    index_t const naive = blocks_of(n, 8) * 9;  // 8 are three blocks of 3
    for (auto const& done :
         {keeps_values<once, part_of_part>(y, y), keeps_values<once, turned_part>(y, y)}) {
      CHECK(done.writes("y") == n);
      CHECK(naive >= done.writes("y"));
    }
  }
}

constexpr auto unrolled = [](ash::schedule& s) { s.unroll(s.split("i", 8).inner); };

TEST_CASE("a bound is asked for only where it is not proved", "[subtlety]") {
  auto const guards = [](seen const& s) { return s.statements(ash::tir::stmt_kind::guard); };
  CHECK(guards(keeps_values<once, unrolled>(like<float, 16>(), like<float, 16>())) == 0);
  CHECK(guards(keeps_values<once, unrolled>(like<float, 17>(), like<float, 17>())) == 1);
  constexpr index_t eights = ash::dyn_multiple_of(8);
  for (index_t const n : {0, 8, 24}) {
    auto const y = like<float, eights>(n);
    CHECK(guards(keeps_values<once, unrolled>(y, y)) == 0);
  }
  for (index_t const n : {0, 1, 7, 8, 9}) {
    auto const y = like<float, dyn>(n);
    auto const done = keeps_values<once, unrolled>(y, y);
    CHECK(guards(done) == 1);
    CHECK(done.writes("y") == n);  // naive, without the bound: blocks_of(n, 8) * 8
  }
}

constexpr auto gathered = [](auto y, auto x, auto at) {
  y.name("y");
  ash::local place("place");
  place(r) = at(r);
  y(i) = x(place(i));
};
constexpr auto padded_places = [](ash::schedule& s) {
  s["place"].vectorize("r", 8, tail::round_up);
  s.vectorize("i", 8);
};
constexpr auto places_at_block = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 8);
  s.vectorize(ii);
  s["place"].compute_at(io);
};

TEST_CASE("what nobody has computed is no address", "[subtlety]") {
  // The lanes behind the end find NaN in the workspace, whose bits are an index of 9e18.
  for (index_t const n : {0, 1, 7, 8, 9}) {
    auto const place = [](std::uint64_t at) { return static_cast<double>(scramble(at) % 5); };
    auto const at = filled<std::int64_t, dyn>(place, n);
    keeps_values<gathered, padded_places>(like<float, dyn>(n), like<float, 5>(), at);
    keeps_values<gathered, places_at_block>(like<float, dyn>(n), like<float, 5>(), at);
  }
}

constexpr ash::axis<"t", 3> t;
constexpr auto bounded = [](auto y, auto x) {
  ash::local h("h");
  h(t) = x(t);
  y(i) = h(i) + h(i + 1);
};

TEST_CASE("the extent that an axis states is not what a reader asks for", "[subtlety]") {
  // Naive: a block of four would compute five elements of the three.
  CHECK(refusal<bounded, at_block, ash::fp::relaxed, ash::view<float, 4>, ash::view<float, 3>>()
            .substr(0, 4) == "E036");
  auto const done = keeps_values<bounded, at_block>(like<float, 2>(), like<float, 3>());
  CHECK(done.elements("h") == 3);
}

constexpr auto strided = [](auto y, auto x) { y(i) = x(1073741824 * i); };

TEST_CASE("an index has 64 bits, as the extents have", "[subtlety]") {
  constexpr std::size_t bytes = (std::size_t{4} << 30) + 1;
  void* const all = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(all != MAP_FAILED);
  auto* const x = static_cast<std::uint8_t*>(all);
  for (std::size_t n = 0; n < 5; ++n) x[n << 30] = static_cast<std::uint8_t>(n + 1);
  std::uint8_t y[5]{};
  REQUIRE(ash::kernel<strided, blocks<tail::guard, f>{}>{}(
      ash::view(y, 5), ash::view(static_cast<std::uint8_t const*>(x), index_t{bytes})));
  for (std::size_t n = 0; n < 5; ++n) {
    auto const naive = static_cast<std::int32_t>(static_cast<std::uint32_t>(n << 30));
    CHECK(y[n] == n + 1);
    if (n == 2) CHECK(naive < 0);
    if (n == 4) CHECK(naive == 0);
  }
  munmap(all, bytes);
}

}  // namespace subtleties_bounds
