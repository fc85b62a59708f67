// SPDX-License-Identifier: Apache-2.0
//
// expr/capture: from a kernel to its tensor program.
//
//   takes       a kernel (a lambda over operands, outputs first) and what the types of its
//               operands say
//   returns     a tir::program; its `fault` says what is wrong with the kernel, if anything
//   errors      E075 for another number of operands, and those of what the kernel does
//   cost        the kernel runs once; all of it works in constant evaluation and at run time
//   source      tracing as in Halide's and JAX's front ends; index notation after Einstein
#pragma once

#include <ashlar/expr/accumulator.hpp>
#include <ashlar/expr/alias.hpp>
#include <ashlar/expr/build.hpp>
#include <ashlar/expr/carried.hpp>
#include <ashlar/expr/operand.hpp>
#include <ashlar/expr/ops.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/expr/scan.hpp>
#include <ashlar/expr/system.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

/// An operand of the call; operands are added before anything else.
constexpr auto add_operand(recorder& r, operand_type const& type, char const* name) -> handle {
  name_text const text = name != nullptr ? name_text(name) : name_text("arg") << r.buffers.count;
  return r.append(r.buffers, buffer_record{.name = text, .type = type, .is_operand = true},
                  "buffers");
}

/// The program of all that was recorded.
constexpr void finish(recorder& r, tir::program& out) {
  int operands = 0;
  for (auto const& b : r.buffers) operands += static_cast<int>(b.is_operand);
  if (r.ok() && r.buffers.count > 0 && r.buffers[0].definition < 0) {
    r.fail(diag::code::missing_output, diag::message{} << "the first operand, " << r.buffers[0].name
                                                       << ", is never defined; write "
                                                       << r.buffers[0].name
                                                       << "(...) = ..., outputs come first");
  }
  for (auto const& b : r.buffers) {
    if (!r.ok() || b.is_operand || b.definition >= 0) continue;
    r.fail(diag::code::undefined_tensor,
           diag::message{} << "the local stage " << b.name
                           << " is declared, but never defined; write " << b.name << "(...) = ...");
  }
  if (r.ok()) {
    plan stages = make_plan(r);
    if (r.ok()) find_systems(r, stages);
    extent_classes const extents = r.ok() ? infer_extents(r, stages) : extent_classes{};
    if (r.ok()) check_reads(r, stages);
    if (r.ok()) check_accumulators(r, stages, extents);
    if (r.ok()) build(r, stages, extents, operands, out);
    if (r.ok()) mark_aliases(out);
  }
  if (r.ok()) return;
  out = tir::program{};
  out.fault = r.fault;
}

namespace capture_impl {

// A class, because nvcc replaces an alias before it expands the pack.
template <std::size_t> struct operand_at {
  using type = traced_tensor&;
};

template <class Kernel, std::size_t... At>
consteval auto takes(std::index_sequence<At...>) -> bool {
  return std::is_invocable_v<Kernel const&, typename operand_at<At>::type...>;
}

template <class Kernel, std::size_t... At>
constexpr void call(Kernel const& kernel, traced_tensor* operands, std::index_sequence<At...>) {
  kernel(operands[At]...);
}

// How many operands the kernel takes, up to 16; 0 for another number, or what is no kernel.
template <class Kernel, std::size_t... Count>
consteval auto arity(std::index_sequence<Count...>) -> int {
  int found = 0;
  ((found = found == 0 && takes<Kernel>(std::make_index_sequence<Count + 1>{}) ? int{Count} + 1
                                                                               : found),
   ...);
  return found;
}

template <class Kernel> constexpr void fail_call(recorder& r, int given) {
  constexpr int taken = arity<Kernel>(std::make_index_sequence<16>{});
  diag::message m{};
  m << "a kernel is called with " << given << " operands, and ";
  if (taken > 0) {
    m << "takes " << taken << "; pass the outputs first, then the inputs";
  } else {
    m << "is no function of so many; write [](auto y, auto x) { ... } at namespace scope";
  }
  r.fail(diag::code::bad_call, m);
}

}  // namespace capture_impl

/// The program of `kernel` on operands of these types. `names` are for messages and printed
/// programs; without them the operands are arg0, arg1, ...
template <std::size_t Count, class Kernel>
constexpr auto capture(Kernel const& kernel, operand_type const (&types)[Count],
                       char const* const* names = nullptr) -> tir::program {
  using places = std::make_index_sequence<Count>;
  recorder r{};
  traced_tensor operands[Count]{};
  for (std::size_t at = 0; at < Count; ++at) {
    char const* const name = names == nullptr ? nullptr : names[at];
    operands[at] = traced_tensor{.rec = &r, .buffer = add_operand(r, types[at], name)};
  }
  if constexpr (capture_impl::takes<Kernel>(places{})) {
    capture_impl::call(kernel, operands, places{});
  } else {
    capture_impl::fail_call<Kernel>(r, static_cast<int>(Count));
  }
  tir::program out{};
  finish(r, out);
  return out;
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END
