// SPDX-License-Identifier: Apache-2.0
//
// kernel/cuda_entry: what a call on a GPU is before anything is asked of the device.
//
//   takes       a captured program and a schedule; views of the operands, a workspace
//   returns     the program lowered for the least GPU of the file; the arguments of its kernels,
//               the blocks of each launch, and where the workspace has what lies between launches
//   errors      a status, as kernel/cuda says
//   invariants  needs no toolkit, so tests call it where there is none; nothing is allocated
#pragma once

#include <ashlar/emit/cuda/walk.hpp>
#include <ashlar/kernel/cuda_check.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>
#include <ashlar/schedule/automatic_grid.hpp>

#include <cstring>

namespace ashlar::kernel_impl {

/// Operands span fewer elements than this, which leaves room for the ends of the last blocks: those
/// of a total step by 2^20.
inline constexpr index_t gpu_span = (index_t{1} << 31) - (index_t{1} << 21);

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
  constexpr tir::handle blocks = emit::cuda::launch_facts<Tag, N>::value.blocks[D];
  if constexpr (blocks < 0) {
    return 1;
  } else {
    emit::simd::frame<Tag> f(call);
    return emit::simd::sum<Tag, blocks>(f);
  }
}

/// What lies between the launches of a call; without symbols a constant. `most` is the number of
/// elements of the largest local.
struct gpu_memory {
  tir::launch_memory at{};
  index_t bytes = 0;
  index_t most = 0;
};
template <class Code>
constexpr auto gpu_memory_of(Code const& c, tir::launch_locals const& all, index_t const* symbols)
    -> gpu_memory {
  gpu_memory m{};
  index_t bytes[tir::max_launch_locals]{};
  for (int i = 0; i < all.count; ++i) {
    tir::handle const b = all.items[i].buffer;
    bytes[i] = emit::local_bytes(emit::tables_of(c), b, symbols);
    index_t const n = bytes[i] / bytes_of(c.buffers[b].type);
    m.most = m.most < n ? n : m.most;
  }
  m.at = tir::plan_launch_memory(all, bytes);
  m.bytes = m.at.bytes;
  return m;
}
template <class Tag> constexpr auto gpu_memory_for(index_t const* symbols) -> gpu_memory {
  constexpr tir::launch_locals all = emit::cuda::between_launches<Tag>::value;
  if constexpr (all.count == 0) {
    return gpu_memory{};
  } else if constexpr (Tag::value.size.symbols == 0) {
    constexpr gpu_memory m = gpu_memory_of(Tag::value, all, nullptr);
    return m;
  } else {
    return gpu_memory_of(Tag::value, all, symbols);
  }
}

/// Whether memory of the caller will do, which nobody looks into here: there are so many bytes, and
/// they are no operand's.
inline auto check_gpu_workspace(std::span<std::byte> given, index_t bytes,
                                operand_record const* operand, int count) -> status {
  auto const found = given.data() == nullptr ? 0 : static_cast<index_t>(given.size());
  if (found < bytes) {
    return status{.code = status_code::workspace_too_small, .found = found, .expected = bytes};
  }
  if (bytes == 0) return status{};
  if (!is_aligned(given.data(), emit::workspace_line)) {
    return status{.code = status_code::workspace_misaligned, .expected = emit::workspace_line};
  }
  memory_box const own{.address = std::uint64_t{2} * reinterpret_cast<std::uintptr_t>(given.data()),
                       .element_bytes = 2 * bytes};  // in halves of bytes, as box_of counts
  for (int at = 0; at < count; ++at) {
    if (sharing_of(own, box_of(operand[at])) == sharing::none) continue;
    return status{.code = status_code::overlap,
                  .operand = static_cast<std::int16_t>(at),
                  .subject = "workspace"};
  }
  return status{};
}

/// A call of a kernel on the GPU in preparation.
template <class Tag> struct gpu_entry {
  entry<Tag> e;
  gpu_memory memory{};

  /// Checks all but the device and the workspace.
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
    memory = gpu_memory_for<Tag>(e.call.symbol);
    if (wrong.ok() && memory.most >= gpu_span) {
      wrong = status{.code = status_code::span_too_large,
                     .found = memory.most,
                     .expected = gpu_span,
                     .subject = "a stage between launches"};
    }
    return wrong;
  }
  auto check_workspace(std::span<std::byte> given) const -> status {
    return check_gpu_workspace(given, memory.bytes, e.operand, e.operands);
  }
  /// The arguments of the kernel, with what is between launches in that memory.
  auto call_in(std::byte* workspace) const -> emit::cuda::call_of<Tag> {
    auto call = device_call_of<Tag>(e.call);
    int const count = emit::cuda::between_launches<Tag>::value.count;
    for (int i = 0; i < count && workspace != nullptr; ++i) {
      call.data[e.operands + i] = workspace + memory.at.offset[i];
    }
    return call;
  }
  template <int N> auto blocks() const -> emit::cuda::grid_extent {
    return {{blocks_along<Tag, N, 0>(e.call), blocks_along<Tag, N, 1>(e.call),
             blocks_along<Tag, N, 2>(e.call)}};
  }
};

/// The bytes between the launches of a call; 0 if its operands are not what their types say.
template <class Tag, int... I, class... Views>
auto workspace_of_grid(std::integer_sequence<int, I...> all, Views const&... views) -> index_t {
  gpu_entry<Tag> g{};
  (g.e.bind(I, views), ...);
  if (!check_operands(g.e.operand, g.e.operands, g.e.roles)) return 0;
  g.e.bind_lengths(all, std::make_integer_sequence<int, Tag::value.size.symbols>{});
  return gpu_memory_for<Tag>(g.e.call.symbol).bytes;
}

/// The steps between have types of which nvcc cannot write the names; the hash has none of them.
template <std::uint64_t A, std::uint64_t B>
using gpu_tag = slot_tag<slot<A, B, emit::cuda::backend>, emit::cuda::backend>;

template <class Lowered, class... Views> auto workspace_on_gpu(Views const&... views) -> index_t {
  using coded = kernel_impl::coded<Lowered, emit::cuda::backend>;
  static_assert(sizeof(typename coded::tag) > 0, "instantiates the definition");
  constexpr hash128 hash = coded::hash;
  return workspace_of_grid<gpu_tag<hash.a, hash.b>>(
      std::make_integer_sequence<int, int{sizeof...(Views)}>{}, views...);
}

}  // namespace ashlar::kernel_impl
