// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/parallel: a parallel loop, on the executor of the call.
//
//   invariants  each part works on a frame of its own and on its own part of the workspace; which
//               iterations form a part depends on their number and the executor's threads only
#ifndef ASHLAR_EMIT_SIMD_PARALLEL
#define ASHLAR_EMIT_SIMD_PARALLEL

#include <ashlar/emit/simd/frame.hpp>
#include <ashlar/emit/workspace.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class Code> consteval auto has_streams(Code const& c) -> bool {
  for (auto const& s : c.stmts) {
    if (s.streams) return true;
  }
  return false;
}
/// What a thread has streamed is in memory before another one goes on.
template <class Tag> ASHLAR_INLINE void finish_streams() {
  if constexpr (has_streams(Tag::value)) Tag::backend::stream_fence();
}

/// Iterations begin..end of parallel loop S; Body::run<Tag, S>(frame) is one of them.
template <class Tag, int S, class Body>
[[gnu::noinline]] void run_part(frame<Tag> const& whole, std::byte* workspace,
                                runtime::index_range part) {
  frame<Tag> f = whole;
  f.workspace = workspace;
  ASHLAR_NO_UNROLL
  for (index_t i = part.begin; i < part.end; ++i) {
    f.variable[Tag::value.stmts[S].axis] = i;
    Body::template run<Tag, Tag::value.stmts[S].body>(f);
  }
  finish_streams<Tag>();
}

template <class Tag, int S, class Body> ASHLAR_INLINE void parallel_loop(frame<Tag>& f) {
  struct job {
    frame<Tag> const& f;
    index_t n;
    index_t parts;
  };
  runtime::executor const& threads = f.call.threads;
  index_t const n = sum<Tag, Tag::value.stmts[S].extent>(f);
  index_t const parts = runtime::parts_for(n, 1, threads.threads);
  if (parts <= 1) {
    run_part<Tag, S, Body>(f, f.workspace, runtime::index_range{.begin = 0, .end = n});
    return;
  }
  job j{.f = f, .n = n, .parts = parts};
  auto const body = [](void* context, std::ptrdiff_t begin, std::ptrdiff_t end) {
    auto const& all = *static_cast<job const*>(context);
    for (index_t p = begin; p < end; ++p) {
      run_part<Tag, S, Body>(all.f, all.f.workspace + p * all.f.call.worker_bytes,
                             runtime::part_of(all.n, all.parts, p));
    }
  };
  threads.run(threads.self, parts, body, &j);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_PARALLEL
