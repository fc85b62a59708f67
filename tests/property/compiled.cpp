// SPDX-License-Identifier: Apache-2.0
//
// Random kernels through the real compiler: on every backend they give the bits of the interpreter.
#include <fuzz/compiled.hpp>
#include <fuzz/emit.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace ashlar;
using namespace ashlar::fuzz;

auto in_memory(std::vector<tir::array> const& all) -> std::vector<operand_memory> {
  std::vector<operand_memory> operands;
  for (auto const& a : all) {
    operand_memory m{};
    auto const width = static_cast<std::size_t>(bytes_of(a.type));
    auto const apart = static_cast<std::int64_t>(a.items.size() * width);
    m.bytes.resize(static_cast<std::size_t>(shared_bytes(a.type, apart)));
    tir::raw_array to(a.type, m.bytes.data(), a.dims);
    for (std::size_t n = 0; n < a.items.size(); ++n) to.store(static_cast<index_t>(n), a.items[n]);
    for (int d = 0; d < a.dims.rank; ++d) m.extents.push_back(a.dims.extent[d]);
    operands.push_back(std::move(m));
  }
  return operands;
}

auto differs(tir::array const& expected, operand_memory& found) -> bool {
  tir::raw_array const from(expected.type, found.bytes.data(), expected.dims);
  for (std::size_t n = 0; n < expected.items.size(); ++n) {
    if (!same_value(expected.items[n], from.load(static_cast<index_t>(n)))) return true;
  }
  return false;
}

void check(compiled const& k, compiled::function* run, char const* backend) {
  INFO("fuzz --seed " << k.seed << ", case " << k.number << ", backend " << backend);
  auto const c = make_case(portable(campaign_options{.seed = k.seed}), k.number);
  auto const expected = run_reference(c).expected;
  auto memory = in_memory(make_operands(c.kernel, c.data));
  auto const result = run(fuzz::call{memory});
  CHECK(result.code == status_code::ok);
  for (std::size_t n = 0; n < memory.size(); ++n) {
    INFO("operand " << n << "\n" << report(c, outcome{}));
    CHECK_FALSE(differs(expected[n], memory[n]));
  }
}

}  // namespace

TEST_CASE("compiled kernels give the bits of the interpreter") {
  int count = 0;
  for (auto const* k = compiled::first(); k != nullptr; k = k->next) {
    check(*k, k->run_scalar, "scalar");
    check(*k, k->run_native, "native");
    INFO("fuzz --seed " << k->seed << ", case " << k->number);
    if (k->is_alike != nullptr) CHECK(k->is_alike());
    ++count;
  }
  CHECK(count >= ASHLAR_FUZZ_COMPILED);
}
