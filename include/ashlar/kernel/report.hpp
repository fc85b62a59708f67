// SPDX-License-Identifier: Apache-2.0
//
// kernel/report: what a kernel computes and needs, as numbers, without running it.
//
//   constexpr auto r = layer.report<decltype(y), decltype(x), decltype(w), decltype(b)>();
//   static_assert(r.workspace_bytes == 0 && r.register_tile == 24);
//   layer.report(y, x, w, b).flops      of these operands, whose extents may be dynamic
//
//   takes       the types of operands, or operands, of which only the extents matter
//   returns     a kernel_report; `unknown` (-1) in what depends on extents that only a call knows
//   flops       of the loop nest that runs, so work that a schedule repeats counts again: 2 for a
//               fused multiply and add, 1 for any other operation on floats, functions of <cmath>
//               and of the user among them; comparisons, choices, conversions and signs are free
//   bytes       compulsory: every element of an operand that is touched, once. An output counts as
//               read where the kernel asks for its old values
//   registers   an estimate, see kernel/register_use
#pragma once

#include <ashlar/core/owned.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/kernel/register_use.hpp>
#include <ashlar/target/machine.hpp>

namespace ashlar {

/// The numbers of a kernel.
struct kernel_report {
  static constexpr index_t unknown = -1;

  index_t flops = unknown;
  index_t bytes_read = unknown;
  index_t bytes_written = unknown;
  index_t workspace_bytes = unknown;             // of a call on one thread
  index_t workspace_bytes_per_thread = unknown;  // for every other one
  int loops = 0;                                 // of the loop nest
  int vector_lanes = 1;                          // of the widest loop
  int register_tile = 0;                         // vectors of accumulators
  int vectors = 0;                               // registers that are in use at a time
  int vector_registers = 0;                      // of the machine
  bool is_parallel = false;

  /// Flops for each byte of compulsory traffic; -1 where one of the two is unknown.
  constexpr auto intensity() const -> double {
    index_t const bytes = bytes_read + bytes_written;
    if (flops == unknown || bytes_read == unknown || bytes_written == unknown) return -1;
    return bytes == 0 ? 0 : static_cast<double>(flops) / static_cast<double>(bytes);
  }
  /// True if the estimate fits the registers of the machine.
  constexpr auto fits_registers() const -> bool { return vectors <= vector_registers; }

  friend constexpr auto operator==(kernel_report const&, kernel_report const&) -> bool = default;
};

namespace kernel_impl {

constexpr auto flops_of(tir::expr const& e) -> index_t {
  using enum tir::opcode;
  if (!is_float(e.type)) return 0;
  switch (e.op) {
    case constant:
    case tir::opcode::index:
    case load:
    case tir::opcode::cast:
    case neg:
    case abs:
    case select:
    case accumulator:
    case incoming:
    case in_range: return 0;
    case fma: return 2;
    case reduce_lanes: return e.c - 1;
    default: return 1;
  }
}

struct reporter {
  tir::program const& captured;
  tir::program const& lowered;
  index_t const* symbols = nullptr;
  index_t weight[limits::statements]{};

  // The weighted runs of all stores; weigh(statement) says how much each is.
  template <class Weigh> constexpr auto count(Weigh const& weigh) -> index_t {
    for (int s = 0; s < lowered.stmts.count; ++s) {
      tir::stmt const& st = lowered.stmts[s];
      weight[s] = st.kind == tir::stmt_kind::store ? weigh(st) : 0;
    }
    return count_runs(lowered, symbols, weight);
  }
  constexpr auto flops() -> index_t {
    return count([&](tir::stmt const& s) {
      index_t n = 0;
      for_each_value(lowered, s.value,
                     [&](tir::expr const& e, index_t times) { n += times * flops_of(e); });
      return n;
    });
  }
  constexpr auto loads(int buffer) -> index_t {
    return count([&](tir::stmt const& s) {
      index_t n = 0;
      for_each_value(lowered, s.value, [&](tir::expr const& e, index_t times) {
        bool const is_one = e.op == tir::opcode::load && lowered.accesses[e.a].buffer == buffer;
        n += is_one ? times : 0;
      });
      return n;
    });
  }
  constexpr auto stores(int buffer) -> index_t {
    return count([&](tir::stmt const& s) {
      return index_t{lowered.accesses[s.target].buffer == buffer ? 1 : 0};
    });
  }
  /// The elements of a buffer.
  constexpr auto elements(int buffer) -> index_t {
    tir::buffer const& b = lowered.buffers[buffer];
    run_counter c{.p = lowered, .symbols = symbols};
    index_t n = 1;
    for (int d = 0; d < b.rank; ++d) {
      n = saturating_product(n, c.value(lowered.indices[b.shape[d]]));
    }
    return c.is_known ? n : kernel_report::unknown;
  }
  constexpr auto touched(int buffer, index_t runs) -> index_t {
    index_t const all = elements(buffer);
    if (runs == 0) return 0;
    if (runs < 0 || all < 0) return kernel_report::unknown;
    return (runs < all ? runs : all) * bytes_of(lowered.buffers[buffer].type);
  }
  // A lowered nest may keep partial results in an output: those are not the kernel's own reads.
  constexpr auto is_read(int buffer) const -> bool {
    for (auto const& a : captured.accesses) {
      if (a.buffer == buffer) return true;
    }
    return false;
  }
  static constexpr void add(index_t& to, index_t n) {
    to = to < 0 || n < 0 ? kernel_report::unknown : to + n;
  }

