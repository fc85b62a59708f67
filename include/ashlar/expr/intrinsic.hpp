// SPDX-License-Identifier: Apache-2.0
//
// expr/intrinsic: code of the user's that computes a part of a loop nest, and what that part is.
//
//   struct dot4x16 {
//     using operands = ash::blocks<float[4][16], float const[4][8], float const[8][16]>;
//     static constexpr auto definition = [](auto c, auto a, auto b) {
//       c(i, j) += ash::sum(k, a(i, k) * b(k, j));
//     };
//     static void run(float* c, ash::index_t c_stride, float const* a, ash::index_t a_stride,
//                     float const* b, ash::index_t b_stride);
//   };
//   s.tensorize(ii, ash::intrin<dot4x16>);
//
//   takes       a type that is no local one: the operands of a call, the output first, as arrays;
//               what it computes of them, a kernel; the code, which gets of each operand a pointer
//               and for each dimension but the last the distance of neighbours in elements
//   returns     ash::intrin<T>, a value for stage_schedule::tensorize. It is called as the type, or
//               as T::name if there is one
//   run         writes the elements of the output, and nothing else; reads nothing behind the
//               blocks; may add in any order. Blocks of inputs do not overlap the output, but that
//               an input of a kernel without a reduction can be the memory of its output, exactly
//   update      code of a type with takes_vector = true, whose output has one dimension of L:
//                 template <class B> static auto update(typename B::template vec<T, L> c, ...)
//               gets the values of the output from a backend B, see emit/simd/backend.hpp, and
//               returns the new ones; the rest of its arguments are those of run, which is there
//               for lanes that are more than the machine's
//   held        of a type for the warps of a GPU: which tiles the operands are, tir/fragment
//   key         a hash of the qualified name, as for expr/functor
//   see also    kernel/check_intrinsic compares the code with the definition
#pragma once

#include <ashlar/expr/capture.hpp>
#include <ashlar/expr/functor.hpp>
#include <ashlar/tir/combiner.hpp>

#include <bit>
#include <type_traits>

namespace ashlar {

/// The operands of an intrinsic, the output first: arrays, or an element for an operand without
/// dimensions; const ones are inputs.
template <class... Block> struct blocks {};

}  // namespace ashlar

namespace ashlar::expr {

ASHLAR_FRIEND_BEGIN
/// Finds an intrinsic by its key: intrinsic_of(intrinsic_slot<Key>{}) has its type.
template <std::uint64_t Key> struct intrinsic_slot {
  friend constexpr auto intrinsic_of(intrinsic_slot<Key>);
};
ASHLAR_FRIEND_END

/// Puts the type into its slot when it is instantiated.
template <class T, std::uint64_t Key> struct intrinsic_entry {
  static constexpr bool is_made = true;
  friend constexpr auto intrinsic_of(intrinsic_slot<Key>) { return std::type_identity<T>{}; }
};

namespace intrinsic_impl {

using tir::intrinsic;
using tir::intrinsic_fault;
using tir::opcode;

/// The qualified name of a type.
template <class Type> consteval auto type_name() -> std::string_view {
  std::string_view const text = __PRETTY_FUNCTION__;
  std::size_t const start = text.find_first_not_of(" =", text.rfind("Type =") + 4);
  std::size_t const end = text.find_first_of(";]", start);
  return text.substr(start, end - start);
}

template <class Type> consteval auto key_of() -> std::uint64_t {
  constexpr std::string_view name = type_name<Type>();
  constexpr auto none = std::string_view::npos;
  static_assert(name.find("anonymous") == none && name.find("unnamed") == none,
                "ashlar: an intrinsic of an unnamed namespace has no name to call it by");
  hash128 h{};
  h.string(name);
  return h.a;
}

// Without namespaces, and as much as fits.
template <class Type> consteval auto short_name() -> name_text {
  if constexpr (requires { Type::name; }) {
    return name_text(Type::name);
  } else {
    std::string_view name = type_name<Type>();
    std::size_t const last = name.substr(0, name.find('<')).rfind("::");
    if (last != std::string_view::npos) name.remove_prefix(last + 2);
    return name_text(name.substr(0, 23));
  }
}

template <class Block> constexpr auto block_type() -> operand_type {
  using T = std::remove_all_extents_t<Block>;
  static_assert(element<T> && !std::is_same_v<std::remove_const_t<T>, bool>,
                "ashlar: the blocks of an intrinsic have elements of a number type");
  extent shape[max_rank]{};
  [&]<std::size_t... D>(std::index_sequence<D...>) {
    ((shape[D] = extent(std::extent_v<Block, D>)), ...);
  }(std::make_index_sequence<std::rank_v<Block>>{});
  return make_operand_type<T>(layout{}, shape, static_cast<int>(std::rank_v<Block>));
}

template <class Blocks> struct captured;
template <class... Block> struct captured<blocks<Block...>> {
  template <class T> static constexpr auto make() -> tir::program {
    operand_type const types[] = {block_type<Block>()...};
    return capture(T::definition, types);
  }
};

// The definition as a tree, from the program of its kernel.
struct reader {
  tir::program const& p;
  intrinsic k{};
  bool is_read[tir::max_intrinsic_operands]{};

