// SPDX-License-Identifier: Apache-2.0
//
// tensor/tensor: an operand that owns its elements.
//
//   takes       the dynamic extents, in order
//   returns     elements that are zero, packed, row-major, at a multiple of 64 bytes
//   errors      the constructors behave as `new` does when memory runs out; `make` and `clone`
//               return a status instead: extent_negative, extent_not_multiple, extent_too_large,
//               overflow, out_of_memory
//   invariants  a tensor of static extents is one pointer; a copy is made by clone() alone; a
//               tensor which was moved from owns nothing and may be assigned to or destroyed
#pragma once

#include <ashlar/tensor/check.hpp>
#include <ashlar/tensor/storage.hpp>
#include <ashlar/tensor/view.hpp>

#include <cstring>
#include <span>
#include <utility>

namespace ashlar {

/// The view of a tensor: packed, and at a multiple of 64 bytes.
template <storable T, index_t... E>
using aligned_view = strided_view<T, aligned(row_major, storage_alignment), E...>;

/// An owning operand: element type T, extents E.
template <storable T, index_t... E> class tensor : public indexable<tensor<T, E...>> {
  static_assert(!std::is_const_v<T>, "ashlar: a tensor owns elements that can be written");

 public:
  using element_type = T;
  using value_type = T;
  using extents_type = ashlar::extents<E...>;
  using indexable<tensor>::operator();

  static constexpr int rank = extents_type::rank;
  static constexpr int dynamic_rank = extents_type::dynamic_rank;
  /// All that the type says, as a value.
  static constexpr operand_type type =
      make_operand_type<T>(aligned(row_major, storage_alignment), extents_type::type, rank);

  /// Zeros; without elements when an extent is dynamic.
  tensor() {
    if constexpr (dynamic_rank == 0) data_ = allocate_or_throw();
  }
  /// Zeros with these dynamic extents, in order.
  template <std::integral... N>
    requires(sizeof...(N) == dynamic_rank && dynamic_rank > 0)
  explicit tensor(N... n) : extents_(n...) {
    data_ = allocate_or_throw();
  }
  tensor(tensor&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        extents_(std::exchange(other.extents_, extents_type())) {}
  auto operator=(tensor&& other) noexcept -> tensor& {
    if (this != &other) {
      release();
      data_ = std::exchange(other.data_, nullptr);
      extents_ = std::exchange(other.extents_, extents_type());
    }
    return *this;
  }
  tensor(tensor const&) = delete;
  auto operator=(tensor const&) -> tensor& = delete;
  ~tensor() { release(); }

  /// Zeros with these dynamic extents, or why there are none.
  template <std::integral... N>
    requires(sizeof...(N) == dynamic_rank && dynamic_rank > 0)
  static auto make(N... n) -> result<tensor> {
    return make(extents_type(n...));
  }
  static auto make(extents_type n = extents_type()) -> result<tensor> {
    if (auto const wrong = check_extents(n); !wrong) return wrong;
    auto const bytes = byte_count(objects_of<T>(n.size()), sizeof(T));
    auto* const data = static_cast<T*>(allocate_zeroed(bytes));
    if (data == nullptr && bytes != 0)
      return status{.code = status_code::out_of_memory, .expected = bytes};
    return tensor(data, n);
  }
  /// A tensor with the same elements, or why there is none.
  auto clone() const -> result<tensor> {
    auto copy = make(extents_);
    if (copy && size() != 0) std::memcpy(copy->data_, data_, span().size_bytes());
    return copy;
  }

  auto data() -> T* { return data_; }
  auto data() const -> T const* { return data_; }
  auto extent(int d) const -> index_t { return extents_.extent(d); }
  auto extents() const -> extents_type { return extents_; }
  /// The distance of neighbours along d, in elements.
  auto stride(int d) const -> index_t { return extents_.row_major_stride(d); }
  auto size() const -> index_t { return extents_.size(); }
  /// All elements in row-major order; of elements of 4 bits the pairs.
  auto span() -> std::span<T> { return {data_, objects()}; }
  auto span() const -> std::span<T const> { return {data_, objects()}; }
  void fill(T value) {
    for (T& at : span()) at = value;
  }

  /// A view of all elements, with all that the type of the tensor promises.
  auto as_view() -> aligned_view<T, E...> { return {data_, extents_}; }
  auto as_view() const -> aligned_view<T const, E...> { return {data_, extents_}; }

  /// One element. The indices are not checked.
  template <std::integral... I>
    requires(sizeof...(I) == rank && rank > 0)
  auto operator()(I... i) & -> reference_to<T> {
    return as_view()(i...);
  }
  template <std::integral... I>
    requires(sizeof...(I) == rank && rank > 0)
  auto operator()(I... i) const& -> reference_to<T const> {
    return as_view()(i...);
  }
  /// An access by axes to a tensor that is about to die would dangle.
  template <class... Index>
    requires(sizeof...(Index) == 0 || !(std::integral<Index> && ...))
  void operator()(Index...) && = delete;
  /// The element of a tensor without dimensions.
  auto item() -> reference_to<T>
    requires(rank == 0)
  {
    return element_at(data_, 0);
  }
  auto item() const -> reference_to<T const>
    requires(rank == 0)
  {
    return element_at<T const>(data_, 0);
  }

 private:
  tensor(T* data, extents_type n) : data_(data), extents_(n) {}

  ASHLAR_PER_ISA auto allocate_or_throw() const -> T* {
    bool const fits = bool(check_extents(extents_));
    auto const bytes = fits ? byte_count(objects_of<T>(size()), sizeof(T)) : index_t{-1};
    return static_cast<T*>(allocate_zeroed_or_throw(bytes));
  }
  void release() noexcept { release_storage(data_); }
  auto objects() const -> std::size_t { return static_cast<std::size_t>(objects_of<T>(size())); }

  T* data_ = nullptr;
  [[no_unique_address]] extents_type extents_{};
};

template <class T, index_t... E> view(tensor<T, E...>&) -> view<T, E...>;
template <class T, index_t... E> view(tensor<T, E...> const&) -> view<T const, E...>;

}  // namespace ashlar
