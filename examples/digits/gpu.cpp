// SPDX-License-Identifier: Apache-2.0
//
// examples/digits, gpu: the network on a GPU; nvcc has compiled the kernels, and not this file.
//
//   takes    the folder with images.f32, labels.u8 and reference.f32
//   prints   accuracy, the largest difference from ONNX Runtime, the time of one image
//   exit 1   if a file is missing, a run is refused, or an output differs by more than 1e-5;
//        77  if there is no CUDA device
#include <digits_net/gpu.hpp>
#include <digits_net/weights.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

namespace ash = ashlar;

constexpr std::size_t images = 360, pixels = 64, classes = 10;

void require(ash::status const& s) {
  if (s.ok()) return;
  std::fprintf(stderr, "digits: %s\n", s.message().c_str());
  std::exit(1);
}

template <class T> auto read(std::string const& path, std::size_t count) -> std::vector<T> {
  std::vector<T> all(count);
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  bool const whole = file != nullptr && std::fread(all.data(), sizeof(T), count, file) == count;
  if (file != nullptr) std::fclose(file);
  if (whole) return all;
  std::fprintf(stderr, "digits: cannot read %s\n", path.c_str());
  std::exit(1);
}

/// All images, one after the other: the copies and the recorded run are in one stream.
auto classify(ash::cuda where, std::vector<float> const& from) -> std::vector<float> {
  auto const net = digits::gpu_model::make(digits::weights(), where);
  require(net.error());
  auto image = ash::device_tensor<float, 1, 1, 8, 8>::make();
  auto logits = ash::device_tensor<float, 1, 10>::make();
  require(image.error());
  require(logits.error());
  auto const once =
      ash::cuda_graph::capture(where, [&](ash::cuda in) { return net->run(in, *logits, *image); });
  require(once.error());
  std::vector<float> result(images * classes);
  for (std::size_t i = 0; i < images; ++i) {
    ash::view<float const, 1, 1, 8, 8> const next(from.data() + i * pixels);
    ash::view<float, 1, 10> row(result.data() + i * classes);
    require(ash::copy(next, *image, where));
    require(once->launch(where));
    require(ash::copy(*logits, row, where));
  }
  require(ash::wait_for(where));
  return result;
}

auto count_right(std::vector<float> const& of, std::vector<unsigned char> const& label) -> int {
  int right = 0;
  for (std::size_t i = 0; i < images; ++i) {
    auto const first = of.begin() + static_cast<std::ptrdiff_t>(i * classes);
    right += std::max_element(first, first + classes) - first == label[i] ? 1 : 0;
  }
  return right;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: digits_gpu FOLDER\n");
    return 2;
  }
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::puts("skipped: there is no CUDA device");
    return 77;
  }
  std::string const folder = arguments[1];
  auto const image = read<float>(folder + "/images.f32", images * pixels);
  auto const label = read<unsigned char>(folder + "/labels.u8", images);
  auto const reference = read<float>(folder + "/reference.f32", images * classes);
  ash::cuda where{};
  require(ash::runtime::status_of(cudaStreamCreate(&where.stream)));
  static_cast<void>(classify(where, image));  // the first run loads the kernels
  auto const start = std::chrono::steady_clock::now();
  auto const result = classify(where, image);
  std::chrono::duration<double, std::micro> const time = std::chrono::steady_clock::now() - start;
  double difference = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    double const d = std::fabs(double{result[i]} - double{reference[i]});
    if (!(d <= difference)) difference = d;  // a NaN stays
  }
  std::printf(
      "digits on the GPU: %d of %zu right, with ONNX Runtime %d; largest difference %.3g; "
      "%.1f us an image, copies and set-up included\n",
      count_right(result, label), images, count_right(reference, label), difference,
      time.count() / double{images});
  static_cast<void>(cudaStreamDestroy(where.stream));
  return difference <= 1e-5 ? 0 : 1;
}
