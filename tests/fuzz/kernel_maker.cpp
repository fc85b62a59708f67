// SPDX-License-Identifier: Apache-2.0
#include <fuzz/kernel_maker.hpp>

#include <fuzz/shrink.hpp>
#include <fuzz/stage_maker.hpp>
#include <fuzz/system_maker.hpp>

#include <algorithm>

namespace ashlar::fuzz {

namespace {

auto pick_type(random& r) -> dtype {
  // Outputs of two values prove little.
  if (r.chance(4)) return dtype::boolean;
  return r.pick({dtype::f32, dtype::f32, dtype::f32, dtype::f32, dtype::i32, dtype::i32, dtype::f64,
                 dtype::i64, dtype::u8});
}

auto pick_extents(random& r, index_t points) -> std::vector<index_t> {
  std::vector<index_t> e;
  index_t left = std::max<index_t>(1, points / r.pick({1, 2, 4, 8}));
  if (r.chance(4)) return e;
  for (std::size_t rank = r.pick({1U, 1U, 2U, 2U, 2U, 3U, 3U, 4U}); rank > 0; --rank) {
    std::vector<index_t> fit;
    for (index_t const n : {1, 2, 3, 5, 7, 8, 9, 16, 17, 31, 33})
      if (n <= left && (n > 1 || r.chance(20))) fit.push_back(n);
    e.push_back(fit.empty() ? 1 : r.pick(fit));
    left /= e.back();
  }
  return e;
}

// Operands first, outputs before inputs, as in a call; the stages follow.
void sort_tensors(kernel_form& k) {
  std::vector<int> order;
  for (int pass = 0; pass < 3; ++pass) {
    for (std::size_t t = 0; t < k.tensors.size(); ++t) {
      auto const& f = k.tensors[t];
      int const place = f.is_output ? 0 : f.is_operand ? 1 : 2;
      if (place == pass) order.push_back(static_cast<int>(t));
    }
  }
  std::vector<int> to(order.size());
  std::vector<tensor_form> sorted;
  for (std::size_t n = 0; n < order.size(); ++n) {
    to[static_cast<std::size_t>(order[n])] = static_cast<int>(n);
    sorted.push_back(k.tensors[static_cast<std::size_t>(order[n])]);
  }
  k.tensors = sorted;
  for (auto& s : k.stages) {
    s.tensor = to[static_cast<std::size_t>(s.tensor)];
    for (auto& n : s.nodes) {
      if (n.tensor >= 0) n.tensor = to[static_cast<std::size_t>(n.tensor)];
    }
  }
}

auto is_read(kernel_form const& k, int tensor) -> bool {
  return std::any_of(k.stages.begin(), k.stages.end(), [&](stage_form const& s) {
    return std::any_of(s.nodes.begin(), s.nodes.end(),
                       [&](node_form const& n) { return n.tensor == tensor; });
  });
}

// Some operands hold 16-bit floats: inputs, whose small integers are exact there, and outputs that
// nothing reads, as rounding may make them greater than others count on. Some inputs have 4 bits.
void store_in_few_bits(random& r, kernel_form& k) {
  for (std::size_t t = 0; t < k.tensors.size(); ++t) {
    auto& f = k.tensors[t];
    bool const may =
        f.type == dtype::f32 && f.is_operand && (!f.is_output || !is_read(k, static_cast<int>(t)));
    if (may && r.chance(12)) f.stored = r.pick({dtype::f16, dtype::bf16});
    bool const is_integer_input = f.type == dtype::i32 && f.is_operand && !f.is_output;
    if (is_integer_input && r.chance(12)) f.stored = r.pick({dtype::i4, dtype::u4});
  }
}

}  // namespace

auto make_kernel(random& r, kernel_options const& o) -> kernel_form {
  draft d{};
  d.has_dynamic = r.chance(40);
  d.kernel.strict = r.chance(10);
  for (int n = r.pick({1, 1, 1, 2, 3}); n > 0; --n) {
    // One after the other: compilers evaluate arguments in orders of their own.
    int const most = r.chance(50) ? 50 : -1;
    auto const extents = pick_extents(r, o.points);
    dtype const type = pick_type(r);
    add_tensor(d, r, type, extents, true, true, most);
  }
  for (; d.defined < d.work.size(); ++d.defined) {
    d.kernel.stages.push_back(stage_maker(r, o, d, d.work[d.defined]).make());
  }
  std::reverse(d.kernel.stages.begin(), d.kernel.stages.end());
  drop_unused(d.kernel);
  if (r.chance(15)) make_system(r, d.kernel);
  sort_tensors(d.kernel);
  store_in_few_bits(r, d.kernel);
  return d.kernel;
}

}  // namespace ashlar::fuzz
