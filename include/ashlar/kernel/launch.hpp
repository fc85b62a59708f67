// SPDX-License-Identifier: Apache-2.0
//
// kernel/launch: the entry of a kernel: checks, symbols, workspace, and the call.
//
//   takes       views of the operands, and how to run
//   errors      a status that names the operand, the dimension and both numbers; nothing has been
//               written then
//   invariants  static extents cost nothing here; nothing is allocated unless the caller brings no
//               workspace and the kernel needs one
#pragma once

#include <ashlar/core/owned.hpp>
#include <ashlar/emit/target_of.hpp>
#include <ashlar/kernel/check_fact.hpp>
#include <ashlar/tensor/check.hpp>
#include <ashlar/tensor/overlap.hpp>

#include <cstddef>
#include <new>
#include <span>
#include <utility>

namespace ashlar {

/// How a call runs: on which threads, and in which memory.
struct launch {
  runtime::executor threads = runtime::default_executor();
  /// At least kernel::workspace_bytes(...) bytes at a multiple of 64; without one, each thread that
  /// calls keeps one of its own, which grows when it has to and is reused.
  std::span<std::byte> workspace{};
};

namespace kernel_impl {

inline namespace ASHLAR_ISA {

/// Memory that a thread keeps for its calls.
struct kept_workspace {
  owned<std::byte[]> memory{};
  index_t bytes = 0;
  bool is_taken = false;
};
inline auto workspace_of_thread() -> kept_workspace& {
  thread_local kept_workspace own{};
  return own;
}

}  // namespace ASHLAR_ISA

/// The workspace of a call that brings none: that of the thread, or memory of its own where another
/// call of the thread is under way, as in a task of a pool that steals.
class borrowed_workspace {
 public:
  borrowed_workspace() = default;
  borrowed_workspace(borrowed_workspace const&) = delete;
  auto operator=(borrowed_workspace const&) -> borrowed_workspace& = delete;
  ~borrowed_workspace() {
    if (from_ != nullptr) from_->is_taken = false;
  }
  /// At least `bytes` bytes at a multiple of a line; null if there are none.
  ASHLAR_PER_ISA ASHLAR_COLD auto take(index_t bytes) -> std::byte* {
    kept_workspace& kept = workspace_of_thread();
    index_t const n = bytes + emit::workspace_line;
    if (kept.is_taken) return start_of(own_ = allocate(n));
    if (kept.bytes < n) {
      kept.memory.reset();
      kept.memory = allocate(n);
      kept.bytes = kept.memory ? n : 0;
    }
    if (!kept.memory) return nullptr;
    kept.is_taken = true;
    from_ = &kept;
    return start_of(kept.memory);
  }

 private:
  using memory = owned<std::byte[]>;

  static auto allocate(index_t bytes) -> memory {
    return memory(new (std::nothrow) std::byte[static_cast<std::size_t>(bytes)]);
  }
  static auto start_of(memory const& m) -> std::byte* {
    constexpr auto line = static_cast<std::uintptr_t>(emit::workspace_line);
    if (!m) return nullptr;
    return m.get() + (line - reinterpret_cast<std::uintptr_t>(m.get()) % line) % line;
  }

  kept_workspace* from_ = nullptr;
  memory own_{};
};

/// A kernel as a function of its arguments, whatever their type.
using kernel_function = void (*)(void const* call);

/// Calls a kernel after setting `workspace` to at least `bytes` bytes.
ASHLAR_PER_ISA [[gnu::noinline]] inline auto call_with_workspace(launch const& how, index_t bytes,
                                                                 std::byte*& workspace,
                                                                 kernel_function kernel,
                                                                 void const* call) -> status {
  auto const given = static_cast<index_t>(how.workspace.size());
  borrowed_workspace borrowed{};
  workspace = how.workspace.data();
  if (given == 0 && bytes > 0) {
    workspace = borrowed.take(bytes);
    if (workspace == nullptr) {
      return status{.code = status_code::out_of_memory, .expected = bytes};
    }
  } else if (given < bytes) {
    return status{.code = status_code::workspace_too_small, .found = given, .expected = bytes};
  } else if (bytes > 0 && !is_aligned(workspace, emit::workspace_line)) {
    return status{.code = status_code::workspace_misaligned, .expected = emit::workspace_line};
  }
  kernel(call);
  return status{};
}

/// What a program does with its operands; operand n is bit n.
struct operand_roles {
  std::uint64_t written = 0;
  std::uint64_t in_place = 0;  // may be the output's memory, element for element

