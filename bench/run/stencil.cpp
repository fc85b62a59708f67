// SPDX-License-Identifier: Apache-2.0
//
// bench stencil: a box blur, a 5-point stencil and two transposes, one core, against plain loops,
// the same by hand with Highway, and the same functions of ours without a schedule. Extents are
// static. Results are compared with plain loops first.
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstring>
#include <harness.hpp>
#include <memory>
#include <random>
#include <stencil/by_hand.hpp>
#include <stencil/loops.hpp>
#include <string>

namespace {

namespace ash = ashlar;
namespace hand = bench::by_hand;
namespace loops = bench::loops;
using loops::height, loops::width, loops::n, loops::u16;

constexpr ash::axis<"y"> y;
constexpr ash::axis<"x"> x;
constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto blur = [](auto out, auto in) {
  out.name("out"), in.name("in");
  ash::local rows("rows");
  rows(y, x) = (in(y, x) + in(y, x + 1) + in(y, x + 2)) / 3;
  out(y, x) = (rows(y, x) + rows(y + 1, x) + rows(y + 2, x)) / 3;
};
constexpr auto stencil = [](auto out, auto in) {
  out.name("out"), in.name("in");
  auto const p = ash::zero(in);
  out(i, j) = 0.5F * p(i, j) + 0.125F * (p(i - 1, j) + p(i + 1, j) + p(i, j - 1) + p(i, j + 1));
};
constexpr auto transpose = [](auto out, auto in) { out(i, j) = in(j, i); };
constexpr auto add_transposed = [](auto out, auto a, auto b) {
  a.name("a");
  out(i, j) = a(i, j) + b(j, i);
};

constexpr auto as_written = [](ash::schedule&) {};

constexpr int f32_lanes = ash::target::native.lanes(ash::dtype::f32);
constexpr int u16_lanes = ash::target::native.lanes(ash::dtype::u16);

// That of Halide's front page, in bands of strips whose rows slide and are used in a circle.
constexpr auto strips = [](ash::schedule& s) {
  auto const [yo, yi] = s.split("y", 32);
  auto const [xo, xi] = s.split("x", 1280);
  s.reorder(yo, xo, yi, xi);
  s.vectorize(xi, u16_lanes);
  s.stream();
  auto const rows = s["rows"];
  rows.compute_at(yi);
  rows.store_at(xo);
  rows.fold_storage("y");
  rows.vectorize("x", u16_lanes);
  rows.prefetch("in", "y", 3);
};
constexpr auto rows_ahead = [](ash::schedule& s) {
  auto const [jo, ji] = s.split("j", f32_lanes);
  s.peel("i", 1, 1);
  s.peel(jo, 1, 1);
  s.vectorize(ji);
  s.prefetch("in", "i", 2);
};
// Lines of `rows` rows of the output, straight from registers.
template <int Rows>
constexpr auto lines = [](ash::schedule& s) {
  auto const [io, ii] = s.split("i", 128);
  auto const [iio, iii] = s.split(ii, Rows);
  auto const [jo, ji] = s.split("j", f32_lanes);
  s.reorder(io, jo, iio, iii, ji);
  s.unroll(iii);
  s.vectorize(ji);
  s.stream();
};
constexpr auto lines_ahead = [](ash::schedule& s) {
  lines<16>(s);
  s.prefetch("a", "j", 16);
};

template <auto Function, auto Schedule> void run(auto&&... operands) {
  static constexpr ash::kernel<Function, Schedule> kernel{};
  ash::status const wrong = kernel(operands...);
  if (wrong.ok()) return;
  std::fprintf(stderr, "bench stencil: %s\n", wrong.message().c_str());
  std::exit(1);
}

// What a case writes: compared with the plain loops before it is timed.
template <class T, class Body>
void contest(bench::suite& s, std::string const& name, char const* who, T& out, T const& expected,
             Body const& body) {
  if (!s.wants(name)) return;
  std::memset(out.data(), 1, out.span().size_bytes());
  body();
  auto const differs = [](auto found, auto wanted) {
    return !(std::fabs(static_cast<double>(found) - static_cast<double>(wanted)) <= 1e-6);
  };
  for (std::size_t k = 0; k < out.span().size(); ++k) {
    if (!differs(out.span()[k], expected.span()[k])) continue;
    std::fprintf(stderr, "bench stencil: %s, %s is wrong\n", name.c_str(), who);
    std::exit(1);
  }
  s.add(name, who, body);
}

void add_blur(bench::suite& s) {
  std::string const name = "blur u16 6400x4864";
  struct images {
    ash::tensor<u16, height + 2, width + 2> in;
    ash::tensor<u16, height + 2, width> rows;
    ash::tensor<u16, height, width> out, expected;
  };
  if (!s.wants(name)) return;
  auto const d = std::make_shared<images>();
  std::mt19937 random(7);
  std::uniform_int_distribution<unsigned> pixel(0, 20000);  // three of them fit 16 bits
  for (auto& p : d->in.span()) p = static_cast<u16>(pixel(random));
  loops::blur_twice(d->expected.data(), d->in.data(), d->rows.data());
  auto const add = [&](char const* who, auto const& body) {
    contest(s, name, who, d->out, d->expected, body);
  };
  add("ashlar", [d] { run<blur, strips>(d->out, d->in); });
  add("unscheduled", [d] { run<blur, as_written>(d->out, d->in); });
  add("two loops", [d] { loops::blur_twice(d->out.data(), d->in.data(), d->rows.data()); });
  add("fused loop", [d] { loops::blur_fused(d->out.data(), d->in.data(), d->rows.data()); });
  add("by hand", [d] { hand::blur(d->out.data(), d->in.data()); });
}

struct matrices {
  ash::tensor<float, n, n> a, b, out, expected;

