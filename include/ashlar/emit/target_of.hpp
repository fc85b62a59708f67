// SPDX-License-Identifier: Apache-2.0
//
// emit/target_of: the instruction set that a backend is compiled for, and the walk for it.
//
//   takes       a backend, or a list of the same backend for several instruction sets
//   returns     target_of<B>: the level, the machine that schedules for it are made for, and `run`,
//               the kernel of a tag
//   invariants  `run` is the only way from code of the compile flags to code of a higher level:
//               nothing of that is inlined here. What the compile flags allow is the primary
//               template; emit/simd/highway_target.hpp specializes it for other levels
#pragma once

#include <ashlar/emit/arguments.hpp>
#include <ashlar/emit/simd/native.hpp>
#include <ashlar/emit/simd/walk.hpp>
#include <ashlar/target/machine.hpp>

namespace ashlar::emit {

template <class Backend> struct target_of {
  static constexpr isa_level level = target_level;

  template <class Tag> ASHLAR_INLINE static void run(arguments<Tag> const& a) {
    simd::kernel<Tag>(a);
  }
};

/// Highway's number of the target of a backend that calls are dispatched to; lower is better.
template <class Backend> inline constexpr std::int64_t target_bit = 0;

/// The backends of which a call takes the first that the processor can run; best first.
template <class... Backends> struct dispatched {};

template <class Backend> inline constexpr bool is_dispatched = false;
template <class... Backends> inline constexpr bool is_dispatched<dispatched<Backends...>> = true;

/// The best of several backends; a single one is itself.
template <class Backend> struct best {
  using type = Backend;
};
template <class First, class... Rest> struct best<dispatched<First, Rest...>> {
  using type = First;
};
template <class Backend> using best_of = typename best<Backend>::type;

/// What a program is lowered and judged for.
struct lowering_target {
  int vector_bytes;
  target::machine const* machine;
};
template <class Backend>
inline constexpr lowering_target lowering_target_of{
    .vector_bytes = simd::vector_bytes<Backend>,
    .machine = &target::machine_at<target_of<Backend>::level>};

}  // namespace ashlar::emit
