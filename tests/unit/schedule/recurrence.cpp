// SPDX-License-Identifier: Apache-2.0
// not with nvcc: it takes the namespace expr for the class of that name
//
// Schedules of stages that read their own values: what is legal computes the same, at every step of
// lowering; what is not says which loop must be where.
#include <ashlar/expr/expr.hpp>
#include <ashlar/schedule/automatic.hpp>

#include <unit/pass/support.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

using diag::code;

constexpr ashlar::axis<"i"> i;
constexpr ashlar::axis<"j"> j;
constexpr ashlar::axis<"k"> k;
constexpr ashlar::axis<"t"> t;

template <index_t... Extent> using f32 = view<float, Extent...>;

template <class... Operand, class Kernel>
constexpr auto program_of(Kernel const& kernel) -> program {
  constexpr operand_type types[] = {ashlar::expr::type_of_operand<Operand>()...};
  return ashlar::expr::capture(kernel, types);
}

template <class... Word>
auto says(diag::diagnostic const& d, code id, Word const&... word) -> bool {
  std::string_view const text = d.text.view();
  UNSCOPED_INFO("E" << static_cast<int>(d.id) << ": " << std::string(text));
  return d.id == id && ((text.find(word) != std::string_view::npos) && ...);
}

// A filter along the rows of x, and twice its values.
constexpr auto filter = [](auto y, auto x) {
  x.name("x");
  y.name("y");
  local h("h", x);
  h(i, t) = x(i, t) - 2 * carried(h, 0.0f)(i, t - 1) + carried(h, 1.0f)(i, t - 2);
  y(i, t) = h(i, t) * 2;
};

// A state whose elements stay small.
constexpr auto cell = [](auto h, auto x, auto w) {
  h.name("h");
  w.name("w");
  auto const next = x(t, j) + sum(k, w(k, j) * carried(h, 1.0f)(t - 1, k));
  h(t, j) = min(max(next, -8.0f), 8.0f);
};

template <class Apply> void same(program const& p, Apply const& apply) {
  program q = scheduled(p, apply);
  require_valid(q);
  for (auto const* pass : {"build nest", "cut loops", "simplify nest", "settle registers"}) {
    require_same(p, after(q, pass), std::string_view(pass) == "settle registers", has_checks(pass));
  }
}

template <class Apply> auto refused(program p, Apply const& apply) -> diag::diagnostic {
  return scheduled(p, apply).fault;
}

auto filters() -> std::vector<program> {
  return {program_of<f32<3, 11>, f32<3, 11>>(filter), program_of<f32<dyn, 8>, f32<dyn, 8>>(filter),
          program_of<f32<2, dyn>, f32<2, dyn>>(filter)};
}
auto cells() -> std::vector<program> {
  return {program_of<f32<5, 9>, f32<5, 9>, f32<9, 9>>(cell),
          program_of<f32<dyn, 4>, f32<dyn, 4>, f32<4, 4>>(cell),
          program_of<f32<3, dyn>, f32<3, dyn>, f32<dyn, dyn>>(cell)};
}

}  // namespace

TEST_CASE("a recurrence is computed in order under any legal schedule", "[schedule][recurrence]") {
  for (program const& p : filters()) {
    same(p, [](schedule&) {});
    same(p, [](schedule& s) {
      s["h"].reorder("t", "i");
      s["h"].vectorize("i", 4);
    });
    same(p, [](schedule& s) {
      auto h = s["h"];
      auto const [to, ti] = h.split("t", 4, tail::cut);
      h.unroll(ti);
      h.parallel("i");
    });
    same(p, [](schedule& s) { s["h"].peel("t", 2, 0); });
    same(p, [](schedule& s) {
      auto h = s["h"];
      h.tile("i", "t", 2, 4);
      h.split_parts("ti", 3);
    });
  }
}

TEST_CASE("a recurrence that is computed at a loop starts at its first point",
          "[schedule][recurrence]") {
  for (program const& p : filters()) {
    same(p, [](schedule& s) { s["h"].compute_at(s.get("i")); });
    same(p, [](schedule& s) { s["h"].compute_at(s.get("t")); });
    same(p, [](schedule& s) {
      auto const [io, ii] = s.split("i", 2);
      s["h"].compute_at(io);
      s["h"].reorder("t", "i");
      s["h"].vectorize("i", 2);
    });
  }
}

TEST_CASE("a state is complete before the next one is begun", "[schedule][recurrence]") {
  for (program const& p : cells()) {
    same(p, [](schedule&) {});
    same(p, [](schedule& s) { s.parallel("j"); });
    same(p, [](schedule& s) {
      auto const [jo, ji] = s.split("j", 4, tail::cut);
      s.reorder("t", jo, "k", ji);
      s.vectorize(ji);
    });
    same(p, [](schedule& s) {
      auto const [to, ti] = s.split("t", 2);
      s.unroll(ti);
      s.split("k", 3);
      s.cache_read("w", "j");
    });
    same(p, [](schedule& s) { ashlar::automatic(s); });
  }
}

TEST_CASE("loops that would read too early are refused", "[schedule][recurrence]") {
  program const f = filters()[0];
  program const c = cells()[0];
  CHECK(says(refused(f, [](schedule& s) { s["h"].vectorize("t", 4); }), code::bad_recurrence,
             "vectorize ti: h is carried along it", "legal loops: i"));
  CHECK(says(refused(f, [](schedule& s) { s["h"].parallel("t"); }), code::bad_recurrence,
             "parallel t"));
  CHECK(says(refused(f, [](schedule& s) { s["h"].fuse("i", "t"); }), code::bad_recurrence,
             "fuse t: h is carried along it"));
  CHECK(says(refused(f,
                     [](schedule& s) {
                       auto const [to, ti] = s["h"].split("t", 4);
                       s["h"].reorder(ti, to);
                     }),
             code::bad_recurrence, "loop to must be outside of ti, as its blocks"));
  CHECK(says(refused(c, [](schedule& s) { s.reorder("j", "t"); }), code::bad_recurrence,
             "loop t must be outside of j, of which all points are read"));
  CHECK(says(refused(c, [](schedule& s) { s.reorder("k", "t"); }), code::bad_recurrence,
             "loop t must be outside of the reduction, which starts above k"));
  CHECK(says(refused(c, [](schedule& s) { s.decompose_reduction("t"); }), code::bad_recurrence,
             "which starts above t"));
}

TEST_CASE("a recurrence is not copied, inlined or factored", "[schedule][recurrence]") {
  program const f = filters()[0];
  program const c = cells()[0];
  CHECK(says(refused(f, [](schedule& s) { s.compute_inline("h"); }), code::bad_inline,
             "it is a recurrence"));
  CHECK(says(refused(f, [](schedule& s) { s["h"].cache_read("h", "t"); }), code::bad_cache_read,
             "a copy would be older"));
  CHECK(says(refused(f, [](schedule& s) { s["h"].store_in(s); }), code::bad_store_in,
             "it is a recurrence"));
  CHECK(says(refused(c, [](schedule& s) { s.vectorize("k", 4); }), code::bad_rfactor,
             "what it adds up is carried"));
}
