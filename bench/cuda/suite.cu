// SPDX-License-Identifier: Apache-2.0
//
// suite check | bench: what tools/gpu_suite runs where a GPU is.
//   check   kernels of odd shapes on random data, into memory that held NaN, against float64
//   bench   the median of 20 runs, as a ratio to what a user would call instead, in this process
#include <cublas_v2.h>

#include <algorithm>
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cub/device/device_reduce.cuh>
#include <cuda/product.hpp>
#include <cuda/saxpy.hpp>
#include <cuda/transpose.hpp>
#include <vector>

namespace {

namespace ash = ashlar;
namespace product = example::product;
namespace transpose = example::transpose;
using ash::dyn;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto chain = [](auto y, auto x, auto z) {
  y(i) = ash::max(x(i) * 2 + z(i), 0) - ash::min(z(i), x(i));
};
constexpr auto sums = [](auto y, auto x) { y(i) = ash::sum(j, x(i, j)); };
constexpr auto by_warp = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  auto const parts = s.split("j", 32);
  s.bind(parts.inner, ash::gpu::lane);
};
void require(ash::status const& s) {
  if (s.ok()) return;
  std::puts(s.message().c_str());
  std::exit(1);
}
void require(cudaError_t e) { require(ash::runtime::status_of(e)); }

using vector = ash::device_tensor<float, dyn>;
using matrix = ash::device_tensor<float, dyn, dyn>;

