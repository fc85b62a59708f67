// SPDX-License-Identifier: Apache-2.0
//
// bench elementwise [--backend highway|xsimd|scalar]: maps, reductions and softmax, f32, one core,
// against Eigen and xtensor, from the first-level cache to memory; exp, log and tanh in the
// first-level cache against Eigen and SLEEF. Extents are dynamic; schedules are the defaults.
// Kernels on another backend are also compared with the same on Highway.
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <harness.hpp>
#include <memory>
#include <random>
#include <string>
#include <vector>

#if ASHLAR_PEER_XSIMD
#include <ashlar/emit/simd/xsimd.hpp>
#endif
#if ASHLAR_PEER_EIGEN
#include <Eigen/Dense>
#endif
#if ASHLAR_PEER_SLEEF
#include <sleef_loop.hpp>
#endif
#if ASHLAR_PEER_XTENSOR
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#endif

namespace {

using ashlar::index_t;

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;

constexpr auto axpy = [](auto y, auto a, auto x) { y(i) = a * x(i) + y(i); };
constexpr auto gate = [](auto y, auto a, auto x, auto b, auto g) {
  y(i) = ashlar::tanh(a * x(i) + b) * ashlar::sigmoid(g(i));
};
constexpr auto exponential = [](auto y, auto x) { y(i) = ashlar::exp(x(i)); };
constexpr auto logarithm = [](auto y, auto x) { y(i) = ashlar::log(x(i)); };
constexpr auto tangent = [](auto y, auto x) { y(i) = ashlar::tanh(x(i)); };
constexpr auto total = [](auto s, auto x) { s() = ashlar::sum(i, x(i)); };
constexpr auto dot = [](auto s, auto x, auto y) { s() = ashlar::sum(i, x(i) * y(i)); };
constexpr auto softmax = [](auto y, auto x) {
  ashlar::local top("top"), e("e"), scale("scale");
  top(i) = ashlar::max(j, x(i, j));
  e(i, j) = ashlar::exp(x(i, j) - top(i));
  scale(i) = 1.0F / ashlar::sum(j, e(i, j));
  y(i, j) = e(i, j) * scale(i);
};

constexpr float a = 0.5F;
constexpr float b = 0.25F;

/// The kernels of one backend, and who it is in the table.
template <class Backend> struct kernels_of {
  std::string who;
  template <auto Function>
  static constexpr ashlar::kernel<Function, ashlar::automatic, ashlar::fp::relaxed, Backend> run{};
};

// Uniform data, 64-byte aligned for every contestant.
struct data {
  index_t n;
  ashlar::tensor<float, ashlar::dyn> x, y, z;
  ashlar::tensor<float, ashlar::dyn> w;  // updated in place, so nothing else reads it
  float result = 0;

  explicit data(index_t count) : n(count), x(count), y(count), z(count), w(count) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> value(-1, 1);
    for (index_t at = 0; at < n; ++at) {
      x(at) = value(random);
      y(at) = value(random);
      z(at) = value(random);
    }
  }
};

void require(bool ok, std::string const& what) {
  if (ok) return;
  std::fprintf(stderr, "bench elementwise: %s is wrong\n", what.c_str());
  std::exit(1);
}

// Timed: the text is made only where there is something to say.
void require(ashlar::status const& s) {
  if (!s.ok()) require(false, s.message().c_str());
}

auto near(float found, double expected, double scale) -> bool {
  return std::fabs(found - expected) <= 1e-5 * scale;
}

#if ASHLAR_PEER_EIGEN
using array_map = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;
using matrix_map = Eigen::Map<Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
auto eigen(ashlar::tensor<float, ashlar::dyn>& t) -> array_map { return {t.data(), t.extent(0)}; }
#endif
#if ASHLAR_PEER_XTENSOR
auto xt_of(ashlar::tensor<float, ashlar::dyn>& t) {
  std::array<std::size_t, 1> const shape{static_cast<std::size_t>(t.extent(0))};
  return xt::adapt(t.data(), shape[0], xt::no_ownership(), shape);
}
#endif

template <class Kernels>
void add_maps(bench::suite& s, Kernels const& k, std::shared_ptr<data> const& d,
              std::string const& size) {
  s.add("axpy " + size, k.who, [d] { require(Kernels::template run<axpy>(d->w, a, d->x)); });
  s.add("tanh*sigmoid " + size, k.who,
        [d] { require(Kernels::template run<gate>(d->z, a, d->x, b, d->y)); });
}

