// SPDX-License-Identifier: Apache-2.0
//
// Definition: reading what was written does the same to an equal program.
#include "support.hpp"

#include <ashlar/schedule/read_steps.hpp>
#include <support/programs.hpp>
#include <support/random_schedule.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto message_of_text(std::string_view text) -> std::string {
  auto p = product(60, 48, 32);
  auto const r = replay(text, p);
  return r.ok() ? "ok" : std::string(r.message().view());
}

// The program and the text of a random schedule.
struct written {
  program scheduled{};
  std::string text{};
};
auto write(program const& before, unsigned seed, int n) -> written {
  written w{.scheduled = before};
  random_schedule r(w.scheduled, seed);
  r.apply(n);
  w.text = r.text();
  return w;
}

}  // namespace

TEST_CASE("a schedule is read back from its text", "[schedule][read_steps]") {
  auto const before = product(60, 48, 32);
  auto p = before;
  schedule s(p);
  auto [io, ii] = s.split("i", 6, tail::cut);
  auto [jo, ji] = s.split("j", 16);
  auto [ko, ki] = s.split("k", "outer", "inner", 8);
  s.reorder(ko, jo, io, ki, ii, ji);
  s.unroll(ii);
  s.vectorize(ji);
  auto const b = s.cache_read("b", jo, packed("j", 16));
  b.vectorize("j", 16);
  b.store_in(scope::stack);
  s.cache_write(ki);
  auto const text = std::string(s.print_steps().view());
  REQUIRE(s.finish().ok());

  auto q = before;
  auto const r = replay(text, q);
  INFO(text << std::string(r.message().view()));
  REQUIRE(r.ok());
  REQUIRE(r.steps == s.steps().steps.count);
  REQUIRE(q == p);
  schedule again(q);
  REQUIRE(text.find("cache_read(\"b\", \"jo\", [\"j\" / 16, \"k\", \"j\" % 16]) -> \"b_cache\"") !=
          std::string::npos);
}

TEST_CASE("in constant evaluation, too", "[schedule][read_steps]") {
  static constexpr auto by_hand = scheduled(product(8, 8, 8), [](schedule& s) {
    s.split("i", 4);
    s.reorder("k", "j");
  });
  static constexpr auto by_text = [] {
    auto p = product(8, 8, 8);
    auto const r = replay("y.split(\"i\", 4)\n# a comment\n\ny.reorder(\"k\", \"j\")", p);
    return r.ok() ? p : program{};
  }();
  STATIC_REQUIRE(by_hand == by_text);
}

TEST_CASE("the text says what vectorize and rfactor have made", "[schedule][read_steps]") {
  auto const before = product(8, 8, 45);
  auto p = before;
  schedule s(p);
  s.vectorize("k", 16);
  auto const text = s.print_steps();
  REQUIRE(text ==
          "y.split(\"k\", 16, cut) -> \"ko\", \"ki\"\n"
          "y.vectorize(\"ki\") -> \"y_rf\"\n");
  s.finish();
  auto q = before;
  REQUIRE(replay(text.view(), q).ok());
  REQUIRE(q == p);
}

TEST_CASE("hints and values in an output are read back", "[schedule][read_steps]") {
  // e(i) = x(i) + x(i), y(i) = e(i) + e(i)
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {20});
  auto const x = b.operand("x", dtype::f32, {20});
  auto const e = b.local("e", dtype::f32, {constant(20)});
  auto const twice = [&](handle from, handle at) {
    return b.make(opcode::add, b.load(from, {b.at(at)}), b.load(from, {b.at(at)}));
  };
  auto const i = b.axis("i", constant(20));
  b.stage(e, {i}, twice(x, i));
  auto const j = b.axis("i", constant(20));
  b.stage(y, {j}, twice(e, j));
  auto const before = b.p;
  auto p = before;
  schedule s(p);
  s["e"].prefetch("x", "i", 2);
  s["e"].store_in(s["y"]);
  INFO(std::string(p.fault.text.view()));
  REQUIRE(s.print_steps() ==
          "e.prefetch(\"x\", \"i\", 2)\n"
          "e.store_in(\"y\")\n");
  s.finish();
  auto q = before;
  REQUIRE(replay(s.print_steps().view(), q).ok());
  REQUIRE(q == p);
  REQUIRE(message_of_text("y.prefetch(\"a\", \"i\")") ==
          "line 1, column 20: expected ',' and a distance, found ')'");
}

TEST_CASE("where a stage is stored is read back", "[schedule][read_steps]") {
  auto const before = blur(16);
  auto p = before;
  schedule s(p);
  s.compute_at("h", "v", "c");
  s["h"].store_root();
  s["h"].store_at(s.get("r"));
  s["h"].fold_storage("r");
  s["h"].fold_storage("c", 4);
  s.finish();
  auto q = before;
  REQUIRE(replay(s.print_steps().view(), q).ok());
  REQUIRE(q == p);
  REQUIRE(q.stages[0].fold_places == 4);
}

