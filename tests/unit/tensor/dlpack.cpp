// SPDX-License-Identifier: Apache-2.0
// not in a batch: it includes a header that may be missing
#include <ashlar/tensor/dlpack.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <vector>

#if __has_include(<dlpack/dlpack.h>)
#include <dlpack/dlpack.h>
#endif

namespace ash = ashlar;
using ash::dyn;
using ash::status_code;

namespace {

struct sample {
  std::vector<float> x = std::vector<float>(24);
  std::int64_t shape[2] = {3, 4};
  std::int64_t strides[2] = {8, 2};
  ash::dlpack::dl_tensor t{};

  sample() {
    t.data = x.data();
    t.ndim = 2;
    t.dtype = ash::dlpack::data_type{.code = 2, .bits = 32, .lanes = 1};
    t.shape = shape;
    t.strides = strides;
  }
};

}  // namespace

TEST_CASE("the structs have DLPack's layout", "[tensor][dlpack]") {
  using ash::dlpack::dl_tensor;
  STATIC_REQUIRE(sizeof(ash::dlpack::data_type) == 4);
  STATIC_REQUIRE(sizeof(ash::dlpack::device_id) == 8);
  STATIC_REQUIRE(offsetof(dl_tensor, device) == 8);
  STATIC_REQUIRE(offsetof(dl_tensor, ndim) == 16);
  STATIC_REQUIRE(offsetof(dl_tensor, dtype) == 20);
  STATIC_REQUIRE(offsetof(dl_tensor, shape) == 24);
  STATIC_REQUIRE(offsetof(dl_tensor, strides) == 32);
  STATIC_REQUIRE(offsetof(dl_tensor, byte_offset) == 40);
  STATIC_REQUIRE(sizeof(dl_tensor) == 48);
#if __has_include(<dlpack/dlpack.h>)
  STATIC_REQUIRE(sizeof(dl_tensor) == sizeof(::DLTensor));
  STATIC_REQUIRE(offsetof(dl_tensor, dtype) == offsetof(::DLTensor, dtype));
  STATIC_REQUIRE(offsetof(dl_tensor, byte_offset) == offsetof(::DLTensor, byte_offset));
  STATIC_REQUIRE(static_cast<int>(ash::dlpack::device_kind::cuda_managed) == ::kDLCUDAManaged);
  STATIC_REQUIRE(static_cast<int>(ash::dlpack::type_code::bfloat) == ::kDLBfloat);
#endif
}

TEST_CASE("a foreign tensor is a strided view", "[tensor][dlpack]") {
  sample s;
  auto const v = ash::view_of_dlpack<float const, dyn, 4>(s.t);
  REQUIRE(v.has_value());
  REQUIRE(v->extent(0) == 3);
  REQUIRE(&(*v)(2, 3) == &s.x[22]);
  s.t.strides = nullptr;
  s.t.byte_offset = 8;
  auto const packed = ash::view_of_dlpack<float, dyn, dyn>(s.t);
  REQUIRE(packed.has_value());
  REQUIRE(&(*packed)(2, 3) == &s.x[13]);
}

TEST_CASE("a tensor of another kind is refused", "[tensor][dlpack]") {
  auto const code_of = [](auto change) {
    sample s;
    change(s.t);
    return ash::view_of_dlpack<float, dyn, 4>(s.t).error().code;
  };
  using tensor = ash::dlpack::dl_tensor;
  REQUIRE(code_of([](tensor&) {}) == status_code::ok);
  REQUIRE(code_of([](tensor& t) { t.device.device_type = 2; }) == status_code::unsupported_device);
  REQUIRE(code_of([](tensor& t) { t.device.device_type = 3; }) == status_code::ok);
  REQUIRE(code_of([](tensor& t) { t.dtype.code = 0; }) == status_code::dtype_mismatch);
  REQUIRE(code_of([](tensor& t) { t.dtype.bits = 64; }) == status_code::dtype_mismatch);
  REQUIRE(code_of([](tensor& t) { t.dtype = {2, 16, 2}; }) == status_code::dtype_mismatch);
  REQUIRE(code_of([](tensor& t) { t.ndim = 1; }) == status_code::rank_mismatch);
  REQUIRE(code_of([](tensor& t) { t.shape[1] = 5; }) == status_code::extent_mismatch);
  REQUIRE(code_of([](tensor& t) { t.shape[0] = -1; }) == status_code::extent_negative);
  REQUIRE(code_of([](tensor& t) { t.shape = nullptr; }) == status_code::null_pointer);
  REQUIRE(code_of([](tensor& t) { t.data = nullptr; }) == status_code::null_pointer);
  REQUIRE(code_of([](tensor& t) { t.byte_offset = 2; }) == status_code::misaligned);
  REQUIRE(code_of([](tensor& t) { t.strides[0] = std::int64_t{1} << 62; }) ==
          status_code::overflow);
  // Bytes fit, and halves of bytes do not, in which spans are compared.
  REQUIRE(code_of([](tensor& t) { t.strides[0] = std::int64_t{1} << 59; }) ==
          status_code::overflow);
}

TEST_CASE("a view goes out and comes back", "[tensor][dlpack]") {
  std::vector<std::int64_t> x(60);
  auto const v =
      ash::strided_view<std::int64_t const, ash::strides(20, -2), 3, dyn>(x.data() + 19, 5);
  ash::dlpack::shape_room room;
  auto const t = ash::to_dlpack(v, room);
  REQUIRE(t.dtype.code == 0);
  REQUIRE(t.dtype.bits == 64);
  REQUIRE(t.device.device_type == 1);
  auto const back = ash::view_of_dlpack<std::int64_t const, 3, dyn>(t);
  REQUIRE(back.has_value());
  REQUIRE(back->extent(1) == 5);
  REQUIRE(&(*back)(2, 4) == &v(2, 4));
}

TEST_CASE("memory of a device goes out and comes back, and is none of the host",
          "[tensor][dlpack]") {
  std::vector<float> x(12);  // only its address is used
  ash::dlpack::shape_room room;
  auto const on_second = ash::dlpack::device_id{.device_type = 2, .device_id = 1};
  auto const t = ash::to_dlpack(ash::view<float, 3, 4>(x.data()), room, on_second);
  REQUIRE(t.device.device_id == 1);
  auto const back = ash::device_view_of_dlpack<float, 3, dyn>(t);
  REQUIRE(back.has_value());
  REQUIRE(back->data() == x.data());
  REQUIRE(back->stride(0) == 4);
  REQUIRE(ash::view_of_dlpack<float, 3, dyn>(t).error().code == status_code::unsupported_device);
  auto const of_host = ash::to_dlpack(ash::view<float, 3, 4>(x.data()), room);
  auto const wrong = ash::device_view_of_dlpack<float, 3, dyn>(of_host).error();
  REQUIRE(wrong.code == status_code::unsupported_device);
  REQUIRE(wrong.found == 1);
  REQUIRE(wrong.expected == 2);
}

TEST_CASE("types are named as DLPack names them", "[tensor][dlpack]") {
  using ash::dlpack_impl::code_of;
  STATIC_REQUIRE(static_cast<int>(code_of(ash::dtype::boolean)) == 6);
  STATIC_REQUIRE(static_cast<int>(code_of(ash::dtype::u8)) == 1);
  STATIC_REQUIRE(static_cast<int>(code_of(ash::dtype::i32)) == 0);
  STATIC_REQUIRE(static_cast<int>(code_of(ash::dtype::f16)) == 2);
  STATIC_REQUIRE(static_cast<int>(code_of(ash::dtype::bf16)) == 4);
}