  constexpr void fail(intrinsic_fault f) {
    if (k.wrong == intrinsic_fault::none) k.wrong = f;
  }
  constexpr auto ok() const -> bool { return k.wrong == intrinsic_fault::none; }

  constexpr auto place_of(tir::affine const& a) const -> int {
    int const axis = tir::axis_of(p, a);
    tir::stage const& s = p.stages[0];
    for (int d = 0; d < s.pure.count; ++d) {
      if (s.pure[d] == axis) return d;
    }
    for (int d = 0; d < s.reduced.count; ++d) {
      if (s.reduced[d] == axis) return s.pure.count + d;
    }
    return -1;
  }
  constexpr void axes(static_vector<tir::handle, max_rank> const& from) {
    for (tir::handle const a : from) {
      tir::axis const& x = p.axes[a];
      if (k.axes.full()) return fail(intrinsic_fault::axes);
      if (!x.extent.is_constant() || x.extent.offset < 1) return fail(intrinsic_fault::extent);
      k.axes.push_back({.name = x.name, .extent = x.extent.offset, .is_reduction = x.is_reduction});
    }
  }
  constexpr void operands() {
    bool const is_few = p.operands >= 2 && p.operands <= tir::max_intrinsic_operands;
    if (!is_few) return fail(intrinsic_fault::operands);
    for (int at = 0; at < p.operands; ++at) {
      tir::buffer const& b = p.buffers[at];
      if (b.rank > tir::max_intrinsic_axes || b.is_output != (at == 0))
        return fail(intrinsic_fault::operands);
      k.operands.push_back({.name = b.name, .type = b.type});
    }
    for (int d = 0; d < p.buffers[0].rank && ok(); ++d) {
      k.operands[0].axes.push_back(static_cast<std::int8_t>(d));
    }
  }
  constexpr auto is_output(tir::handle e) const -> bool {
    return p.exprs[e].op == opcode::load && p.accesses[p.exprs[e].a].buffer == 0;
  }

  constexpr auto add(tir::intrinsic_node const& n) -> std::int8_t {
    if (k.nodes.full()) {
      fail(intrinsic_fault::size);
      return -1;
    }
    return static_cast<std::int8_t>(k.nodes.push_back(n));
  }
  constexpr auto load(tir::expr const& e) -> std::int8_t {
    tir::access const& a = p.accesses[e.a];
    tir::intrinsic_operand& o = k.operands[a.buffer];
    if (a.buffer == 0 || a.checked != 0 || e.b >= 0) fail(intrinsic_fault::unread);
    bool const is_first = !is_read[a.buffer];
    is_read[a.buffer] = true;
    for (int d = 0; d < a.rank && ok(); ++d) {
      int const x = place_of(p.indices[a.index[d]]);
      if (x < 0 || (is_first ? o.has(x) : o.axes[d] != x)) {
        fail(intrinsic_fault::index);
      } else if (is_first) {
        o.axes.push_back(static_cast<std::int8_t>(x));
      }
    }
    return add({.op = opcode::load, .type = e.type, .a = static_cast<std::int8_t>(a.buffer)});
  }
  constexpr auto value(tir::handle h) -> std::int8_t {
    if (h < 0 || !ok()) return -1;
    tir::expr const& e = p.exprs[h];
    if (e.op == opcode::load) return load(e);
    bool const is_index = e.op == opcode::index || e.op == opcode::in_range;
    if (is_index) fail(intrinsic_fault::index);
    tir::intrinsic_node n{.op = e.op, .type = e.type, .bits = e.bits};
    int const count = tir::operand_count(e.op);
    if (count > 0) n.a = value(e.a);
    if (count > 1) n.b = value(e.b);
    if (count > 2) n.c = value(e.c);
    return add(n);
  }

