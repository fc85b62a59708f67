// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/frame: the state of a thread of a kernel, and the value of an index expression in it.
//
//   Tag         a type whose static constexpr member `value` is an emit::code
//   Thread      see emit/cuda/thread.hpp
//   invariants  numbers are of 32 bits, as the entry has refused operands that span more; an index
//               that was loaded is of 64 until it was found to be inside. Every array is indexed by
//               constants only, and code that runs on the GPU copies what it needs of the code,
//               since it may not refer to a constant of the host
#pragma once

#include <ashlar/emit/cuda/thread.hpp>
#include <ashlar/emit/simd/address.hpp>
#include <ashlar/tir/launch_memory.hpp>

#include <cstdint>

namespace ashlar::emit::cuda {

/// What a kernel gets at the call: the operands, and behind them the locals between launches. Its
/// type says how much there is of each, and no more, so that kernels have short names.
template <std::size_t Buffers, std::size_t Symbols, std::size_t Strides> struct device_call {
  static constexpr std::size_t buffers = Buffers, symbols = Symbols, strides = Strides;

  void* data[Buffers];
  std::uint64_t number[Buffers];  // of inputs without dimensions whose data is null: the bits
  std::int32_t symbol[Symbols];
  std::int32_t stride[Strides];
};

/// The locals between launches, found once, and the place of one among the data of a call.
template <class Tag, bool Any = tir::count_launch_locals(Tag::value) != 0> struct between_launches {
  static constexpr tir::launch_locals value{};
};
template <class Tag> struct between_launches<Tag, true> {
  static constexpr tir::launch_locals value = tir::locals_between_launches(Tag::value);
};
template <class Tag, int Buffer> struct data_place {
  static constexpr bool is_given = !tir::is_of_block(Tag::value.buffers[Buffer].where);
  static constexpr int value =
      Tag::value.buffers[Buffer].operand >= 0
          ? Buffer
          : Tag::value.size.operands + between_launches<Tag>::value.place_of(Buffer);
};

template <class Tag>
using call_of = device_call<room_for(Tag::value.size.operands + between_launches<Tag>::value.count),
                            room_for(Tag::value.size.symbols),
                            room_for(strides_before(Tag::value, Tag::value.size.operands, 0))>;

inline namespace ASHLAR_ISA {

template <class Tag, int Launch, class Thread> struct frame {
  using tag = Tag;
  static constexpr int launch = Launch;

  call_of<Tag> const& call;
  Thread thread;
  void* local[room_for(Tag::value.size.buffers)];
  std::int32_t variable[room_for(Tag::value.size.variables)];
};

/// No register tile is in scope.
struct no_tiles {};

/// The register tile of local `Buffer`, and those around it.
template <int Buffer, class V, class Outer> struct tiles {
  V* tile;
  Outer outer;

  template <int Wanted> ASHLAR_DEVICE auto of() const {
    if constexpr (Wanted == Buffer)
      return tile;
    else
      return outer.template of<Wanted>();
  }
};

/// A place in the walk.
template <class Frame, class Tiles = no_tiles> struct cursor {
  using tag = typename Frame::tag;
  Frame& f;
  Tiles tiles{};
};

template <class I, int H, class Frame> ASHLAR_DEVICE auto sum(Frame& f) -> I;

/// The value of integer expression E as an index; defined with the values, in eval.hpp.
template <int E, class Frame> ASHLAR_DEVICE auto loaded_index(Frame& f) -> std::int64_t;

template <class I> ASHLAR_DEVICE auto floor_quotient(I x, I y) -> I {
  I const q = x / y;
  return q * y > x ? q - 1 : q;
}

/// The value of atom A.
template <class I, int A, class Frame> ASHLAR_DEVICE auto atom_value(Frame& f) -> I {
  constexpr tir::atom a = Frame::tag::value.atoms[A];
  using enum tir::atom_kind;
  if constexpr (a.kind == variable) {
    return f.variable[a.id];
  } else if constexpr (a.kind == symbol) {
    return f.call.symbol[a.id];
  } else if constexpr (a.kind == loaded) {
    return static_cast<I>(loaded_index<a.id>(f));
  } else {
    I const x = sum<I, a.lhs>(f);
    I const y = sum<I, a.rhs>(f);
    if constexpr (a.kind == floor_div)
      return floor_quotient(x, y);
    else if constexpr (a.kind == floor_mod)
      return x - floor_quotient(x, y) * y;
    else if constexpr (a.kind == minimum)
      return x < y ? x : y;
    else if constexpr (a.kind == maximum)
      return x < y ? y : x;
    else
      return x * y;
  }
}

template <class I, int H, int T, class Frame> ASHLAR_DEVICE auto term_value(Frame& f) -> I {
  constexpr tir::term t = Frame::tag::value.indices[H].terms.items[T];
  return static_cast<I>(t.coef) * atom_value<I, t.atom>(f);
}

/// The value of sum H.
template <class I, int H, class Frame> ASHLAR_DEVICE auto sum(Frame& f) -> I {
  constexpr int n = Frame::tag::value.indices[H].terms.count;
  constexpr auto offset = static_cast<I>(Frame::tag::value.indices[H].offset);
  I r = offset;
  if constexpr (n > 0) r += term_value<I, H, 0>(f);
  if constexpr (n > 1) r += term_value<I, H, 1>(f);
  if constexpr (n > 2) r += term_value<I, H, 2>(f);
  if constexpr (n > 3) r += term_value<I, H, 3>(f);
  if constexpr (n > 4) r += term_value<I, H, 4>(f);
  if constexpr (n > 5) r += term_value<I, H, 5>(f);
  if constexpr (n > 6) r += term_value<I, H, 6>(f);
  if constexpr (n > 7) r += term_value<I, H, 7>(f);
  static_assert(n <= 8);
  return r;
}

}  // namespace ASHLAR_ISA

/// True if a value that was loaded is in sum H.
template <class Code> consteval auto has_loaded(Code const& c, int sum) -> bool {
  tir::affine const& a = c.indices[sum];
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms.items[i].atom];
    if (at.kind == tir::atom_kind::loaded) return true;
    if (at.lhs >= 0 && (has_loaded(c, at.lhs) || has_loaded(c, at.rhs))) return true;
  }
  return false;
}

/// The type in which sum H is computed before it is known to be inside.
template <class Tag, int H>
using index_of = std::conditional_t<has_loaded(Tag::value, H), std::int64_t, std::int32_t>;

}  // namespace ashlar::emit::cuda
