// SPDX-License-Identifier: Apache-2.0
//
// runtime/weights_file: weights mapped from a file, for models whose weights are not linked in.
//
//   open        takes a path and what the model needs; returns the mapped file, or why not
//   invariants  the mapping is read-only and lives as long as the object, which only moves; the
//               file must not be changed while it is mapped
//   needs       POSIX
#pragma once

#include <ashlar/runtime/weights.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace ashlar::runtime {

class weights_file {
 public:
  weights_file(weights_file&& from) noexcept
      : block_(std::exchange(from.block_, {})), view_(std::exchange(from.view_, {})) {}
  auto operator=(weights_file&& from) noexcept -> weights_file& {
    std::swap(block_, from.block_);
    std::swap(view_, from.view_);
    return *this;
  }
  weights_file(weights_file const&) = delete;
  auto operator=(weights_file const&) -> weights_file& = delete;
  ~weights_file() { unmap(block_); }

  auto view() const -> weights_view { return view_; }

  /// Errors: weights_missing, weights_unreadable, and those of check_weights.
  static auto open(char const* path, weights_id const& id) -> result<weights_file> {
    if (path == nullptr) return weights_impl::wrong(status_code::null_pointer);
    // Not blocking, so that the name of a pipe is an error and no wait.
    int const file = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return weights_impl::wrong(status_code::weights_missing);
    auto const block = map(file);
    ::close(file);
    if (!block) return block.error();
    auto const view = check_weights(*block, id);
    if (view) return weights_file(*block, *view);
    unmap(*block);
    return view.error();
  }

 private:
  using bytes = std::span<std::byte const>;

  weights_file(bytes block, weights_view view) : block_(block), view_(view) {}

  static auto map(int file) -> result<bytes> {
    struct stat about{};
    if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
      return weights_impl::wrong(status_code::weights_unreadable);
    }
    auto const size = static_cast<std::size_t>(about.st_size);
    // An empty file cannot be mapped; the check would say the same.
    if (size == 0) {
      return weights_impl::wrong(status_code::weights_too_short, 0, sizeof(weights_header));
    }
    void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (at == MAP_FAILED) return weights_impl::wrong(status_code::weights_unreadable);
    return bytes(static_cast<std::byte const*>(at), size);
  }

  static void unmap(bytes block) {
    if (block.data() == nullptr) return;
    ::munmap(const_cast<std::byte*>(block.data()), block.size());
  }

  bytes block_{};
  weights_view view_{};
};

}  // namespace ashlar::runtime
