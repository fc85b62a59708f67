// SPDX-License-Identifier: Apache-2.0
//
// kernel/cuda: a kernel, or an expression, on a GPU.
//
//   constexpr ash::kernel<saxpy, on_gpu> mine;        // on_gpu binds loops: see docs/gpu.md
//   mine(ash::cuda{stream}, y, x);                    // views of the device's memory
//   ash::run<on_gpu>(ash::cuda{stream}, y(i) = 2.0f * x(i) + y(i));
//
//   takes       a stream, and operands as a kernel takes them
//   returns     a status; what is wrong is found before anything is launched
//   invariants  asynchronous; nothing is allocated, nothing waits. Indices on the GPU have 32 bits,
//               so an operand that spans 2^31 elements or more, or has such an extent, is refused
//   errors      those of a kernel; E083 to E085 and E091 to E098 at compile time;
//               unsupported_device for memory of the host, device_mismatch, device_too_small,
//               grid_too_large, span_too_large, device_failed with the error of the CUDA runtime
#pragma once

#include <ashlar/emit/cuda/launch.hpp>
#include <ashlar/kernel/cuda_check.hpp>
#include <ashlar/kernel/run.hpp>
#include <ashlar/pass/lower_grid.hpp>
#include <ashlar/runtime/cuda_tensor.hpp>
#include <ashlar/schedule/automatic_grid.hpp>

#include <cstring>

