// SPDX-License-Identifier: Apache-2.0
//
// kernel/slot: a short type that stands for the code of a program.
//
//   takes       the code as a value, the 128-bit hash of it, and the backend
//   returns     slot<A, B, Backend>; slot_tag<slot> has the code as a static member
//   invariants  the code is a template argument of `define` alone, a class that is never emitted: a
//               kernel's symbol holds two numbers; equal programs share one slot, and two programs
//               with one hash are a redefinition error, not a wrong kernel
//   source      friend injection; the measurement is in docs/design/0001-emission.md
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/core/hash.hpp>

#include <cstdint>

ASHLAR_FRIEND_BEGIN

namespace ashlar {

template <std::uint64_t A, std::uint64_t B, class Backend> struct slot {
  friend constexpr auto code_of(slot);
};

template <auto Code, class Slot> struct define {
  friend constexpr auto code_of(Slot) { return Code; }
};

/// What emission is instantiated with.
template <class Slot, class Backend> struct slot_tag {
  using backend = Backend;
  static constexpr auto value = code_of(Slot{});
};

}  // namespace ashlar

ASHLAR_FRIEND_END
