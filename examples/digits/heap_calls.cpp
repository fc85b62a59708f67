// SPDX-License-Identifier: Apache-2.0
#include "heap_calls.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<long> calls{0};

auto counted(std::size_t bytes) -> void* {
  void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) std::abort();
  return memory;
}

auto counted(std::size_t bytes, std::align_val_t alignment) -> void* {
  auto const line = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(line, (bytes + line - 1) / line * line);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

auto heap_calls() -> long { return calls.load(); }

// What the linker calls in place of each function, and under which name the function itself goes.
extern "C" {

void* real_malloc(std::size_t) __asm__("__real_malloc");
void* real_calloc(std::size_t, std::size_t) __asm__("__real_calloc");
void* real_realloc(void*, std::size_t) __asm__("__real_realloc");
void* real_memalign(std::size_t, std::size_t) __asm__("__real_memalign");
void* real_aligned_alloc(std::size_t, std::size_t) __asm__("__real_aligned_alloc");
int real_posix_memalign(void**, std::size_t, std::size_t) __asm__("__real_posix_memalign");

void* wrap_malloc(std::size_t bytes) __asm__("__wrap_malloc");
void* wrap_malloc(std::size_t bytes) {
  ++calls;
  return real_malloc(bytes);
}
void* wrap_calloc(std::size_t count, std::size_t bytes) __asm__("__wrap_calloc");
void* wrap_calloc(std::size_t count, std::size_t bytes) {
  ++calls;
  return real_calloc(count, bytes);
}
void* wrap_realloc(void* memory, std::size_t bytes) __asm__("__wrap_realloc");
void* wrap_realloc(void* memory, std::size_t bytes) {
  ++calls;
  return real_realloc(memory, bytes);
}
void* wrap_memalign(std::size_t line, std::size_t bytes) __asm__("__wrap_memalign");
void* wrap_memalign(std::size_t line, std::size_t bytes) {
  ++calls;
  return real_memalign(line, bytes);
}
void* wrap_aligned_alloc(std::size_t line, std::size_t bytes) __asm__("__wrap_aligned_alloc");
void* wrap_aligned_alloc(std::size_t line, std::size_t bytes) {
  ++calls;
  return real_aligned_alloc(line, bytes);
}
int wrap_posix_memalign(void** to, std::size_t line,
                        std::size_t bytes) __asm__("__wrap_posix_memalign");
int wrap_posix_memalign(void** to, std::size_t line, std::size_t bytes) {
  ++calls;
  return real_posix_memalign(to, line, bytes);
}

}  // extern "C"

// The C++ library's own would call malloc too, but from a shared library --wrap does not reach.
auto operator new(std::size_t bytes) -> void* { return counted(bytes); }
auto operator new[](std::size_t bytes) -> void* { return counted(bytes); }
auto operator new(std::size_t bytes, std::align_val_t a) -> void* { return counted(bytes, a); }
auto operator new[](std::size_t bytes, std::align_val_t a) -> void* { return counted(bytes, a); }
auto operator new(std::size_t bytes, std::nothrow_t const&) noexcept -> void* {
  return counted(bytes);
}
auto operator new[](std::size_t bytes, std::nothrow_t const&) noexcept -> void* {
  return counted(bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
