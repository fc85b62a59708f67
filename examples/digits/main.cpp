// SPDX-License-Identifier: Apache-2.0
//
// examples/digits: an imported network classifies real handwritten digits, which it has never seen.
//
//   takes    the folder with images.f32, labels.u8 and reference.f32
//   prints   accuracy, the largest difference from ONNX Runtime, the time of one image, and what
//            the model needs, all of which the compiler knew
//   exit 1   if a file is missing, a run is refused, an output differs by more than 1e-5, fewer
//            digits are right than with ONNX Runtime, or a run has called the heap
#include "heap_calls.hpp"

#include <digits/model.hpp>
#include <digits/weights.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr std::size_t images = 360;
constexpr std::size_t pixels = 64;
constexpr std::size_t classes = 10;
constexpr double tolerance = 1e-5;

using logits = std::array<float, classes>;

// Known before anything runs.
static_assert(digits::model::workspace_bytes <= 64 * 1024);
static_assert(digits::model::arena_bytes <= digits::model::workspace_bytes);
static_assert(digits::model::weights_bytes <= 128 * 1024);

// Not one of these is on the heap.
struct everything {
  std::array<std::array<float, pixels>, images> image;
  std::array<unsigned char, images> label;
  std::array<logits, images> reference;
  std::array<logits, images> result;
  std::array<double, images> seconds;
  alignas(64) std::array<std::byte, digits::model::workspace_bytes> workspace;
};
everything all;

template <class T> auto read(char const* folder, char const* name, T& to) -> bool {
  std::array<char, 4096> path{};
  std::snprintf(path.data(), path.size(), "%s/%s", folder, name);
  std::FILE* const file = std::fopen(path.data(), "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "digits: cannot read %s\n", path.data());
    return false;
  }
  bool const whole = std::fread(to.data(), 1, sizeof(T), file) == sizeof(T);
  std::fclose(file);
  if (!whole) std::fprintf(stderr, "digits: %s is too short\n", path.data());
  return whole;
}

auto run_all(digits::model const& model) -> bool {
  using clock = std::chrono::steady_clock;
  for (std::size_t i = 0; i < images; ++i) {
    auto const start = clock::now();
    auto const s = model.run(all.workspace, std::span(all.result[i]), std::span(all.image[i]));
    all.seconds[i] = std::chrono::duration<double>(clock::now() - start).count();
    if (!s) {
      std::fprintf(stderr, "digits: image %zu is refused\n", i);
      return false;
    }
  }
  return true;
}

auto accuracy(std::array<logits, images> const& of) -> double {
  std::size_t right = 0;
  for (std::size_t i = 0; i < images; ++i) {
    auto const best = std::max_element(of[i].begin(), of[i].end()) - of[i].begin();
    if (best == all.label[i]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(images);
}

auto largest_difference() -> double {
  double largest = 0;
  for (std::size_t i = 0; i < images; ++i) {
    for (std::size_t k = 0; k < classes; ++k) {
      double const d = std::fabs(double(all.result[i][k]) - double(all.reference[i][k]));
      // A NaN is the largest difference of all, and stays it.
      if (!(d <= largest)) largest = d;
    }
  }
  return largest;
}

auto median_microseconds() -> double {
  std::nth_element(all.seconds.begin(), all.seconds.begin() + images / 2, all.seconds.end());
  return all.seconds[images / 2] * 1e6;
}

/// The counter counts, or its zero would mean nothing.
auto counter_works() -> bool {
  long const before = heap_calls();
  void* volatile memory = std::malloc(1);
  std::free(memory);
  return heap_calls() == before + 1;
}

auto report(double mine, double theirs, double difference, long calls) -> int {
  bool const good = mine >= theirs && difference <= tolerance && calls == 0;
  std::printf("accuracy            %.4f of %zu images\n", mine, images);
  std::printf("with ONNX Runtime   %.4f\n", theirs);
  std::printf("largest difference  %.3g\n", difference);
  std::printf("one image           %.2f us (median)\n", median_microseconds());
  std::printf("arena               %zu bytes\n", digits::model::arena_bytes);
  std::printf("weights             %zu bytes\n", digits::model::weights_bytes);
  std::printf("heap calls in run   %ld\n", calls);
  std::printf(
      "digits: accuracy=%.4f reference_accuracy=%.4f max_abs_diff=%.3g latency_us=%.2f "
      "arena_bytes=%zu weights_bytes=%zu heap_calls=%ld\n",
      mine, theirs, difference, median_microseconds(), digits::model::arena_bytes,
      digits::model::weights_bytes, calls);
  return good ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: digits FOLDER\n");
    return 2;
  }
  bool const there = read(arguments[1], "images.f32", all.image) &&
                     read(arguments[1], "labels.u8", all.label) &&
                     read(arguments[1], "reference.f32", all.reference);
  auto const model = digits::model::with(digits::weights());
  if (!there || !model || !counter_works()) return 1;
  long const before = heap_calls();
  // The first round warms caches, the second one is timed.
  if (!run_all(*model) || !run_all(*model)) return 1;
  long const calls = heap_calls() - before;
  return report(accuracy(all.result), accuracy(all.reference), largest_difference(), calls);
}