auto random_number(std::uint64_t n) -> float {
  n = (n + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
  n ^= n >> 29;
  return static_cast<float>(static_cast<double>((n * 0x94d049bb133111ebu) >> 40) / (1 << 23) - 1);
}

/// A tensor on the device, and the same numbers here.
template <class Tensor> struct pair {
  Tensor there{};
  std::vector<float> here{};

  template <class... N> explicit pair(std::uint64_t seed, N... n) {
    auto made = Tensor::make(n...);
    require(made.error());
    there = std::move(*made);
    here.resize(static_cast<std::size_t>(there.size()));
    for (std::size_t at = 0; at < here.size(); ++at) here[at] = random_number(seed * 7919 + at);
    if (seed == 0) std::fill(here.begin(), here.end(), std::nanf(""));
    auto const bytes = here.size() * sizeof(float);
    require(cudaMemcpy(there.data(), here.data(), bytes, cudaMemcpyHostToDevice));
  }
  void fetch() {
    require(cudaDeviceSynchronize());
    auto const bytes = here.size() * sizeof(float);
    require(cudaMemcpy(here.data(), there.data(), bytes, cudaMemcpyDeviceToHost));
  }
};

/// The error of all elements, relative to the root of their mean square.
template <class Wanted> auto error_of(std::vector<float> const& got, Wanted const& wanted) {
  double error = 0;
  double size = 0;
  for (std::size_t at = 0; at < got.size(); ++at) {
    double const w = wanted(at);
    error += (got[at] - w) * (got[at] - w);
    size += w * w;
  }
  return size > 0 ? std::sqrt(error / size) : std::sqrt(error);
}

int judge(char const* name, int m, int n, double error) {
  bool const good = error <= 1e-6;  // NaN is not
  std::printf("%s %d %d: relative error %.2g%s\n", name, m, n, error, good ? "" : " FAILED");
  return good ? 0 : 1;
}

int check_of(int m, int n, int depth) {
  auto const cols = static_cast<std::size_t>(n);
  pair<vector> y(0, m * n), x(1, m * n), z(2, m * n), s(0, m);
  pair<matrix> a(3, m, depth), b(4, depth, n), c(0, m, n), t(0, n, m), w(5, m, n);
  require(ash::kernel<chain, example::on_gpu>{}(ash::cuda{}, y.there, x.there, z.there));
  require(ash::kernel<sums, by_warp>{}(ash::cuda{}, s.there, w.there));
  require(ash::kernel<transpose::definition, transpose::tiled>{}(ash::cuda{}, t.there, w.there));
  require(ash::kernel<product::definition, product::in_shared_memory>{}(ash::cuda{}, c.there,
                                                                        a.there, b.there));
  y.fetch(), s.fetch(), t.fetch(), c.fetch();
  int bad = judge("chain", m, n, error_of(y.here, [&](std::size_t at) {
                    double const u = x.here[at];
                    double const v = z.here[at];
                    return std::fmax(u * 2 + v, 0) - std::fmin(v, u);
                  }));
  bad += judge("sums", m, n, error_of(s.here, [&](std::size_t at) {
                 double sum = 0;
                 for (std::size_t q = 0; q < cols; ++q) sum += w.here[at * cols + q];
                 return sum;
               }));
  bad += judge("transpose", m, n, error_of(t.here, [&](std::size_t at) {
                 auto const rows = static_cast<std::size_t>(m);
                 return double{w.here[at % rows * cols + at / rows]};
               }));
  bad += judge("product", m, n, error_of(c.here, [&](std::size_t at) {
                 auto const inner = static_cast<std::size_t>(depth);
                 double sum = 0;
                 for (std::size_t q = 0; q < inner; ++q) {
                   sum += double{a.here[at / cols * inner + q]} * b.here[q * cols + at % cols];
                 }
                 return sum;
               }));
  return bad;
}

/// The median of 20 runs, in ms.
template <class F> auto time_of(F const& f) -> double {
  cudaEvent_t from{}, to{};
  require(cudaEventCreate(&from));
  require(cudaEventCreate(&to));
  for (int warm = 0; warm < 3; ++warm) f();
  std::vector<float> ms(20);
  for (float& one : ms) {
    require(cudaEventRecord(from));
    f();
    require(cudaEventRecord(to));
    require(cudaEventSynchronize(to));
    require(cudaEventElapsedTime(&one, from, to));
  }
  require(cudaEventDestroy(from));
  require(cudaEventDestroy(to));
  std::sort(ms.begin(), ms.end());
  return ms[ms.size() / 2];
}

void row(char const* name, double mine, char const* unit, char const* peer, double other) {
  std::printf("| %s | %.0f %s | %s | %.0f %s | %.2f |\n", name, mine, unit, peer, other, unit,
              mine / other);
}

void bench() {
  constexpr int n = 1 << 27;
  constexpr int side = 8192;
  constexpr int order = 4096;
  auto const gigabytes = [](double bytes, double ms) { return bytes / (ms * 1e6); };
  std::puts("| workload | Ashlar | peer | peer | ratio |\n| --- | --- | --- | --- | --- |");
  {
    pair<vector> x(1, n), z(2, n), y(3, n);
    double const copy = time_of([&] {
      require(cudaMemcpyAsync(y.there.data(), x.there.data(), std::size_t{n} * 4,
                              cudaMemcpyDeviceToDevice));
    });
    double const mine = time_of([&] {
      require(ash::kernel<chain, example::on_gpu>{}(ash::cuda{}, y.there, x.there, z.there));
    });
    row("chain, 2^27 f32", gigabytes(12.0 * n, mine), "GB/s", "copy", gigabytes(8.0 * n, copy));
  }
  {
    pair<matrix> x(1, side, side), y(2, side, side);
    pair<vector> s(3, side), one(4, 1);
    double const bytes = 4.0 * side * side;
    double const copy = time_of([&] {
      require(cudaMemcpyAsync(y.there.data(), x.there.data(), std::size_t{side} * side * 4,
                              cudaMemcpyDeviceToDevice));
    });
    double const turn = time_of([&] {
      require(
          ash::kernel<transpose::definition, transpose::tiled>{}(ash::cuda{}, y.there, x.there));
    });
    row("transpose 8192", gigabytes(2 * bytes, turn), "GB/s", "copy", gigabytes(2 * bytes, copy));
    std::size_t room = 0;
    require(cub::DeviceReduce::Sum(nullptr, room, x.there.data(), one.there.data(), side * side));
    void* memory = nullptr;
    require(cudaMalloc(&memory, room));
    double const all = time_of([&] {
      require(cub::DeviceReduce::Sum(memory, room, x.there.data(), one.there.data(), side * side));
    });
    require(cudaFree(memory));
    double const mine =
        time_of([&] { require(ash::kernel<sums, by_warp>{}(ash::cuda{}, s.there, x.there)); });
    row("sums of 8192 rows", gigabytes(bytes, mine), "GB/s", "CUB, sum of all",
        gigabytes(bytes, all));
  }
  pair<matrix> a(1, order, order), b(2, order, order), c(3, order, order);
  cublasHandle_t blas{};
  if (cublasCreate(&blas) != CUBLAS_STATUS_SUCCESS) std::exit(1);
  float const one = 1;
  float const zero = 0;
  double const theirs = time_of([&] {
    auto const done =
        cublasSgemm(blas, CUBLAS_OP_N, CUBLAS_OP_N, order, order, order, &one, b.there.data(),
                    order, a.there.data(), order, &zero, c.there.data(), order);
    if (done != CUBLAS_STATUS_SUCCESS) std::exit(1);
  });
  double const mine = time_of([&] {
    require(ash::kernel<product::definition, product::in_shared_memory>{}(ash::cuda{}, c.there,
                                                                          a.there, b.there));
  });
  double const flops = 2.0 * order * order * order;
  row("product 4096 f32", flops / (mine * 1e6), "GFLOP/s", "cuBLAS", flops / (theirs * 1e6));
  cublasDestroy(blas);
}

}  // namespace

int main(int count, char** argument) {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::puts("skipped: there is no CUDA device");
    return 77;
  }
  if (count > 1 && std::strcmp(argument[1], "bench") == 0) {
    bench();
    return 0;
  }
  int bad = 0;
  for (int const n : {1, 33, 64, 129}) bad += check_of(n, n + 14, 2 * n + 1);
  std::printf("%d wrong\n", bad);
  return bad == 0 ? 0 : 1;
}
