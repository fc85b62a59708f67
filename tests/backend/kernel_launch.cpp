// SPDX-License-Identifier: Apache-2.0
//
// How a kernel runs: on any number of threads with the same bits, in the caller's workspace or its
// own; and what is refused before anything is written.
#include "kernel_support.hpp"

#include <ashlar/runtime/thread_pool.hpp>
#include <span>

namespace {

using namespace kernel_tests;

constexpr auto softmax = [](auto y, auto x) {
  ash::local top("top");
  ash::local e("e");
  ash::local total("total");
  top(i) = ash::max(j, x(i, j));
  e(i, j) = ash::exp(x(i, j) - top(i));
  total(i) = ash::sum(j, e(i, j));
  y(i, j) = e(i, j) / total(i);
};
constexpr auto parallel_rows = [](ash::schedule& s) {
  s.parallel("i");
  s.vectorize("j", 16);
  for (auto const* stage : {"total", "e", "top"}) s.compute_at(stage, s.get("i"));
};
constexpr auto at_root = [](ash::schedule& s) { s.parallel("i"); };

using matrix = ash::view<float, dyn, dyn>;

struct rows {
  index_t m = 0, n = 0;
  std::vector<float> x{}, y{};

  rows(index_t m_, index_t n_) : m(m_), n(n_) {
    y.assign(static_cast<std::size_t>(m * n), -1);
    for (std::size_t at = 0; at < y.size(); ++at) {
      x.push_back(static_cast<float>(scramble(at) % 1000) / 77);
    }
  }
  auto in() -> matrix { return matrix(x.data(), m, n); }
  auto out() -> matrix { return matrix(y.data(), m, n); }
  auto is_untouched() const -> bool {
    for (float const v : y) {
      if (v != -1) return false;
    }
    return true;
  }
};

TEST_CASE("the result does not depend on the number of threads", "[backend][kernel]") {
  ash::kernel<softmax, parallel_rows> const kernel;
  for (index_t const m : {1, 2, 7, 40}) {
    rows one(m, 130);
    REQUIRE(kernel.run(ash::launch{.threads = ash::serial}, one.out(), one.in()));
    REQUIRE(std::fabs(one.y[0] - one.y[0]) == 0);
    for (int const threads : {2, 3}) {
      ash::runtime::thread_pool pool(threads);
      rows many(m, 130);
      REQUIRE(kernel.run(ash::launch{.threads = pool}, many.out(), many.in()));
      REQUIRE(std::memcmp(one.y.data(), many.y.data(), one.y.size() * sizeof(float)) == 0);
    }
  }
}

TEST_CASE("schedules of one function differ in rounding only", "[backend][kernel]") {
  rows a(9, 40);
  rows b(9, 40);
  REQUIRE(ash::kernel<softmax, parallel_rows>{}(a.out(), a.in()));
  REQUIRE(ash::kernel<softmax, at_root>{}(b.out(), b.in()));
  for (std::size_t at = 0; at < a.y.size(); ++at) REQUIRE(distance(a.y[at], b.y[at]) <= 8);
}

constexpr auto turned = [](auto y, auto x) {
  ash::local t("t");
  t(i, j, k) = x(i, j, k) * 2.0F;
  y(i, j, k) = t(i, k, j) + 1.0F;
};
constexpr auto in_planes = [](ash::schedule& s) { s.compute_at("t", s.get("i")); };

template <ash::index_t Most> auto bytes_of_turned() -> index_t {
  std::vector<float> x(32, 1), y(32, 0);
  for (std::size_t at = 0; at < x.size(); ++at) x[at] = static_cast<float>(at);
  ash::view<float, dyn, Most, Most> out(y.data(), 2, 4, 4);
  ash::view<float const, dyn, Most, Most> in(x.data(), 2, 4, 4);
  ash::kernel<turned, in_planes> const kernel;
  REQUIRE(kernel(out, in));
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t b = 0; b < 4; ++b)
        REQUIRE(y[16 * p + 4 * a + b] == 2 * x[16 * p + 4 * b + a] + 1);
  return kernel.workspace_bytes(ash::launch{}, out, in);
}

