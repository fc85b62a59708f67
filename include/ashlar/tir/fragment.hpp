// SPDX-License-Identifier: Apache-2.0
//
// tir/fragment: tiles of a matrix that the lanes of a warp hold together, as instructions of tensor
// cores want them.
//
//   c_16x8   element (i, j) is in lane 4 * (i % 8) + j / 2, register 2 * (i / 8) + j % 2
//
//   fragment          which tile; its name has the extents
//   layout_of(f)      a map from (i, j) to a lane and a register, by digits: i = i0 + 8 * i1, and
//                     each digit moves the lane, or the register, by its stride
//   invariants        a bijection to 32 lanes of registers(), which is proved below
//   source            PTX ISA, "Matrix fragments for mma.m16n8k16", .m16n8k8 and .m16n8k32;
//                     layouts as values of two kinds of modes: CuTe
#pragma once

#include <ashlar/core/static_vector.hpp>

#include <cstdint>
#include <string_view>

namespace ashlar::tir {

/// a: rows of the left factor; b: of the right one; c: of the result.
enum class fragment : std::uint8_t {
  none,
  a_16x16,
  b_16x8,
  c_16x8,
  a_16x8,
  b_8x8,
  a_16x32,
  b_32x8
};

inline constexpr std::string_view fragment_names[] = {"none",   "a_16x16", "b_16x8",  "c_16x8",
                                                      "a_16x8", "b_8x8",   "a_16x32", "b_32x8"};

constexpr auto name_of(fragment f) -> std::string_view {
  return fragment_names[static_cast<int>(f)];
}

/// (index of dimension `dim` / place) % count, times `stride`, of the lane or of the register.
struct fragment_digit {
  std::int8_t dim = 0;
  std::int8_t place = 1, count = 1;
  bool in_lane = false;
  std::int8_t stride = 1;
  friend constexpr auto operator==(fragment_digit const&, fragment_digit const&) -> bool = default;
};

struct fragment_layout {
  std::int8_t extent[2] = {1, 1};
  static_vector<fragment_digit, 6> digits{};

  constexpr auto part(int i, int j, bool in_lane) const -> int {
    int r = 0;
    for (auto const& d : digits) {
      if (d.in_lane == in_lane) r += (d.dim == 0 ? i : j) / d.place % d.count * d.stride;
    }
    return r;
  }
  constexpr auto lane_of(int i, int j) const -> int { return part(i, j, true); }
  constexpr auto register_of(int i, int j) const -> int { return part(i, j, false); }
  /// Of each lane.
  constexpr auto registers() const -> int { return extent[0] * extent[1] / 32; }
  /// The index along a dimension of what a lane has in a register.
  constexpr auto index_of(int dim, int lane, int reg) const -> int {
    int r = 0;
    for (auto const& d : digits) {
      if (d.dim == dim) r += (d.in_lane ? lane : reg) / d.stride % d.count * d.place;
    }
    return r;
  }
  friend constexpr auto operator==(fragment_layout const&, fragment_layout const&)
      -> bool = default;
};

namespace fragment_impl {

constexpr auto lanes(int dim, int place, int count, int stride) -> fragment_digit {
  return {.dim = static_cast<std::int8_t>(dim),
          .place = static_cast<std::int8_t>(place),
          .count = static_cast<std::int8_t>(count),
          .in_lane = true,
          .stride = static_cast<std::int8_t>(stride)};
}
constexpr auto registers(int dim, int place, int count, int stride) -> fragment_digit {
  fragment_digit d = lanes(dim, place, count, stride);
  d.in_lane = false;
  return d;
}
// The left factor: 8 rows by 4 groups of `group` neighbours, which are one register of 32 bits.
constexpr auto left(int columns, int group) -> fragment_layout {
  fragment_layout f{.extent = {16, static_cast<std::int8_t>(columns)}};
  if (group > 1) f.digits.push_back(registers(1, 1, group, 1));
  f.digits.push_back(lanes(1, group, 4, 1));
  f.digits.push_back(lanes(0, 1, 8, 4));
  f.digits.push_back(registers(0, 8, 2, group));
  f.digits.push_back(registers(1, 4 * group, 2, 2 * group));
  return f;
}
// The right factor: the same of its columns.
constexpr auto right(int rows, int group) -> fragment_layout {
  fragment_layout f{.extent = {static_cast<std::int8_t>(rows), 8}};
  if (group > 1) f.digits.push_back(registers(0, 1, group, 1));
  f.digits.push_back(lanes(0, group, 4, 1));
  f.digits.push_back(registers(0, 4 * group, 2, group));
  f.digits.push_back(lanes(1, 1, 8, 4));
  return f;
}
constexpr auto result() -> fragment_layout {
  fragment_layout f{.extent = {16, 8}};
  f.digits.push_back(registers(1, 1, 2, 1));
  f.digits.push_back(lanes(1, 2, 4, 1));
  f.digits.push_back(lanes(0, 1, 8, 4));
  f.digits.push_back(registers(0, 8, 2, 2));
  return f;
}

}  // namespace fragment_impl

constexpr auto layout_of(fragment f) -> fragment_layout {
  using namespace fragment_impl;
  switch (f) {
    case fragment::a_16x16: return left(16, 2);
    case fragment::b_16x8: return right(16, 2);
    case fragment::c_16x8: return result();
    case fragment::a_16x8: return left(8, 1);
    case fragment::b_8x8: return right(8, 1);
    case fragment::a_16x32: return left(32, 4);
    case fragment::b_32x8: return right(32, 4);
    default: return {};
  }
}

/// True if each element is in one place, and each place has one.
constexpr auto is_bijective(fragment_layout const& f) -> bool {
  bool is_taken[32 * 16]{};
  int const n = f.registers();
  for (int i = 0; i < f.extent[0]; ++i) {
    for (int j = 0; j < f.extent[1]; ++j) {
      int const lane = f.lane_of(i, j);
      int const reg = f.register_of(i, j);
      bool const is_there = lane >= 0 && lane < 32 && reg >= 0 && reg < n && n <= 16 &&
                            f.index_of(0, lane, reg) == i && f.index_of(1, lane, reg) == j;
      if (!is_there || is_taken[lane * n + reg]) return false;
      is_taken[lane * n + reg] = true;
    }
  }
  return f.extent[0] * f.extent[1] == 32 * n;
}

static_assert(is_bijective(layout_of(fragment::a_16x16)));
static_assert(is_bijective(layout_of(fragment::b_16x8)));
static_assert(is_bijective(layout_of(fragment::c_16x8)));
static_assert(is_bijective(layout_of(fragment::a_16x8)));
static_assert(is_bijective(layout_of(fragment::b_8x8)));
static_assert(is_bijective(layout_of(fragment::a_16x32)));
static_assert(is_bijective(layout_of(fragment::b_32x8)));

}  // namespace ashlar::tir
