// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
#include <ashlar/schedule/read_steps.hpp>

#include <unit/schedule/captured.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr ashlar::axis<"b"> b;
constexpr ashlar::axis<"c"> col;
constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;

// How often each number occurs in x; those that are no index count for none.
constexpr auto histogram = [](auto h, auto x) {
  h.name("h");
  h(b) = sum(i, j, select(b == cast<std::int64_t>(x(i, j)), 1, 0));
};

// Rows of g added to the row of y that is named for each, and y's is twice that.
constexpr auto rows = [](auto y, auto g, auto row) {
  y.name("y");
  y(b, col) = sum(i, select(cast<std::int64_t>(row(i)) == b, g(i, col), 0.0f)) * 2;
};

}  // namespace

TEST_CASE("a scattered reduction visits each value once", "[schedule][scatter]") {
  program const p = captured<i32<5>, i32<dyn, 9>>(histogram);
  program const q = scheduled(p, [](schedule& s) { s.scatter("b"); });
  CHECK(show(after(q, "simplify nest")) == R"(for b in [0, 5):
  h[b] = 0
for i in [0, arg1.extent(0)):
  for j in [0, 9):
    h[i64(arg1[i, j])?] = h[i64(arg1[i, j])?] + 1
)");
}

TEST_CASE("a scattered reduction computes the same", "[schedule][scatter]") {
  for (program const& p :
       {captured<i32<5>, i32<4, 9>>(histogram), captured<i32<dyn>, i32<dyn, dyn>>(histogram)}) {
    keeps_values(p, [](schedule& s) { s.scatter("b"); });
    keeps_values(p, [](schedule& s) {
      s.reorder("i", "b", "j");
      s.scatter("b");
      s.split("j", 4, tail::cut);
      s.unroll("ji");
    });
    keeps_values(p, [](schedule& s) {
      s.scatter("b");
      s.atomic();
      s.parallel("i");
    });
  }
  for (program const& p : {captured<f32<3, 9>, f32<7, 9>, i32<7>>(rows),
                           captured<f32<dyn, dyn>, f32<dyn, dyn>, i32<dyn>>(rows)}) {
    keeps_values(p, [](schedule& s) { s.scatter("b"); });
    keeps_values(p, [](schedule& s) {
      s.reorder("i", "c");
      s.vectorize("c", 4);
      s.scatter("b");
    });
    keeps_values(p, [](schedule& s) {
      s.split("c", 4);
      s.reorder("co", "b", "i", "ci");
      s.scatter("b");
      s.parallel("co");
    });
  }
}

TEST_CASE("partial results of threads are scattered, too", "[schedule][scatter]") {
  for (program const& p : {captured<f32<3, 9>, f32<7, 9>, i32<7>>(rows),
                           captured<f32<dyn, 4>, f32<dyn, 4>, i32<dyn>>(rows)}) {
    keeps_values(p, [](schedule& s) {
      auto const [io, ii] = s.split("i", 4);
      auto part = s.rfactor(io);
      part.compute_root();
      part.reorder("io", "b", "ii", "c");
      part.scatter("b");
      part.parallel("io");
    });
  }
}

TEST_CASE("atomic updates are of reductions that no order changes", "[schedule][atomic]") {
  program const p = captured<i32<5>, i32<4, 9>>(histogram);
  CHECK(is_refused(
      p, [](schedule& s) { s.parallel("i"); }, code::parallel_reduction, "atomic permits it"));
  CHECK(is_refused(
      captured<f32<3, 9>, f32<7, 9>, i32<7>>(rows), [](schedule& s) { s.atomic(); },
      code::bad_atomic, "sums of floats depend on the order"));
  keeps_values(p, [](schedule& s) {
    s.atomic();
    s.parallel("i");
  });
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.atomic();
        s.reorder("i", "j", "b");
        s.vectorize("b");
        s.parallel("i");
      },
      code::bad_atomic, "in the lanes of b"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.atomic();
        s.cache_write("j");
        s.parallel("i");
      },
      code::bad_atomic, "cache_write keeps"));
  auto const plain = [](auto y, auto x) { y(i) = x(i); };
  CHECK(is_refused(
      captured<i32<4>, i32<4>>(plain), [](schedule& s) { s.atomic(); }, code::bad_atomic,
      "has no reduction"));
}

TEST_CASE("what is not scattered is said", "[schedule][scatter]") {
  program const p = captured<i32<5>, i32<4, 9>>(histogram);
  auto const other = [](auto y, auto x) { y(b, i) = sum(j, select(b == i, x(i, j), 0)); };
  CHECK(is_refused(
      captured<i32<5, 4>, i32<4, 9>>(other), [](schedule& s) { s.scatter("i"); }, code::bad_scatter,
      "is not chosen by i"));
  auto const one = [](auto y, auto x) {
    y(b) = sum(i, j, select(b == cast<std::int64_t>(x(i, j)), 1, 7));
  };
  CHECK(is_refused(
      captured<i32<5>, i32<4, 9>>(one), [](schedule& s) { s.scatter("b"); }, code::bad_scatter,
      "is not chosen by b"));
  CHECK(is_refused(
      p, [](schedule& s) { s.scatter("i"); }, code::bad_scatter, "it is a reduction loop"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        auto const [bo, bi] = s.split("b", 2);
        s.scatter(bi);
      },
      code::bad_scatter, "it is a part of another"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.scatter("b");
        s.split("b", 2);
      },
      code::bad_scatter, "was split, fused or bound"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.reorder("i", "j", "b");
        s.scatter("b");
        s.vectorize("b");
      },
      code::bad_scatter, "was split, fused or bound"));
  auto const lanes = [](auto y, auto x) {
    y(b, col) = sum(i, select(b == cast<std::int64_t>(x(i, col)), 1, 0));
  };
  CHECK(is_refused(
      captured<i32<5, 8>, i32<4, 8>>(lanes),
      [](schedule& s) {
        s.reorder("i", "c");
        s.vectorize("c");
        s.scatter("b");
      },
      code::bad_scatter, "differs in the lanes of c"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.scatter("b");
        s.cache_write("j");
      },
      code::bad_cache_write, "is scattered"));
}

TEST_CASE("scatter and atomic are written and read back", "[schedule][scatter]") {
  program p = captured<i32<5>, i32<4, 9>>(histogram);
  program q = p;
  schedule s(p);
  s.scatter("b");
  s.atomic();
  s.parallel("i");
  REQUIRE(s.print_steps().view() == "h.scatter(\"b\")\nh.atomic()\nh.parallel(\"i\")\n");
  schedule r(q);
  REQUIRE(read_steps(s.print_steps().view(), r).ok());
  REQUIRE(q == p);
}

TEST_CASE("running values that are scattered are in no tile, and not streamed",
          "[schedule][scatter]") {
  program const p = captured<i32<5>, i32<4, 9>>(histogram);
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.cache_write("j");
        s.scatter("b");
      },
      code::bad_scatter, "cache_write keeps running values in a tile"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.pad_to("b", 4);
        s.scatter("b");
      },
      code::bad_scatter, "pad_to has it run on past its end"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.atomic();
        s.parallel("i");
        s.stream();
      },
      code::bad_stream, "its updates are atomic"));
  CHECK(is_refused(
      p,
      [](schedule& s) {
        s.atomic();
        s.parallel("i");
        s.rfactor("j");
      },
      code::bad_rfactor, "rfactor comes before parallel"));
}
