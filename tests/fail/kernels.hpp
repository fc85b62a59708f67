// SPDX-License-Identifier: Apache-2.0
//
// kernels: tensor functions and operands for the sources in this folder, which include the library
// first, so that the path to its headers in a message is the one a user sees.
#pragma once

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

inline ash::tensor<float, 64, 48> y;
inline ash::tensor<float, 64, 32> a;
inline ash::tensor<float, 32, 48> b;

// As the messages call the operands.
constexpr auto name = [](auto& out, auto& left, auto& right) {
  out.name("y");
  left.name("a");
  right.name("b");
};

constexpr auto product = [](auto out, auto left, auto right) {
  name(out, left, right);
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
};

// Two stages: h, then the output.
constexpr auto shifted = [](auto out, auto left, auto right) {
  name(out, left, right);
  ash::local h("h");
  h(i, k) = left(i, k) + 1.0f;
  out(i, j) = ash::sum(k, h(i, k) * right(k, j));
};

// The sum of a row is read after the reduction of the output.
constexpr auto scaled = [](auto out, auto left, auto right) {
  name(out, left, right);
  ash::local row("row");
  row(i) = ash::sum(k, left(i, k));
  out(i, j) = ash::sum(k, left(i, k) * right(k, j)) * row(i);
};
