// SPDX-License-Identifier: Apache-2.0
#include <fuzz/capacity.hpp>

#include <csetjmp>
#include <csignal>

namespace ashlar::fuzz {

namespace {

sigjmp_buf back;

extern "C" void leave(int signal) { siglongjmp(back, signal); }

}  // namespace

auto watched(std::function<void()> const& f) -> leaving {
  auto const abort = std::signal(SIGABRT, leave);
  auto const fault = std::signal(SIGSEGV, leave);
  int const signal = sigsetjmp(back, 1);
  if (signal == 0) f();
  std::signal(SIGABRT, abort);
  std::signal(SIGSEGV, fault);
  if (signal == 0) return leaving::normal;
  return signal == SIGABRT ? leaving::capacity : leaving::crash;
}

}  // namespace ashlar::fuzz
