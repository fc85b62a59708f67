// SPDX-License-Identifier: Apache-2.0
//
// schedule/read_step: one line of a schedule's text as a value, by the grammar of read_steps.
//
//   takes       a line without its end
//   returns     the step, or the place of the first mistake and what was expected there
//   invariants  reads no character behind the line; what is longer or larger than a program can
//               hold is a mistake, and nothing is cut silently
#pragma once

#include <ashlar/schedule/claim.hpp>
#include <ashlar/schedule/memory_order.hpp>
#include <ashlar/schedule/trace.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling::read_step_impl {

struct step {
  name_text stage{};
  verb what{};
  static_vector<name_text, limits::loops_per_stage> names{};
  std::int64_t number = 0, second = 0;
  tail tails = tail::automatic;
  scope where = scope::workspace;
  memory_order order{};
  claim stated{};  // assume and its like
  bool is_chosen = false;
  static_vector<name_text, 3> made{};
};

inline constexpr int any_number = -1;

// What stands between the parentheses, and how many names may follow the arrow.
struct signature {
  int names = 0;
  bool has_factor = false, needs_factor = false;
  int made = 0;
};

constexpr auto signature_of(verb v) -> signature {
  switch (v) {
    case verb::split:
    case verb::split_parts:
    case verb::split_balanced:
      return signature{.names = 1, .has_factor = true, .needs_factor = true, .made = 2};
    case verb::fuse: return signature{.names = 2, .made = 1};
    case verb::reorder: return signature{.names = any_number};
    case verb::vectorize: return signature{.names = 1, .has_factor = true, .made = 1};
    case verb::unroll: return signature{.names = 1, .has_factor = true};
    case verb::compute_inline:
    case verb::compute_root:
    case verb::store_root:
    case verb::assume:
    case verb::unsafe_assume:
    case verb::specialize:
    case verb::atomic:
    case verb::stream:
    case verb::layout:
    case verb::store_in: return signature{};
    case verb::store_at:
    case verb::reverse_compute_at:
    case verb::compute_with:
    case verb::tensorize:
    case verb::compute_at: return signature{.names = 2};
    case verb::prefetch: return signature{.names = 2};
    case verb::cache_read: return signature{.names = 2, .made = 1};
    case verb::rfactor: return signature{.names = 1, .made = 1};
    case verb::scan_blocks: return signature{.names = 1, .made = 3};
    case verb::bind: return signature{.names = 1, .made = 1};
    default: return signature{.names = 1};
  }
}

struct scanner {
  std::string_view line;
  std::size_t at = 0;
  std::string_view expected{};  // empty as long as all is well

  constexpr auto column() const -> int { return static_cast<int>(at) + 1; }
  constexpr auto message() const -> diag::message {
    diag::message m{};
    m << "expected " << expected << ", found ";
    if (at >= line.size()) return m << "the end of the line";
    m << '\'';
    for (std::size_t i = at; i < line.size() && i < at + 12; ++i) {
      auto const byte = static_cast<unsigned char>(line[i]);
      m << (byte < 0x20 || byte > 0x7e ? '?' : line[i]);
    }
    return m << '\'';
  }
  constexpr auto fail(std::string_view what) -> bool {
    if (expected.empty()) expected = what;
    return false;
  }

  constexpr void skip() {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  }
  constexpr auto is(char c) -> bool {
    skip();
    return at < line.size() && line[at] == c;
  }
  constexpr auto accept(char c) -> bool {
    if (!is(c)) return false;
    ++at;
    return true;
  }
  constexpr auto word() -> std::string_view {
    skip();
    std::size_t n = 0;
    while (at + n < line.size() && trace_impl::is_word(line.substr(at, n + 1))) ++n;
    return line.substr(at, n);
  }

