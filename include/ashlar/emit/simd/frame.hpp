// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/frame: the run-time state of a kernel, and the value of an index expression in it.
//
//   Tag         a type whose static constexpr member `value` is an emit::code, and whose member
//               type `backend` is the SIMD backend
//   invariants  every array is indexed by constants only, so that after inlining nothing of a
//               frame is left in memory but what a parallel loop hands over
#ifndef ASHLAR_EMIT_SIMD_FRAME
#define ASHLAR_EMIT_SIMD_FRAME

#include <ashlar/config.hpp>
#include <ashlar/emit/arguments.hpp>
#include <ashlar/emit/code.hpp>
#include <ashlar/runtime/parallel.hpp>
#include <ashlar/tensor/layout.hpp>

#include <cstddef>
#include <utility>

namespace ashlar::emit::ASHLAR_SIMD {

using emit::arguments, emit::room_for, emit::strides_before;

inline namespace ASHLAR_ISA {

/// Copies of what the call gives, and the loop variables. It is initialised without a loop, since
/// an object that a loop indexes is not taken apart into registers.
template <class Tag> struct frame {
  using call_type = arguments<Tag>;
  static constexpr std::size_t variables = room_for(Tag::value.size.variables);

  call_type const& call;
  void* data[call_type::buffers];
  index_t symbol[call_type::symbols];
  index_t stride[call_type::strides];
  index_t variable[variables]{};
  std::byte* workspace;

  ASHLAR_INLINE explicit frame(call_type const& a)
      : frame(a, std::make_index_sequence<call_type::buffers>{},
              std::make_index_sequence<call_type::symbols>{},
              std::make_index_sequence<call_type::strides>{}) {}

 private:
  template <std::size_t... B, std::size_t... S, std::size_t... D>
  ASHLAR_INLINE frame(call_type const& a, std::index_sequence<B...>, std::index_sequence<S...>,
                      std::index_sequence<D...>)
      : call(a),
        data{a.data[B]...},
        symbol{a.symbol[S]...},
        stride{a.stride[D]...},
        workspace(a.workspace) {}
};

/// No register tile is in scope.
struct no_tiles {};

/// The register tile of local `Buffer`, and those around it. A tile is reached through a value that
/// is known at compile time, never through memory, so that it stays in registers.
template <int Buffer, class V, class Outer> struct tiles {
  V* tile;
  Outer outer;

  template <int Wanted> ASHLAR_INLINE auto of() const {
    if constexpr (Wanted == Buffer)
      return tile;
    else
      return outer.template of<Wanted>();
  }
};

/// A place in the walk: the frame, and the register tiles in scope.
template <class Tag, class Tiles = no_tiles> struct cursor {
  frame<Tag>& f;
  Tiles tiles{};
};

template <class Tag, int H> ASHLAR_INLINE auto sum(frame<Tag>& f) -> index_t;

/// The value of integer expression E as an index; defined with the values, in eval.hpp.
template <class Tag, int E> ASHLAR_INLINE auto loaded_index(frame<Tag>& f) -> index_t;

/// The value of atom A.
template <class Tag, int A> ASHLAR_INLINE auto atom_value(frame<Tag>& f) -> index_t {
  constexpr tir::atom a = Tag::value.atoms[A];
  using enum tir::atom_kind;
  if constexpr (a.kind == variable) {
    return f.variable[a.id];
  } else if constexpr (a.kind == symbol) {
    return f.symbol[a.id];
  } else if constexpr (a.kind == loaded) {
    return loaded_index<Tag, a.id>(f);
  } else {
    index_t const x = sum<Tag, a.lhs>(f);
    index_t const y = sum<Tag, a.rhs>(f);
    if constexpr (a.kind == floor_div)
      return tir::floor_div(x, y);
    else if constexpr (a.kind == floor_mod)
      return tir::floor_mod(x, y);
    else if constexpr (a.kind == minimum)
      return x < y ? x : y;
    else if constexpr (a.kind == maximum)
      return x < y ? y : x;
    else
      return x * y;
  }
}

/// The value of sum H.
template <class Tag, int H> ASHLAR_INLINE auto sum(frame<Tag>& f) -> index_t {
  constexpr tir::affine a = Tag::value.indices[H];
  constexpr int n = a.terms.count;
  constexpr auto const& t = Tag::value.indices[H].terms.items;
  index_t r = a.offset;
  if constexpr (n > 0) r += t[0].coef * atom_value<Tag, t[0].atom>(f);
  if constexpr (n > 1) r += t[1].coef * atom_value<Tag, t[1].atom>(f);
  if constexpr (n > 2) r += t[2].coef * atom_value<Tag, t[2].atom>(f);
  if constexpr (n > 3) r += t[3].coef * atom_value<Tag, t[3].atom>(f);
  if constexpr (n > 4) r += t[4].coef * atom_value<Tag, t[4].atom>(f);
  if constexpr (n > 5) r += t[5].coef * atom_value<Tag, t[5].atom>(f);
  if constexpr (n > 6) r += t[6].coef * atom_value<Tag, t[6].atom>(f);
  if constexpr (n > 7) r += t[7].coef * atom_value<Tag, t[7].atom>(f);
  return r;
}

}  // namespace ASHLAR_ISA

/// How an index depends on the lanes of the vectorized loop `variable`.
struct lane_use {
  std::int64_t step = 0;  // index(lane) = index(0) + step * lane
  bool affine = true;     // false: any other dependence
};

namespace frame_impl {

template <class Code> constexpr auto mentions(Code const& c, int sum, int variable) -> bool {
  tir::affine const& a = c.indices[sum];
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms[i].atom];
    if (at.kind == tir::atom_kind::variable && at.id == variable) return true;
    if (at.kind == tir::atom_kind::loaded) return true;
    if (at.lhs >= 0 && (mentions(c, at.lhs, variable) || mentions(c, at.rhs, variable))) {
      return true;
    }
  }
  return false;
}

template <class Code> constexpr auto find_use(Code const& c, int sum, int variable) -> lane_use {
  lane_use u{};
  if (variable < 0 || sum < 0) return u;
  tir::affine const& a = c.indices[sum];
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms[i].atom];
    if (at.kind == tir::atom_kind::variable) {
      if (at.id == variable) u.step = a.terms[i].coef;
    } else if (at.kind == tir::atom_kind::loaded) {
      u.affine = false;
    } else if (at.lhs >= 0 && (mentions(c, at.lhs, variable) || mentions(c, at.rhs, variable))) {
      u.affine = false;
    }
  }
  return u;
}

}  // namespace frame_impl

// nvcc evaluates a consteval function for a kernel, and no constexpr one.
template <class Code> consteval auto use_of(Code const& c, int sum, int variable) -> lane_use {
  return frame_impl::find_use(c, sum, variable);
}

}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_FRAME