TEST_CASE("a bound decides what is on the stack, not how much is allocated", "[backend][kernel]") {
  REQUIRE(bytes_of_turned<ash::dyn_at_most(60)>() == 0);
  REQUIRE(bytes_of_turned<ash::dyn_at_most(1000)>() == 64);
  REQUIRE(bytes_of_turned<ash::dyn_at_most(ash::index_t{1} << 40)>() == 64);
}

TEST_CASE("a workspace is the caller's, or the thread's", "[backend][kernel]") {
  ash::kernel<softmax, at_root> const kernel;
  ash::runtime::thread_pool pool(3);
  rows r(9, 40);
  auto const need = kernel.workspace_bytes(ash::launch{.threads = pool}, r.out(), r.in());
  REQUIRE(need >= 9 * 40 * 4 + 9 * 4);
  auto const bytes = static_cast<std::size_t>(need);

  SECTION("exactly as much as it needs, at the end of a page") {
    fenced const memory(bytes, true);
    auto* const first = reinterpret_cast<std::byte*>(memory.data());
    REQUIRE(kernel.run(ash::launch{.threads = pool, .workspace = {first, bytes}}, r.out(), r.in()));
  }
  SECTION("too little") {
    fenced const memory(bytes, true);
    auto* const first = reinterpret_cast<std::byte*>(memory.data());
    auto const s =
        kernel.run(ash::launch{.threads = pool, .workspace = {first, bytes - 1}}, r.out(), r.in());
    REQUIRE(s.code == ash::status_code::workspace_too_small);
    REQUIRE(s.expected == need);
    REQUIRE(s.found == need - 1);
    REQUIRE(r.is_untouched());
  }
  SECTION("not aligned") {
    fenced const memory(bytes + 64, true);
    auto* const first = reinterpret_cast<std::byte*>(memory.data()) + 4;
    auto const s =
        kernel.run(ash::launch{.threads = pool, .workspace = {first, bytes}}, r.out(), r.in());
    REQUIRE(s.code == ash::status_code::workspace_misaligned);
    REQUIRE(r.is_untouched());
  }
}

constexpr auto outer = [](auto y, auto a) {
  ash::local h("h");
  h(i, j) = a(i) * a(j);
  y() = ash::sum(i, j, h(i, j));
};
constexpr auto kept = [](ash::schedule& s) { s.compute_root("h"); };

TEST_CASE("a workspace beyond all memory is a status", "[backend][kernel]") {
  float const one = 1;
  float y = -1;
  using all_the_same = ash::strided_view<float const, ash::strides(0), dyn>;
  all_the_same const a(&one, ash::extents<dyn>(index_t{1} << 40));
  auto const s = ash::kernel<outer, kept>{}(ash::view<float>(&y), a);
  REQUIRE(s.code == ash::status_code::out_of_memory);
  REQUIRE(y == -1);
}

// Runs each task on the calling thread, and a kernel of its own in between, as a stealing pool may.
struct busy_executor {
  rows other{5, 30};
  bool ok = true;

  auto handle() -> ash::executor {
    auto const run = [](void* self, std::ptrdiff_t n, ash::runtime::range_body body,
                        void* context) {
      auto& me = *static_cast<busy_executor*>(self);
      for (std::ptrdiff_t at = 0; at < n; ++at) {
        ash::kernel<softmax, at_root> const inner;
        ash::launch const how{.threads = ash::serial};
        me.ok = me.ok && bool(inner.run(how, me.other.out(), me.other.in()));
        body(context, at, at + 1);
      }
    };
    return ash::executor{.self = this, .run = run, .threads = 2};
  }
};

TEST_CASE("a call inside of a call has a workspace of its own", "[backend][kernel]") {
  ash::kernel<softmax, at_root> const kernel;
  rows plain(9, 40);
  rows nested(9, 40);
  busy_executor busy{};
  REQUIRE(kernel.run(ash::launch{.threads = ash::serial}, plain.out(), plain.in()));
  REQUIRE(kernel.run(ash::launch{.threads = busy.handle()}, nested.out(), nested.in()));
  REQUIRE(busy.ok);
  REQUIRE(plain.y == nested.y);
}

}  // namespace