  constexpr auto digit(std::size_t i) const -> int {
    if (i >= line.size()) return -1;
    char const c = line[i];
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }
  constexpr auto character(name_text& to) -> bool {
    char c = line[at];
    std::size_t taken = 1;
    if (c == '\\') {
      int const high = at + 1 < line.size() && line[at + 1] == 'x' ? digit(at + 2) : -1;
      int const low = high < 0 ? -1 : digit(at + 3);
      if (low < 0) return fail("\\x and two hexadecimal digits");
      c = static_cast<char>(static_cast<unsigned char>(16 * high + low));
      taken = 4;
    }
    int const before = to.size();
    to << c;
    if (to.size() == before) return fail("a name of at most 23 characters");
    at += taken;
    return true;
  }
  constexpr auto name(name_text& to, std::string_view what = "a name in quotes") -> bool {
    if (!accept('"')) return fail(what);
    while (at < line.size() && line[at] != '"') {
      if (!character(to)) return false;
    }
    return accept('"') || fail("the quote that ends the name");
  }
  constexpr auto number(std::int64_t& to) -> bool {
    skip();
    bool const negative = accept('-');
    if (digit(at) < 0 || digit(at) > 9) return fail("a whole number");
    constexpr std::int64_t most = std::int64_t{1} << 40;  // above every factor
    for (; digit(at) >= 0 && digit(at) <= 9; ++at) {
      to = 10 * to + digit(at);
      if (to > most) return fail("a number that is not so large");
    }
    if (negative) to = -to;
    return true;
  }
  // The place of the next word in a list.
  template <class E, std::size_t N>
  constexpr auto one_of(std::string_view const (&list)[N], E& to, std::string_view what) -> bool {
    auto const w = word();
    for (std::size_t i = 0; i < N; ++i) {
      if (w != list[i]) continue;
      to = static_cast<E>(i);
      at += w.size();
      return true;
    }
    return fail(what);
  }

