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

#include <ashlar/emit/simd/walk.hpp>
#include <ashlar/tensor/check.hpp>
#include <ashlar/tensor/overlap.hpp>

#include <cstddef>
#include <memory>
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

/// Memory that a thread keeps for its calls.
struct kept_workspace {
  std::unique_ptr<std::byte[]> memory{};
  index_t bytes = 0;
  bool is_taken = false;
};
inline auto workspace_of_thread() -> kept_workspace& {
  thread_local kept_workspace own{};
  return own;
}

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
  ASHLAR_COLD auto take(index_t bytes) -> std::byte* {
    kept_workspace& kept = workspace_of_thread();
    index_t const n = bytes + emit::workspace_line;
    if (kept.is_taken) return start_of(own_ = allocate(n));
    if (kept.bytes < n) {
      kept.memory.reset();
      kept.memory = allocate(n);
      kept.bytes = kept.memory != nullptr ? n : 0;
    }
    if (kept.memory == nullptr) return nullptr;
    kept.is_taken = true;
    from_ = &kept;
    return start_of(kept.memory);
  }

 private:
  using memory = std::unique_ptr<std::byte[]>;

  static auto allocate(index_t bytes) -> memory {
    return memory(new (std::nothrow) std::byte[static_cast<std::size_t>(bytes)]);
  }
  static auto start_of(memory const& m) -> std::byte* {
    constexpr auto line = static_cast<std::uintptr_t>(emit::workspace_line);
    if (m == nullptr) return nullptr;
    return m.get() + (line - reinterpret_cast<std::uintptr_t>(m.get()) % line) % line;
  }

  kept_workspace* from_ = nullptr;
  memory own_{};
};

/// The workspace of a call, null if none is needed or something is wrong.
inline auto choose_workspace(launch const& how, index_t bytes, borrowed_workspace& borrowed,
                             status& wrong) -> std::byte* {
  if (bytes == 0) return nullptr;
  auto const given = static_cast<index_t>(how.workspace.size());
  if (given == 0) {
    std::byte* const taken = borrowed.take(bytes);
    if (taken == nullptr) {
      wrong = status{.code = status_code::out_of_memory, .expected = bytes};
    }
    return taken;
  }
  if (given < bytes) {
    wrong = status{.code = status_code::workspace_too_small, .found = given, .expected = bytes};
  } else if (!is_aligned(how.workspace.data(), emit::workspace_line)) {
    wrong = status{.code = status_code::workspace_misaligned, .expected = emit::workspace_line};
  }
  return how.workspace.data();
}

/// What a call knows of one operand.
struct bound {
  memory_box box{};          // strides in bytes
  std::uintptr_t first = 0;  // the bytes that it touches lie in first .. last
  std::uintptr_t last = 0;
  bool is_output = false;
  bool in_place = false;  // it may be the output's memory, element for element
};

/// Operands that are written share no memory with others.
ASHLAR_COLD inline auto check_sharing(bound const& a, int at_a, bound const& b, int at_b)
    -> status {
  bool const allowed = (a.in_place || b.in_place) && same_elements(a.box, b.box);
  if (allowed || sharing_of(a.box, b.box) == sharing::none) return status{};
  return status{.code = status_code::overlap,
                .operand = static_cast<std::int16_t>(at_a),
                .found = at_b,
                .expected = at_a};
}

