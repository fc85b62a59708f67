// SPDX-License-Identifier: Apache-2.0
//
// examples/embedded: the network of examples/digits where there is no operating system to speak of:
// no C library, no heap, no threads, no exceptions, no RTTI, no streams.
//
//   takes    nothing: the images lie in the program, as a sensor's data would in memory
//   prints   the first digits, how many of all are right, and what the model needs
//   exit 1   if a run is refused, fewer digits are right than with ONNX Runtime, or a score differs
//            from its by more than 1e-5
#include "board.hpp"
#include "classify.hpp"

#include <digits/model.hpp>

#include <cstddef>

// The files of examples/digits, copied by the assembler.
__asm__(
    ".section .rodata.digits_data,\"a\"\n"
    ".balign 64\n"
    ".globl digits_images, digits_reference, digits_labels\n"
    ".hidden digits_images, digits_reference, digits_labels\n"
    "digits_images: .incbin \"" EMBEDDED_DATA
    "/images.f32\"\n"
    "digits_reference: .incbin \"" EMBEDDED_DATA
    "/reference.f32\"\n"
    "digits_labels: .incbin \"" EMBEDDED_DATA
    "/labels.u8\"\n"
    ".previous\n");

namespace {

using namespace embedded;

constexpr int images = 360;
constexpr int shown = 20;
constexpr float tolerance = 1e-5F;

extern "C" {
[[gnu::visibility("hidden")]] extern float const digits_images[images][pixels];
[[gnu::visibility("hidden")]] extern float const digits_reference[images][classes];
[[gnu::visibility("hidden")]] extern unsigned char const digits_labels[images];
}

template <std::size_t N> void put(char const (&text)[N]) { embedded::put(text, N - 1); }

void put(std::size_t number) {
  char digit[20];
  std::size_t first = sizeof digit;
  do {
    digit[--first] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  embedded::put(digit + first, sizeof digit - first);
}

template <std::size_t N, std::size_t M>
void put_line(char const (&title)[N], std::size_t number, char const (&unit)[M]) {
  put(title);
  put(number);
  put(unit);
}

auto best_of(float const (&scores)[classes]) -> int {
  int best = 0;
  for (int k = 1; k < classes; ++k) {
    if (scores[k] > scores[best]) best = k;
  }
  return best;
}

/// A NaN is not near.
auto near(float const (&mine)[classes], float const (&theirs)[classes]) -> bool {
  for (int k = 0; k < classes; ++k) {
    float const d = mine[k] - theirs[k];
    if (!(d <= tolerance && d >= -tolerance)) return false;
  }
  return true;
}

}  // namespace

auto board_main() -> int {
  std::size_t mine = 0;
  std::size_t theirs = 0;
  put("digits             ");
  for (int i = 0; i < images; ++i) {
    float scores[classes] = {};
    int const digit = classify(digits_images[i], scores);
    if (digit < 0 || !near(scores, digits_reference[i])) return 1;
    if (digit == digits_labels[i]) ++mine;
    if (best_of(digits_reference[i]) == digits_labels[i]) ++theirs;
    if (i < shown) put_line(" ", static_cast<std::size_t>(digit), "");
  }
  put_line("\nright               ", mine, " of 360 images\n");
  put_line("with ONNX Runtime   ", theirs, "\n");
  put_line("arena               ", digits::model::arena_bytes, " bytes\n");
  put_line("weights             ", digits::model::weights_bytes, " bytes\n");
  return mine >= theirs ? 0 : 1;
}