  constexpr void point() {
    tir::stage const& s = p.stages[0];
    tir::expr const& e = p.exprs[s.result];
    bool const is_reduction = s.reduce.components > 0;
    opcode const op = is_reduction ? tir::combiner_of(p, s.reduce) : e.op;
    if (is_reduction && !tir::is_update(op)) return fail(intrinsic_fault::reduction);
    bool const joins = tir::is_update(e.op) && e.op == op && (is_output(e.a) || is_output(e.b));
    if (is_reduction && !joins) return fail(intrinsic_fault::overwrites);
    if (joins) k.update = op;
    tir::handle const rest = is_output(e.a) ? e.b : e.a;
    if (is_reduction && p.exprs[rest].op != opcode::accumulator)
      return fail(intrinsic_fault::overwrites);
    k.value = value(is_reduction ? s.value[0] : joins ? rest : s.result);
  }
  constexpr void read() {
    if (p.fault) return fail(intrinsic_fault::definition);
    if (p.stages.count != 1 || p.stages[0].buffer != 0) return fail(intrinsic_fault::stages);
    axes(p.stages[0].pure);
    axes(p.stages[0].reduced);
    operands();
    if (ok()) point();
    for (int o = 1; o < k.operands.count; ++o) {
      if (!is_read[o]) fail(intrinsic_fault::unread);
    }
  }
};

// --- the code

template <class Block> using element_of = std::remove_all_extents_t<Block>;
template <class Block>
inline constexpr std::size_t strides_of = std::rank_v<Block> == 0 ? 0 : std::rank_v<Block> - 1;

/// What `run` gets of each operand, in a list.
template <class... Parts> struct arguments {};
template <class... A, class... B>
constexpr auto joined(arguments<A...>, arguments<B...>) -> arguments<A..., B...> {
  return {};
}
template <class Block, std::size_t... D>
constexpr auto of_block(std::index_sequence<D...>)
    -> arguments<element_of<Block>*, std::remove_reference_t<decltype(index_t(D))>...> {
  return {};
}
template <class T> constexpr auto can_run(arguments<>) -> bool { return false; }
template <class T, class... A> constexpr auto can_run(arguments<A...>) -> bool {
  return std::is_invocable_v<decltype(T::run), A...>;
}
constexpr auto all_of() -> arguments<> { return {}; }
template <class First, class... Rest> constexpr auto all_of(First f, Rest... rest) {
  return joined(f, all_of(rest...));
}
template <class T, class... Block> constexpr auto is_runnable(blocks<Block...>) -> bool {
  return can_run<T>(all_of(of_block<Block>(std::make_index_sequence<strides_of<Block>>{})...));
}

template <class T> constexpr auto takes_vector() -> bool {
  if constexpr (requires { T::takes_vector; }) return T::takes_vector;
  return false;
}

template <class T> constexpr auto make() -> intrinsic {
  static_assert(is_runnable<T>(typename T::operands{}),
                "ashlar: run takes a pointer to each operand and, after it, its strides: one for "
                "each dimension but the last");
  constexpr std::uint64_t key = key_of<T>();
  static_assert(intrinsic_entry<T, key>::is_made);
  tir::program const p = captured<typename T::operands>::template make<T>();
  reader r{.p = p};
  r.read();
  r.k.name = short_name<T>();
  r.k.key = key;
  r.k.takes_vector = takes_vector<T>();
  if constexpr (requires { T::held; }) {
    for (int o = 0; o < r.k.operands.count; ++o) r.k.operands[o].held = T::held[o];
  }
  auto const& out = r.k.operands[0].axes;
  bool const is_vector =
      out.count == 1 && std::has_single_bit(static_cast<std::uint64_t>(r.k.axes[out[0]].extent));
  if (r.k.takes_vector && !is_vector) r.fail(intrinsic_fault::vector);
  return r.k;
}

}  // namespace intrinsic_impl

/// The program that an intrinsic's definition is.
template <class T> constexpr auto capture_intrinsic() -> tir::program {
  return intrinsic_impl::captured<typename T::operands>::template make<T>();
}

}  // namespace ashlar::expr

namespace ashlar {

/// What the code of type T computes, for stage_schedule::tensorize.
template <class T> inline constexpr tir::intrinsic intrin = expr::intrinsic_impl::make<T>();

}  // namespace ashlar