void add_peer_maps([[maybe_unused]] bench::suite& s,
                   [[maybe_unused]] std::shared_ptr<data> const& d,
                   [[maybe_unused]] std::string const& size) {
#if ASHLAR_PEER_EIGEN
  s.add("axpy " + size, "eigen", [d] { eigen(d->w) = a * eigen(d->x) + eigen(d->w); });
  s.add("tanh*sigmoid " + size, "eigen",
        [d] { eigen(d->z) = (a * eigen(d->x) + b).tanh() * eigen(d->y).logistic(); });
#endif
#if ASHLAR_PEER_XTENSOR
  s.add("axpy " + size, "xtensor", [d] {
    auto x = xt_of(d->x);
    auto w = xt_of(d->w);
    xt::noalias(w) = a * x + w;
  });
  s.add("tanh*sigmoid " + size, "xtensor", [d] {
    auto x = xt_of(d->x);
    auto y = xt_of(d->y);
    auto z = xt_of(d->z);
    xt::noalias(z) = xt::tanh(a * x + b) * (1.0F / (1.0F + xt::exp(-y)));
  });
#endif
}

// Arguments as networks have them: between -8 and 8, of log positive.
auto arguments_of_functions() -> std::shared_ptr<data> {
  auto d = std::make_shared<data>(1 << 12);
  for (index_t at = 0; at < d->n; ++at) d->y(at) = std::fabs(8 * d->x(at)) + 0x1p-20F;
  for (index_t at = 0; at < d->n; ++at) d->x(at) *= 8;
  return d;
}

template <class Kernels>
void add_functions(bench::suite& s, Kernels const& k, std::shared_ptr<data> const& d,
                   std::string const& size) {
  s.add("exp " + size, k.who, [d] { require(Kernels::template run<exponential>(d->z, d->x)); });
  s.add("log " + size, k.who, [d] { require(Kernels::template run<logarithm>(d->z, d->y)); });
  s.add("tanh " + size, k.who, [d] { require(Kernels::template run<tangent>(d->z, d->x)); });
}

// SLEEF says of its u10 that it is within 1 unit in the last place, and of u35 within 3.5; our own
// errors are in docs/accuracy.md.
void add_peer_functions([[maybe_unused]] bench::suite& s,
                        [[maybe_unused]] std::shared_ptr<data> const& d,
                        [[maybe_unused]] std::string const& size) {
#if ASHLAR_PEER_EIGEN
  s.add("exp " + size, "eigen", [d] { eigen(d->z) = eigen(d->x).exp(); });
  s.add("log " + size, "eigen", [d] { eigen(d->z) = eigen(d->y).log(); });
  s.add("tanh " + size, "eigen", [d] { eigen(d->z) = eigen(d->x).tanh(); });
#endif
#if ASHLAR_PEER_SLEEF
  using namespace bench::sleef;
  auto const loop = [](auto f, auto& y, auto& x) { for_each(f, y.data(), x.data(), x.extent(0)); };
  s.add("exp " + size, "sleef u10", [=] { loop(exp_u10{}, d->z, d->x); });
  s.add("log " + size, "sleef u10", [=] { loop(log_u10{}, d->z, d->y); });
  s.add("log " + size, "sleef u35", [=] { loop(log_u35{}, d->z, d->y); });
  s.add("tanh " + size, "sleef u10", [=] { loop(tanh_u10{}, d->z, d->x); });
  s.add("tanh " + size, "sleef u35", [=] { loop(tanh_u35{}, d->z, d->x); });
#endif
}

template <class Kernels>
void add_reductions(bench::suite& s, Kernels const& k, std::shared_ptr<data> const& d,
                    std::string const& size) {
  double sum = 0;
  double product = 0;
  for (index_t at = 0; at < d->n; ++at) {
    sum += d->x(at);
    product += double{d->x(at)} * d->z(at);
  }
  auto const scalar = [d] { return ashlar::view<float>(&d->result); };
  auto const mine = [d, scalar] { require(Kernels::template run<total>(scalar(), d->x)); };
  auto const my_dot = [d, scalar] { require(Kernels::template run<dot>(scalar(), d->x, d->z)); };
  mine();
  require(near(d->result, sum, std::sqrt(static_cast<double>(d->n))), "sum " + size);
  my_dot();
  require(near(d->result, product, std::sqrt(static_cast<double>(d->n))), "dot " + size);
  s.add("sum " + size, k.who, mine);
  s.add("dot " + size, k.who, my_dot);
}

void add_peer_reductions([[maybe_unused]] bench::suite& s,
                         [[maybe_unused]] std::shared_ptr<data> const& d,
                         [[maybe_unused]] std::string const& size) {
#if ASHLAR_PEER_EIGEN
  s.add("sum " + size, "eigen", [d] { d->result = eigen(d->x).sum(); });
  s.add("dot " + size, "eigen",
        [d] { d->result = eigen(d->x).matrix().dot(eigen(d->z).matrix()); });
#endif
#if ASHLAR_PEER_XTENSOR
  s.add("sum " + size, "xtensor",
        [d] { d->result = xt::sum(xt_of(d->x), xt::evaluation_strategy::immediate)(); });
  s.add("dot " + size, "xtensor", [d] {
    d->result = xt::sum(xt_of(d->x) * xt_of(d->z), xt::evaluation_strategy::immediate)();
  });
#endif
}

