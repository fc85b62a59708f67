// SPDX-License-Identifier: Apache-2.0
//
// runtime/parallel: a loop whose iterations may run at the same time, on any pool.
//
//   executor             who runs tasks: two pointers and a count, no virtual call, no allocation
//   parallel_for         splits 0..n into ranges of at least `grain` and hands them to an executor
//   takes                a body(begin, end) that may run on several threads and does not throw
//   invariants           each index runs once; the ranges hang on n, grain and executor.threads
//                        alone, never on timing; nothing is allocated; one thread is a plain call
//   source               static scheduling as in OpenMP
#pragma once

#include <cstddef>
#include <type_traits>

namespace ashlar {
namespace runtime {

/// Runs body(context, begin, end) for ranges that together are 0..n, each index once.
using range_body = void (*)(void* context, std::ptrdiff_t begin, std::ptrdiff_t end);

inline void run_serially(void*, std::ptrdiff_t n, range_body body, void* context) {
  if (n > 0) body(context, 0, n);
}

/// A handle to whatever runs tasks. The default one is the calling thread. run() returns when all
/// tasks have; it may be called by several threads at once and from inside of a task.
struct executor {
  void* self = nullptr;
  void (*run)(void* self, std::ptrdiff_t n, range_body body, void* context) = run_serially;
  int threads = 1;
};

inline constexpr executor serial{};

namespace parallel_impl {
// Plain data: a kernel reads it without an atomic, so it has to be set before kernels run.
inline executor default_executor{};
}  // namespace parallel_impl

/// The executor of kernels that are called without one; serial unless it was set.
inline auto default_executor() -> executor { return parallel_impl::default_executor; }

/// Sets the default executor for the whole program. Not to be called while a kernel runs; the pool
/// behind it has to outlive its use.
inline void set_default_executor(executor e) { parallel_impl::default_executor = e; }

/// A range of indices.
struct index_range {
  std::ptrdiff_t begin = 0;
  std::ptrdiff_t end = 0;
  friend constexpr auto operator==(index_range, index_range) -> bool = default;
};

/// Part `part` of 0..n cut into `parts` whose lengths differ by at most one; longer parts first.
constexpr auto part_of(std::ptrdiff_t n, std::ptrdiff_t parts, std::ptrdiff_t part) -> index_range {
  auto const share = n / parts;
  auto const longer = n % parts;
  auto const begin = share * part + (part < longer ? part : longer);
  return index_range{.begin = begin, .end = begin + share + (part < longer ? 1 : 0)};
}

/// How many ranges parallel_for makes.
constexpr auto parts_for(std::ptrdiff_t n, std::ptrdiff_t grain, int threads) -> std::ptrdiff_t {
  if (n <= 0) return 0;
  auto const most = (n - 1) / (grain < 1 ? 1 : grain) + 1;
  auto const wanted = static_cast<std::ptrdiff_t>(threads < 1 ? 1 : threads);
  return most < wanted ? most : wanted;
}

/// Runs body(begin, end) over 0..n on an executor.
template <class Body>
void parallel_for(executor const& e, std::ptrdiff_t n, std::ptrdiff_t grain, Body&& body) {
  auto const parts = parts_for(n, grain, e.threads);
  if (parts == 0) return;
  if (parts == 1) {
    body(std::ptrdiff_t{0}, n);
    return;
  }
  struct job {
    std::ptrdiff_t n, parts;
    std::remove_reference_t<Body>* body;
  } all{n, parts, &body};
  auto const each = [](void* context, std::ptrdiff_t begin, std::ptrdiff_t end) {
    auto const& j = *static_cast<job*>(context);
    for (; begin < end; ++begin) {
      auto const range = part_of(j.n, j.parts, begin);
      (*j.body)(range.begin, range.end);
    }
  };
  e.run(e.self, parts, each, &all);
}

/// Runs body(begin, end) over 0..n on the default executor.
template <class Body> void parallel_for(std::ptrdiff_t n, std::ptrdiff_t grain, Body&& body) {
  parallel_for(default_executor(), n, grain, body);
}

}  // namespace runtime

using runtime::default_executor;
using runtime::executor;
using runtime::parallel_for;
using runtime::serial;
using runtime::set_default_executor;

}  // namespace ashlar
