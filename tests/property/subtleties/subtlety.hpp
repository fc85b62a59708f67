// SPDX-License-Identifier: Apache-2.0
//
// tests/property/subtleties: what lowering gets wrong when it is done the obvious way.
//
//   auto const seen = keeps_values<algorithm, schedule>(like<float, dyn>(n), ...);
//
//   keeps_values   the scheduled kernel has the bits of the plain one: its loop nest in the
//                  interpreter, watched and as vectors run it, and compiled on each backend. The
//                  workspace is as small as it may be, ends where memory does, and is full of NaN
//   returns        what the loop nest did, so that a test can put its counts beside those of a
//                  naive implementation, which it computes, too
#pragma once

#include <ashlar/pass/pipeline.hpp>
#include <backend/kernel_support.hpp>
#include <fuzz/lockstep.hpp>

#include <algorithm>
#include <bit>
#include <string_view>

namespace subtleties {

using namespace kernel_tests;
using ash::tail;
using program = ash::tir::program;

/// Counts the accesses of a run, and the elements of an allocation.
struct counts : ash::tir::oracles {
  struct of_buffer {
    std::int64_t reads = 0, writes = 0, elements = 0;
  };
  of_buffer of[ash::limits::buffers]{};

  counts() = default;
  explicit counts(std::uint64_t once) : oracles(0, once) {}
  void open(program const& p, int buffer, index_t n) {
    of[buffer].elements = std::max(of[buffer].elements, n);
    oracles::open(p, buffer, n);
  }
  void read(ash::tir::place const& at) {
    ++of[at.buffer].reads;
    oracles::read(at);
  }
  void write(program const& p, ash::tir::place const& at) {
    ++of[at.buffer].writes;
    oracles::write(p, at);
  }
};

/// A lowered program, and what it did.
struct seen {
  std::unique_ptr<program> low{};
  counts did{};
  std::vector<double> out{};  // the elements of the first operand

  auto buffer(std::string_view name) const -> int {
    for (int b = 0; b < low->buffers.count; ++b) {
      if (low->buffers[b].name == name) return b;
    }
    FAIL("there is no " << name);
    return -1;
  }
  auto writes(std::string_view name) const { return did.of[buffer(name)].writes; }
  auto reads(std::string_view name) const { return did.of[buffer(name)].reads; }
  auto elements(std::string_view name) const { return did.of[buffer(name)].elements; }
  /// Statements of a kind that can be reached.
  auto statements(ash::tir::stmt_kind kind) const -> int { return count(low->root, kind); }

 private:
  auto count(int h, ash::tir::stmt_kind kind) const -> int {
    int n = 0;
    for (; h >= 0; h = low->stmts[h].next) {
      auto const& s = low->stmts[h];
      n += (s.kind == kind ? 1 : 0) + count(s.body, kind) + count(s.otherwise, kind);
    }
    return n;
  }
};

/// The program that a kernel is for operands of these types.
template <auto Algorithm, ash::fp Mode, class... Views> auto written() -> std::unique_ptr<program> {
  using captured =
      typename ash::kernel<Algorithm, one_by_one, Mode>::template compilation<Views...>::captured;
  return std::make_unique<program>(captured::make());
}

/// The fault of a schedule that is not legal: "E021 ..."; "ok" without one.
template <auto Algorithm, auto Schedule, ash::fp Mode, class... Views>
auto refusal() -> std::string {
  auto const p = written<Algorithm, Mode, Views...>();
  ash::kernel_impl::apply(Schedule, *p);
  if (p->fault.ok()) ash::pass::lower(*p, 32);
  if (p->fault.ok()) return "ok";
  auto const number = std::to_string(static_cast<int>(p->fault.id));
  return "E" + std::string(3 - number.size(), '0') + number + " " +
         std::string(p->fault.text.view());
}

namespace detail {

using arrays = std::vector<ash::tir::array>;

template <class View> auto array_of(placed<View> const& from) -> ash::tir::array {
  auto const raw = from.array();
  ash::tir::array a(raw.type, raw.dims);
  for (std::size_t n = 0; n < a.items.size(); ++n) a.items[n] = raw.load(index_t(n));
  return a;
}

inline void require_same(arrays const& got, arrays const& wanted) {
  for (std::size_t at = 0; at < got.size(); ++at) {
    for (std::size_t n = 0; n < got[at].items.size(); ++n) {
      INFO("operand " << at << ", element " << n);
      REQUIRE(ash::tir::same_value(got[at].items[n], wanted[at].items[n]));
    }
  }
}

// Outputs of stages that are no reduction are written once.
inline auto written_once(program const& p) -> std::uint64_t {
  for (auto const& a : p.axes) {
    if (a.tails == tail::shift_inwards) return 0;
  }
  std::uint64_t set = 0;
  for (auto const& s : p.stages) {
    auto const& b = p.buffers[s.buffer];
    if (b.is_output && s.reduce.components == 0) set |= std::uint64_t{1} << unsigned(b.operand);
  }
  return set;
}

/// Memory of a call that ends with a page, and holds signalling NaN.
class poisoned {
 public:
  explicit poisoned(index_t bytes) : memory_(std::max<std::size_t>(std::size_t(bytes), 64), true) {
    for (std::size_t at = 0; at + 4 <= std::size_t(bytes); at += 4) {
      constexpr std::uint32_t nan = 0x7fa0a0a0;
      std::memcpy(memory_.data() + at, &nan, 4);
    }
    all_ = {reinterpret_cast<std::byte*>(memory_.data()), std::size_t(bytes)};
  }
  auto all() const -> std::span<std::byte> { return all_; }

