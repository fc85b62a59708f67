// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

template <class Out, class... In> auto fault(auto const& kernel) -> diag::diagnostic {
  return fault_of<Out, In...>(kernel);
}

TEST_CASE("two element types do not mix without a cast", "[expr][arithmetic]") {
  auto const kernel = [](auto y, auto x, auto n) { y(i) = x(i) + n(i); };
  CHECK(says(fault<f32<4>, f32<4>, i32<4>>(kernel), code::mixed_types, "+ of f32 arg1", "i32 arg2",
             "ash::cast<T>"));
  auto const cured = [](auto y, auto x, auto n) { y(i) = x(i) + cast<float>(n(i)); };
  CHECK(fault<f32<4>, f32<4>, i32<4>>(cured).ok());
  auto const compared = [](auto y, auto x, auto n) { y(i) = select(x(i) < n(i), 1, 0); };
  CHECK(fault<f32<4>, f32<4>, f64<4>>(compared).id == code::mixed_types);
}

TEST_CASE("bool is compared and chosen by, not computed with", "[expr][arithmetic]") {
  auto const sum_of = [](auto y, auto b) { y(i) = b(i) + b(i); };
  CHECK(says(fault<truth<4>, truth<4>>(sum_of), code::bool_arithmetic, "bool arg1", "ash::select"));
  auto const negated = [](auto y, auto b) { y(i) = -b(i); };
  CHECK(fault<truth<4>, truth<4>>(negated).id == code::bool_arithmetic);
  auto const ordered = [](auto y, auto b) { y(i) = b(i) < b(i); };
  CHECK(fault<truth<4>, truth<4>>(ordered).id == code::bool_arithmetic);
  auto const logical = [](auto y, auto b) { y(i) = (b(i) && !b(i)) || b(i) != b(i); };
  CHECK(fault<truth<4>, truth<4>>(logical).ok());
  auto const numbers = [](auto y, auto x) { y(i) = x(i) && x(i); };
  CHECK(says(fault<truth<4>, f32<4>>(numbers), code::mixed_types, "f32 arg1", "!= 0"));
  auto const condition = [](auto y, auto x) { y(i) = select(x(i), 1, 0); };
  CHECK(says(fault<f32<4>, f32<4>>(condition), code::mixed_types, "select", "f32 arg1"));
}

TEST_CASE("functions of floats are refused on integers", "[expr][arithmetic]") {
  auto const root = [](auto y, auto n) { y(i) = sqrt(n(i)); };
  CHECK(says(fault<i32<4>, i32<4>>(root), code::needs_float, "sqrt of i32 arg1", "ash::cast"));
  auto const rounded = [](auto y, auto n) { y(i) = floor(n(i)); };
  CHECK(fault<i32<4>, i32<4>>(rounded).id == code::needs_float);
  auto const power = [](auto y, auto n) { y(i) = pow(n(i), 2); };
  CHECK(fault<i32<4>, i32<4>>(power).id == code::needs_float);
  auto const kept = [](auto y, auto n) { y(i) = abs((min)(n(i), 3)); };
  CHECK(fault<i32<4>, i32<4>>(kept).ok());
}

TEST_CASE("the remainder is one of integers, and not by zero", "[expr][arithmetic]") {
  auto const of_floats = [](auto y, auto x) { y(i) = x(i) % 2; };
  CHECK(says(fault<f32<4>, f32<4>>(of_floats), code::needs_integer, "f32 arg1", "ash::floor"));
  auto const by_zero = [](auto y, auto n) { y(i) = n(i) % 0; };
  CHECK(says(fault<i32<4>, i32<4>>(by_zero), code::zero_divisor, "i32", "constant 0"));
  auto const divided = [](auto y, auto n) { y(i) = n(i) / 0; };
  CHECK(fault<i32<4>, i32<4>>(divided).id == code::zero_divisor);
  auto const floats = [](auto y, auto x) { y(i) = x(i) / 0; };
  CHECK(fault<f32<4>, f32<4>>(floats).ok());
}

TEST_CASE("bits are those of integers, and of truth values", "[expr][arithmetic]") {
  auto const all = [](auto y, auto n) { y(i) = ((n(i) & 7) << 3) | (~(n(i) ^ 1) >> 2); };
  CHECK(definitions(program_of<i32<4>, i32<4>>(all)) ==
        "arg0(i) = ((arg1(i) & 7) << 3) | (~(arg1(i) ^ 1) >> 2)\n");
  auto const sum_of = [](auto y, auto n) { y(i) = ((n(i) + 1) & 3) * 2 + (n(i) << 1); };
  CHECK(definitions(program_of<i32<4>, i32<4>>(sum_of)) ==
        "arg0(i) = (arg1(i) + 1 & 3) * 2 + (arg1(i) << 1)\n");
  auto const truths = [](auto y, auto n) {
    y(i) = ((n(i) > 0) & (n(i) < 3)) | ((n(i) == 5) ^ true);
  };
  CHECK(definitions(program_of<truth<4>, i32<4>>(truths)) ==
        "arg0(i) = arg1(i) > 0 and arg1(i) < 3 or (arg1(i) == 5) != true\n");
  auto const of_axis = [](auto y, auto n) { y(i) = n(i & 3) + cast<std::int32_t>(i >> 1); };
  CHECK(definitions(program_of<i32<4>, i32<4>>(of_axis)) ==
        "arg0(i) = arg1(i & 3?) + i32(i >> 1)\n");
  auto const floats = [](auto y, auto x) { y(i) = x(i) & 1; };
  CHECK(says(fault<f32<4>, f32<4>>(floats), code::needs_integer, "& of f32 arg1", "cast"));
  auto const no_bits = [](auto y, auto x) { y(i) = ~(x(i) > 0); };
  CHECK(says(fault<truth<4>, f32<4>>(no_bits), code::bool_arithmetic, "~ of bool"));
}

