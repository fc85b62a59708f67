// SPDX-License-Identifier: Apache-2.0
//
// bench dispatch: a call that takes the best instruction set of the processor, against the same
// kernel called directly; f32, one core. What the choice costs shows where there is little to do.
#define ASHLAR_DISPATCH 15
#include <ashlar/ashlar.hpp>
#include <harness.hpp>
#include <memory>
#include <string>

namespace {

using ashlar::index_t;

constexpr ashlar::axis<"i"> i;
constexpr auto axpy = [](auto y, auto a, auto x) { y(i) = a * x(i) + y(i); };

template <class Backend>
constexpr ashlar::kernel<axpy, ashlar::automatic, ashlar::fp::relaxed, Backend> of{};

template <index_t N> struct data {
  ashlar::tensor<float, N> x, y;
};

void require(ashlar::status const& s) {
  if (s.ok()) return;
  std::fprintf(stderr, "bench dispatch: %s\n", s.message().c_str());
  std::exit(1);
}

template <class Backend, index_t N> void add(bench::suite& s, std::string const& who) {
  auto const d = std::make_shared<data<N>>();
  s.add("axpy " + std::to_string(N), who, [d] { require(of<Backend>(d->y, 0.5F, d->x)); });
}

template <index_t... N> void add_all(bench::suite& s) {
  (add<ashlar::emit::default_backend, N>(s, "ashlar"), ...);
  // Its peer is the code that it chooses.
  ashlar::emit::on_target(
      ashlar::emit::default_backend{},
      [&](auto backend) {
        (add<decltype(backend), N>(s, "static"), ...);
        return 0;
      },
      0);
}

}  // namespace

int main(int argc, char** argv) {
  bench::suite s("dispatch");
  s.parse(argc, argv);
  add_all<1, 16, 256, 4096>(s);
  return s.run();
}
