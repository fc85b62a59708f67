// SPDX-License-Identifier: Apache-2.0
//
// kernel/check_intrinsic: does the code of an intrinsic compute what its definition says?
//
//   if (auto const c = ash::check_intrinsic<dot4x16>(); !c.ok()) std::puts(c.message().chars);
//
//   takes       an intrinsic, see expr/intrinsic.hpp; a seed for its operands
//   returns     the first element of the output's memory that differs, or none
//   method      small integers, of which sums and products are exact in every order; strides that
//               are those of packed blocks and others; elements between and around the blocks,
//               which the code must leave alone
#pragma once

#include <ashlar/core/owned.hpp>
#include <ashlar/expr/intrinsic.hpp>
#include <ashlar/kernel/functor_table.hpp>
#include <ashlar/tir/interpret.hpp>

#include <tuple>
#include <vector>

namespace ashlar {

struct intrinsic_check {
  name_text intrinsic{};
  std::int64_t element = -1;  // of the output's memory, from the first of the block; -1: all agree
  bool is_inside = true;      // of the block
  bool is_defined = true;     // the definition can be interpreted
  double got = 0, wanted = 0;

  constexpr auto ok() const -> bool { return element < 0 && is_defined; }
  explicit constexpr operator bool() const { return ok(); }
  /// "dot4x16 computes 3 where its definition says 4, ..."; empty when all agree.
  constexpr auto message() const -> text<200> {
    text<200> m{};
    if (!is_defined) return m << "the definition of " << intrinsic << " is not legal";
    if (ok()) return m;
    if (!is_inside) {
      return m << intrinsic << " writes outside of its output's block, element " << element
               << " from its first";
    }
    return m << intrinsic << " computes " << static_cast<std::int64_t>(got)
             << " where its definition says " << static_cast<std::int64_t>(wanted) << ", element "
             << element << " from the first";
  }
};

namespace check_intrinsic_impl {

inline constexpr index_t margin = 24;  // elements before and behind a block

/// A block of an operand in memory of its own.
template <class Block> struct placed {
  using T = std::remove_const_t<std::remove_all_extents_t<Block>>;

  tir::dimensions dims{};
  std::vector<T> memory{};

  placed(index_t gap, std::uint64_t seed) {
    constexpr operand_type type = expr::intrinsic_impl::block_type<Block>();
    dims.rank = type.rank;
    index_t stride = 1;
    for (int d = type.rank - 1; d >= 0; --d) {
      dims.extent[d] = type.shape[d].value;
      dims.stride[d] = stride;
      stride = stride * dims.extent[d] + gap;
    }
    memory.resize(static_cast<std::size_t>(stride + 2 * margin));
    tir::raw_array all(type.dt, memory.data(), tir::dimensions{});
    for (index_t n = 0; n < stride + 2 * margin; ++n) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      all.store(n, tir::make_scalar(type.dt, static_cast<double>((seed >> 33) % 5) - 1));
    }
  }
  auto first() -> T* { return memory.data() + margin; }
  auto array() -> tir::raw_array { return tir::raw_array(dtype_of<T>, first(), dims); }
  auto arguments() {
    return [this]<std::size_t... D>(std::index_sequence<D...>) {
      return std::tuple(static_cast<std::remove_all_extents_t<Block>*>(first()),
                        index_t{dims.stride[D]}...);
    }(std::make_index_sequence<expr::intrinsic_impl::strides_of<Block>>{});
  }
  auto is_inside(index_t n) const -> bool {
    if (dims.rank == 0) return n == 0;
    for (int d = 0; d < dims.rank; ++d) {
      index_t const at = tir::floor_div(n, dims.stride[d]);
      if (at < 0 || at >= dims.extent[d]) return false;
      n -= at * dims.stride[d];
    }
    return true;
  }
};

template <class T> struct program_of {
  static constexpr tir::program value = expr::capture_intrinsic<T>();
};

template <class T, class Output, class... Input, std::size_t... At>
auto compare(blocks<Output, Input...>, std::index_sequence<At...>, index_t gap, std::uint64_t seed)
    -> intrinsic_check {
  intrinsic_check r{.intrinsic = intrin<T>.name};
  std::tuple<placed<Output>, placed<Input>...> all(placed<Output>(gap, seed),
                                                   placed<Input>(gap, seed + At + 1)...);
  placed<Output> wanted = std::get<0>(all);
  auto const program = make_owned<tir::program>(expr::capture_intrinsic<T>());
  std::apply(
      [&](auto&, auto&... input) {
        tir::raw_array operands[] = {wanted.array(), input.array()...};
        tir::no_oracles none{};
        r.is_defined =
            tir::interpret(*program, operands, none, functor_table<program_of<T>>{}).ok();
      },
      all);
  if (!r.is_defined) return r;
  std::apply(
      [](auto&... block) {
        std::apply([](auto... a) { T::run(a...); }, std::tuple_cat(block.arguments()...));
      },
      all);
  auto const& got = std::get<0>(all);
  for (std::size_t e = 0; e < got.memory.size() && r.ok(); ++e) {
    if (got.memory[e] == wanted.memory[e]) continue;
    r.element = static_cast<std::int64_t>(e) - margin;
    r.is_inside = got.is_inside(r.element);
    r.got = static_cast<double>(got.memory[e]);
    r.wanted = static_cast<double>(wanted.memory[e]);
  }
  return r;
}

}  // namespace check_intrinsic_impl

/// Compares the code of an intrinsic with its definition, see the head of this file.
template <class T> auto check_intrinsic(std::uint64_t seed = 1) -> intrinsic_check {
  static_assert(intrin<T>.wrong == tir::intrinsic_fault::none,
                "ashlar: the definition is none of an intrinsic; intrin<T>.wrong says why");
  using inputs = std::make_index_sequence<static_cast<std::size_t>(intrin<T>.operands.count - 1)>;
  for (index_t const gap : {0, 3, 17}) {
    auto const r = check_intrinsic_impl::compare<T>(typename T::operands{}, inputs{}, gap, seed);
    if (!r.ok()) return r;
    seed += 100;
  }
  return {.intrinsic = intrin<T>.name};
}

}  // namespace ashlar
