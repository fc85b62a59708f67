// SPDX-License-Identifier: Apache-2.0
//
// runtime/thread_pool: threads that wait for parallel_for.
//
//   takes       the number of threads that work, the caller among them; 0 and 1 start none
//   returns     an executor for as long as the pool lives
//   errors      none: where the system gives fewer threads the pool has fewer, see threads()
//   invariants  the caller works too and returns when all is done; a task that starts tasks, a
//               second caller while the pool works, and a process that was forked run theirs
//               themselves, so nothing ever waits for the pool itself; workers compute in the
//               caller's floating-point environment, so that no result hangs on the thread it was
//               computed by; tasks allocate nothing; workers take no signals
//   source      POSIX threads, because they report that there is no further thread without an
//               exception; C++20 atomic waits
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/runtime/nesting.hpp>
#include <ashlar/runtime/parallel.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace ashlar::runtime {

/// How many threads the machine runs at once, at least 1.
inline auto hardware_threads() -> int {
  auto const n = ::sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : static_cast<int>(n);
}

namespace thread_pool_impl {

// Counts the forks that led to this process: its threads are those of pools of the same count.
inline std::atomic<unsigned> forks{0};

ASHLAR_PER_ISA inline auto watch_forks() -> unsigned {
  static int const registered = ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1); });
  static_cast<void>(registered);
  return forks.load(std::memory_order_relaxed);
}

inline void relax() {
#if __has_builtin(__builtin_ia32_pause)
  __builtin_ia32_pause();
#endif
}

using counter = std::atomic<std::uint32_t>;

// Returns when the counter is not `value`. A short spin saves the way through the kernel where one
// parallel loop follows another.
inline void wait_while(counter const& c, std::uint32_t value, int spins) {
  for (int i = 0; i < spins; ++i) {
    if (c.load(std::memory_order_acquire) != value) return;
    relax();
  }
  while (c.load(std::memory_order_acquire) == value) c.wait(value, std::memory_order_acquire);
}

// New threads inherit the mask: the signals of a program are for the threads it made itself.
class blocked_signals {
 public:
  blocked_signals() {
    ::sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~blocked_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  blocked_signals(blocked_signals const&) = delete;
  auto operator=(blocked_signals const&) -> blocked_signals& = delete;

 private:
  ::sigset_t before_{};
};

}  // namespace thread_pool_impl

/// A pool of waiting threads.
class thread_pool {
 public:
  ASHLAR_PER_ISA explicit thread_pool(int threads = hardware_threads())
      : forks_(thread_pool_impl::watch_forks()), spins_(threads <= hardware_threads() ? 256 : 0) {
    if (threads > 1) workers_ = new (std::nothrow) worker[static_cast<std::size_t>(threads - 1)];
    if (workers_ == nullptr) return;
    thread_pool_impl::blocked_signals const guard;
    for (; threads_ < threads; ++threads_)
      if (!start(threads_)) break;
  }
  /// Waits for the threads to end. No loop may be running.
  ASHLAR_PER_ISA ~thread_pool() {
    if (!is_forked()) stop();
    delete[] workers_;
  }
  thread_pool(thread_pool const&) = delete;
  auto operator=(thread_pool const&) -> thread_pool& = delete;

  /// How many threads work on a loop, the caller among them.
  auto threads() const -> int { return threads_; }

  ASHLAR_PER_ISA operator executor() {
    auto const run_on = [](void* self, std::ptrdiff_t n, range_body body, void* context) {
      static_cast<thread_pool*>(self)->run(n, body, context);
    };
    return executor{.self = this, .run = run_on, .threads = threads_};
  }

  /// Runs body(context, begin, end) for ranges that together are 0..n. A body must not throw.
  ASHLAR_PER_ISA void run(std::ptrdiff_t n, range_body body, void* context) noexcept {
    auto const parts = parts_for(n, 1, threads_);
    if (parts <= 1 || inside_task() || is_forked() || busy_.exchange(true)) {
      run_serially(nullptr, n, body, context);
      return;
    }
    job_ = job{.n = n, .parts = parts, .body = body, .context = context, .floating_point = {}};
    pending_.store(static_cast<std::uint32_t>(parts - 1), std::memory_order_relaxed);
    for (std::ptrdiff_t part = 1; part < parts; ++part) wake(workers_[part - 1]);
    run_part(0);
    for (auto left = pending_.load(std::memory_order_acquire); left != 0;
         left = pending_.load(std::memory_order_acquire))
      thread_pool_impl::wait_while(pending_, left, spins_);
    busy_.store(false, std::memory_order_release);
  }

 private:
  struct job {
    std::ptrdiff_t n = 0;
    std::ptrdiff_t parts = 1;
    range_body body = nullptr;
    void* context = nullptr;
    floating_point_environment floating_point{};
  };
  // A cache line each: waking one worker does not disturb the others.
  struct alignas(64) worker {
    thread_pool_impl::counter ticket{0};
    thread_pool* pool = nullptr;
    std::ptrdiff_t part = 0;
    ::pthread_t thread{};
  };

  auto is_forked() const -> bool {
    return forks_ != thread_pool_impl::forks.load(std::memory_order_relaxed);
  }
  ASHLAR_PER_ISA auto start(int part) -> bool {
    auto& w = workers_[part - 1];
    w.pool = this;
    w.part = part;
    auto const main = [](void* self) -> void* {
      auto& me = *static_cast<worker*>(self);
      me.pool->work(me);
      return nullptr;
    };
    return ::pthread_create(&w.thread, nullptr, main, &w) == 0;
  }
  void stop() {
    stopping_.store(true, std::memory_order_relaxed);
    for (int i = 0; i < threads_ - 1; ++i) wake(workers_[i]);
    for (int i = 0; i < threads_ - 1; ++i) ::pthread_join(workers_[i].thread, nullptr);
  }
  static void wake(worker& w) {
    w.ticket.fetch_add(1, std::memory_order_release);
    w.ticket.notify_one();
  }
  void run_part(std::ptrdiff_t part) {
    task_scope const scope;
    auto const range = part_of(job_.n, job_.parts, part);
    job_.body(job_.context, range.begin, range.end);
  }
  ASHLAR_PER_ISA void work(worker& me) noexcept {
    for (std::uint32_t seen = 0;; ++seen) {
      thread_pool_impl::wait_while(me.ticket, seen, spins_);
      if (stopping_.load(std::memory_order_relaxed)) return;
      job_.floating_point.use();
      run_part(me.part);
      if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) pending_.notify_one();
    }
  }

  worker* workers_ = nullptr;
  int threads_ = 1;
  unsigned forks_ = 0;
  int spins_ = 0;
  job job_{};
  std::atomic<bool> stopping_{false};
  alignas(64) std::atomic<bool> busy_{false};
  alignas(64) thread_pool_impl::counter pending_{0};
};

}  // namespace ashlar::runtime

namespace ashlar {
using runtime::hardware_threads;
using runtime::thread_pool;
}  // namespace ashlar
