// SPDX-License-Identifier: Apache-2.0
//
// tensor/dlpack: tensors of other frameworks as views, and views as theirs, without a copy.
//
//   view_of_dlpack<T, E...>(t)   a DLTensor as a strided view, or why it is none
//   device_view_of_dlpack<T, E...>(t)   the same of a DLTensor in the memory of a CUDA device
//   to_dlpack(view, room)        a view as a DLTensor whose shape lies in `room`; with a device_id
//                                of memory that is not the host's
//   errors      unsupported_device, dtype_mismatch, rank_mismatch, and those of check_operand
//   4 bits      two in a byte, which is what DLPack has without its flag for padded elements
//   invariants  the structs have the layout of DLPack's C header, version 0.2 to 1.x; any type with
//               its member names will do, the framework's own DLTensor among them
//   source      github.com/dmlc/dlpack, dlpack.h
#pragma once

#include <ashlar/tensor/cast.hpp>

#include <cstdint>
#include <type_traits>

namespace ashlar {

namespace dlpack {

enum class device_kind : std::int32_t { cpu = 1, cuda = 2, cuda_host = 3, cuda_managed = 13 };

struct device_id {
  std::int32_t device_type = 1;
  std::int32_t device_id = 0;
};

enum class type_code : std::uint8_t {
  signed_integer = 0,
  unsigned_integer = 1,
  floating = 2,
  bfloat = 4,
  boolean = 6,
};

struct data_type {
  std::uint8_t code = 0;
  std::uint8_t bits = 0;
  std::uint16_t lanes = 1;
};

struct dl_tensor {
  void* data = nullptr;
  device_id device{};
  std::int32_t ndim = 0;
  data_type dtype{};
  std::int64_t* shape = nullptr;
  std::int64_t* strides = nullptr;  // in elements; null: row-major and packed
  std::uint64_t byte_offset = 0;
};

/// The room for the extents and strides of an exported view; has to outlive the export.
struct shape_room {
  std::int64_t shape[max_rank] = {};
  std::int64_t strides[max_rank] = {};
};

}  // namespace dlpack

namespace dlpack_impl {

constexpr auto code_of(dtype d) -> dlpack::type_code {
  if (d == dtype::boolean) return dlpack::type_code::boolean;
  if (d == dtype::bf16) return dlpack::type_code::bfloat;
  if (is_float(d)) return dlpack::type_code::floating;
  return is_signed(d) ? dlpack::type_code::signed_integer : dlpack::type_code::unsigned_integer;
}

constexpr auto is_host_memory(std::int32_t device) -> bool {
  return device == static_cast<std::int32_t>(dlpack::device_kind::cpu) ||
         device == static_cast<std::int32_t>(dlpack::device_kind::cuda_host) ||
         device == static_cast<std::int32_t>(dlpack::device_kind::cuda_managed);
}

constexpr auto is_device_memory(std::int32_t device) -> bool {
  return device == static_cast<std::int32_t>(dlpack::device_kind::cuda) ||
         device == static_cast<std::int32_t>(dlpack::device_kind::cuda_managed);
}

template <class Foreign>
constexpr auto check_header(Foreign const& t, dtype d, int rank, dlpack::device_kind wanted)
    -> status {
  auto const device = static_cast<std::int32_t>(t.device.device_type);
  bool const is_cuda = wanted == dlpack::device_kind::cuda;
  if (is_cuda ? !is_device_memory(device) : !is_host_memory(device))
    return status{.code = status_code::unsupported_device,
                  .found = device,
                  .expected = static_cast<std::int32_t>(wanted)};
  if (t.dtype.code != static_cast<std::uint8_t>(code_of(d)))
    return status{.code = status_code::dtype_mismatch,
                  .found = t.dtype.code,
                  .expected = static_cast<index_t>(code_of(d)),
                  .subject = "type code"};
  if (t.dtype.bits * t.dtype.lanes != bits_of(d) || t.dtype.lanes != 1)
    return status{.code = status_code::dtype_mismatch,
                  .found = t.dtype.bits * t.dtype.lanes,
                  .expected = bits_of(d),
                  .subject = "bits"};
  if (t.ndim != rank)
    return status{.code = status_code::rank_mismatch, .found = t.ndim, .expected = rank};
  if (t.ndim != 0 && t.shape == nullptr)
    return status{.code = status_code::null_pointer, .subject = "shape"};
  return status{};
}

}  // namespace dlpack_impl

namespace dlpack_impl {

template <class to, class Foreign>
auto view_of(Foreign const& t, dlpack::device_kind wanted) -> result<to> {
  using T = typename to::element_type;
  if (auto const wrong = check_header(t, to::type.dt, to::rank, wanted); !wrong) return wrong;
  index_t n[max_rank] = {};
  index_t s[max_rank] = {};
  for (int d = 0; d < to::rank; ++d) n[d] = t.shape[d];
  index_t packed = 1;
  for (int d = to::rank - 1; d >= 0; --d) {
    s[d] = t.strides == nullptr ? packed : t.strides[d];
    packed = saturating_product(packed, n[d] < 0 ? 0 : n[d]);
  }
  auto* const bytes = static_cast<unsigned char*>(t.data);
  // Nothing is added to a null pointer, which stands for an operand without elements.
  void* const first = bytes == nullptr ? nullptr : bytes + t.byte_offset;
  return cast_impl::assemble<to>(static_cast<T*>(first), n, s);
}

}  // namespace dlpack_impl

/// The elements of a DLTensor in host memory. Strides are those of the tensor; use view_cast for a
/// packed view. The framework keeps the ownership.
template <element T, index_t... E, class Foreign>
auto view_of_dlpack(Foreign const& t) -> result<strided_view<T, any_strides, E...>> {
  using to = strided_view<T, any_strides, E...>;
  return dlpack_impl::view_of<to>(t, dlpack::device_kind::cpu);
}

/// The same of memory of a CUDA device, for a kernel that runs there; nothing is read here. The
/// launch checks that the device is the current one.
template <element T, index_t... E, class Foreign>
auto device_view_of_dlpack(Foreign const& t) -> result<strided_view<T, any_strides, E...>> {
  using to = strided_view<T, any_strides, E...>;
  return dlpack_impl::view_of<to>(t, dlpack::device_kind::cuda);
}

/// A view of memory of the host, or of that device, as a DLTensor without an owner.
template <class View>
auto to_dlpack(View const& v, dlpack::shape_room& room, dlpack::device_id device = {})
    -> dlpack::dl_tensor {
  for (int d = 0; d < View::rank; ++d) {
    room.shape[d] = v.extent(d);
    room.strides[d] = v.stride(d);
  }
  dlpack::dl_tensor t{};
  // DLPack has no const elements; the receiver is told by other means.
  t.data = const_cast<void*>(static_cast<void const*>(v.data()));
  t.device = device;
  t.ndim = View::rank;
  t.dtype =
      dlpack::data_type{.code = static_cast<std::uint8_t>(dlpack_impl::code_of(View::type.dt)),
                        .bits = static_cast<std::uint8_t>(bits_of(View::type.dt))};
  t.shape = room.shape;
  t.strides = room.strides;
  return t;
}

}  // namespace ashlar
