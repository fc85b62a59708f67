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
#include <span>
#include <utility>

namespace ashlar {

/// How a call runs: on which threads, and in which memory.
struct launch {
  runtime::executor threads = runtime::default_executor();
  /// At least kernel::workspace_bytes() bytes at a multiple of 64; without one, each thread that
  /// calls keeps one of its own, which grows when it has to and is reused.
  std::span<std::byte> workspace{};
};

namespace kernel_impl {

/// The workspace of calls that bring none.
inline auto own_workspace(std::size_t bytes) -> std::byte* {
  constexpr std::size_t line = emit::workspace_line;
  struct kept {
    std::unique_ptr<std::byte[]> memory;
    std::size_t bytes = 0;
  };
  thread_local kept own;
  if (own.bytes < bytes + line) {
    own.memory = std::make_unique<std::byte[]>(bytes + line);
    own.bytes = bytes + line;
  }
  auto const at = reinterpret_cast<std::uintptr_t>(own.memory.get());
  return own.memory.get() + (line - at % line) % line;
}

/// The workspace of a call, null if none is needed or something is wrong.
inline auto choose_workspace(launch const& how, index_t bytes, status& wrong) -> std::byte* {
  if (bytes == 0) return nullptr;
  auto const given = static_cast<index_t>(how.workspace.size());
  if (given == 0) return own_workspace(static_cast<std::size_t>(bytes));
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
  index_t const bytes = need.shared + need.per_part * how.threads.threads;
  if (e.wrong) e.call.workspace = choose_workspace(how, bytes, e.wrong);
  if (!e.wrong) return e.wrong;
  e.call.threads = how.threads;
  e.call.worker_bytes = need.per_part;
  emit::simd::kernel<Tag>(e.call);
  return status{};
}

}  // namespace kernel_impl
}  // namespace ashlar
