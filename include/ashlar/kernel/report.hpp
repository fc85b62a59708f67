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
//   levels      estimates for the caches of the machine, see kernel/traffic
//   stages      points computed and needed, see kernel/recompute
//   registers   an estimate, see kernel/register_use
#pragma once

#include <ashlar/core/owned.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/kernel/recompute.hpp>
#include <ashlar/kernel/register_use.hpp>
#include <ashlar/kernel/traffic.hpp>
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
  int vector_bytes = 0;                   // of the widest vector in use
  int machine_vector_bytes = 0;           // of a vector register
  index_t vector_flops = unknown;         // of the flops, those in lanes of vectors
  index_t parallel_iterations = unknown;  // of all parallel loops; 0 without any
  index_t parallel_flops = unknown;       // of the flops, those in parallel loops

  // Bytes that move between registers and the first-level cache, and between each level and the
  // one before it.
  index_t l1_traffic = unknown;
  index_t l2_traffic = unknown;
  index_t l3_traffic = unknown;
  index_t memory_traffic = unknown;

  stage_reports stages{};
  int variant = 0;  // of a kernel that specializes; 0: the general one

  /// Flops for each byte of compulsory traffic; -1 where one of the two is unknown.
  constexpr auto intensity() const -> double {
    index_t const bytes = bytes_read + bytes_written;
    if (flops == unknown || bytes_read == unknown || bytes_written == unknown) return -1;
    return bytes == 0 ? 0 : static_cast<double>(flops) / static_cast<double>(bytes);
  }
  /// True if the estimate fits the registers of the machine.
  constexpr auto fits_registers() const -> bool { return vectors <= vector_registers; }
  /// Registers in use for each that there is; above 1, values are spilled to memory.
  constexpr auto register_pressure() const -> double {
    return vector_registers == 0 ? 0 : double{1} * vectors / vector_registers;
  }
  /// The part of a vector register that the widest vectors fill.
  constexpr auto lane_use() const -> double {
    return machine_vector_bytes == 0 ? 0 : double{1} * vector_bytes / machine_vector_bytes;
  }
  /// The part of the flops that is done in lanes; -1 where it is unknown.
  constexpr auto vector_share() const -> double { return ratio(vector_flops, flops); }
  /// Flops of one iteration of a parallel loop, in the mean: what a thread takes at a time.
  constexpr auto parallel_grain() const -> double {
    return ratio(parallel_flops, parallel_iterations);
  }
  /// Flops for each byte that comes from memory.
  constexpr auto memory_intensity() const -> double { return ratio(flops, memory_traffic); }
  /// How often the points of a stage are computed; -1 where that is unknown, or there is none.
  constexpr auto recompute(std::string_view stage) const -> double {
    for (auto const& s : stages) {
      if (s.name == stage) return s.recompute();
    }
    return -1;
  }
  static constexpr auto ratio(index_t a, index_t b) -> double {
    if (a < 0 || b < 0) return -1;
    return b == 0 ? 0 : static_cast<double>(a) / static_cast<double>(b);
  }

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