TEST_CASE("names that are no words are quoted", "[schedule][read_steps]") {
  auto before = product(8, 8, 8);
  before.axes[0].name = "a \"b\"\\\n\xc3\xa4";
  before.buffers[0].name = "y.0";
  before.stages[0].name = "y.0";
  auto p = before;
  schedule s(p);
  s.split(before.axes[0].name.view(), 4);
  auto const text = s.print_steps();
  REQUIRE(text.view().starts_with("\"y.0\".split(\"a \\x22b\\x22\\x5c\\x0a\xc3\xa4\", 4, exact)"));
  auto q = before;
  auto const r = replay(text.view(), q);
  INFO(std::string(r.message().view()));
  REQUIRE(r.ok());
  REQUIRE(q == p);
}

TEST_CASE("a mistake has a line, a column and what was expected", "[schedule][read_steps]") {
  REQUIRE(message_of_text("") == "ok");
  REQUIRE(message_of_text("\n  # nothing\r\n") == "ok");
  REQUIRE(message_of_text("y.split(\"i\", 6, cut) -> \"io\", \"ii\"\r\n y . unroll ( \"ii\" )") ==
          "ok");
  REQUIRE(message_of_text("?") == "line 1, column 1: expected the name of a stage, found '?'");
  REQUIRE(message_of_text("\ny") ==
          "line 2, column 2: expected '.' and a primitive, found the end of the line");
  REQUIRE(message_of_text("y.splits(\"i\", 2)") ==
          "line 1, column 3: expected a primitive, such as split or reorder, found "
          "'splits(\"i\", '");
  REQUIRE(message_of_text("y.split(i, 2)") ==
          "line 1, column 9: expected a name in quotes, found 'i, 2)'");
  REQUIRE(message_of_text("y.split(\"i\")") ==
          "line 1, column 12: expected ',' and a factor, found ')'");
  REQUIRE(message_of_text("y.split(\"i\", x)") ==
          "line 1, column 14: expected a whole number, found 'x)'");
  REQUIRE(message_of_text("y.split(\"i\", 8, round)") ==
          "line 1, column 17: expected a tail: automatic, exact, guard, cut, mask, narrow, "
          "shift_inwards or round_up, found 'round)'");
  REQUIRE(message_of_text("y.split(\"i\", 8) -> \"io\"") ==
          "line 1, column 24: expected ',' and the name of the inner loop, found the end of the "
          "line");
  REQUIRE(message_of_text("y.unroll(\"i) ") ==
          "line 1, column 14: expected the quote that ends the name, found the end of the line");
  REQUIRE(message_of_text("y.unroll(\"\\n\")") ==
          "line 1, column 11: expected \\x and two hexadecimal digits, found '\\n\")'");
  REQUIRE(message_of_text("y.unroll(\"abcdefghijklmnopqrstuvwxyz\")") ==
          "line 1, column 34: expected a name of at most 23 characters, found 'xyz\")'");
  REQUIRE(message_of_text("y.parallel(\"i\") -> \"j\"") ==
          "line 1, column 17: expected the end of the line, found '-> \"j\"'");
  REQUIRE(message_of_text("and 4 more") ==
          "line 1, column 5: expected '.' and a primitive, found '4 more'");
  REQUIRE(message_of_text("y.split(\"i\", 99999999999999999999)")
              .starts_with("line 1, column 26: expected a number that is not so large"));
  REQUIRE(message_of_text("y.cache_read(\"b\", \"i\", [\"j\" / ])")
              .starts_with("line 1, column 31: expected a whole number"));
}

TEST_CASE("an illegal step has a line and the sentence of its rule", "[schedule][read_steps]") {
  REQUIRE(message_of_text("y.split(\"i\", 7, exact)") ==
          "line 1: split i by 7: extent 60 is not a multiple; exact factors: 5, 6, 10, 12, or use "
          "tail::guard");
  REQUIRE(message_of_text("\nz.unroll(\"i\")") == "line 2: the program has no stage z; stages: y");
  REQUIRE(message_of_text("y.cache_read(\"b\", \"i\") -> \"copy\"") ==
          "line 1: expected \"b_cache\" after the arrow, the name of what cache_read makes");
  REQUIRE(message_of_text("y.split(\"j\", 5, mask)\n").starts_with("line 2: tail::mask of j"));
  auto p = product(60, 48, 32);
  auto const r = replay("y.split(\"i\", 4)\ny.split(\"i\", 4)\n", p);
  REQUIRE(r.line == 2);
  REQUIRE(r.steps == 1);
  REQUIRE(p.fault.id == diag::code::unknown_axis);
  auto q = product(60, 48, 32);
  REQUIRE_FALSE(replay("y.split", q).ok());
  REQUIRE(q.fault.id == diag::code::bad_steps);
  REQUIRE(q.fault.text == "line 1, column 8: expected '(', found the end of the line");
  program nothing{};
  REQUIRE_FALSE(replay("y.split(\"i\", 4)", nothing).ok());
}

