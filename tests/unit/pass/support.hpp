// SPDX-License-Identifier: Apache-2.0
//
// support: programs on their way down, and what must hold at every step of it.
//
//   after(p, "cut loops")       the program after that pass
//   require_same(before, p)     p keeps all invariants, and computes what `before` does, touching
//                               nothing outside, for extents around every block size
//   show(p)                     its loop nest as text, without the operands
#pragma once

#include <ashlar/pass/pipeline.hpp>
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/verify.hpp>

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <support/golden.hpp>
#include <support/programs.hpp>
#include <unit/schedule/support.hpp>
#include <vector>

namespace ashlar::tests {

/// The program after the pass of that name, lowered for vectors of so many bytes.
constexpr auto after(program p, std::string_view pass, int vector_bytes = 32) -> program {
  program found = p;
  pass::lower(p, vector_bytes, [&](std::string_view name, program const& now) {
    if (name == pass) found = now;
  });
  return found;
}

/// The sum that is the value of integer expression e.
constexpr auto loaded(program& p, handle e) -> affine {
  return multiple(intern(p, atom_kind::loaded, e));
}

struct text_sink {
  std::string text{};
  void append(char one) { text += one; }
  void append(std::string_view more) { text += more; }
  void append(std::int64_t number) { text += std::to_string(number); }
};

inline auto show(program const& p) -> std::string {
  text_sink s{};
  print(p, s);
  auto const head = s.text.find("\n\n");
  return head == std::string::npos ? s.text : s.text.substr(head + 2);
}

/// Operands of small integers; a dynamic extent has `dynamic` elements.
inline auto operands_of(program const& p, index_t dynamic) -> std::vector<array> {
  std::mt19937 random(7);
  std::vector<array> all(static_cast<std::size_t>(p.operands));
  for (auto const& b : p.buffers) {
    if (b.operand < 0) continue;
    dimensions d{};
    index_t stride = 1;
    d.rank = b.rank;
    for (int at = b.rank - 1; at >= 0; --at) {
      affine const& e = p.indices[b.shape[at]];
      d.extent[at] = e.is_constant() ? e.offset : dynamic;
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

inline void require_valid(program const& p, bool is_lowered = false) {
  INFO(show(p));
  INFO(std::string(p.fault.text.view()));
  REQUIRE(p.fault.ok());
  auto const verdict = is_lowered ? verify_lowered(p) : verify(p);
  INFO(std::string(verdict.message().view()));
  REQUIRE(verdict.ok());
}

/// Before simplify_nest has said which accesses are checked, lanes beyond the end may be outside.
inline auto has_checks(std::string_view pass) -> bool {
  return pass != "build nest" && pass != "cut loops";
}

inline void require_same(program const& before, program const& p, bool is_lowered = false,
                         bool has_checks = true) {
  require_valid(p, is_lowered);
  for (index_t const n : {0, 1, 3, 7, 8, 17}) {
    auto wanted = operands_of(before, n);
    auto got = wanted;
    oracles first{};
    if (!interpret(before, wanted, first).ok()) continue;
    oracles watch{};
    auto const violation = interpret(p, got, watch);
    if (!has_checks && violation.kind == violation_kind::out_of_bounds) continue;
    INFO("extent " << n << ": " << std::string(name_of(violation.kind)) << "\n" << show(p));
    REQUIRE(violation.ok());
    REQUIRE(wanted == got);
  }
}

/// The number of statements of a kind that are reachable.
constexpr auto count_stmts(program const& p, handle h, stmt_kind kind) -> int {
  int n = 0;
  for (; h >= 0; h = p.stmts[h].next) {
    n += p.stmts[h].kind == kind ? 1 : 0;
    n += count_stmts(p, p.stmts[h].body, kind) + count_stmts(p, p.stmts[h].otherwise, kind);
  }
  return n;
}

}  // namespace ashlar::tests
