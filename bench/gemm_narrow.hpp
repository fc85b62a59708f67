// SPDX-License-Identifier: Apache-2.0
//
// bench/gemm_narrow: products of narrow elements into sums of 32 bits, one core, against oneDNN's
// matmul primitive on the same row-major matrices: both sides pack in each call.
//
//   Product   element types, a kernel and, where oneDNN is installed, its types
//   checked   bit for bit before anything is measured, on whole numbers
#pragma once

#include <harness.hpp>
#include <memory>
#include <random>
#include <recipes/gemm_narrow.hpp>
#include <string>
#include <vector>

#if ASHLAR_PEER_ONEDNN
#include <dnnl.hpp>
#include <unordered_map>
#endif

namespace bench {

struct bytes_product {
  static constexpr char const* name = "i8";
  using left = std::uint8_t;
  using right = std::int8_t;
  using sum = std::int32_t;
  using recipe = recipes::gemm_narrow<left, right>;
  static auto any_left(int x) -> left { return static_cast<left>(x + 128); }
  static auto any_right(int x) -> right { return static_cast<right>(x); }
#if ASHLAR_PEER_ONEDNN
  static constexpr auto peer_left = dnnl::memory::data_type::u8;
  static constexpr auto peer_right = dnnl::memory::data_type::s8;
  static constexpr auto peer_sum = dnnl::memory::data_type::s32;
#endif
};

struct bf16_product {
  static constexpr char const* name = "bf16";
  using left = ashlar::bfloat16;
  using right = ashlar::bfloat16;
  using sum = float;
  using recipe = recipes::gemm_narrow<left, right>;
  static auto any_left(int x) -> left { return left(x / 16); }
  static auto any_right(int x) -> right { return right(x / 16); }
#if ASHLAR_PEER_ONEDNN
  static constexpr auto peer_left = dnnl::memory::data_type::bf16;
  static constexpr auto peer_right = dnnl::memory::data_type::bf16;
  static constexpr auto peer_sum = dnnl::memory::data_type::f32;
#endif
};

template <class Product> struct narrow_matrices {
  using index_t = ashlar::index_t;
  index_t m, n, k;
  std::vector<typename Product::left> a;
  std::vector<typename Product::right> b;
  std::vector<typename Product::sum> c, expected;

  narrow_matrices(index_t rows, index_t columns, index_t depth)
      : m(rows),
        n(columns),
        k(depth),
        a(size(m, k)),
        b(size(k, n)),
        c(size(m, n)),
        expected(size(m, n)) {
    std::mt19937 random(1);
    std::uniform_int_distribution<int> value(-128, 127);
    for (auto& x : a) x = Product::any_left(value(random));
    for (auto& x : b) x = Product::any_right(value(random));
    using wide = typename Product::sum;
    for (index_t i = 0; i < m; ++i) {
      for (index_t p = 0; p < k; ++p) {
        auto const left = static_cast<wide>(a[static_cast<std::size_t>(i * k + p)]);
        auto const* const right = b.data() + p * n;
        wide* const out = expected.data() + i * n;
        for (index_t j = 0; j < n; ++j) out[j] += left * static_cast<wide>(right[j]);
      }
    }
  }
  static auto size(index_t r, index_t c) -> std::size_t { return static_cast<std::size_t>(r * c); }
};

#if ASHLAR_PEER_ONEDNN
/// A matmul primitive of oneDNN on these matrices, made before it is measured.
template <class Product> struct narrow_peer {
  using memory = dnnl::memory;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::matmul product{};
  std::unordered_map<int, memory> operands{};

  explicit narrow_peer(narrow_matrices<Product>& x) {
    constexpr auto rows = memory::format_tag::ab;
    memory::desc const a({x.m, x.k}, Product::peer_left, rows);
    memory::desc const b({x.k, x.n}, Product::peer_right, rows);
    memory::desc const c({x.m, x.n}, Product::peer_sum, rows);
#if DNNL_VERSION_MAJOR >= 3
    product = dnnl::matmul(dnnl::matmul::primitive_desc(engine, a, b, c));
#else
    product = dnnl::matmul(dnnl::matmul::primitive_desc(dnnl::matmul::desc(a, b, c), engine));
#endif
    operands = {{DNNL_ARG_SRC, memory(a, engine, x.a.data())},
                {DNNL_ARG_WEIGHTS, memory(b, engine, x.b.data())},
                {DNNL_ARG_DST, memory(c, engine, x.c.data())}};
  }
  void run() {
    product.execute(stream, operands);
    stream.wait();
  }
};
#endif

template <class Product, class Body>
void contest_narrow(suite& s, std::shared_ptr<narrow_matrices<Product>> const& x,
                    std::string const& name, std::string const& who, Body body) {
  std::fill(x->c.begin(), x->c.end(), typename Product::sum(-1));
  body();
  if (x->c != x->expected) {
    std::fprintf(stderr, "bench gemm: %s %s is wrong\n", name.c_str(), who.c_str());
    std::exit(1);
  }
  s.add(name, who, body);
}

template <class Product, ashlar::index_t M, ashlar::index_t N, ashlar::index_t K>
void add_narrow(suite& s) {
  using namespace ashlar;
  std::string const size =
      std::string(Product::name) + " " + std::to_string(M) +
      (M == N && N == K ? "" : "x" + std::to_string(N) + "x" + std::to_string(K));
  if (!s.wants(size + " static") && !s.wants(size + " dynamic")) return;
  using left = typename Product::left const;
  using right = typename Product::right const;
  using wide = typename Product::sum;
  using recipe = typename Product::recipe;
  static constexpr kernel<recipe::definition, recipe::schedule> product;
  auto const x = std::make_shared<narrow_matrices<Product>>(M, N, K);
  auto const require = [](status const& wrong) {
    if (!wrong.ok())
      std::fprintf(stderr, "bench gemm: %s\n", wrong.message().c_str()), std::exit(1);
  };
  contest_narrow<Product>(s, x, size + " static", "ashlar", [x, require] {
    require(product(view<wide, M, N>(x->c.data()), view<left, M, K>(x->a.data()),
                    view<right, K, N>(x->b.data())));
  });
  contest_narrow<Product>(s, x, size + " dynamic", "ashlar", [x, require] {
    require(product(view(x->c.data(), M, N), view(static_cast<left*>(x->a.data()), M, K),
                    view(static_cast<right*>(x->b.data()), K, N)));
  });
#if ASHLAR_PEER_ONEDNN
  auto const peer = std::make_shared<narrow_peer<Product>>(*x);
  for (auto const* const kind : {" static", " dynamic"}) {
    contest_narrow<Product>(s, x, size + kind, "onednn", [peer, x] { peer->run(); });
  }
#endif
}

template <class Product> void add_narrow_sizes(suite& s) {
  add_narrow<Product, 256, 256, 256>(s);
  add_narrow<Product, 512, 512, 512>(s);
  add_narrow<Product, 1024, 1024, 1024>(s);
  add_narrow<Product, 1000, 1001, 999>(s);
}

}  // namespace bench
