// SPDX-License-Identifier: Apache-2.0
//
// halide 6: histogram equalisation. A histogram is a sum over all pixels for each level, as it is
// written; scattered, it visits each pixel once. The distribution adds up level by level: it reads
// itself. What stands to the right of a line is its Halide.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"y"> y;
constexpr ash::axis<"x"> x;
constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr int levels = 64, height = 24, width = 32;
constexpr ash::axis<"v", levels> value;

constexpr auto equalise = [](auto equal, auto input) {
  equal.name("equal"), input.name("input");
  auto const level = [&](auto... at) { return ash::cast<std::int64_t>(input(at...)); };
  ash::local hist("hist"), cdf("cdf", equal);
  // hist(v) = 0; hist(input(i, j)) += 1;
  hist(value) = ash::sum(i, j, ash::select(value == level(i, j), 1, 0));
  // cdf(0) = hist(0); cdf(r) = cdf(r - 1) + hist(r);
  cdf(value) = hist(value) + ash::carried(cdf, 0)(value - 1);
  equal(y, x) = cdf(level(y, x)) * (levels - 1) / (height * width);
};

constexpr auto scattered = [](ash::schedule& s) {
  s["hist"].scatter("v");
  s.vectorize("x", 8);  // equal.vectorize(x, 8)
};

// Counts of rows, each of one thread; then for each level the sum over the rows.
constexpr auto by_rows = [](ash::schedule& s) {
  auto rows = s["hist"].rfactor("i");   // Func rows = hist.update().rfactor(r.y, y)
  rows.compute_root();                  // rows.compute_root()
  rows.layout(ash::ordered("i", "v"));  //     .reorder_storage(v, y)
  rows.align_storage("i", 16);          //     .align_storage(v, 16): no thread in another's line
  rows.reorder("i", "v", "j");          //     .reorder(v, y)
  rows.scatter("v");                    //
  rows.parallel("i");                   //     .update().parallel(y);
  s["cdf"].compute_root();              // cdf.compute_root();
  s.vectorize("x", 8);                  // equal.vectorize(x, 8)
  s.parallel("y");                      //      .parallel(y);
};

// All threads count in the same memory: integers, so the order does not matter.
constexpr auto atomically = [](ash::schedule& s) {
  s["hist"].scatter("v");
  s["hist"].atomic();       // hist.update().atomic()
  s["hist"].parallel("i");  //     .parallel(r.y);
  s.vectorize("x", 8);
};

using image = ash::tensor<int, height, width>;

template <auto Schedule> void step(char const* title, image const& input, image const& expected) {
  image const output = example::compute<equalise, Schedule, image>(input);
  example::print_nest<equalise, Schedule>(title, output, input);
  example::require_near(title, output, expected);
}

int main() {
  image input, plain;
  example::fill(input, 1);
  for (auto& pixel : input.span()) pixel = pixel * pixel / 5;  // dark: 0 to 51
  int count[levels]{};
  for (int const pixel : input.span()) ++count[pixel];
  for (int n = 1; n < levels; ++n) count[n] += count[n - 1];
  for (int r = 0; r < height; ++r) {
    for (int c = 0; c < width; ++c) {
      plain(r, c) = count[input(r, c)] * (levels - 1) / (height * width);
    }
  }
  image const expected = example::compute<equalise, example::as_written, image>(input);
  example::require_near("plain loops", expected, plain);
  step<scattered>("scattered", input, expected);
  step<by_rows>("rows in threads", input, expected);
  step<atomically>("atomic", input, expected);
}
