// SPDX-License-Identifier: Apache-2.0
//
// 06: a schedule as a value: written down, read back, in the words of Halide and TVM, and drawn.
// With a folder as argument, the pictures are written there; docs/inspect.md shows them.
#include <ashlar/ashlar.hpp>
#include <ashlar/kernel/inspect.hpp>
#include <cstdio>
#include <fstream>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto dense = [](auto y, auto x, auto w, auto b) {
  y.name("y"), x.name("x"), w.name("w"), b.name("b");
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)) + b(j));
};

constexpr auto blocked = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 4);
  auto [jo, ji] = s.split("j", 16);
  s.reorder(jo, io, "k", ii, ji);
  s.cache_read("w", jo, ash::packed("j", 16)).vectorize("j", 16);
  s.unroll(ii);
  s.vectorize(ji);
  s.parallel(jo);
};

template <ash::index_t... E> using f32 = ash::tensor<float, E...>;

int main(int count, char** arguments) {
  constexpr ash::kernel<dense, blocked> layer;
  auto const at = ash::inspect<f32<128, 512>, f32<128, 256>, f32<256, 512>, f32<512>>(layer);

  // The schedule as text, and the text as a schedule.
  auto const text = at->steps_text();
  std::printf("--- steps\n%s", text.c_str());
  auto program = at->algorithm;
  auto const read = ash::replay(text, program);
  std::printf("%d steps read back: the program is %s\n", read.steps,
              program == at->scheduled ? "the same" : "another");

  // A mistake in a text is a value, too.
  auto other = at->algorithm;
  std::printf("%s\n", ash::replay("y.split(\"i\", 4)\ny.unroll(ii)", other).message().chars);

  std::printf("--- Halide\n%s--- TVM\n%s", at->halide().c_str(), at->tvm().c_str());

  // The loop nest for vectors of 32 bytes, on whatever machine this runs.
  ash::pass::lower(program, 32);
  auto const stages = ash::draw(at->scheduled);
  auto const nest = ash::draw(program);
  bool const drawn = stages.starts_with("<svg") && nest.starts_with("<svg");
  std::printf("--- drawn: %s\n", drawn ? "stages and loop nest" : "nothing");
  if (count > 1) {
    std::string const folder = arguments[1];
    std::ofstream(folder + "/stages.svg") << stages;
    std::ofstream(folder + "/nest.svg") << nest;
  }
  return drawn && read.ok() ? 0 : 1;
}
