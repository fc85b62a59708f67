// SPDX-License-Identifier: Apache-2.0
//
// emit/on_target: the backend that a call uses now.
//
//   takes       a backend, or `dispatched` with several; a function of a backend
//   returns     what the function returns for the backend, or for the first of several that the
//               processor can run and that ash::limit_target allows; `otherwise` where there is
//               none
//   cost        of one backend nothing; of several a load, and a test and a branch for each
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/emit/targets.hpp>
#include <ashlar/runtime/highway_targets.hpp>

namespace ashlar {
namespace emit {

template <class Backend, class F, class R>
ASHLAR_INLINE constexpr auto on_target(Backend, F const& f, R const&) -> R {
  return f(Backend{});
}

#if ASHLAR_DISPATCH
namespace on_target_impl {

template <class First, class... Rest, class F, class R>
ASHLAR_INLINE auto first_of(std::int64_t usable, dispatched<First, Rest...>, F const& f,
                            R const& otherwise) -> R {
  if ((usable & target_bit<First>) != 0) return f(First{});
  if constexpr (sizeof...(Rest) > 0) {
    return first_of(usable, dispatched<Rest...>{}, f, otherwise);
  } else {
    return otherwise;
  }
}

}  // namespace on_target_impl

template <class... Backends, class F, class R>
ASHLAR_INLINE auto on_target(dispatched<Backends...> all, F const& f, R const& otherwise) -> R {
  return on_target_impl::first_of(runtime::targets_now(), all, f, otherwise);
}
#endif

/// The machine that a call is lowered for; of a processor without any of the levels that are
/// compiled, that of the best one.
template <class Backend> auto lowering_target_now() -> lowering_target {
  return on_target(
      Backend{}, [](auto b) { return lowering_target_of<decltype(b)>; },
      lowering_target_of<best_of<Backend>>);
}

}  // namespace emit

/// The instruction set that calls of this file's kernels use now. Errors: unsupported_cpu.
template <class Backend = emit::default_backend> auto current_target() -> result<isa_level> {
  return emit::on_target(
      Backend{}, [](auto b) -> result<isa_level> { return emit::target_of<decltype(b)>::level; },
      result<isa_level>(status{.code = status_code::unsupported_cpu}));
}

}  // namespace ashlar
