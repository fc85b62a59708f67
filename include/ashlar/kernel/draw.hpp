// SPDX-License-Identifier: Apache-2.0
//
// kernel/draw: a program as a picture.
//
//   std::ofstream("program.svg") << ash::draw(p);
//
//   takes       any program
//   returns     SVG: the loop nest where it is lowered, its stages otherwise
#pragma once

#include <ashlar/kernel/draw_nest.hpp>
#include <ashlar/kernel/draw_stages.hpp>

namespace ashlar {

/// A program as SVG; draw_nest and draw_stages say which of the two.
inline auto draw(tir::program const& p) -> std::string {
  return p.root >= 0 || !p.fault.ok() ? draw_nest(p) : draw_stages(p);
}

}  // namespace ashlar
