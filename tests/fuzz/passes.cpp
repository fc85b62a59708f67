// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/verify.hpp>
#include <fuzz/alike.hpp>
#include <fuzz/apply.hpp>
#include <fuzz/campaign.hpp>
#include <fuzz/capacity.hpp>
#include <fuzz/lower.hpp>
#include <fuzz/record.hpp>

#include <memory>

namespace ashlar::fuzz {

auto passes(fuzz_case const& c) -> std::string {
  auto const p = std::make_unique<tir::program>();
  std::string all;
  watched([&] {
    record(c.kernel, *p);
    apply(c.steps, *p);
    lower(*p, c.vector_bytes, [&](std::string_view name, tir::program const& now) {
      all += "--- " + std::string(name) + "\n";
      // What is broken may print for ever.
      auto const d = tir::verify(now);
      all += d.ok() ? tir::to_text<65536>(now).view() : d.message().view();
      all += "\n";
    });
  });
  return all;
}

auto reads_alike(tir::program const& a, tir::program const& b) -> bool {
  auto const first = std::make_unique<text<65536>>(tir::to_text<65536>(a));
  auto const second = std::make_unique<text<65536>>(tir::to_text<65536>(b));
  return first->view() == second->view();
}

}  // namespace ashlar::fuzz