namespace ashlar {

namespace kernel_impl {

/// Operands span fewer elements than this, which leaves room for the ends of the last blocks.
inline constexpr index_t gpu_span = (index_t{1} << 31) - (index_t{1} << 16);

template <class Scheduled> struct lowered_for_gpu {
  static constexpr auto make() -> tir::program {
    tir::program p = Scheduled::value;
    check_grid_is_used(p);
    pass::lower_grid(p, emit::cuda::machine);
    check_gpu(p);
    return p;
  }
  static constexpr tir::program value = make();
};

/// On a grid, the default schedule is that for grids.
template <auto Schedule> inline constexpr auto schedule_on_gpu = Schedule;
template <> inline constexpr auto schedule_on_gpu<automatic> = automatic_grid;

template <class Captured, auto Schedule> struct steps_on_gpu {
  using scheduled = kernel_impl::scheduled<Captured, schedule_on_gpu<Schedule>>;
  using lowered = lowered_for_gpu<scheduled>;
};

/// The elements between the first and the last of an operand, which indices on the GPU count.
inline auto check_span(operand_record const& o, int at) -> status {
  for (int d = 0; d < o.type->rank; ++d) {
    if (o.extent[d] < gpu_span) continue;  // of a stride of 0, too
    return status{.code = status_code::span_too_large,
                  .operand = static_cast<std::int16_t>(at),
                  .dimension = static_cast<std::int16_t>(d),
                  .found = o.extent[d],
                  .expected = gpu_span};
  }
  byte_reach const reach = reach_of(o);
  index_t const n =
      reach.last < reach.first ? 0 : (reach.last - reach.first) / bytes_of(o.type->dt);
  if (reach.fits && n < gpu_span) return status{};
  return status{.code = status_code::span_too_large,
                .operand = static_cast<std::int16_t>(at),
                .found = n,
                .expected = gpu_span};
}

/// The arguments of a kernel on the GPU, from those that the entry has found.
template <class Tag>
auto device_call_of(emit::arguments<Tag> const& from) -> emit::cuda::call_of<Tag> {
  emit::cuda::call_of<Tag> call{};
  for (int b = 0; b < Tag::value.size.operands; ++b) call.data[b] = from.data[b];
  int at = 0;
  for (auto& s : call.symbol) s = static_cast<std::int32_t>(from.symbol[at++]);
  at = 0;
  for (auto& s : call.stride) s = static_cast<std::int32_t>(from.stride[at++]);
  return call;
}

/// Operand `at` is a number of the host, which the kernel gets by its bits.
template <class Tag> void pass_number(emit::cuda::call_of<Tag>& call, int at) {
  auto const bytes = static_cast<std::size_t>(bytes_of(Tag::value.buffers[at].type));
  std::memcpy(&call.number[at], call.data[at], bytes);
  call.data[at] = nullptr;
}

/// How many blocks launch N of a call has along each dimension.
template <class Tag, int N, int D> auto blocks_along(emit::arguments<Tag> const& call) -> index_t {
  constexpr emit::cuda::bound_loops loops = emit::cuda::launch_facts<Tag, N>::value.dim[D];
  if constexpr (loops.count == 0) {
    return 1;
  } else {
    emit::simd::frame<Tag> f(call);
    return emit::simd::sum<Tag, Tag::value.stmts[loops.first].extent>(f);
  }
}

/// A call of a kernel on the GPU in preparation.
template <class Tag> struct gpu_entry {
  entry<Tag> e;

  /// Checks all but the device.
  template <int... I, class... Views>
  auto prepare(std::integer_sequence<int, I...> all, Views const&... views) -> status {
    (e.bind(I, views), ...);
    status wrong = check_operands(e.operand, e.operands, e.roles);
    if (!wrong) return wrong;
    using facts = std::make_integer_sequence<int, Tag::value.size.facts>;
    if (!e.are_stated(facts{}, wrong)) return wrong;
    e.bind_lengths(all, std::make_integer_sequence<int, Tag::value.size.symbols>{});
    if (!e.all_hold(std::make_integer_sequence<int, Tag::value.size.checks>{}, wrong)) return wrong;
    wrong = check_overlaps(e.operand, e.operands, e.roles);
    for (int at = 0; at < e.operands && wrong.ok(); ++at) wrong = check_span(e.operand[at], at);
    return wrong;
  }
  template <int N> auto blocks() const -> emit::cuda::grid_extent {
    return {{blocks_along<Tag, N, 0>(e.call), blocks_along<Tag, N, 1>(e.call),
             blocks_along<Tag, N, 2>(e.call)}};
  }
};

#if ASHLAR_NVCC

/// The steps between have types of which nvcc cannot write the names; the hash has none of them.
template <std::uint64_t A, std::uint64_t B>
using gpu_tag = slot_tag<slot<A, B, emit::cuda::backend>, emit::cuda::backend>;

/// Checks launch N, or starts it.
template <class Tag, int N> auto check_launch(gpu_entry<Tag> const& g, int device) -> status {
  constexpr emit::cuda::launch_shape shape = emit::cuda::launch_facts<Tag, N>::value;
  return runtime::check_device_limits(
      runtime::block_need{.grid = g.template blocks<N>(),
                          .threads = shape.threads(),
                          .shared_bytes = static_cast<int>(shape.shared_bytes)},
      device);
}
template <class Tag, int N>
auto start_launch(gpu_entry<Tag> const& g, emit::cuda::call_of<Tag> const& call, cuda where)
    -> status {
  using type = emit::cuda::call_of<Tag>;
  constexpr std::size_t buffers = type::buffers;
  constexpr std::size_t symbols = type::symbols;
  constexpr std::size_t strides = type::strides;
  emit::cuda::grid_extent const grid = g.template blocks<N>();
  if (grid.blocks[0] * grid.blocks[1] * grid.blocks[2] == 0) return status{};
  return emit::cuda::launch<Tag, N, buffers, symbols, strides>(call, grid, where.stream);
}

template <std::uint64_t A, std::uint64_t B, int... I, class... Views>
auto start_on_gpu(cuda where, std::integer_sequence<int, I...> all, Views const&... views)
    -> status {
  using tag = gpu_tag<A, B>;
  gpu_entry<tag> g{};
  status wrong = g.prepare(all, views...);
  int device = 0;
  if (wrong.ok()) wrong = runtime::current_device(device);
  auto call = device_call_of<tag>(g.e.call);
  for (int at = 0; at < g.e.operands && wrong.ok(); ++at) {
    if (call.data[at] == nullptr) continue;  // an operand without elements
    wrong = runtime::check_device_memory(call.data[at], device, at);
    bool const is_of_host = wrong.code == status_code::unsupported_device;
    if (!is_of_host || !emit::cuda::may_be_number(tag::value.buffers[at])) continue;
    pass_number<tag>(call, at);
    wrong = status{};
  }
  [&]<int... N>(std::integer_sequence<int, N...>) {
    ((wrong = wrong.ok() ? check_launch<tag, N>(g, device) : wrong), ...);
    ((wrong = wrong.ok() ? start_launch<tag, N>(g, call, where) : wrong), ...);
  }(std::make_integer_sequence<int, emit::cuda::launches_in(tag::value)>{});
  return wrong;
}

template <class Lowered, class... Views>
auto start_on_gpu(cuda where, Views const&... views) -> status {
  using coded = kernel_impl::coded<Lowered, emit::cuda::backend>;
  static_assert(sizeof(typename coded::tag) > 0, "instantiates the definition");
  constexpr hash128 hash = coded::hash;
  return start_on_gpu<hash.a, hash.b>(
      where, std::make_integer_sequence<int, int{sizeof...(Views)}>{}, views...);
}

#else

template <class Lowered, class... Views> auto start_on_gpu(cuda, Views const&...) -> status;

#endif

/// What is wrong with a call on the GPU: the program, or the compiler of the file.
template <class Lowered> struct gpu_fault {
  static constexpr diag::diagnostic value = [] {
    diag::diagnostic const found = fault_of<Lowered>::value;
    if (ASHLAR_NVCC || !found.ok()) return found;
    return diag::diagnostic{
        .id = diag::code::needs_nvcc,
        .text = "the call is in a file for another compiler; move it to a .cu file"};
  }();
};

}  // namespace kernel_impl

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, Backend>::operator()(cuda where, Operands&&... operands) const
    -> status {
  using captured =
      kernel_impl::captured<Kernel, Mode,
                            kernel_impl::view_of<std::remove_reference_t<Operands>>::type...>;
  using steps = kernel_impl::steps_on_gpu<captured, Schedule>;
  using fault = kernel_impl::gpu_fault<typename steps::lowered>;
  if constexpr (fault::value.ok()) {
    return kernel_impl::start_on_gpu<typename steps::lowered>(where,
                                                              kernel_impl::to_view(operands)...);
  } else {
    diag::require_valid<fault>();
    return status{};
  }
}

/// Computes an assignment on the GPU.
template <auto Schedule = automatic, fp Mode = fp::relaxed, assignment Assignment>
auto run(cuda where, Assignment const& e) -> status {
  using steps = kernel_impl::steps_on_gpu<kernel_impl::recorded<Assignment, Mode>, Schedule>;
  using fault = kernel_impl::gpu_fault<typename steps::lowered>;
  if constexpr (fault::value.ok()) {
    return expr::with_operands(e, [&](auto const&... operand) {
      return kernel_impl::start_on_gpu<typename steps::lowered>(where,
                                                                kernel_impl::to_view(operand)...);
    });
  } else {
    diag::require_valid<fault>();
    return status{};
  }
}

}  // namespace ashlar
