// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {

inline constexpr auto twice = [](float x) { return x + x; };
inline constexpr auto greater = monoid{0.0F, [](auto a, auto b) { return select(a > b, a, b); }};

namespace {

using namespace ashlar::literals;

// The program of an expression on the spot.
template <class Assignment> constexpr auto recorded(Assignment const&) -> tir::program {
  return expr::record<Assignment>();
}

struct operands {
  tensor<float, 8, 16> y{};
  tensor<float, 8, 16> x{};
  tensor<float, 16> b{};
  tensor<float, 8> s{};
  tensor<std::int32_t, 8> n{};
};

TEST_CASE("an expression on the spot and a kernel are one program", "[expr][assignment]") {
  operands o;
  using Y = tensor<float, 8, 16>;
  using B = tensor<float, 16>;
  using S = tensor<float, 8>;
  CHECK(recorded(o.y(i, j) = relu(o.x(i, j) + o.b(j))) ==
        program_of<Y, Y, B>([](auto y, auto x, auto b) { y(i, j) = relu(x(i, j) + b(j)); }));
  CHECK(recorded(o.s(i) = sum(j, o.x(i, j) * o.b(j)) / (max)(k, o.x(i, k))) ==
        program_of<S, Y, B, Y>([](auto y, auto x, auto b, auto z) {
          y(i) = sum(j, x(i, j) * b(j)) / (max)(k, z(i, k));
        }));
  CHECK(recorded(o.s(i) = sum(r, clamp(o.b)(2_c * i + r - c<1>)) + zero(o.b)(i / c<2>)) ==
        program_of<S, B, B>([](auto y, auto a, auto b) {
          y(i) = sum(r, clamp(a)(2 * i + r - 1)) + zero(b)(i / 2);
        }));
  CHECK(recorded(o.y(i, j) = select(i <= j, o.x(i, j), constant(o.x, 2.0F)(i - c<1>, j))) ==
        program_of<Y, Y, Y, float>([](auto y, auto x, auto z, auto v) {
          y(i, j) = select(i <= j, x(i, j), constant(z, v)(i - 1, j));
        }));
  CHECK(recorded(o.s(i) = reflect(o.s)(i + c<1>) * call<twice>(o.s(i))) ==
        program_of<S, S, S>(
            [](auto y, auto a, auto b) { y(i) = reflect(a)(i + 1) * call<twice>(b(i)); }));
  CHECK(recorded(o.s(i) = reduce<greater>(j, o.x(i, j)) + o.b(o.n(i))) ==
        program_of<S, Y, B, tensor<std::int32_t, 8>>(
            [](auto y, auto x, auto b, auto n) { y(i) = reduce(greater, j, x(i, j)) + b(n(i)); }));
  CHECK(recorded(o.n(i) = cast<std::int32_t>(argmax(j, o.x(i, j)))) ==
        program_of<tensor<std::int32_t, 8>, Y>(
            [](auto y, auto x) { y(i) = cast<std::int32_t>(argmax(j, x(i, j))); }));
}

TEST_CASE("it is the same in constant evaluation", "[expr][assignment]") {
  using V = view<float, dyn>;
  using made = decltype(std::declval<V&>()(i) = 2.0F * std::declval<V&>()(i) + 1.0F);
  constexpr auto p = expr::record<made>();
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.operands == 4);
  CHECK(p == program_of<V, float, V, float>(
                 [](auto y, auto a, auto x, auto b) { y(i) = a * x(i) + b; }));
}

TEST_CASE("the operands of an assignment stand in the order of the program", "[expr][assignment]") {
  operands o;
  auto const made = o.y(i, j) = 2.0F * o.x(i, j) + o.b(j);
  STATIC_REQUIRE(decltype(made)::operands == 4);
  expr::with_operands(made, [&](auto const& y, auto const& two, auto const& x, auto const& b) {
    CHECK(y.data() == o.y.data());
    CHECK(two == 2.0F);
    CHECK(x.data() == o.x.data());
    CHECK(b.data() == o.b.data());
  });
  auto const loaded = o.s(i) = o.b(o.n(i)) + o.s(i);
  expr::with_operands(loaded, [&](auto const&, auto const& b, auto const& n, auto const& s) {
    CHECK(b.data() == o.b.data());
    CHECK(n.data() == o.n.data());
    CHECK(s.data() == o.s.data());
  });
}