  constexpr void traffic(kernel_report& r) {
    r.bytes_read = r.bytes_written = 0;
    for (int b = 0; b < lowered.buffers.count; ++b) {
      if (lowered.buffers[b].operand < 0) continue;
      if (is_read(b)) add(r.bytes_read, touched(b, loads(b)));
      if (lowered.buffers[b].is_output) add(r.bytes_written, touched(b, stores(b)));
    }
  }
  constexpr void workspace(kernel_report& r) const {
    index_t const zeros[limits::symbols]{};
    if (symbols == nullptr) {
      for (auto const& s : lowered.stmts) {
        bool const is_local = s.kind == tir::stmt_kind::allocate &&
                              lowered.buffers[s.target].where == tir::scope::workspace;
        for (int d = 0; is_local && d < lowered.buffers[s.target].rank; ++d) {
          if (!lowered.indices[lowered.buffers[s.target].shape[d]].is_constant()) return;
        }
      }
    }
    auto const need = emit::workspace_of(lowered, symbols == nullptr ? zeros : symbols);
    r.workspace_bytes = need.shared + need.per_part;
    r.workspace_bytes_per_thread = need.per_part;
  }
  constexpr void loops(handle chain, kernel_report& r) const {
    for (handle h = chain; h >= 0; h = lowered.stmts[h].next) {
      tir::stmt const& s = lowered.stmts[h];
      r.loops += s.kind == tir::stmt_kind::loop ? 1 : 0;
      r.is_parallel = r.is_parallel || s.loop == tir::loop_kind::parallel;
      loops(s.body, r);
      loops(s.otherwise, r);
    }
  }
  constexpr auto report(target::machine const& m, int vector_bytes) -> kernel_report {
    kernel_report r{};
    if (lowered.fault) return r;
    r.flops = flops();
    traffic(r);
    workspace(r);
    loops(lowered.root, r);
    register_use const use = registers_of(lowered, vector_bytes);
    r.register_tile = use.tile;
    r.vector_lanes = use.lanes;
    r.vectors = use.most;
    r.vector_registers = m.vector_registers;
    return r;
  }
};

/// One constant, so that it has the compiler's whole budget of steps.
template <class Captured, class Lowered, int VectorBytes> struct reported {
  static constexpr auto make() -> kernel_report {
    reporter r{.captured = Captured::value, .lowered = Lowered::value};
    return r.report(target::native, VectorBytes);
  }
  static constexpr kernel_report value = make();
};

// The symbols of a program, from the operands.
template <class... Views>
auto report_with(tir::program const& captured, tir::program const& lowered, int vector_bytes,
                 Views const&... views) -> kernel_report {
  index_t extent[sizeof...(Views)][max_rank]{};
  int at = 0;
  auto const take = [&](auto const& v) {
    for (int d = 0; d < std::remove_cvref_t<decltype(v)>::rank; ++d) extent[at][d] = v.extent(d);
    ++at;
  };
  (take(views), ...);
  index_t symbols[limits::symbols]{};
  for (int s = 0; s < lowered.symbols.count; ++s) {
    tir::symbol const& from = lowered.symbols[s];
    symbols[s] = extent[lowered.buffers[from.buffer].operand][from.dim] / from.multiple;
  }
  auto const r =
      make_owned<reporter>(reporter{.captured = captured, .lowered = lowered, .symbols = symbols});
  return r->report(target::native, vector_bytes);
}

}  // namespace kernel_impl

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
constexpr auto kernel<Kernel, Schedule, Mode, Backend>::report() {
  using steps = compilation<std::remove_reference_t<Operands>...>;
  if constexpr (!fault_for<Operands...>::value.ok()) diag::require_valid<fault_for<Operands...>>();
  return kernel_impl::reported<typename steps::captured, typename steps::lowered,
                               emit::simd::vector_bytes<Backend>>::value;
}

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, Backend>::report(Operands&&... operands) const
  requires(sizeof...(Operands) > 0)
{
  // Compiled again, at run time: the programs need not be constants of the binary.
  constexpr int bytes = emit::simd::vector_bytes<Backend>;
  using steps = compilation<std::remove_reference_t<Operands>...>;
  auto const captured = make_owned<tir::program>(steps::captured::make());
  auto const lowered = make_owned<tir::program>(*captured);
  constexpr auto function = Schedule;
  kernel_impl::apply(function, *lowered);
  pass::lower(*lowered, bytes);
  return kernel_impl::report_with(*captured, *lowered, bytes, kernel_impl::to_view(operands)...);
}

}  // namespace ashlar