  matrices() {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> value(-1, 1);
    for (auto& v : a.span()) v = value(random);
    for (auto& v : b.span()) v = value(random);
  }
};

void add_stencil(bench::suite& s, std::shared_ptr<matrices> const& d) {
  std::string const name = "5-point f32 4096x4096";
  loops::stencil(d->expected.data(), d->a.data());
  auto const add = [&](char const* who, auto const& body) {
    contest(s, name, who, d->out, d->expected, body);
  };
  add("ashlar", [d] { run<stencil, rows_ahead>(d->out, d->a); });
  add("unscheduled", [d] { run<stencil, as_written>(d->out, d->a); });
  add("plain loop", [d] { loops::stencil(d->out.data(), d->a.data()); });
  add("by hand", [d] { hand::stencil(d->out.data(), d->a.data()); });
}

void add_transpose(bench::suite& s, std::shared_ptr<matrices> const& d) {
  std::string const name = "transpose f32 4096x4096";
  loops::transpose(d->expected.data(), d->a.data());
  auto const add = [&](char const* who, auto const& body) {
    contest(s, name, who, d->out, d->expected, body);
  };
  add("ashlar", [d] { run<transpose, lines<16>>(d->out, d->a); });
  add("unscheduled", [d] { run<transpose, as_written>(d->out, d->a); });
  add("plain loop", [d] { loops::transpose(d->out.data(), d->a.data()); });
  add("tiled loop", [d] { loops::transpose_tiled(d->out.data(), d->a.data()); });
  add("hand, tiles", [d] { hand::transpose_tiles(d->out.data(), d->a.data()); });
  add("hand, lines", [d] { hand::transpose_lines(d->out.data(), d->a.data()); });
}

void add_sum(bench::suite& s, std::shared_ptr<matrices> const& d) {
  std::string const name = "A + B^T f32 4096x4096";
  loops::add_transposed(d->expected.data(), d->a.data(), d->b.data());
  auto const add = [&](char const* who, auto const& body) {
    contest(s, name, who, d->out, d->expected, body);
  };
  add("ashlar", [d] { run<add_transposed, lines_ahead>(d->out, d->a, d->b); });
  add("unscheduled", [d] { run<add_transposed, as_written>(d->out, d->a, d->b); });
  add("plain loop", [d] { loops::add_transposed(d->out.data(), d->a.data(), d->b.data()); });
  add("tiled loop", [d] { loops::add_transposed_tiled(d->out.data(), d->a.data(), d->b.data()); });
  add("hand, tiles", [d] { hand::add_transposed_tiles(d->out.data(), d->a.data(), d->b.data()); });
  add("hand, lines", [d] { hand::add_transposed_lines(d->out.data(), d->a.data(), d->b.data()); });
}

}  // namespace

int main(int argc, char** argv) {
  bench::suite s("stencil");
  s.parse(argc, argv);
  add_blur(s);
  auto const d = std::make_shared<matrices>();
  add_stencil(s, d);
  add_transpose(s, d);
  add_sum(s, d);
  return s.run();
}
