// SPDX-License-Identifier: Apache-2.0
//
// runtime/nesting: what surrounds a task, for the makers of executors.
//
//   task_scope            the calling thread is inside of a task
//   floating_point_scope  the calling thread computes as the thread that started the loop does
//   invariants  a task that starts tasks runs them itself, on whatever pool: no thread ever waits
//               for a thread that may wait for it; rounding and the treatment of subnormals are the
//               caller's, so that no result hangs on the thread it was computed by
#pragma once

#include <cfenv>

namespace ashlar::runtime {

namespace nesting_impl {
inline constinit thread_local bool inside_task = false;
}  // namespace nesting_impl

/// True while the calling thread executes a task of any pool.
inline auto inside_task() -> bool { return nesting_impl::inside_task; }

/// Marks the calling thread as executing a task as long as it lives.
class task_scope {
 public:
  task_scope() : outer_(nesting_impl::inside_task) { nesting_impl::inside_task = true; }
  ~task_scope() { nesting_impl::inside_task = outer_; }
  task_scope(task_scope const&) = delete;
  auto operator=(task_scope const&) -> task_scope& = delete;

 private:
  bool outer_;
};

/// How a thread computes.
class floating_point_environment {
 public:
  /// That of the calling thread.
  floating_point_environment() { std::fegetenv(&state_); }
  /// Lets the calling thread compute in the same way.
  void use() const { std::fesetenv(&state_); }

 private:
  std::fenv_t state_{};
};

/// Lets the calling thread compute in another environment as long as the scope lives.
class floating_point_scope {
 public:
  explicit floating_point_scope(floating_point_environment const& inside) { inside.use(); }
  ~floating_point_scope() { outside_.use(); }
  floating_point_scope(floating_point_scope const&) = delete;
  auto operator=(floating_point_scope const&) -> floating_point_scope& = delete;

 private:
  floating_point_environment outside_{};
};

}  // namespace ashlar::runtime
