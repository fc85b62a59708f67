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

/// One call in preparation.
template <class Tag>
struct entry {
  static constexpr auto const& code = Tag::value;
  static constexpr int operands = code.size.operands > 0 ? code.size.operands : 1;

  emit::simd::arguments<Tag> call{};
  index_t extent[operands][max_rank]{};
  status wrong{};

  template <class View>
  void bind(int at, View const& v) {
    if (!wrong) return;
    wrong = check_operand(v, at);
    using plain = std::remove_const_t<typename View::element_type>;
    call.data[at] = const_cast<plain*>(v.data());
    for (int d = 0; d < View::rank; ++d) {
      extent[at][d] = v.extent(d);
      if (View::type.stride[d] == dynamic_stride) call.stride[at][d] = v.stride(d);
    }
  }

  void bind_symbols() {
    for (int s = 0; s < code.size.symbols; ++s) {
      call.symbol[s] = extent[code.symbols[s].buffer][code.symbols[s].dim] /
                       code.symbols[s].multiple;
    }
  }

  template <int C>
  void check(emit::simd::frame<Tag>& f) {
    constexpr tir::check c = code.checks[C];
    if (!wrong) return;
    index_t const sum = emit::simd::sum<Tag, c.sum>(f);
    if (c.equal ? sum == 0 : sum >= 0) return;
    index_t const found = extent[c.buffer][c.dim];
    wrong = status{.code = status_code::extent_mismatch,
                   .operand = static_cast<std::int16_t>(c.buffer),
                   .dimension = static_cast<std::int16_t>(c.dim),
                   .found = found,
                   .expected = found - sum};
  }
  template <int... C>
  void check_all(std::integer_sequence<int, C...>) {
    if constexpr (sizeof...(C) > 0) {
      emit::simd::frame<Tag> f(call);
      (check<C>(f), ...);
    }
  }

  // Memory that is written must be no other operand's, unless element by element.
  template <int I, int J, class A, class B>
  void check_pair(A const& a, B const& b) {
    constexpr auto const& x = code.buffers[I];
    constexpr auto const& y = code.buffers[J];
    if constexpr (I < J && (x.is_output || y.is_output)) {
      if (!wrong) return;
      bool const allowed = x.may_alias_output || y.may_alias_output;
      if (allowed && static_cast<void const*>(a.data()) == static_cast<void const*>(b.data())) {
        return;
      }
      if (may_overlap(a, b)) {
        wrong = status{.code = status_code::overlap, .operand = static_cast<std::int16_t>(J),
                       .found = J, .expected = I};
      }
    }
  }
};

template <class Tag, int... I, class... Views>
auto prepare(entry<Tag>& e, std::integer_sequence<int, I...>, Views const&... views) -> status {
  (e.bind(I, views), ...);
  if (!e.wrong) return e.wrong;
  e.bind_symbols();
  e.check_all(std::make_integer_sequence<int, Tag::value.size.checks>{});
  auto const against_all = [&]<int A>(auto const& a) {
    (e.template check_pair<A, I>(a, views), ...);
  };
  (against_all.template operator()<I>(views), ...);
  return e.wrong;
}

template <class Tag, class... Views>
auto start(launch const& how, Views const&... views) -> status {
  entry<Tag> e{};
  if (auto const wrong = prepare(e, std::make_integer_sequence<int, int{sizeof...(Views)}>{},
                                 views...);
      !wrong) {
    return wrong;
  }
  emit::workspace_need const need = emit::workspace_of(Tag::value, e.call.symbol);
  index_t const bytes = need.shared + need.per_part * how.threads.threads;
  if (bytes > 0) {
    auto const given = static_cast<index_t>(how.workspace.size());
    if (given > 0 && given < bytes) {
      return status{
          .code = status_code::workspace_too_small, .found = given, .expected = bytes};
    }
    if (given > 0 && !is_aligned(how.workspace.data(), emit::workspace_line)) {
      return status{.code = status_code::workspace_misaligned, .expected = emit::workspace_line};
    }
    e.call.workspace =
        given > 0 ? how.workspace.data() : own_workspace(static_cast<std::size_t>(bytes));
  }
  e.call.threads = how.threads;
  e.call.worker_bytes = need.per_part;
  emit::simd::kernel<Tag>(e.call);
  return status{};
}

}  // namespace kernel_impl
}  // namespace ashlar