/// A template, so that who asks for no report does not compile it.
template <class Program> struct reporter {
  Program const& captured;
  Program const& lowered;
  index_t const* symbols = nullptr;
  index_t weight[limits::statements]{};
  bool is_marked[limits::statements]{};

  // The weighted runs of all stores; weigh(statement) says how much each is.
  template <class Weigh> constexpr auto count(Weigh const& weigh) -> index_t {
    for (int s = 0; s < lowered.stmts.count; ++s) {
      tir::stmt const& st = lowered.stmts[s];
      weight[s] = st.kind == tir::stmt_kind::store ? weigh(st) : 0;
    }
    return count_runs(lowered, symbols, weight);
  }
  constexpr auto flops_in(tir::stmt const& s) const -> index_t {
    index_t n = 0;
    for_each_value(lowered, s.value,
                   [&](tir::expr const& e, index_t times) { n += times * flops_of(e); });
    return n;
  }
  constexpr auto flops() -> index_t {
    return count([&](tir::stmt const& s) { return flops_in(s); });
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
    tir::buffer const& b = lowered.buffers[buffer];
    index_t const bytes = (runs < all ? runs : all) * bytes_of(b.type);
    return b.operand >= 0 ? shared_bytes(b.type, bytes) : bytes;
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
  // Marks the stores inside of loops of a kind.
  constexpr void mark(handle chain, tir::loop_kind k, bool inside) {
    for (handle h = chain; h >= 0; h = lowered.stmts[h].next) {
      tir::stmt const& s = lowered.stmts[h];
      bool const is_one = s.kind == tir::stmt_kind::loop && s.loop == k;
      is_marked[h] = inside;
      mark(s.body, k, inside || is_one);
      mark(s.otherwise, k, inside);
    }
  }
  constexpr auto flops_inside(tir::loop_kind k) -> index_t {
    mark(lowered.root, k, false);
    bool const is_vector = k == tir::loop_kind::vectorized;
    return count([&](tir::stmt const& s) {
      auto const at = static_cast<int>(&s - lowered.stmts.begin());
      if (is_marked[at]) return flops_in(s);
      index_t n = 0;
      for_each_value(lowered, s.value, [&](tir::expr const& e, index_t times) {
        // A sum of lanes outside of loops: what is evaluated for each lane, and the sum itself.
        if (is_vector && (times > 1 || e.op == tir::opcode::reduce_lanes)) n += times * flops_of(e);
      });
      return n;
    });
  }
  constexpr auto iterations(handle chain, run_counter& c) const -> index_t {
    index_t n = 0;
    for (handle h = chain; h >= 0; h = lowered.stmts[h].next) {
      tir::stmt const& s = lowered.stmts[h];
      bool const is_loop = s.kind == tir::stmt_kind::loop;
      index_t inside = iterations(is_loop ? s.body : c.taken(s), c);
      bool const is_parallel = s.loop == tir::loop_kind::parallel;
      if (is_loop && (is_parallel || inside > 0)) {
        index_t const extent = c.value(lowered.indices[s.extent]);
        inside = is_parallel ? extent : saturating_product(inside, extent);
      }
      n += inside;
    }
    return n;
  }
  constexpr void parallelism(kernel_report& r) {
    run_counter c{.p = lowered, .symbols = symbols};
    index_t const n = iterations(lowered.root, c);
    if (c.is_known) r.parallel_iterations = n;
    r.parallel_flops = r.is_parallel ? flops_inside(tir::loop_kind::parallel) : 0;
  }
  constexpr void loops(handle chain, kernel_report& r) const {
    for (handle h = chain; h >= 0; h = lowered.stmts[h].next) {
      tir::stmt const& s = lowered.stmts[h];
      if (s.kind == tir::stmt_kind::tensorize) continue;
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
    r.vector_bytes = use.bytes;
    r.machine_vector_bytes = vector_bytes;
    r.vector_flops = flops_inside(tir::loop_kind::vectorized);
    parallelism(r);
    return r;
  }
};

template <class Program>
constexpr auto report_nest(Program const& captured, Program const& lowered, index_t const* symbols,
                           emit::lowering_target const& to) -> kernel_report {
  reporter<Program> r{.captured = captured, .lowered = lowered, .symbols = symbols};
  return r.report(*to.machine, to.vector_bytes);
}

template <class Program>
constexpr void add_traffic(kernel_report& r, Program const& lowered, index_t const* symbols,
                           target::machine const& m) {
  if (lowered.fault) return;
  int const vector_bytes = r.machine_vector_bytes;
  r.l1_traffic = traffic_of(lowered, symbols, index_t{r.vector_registers} * vector_bytes);
  r.l2_traffic = traffic_of(lowered, symbols, m.l1_bytes);
  r.l3_traffic = traffic_of(lowered, symbols, m.l2_bytes);
  r.memory_traffic = traffic_of(lowered, symbols, m.l3_bytes);
}

/// Three constants, so that each has the compiler's whole budget of steps.
template <class Captured, class Scheduled, class Lowered, class Backend> struct reported {
  static constexpr emit::lowering_target to = emit::lowering_target_of<Backend>;

  static constexpr auto make() -> kernel_report {
    return report_nest(Captured::value, Lowered::value, nullptr, to);
  }
  static constexpr auto make_stages() -> kernel_report {
    kernel_report r = nest;
    if (Lowered::value.fault) return r;
    r.stages = recompute_of(Captured::value, Scheduled::value, Lowered::value, nullptr);
    return r;
  }
  static constexpr auto make_traffic() -> kernel_report {
    kernel_report r = with_stages;
    add_traffic(r, Lowered::value, nullptr, *to.machine);
    return r;
  }
  static constexpr kernel_report nest = make();
  static constexpr kernel_report with_stages = make_stages();
  static constexpr kernel_report value = make_traffic();
};

// The symbols of a program, from the operands.
template <class Program, class... Views>
auto report_with(Program const& captured, Program const& scheduled, Program const& lowered,
                 emit::lowering_target const& to, Views const&... views) -> kernel_report {
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
  auto all = report_nest(captured, lowered, symbols, to);
  if (lowered.fault) return all;
  add_traffic(all, lowered, symbols, *to.machine);
  all.stages = recompute_of(captured, scheduled, lowered, symbols);
  return all;
}

/// Compiled again, at run time: the programs need not be constants of the binary.
template <class Captured, auto Schedule, class... Views>
auto report_call(emit::lowering_target const& to, Views const&... views) -> kernel_report {
  auto const captured = make_owned<tir::program>(Captured::make());
  auto const scheduled = make_owned<tir::program>(*captured);
  constexpr auto function = Schedule;
  int const variant = take_variant(*captured, function, *to.machine, *scheduled, views...);
  auto const lowered = make_owned<tir::program>(*scheduled);
  pass::lower(*lowered, to.vector_bytes);
  auto all = report_with(*captured, *scheduled, *lowered, to, views...);
  all.variant = variant;
  return all;
}

}  // namespace kernel_impl

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
constexpr auto kernel<Kernel, Schedule, Mode, Backend>::report() {
  using steps = compilation<std::remove_reference_t<Operands>...>;
  if constexpr (!fault_for<Operands...>::value.ok()) diag::require_valid<fault_for<Operands...>>();
  return kernel_impl::reported<typename steps::captured, typename steps::scheduled,
                               typename steps::lowered, Backend>::value;
}

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, Backend>::report(Operands&&... operands) const
  requires(sizeof...(Operands) > 0)
{
  using captured = typename compilation<std::remove_reference_t<Operands>...>::captured;
  return kernel_impl::report_call<captured, Schedule>(emit::lowering_target_of<Backend>,
                                                      kernel_impl::to_view(operands)...);
}

template <auto Kernel, auto Schedule, fp Mode, class... Backends>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, emit::dispatched<Backends...>>::report(
    Operands&&... operands) const
  requires(sizeof...(Operands) > 0)
{
  using captured = typename compilation<std::remove_reference_t<Operands>...>::captured;
  return kernel_impl::report_call<captured, Schedule>(emit::lowering_target_now<backends>(),
                                                      kernel_impl::to_view(operands)...);
}

}  // namespace ashlar
