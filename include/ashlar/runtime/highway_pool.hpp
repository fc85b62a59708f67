// SPDX-License-Identifier: Apache-2.0
//
// runtime/highway_pool: Highway's ThreadPool as an executor.
//
//   #include <hwy/contrib/thread_pool/thread_pool.h>
//   ash::highway_pool pool(theirs);  // hwy::ThreadPool theirs(3)
//
//   takes       a hwy::ThreadPool that outlives the adapter
//   invariants  the pool takes one caller at a time, so a second one, and a task that starts tasks,
//               run theirs themselves
//   cost        Highway's header is the caller's to include: it took 0.15 s of every program
//   source      hwy/contrib/thread_pool/thread_pool.h, Highway 1.2
#pragma once

#include <ashlar/runtime/nesting.hpp>
#include <ashlar/runtime/parallel.hpp>

#include <atomic>
#include <cstdint>

namespace ashlar::runtime {

/// An executor over a hwy::ThreadPool.
template <class Pool> class highway_pool {
 public:
  explicit highway_pool(Pool& pool) : pool_(&pool) {}
  highway_pool(highway_pool const&) = delete;
  auto operator=(highway_pool const&) -> highway_pool& = delete;

  operator executor() {
    auto const run_on = [](void* self, std::ptrdiff_t n, range_body body, void* context) {
      static_cast<highway_pool*>(self)->run(n, body, context);
    };
    return executor{.self = this, .run = run_on, .threads = static_cast<int>(pool_->NumWorkers())};
  }

 private:
  void run(std::ptrdiff_t n, range_body body, void* context) {
    if (n <= 1 || inside_task() || busy_.exchange(true)) {
      run_serially(nullptr, n, body, context);
      return;
    }
    floating_point_environment const callers;
    pool_->Run(0, static_cast<std::uint64_t>(n), [&](std::uint64_t task, std::size_t) {
      task_scope const scope;
      floating_point_scope const environment(callers);
      auto const i = static_cast<std::ptrdiff_t>(task);
      body(context, i, i + 1);
    });
    busy_.store(false, std::memory_order_release);
  }

  Pool* pool_;
  std::atomic<bool> busy_{false};
};

}  // namespace ashlar::runtime

namespace ashlar {
using runtime::highway_pool;
}  // namespace ashlar