 private:
  fenced memory_;
  std::span<std::byte> all_{};
};

template <class Kernel, class... Views, std::size_t... At>
void require_compiled(arrays const& wanted, std::tuple<operand<Views>...> const& operands,
                      std::index_sequence<At...>) {
  std::tuple<placed<Views>...> const actual{placed<Views>(std::get<At>(operands), At + 1, true)...};
  ash::launch how{};
  poisoned const workspace(Kernel{}.workspace_bytes(how, std::get<At>(actual).view()...));
  how.workspace = workspace.all();
  auto const status = Kernel{}.run(how, std::get<At>(actual).view()...);
  INFO(status.text());
  REQUIRE(status);
  require_same(arrays{array_of(std::get<At>(actual))...}, wanted);
}

/// For machines with vectors of `bytes`.
inline auto require_interpreted(program const& scheduled, int bytes, arrays const& inputs,
                                arrays const& wanted) -> seen {
  seen s{.low = std::make_unique<program>(scheduled), .did = counts(written_once(scheduled))};
  ash::pass::lower(*s.low, bytes);
  INFO(std::string(s.low->fault.text.view()));
  REQUIRE(s.low->fault.ok());
  arrays got = inputs;
  auto const v = ash::tir::interpret(*s.low, got, s.did);
  INFO("vectors of " << bytes << " bytes: " << std::string(name_of(v.kind)));
  REQUIRE(v.ok());
  require_same(got, wanted);
  for (auto const& item : got[0].items) s.out.push_back(ash::tir::value_of<double>(item));
  got = inputs;
  ash::fuzz::bounds_only outside{};
  REQUIRE(ash::fuzz::lockstep(*s.low, got, outside).run_all().ok());
  require_same(got, wanted);
  return s;
}

template <auto Algorithm, auto Schedule, ash::fp Mode, class... Views, std::size_t... At>
auto keeps_values(std::tuple<operand<Views>...> const& operands, std::index_sequence<At...> all)
    -> seen {
  namespace simd = ash::emit::simd;
  auto const p = written<Algorithm, Mode, Views...>();
  arrays const inputs{array_of(placed<Views>(std::get<At>(operands), At + 1, true))...};
  arrays wanted = inputs;
  ash::tir::oracles watch{};
  REQUIRE(ash::tir::interpret(*p, wanted, watch).ok());
  ash::kernel_impl::apply(Schedule, *p);
  INFO(std::string(p->fault.text.view()));
  REQUIRE(p->fault.ok());
  require_interpreted(*p, 16, inputs, wanted);
  auto result = require_interpreted(*p, 32, inputs, wanted);
  require_compiled<ash::kernel<Algorithm, Schedule, Mode, simd::scalar_backend>>(wanted, operands,
                                                                                 all);
  require_compiled<ash::kernel<Algorithm, Schedule, Mode, simd::native_backend>>(wanted, operands,
                                                                                 all);
  return result;
}

}  // namespace detail

template <auto Algorithm, auto Schedule, ash::fp Mode = ash::fp::relaxed, class... Views>
auto keeps_values(operand<Views> const&... operands) -> seen {
  return detail::keeps_values<Algorithm, Schedule, Mode>(std::tuple<operand<Views>...>{operands...},
                                                         std::index_sequence_for<Views...>{});
}

/// The quotient, rounded up.
constexpr auto blocks_of(index_t n, index_t factor) -> index_t { return (n + factor - 1) / factor; }

}  // namespace subtleties