TEST_CASE("a shift is by a constant, and by less than there is", "[expr][arithmetic]") {
  auto const by_all = [](auto y, auto n) { y(i) = n(i) << 32; };
  CHECK(says(fault<i32<4>, i32<4>>(by_all), code::bad_shift, "i32 arg1 << 32", "from 0 to 31"));
  CHECK(fault<i64<4>, i64<4>>(by_all).ok());
  auto const back = [](auto y, auto n) { y(i) = n(i) >> -1; };
  CHECK(says(fault<i32<4>, i32<4>>(back), code::bad_shift, "i32 arg1 >> -1", "from 0 to 31"));
  auto const by_data = [](auto y, auto n) { y(i) = n(i) << n(i); };
  CHECK(says(fault<i32<4>, i32<4>>(by_data), code::bad_shift, "i32 arg1 << i32 arg1",
             "not known while compiling"));
  tensor<std::int32_t, 4> y{};
  auto const at_call = y(i) = y(i) << 3;
  CHECK(says(expr::record<std::remove_const_t<decltype(at_call)>>().fault, code::bad_shift,
             "ash::c<1>"));
  auto const known = y(i) <<= c<3>;
  CHECK(definitions(expr::record<std::remove_const_t<decltype(known)>>()) ==
        "arg0(i) = arg1(i) << 3\n");
  auto const traced_one = [](auto z, auto n) { z(i) ^= n(i); };
  CHECK(definitions(program_of<i32<4>, i32<4>>(traced_one)) == "arg0(i) = arg0(i) ^ arg1(i)\n");
}

TEST_CASE("numbers are of types that elements have", "[expr][arithmetic]") {
  auto const wide = [](auto y, auto x) { y(i) = x(i) * 2.0L; };
  CHECK(says(fault<f32<4>, f32<4>>(wide), code::no_element_type, "long double", "2.0f"));
  auto const alone = [](auto y, auto x) { y(i) = (max)(traced(2.0L) + 1, x(i)); };
  CHECK(fault<f32<4>, f32<4>>(alone).id == code::no_element_type);
  auto const index = [](auto y, auto x) { y(i) = x(i, 2.0L); };
  CHECK(fault<f32<4>, f32<4, 4>>(index).id == code::no_element_type);
  auto const changing = [](auto y, auto x) {
    int volatile n = 2;
    y(i) = x(i) * n;
  };
  CHECK(says(fault<f32<4>, f32<4>>(changing), code::no_element_type, "volatile", "copy it"));
  auto const target = [](auto y, auto x) { y(i) = cast<long double>(x(i)); };
  CHECK(says(fault<f32<4>, f32<4>>(target), code::no_element_type, "a cast", "write float"));
  auto const saturated = [](auto y, auto x) { y(i) = x(i) + saturate_cast<void*>(traced(2)); };
  CHECK(fault<f32<4>, f32<4>>(saturated).id == code::no_element_type);
  tensor<float, 4> y{};
  auto const spot = y(i) = y(i) * 2.0L;
  CHECK(expr::record<std::remove_const_t<decltype(spot)>>().fault.id == code::no_element_type);
  auto const half = [](auto z, auto x) { z(i) = x(i) * bfloat16(0.5F) + float16(2.0F); };
  CHECK(definitions(program_of<f32<4>, f32<4>>(half)) == "arg0(i) = arg1(i) * 0.5 + 2\n");
}

TEST_CASE("a constant that its neighbour's type cannot hold is refused", "[expr][arithmetic]") {
  auto const odd = [](auto y, auto x) { y(i) = x(i) + 16777217; };
  CHECK(says(fault<f32<4>, f32<4>>(odd), code::inexact_constant, "16777217", "f32"));
  CHECK(fault<f64<4>, f64<4>>(odd).ok());
  auto const large = [](auto y, auto n) { y(i) = n(i) - 300; };
  CHECK(says(fault<view<std::uint8_t, 4>, view<std::uint8_t, 4>>(large), code::inexact_constant,
             "300", "u8"));
  auto const fraction = [](auto y, auto n) { y(i) = n(i) * 0.5; };
  CHECK(says(fault<i32<4>, i32<4>>(fraction), code::mixed_types, "fraction", "i32"));
}

