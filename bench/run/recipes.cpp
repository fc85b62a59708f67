// SPDX-License-Identifier: Apache-2.0
//
// bench recipes: the schedules of examples/recipes at the sizes of layers, one core, against the
// machine's peak of f32 FMAs, measured in the same run, and OpenBLAS for products. The target is
// 0.9 of what the same loops reach, written by hand with Highway, on a machine with a peak of 117
// GFLOP/s, in proportion to the peak here. A second table has GFLOP/s, those of a convolution
// counted as if it were direct, and the fraction of the peak.
#include <hwy/highway.h>
#include <harness.hpp>
#include <memory>
#include <recipes/conv3x3.hpp>
#include <recipes/gemm.hpp>
#include <recipes/winograd.hpp>
#include <string>

#if ASHLAR_PEER_OPENBLAS
#include <cblas.h>
extern "C" void openblas_set_num_threads(int);
#endif

namespace {

namespace hn = hwy::HWY_NAMESPACE;

struct measured {
  std::string name;
  double flops;
};
std::vector<measured> cases;

// 16 sums that do not wait for each other: twice the latency of an FMA times two in a cycle.
constexpr int sums = 16;
constexpr int rounds = 4096;
auto peak_flops() -> double {
  return 2.0 * sums * rounds * static_cast<double>(hn::Lanes(hn::ScalableTag<float>()));
}
void peak_loop() {
  hn::ScalableTag<float> const d;
  using vector = decltype(hn::Zero(d));
  vector a[sums];
  float start = 1;
  for (auto& v : a) {
    benchmark::DoNotOptimize(start);  // otherwise they are one sum
    v = hn::Set(d, start);
  }
  auto const factor = hn::Set(d, 0.999F);
  auto const offset = hn::Set(d, 0.001F);
  for (int n = 0; n < rounds; ++n) {
    HWY_UNROLL(sums) for (auto& v : a) v = hn::MulAdd(v, factor, offset);
  }
  auto all = a[0];
  for (auto const& v : a) all = hn::Add(all, v);
  benchmark::DoNotOptimize(hn::GetLane(all));
}

auto peak_rate(bench::suite const& s) -> double {
  return peak_flops() / s.seconds("fma peak", "peak");
}

// by_hand: GFLOP/s where the peak is 117.
void expect(bench::suite& s, std::string const& name, double flops, double by_hand) {
  cases.push_back({name, flops});
  s.expect(name, "target", [=](bench::suite const& after) {
    return flops / (0.9 * by_hand / 117 * peak_rate(after));
  });
}

void fill(auto& t) {
  unsigned seed = 1;
  for (auto& v : t.span()) {
    seed = seed * 1664525U + 1013904223U;
    v = static_cast<float>(seed >> 24U) / 256.0F - 0.5F;
  }
}

void require(ashlar::status const& s) {
  if (s.ok()) return;
  std::fprintf(stderr, "bench recipes: %s\n", s.message().c_str());
  std::exit(1);
}

template <int N> void add_gemm(bench::suite& s, double by_hand) {
  std::string const name = "gemm " + std::to_string(N);
  if (!s.wants(name)) return;
  struct matrices {
    ashlar::tensor<float, N, N> a, b, c;
  };
  auto const x = std::make_shared<matrices>();
  fill(x->a), fill(x->b);
  static constexpr ashlar::kernel<recipes::gemm::definition, recipes::gemm::schedule> run;
  expect(s, name, 2.0 * N * N * N, by_hand);
  s.add(name, "ashlar", [x] { require(run(x->c, x->a, x->b)); });
#if ASHLAR_PEER_OPENBLAS
  s.add(name, "openblas", [x] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1.0F, x->a.data(), N,
                x->b.data(), N, 0.0F, x->c.data(), N);
  });
#endif
}

auto direct_flops(double channels, double size) -> double {
  return 2 * 9 * channels * channels * size * size;
}

template <int Channels, int Size> void add_direct(bench::suite& s, double ms_by_hand) {
  using conv = recipes::conv3x3<Channels, Size>;
  std::string const name = "3x3 " + std::to_string(Channels) + "@" + std::to_string(Size);
  if (!s.wants(name)) return;
  struct layer {
    typename conv::image x, y;
    typename conv::filters f;
    typename conv::biases bias;
  };
  auto const d = std::make_shared<layer>();
  fill(d->x), fill(d->f), fill(d->bias);
  static constexpr ashlar::kernel<conv::definition, conv::schedule> run;
  expect(s, name, direct_flops(Channels, Size), direct_flops(Channels, Size) / ms_by_hand * 1e-6);
  s.add(name, "ashlar", [d] { require(run(d->y, d->x, d->f, d->bias)); });
}

constexpr auto sum_of = [](auto y, auto x) {
  constexpr ashlar::axis<"i"> k;
  y() = ashlar::sum(k, x(k));
};
constexpr ashlar::kernel<sum_of> read_all;

template <int Channels, int Size, int TileRows, int Rows, int Vectors>
void add_winograd(bench::suite& s, double ms_by_hand) {
  using conv = recipes::winograd<Channels, Size, TileRows, Rows, Vectors>;
  std::string const name = "winograd " + std::to_string(Channels) + "@" + std::to_string(Size);
  if (!s.wants(name)) return;
  struct layer {
    ashlar::tensor<float> sum;
    typename conv::image x, y;
    typename conv::filters u;
    typename conv::biases bias;
  };
  auto const d = std::make_shared<layer>();
  fill(d->x), fill(d->u), fill(d->bias);
  static constexpr ashlar::kernel<conv::definition, conv::schedule> run;
  expect(s, name, direct_flops(Channels, Size), direct_flops(Channels, Size) / ms_by_hand * 1e-6);
  s.add(name, "ashlar", [d] { require(run(d->y, d->x, d->u, d->bias)); });
  // No schedule is faster than its filters come from memory.
  s.add(name, "reading u", [d] { require(read_all(d->sum, d->u.span())); });
}

void print_rates(bench::suite const& s) {
  double const peak = peak_rate(s);
  std::printf("\npeak of f32 FMAs: %.1f GFLOP/s\n", peak * 1e-9);
  std::printf("%-34s %10s %10s\n", "case", "GFLOP/s", "of peak");
  for (auto const& c : cases) {
    double const rate = c.flops / s.seconds(c.name, "ashlar");
    std::printf("%-34s %10.1f %10.3f\n", c.name.c_str(), rate * 1e-9, rate / peak);
  }
}

}  // namespace

int main(int argc, char** argv) {
  bench::suite s("recipes");
  s.parse(argc, argv);
#if ASHLAR_PEER_OPENBLAS
  openblas_set_num_threads(s.threads());
#endif
  s.always("fma peak", "peak", peak_loop);
  add_gemm<256>(s, 115.9);
  add_gemm<512>(s, 114.9);
  add_gemm<1024>(s, 113.8);
  add_direct<64, 56>(s, 1.944);
  add_direct<128, 28>(s, 1.895);
  add_direct<256, 14>(s, 1.809);
  add_direct<512, 7>(s, 1.698);
  add_winograd<64, 56, 1, 14, 2>(s, 0.573);
  add_winograd<128, 28, 7, 7, 2>(s, 0.540);
  add_winograd<256, 14, 4, 6, 4>(s, 0.682);
  add_winograd<512, 7, 2, 4, 4>(s, 1.10);
  int const code = s.run();
  print_rates(s);
  return code;
}
