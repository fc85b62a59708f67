// SPDX-License-Identifier: Apache-2.0
//
// tir/fact: what a schedule states of an operand, beyond what its type says.
//
//   x.extent(1) == 64    x.extent(1) % 16 == 0    x.extent(1) <= 64    x.extent(1) >= 8
//   x.stride(0) == 128   x.address % 64 == 0
//
//   invariants  a fact of an extent is in the extents of the program, too, unless it is declined:
//               the list is what the entry checks, and what was chosen
#pragma once

#include <cstdint>
#include <string_view>

namespace ashlar::tir {

enum class fact_kind : std::uint8_t { extent, stride, address };
enum class fact_relation : std::uint8_t { equal, multiple, at_most, at_least };

/// What is done with a fact: assume, unsafe_assume, and specialize that has returned true or false.
enum class fact_origin : std::uint8_t { assumed, trusted, chosen, declined };

struct fact {
  std::int16_t buffer = -1;  // an operand
  std::int8_t dim = -1;      // extent, stride
  fact_kind kind{};
  fact_relation relation{};
  fact_origin origin{};
  std::int64_t number = 0;
  friend constexpr auto operator==(fact const&, fact const&) -> bool = default;
};

/// The most facts of one program.
inline constexpr int max_facts = 16;

/// True if the entry is to check it: it was chosen, or assumed.
constexpr auto is_checked(fact const& f) -> bool {
  return f.origin == fact_origin::assumed || f.origin == fact_origin::chosen;
}
/// True if it was the condition of a variant.
constexpr auto is_choice(fact const& f) -> bool {
  return f.origin == fact_origin::chosen || f.origin == fact_origin::declined;
}

/// Whether an extent, a stride or an address is as the fact says.
constexpr auto holds(fact const& f, std::int64_t value) -> bool {
  switch (f.relation) {
    case fact_relation::equal: return value == f.number;
    case fact_relation::multiple: return value % f.number == 0;
    case fact_relation::at_most: return value <= f.number;
    default: return value >= f.number;
  }
}

inline constexpr std::string_view fact_names[] = {"extent", "stride", "address"};
constexpr auto name_of(fact_kind k) -> std::string_view { return fact_names[static_cast<int>(k)]; }

/// Appends the fact without its operand: extent(1) % 16 == 0.
template <class Sink> constexpr void put_fact(Sink& out, fact const& f) {
  constexpr std::string_view signs[] = {" == ", " % ", " <= ", " >= "};
  out.append(name_of(f.kind));
  if (f.kind != fact_kind::address) {
    out.append(std::string_view("("));
    out.append(std::int64_t{f.dim});
    out.append(std::string_view(")"));
  }
  out.append(signs[static_cast<int>(f.relation)]);
  out.append(f.number);
  if (f.relation == fact_relation::multiple) out.append(std::string_view(" == 0"));
}

}  // namespace ashlar::tir
