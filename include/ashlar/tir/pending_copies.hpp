// SPDX-License-Identifier: Apache-2.0
//
// tir/pending_copies: the copies that a thread has begun and not waited for, for tir/emulate_grid.
//
//   takes       copies, `commit` after those of a group, `await` of all groups but the latest
//   returns     copies to perform: at the latest point at which they may be
//   invariants  a copy of a group that is not committed is never performed by a wait
//   source      cp.async, commit_group and wait_group of PTX
#pragma once

#include <ashlar/tir/evaluate.hpp>

#include <vector>

namespace ashlar::tir::emulate_grid_impl {

struct pending_copy {
  place to{};
  scalar value{};
};

struct pending_copies {
  std::vector<std::vector<pending_copy>> groups{};  // committed, the oldest first
  std::vector<pending_copy> open{};

  void add(pending_copy const& c) { open.push_back(c); }
  void commit() {
    groups.push_back(open);
    open.clear();
  }
  /// Performs all groups but the latest `left`.
  template <class Perform> void await(int left, Perform const& perform) {
    while (static_cast<int>(groups.size()) > left) {
      for (auto const& c : groups.front()) perform(c);
      groups.erase(groups.begin());
    }
  }
};

}  // namespace ashlar::tir::emulate_grid_impl
