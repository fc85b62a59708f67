// SPDX-License-Identifier: Apache-2.0
//
// A cell with a memory over time: exact in whole numbers, and near a loop in double precision with
// the functions that such cells have.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr ash::axis<"b"> b;
constexpr ash::axis<"m"> m;
constexpr ash::axis<"t"> t;

// A long short-term memory, of functions of one's choice: x has the four gates side by side.
template <class Squash, class Gate> struct memory_cell {
  Squash squash;
  Gate gate;

  constexpr void operator()(auto h, auto c, auto x, auto u) const {
    ash::local in("in"), keep("keep"), news("news"), out("out");
    auto const sum = [&](int q) {
      return x(t, b, q, k) + ash::sum(m, u(q, m, k) * ash::carried(h, 0)(t - 1, b, m));
    };
    in(t, b, k) = gate(sum(0));
    keep(t, b, k) = gate(sum(1));
    news(t, b, k) = squash(sum(2));
    out(t, b, k) = gate(sum(3));
    c(t, b, k) =
        squash(keep(t, b, k) * ash::carried(c, 0)(t - 1, b, k) + in(t, b, k) * news(t, b, k));
    h(t, b, k) = out(t, b, k) * squash(c(t, b, k));
  }
};
constexpr auto clip = [](auto v) { return ash::min(ash::max(v, -3), 3); };
constexpr auto relu = [](auto v) { return ash::min(ash::max(v, 0), 2); };
constexpr memory_cell<decltype(clip), decltype(relu)> exact{clip, relu};

// Sequences in threads, elements of the state in lanes.
constexpr auto batch_in_threads = [](ash::schedule& s) {
  for (auto const* const name : {"in", "keep", "news", "out", "arg1", "arg0"}) {
    auto const st = s[name];
    st.reorder("b", "t");
    st.parallel("b");
    if (name[0] == 'a') {
      st.vectorize("k", 8, ash::tail::cut);
      continue;
    }
    auto const [ko, ki] = st.split("k", 8, ash::tail::cut);
    st.reorder("m", ki);
    st.vectorize(ki);
  }
};
// Gates of one point wait on the stack.
constexpr auto gates_inside = [](ash::schedule& s) {
  for (auto const* const name : {"in", "keep", "news"}) s[name].compute_at(s["arg1"].get("t"));
  s["out"].compute_at(s["arg0"].get("t"));
  for (auto const* const name : {"arg1", "arg0"}) {
    s[name].vectorize("k", 8, ash::tail::guard);
    auto const [to, ti] = s[name].split("t", 2);
    s[name].unroll(ti);
  }
};
TEST_CASE("a cell with a memory, in whole numbers", "[backend][kernel][system]") {
  for (int const n : {0, 1, 7}) {
    auto const h = like<float, dyn, dyn, dyn>(n, 3, 13);
    auto const x = like<float, dyn, dyn, 4, dyn>(n, 3, 13);
    auto const u = like<float, 4, dyn, dyn>(13, 13);
    agree<exact, one_by_one>(h, h, x, u);
    agree<exact, batch_in_threads>(h, h, x, u);
    agree<exact, gates_inside>(h, h, x, u);
    auto const s = like<float, dyn, 3, 13>(n);
    agree<exact, ash::automatic>(s, s, like<float, dyn, 3, 4, 13>(n), like<float, 4, 13, 13>());
  }
  auto const h = like<double, 5, 2, 16>();
  agree<exact, batch_in_threads>(h, h, like<double, 5, 2, 4, 16>(), like<double, 4, 16, 16>());
}

// The same with functions, against a loop in double precision.
struct reference {
  index_t n, batch, width;
  std::vector<double> h{}, c{};

  auto at(index_t t_, index_t b_, index_t k_) const -> std::size_t {
    return static_cast<std::size_t>((t_ * batch + b_) * width + k_);
  }
  template <class X, class U> void run(X const& x, U const& u) {
    h.assign(at(n, 0, 0), 0);
    c.assign(at(n, 0, 0), 0);
    auto const sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
    for (index_t t_ = 0; t_ < n; ++t_) {
      for (index_t b_ = 0; b_ < batch; ++b_) {
        for (index_t k_ = 0; k_ < width; ++k_) {
          double v[4]{};
          for (int q = 0; q < 4; ++q) {
            v[q] = double{x(t_, b_, q, k_)};
            for (index_t m_ = 0; m_ < width && t_ > 0; ++m_) {
              v[q] += double{u(q, m_, k_)} * h[at(t_ - 1, b_, m_)];
            }
          }
          double const before = t_ > 0 ? c[at(t_ - 1, b_, k_)] : 0;
          double const now = sigmoid(v[1]) * before + sigmoid(v[0]) * std::tanh(v[2]);
          c[at(t_, b_, k_)] = std::tanh(now);
          h[at(t_, b_, k_)] = sigmoid(v[3]) * std::tanh(c[at(t_, b_, k_)]);
        }
      }
    }
  }
};

constexpr auto tanh_of = [](auto v) { return ash::tanh(v); };
constexpr auto sigmoid_of = [](auto v) { return ash::sigmoid(v); };
constexpr memory_cell<decltype(tanh_of), decltype(sigmoid_of)> smooth{tanh_of, sigmoid_of};

TEST_CASE("a cell with a memory, in functions", "[backend][kernel][system]") {
  ash::tensor<float, dyn, 2, 24> h(12), c(12);
  ash::tensor<float, dyn, 2, 4, 24> x(12);
  ash::tensor<float, 4, 24, 24> u;
  std::uint64_t seed = 0;
  for (auto& v : x.span()) v = static_cast<float>(small_integers(++seed) / 4);
  for (auto& v : u.span()) v = static_cast<float>(small_integers(++seed) / 16);
  reference wanted{.n = 12, .batch = 2, .width = 24};
  wanted.run(x, u);
  auto const is_near = [&] {
    double worst = 0;
    for (std::size_t at = 0; at < wanted.h.size(); ++at) {
      worst = std::fmax(worst, std::fabs(double{h.span()[at]} - wanted.h[at]));
      worst = std::fmax(worst, std::fabs(double{c.span()[at]} - wanted.c[at]));
    }
    return worst < 2e-6;
  };
  REQUIRE(ash::kernel<smooth, batch_in_threads>{}(h, c, x, u).ok());
  CHECK(is_near());
  h.span()[0] = 2;
  REQUIRE(ash::kernel<smooth>{}(h, c, x, u).ok());
  CHECK(is_near());
}

}  // namespace
