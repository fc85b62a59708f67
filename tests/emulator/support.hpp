// SPDX-License-Identifier: Apache-2.0
//
// support: kernels as grids of thread blocks, and what their threads must compute.
#pragma once

#include <ashlar/expr/expr.hpp>
#include <ashlar/pass/lower_grid.hpp>
#include <ashlar/schedule/schedule.hpp>
#include <ashlar/tir/emulate_grid.hpp>
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/verify.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace ashlar::tests {

using namespace tir;

template <index_t... Extent> using f32 = view<float, Extent...>;
inline constexpr index_t at_call = dynamic_extent;

inline constexpr ashlar::axis<"i"> i;
inline constexpr ashlar::axis<"j"> j;
inline constexpr ashlar::axis<"k"> k;

inline constexpr auto gemm = [](auto y, auto a, auto b) {
  y.name("y");
  a.name("a");
  b.name("b");
  y(i, j) = ashlar::sum(k, a(i, k) * b(k, j));
};

/// gemm in tiles of size x size, 4 x 4 results for each thread and size / 4 values of k at a time,
/// copied to shared memory; returns the loop over those tiles.
inline auto tile_gemm(schedule& s, index_t size, bool pads = false) {
  auto const t = s.tile("i", "j", size, size);
  auto const a = s.split(t.i_inner, 4);
  auto const b = s.split(t.j_inner, 4);
  auto const kk = s.split("k", size / 4);
  s.reorder(t.i_outer, t.j_outer, a.outer, b.outer, kk.outer, kk.inner, a.inner, b.inner);
  s.bind(t.i_outer, gpu::block_y);
  s.bind(t.j_outer, gpu::block_x);
  s.bind(a.outer, gpu::thread_y);
  s.bind(b.outer, gpu::thread_x);
  s.unroll(a.inner);
  s.unroll(b.inner);
  for (auto const* name : {"a", "b"}) {
    auto const c = s.cache_read(name, kk.outer);
    if (pads && name[0] == 'a') c.align_storage("i", 4, 1);
    auto const row = c.split(name[0] == 'a' ? "i" : "k", size / 4);
    auto const column = c.split(name[0] == 'a' ? "k" : "j", size / 4);
    c.reorder(row.outer, column.outer, row.inner, column.inner);
    c.bind(row.inner, gpu::thread_y);
    c.bind(column.inner, gpu::thread_x);
  }
  return kk.outer;
}

struct text_sink {
  std::string text{};
  void append(char one) { text += one; }
  void append(std::string_view more) { text += more; }
  void append(std::int64_t number) { text += std::to_string(number); }
};

/// The loop nest as text, without the operands.
inline auto show(program const& p) -> std::string {
  text_sink s{};
  print(p, s);
  auto const head = s.text.find("\n\n");
  return head == std::string::npos ? s.text : s.text.substr(head + 2);
}

/// How often a word stands in a text.
inline auto count(std::string const& text, std::string_view word) -> int {
  int n = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

/// A kernel on operands of these types.
template <class... Operand, class Kernel>
auto captured(Kernel const& kernel) -> std::unique_ptr<program> {
  constexpr operand_type types[] = {ashlar::expr::type_of_operand<Operand>()...};
  return std::make_unique<program>(ashlar::expr::capture(kernel, types));
}

/// The same after a schedule and all passes of a grid.
template <class Schedule>
auto on_grid(program const& p, Schedule const& apply, target::gpu const& machine = target::sm_80)
    -> std::unique_ptr<program> {
  auto q = std::make_unique<program>(p);
  schedule s(*q);
  apply(s);
  s.finish();
  pass::lower_grid(*q, machine);
  return q;
}

/// Operands of small integers; dynamic extents are `extents`, one for each symbol.
inline auto operands_of(program const& p, std::vector<index_t> const& extents = {})
    -> std::vector<array> {
  std::mt19937 random(7);
  std::vector<array> all(static_cast<std::size_t>(p.operands));
  for (auto const& b : p.buffers) {
    if (b.operand < 0) continue;
    dimensions d{};
    d.rank = b.rank;
    index_t stride = 1;
    for (int at = b.rank - 1; at >= 0; --at) {
      affine const& e = p.indices[b.shape[at]];
      std::size_t symbol = 0;
      if (!e.is_constant()) symbol = static_cast<std::size_t>(p.atoms[e.terms[0].atom].id);
      d.extent[at] = e.is_constant() ? e.offset : extents.at(symbol);
      d.stride[at] = stride;
      stride *= d.extent[at];
    }
    array a(b.type, d);
    for (auto& item : a.items) {
      item = make_scalar(b.type, static_cast<double>(static_cast<int>(random() % 9) - 4));
    }
    all[static_cast<std::size_t>(b.operand)] = a;
  }
  return all;
}

/// The nest keeps all invariants, and its threads compute in every order what the definition does;
/// so does the nest as one of serial loops. Returns the last run.
inline auto require_grid(program const& before, program const& p,
                         std::vector<index_t> const& extents = {}) -> grid_run {
  INFO(std::string(p.fault.text.view()));
  REQUIRE(p.fault.ok());
  INFO(show(p));
  auto const verdict = verify_lowered(p);
  INFO(std::string(verdict.message().view()));
  REQUIRE(verdict.ok());
  auto wanted = operands_of(before, extents);
  REQUIRE(interpret(before, wanted).ok());
  auto serial = operands_of(before, extents);
  REQUIRE(interpret(p, serial).ok());
  REQUIRE(serial == wanted);
  grid_run last{};
  for (auto const order : {thread_order::forward, thread_order::backward, thread_order::shuffled}) {
    auto got = operands_of(before, extents);
    last = emulate_grid(p, std::span<array>(got), order);
    INFO("order " << static_cast<int>(order) << ": " << std::string(name_of(last.found.kind))
                  << " of "
                  << (last.found.buffer < 0 ? std::string()
                                            : std::string(p.buffers[last.found.buffer].name.view()))
                  << ", block " << last.block << ", thread " << last.thread);
    REQUIRE(last.ok());
    REQUIRE(got == wanted);
  }
  return last;
}

}  // namespace ashlar::tests
