// SPDX-License-Identifier: Apache-2.0
//
// Linux on x86-64 and 64-bit Arm as such a machine: two system calls, and no C library. For a real
// board, this file is what is replaced.
#include "board.hpp"

namespace {

#if defined(__x86_64__)

constexpr long write_number = 1;
constexpr long exit_number = 231;

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  xorl %ebp, %ebp\n"
    "  andq $-16, %rsp\n"
    "  call board_start\n");

auto system_call(long number, long first, void const* second, long third) -> long {
  long result = 0;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(first), "S"(second), "d"(third)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

constexpr long write_number = 64;
constexpr long exit_number = 94;

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  mov x29, #0\n"
    "  mov x30, #0\n"
    "  bl board_start\n");

auto system_call(long number, long first, void const* second, long third) -> long {
  register long code __asm__("x8") = number;
  register long a __asm__("x0") = first;
  register void const* b __asm__("x1") = second;
  register long c __asm__("x2") = third;
  __asm__ volatile("svc #0" : "+r"(a) : "r"(code), "r"(b), "r"(c) : "memory");
  return a;
}

#endif

[[noreturn]] void stop(int status) {
  while (true) system_call(exit_number, status, nullptr, 0);
}

}  // namespace

void embedded::put(char const* text, std::size_t characters) {
  while (characters > 0) {
    long const written = system_call(write_number, 1, text, static_cast<long>(characters));
    if (written <= 0) stop(3);
    text += written;
    characters -= static_cast<std::size_t>(written);
  }
}

extern "C" {

[[gnu::used, noreturn]] void board_start() { stop(board_main()); }

[[noreturn]] void abort() { stop(134); }

void* memcpy(void* to, void const* from, std::size_t bytes) {
  auto* const t = static_cast<unsigned char*>(to);
  auto const* const f = static_cast<unsigned char const*>(from);
  for (std::size_t i = 0; i < bytes; ++i) t[i] = f[i];
  return to;
}

void* memmove(void* to, void const* from, std::size_t bytes) {
  auto* const t = static_cast<unsigned char*>(to);
  auto const* const f = static_cast<unsigned char const*>(from);
  if (t < f) return memcpy(to, from, bytes);
  for (std::size_t i = bytes; i > 0; --i) t[i - 1] = f[i - 1];
  return to;
}

void* memset(void* to, int value, std::size_t bytes) {
  auto* const t = static_cast<unsigned char*>(to);
  for (std::size_t i = 0; i < bytes; ++i) t[i] = static_cast<unsigned char>(value);
  return to;
}

int memcmp(void const* left, void const* right, std::size_t bytes) {
  auto const* const l = static_cast<unsigned char const*>(left);
  auto const* const r = static_cast<unsigned char const*>(right);
  for (std::size_t i = 0; i < bytes; ++i) {
    if (l[i] != r[i]) return l[i] < r[i] ? -1 : 1;
  }
  return 0;
}

}  // extern "C"
