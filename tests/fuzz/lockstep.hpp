// SPDX-License-Identifier: Apache-2.0
//
// fuzz/lockstep: runs a lowered program as a vector unit does: statement by statement for all lanes
// of a vectorized loop together.
//
//   lanes off     are evaluated as well, and must read inside of their buffers; what they would
//                 store is dropped, but for registers, which are written whole
//   returns       the first violation; only those of values, places and structure are looked for
#pragma once

#include <ashlar/tir/interpret.hpp>

#include <bit>

namespace ashlar::fuzz {

/// Reports places that are outside; the oracles for the rest have had their turn.
struct bounds_only {
  static constexpr bool enabled = true;
  tir::violation found{};
  void open(tir::program const&, int, index_t) {}
  void report(tir::violation_kind kind, tir::place const& at) {
    if (!found.ok()) return;
    found = tir::violation{.kind = kind, .buffer = at.buffer};
    for (int d = 0; d < max_rank; ++d) found.index[d] = at.index[d];
  }
  void read(tir::place const&) {}
  void write(tir::program const&, tir::place const&) {}
  void enter_parallel() {}
  void next_iteration() {}
  void leave_parallel() {}
  void close(tir::program const&, tir::dimensions const*) {}
};

class lockstep : tir::interpret_impl::machine<tir::array, bounds_only, tir::no_calls> {
  using base = tir::interpret_impl::machine<tir::array, bounds_only, tir::no_calls>;

 public:
  lockstep(tir::program const& q, std::span<tir::array> all, bounds_only& w)
      : base{{q, all.data(), all.size(), w, none_}} {}

  auto run_all() -> tir::violation {
    if (!this->fits()) return tir::violation{.kind = tir::violation_kind::wrong_operands};
    this->locals.resize(static_cast<std::size_t>(this->p.buffers.count));
    this->bind_operands();
    block(this->p.root, {true});
    static_cast<void>(this->stopped());
    return this->found;
  }

 private:
  using mask = std::vector<bool>;

  void block(tir::handle first, mask const& on) {
    for (auto s = first; s >= 0 && !this->stopped(); s = this->p.stmts[s].next) {
      statement(this->p.stmts[s], on);
    }
  }
  void set_lane(std::size_t l) {
    if (lane_ >= 0) this->variable[lane_] = static_cast<index_t>(l);
  }
  void statement(tir::stmt const& s, mask const& on) {
    switch (s.kind) {
      case tir::stmt_kind::loop: return loop(s, on);
      case tir::stmt_kind::guard: return guard(s, on);
      case tir::stmt_kind::store: return store(s, on);
      case tir::stmt_kind::prefetch:
      case tir::stmt_kind::barrier:
      case tir::stmt_kind::commit:
      case tir::stmt_kind::await: return;
      case tir::stmt_kind::tensorize: return block(s.body, on);
      case tir::stmt_kind::allocate:
        this->allocate(s.target);
        // Lanes that are off may read what nothing has written.
        for (auto& v : this->locals[static_cast<std::size_t>(s.target)]) {
          v = tir::make_scalar(this->p.buffers[s.target].type, garbage_);
        }
        block(s.body, on);
        this->locals[static_cast<std::size_t>(s.target)].clear();
    }
  }
  void loop(tir::stmt const& s, mask const& on) {
    set_lane(0);
    index_t const extent = this->fresh_sum(s.extent);
    if (s.loop != tir::loop_kind::vectorized) {
      for (index_t i = 0; i < extent && !this->stopped(); ++i) {
        this->variable[s.axis] = i;
        block(s.body, on);
      }
      return;
    }
    auto const lanes = static_cast<std::uint64_t>(extent);
    if (lane_ >= 0 || !std::has_single_bit(lanes)) return malformed();
    lane_ = s.axis;
    block(s.body, mask(lanes, true));
    lane_ = -1;
  }
  void malformed() {
    if (this->found.ok()) this->found.kind = tir::violation_kind::bad_operation;
  }
  // Conditions without the lane decide for all lanes.
  void guard(tir::stmt const& s, mask const& on) {
    mask body = on;
    bool is_split = false;
    for (auto const c : s.condition) {
      if (c < 0) continue;
      bool const by_lane = lane_ >= 0 && any_variable(this->p, this->p.indices[c],
                                                      [this](int v) { return v == lane_; });
      set_lane(0);
      if (!by_lane && this->fresh_sum(c) < 0) return block(s.otherwise, on);
      if (!by_lane) continue;
      is_split = true;
      for (std::size_t l = 0; l < body.size(); ++l) {
        set_lane(l);
        body[l] = body[l] && this->fresh_sum(c) >= 0;
      }
    }
    if (is_split && s.otherwise >= 0) return malformed();
    block(s.body, body);
  }
  void store(tir::stmt const& s, mask const& on) {
    auto const& a = this->p.accesses[s.target];
    bool const whole = this->p.buffers[a.buffer].where == tir::scope::registers;
    values_.resize(on.size());
    for (std::size_t l = 0; l < on.size() && !this->stopped(); ++l) {
      set_lane(l);
      values_[l] = this->fresh(s.value);
    }
    for (std::size_t l = 0; l < on.size() && !this->stopped(); ++l) {
      set_lane(l);
      ++this->epoch;
      if (on[l] || whole) base::base::store(a, values_[l]);
    }
  }

  static constexpr tir::no_calls none_{};
  static constexpr double garbage_ = 115;
  int lane_ = -1;
  std::vector<tir::scalar> values_{};  // of one store
};

}  // namespace ashlar::fuzz