TEST_CASE("what random schedules write, reading does again", "[schedule][read_steps][random]") {
  program const programs[] = {product(10, 12, 9), product(-1, -1, -1), blur(9),
                              normalized(6, 10),  normalized(-1, -1),  stencil(20)};
  int replayed = 0;
  for (program const& before : programs) {
    for (unsigned seed = 1; seed <= 1200; ++seed) {
      auto const w = write(before, seed, 1 + static_cast<int>(seed % 14));
      if (!w.scheduled.fault.ok()) continue;
      auto const p = std::make_unique<program>(before);
      auto const r = replay(w.text, *p);
      INFO("seed " << seed << "\n" << w.text << std::string(r.message().view()));
      REQUIRE(r.ok());
      REQUIRE(*p == w.scheduled);
      ++replayed;
    }
  }
  REQUIRE(replayed > 1000);
}

TEST_CASE("damaged text is read or refused, and nothing else", "[schedule][read_steps][random]") {
  constexpr std::string_view alphabet = "\"(),.->[]/% \n\\x0aysplitunroll019-\t\r\0\xff";
  std::mt19937 random(11);
  auto const draw = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  program const programs[] = {product(10, 12, 9), blur(9), normalized(6, 10)};
  int good = 0;
  int bad = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    program const& before = programs[seed % 3];
    auto text = write(before, seed, 8).text;
    for (std::size_t n = 1 + draw(3); n > 0; --n) {
      std::size_t const at = draw(text.size() + 1);
      switch (draw(4)) {
        case 0: text.erase(at, 1 + draw(4)); break;
        case 1: text.insert(at, 1, alphabet[draw(alphabet.size())]); break;
        case 2: text.insert(at, text.substr(draw(text.size() + 1), draw(30))); break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(random() & 0xffU);
      }
    }
    auto const p = std::make_unique<program>(before);
    auto const r = replay(text, *p);
    INFO("seed " << seed << "\n" << text);
    REQUIRE(r.ok() == r.text.empty());
    REQUIRE(r.ok() == r.message().empty());
    REQUIRE(r.ok() == p->fault.ok());
    (r.ok() ? good : bad) += 1;
  }
  REQUIRE(good > 100);
  REQUIRE(bad > 1000);
}

TEST_CASE("strides and streams are read back", "[schedule][read_steps]") {
  auto const before = blur(16);
  auto p = before;
  schedule s(p);
  s["h"].align_storage("r", 16, 4);
  s.stream();
  REQUIRE(s.print_steps() ==
          "h.align_storage(\"r\", 16, 4)\n"
          "v.stream()\n");
  s.finish();
  auto q = before;
  REQUIRE(replay(s.print_steps().view(), q).ok());
  REQUIRE(q == p);
  REQUIRE(message_of_text("y.align_storage(\"i\", 16)") ==
          "line 1, column 24: expected ',' and the remainder, found ')'");
  REQUIRE(message_of_text("y.align_storage(\"i\")") ==
          "line 1, column 20: expected ',' and what the stride is divided by, found ')'");
}

TEST_CASE("pipelines and swizzles are read back", "[schedule][read_steps]") {
  auto const before = blur(16);
  auto p = before;
  schedule s(p);
  s["h"].compute_at(s.get("r"));
  s["h"].swizzle();
  s.pipeline("r", 3);
  REQUIRE(s.print_steps() ==
          "h.compute_at(\"v\", \"r\")\n"
          "h.swizzle()\n"
          "v.pipeline(\"r\", 3)\n");
  s.finish();
  auto q = before;
  REQUIRE(replay(s.print_steps().view(), q).ok());
  REQUIRE(q == p);
  REQUIRE(message_of_text("y.pipeline(\"i\")") ==
          "line 1, column 15: expected ',' and a number of iterations, found ')'");
}

TEST_CASE("orders with padding, and padded loops, are read back", "[schedule][read_steps]") {
  auto const before = blur(21);
  auto p = before;
  schedule s(p);
  s["h"].layout(packed("c", 8).pad(-HUGE_VAL));
  s["h"].pad_to("r", 4);
  s.pad_to("c", 16);
  s.cache_read("h", "r", ordered("c", "r").pad(7));
  REQUIRE(s.print_steps() ==
          "h.layout([\"c\" / 8, \"r\", \"c\" % 8], -inf)\n"
          "h.pad_to(\"r\", 4)\n"
          "v.pad_to(\"c\", 16)\n"
          "v.cache_read(\"h\", \"r\", [\"c\", \"r\"], 7) -> \"h_cache\"\n");
  s.finish();
  auto q = before;
  REQUIRE(replay(s.print_steps().view(), q).ok());
  REQUIRE(q == p);
  REQUIRE(message_of_text("y.layout(\"i\")") ==
          "line 1, column 10: expected a memory order in brackets, found '\"i\")'");
  REQUIRE(message_of_text("y.layout([\"i\"], x)") ==
          "line 1, column 17: expected a whole number, found 'x)'");
  REQUIRE(message_of_text("y.pad_to(\"i\")") ==
          "line 1, column 13: expected ',' and a multiple, found ')'");
}
