// SPDX-License-Identifier: Apache-2.0
//
// Softmax over rows, and its way from four launches to one.
//
//   in_four_launches   each stage is a kernel: what it leaves to the next is in a workspace
//   by_warp            a warp has a row, and all of its stages: exp is computed twice, and nothing
//                      but x is read and y written
//   ash::automatic     the default: a warp or a block has a row, and keeps its values
#pragma once

#include <ashlar/kernel/kernel.hpp>

namespace example::softmax {

namespace ash = ashlar;

inline constexpr ash::axis<"i"> i;
inline constexpr ash::axis<"j"> j;

inline constexpr auto definition = [](auto y, auto x) {
  ash::local m("m"), e("e"), s("s");
  m(i) = ash::max(j, x(i, j));
  e(i, j) = ash::exp(x(i, j) - m(i));
  s(i) = ash::sum(j, e(i, j));
  y(i, j) = e(i, j) / s(i);
};

inline constexpr auto in_four_launches = [](ash::schedule& s) {
  for (auto const* name : {"m", "s"}) {
    s[name].bind("i", ash::gpu::block_x);
    s[name].bind(s[name].split("j", 32).inner, ash::gpu::lane);
  }
  for (ash::stage_schedule const& st : {s["e"], ash::stage_schedule(s)}) {
    auto const t = st.split("j", 256);
    st.bind("i", ash::gpu::block_y);
    st.bind(t.outer, ash::gpu::block_x);
    st.bind(t.inner, ash::gpu::thread_x);
  }
};

inline constexpr auto by_warp = [](ash::schedule& s) {
  auto const row = s.split("i", 4);
  s.bind(row.outer, ash::gpu::block_x);
  s.bind(row.inner, ash::gpu::warp);
  s.bind(s.split("j", 32).inner, ash::gpu::lane);
  s["e"].compute_inline();
  for (auto const* name : {"s", "m"}) {  // what reads it comes first
    s.compute_at(name, row.inner);
    s[name].bind(s[name].split("j", 32).inner, ash::gpu::lane);
  }
};

}  // namespace example::softmax
