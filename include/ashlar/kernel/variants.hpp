// SPDX-License-Identifier: Apache-2.0
//
// kernel/variants: the programs that one schedule makes, where it specializes.
//
//   if (s.specialize(ash::extent_of("x", 1) == 64)) { ... } else if (s.specialize(...)) { ... }
//
//   takes       a captured program, a schedule function
//   returns     the choices of each variant: the general one, in which nothing is chosen, comes
//               first, and the one that a call tries first comes last
//   method      the function runs once for each: where the last answer of one run was false, the
//               next run gets true there, and false behind it
//   cost        a kernel that does not specialize has the general one alone, and nothing of this
//   errors      E067; the faults of every variant
#pragma once

#include <ashlar/emit/simd/native.hpp>
#include <ashlar/kernel/compile.hpp>
#include <ashlar/kernel/launch.hpp>

namespace ashlar {

/// The variants of a kernel, see the head of this file.
struct variant_list {
  static_vector<choices, scheduling::max_variants> all{};
  bool is_whole = true;  // false: there are more than a kernel may have
};

namespace kernel_impl {

/// True if a scheduled program is one of several variants.
constexpr auto is_specialized(tir::program const& scheduled) -> bool {
  for (auto const& f : scheduled.facts) {
    if (tir::is_choice(f)) return true;
  }
  return false;
}

/// What specialize has returned in a program.
constexpr auto choices_of(tir::program const& scheduled) -> choices {
  choices c{};
  for (auto const& f : scheduled.facts) {
    if (!tir::is_choice(f)) continue;
    bool const is_taken = f.origin == tir::fact_origin::chosen;
    c.taken = static_cast<std::uint8_t>(c.taken | int{is_taken} << c.count);
    ++c.count;
  }
  return c;
}

/// True where the last of some choices was not made, as the schedule has made it by itself.
constexpr auto is_ignored(choices const& wanted, choices const& made) -> bool {
  return wanted.count > 0 && !made[wanted.count - 1];
}

/// The choices before `at` as they are, and true instead of the last false among them; without
/// choices where there is no false.
constexpr auto next_choices(choices const& made, int at) -> choices {
  while (at > 0 && made[at - 1]) --at;
  if (at == 0) return choices{};
  int const before = made.taken & ((1 << (at - 1)) - 1);
  return choices{.taken = static_cast<std::uint8_t>(before | 1 << (at - 1)),
                 .count = static_cast<std::uint8_t>(at)};
}

template <class Schedule>
constexpr auto find_variants(tir::program const& captured, Schedule const& schedule_function,
                             target::machine const& m = target::native) -> variant_list {
  variant_list list{};
  choices wanted{};
  do {
    tir::program p = captured;
    apply(schedule_function, p, wanted, m);
    choices const made = choices_of(p);
    bool const is_new = !is_ignored(wanted, made);
    if (is_new && list.all.full()) {
      list.is_whole = false;
      break;
    }
    if (is_new) list.all.push_back(wanted);
    wanted = next_choices(made, is_new ? int{made.count} : wanted.count - 1);
  } while (wanted.count > 0);
  return list;
}

/// The variants of a kernel that specializes.
template <class Captured, auto Schedule, class Backend> struct variants {
  static constexpr isa_level level = emit::target_of<Backend>::level;

  static constexpr auto find() -> variant_list {
    constexpr auto function = Schedule;
    return find_variants(Captured::value, function, target::machine_at<level>);
  }
  static constexpr variant_list list = find();
  static constexpr int count = list.all.count;

  template <int V>
  using scheduled = kernel_impl::scheduled<Captured, Schedule, code_of(list.all[V]), level>;
  template <int V>
  using lowered = kernel_impl::lowered<scheduled<V>, emit::simd::vector_bytes<Backend>>;
  template <int V> using tag = typename coded<lowered<V>, Backend>::tag;

  /// The first fault of all.
  template <int... V>
  static constexpr auto fault_among(std::integer_sequence<int, V...>) -> diag::diagnostic {
    diag::diagnostic found{};
    ((found = found.ok() ? lowered<V>::value.fault : found), ...);
    if (found.ok() && !list.is_whole) {
      found =
          diag::diagnostic{.id = diag::code::too_many_variants,
                           .text = "the answers of specialize make more; drop one, or use assume"};
    }
    return found;
  }
  struct fault {
    static constexpr diag::diagnostic value = fault_among(std::make_integer_sequence<int, count>{});
  };
};

/// The variant that a call takes: its program, and its number.
template <class Schedule, class... Views>
auto take_variant(tir::program const& captured, Schedule const& schedule_function,
                  target::machine const& m, tir::program& scheduled, Views const&... views) -> int {
  operand_record operand[sizeof...(Views)];
  int at = 0;
  (describe(views, operand[at++]), ...);
  auto const list = find_variants(captured, schedule_function, m);
  for (int v = list.all.count - 1;; --v) {
    scheduled = captured;
    apply(schedule_function, scheduled, list.all[v], m);
    bool holds = true;
    for (auto const& f : scheduled.facts) {
      if (f.origin != tir::fact_origin::chosen) continue;
      int const place = scheduled.buffers[f.buffer].operand;
      holds = holds && tir::holds(f, stated_value(f, operand[place]));
    }
    if (holds || v == 0) return v;
  }
}

/// Runs the first variant, from V down, whose facts hold.
template <class Variants, int V, int... I, class... Views>
ASHLAR_INLINE auto start_first(operand_record const* operand, launch const& how,
                               std::integer_sequence<int, I...> places, Views const&... views)
    -> status {
  using tag = typename Variants::template tag<V>;
  if constexpr (V > 0) {
    if (!is_chosen<tag>(operand)) {
      return start_first<Variants, V - 1>(operand, how, places, views...);
    }
  }
  return start<tag>(how, places, views...);
}

template <class Variants, int... I, class... Views>
ASHLAR_INLINE auto start_variant(launch const& how, std::integer_sequence<int, I...> places,
                                 Views const&... views) -> status {
  if constexpr (Variants::fault::value.ok()) {
    operand_record operand[sizeof...(Views)];
    (describe(views, operand[I]), ...);
    return start_first<Variants, Variants::count - 1>(operand, how, places, views...);
  } else {
    return status{};  // the caller has said why
  }
}

template <class Variants, int V, int... I, class... Views>
auto workspace_of_first(operand_record const* operand, launch const& how,
                        std::integer_sequence<int, I...> places, Views const&... views) -> index_t {
  using tag = typename Variants::template tag<V>;
  if constexpr (V > 0) {
    if (!is_chosen<tag>(operand)) {
      return workspace_of_first<Variants, V - 1>(operand, how, places, views...);
    }
  }
  return workspace_bytes<tag>(how, places, views...);
}

template <class Variants, int... I, class... Views>
auto workspace_of_variant(launch const& how, std::integer_sequence<int, I...> places,
                          Views const&... views) -> index_t {
  operand_record operand[sizeof...(Views)];
  (describe(views, operand[I]), ...);
  return workspace_of_first<Variants, Variants::count - 1>(operand, how, places, views...);
}

}  // namespace kernel_impl
}  // namespace ashlar
