// SPDX-License-Identifier: Apache-2.0
//
// support/random_schedule: applies random primitives to random loops; most are legal, some are not.
#pragma once

#include <ashlar/schedule/schedule.hpp>

#include <random>
#include <string>

namespace ashlar::tests {

class random_schedule {
 public:
  random_schedule(tir::program& p, unsigned seed) : p_(p), s_(p), random_(seed) {}

  /// Up to n primitives; stops at the first fault.
  void apply(int n) {
    for (int i = 0; i < n && p_.fault.ok(); ++i) step(s_[stage_name()]);
    s_.finish();
  }
  auto text() const -> std::string { return std::string(s_.print_steps().view()); }
  auto steps() const -> scheduling::trace const& { return s_.steps(); }

 private:
  auto draw(int n) -> int { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  auto one_in(int n) -> bool { return draw(n) == 0; }

  auto stage_name() -> std::string {
    int const s = draw(p_.stages.count);
    return std::string(p_.stages[s].name.view());
  }
  // A loop of the stage, rarely one that does not exist.
  auto loop_of(stage_schedule const& s) -> std::string {
    auto const& loops = p_.stages[scheduling::find_stage(p_, s.name())].loops;
    if (one_in(200) || loops.empty()) return "nowhere";
    return std::string(p_.axes[loops[draw(loops.count)]].name.view());
  }
  auto innermost(stage_schedule const& s) -> std::string {
    auto const& loops = p_.stages[scheduling::find_stage(p_, s.name())].loops;
    return loops.empty() ? "nowhere" : std::string(p_.axes[loops.back()].name.view());
  }
  auto factor() -> index_t {
    constexpr index_t factors[] = {1, 2, 2, 3, 4, 4, 5, 8, 8, 16};
    return one_in(200) ? draw(3) - 2 : factors[draw(10)];
  }
  auto any_tail() -> tail {
    constexpr tail tails[] = {tail::automatic, tail::automatic, tail::guard, tail::cut,
                              tail::guard,     tail::cut,       tail::mask,  tail::exact};
    return tails[one_in(8) ? draw(8) : draw(6)];
  }
  auto buffer_name() -> std::string {
    return std::string(p_.buffers[draw(p_.buffers.count)].name.view());
  }
  auto order(std::string const& tensor) -> memory_order {
    if (one_in(2)) return {};
    constexpr char const* dims[] = {"i", "j", "k", "r", "c", "d0", "d1"};
    static_cast<void>(tensor);
    return packed(dims[draw(7)], factor());
  }

  void reorder(stage_schedule const& s) {
    auto const a = loop_of(s);
    auto const b = loop_of(s);
    if (a != b || one_in(50)) s.reorder(std::string_view(a), std::string_view(b));
  }
  void fuse(stage_schedule const& s) {
    auto const& loops = p_.stages[scheduling::find_stage(p_, s.name())].loops;
    if (loops.count < 2) return;
    int const at = draw(loops.count - 1);
    auto const a = std::string(p_.axes[loops[at]].name.view());
    auto const b = std::string(p_.axes[loops[at + 1]].name.view());
    if (p_.axes[loops[at]].is_reduction != p_.axes[loops[at + 1]].is_reduction) return;
    s.fuse(std::string_view(a), std::string_view(b));
  }
  void step(stage_schedule const& s) {
    auto const l = loop_of(s);
    std::string_view const name = l;
    switch (draw(20)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5: s.split(name, factor(), any_tail()); return;
      case 6:
      case 7:
      case 8:
      case 9: return reorder(s);
      case 10:
      case 11: return fuse(s);
      case 12: {
        auto const inner = innermost(s);
        s.vectorize(std::string_view(inner), factor());
        return;
      }
      case 13: s.unroll(name, factor()); return;
      case 14: s.parallel(name); return;
      default: return place(s, name);
    }
  }
  void place(stage_schedule const& s, std::string_view name) {
    switch (draw(10)) {
      case 0: return s.compute_inline();
      case 1: return s.compute_root();
      case 2:
      case 3: {
        auto const consumer = stage_name();
        auto const at = loop_of(s_[consumer]);
        return s_.compute_at(s.name(), consumer, at);
      }
      case 4: {
        auto const tensor = buffer_name();
        s.cache_read(tensor, name, order(tensor));
        return;
      }
      case 5: return s.cache_write(name);
      case 6: return s.decompose_reduction(name);
      case 8: return s.compute_with(s_[stage_name()].get(name));
      case 7: return s_.reverse_compute_at(stage_name(), s.get(name));
      default: s.rfactor(name); return;
    }
  }

  tir::program& p_;
  schedule s_;
  std::mt19937 random_;
};

}  // namespace ashlar::tests