TEST_CASE("an expression that is kept does not dangle", "[expr][assignment]") {
  operands o;
  auto const kept = [&o] {
    view<float, 8> s(o.s.data());
    float const two = 2;
    auto const half = zero(s)(i - c<1>) * two;
    return o.s(i) = half + s(i);
  }();
  expr::with_operands(kept, [&](auto const& y, auto const& a, auto const& two, auto const& b) {
    CHECK(y.data() == o.s.data());
    CHECK(a.data() == o.s.data());
    CHECK(two == 2.0F);
    CHECK(b.data() == o.s.data());
  });
}

template <class T> concept accessible = requires(T&& t) { static_cast<T&&>(t)(i); };
template <class T> concept padded = requires(T&& t) { zero(static_cast<T&&>(t)); };

TEST_CASE("an owner that is about to die is no operand", "[expr][assignment]") {
  STATIC_REQUIRE(accessible<tensor<float, 8>&>);
  STATIC_REQUIRE(accessible<tensor<float, 8> const&>);
  STATIC_REQUIRE_FALSE(accessible<tensor<float, 8>>);
  STATIC_REQUIRE(accessible<view<float, 8>>);
  STATIC_REQUIRE(padded<tensor<float, 8>&>);
  STATIC_REQUIRE_FALSE(padded<tensor<float, 8>>);
  STATIC_REQUIRE(padded<view<float, 8>>);
}

TEST_CASE("a number in an index is part of the type", "[expr][assignment]") {
  operands o;
  CHECK(says(recorded(o.s(i) = o.b(i + 1)).fault, code::index_not_constant, "ash::c<1>"));
  CHECK(says(recorded(o.s(i) = o.x(i, 3)).fault, code::index_not_constant, "ash::c<1>"));
  CHECK(says(recorded(o.s(i) = cast<float>(i + 1)).fault, code::index_not_constant, "ash::c<1>"));
  CHECK(recorded(o.s(i) = o.x(i, c<3>)).fault.ok());
}

TEST_CASE("faults are those of kernels", "[expr][assignment]") {
  operands o;
  tensor<float, 8> const fixed;
  CHECK(recorded(o.s(i) = o.n(i)).fault.id == code::mixed_types);
  CHECK(recorded(o.s(i) = o.x(i)).fault.id == code::rank_mismatch);
  CHECK(recorded(o.s(i) = o.b(i)).fault.id == code::extent_mismatch);
  CHECK(recorded(o.s(i) = o.x(i, j)).fault.id == code::bad_axis_use);
  CHECK(recorded(o.s(i + c<1>) = o.s(i)).fault.id == code::bad_left_side);
  CHECK(recorded(fixed(i) = o.s(i)).fault.id == code::write_to_input);
  CHECK(recorded(o.s(i) = o.s(i * j)).fault.id == code::index_product);
  CHECK(recorded(o.s(i) = o.s(i / c<0>)).fault.id == code::zero_divisor);
}

TEST_CASE("a number converts to its neighbour's type as in C++", "[expr][assignment]") {
  operands o;
  tensor<double, 8> d;
  CHECK(definitions(recorded(o.s(i) = o.s(i) * 2 + 0.1)) ==
        "arg0(i) = arg1(i) * f32(arg2) + f32(arg3)\n");
  CHECK(definitions(recorded(d(i) = d(i) * 2.0F)) == "arg0(i) = arg1(i) * f64(arg2)\n");
  CHECK(definitions(recorded(o.s(i) = select(o.s(i) > 0, 1, 0))).find("f32(arg") !=
        std::string::npos);
  CHECK(recorded(o.n(i) = o.n(i) * 0.5).fault.id == code::mixed_types);
  CHECK(recorded(o.n(i) = o.n(i) + std::int64_t{1}).fault.id == code::mixed_types);
  CHECK(recorded(o.n(i) = o.n(i) + std::int16_t{1}).fault.ok());
}

TEST_CASE("compound assignment reads what it writes", "[expr][assignment]") {
  operands o;
  auto const q = recorded(o.s(i) *= 2.0F);
  CHECK(definitions(q) == "arg0(i) = arg1(i) * arg2\n");
  CHECK(q.buffers[1].may_alias_output);
}

TEST_CASE("a tensor from outside is not part of a kernel", "[expr][assignment]") {
  operands o;
  auto const kernel = [&o](auto y, auto x) { y(i) = x(i) + o.s(i); };
  CHECK(says(fault_of<f32<8>, f32<8>>(kernel), code::undefined_tensor, "one of its operands"));
}

}  // namespace
}  // namespace ashlar::tests
