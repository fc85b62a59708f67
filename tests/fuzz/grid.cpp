// SPDX-License-Identifier: Apache-2.0
#include <fuzz/grid.hpp>

#include <ashlar/pass/lower_grid.hpp>
#include <ashlar/schedule/schedule.hpp>
#include <ashlar/tir/emulate_grid.hpp>
#include <ashlar/tir/print.hpp>
#include <ashlar/tir/verify.hpp>
#include <fuzz/capacity.hpp>
#include <fuzz/kernel_maker.hpp>
#include <fuzz/random.hpp>

#include <memory>

namespace ashlar::fuzz {

namespace {

using tir::program;
using program_ptr = std::unique_ptr<program>;

// Threads of a block, so that a case takes milliseconds.
constexpr std::int64_t most_threads = 256;

auto lowered(program const& p) -> program_ptr {
  auto q = std::make_unique<program>(p);
  schedule s(*q);
  s.finish();
  pass::lower_grid(*q, target::sm_80);
  for (auto const& g : tir::launches(*q)) {
    if (g.threads_per_block() > most_threads) q->fail(diag::code::too_many_threads, "for a test");
  }
  return q;
}

struct grid_maker {
  random& r;
  program& p;

  /// Keeps what `step` does where it is legal; with `whole`, where lowering takes it, too.
  template <class Step> auto attempt(Step const& step, bool whole = false) -> bool {
    auto q = std::make_unique<program>(p);
    schedule s(*q);
    step(s);
    if (!q->fault.ok() || (whole && !lowered(*q)->fault.ok())) return false;
    p = *q;
    return true;
  }
  auto name_of(int stage) const { return p.stages[stage].name; }
  auto random_loop(int stage) -> name_text {
    auto const& loops = p.stages[stage].loops;
    if (loops.count == 0) return name_text("");
    return p.axes[loops[static_cast<int>(r.below(static_cast<std::size_t>(loops.count)))]].name;
  }
  auto random_stage() -> int {
    return static_cast<int>(r.below(static_cast<std::size_t>(p.stages.count)));
  }