template <class Kernels>
void add_softmax(bench::suite& s, Kernels const& k, std::shared_ptr<data> const& d, index_t rows,
                 index_t columns, std::string const& name) {
  auto const mine = [d, rows, columns] {
    require(Kernels::template run<softmax>(
        ashlar::view(d->z.data(), rows, columns),
        ashlar::view(static_cast<float const*>(d->x.data()), rows, columns)));
  };
  mine();
  double sum = 0;
  for (index_t c = 0; c < columns; ++c) sum += d->z(c);
  require(near(static_cast<float>(sum), 1.0, 1.0), name);
  s.add(name, k.who, mine);
}

void add_peer_softmax([[maybe_unused]] bench::suite& s,
                      [[maybe_unused]] std::shared_ptr<data> const& d,
                      [[maybe_unused]] index_t rows, [[maybe_unused]] index_t columns,
                      [[maybe_unused]] std::string const& name) {
#if ASHLAR_PEER_EIGEN
  s.add(name, "eigen", [d, rows, columns] {
    matrix_map const x(d->x.data(), rows, columns);
    matrix_map z(d->z.data(), rows, columns);
    for (index_t r = 0; r < rows; ++r) {
      z.row(r) = (x.row(r) - x.row(r).maxCoeff()).exp();
      z.row(r) *= 1.0F / z.row(r).sum();
    }
  });
#endif
#if ASHLAR_PEER_XTENSOR
  s.add(name, "xtensor", [d, rows, columns] {
    std::array<std::size_t, 2> const shape{static_cast<std::size_t>(rows),
                                           static_cast<std::size_t>(columns)};
    auto const size = shape[0] * shape[1];
    auto x = xt::adapt(d->x.data(), size, xt::no_ownership(), shape);
    auto z = xt::adapt(d->z.data(), size, xt::no_ownership(), shape);
    auto const top = xt::eval(xt::amax(x, {1}, xt::keep_dims));
    xt::noalias(z) = xt::exp(x - top);
    auto const whole = xt::eval(xt::sum(z, {1}, xt::keep_dims));
    z /= whole;
  });
#endif
}

/// Everything with the kernels of one backend, and where asked for that of the peers.
template <class... Backends>
void add_sizes(bench::suite& s, kernels_of<Backends> const&... kernels) {
  struct size {
    char const* name;
    index_t n;
  };
  for (auto const& [name, n] : {size{"4K (L1)", 1 << 12}, size{"64K (L2)", 1 << 16},
                                size{"1M (L3)", 1 << 20}, size{"64M (memory)", 1 << 26}}) {
    bool any = false;
    for (auto const* const kind : {"axpy ", "tanh*sigmoid ", "sum ", "dot "}) {
      any = any || s.wants(std::string(kind) + name);
    }
    if (!any) continue;
    auto const d = std::make_shared<data>(n);
    (add_maps(s, kernels, d, name), ...);
    add_peer_maps(s, d, name);
    (add_reductions(s, kernels, d, name), ...);
    add_peer_reductions(s, d, name);
  }
  std::string const first_level = "4K (L1)";
  if (s.wants("exp " + first_level) || s.wants("log " + first_level) ||
      s.wants("tanh " + first_level)) {
    auto const d = arguments_of_functions();
    (add_functions(s, kernels, d, first_level), ...);
    add_peer_functions(s, d, first_level);
  }
  struct matrix {
    index_t rows, columns;
  };
  for (auto const& [rows, columns] : {matrix{64, 128}, matrix{1024, 1024}, matrix{128, 50257}}) {
    std::string const name = "softmax " + std::to_string(rows) + "x" + std::to_string(columns);
    if (!s.wants(name)) continue;
    auto const d = std::make_shared<data>(rows * columns);
    (add_softmax(s, kernels, d, rows, columns, name), ...);
    add_peer_softmax(s, d, rows, columns, name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  namespace simd = ashlar::emit::simd;
  bench::suite s("elementwise");
  std::string backend;
  s.choose("--backend", backend, {"highway", "xsimd", "scalar"});
  s.parse(argc, argv);
  kernels_of<simd::highway_backend> const highway{backend == "highway" ? "ashlar" : "highway"};
  if (backend == "xsimd") {
#if ASHLAR_PEER_XSIMD
    add_sizes(s, kernels_of<simd::xsimd_backend>{"ashlar"}, highway);
#else
    require(false, "--backend: this build is without xsimd, which");
#endif
  } else if (backend == "scalar") {
    add_sizes(s, kernels_of<simd::scalar_backend>{"ashlar"}, highway);
  } else {
    add_sizes(s, highway);
  }
  return s.run();
}