  constexpr auto item(memory_order& o) -> bool {
    order_item i{};
    if (o.items.full()) return fail("at most 8 parts of an order");
    if (!name(i.dim, "a dimension in quotes")) return false;
    bool const quotient = is('/');
    if (quotient || is('%')) {
      ++at;
      i.block = 0;
      i.what = quotient ? order_item::part::quotient : order_item::part::rest;
      if (!number(i.block)) return false;
    }
    o.items.push_back(i);
    return true;
  }
  constexpr auto order(memory_order& o) -> bool {
    if (!accept('[')) return fail("a memory order in brackets");
    do {
      if (!item(o)) return false;
    } while (accept(','));
    if (!accept(']')) return fail("',' or ']'");
    return accept(',') ? padding(o.padding) : true;
  }
  // A whole number, inf or -inf.
  constexpr auto padding(padding_value& v) -> bool {
    skip();
    bool const negative = line.substr(at, 4) == "-inf";
    bool const infinite = negative || line.substr(at, 3) == "inf";
    v.what = infinite ? padding_value::kind::infinite : padding_value::kind::whole;
    if (!infinite) return number(v.number);
    v.number = negative ? -1 : 1;
    at += negative ? 4 : 3;
    return true;
  }
  constexpr auto factor(step& d) -> bool {
    if (!number(d.number)) return false;
    if (d.number < 1) return fail("a factor of at least 1");
    if (!accept(',')) return true;
    skip();
    if (d.what == verb::split_balanced && digit(at) >= 0 && digit(at) <= 9) {
      if (!number(d.second)) return false;
      if (!accept(',')) return true;
    }
    return one_of(tail_names, d.tails,
                  "a tail: automatic, exact, guard, cut, mask, narrow, shift_inwards or round_up");
  }
  constexpr auto two(step& d, std::string_view first, std::string_view second) -> bool {
    if (!accept(',')) return fail(first);
    if (!number(d.number)) return false;
    return accept(',') ? number(d.second) : fail(second);
  }
  constexpr auto accept(std::string_view sign) -> bool {
    skip();
    if (line.substr(at, sign.size()) != sign) return false;
    at += sign.size();
    return true;
  }
  constexpr auto dimension(claim& c) -> bool {
    std::int64_t dim = 0;
    if (!accept('(')) return fail("'(' and a dimension");
    if (!number(dim) || !accept(')')) return fail("a dimension and ')'");
    c.dim = dim < 0 || dim > max_rank ? max_rank : static_cast<int>(dim);
    return true;
  }
  constexpr auto relation(claim& c) -> bool {
    bool const is_extent = c.kind == tir::fact_kind::extent;
    if (c.kind != tir::fact_kind::address && accept("==")) return number(c.number);
    if (is_extent && accept("<="))
      c.relation = tir::fact_relation::at_most;
    else if (is_extent && accept(">="))
      c.relation = tir::fact_relation::at_least;
    else if (c.kind != tir::fact_kind::stride && accept('%'))
      c.relation = tir::fact_relation::multiple;
    else
      return fail(is_extent ? "'==', '%', '<=' or '>='" : "'==' of a stride, '%' of an address");
    if (!number(c.number) || c.relation != tir::fact_relation::multiple) return expected.empty();
    return (accept("==") && accept('0')) || fail("'== 0'");
  }
  constexpr auto stated(step& d) -> bool {
    d.stated.operand = d.stage;
    if (!one_of(tir::fact_names, d.stated.kind, "extent, stride or address")) return false;
    if (d.stated.kind != tir::fact_kind::address && !dimension(d.stated)) return false;
    return relation(d.stated);
  }
  constexpr auto grid_axis(step& d) -> bool {
    int which = 0;
    if (!one_of(tir::grid_axis_names, which, "block_x, thread_x, lane, warp or their like")) {
      return false;
    }
    d.number = which + static_cast<int>(tir::loop_kind::block_x);
    return true;
  }
  constexpr auto names(step& d, signature const& of) -> bool {
    for (int i = 0; of.names == any_number || i < of.names; ++i) {
      if (i > 0 && !accept(',')) return of.names == any_number || fail("','");
      if (d.names.full()) return fail("no more loops than a stage can have");
      if (!name(d.names.items[d.names.count])) return false;
      ++d.names.count;
    }
    return true;
  }
  constexpr auto arguments(step& d) -> bool {
    auto const of = signature_of(d.what);
    if (states_fact(d.what)) return stated(d);
    if (!names(d, of)) return false;
    if (d.what == verb::peel)
      return two(d, "',' and how many iterations come first",
                 "',' and how many iterations come last");
    if (d.what == verb::align_storage)
      return two(d, "',' and what the stride is divided by", "',' and the remainder");
    if (d.what == verb::prefetch)
      return accept(',') ? number(d.number) : fail("',' and a distance");
    if (d.what == verb::pad_to) return accept(',') ? number(d.number) : fail("',' and a multiple");
    if (d.what == verb::pipeline)
      return accept(',') ? number(d.number) : fail("',' and a number of iterations");
    if (d.what == verb::layout) return order(d.order);
    if (d.what == verb::store_in && is('"')) return name(d.names.items[d.names.count++]);
    if (d.what == verb::store_in) {
      return one_of(scope_names, d.where,
                    "a scope, workspace, stack, registers or shared, or an output");
    }
    if (d.what == verb::bind) return accept(',') ? grid_axis(d) : fail("',' and an axis of a grid");
    if (d.what == verb::fold_storage) return accept(',') ? number(d.number) : true;
    if (of.needs_factor && !is(',')) return fail("',' and a factor");
    if (of.has_factor && accept(',')) return factor(d);
    if (d.what == verb::cache_read && accept(',')) return order(d.order);
    return true;
  }
  constexpr auto choice(step& d) -> bool {
    constexpr std::string_view words[] = {"false", "true"};
    return (accept("->") && one_of(words, d.is_chosen, "true or false")) ||
           fail("'->' and true or false");
  }
  constexpr auto results(step& d) -> bool {
    if (d.what == verb::specialize && !choice(d)) return false;
    skip();
    if (at == line.size()) return true;
    int const most = signature_of(d.what).made;
    if (most == 0 || line.substr(at, 2) != "->") {
      return fail(most == 0 ? "the end of the line" : "'->' or the end of the line");
    }
    at += 2;
    for (int i = 0; i < most; ++i) {
      if (i > 0 && !accept(',')) {
        return fail(d.what == verb::scan_blocks ? "',' and the name of the next stage"
                                                : "',' and the name of the inner loop");
      }
      if (!name(d.made.items[i])) return false;
      ++d.made.count;
    }
    skip();
    return at == line.size() || fail("the end of the line");
  }
  constexpr auto stage(step& d) -> bool {
    if (is('"')) return name(d.stage);
    auto const w = word();
    if (w.empty()) return fail("the name of a stage");
    if (w.size() > 23) return fail("a name of at most 23 characters");
    d.stage = name_text(w);
    at += w.size();
    return true;
  }

  /// True if the line is a step. False if it is empty or a comment, or if something is expected.
  constexpr auto read(step& d) -> bool {
    skip();
    if (at == line.size() || line[at] == '#') return false;
    if (!stage(d)) return false;
    if (!accept('.')) return fail("'.' and a primitive");
    if (!one_of(verb_names, d.what, "a primitive, such as split or reorder")) return false;
    if (!accept('(')) return fail("'('");
    if (!arguments(d)) return false;
    if (!accept(')')) return fail("')'");
    return results(d);
  }
};

}  // namespace ashlar::scheduling::read_step_impl

ASHLAR_COMPILER_END
