// SPDX-License-Identifier: Apache-2.0
//
// runtime/cuda_tensor: memory of a GPU, and an operand that owns some.
//
//   auto y = ash::device_tensor<float, ash::dyn, 256>::make(128);
//   if (auto const wrong = ash::copy(host, *y, ash::cuda{stream}); !wrong) ...
//   auto room = ash::device_memory::make(total.workspace_bytes(ash::cuda{}, sum, x));
//   total(ash::cuda{stream, room->bytes()}, sum, x);
//
//   takes       the dynamic extents, in order, or a number of bytes; the current device has the
//               memory
//   returns     a tensor, or why there is none: those of tensor::make, and device_failed
//   copies      copy(from, to, where) between tensors and packed views of one size, in any
//               direction, in the stream: memory of the host should be page-locked, or the copy
//               waits. The elements are read and written there until the stream was waited for
//   invariants  packed, row-major, at a multiple of 256 bytes, as cudaMalloc gives it; elements
//               are not set; a tensor that was moved from owns nothing
#pragma once

#include <ashlar/runtime/cuda_status.hpp>
#include <ashlar/tensor/tensor.hpp>

#if ASHLAR_NVCC || __has_include(<cuda_runtime_api.h>)

namespace ashlar {

/// What cudaMalloc promises of an address.
inline constexpr int device_alignment = 256;

/// Bytes of the current device: a workspace, the arena of a model, its weights.
class device_memory {
 public:
  device_memory() = default;
  device_memory(device_memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  auto operator=(device_memory&& other) noexcept -> device_memory& {
    if (this != &other) {
      release();
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  device_memory(device_memory const&) = delete;
  auto operator=(device_memory const&) -> device_memory& = delete;
  ~device_memory() { release(); }

  static auto make(index_t bytes) -> result<device_memory> {
    void* data = nullptr;
    if (bytes > 0) {
      auto const wrong = runtime::status_of(cudaMalloc(&data, static_cast<std::size_t>(bytes)));
      if (!wrong) return wrong;
    }
    device_memory m{};
    m.data_ = static_cast<std::byte*>(data);
    m.size_ = bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
    return result<device_memory>(std::move(m));
  }

  auto bytes() const -> std::span<std::byte> { return {data_, size_}; }

 private:
  void release() noexcept {
    if (data_ != nullptr) static_cast<void>(cudaFree(data_));
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

template <element T, index_t... E> class device_tensor : public indexable<device_tensor<T, E...>> {
 public:
  using element_type = T;
  using value_type = T;
  using extents_type = ashlar::extents<E...>;
  using indexable<device_tensor>::operator();
  template <class U> using view_type = strided_view<U, aligned(row_major, device_alignment), E...>;

  static constexpr int rank = extents_type::rank;
  static constexpr int dynamic_rank = extents_type::dynamic_rank;
  static constexpr operand_type type = view_type<T>::type;

  /// Memory for these dynamic extents, or why there is none.
  template <std::integral... N>
    requires(sizeof...(N) == dynamic_rank)
  static auto make(N... n) -> result<device_tensor> {
    extents_type const all(n...);
    if (auto const wrong = check_extents(all); !wrong) return wrong;
    auto memory = device_memory::make(byte_count(objects_of<T>(all.size()), sizeof(T)));
    if (!memory) return memory.error();
    device_tensor t{};
    t.memory_ = std::move(*memory);
    t.extents_ = all;
    return result<device_tensor>(std::move(t));
  }

  auto data() const -> T* { return reinterpret_cast<T*>(memory_.bytes().data()); }
  auto extent(int d) const -> index_t { return extents_.extent(d); }
  auto extents() const -> extents_type { return extents_; }
  auto stride(int d) const -> index_t { return extents_.row_major_stride(d); }
  auto size() const -> index_t { return extents_.size(); }
  auto as_view() -> view_type<T> { return {data(), extents_}; }
  auto as_view() const -> view_type<T const> { return {data(), extents_}; }

 private:
  device_memory memory_{};
  [[no_unique_address]] extents_type extents_{};
};

/// Copies all elements in the stream; both have one type and the same extents, and are packed.
template <class From, class To> auto copy(From const& from, To& to, cuda where) -> status {
  using element = typename To::value_type;
  static_assert(std::is_same_v<std::remove_const_t<typename From::element_type>, element>);
  static_assert(From::rank == To::rank && From::type.contiguous && To::type.contiguous,
                "ashlar: a copy is of packed elements; a kernel moves others");
  for (int d = 0; d < From::rank; ++d) {
    if (from.extent(d) == to.extent(d)) continue;
    return status{.code = status_code::extent_mismatch,
                  .dimension = static_cast<std::int16_t>(d),
                  .found = to.extent(d),
                  .expected = from.extent(d)};
  }
  auto const bytes =
      static_cast<std::size_t>(byte_count(objects_of<element>(from.size()), sizeof(element)));
  return runtime::status_of(
      cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDefault, where.stream));
}

/// Waits until all that is in the stream is done; says what went wrong in it.
inline auto wait_for(cuda where) -> status {
  return runtime::status_of(cudaStreamSynchronize(where.stream));
}

}  // namespace ashlar

#endif
