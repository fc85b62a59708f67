// SPDX-License-Identifier: Apache-2.0
#include <fuzz/lower.hpp>

#include <ashlar/pass/pipeline.hpp>

namespace ashlar::fuzz {

void lower(tir::program& p, int vector_bytes) {
  lower(p, vector_bytes, [](std::string_view, tir::program const&) {});
}

void lower(tir::program& p, int vector_bytes, pass_trace const& trace) {
  pass::lower(p, vector_bytes, trace);
}

void simplify_nest(tir::program& p) { pass::simplify_nest(p); }

}  // namespace ashlar::fuzz
