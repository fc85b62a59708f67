// SPDX-License-Identifier: Apache-2.0
//
// bench gemm [--dtype f32|i8|bf16]: c = a * b, one core: squares and an odd size, with static and
// with dynamic extents. In f32 against OpenBLAS, by a schedule in the DSL and the
// default schedule; in bytes and bf16 against oneDNN. Results are compared bit for bit first: the
// data are small integers, so every order of summation is exact.
#include <gemm_narrow.hpp>
#include <gemm_schedule.hpp>
#include <harness.hpp>
#include <memory>
#include <random>
#include <string>
#include <vector>

#if ASHLAR_PEER_OPENBLAS
#include <cblas.h>
extern "C" void openblas_set_num_threads(int);
#endif

namespace {

using ashlar::index_t;

struct matrices {
  index_t m, n, k;
  std::vector<float> a, b, c, expected;

  matrices(index_t rows, index_t columns, index_t depth)
      : m(rows),
        n(columns),
        k(depth),
        a(size(m, k)),
        b(size(k, n)),
        c(size(m, n)),
        expected(size(m, n)) {
    std::mt19937 random(1);
    std::uniform_int_distribution<int> value(-4, 4);
    for (auto& x : a) x = static_cast<float>(value(random));
    for (auto& x : b) x = static_cast<float>(value(random));
    for (index_t i = 0; i < m; ++i) {
      for (index_t p = 0; p < k; ++p) {
        float const left = a[static_cast<std::size_t>(i * k + p)];
        float const* const right = b.data() + p * n;
        float* const out = expected.data() + i * n;
        for (index_t j = 0; j < n; ++j) out[j] += left * right[j];
      }
    }
  }
  static auto size(index_t r, index_t c) -> std::size_t { return static_cast<std::size_t>(r * c); }
};

void require(bool ok, std::string const& what) {
  if (ok) return;
  std::fprintf(stderr, "bench gemm: %s is wrong\n", what.c_str());
  std::exit(1);
}

template <class Body>
void contest(bench::suite& s, std::shared_ptr<matrices> const& x, std::string const& name,
             std::string const& who, Body body) {
  if (!s.wants(name)) return;
  std::fill(x->c.begin(), x->c.end(), -1.0F);
  body();
  require(x->c == x->expected, name + " " + who);
  s.add(name, who, body);
}

template <index_t M, index_t N, index_t K> void add_size(bench::suite& s) {
  std::string const size =
      M == N && N == K ? std::to_string(M)
                       : std::to_string(M) + "x" + std::to_string(N) + "x" + std::to_string(K);
  if (!s.wants(size + " static") && !s.wants(size + " dynamic")) return;
  auto const x = std::make_shared<matrices>(M, N, K);
  static constexpr ashlar::kernel<bench::gemm, bench::gemm_blocked> blocked;
  static constexpr ashlar::kernel<bench::gemm> automatic;
  auto const fixed = [x](auto const& kernel) {
    auto const wrong =
        kernel(ashlar::view<float, M, N>(x->c.data()), ashlar::view<float const, M, K>(x->a.data()),
               ashlar::view<float const, K, N>(x->b.data()));
    if (!wrong.ok()) require(false, wrong.message().c_str());
  };
  auto const open = [x](auto const& kernel) {
    auto const wrong = kernel(ashlar::view(x->c.data(), M, N),
                              ashlar::view(static_cast<float const*>(x->a.data()), M, K),
                              ashlar::view(static_cast<float const*>(x->b.data()), K, N));
    if (!wrong.ok()) require(false, wrong.message().c_str());
  };
  contest(s, x, size + " static", "ashlar", [fixed] { fixed(blocked); });
  contest(s, x, size + " static", "ashlar default", [fixed] { fixed(automatic); });
  contest(s, x, size + " dynamic", "ashlar", [open] { open(blocked); });
#if ASHLAR_PEER_OPENBLAS
  auto const peer = [x] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(M), static_cast<int>(N),
                static_cast<int>(K), 1.0F, x->a.data(), static_cast<int>(K), x->b.data(),
                static_cast<int>(N), 0.0F, x->c.data(), static_cast<int>(N));
  };
  for (auto const* const kind : {" static", " dynamic"})
    contest(s, x, size + kind, "openblas", peer);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  bench::suite s("gemm");
  std::string dtype;
  s.choose("--dtype", dtype, {"f32", "i8", "bf16"});
  s.parse(argc, argv);
  if (dtype == "i8") {
    bench::add_narrow_sizes<bench::bytes_product>(s);
    return s.run();
  }
  if (dtype == "bf16") {
    bench::add_narrow_sizes<bench::bf16_product>(s);
    return s.run();
  }
#if ASHLAR_PEER_OPENBLAS
  openblas_set_num_threads(s.threads());
#endif
  add_size<64, 64, 64>(s);
  add_size<128, 128, 128>(s);
  add_size<256, 256, 256>(s);
  add_size<384, 384, 384>(s);
  add_size<512, 512, 512>(s);
  add_size<768, 768, 768>(s);
  add_size<1024, 1024, 1024>(s);
  add_size<2048, 2048, 2048>(s);
  add_size<1000, 1001, 999>(s);
  return s.run();
}