  // The last loops of a stage to threads, those around them to blocks.
  void frame(int at) {
    auto const name = name_of(at);
    int const dims = p.stages[at].pure.count;
    if (dims == 0 || p.stages[at].place == tir::placement::inlined) return;
    bool const is_plane = dims > 1 && r.chance(60);
    bool const has_warps = r.chance(30);
    index_t const x = r.pick({2, 3, 4, 8, 16, 32});
    index_t const y = r.pick({1, 2, 3, 4});
    index_t const each = r.pick({1, 1, 2, 4});
    attempt([&](schedule& s) {
      auto const st = s[name.view()];
      auto const last = p.axes[p.stages[at].pure.back()].name;
      auto const b = st.split(last.view(), "bx", "txe", x * each);
      auto const t = st.split(b.inner, "tx", "e", each);
      auto const ends = each > 1 && r.chance(60);
      int const others = dims - (is_plane ? 2 : 1);
      if (others > 0) {
        st.bind(p.axes[p.stages[at].pure[0]].name.view(), gpu::block_z);  // the outermost
      }
      if (!is_plane) {
        st.bind(b.outer, gpu::block_x);
        st.bind(t.outer, has_warps ? gpu::lane : gpu::thread_x);
      } else {
        auto const row = p.axes[p.stages[at].pure[dims - 2]].name;
        auto const rows = st.split(row.view(), "by", "ty", y);
        st.reorder(rows.outer, b.outer, rows.inner, t.outer, t.inner);
        if (others == 0 || r.chance(70)) st.bind(rows.outer, gpu::block_y);
        st.bind(b.outer, gpu::block_x);
        st.bind(rows.inner, has_warps ? gpu::warp : gpu::thread_y);
        st.bind(t.outer, has_warps ? gpu::lane : gpu::thread_x);
      }
      bool const is_last = p.stages[at].reduced.empty();
      if (ends && is_last && r.chance(50)) st.vectorize(t.inner);
      if (ends) st.unroll(t.inner);
    });
  }
  // The loops of a stage inside of a block, to threads again.
  void share_out(stage_schedule const& st, program const& q) {
    auto const& s = q.stages[st.stage()];
    if (s.pure.empty()) return;
    auto const last = q.axes[s.pure.back()].name;
    auto const first = q.axes[s.pure[0]].name;
    bool const is_plane = s.pure.count > 1;
    st.bind(st.split(last.view(), "ox", "ix", r.pick({2, 4, 8, 32})).inner, gpu::thread_x);
    if (is_plane && r.chance(60)) {
      st.bind(st.split(first.view(), "oy", "iy", r.pick({2, 3, 4})).inner, gpu::thread_y);
    }
  }
  void copy_tile() {
    int const at = random_stage();
    auto const name = name_of(at);
    auto const loop = random_loop(at);
    auto const tensor =
        p.buffers[static_cast<int>(r.below(static_cast<std::size_t>(p.buffers.count)))].name;
    attempt(
        [&](schedule& s) {
          auto const c = s[name.view()].cache_read(tensor.view(), loop.view());
          if (!s.program().fault.ok()) return;
          if (r.chance(80)) share_out(c, s.program());
          if (r.chance(60)) c.store_in(tir::scope::shared);
        },
        true);
  }
  void place_stage() {
    int const at = random_stage();
    int const reader = random_stage();
    auto const name = name_of(at);
    auto const loop = random_loop(reader);
    auto const where = r.pick({tir::scope::shared, tir::scope::registers, tir::scope::stack});
    attempt(
        [&](schedule& s) {
          auto const st = s[name.view()];
          for (auto const l : s.program().stages[reader].loops) {
            auto const& a = s.program().axes[l];
            if (a.name == loop) st.compute_at(ashlar::loop(s.program(), l));
          }
          if (!s.program().fault.ok()) return;
          if (r.chance(70)) st.store_in(where);
        },
        true);
  }
  void reduce_together() {
    int const at = random_stage();
    auto const name = name_of(at);
    if (p.stages[at].reduced.empty()) return;
    auto const k = p.axes[p.stages[at].reduced.back()].name;
    bool const in_lanes = r.chance(50);
    attempt(
        [&](schedule& s) {
          auto const st = s[name.view()];
          auto const parts = st.split(k.view(), "ko", "ki", in_lanes ? 32 : r.pick({2, 4, 8}));
          if (in_lanes) {
            st.bind(parts.inner, gpu::lane);
          } else {
            st.rfactor(parts.inner).bind("ki", gpu::thread_x);
          }
        },
        true);
  }
  void inline_stage() {
    auto const name = name_of(random_stage());
    attempt([&](schedule& s) { s[name.view()].compute_inline(); }, true);
  }
  void pad_rows() {
    int const at = random_stage();
    auto const name = name_of(at);
    if (p.stages[at].pure.count < 2) return;
    auto const rows = p.axes[p.stages[at].pure[p.stages[at].pure.count - 2]].name;
    attempt([&](schedule& s) { s[name.view()].align_storage(rows.view(), 4, 1); }, true);
  }
  void make() {
    for (int at = 0; at < p.stages.count; ++at) {
      if (r.chance(92) || at + 1 == p.stages.count) frame(at);
    }
    for (int n = static_cast<int>(r.below(6)); n >= 0; --n) {
      switch (r.below(7)) {
        case 0:
        case 1: copy_tile(); break;
        case 2:
        case 3: place_stage(); break;
        case 4: reduce_together(); break;
        case 5: inline_stage(); break;
        default: pad_rows(); break;
      }
    }
  }
};

using arrays = std::vector<tir::array>;

void describe(program const& p, grid_outcome& out) {
  for (auto const& g : tir::launches(p)) {
    ++out.launches;
    out.has_shared = out.has_shared || g.shared_bytes > 0;
  }
  for (auto const& e : p.exprs) {
    out.has_lanes = out.has_lanes ||
                    (e.op == tir::opcode::reduce_lanes && p.axes[e.b].kind == tir::loop_kind::lane);
  }
}

// What is wrong with the nest, if anything.
auto fault_of(program const& q, arrays const& inputs, arrays const& wanted, grid_outcome& out)
    -> std::string {
  if (auto const d = tir::verify_lowered(q); !d.ok()) {
    return "invariants: " + std::string(d.message().view());
  }
  auto serial = inputs;
  if (!tir::interpret(q, serial).ok()) return "as serial loops: a violation";
  if (auto const d = difference(q, wanted, serial); !d.empty()) return "as serial loops: " + d;
  for (auto const order :
       {tir::thread_order::forward, tir::thread_order::backward, tir::thread_order::shuffled}) {
    auto got = inputs;
    auto const run = tir::emulate_grid(q, std::span<tir::array>(got), order);
    out.barriers = run.barriers;
    std::string const which = "order " + std::to_string(static_cast<int>(order)) + ": ";
    if (!run.ok()) {
      return which + std::string(name_of(run.found.kind)) + " of " +
             (run.found.buffer < 0 ? "?" : std::string(q.buffers[run.found.buffer].name.view()));
    }
    if (auto const d = difference(q, wanted, got); !d.empty()) return which + d;
  }
  return {};
}

}  // namespace

auto judge_grid(std::uint64_t seed, std::uint64_t n) -> grid_outcome {
  random r(random(seed).next() + n * 0xd1342543de82ef95U);
  fuzz_case c{};
  c.kernel = make_kernel(r, {.stages = r.pick({1, 1, 2, 2, 3}),
                             .points = r.pick({100, 400}),
                             .has_windows = r.chance(25)});
  c.data = r.next();
  auto const ref = run_reference(c);
  grid_outcome out{.what = ref.out.what, .why = ref.out.why};
  if (ref.expected.empty()) return out;
  out.what = verdict::unusable;
  auto const p = std::make_unique<program>(*ref.written);
  program_ptr q{};
  auto const end = watched([&] {
    grid_maker{.r = r, .p = *p}.make();
    q = lowered(*p);
  });
  if (end == leaving::crash) {
    out.what = verdict::wrong;
    out.why = "schedule or lowering: a signal";
    return out;
  }
  if (end != leaving::normal) return out;  // of capacity: refused, too
  out.what = verdict::illegal;
  out.why = std::string(q->fault.text.view());
  if (!q->fault.ok()) return out;
  describe(*q, out);
  out.why = fault_of(*q, ref.inputs, ref.expected, out);
  out.what = out.why.empty() ? verdict::legal : verdict::wrong;
  if (out.what == verdict::wrong) out.nest = show(*q);
  return out;
}

}  // namespace ashlar::fuzz