TEST_CASE("a choice among numbers takes the type of what uses it", "[expr][arithmetic]") {
  auto const kernel = [](auto y, auto x) { y(i) = select(x(i) > 0, 1, select(x(i) < 0, -1, 0)); };
  auto const p = program_of<f64<4>, f32<4>>(kernel);
  CHECK(p.fault.ok());
  CHECK(tir::verify(p).ok());
  CHECK(fault<i32<4>, f32<4>>(kernel).ok());
  auto const added = [](auto y, auto x) { y(i) = x(i) + select(x(i) > 0, 0.5F, 0); };
  CHECK(fault<f64<4>, f64<4>>(added).ok());
  CHECK(fault<i32<4>, i32<4>>(added).id == code::mixed_types);
}

TEST_CASE("numbers are folded until they meet a tensor", "[expr][arithmetic]") {
  auto const kernel = [](auto y, auto x) {
    traced scale = 1;
    for (int at = 0; at < 4; ++at) scale = scale * 2;
    y(i) = x(i) * -scale;
  };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) * -16\n");
}

TEST_CASE("an axis is a value of type i64", "[expr][arithmetic]") {
  auto const kernel = [](auto y, auto x) {
    y(i, j) = select(i <= j && j != 3, x(i, j), 0) * cast<float>(2 * i + 1);
  };
  auto const p = program_of<f32<4, 4>, f32<4, 4>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) == "arg0(i, j) = select(i <= j and j != 3, arg1(i, j), 0) * f32(2*i + 1)\n");
  auto const mixed = [](auto y, auto x) { y(i) = x(i) * i; };
  CHECK(fault<f32<4>, f32<4>>(mixed).id == code::mixed_types);
  CHECK(fault<i64<4>, i64<4>>(mixed).ok());
}

TEST_CASE("every function becomes its operation", "[expr][arithmetic]") {
  using tir::opcode;
  auto const last = [](auto const& kernel) {
    auto const p = program_of<f32<4>, f32<4>, f32<4>>(kernel);
    CHECK(tir::verify(p).ok());
    return p.exprs[p.stages[0].result].op;
  };
  CHECK(last([](auto y, auto x, auto) { y(i) = exp(x(i)); }) == opcode::exp);
  CHECK(last([](auto y, auto x, auto) { y(i) = log(x(i)); }) == opcode::log);
  CHECK(last([](auto y, auto x, auto) { y(i) = sqrt(x(i)); }) == opcode::sqrt);
  CHECK(last([](auto y, auto x, auto) { y(i) = rsqrt(x(i)); }) == opcode::rsqrt);
  CHECK(last([](auto y, auto x, auto) { y(i) = tanh(x(i)); }) == opcode::tanh);
  CHECK(last([](auto y, auto x, auto) { y(i) = sigmoid(x(i)); }) == opcode::sigmoid);
  CHECK(last([](auto y, auto x, auto) { y(i) = erf(x(i)); }) == opcode::erf);
  CHECK(last([](auto y, auto x, auto) { y(i) = sin(x(i)); }) == opcode::sin);
  CHECK(last([](auto y, auto x, auto) { y(i) = cos(x(i)); }) == opcode::cos);
  CHECK(last([](auto y, auto x, auto) { y(i) = abs(x(i)); }) == opcode::abs);
  CHECK(last([](auto y, auto x, auto) { y(i) = floor(x(i)); }) == opcode::floor);
  CHECK(last([](auto y, auto x, auto) { y(i) = ceil(x(i)); }) == opcode::ceil);
  CHECK(last([](auto y, auto x, auto) { y(i) = round(x(i)); }) == opcode::round);
  CHECK(last([](auto y, auto x, auto) { y(i) = -x(i); }) == opcode::neg);
  CHECK(last([](auto y, auto x, auto b) { y(i) = x(i) - b(i); }) == opcode::sub);
  CHECK(last([](auto y, auto x, auto b) { y(i) = x(i) / b(i); }) == opcode::div);
  CHECK(last([](auto y, auto x, auto b) { y(i) = pow(x(i), b(i)); }) == opcode::pow);
  CHECK(last([](auto y, auto x, auto b) { y(i) = (min)(x(i), b(i)); }) == opcode::min);
  CHECK(last([](auto y, auto x, auto b) { y(i) = (max)(x(i), b(i)); }) == opcode::max);
  CHECK(last([](auto y, auto x, auto b) { y(i) = fma(x(i), b(i), 2); }) == opcode::fma);
  CHECK(last([](auto y, auto x, auto) { y(i) = relu(x(i)); }) == opcode::max);
  CHECK(last([](auto y, auto x, auto) { y(i) = clamp(x(i), 0, 6); }) == opcode::min);
  CHECK(last([](auto y, auto x, auto b) { y(i) = select(x(i) >= b(i), x(i), b(i)); }) ==
        opcode::select);
  CHECK(last([](auto y, auto x, auto) { y(i) = cast<float>(cast<std::int32_t>(x(i))); }) ==
        opcode::cast);
}

}  // namespace
}  // namespace ashlar::tests
