// SPDX-License-Identifier: Apache-2.0
//
// runtime/pool_adapter: the caller's own pool as an executor.
//
//   takes       a function run(n, task) that calls task(i) once for each i in 0..n, on any threads,
//               and returns when all calls have; and the number of threads it uses
//   returns     an executor for as long as the adapter lives
//   invariants  a task that starts tasks runs them itself, so the pool need not be reentrant; it
//               does have to take several callers at once where kernels are called by several
#pragma once

#include <ashlar/runtime/nesting.hpp>
#include <ashlar/runtime/parallel.hpp>

#include <utility>

namespace ashlar::runtime {

/// An executor over run(n, task). Run is called as a const object, by several threads at once.
template <class Run> class pool_adapter {
 public:
  pool_adapter(int threads, Run run) : run_(std::move(run)), threads_(threads < 1 ? 1 : threads) {}
  pool_adapter(pool_adapter const&) = delete;
  auto operator=(pool_adapter const&) -> pool_adapter& = delete;

  operator executor() {
    auto const run_on = [](void* self, std::ptrdiff_t n, range_body body, void* context) {
      static_cast<pool_adapter const*>(self)->run(n, body, context);
    };
    return executor{.self = this, .run = run_on, .threads = threads_};
  }

 private:
  void run(std::ptrdiff_t n, range_body body, void* context) const {
    if (n <= 1 || inside_task()) {
      run_serially(nullptr, n, body, context);
      return;
    }
    floating_point_environment const callers;
    run_(n, [body, context, &callers](std::ptrdiff_t i) {
      task_scope const scope;
      floating_point_scope const environment(callers);
      body(context, i, i + 1);
    });
  }

  Run run_;
  int threads_;
};

}  // namespace ashlar::runtime

namespace ashlar {
using runtime::pool_adapter;
}  // namespace ashlar