/// One call in preparation.
template <class Tag> struct entry {
  static constexpr auto const& code = Tag::value;
  static constexpr std::size_t operands = emit::simd::room_for(code.size.operands);

  emit::simd::arguments<Tag> call{};
  bound operand[operands]{};
  status wrong{};

  template <class View> ASHLAR_INLINE void bind(int at, View const& v) {
    if (!wrong) return;
    wrong = check_operand(v, at);
    using plain = std::remove_const_t<typename View::element_type>;
    call.data[at] = const_cast<plain*>(v.data());
    bound& o = operand[at];
    o.box = box_of(v);
    o.is_output = code.buffers[at].is_output;
    o.in_place = code.buffers[at].may_alias_output;
    auto const reach = reach_of(v);
    auto const address = reinterpret_cast<std::uintptr_t>(v.data());
    o.first = address + static_cast<std::uintptr_t>(reach.first);
    o.last = address + static_cast<std::uintptr_t>(reach.last);
    for (int d = 0; d < View::rank; ++d) {
      if (View::type.stride[d] == dynamic_stride) call.stride[at][d] = v.stride(d);
    }
    if constexpr (!View::type.contiguous) {
      if (o.is_output && wrong) wrong = check_output(v, at);
    }
  }

  ASHLAR_INLINE void bind_symbols() {
    for (int s = 0; s < code.size.symbols; ++s) {
      auto const& from = operand[code.symbols[s].buffer].box;
      call.symbol[s] = from.extent[code.symbols[s].dim] / code.symbols[s].multiple;
    }
  }

  template <int C> ASHLAR_INLINE void check(emit::simd::frame<Tag>& f) {
    constexpr tir::check c = code.checks[C];
    if (!wrong) return;
    index_t const sum = emit::simd::sum<Tag, c.sum>(f);
    if (c.equal ? sum == 0 : sum >= 0) return;
    index_t const found = operand[c.buffer].box.extent[c.dim];
    wrong = status{.code = status_code::extent_mismatch,
                   .operand = static_cast<std::int16_t>(c.buffer),
                   .dimension = static_cast<std::int16_t>(c.dim),
                   .found = found,
                   .expected = found - sum};
  }
  template <int... C> ASHLAR_INLINE void check_all(std::integer_sequence<int, C...>) {
    if constexpr (sizeof...(C) > 0) {
      emit::simd::frame<Tag> f(call);
      (check<C>(f), ...);
    }
  }

  ASHLAR_INLINE void check_overlaps() {
    for (int a = 0; a < code.size.operands; ++a) {
      if (!operand[a].is_output) continue;
      for (int b = 0; b < code.size.operands; ++b) {
        bool const other = b > a || (b < a && !operand[b].is_output);
        bool const meet =
            operand[a].first <= operand[b].last && operand[b].first <= operand[a].last;
        if (other && meet && wrong) wrong = check_sharing(operand[a], a, operand[b], b);
      }
    }
  }
};

constexpr auto bytes_for(emit::workspace_need need, launch const& how) -> index_t {
  return need.shared + need.per_part * (how.threads.threads < 1 ? 1 : how.threads.threads);
}

/// The bytes of workspace that a call needs; 0 if its operands are not what their types say.
template <class Tag, int... I, class... Views>
auto workspace_bytes(launch const& how, std::integer_sequence<int, I...>, Views const&... views)
    -> index_t {
  entry<Tag> e{};
  (e.bind(I, views), ...);
  if (!e.wrong) return 0;
  e.bind_symbols();
  return bytes_for(emit::workspace_of(Tag::value, e.call.symbol), how);
}

template <class Tag, int... I, class... Views>
ASHLAR_INLINE auto start(launch const& how, std::integer_sequence<int, I...>, Views const&... views)
    -> status {
  entry<Tag> e{};
  (e.bind(I, views), ...);
  if (!e.wrong) return e.wrong;
  e.bind_symbols();
  e.check_all(std::make_integer_sequence<int, Tag::value.size.checks>{});
  e.check_overlaps();
  emit::workspace_need const need = emit::workspace_of(Tag::value, e.call.symbol);
  borrowed_workspace borrowed{};
  if (e.wrong) e.call.workspace = choose_workspace(how, bytes_for(need, how), borrowed, e.wrong);
  if (!e.wrong) return e.wrong;
  e.call.threads = how.threads;
  e.call.worker_bytes = need.per_part;
  emit::simd::kernel<Tag>(e.call);
  return status{};
}

}  // namespace kernel_impl
}  // namespace ashlar