  constexpr auto is_output(int at) const -> bool { return (written >> at & 1) != 0; }
  constexpr auto may_be_output(int at) const -> bool { return (in_place >> at & 1) != 0; }
};
template <class Code> constexpr auto roles_of(Code const& c) -> operand_roles {
  static_assert(limits::buffers <= 64);
  operand_roles r{};
  for (int at = 0; at < c.size.operands; ++at) {
    r.written |= std::uint64_t{c.buffers[at].is_output} << at;
    r.in_place |= std::uint64_t{c.buffers[at].may_alias_output} << at;
  }
  return r;
}

/// Whether each operand is what its type says; completes what the entry has noted of them.
ASHLAR_PER_ISA ASHLAR_COLD inline auto check_operands(operand_record* operand, int count,
                                                      operand_roles roles) -> status {
  for (int at = 0; at < count; ++at) {
    complete(operand[at]);
    byte_reach reach{};
    if (status const wrong = check_operand(operand[at], at, reach); !wrong) return wrong;
    if (!roles.is_output(at)) continue;
    if (status const wrong = check_output(box_of(operand[at]), at); !wrong) return wrong;
  }
  return status{};
}

/// Operands that are written share no memory with others.
ASHLAR_PER_ISA ASHLAR_COLD inline auto check_overlaps(operand_record const* operand, int count,
                                                      operand_roles roles) -> status {
  for (int a = 0; a < count; ++a) {
    for (int b = 0; b < count; ++b) {
      if (!roles.is_output(a) || a == b || (b < a && roles.is_output(b))) continue;
      bool const in_place = roles.may_be_output(a) || roles.may_be_output(b);
      status const wrong = check_overlap(box_of(operand[a]), a, box_of(operand[b]), b, in_place);
      if (!wrong) return wrong;
    }
  }
  return status{};
}

/// The extent differs by `sum` from what those of other operands ask for.
ASHLAR_PER_ISA ASHLAR_COLD inline auto extent_mismatch(operand_record const* operand, int at,
                                                       int dim, index_t sum) -> status {
  extent const known = operand[at].type->shape[dim];
  index_t const found = known.is_static() ? known.value : operand[at].extent[dim];
  return status{.code = status_code::extent_mismatch,
                .operand = static_cast<std::int16_t>(at),
                .dimension = static_cast<std::int16_t>(dim),
                .found = found,
                .expected = found - sum};
}

/// One call in preparation.
template <class Tag> struct entry {
  static constexpr auto const& code = Tag::value;
  static constexpr int operands = code.size.operands;
  static constexpr operand_roles roles = roles_of(code);

  emit::arguments<Tag> call{};
  operand_record operand[emit::room_for(operands)];
  byte_range bytes[emit::room_for(operands)];
  bool is_plain = true;

  template <class View> ASHLAR_INLINE void bind(int at, View const& v) {
    using plain = std::remove_const_t<typename View::element_type>;
    note(v, operand[at]);
    call.data[at] = const_cast<plain*>(v.data());
    is_plain = is_plainly_valid(v, bytes[at]) && is_plain;
  }

  /// True if an output shares no byte with another operand, of operands that are plainly valid.
  ASHLAR_INLINE auto are_apart() const -> bool {
    bool apart = true;
    ASHLAR_UNROLL
    for (int a = 0; a < operands; ++a) {
      ASHLAR_UNROLL
      for (int b = 0; b < operands; ++b) {
        if (!roles.is_output(a) || a == b) continue;
        apart = apart && (bytes[a].end <= bytes[b].first || bytes[b].end <= bytes[a].first);
      }
    }
    return apart;
  }

  /// What only the call knows: dynamic strides and extents. Operands are what their types say.
  template <int S> ASHLAR_INLINE void bind_symbol() {
    constexpr tir::symbol s = code.symbols[S];
    call.symbol[S] = operand[s.buffer].extent[s.dim] / s.multiple;
  }
  template <int At> ASHLAR_INLINE void bind_strides() {
    ASHLAR_UNROLL
    for (int d = 0, n = emit::strides_before(code, At, 0); d < code.buffers[At].rank; ++d) {
      if (code.buffers[At].stride[d] == dynamic_stride) call.stride[n++] = operand[At].stride[d];
    }
  }
  template <int... At, int... S>
  ASHLAR_INLINE void bind_lengths(std::integer_sequence<int, At...>,
                                  std::integer_sequence<int, S...>) {
    (bind_strides<At>(), ...);
    (bind_symbol<S>(), ...);
  }

  /// Whether the operands are what the schedule has stated of them.
  template <int... F>
  ASHLAR_INLINE auto are_stated(std::integer_sequence<int, F...>, status& wrong) -> bool {
    if constexpr (sizeof...(F) == 0)
      return true;
    else
      return (is_stated<code.facts[F]>(wrong) && ...);
  }
  template <tir::fact F> ASHLAR_INLINE auto is_stated(status& wrong) -> bool {
    if (tir::holds(F, stated_value(F, operand[F.buffer]))) return true;
    wrong = broken_fact(F, operand[F.buffer], F.buffer);
    return false;
  }

  template <int C> ASHLAR_INLINE auto holds(emit::simd::frame<Tag>& f, status& wrong) -> bool {
    constexpr tir::check c = code.checks[C];
    index_t const sum = emit::simd::sum<Tag, c.sum>(f);
    if (c.equal ? sum == 0 : sum >= 0) return true;
    wrong = extent_mismatch(operand, c.buffer, c.dim, sum);
    return false;
  }
  /// Whether the extents of the operands go together.
  template <int... C>
  ASHLAR_INLINE auto all_hold(std::integer_sequence<int, C...>, status& wrong) -> bool {
    if constexpr (sizeof...(C) == 0) {
      return true;
    } else {
      emit::simd::frame<Tag> f(call);
      return (holds<C>(f, wrong) && ...);
    }
  }
};

/// Whether all facts hold by which a variant was chosen.
template <class Tag> ASHLAR_INLINE auto is_chosen(operand_record const* operand) -> bool {
  constexpr auto const& code = Tag::value;
  bool all = true;
  ASHLAR_UNROLL
  for (int i = 0; i < code.size.facts; ++i) {
    tir::fact const& f = code.facts[i];
    if (f.origin != tir::fact_origin::chosen) continue;
    all = all && tir::holds(f, stated_value(f, operand[f.buffer]));
  }
  return all;
}

constexpr auto bytes_for(emit::workspace_need need, launch const& how) -> index_t {
  return need.shared + need.per_part * (how.threads.threads < 1 ? 1 : how.threads.threads);
}

template <class Tag>
inline constexpr emit::workspace_locals locals_of = emit::locals_in_workspace(Tag::value);

/// What a call needs; without symbols a constant.
template <class Tag> ASHLAR_INLINE auto need_of(index_t const* symbols) -> emit::workspace_need {
  if constexpr (Tag::value.size.symbols == 0) {
    constexpr emit::workspace_need need =
        emit::workspace_of(emit::tables_of(Tag::value), locals_of<Tag>, nullptr);
    return need;
  } else {
    return emit::workspace_of(emit::tables_of(Tag::value), locals_of<Tag>, symbols);
  }
}

/// The bytes of workspace that a call needs; 0 if its operands are not what their types say.
template <class Tag, int... I, class... Views>
auto workspace_bytes(launch const& how, std::integer_sequence<int, I...> all, Views const&... views)
    -> index_t {
  entry<Tag> e;
  (e.bind(I, views), ...);
  if (!check_operands(e.operand, e.operands, e.roles)) return 0;
  e.bind_lengths(all, std::make_integer_sequence<int, Tag::value.size.symbols>{});
  return bytes_for(need_of<Tag>(e.call.symbol), how);
}

template <class Tag> void run_code(void const* call) {
  emit::target_of<typename Tag::backend>::template run<Tag>(
      *static_cast<emit::arguments<Tag> const*>(call));
}

template <class Tag, int... I, class... Views>
ASHLAR_INLINE auto start(launch const& how, std::integer_sequence<int, I...> all,
                         Views const&... views) -> status {
  entry<Tag> e;
  (e.bind(I, views), ...);
  bool const is_plain = e.is_plain && e.are_apart();
  status wrong{};
  if (!is_plain) wrong = check_operands(e.operand, e.operands, e.roles);
  if (!wrong) return wrong;
  using facts = std::make_integer_sequence<int, Tag::value.size.facts>;
  if (!e.are_stated(facts{}, wrong)) return wrong;
  e.bind_lengths(all, std::make_integer_sequence<int, Tag::value.size.symbols>{});
  if (!e.all_hold(std::make_integer_sequence<int, Tag::value.size.checks>{}, wrong)) return wrong;
  if (!is_plain) wrong = check_overlaps(e.operand, e.operands, e.roles);
  if (!wrong) return wrong;
  e.call.threads = how.threads;
  // Foreign elements are accessed as integers, which a compiler that sees both sides may take for
  // other memory.
  constexpr bool is_foreign = (is_foreign_element<typename Views::element_type> || ...);
  if constexpr (is_foreign) memory_fence();
  if constexpr (!locals_of<Tag>.empty()) {
    emit::workspace_need const need = need_of<Tag>(e.call.symbol);
    e.call.worker_bytes = need.per_part;
    wrong =
        call_with_workspace(how, bytes_for(need, how), e.call.workspace, &run_code<Tag>, &e.call);
  } else {
    emit::target_of<typename Tag::backend>::template run<Tag>(e.call);
  }
  if constexpr (is_foreign) memory_fence();
  return wrong;
}

}  // namespace kernel_impl
}  // namespace ashlar
