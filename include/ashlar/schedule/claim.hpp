// SPDX-License-Identifier: Apache-2.0
//
// schedule/claim: facts of operands as a schedule writes them.
//
//   ash::extent_of("x", 1) == 64       % 16 == 0, <= 64, >= 8
//   ash::stride_of("x", 0) == 128      in elements
//   ash::address_of("x") % 64 == 0     of the first element, in bytes
//
//   takes       an operand by its name in the program, one of its dimensions, a number
//   returns     a claim: what assume, unsafe_assume and specialize take
#pragma once

#include <ashlar/core/text.hpp>
#include <ashlar/tensor/extents.hpp>
#include <ashlar/tir/fact.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

/// A fact whose operand is still a name.
struct claim {
  name_text operand{};
  int dim = -1;
  tir::fact_kind kind{};
  tir::fact_relation relation{};
  index_t number = 0;
};

/// What is divided in a claim; it is equal to 0.
struct claimed_rest {
  claim of{};
  friend constexpr auto operator==(claimed_rest const& r, index_t rest) -> claim {
    claim c = r.of;
    if (rest != 0) c.number = 0;  // no number: E066
    return c;
  }
};

/// The extent of a dimension of an operand.
class extent_of {
 public:
  constexpr extent_of(std::string_view operand, int dim) : operand_(operand), dim_(dim) {}

  friend constexpr auto operator==(extent_of const& e, index_t n) -> claim {
    return e.with(tir::fact_relation::equal, n);
  }
  friend constexpr auto operator<=(extent_of const& e, index_t n) -> claim {
    return e.with(tir::fact_relation::at_most, n);
  }
  friend constexpr auto operator>=(extent_of const& e, index_t n) -> claim {
    return e.with(tir::fact_relation::at_least, n);
  }
  friend constexpr auto operator%(extent_of const& e, index_t n) -> claimed_rest {
    return claimed_rest{.of = e.with(tir::fact_relation::multiple, n)};
  }

 private:
  constexpr auto with(tir::fact_relation r, index_t n) const -> claim {
    return claim{.operand = name_text(operand_), .dim = dim_, .relation = r, .number = n};
  }
  std::string_view operand_;
  int dim_;
};

/// The distance of neighbours along a dimension of an operand, in elements.
class stride_of {
 public:
  constexpr stride_of(std::string_view operand, int dim) : operand_(operand), dim_(dim) {}

  friend constexpr auto operator==(stride_of const& s, index_t n) -> claim {
    return claim{.operand = name_text(s.operand_),
                 .dim = s.dim_,
                 .kind = tir::fact_kind::stride,
                 .number = n};
  }

 private:
  std::string_view operand_;
  int dim_;
};

/// The address of the first element of an operand, in bytes.
class address_of {
 public:
  explicit constexpr address_of(std::string_view operand) : operand_(operand) {}

  friend constexpr auto operator%(address_of const& a, index_t n) -> claimed_rest {
    return claimed_rest{.of = claim{.operand = name_text(a.operand_),
                                    .kind = tir::fact_kind::address,
                                    .relation = tir::fact_relation::multiple,
                                    .number = n}};
  }

 private:
  std::string_view operand_;
};

}  // namespace ashlar

ASHLAR_COMPILER_END
