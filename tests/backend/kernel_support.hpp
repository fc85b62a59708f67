// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/kernel_support: runs a kernel on each backend and compares all memory of its
// operands with what the interpreter makes of the captured program, before any schedule or pass.
//
//   agree<algorithm, schedule>(like<float, dyn, 4>(7), ...)
//
//   memory      every operand lies between two pages that cannot be touched, once at the end of the
//               first page below it and once at the start of the next; gaps between strided
//               elements must keep what they held
//   data        small integers, of which sums and products are exact in every order, unless a fill
//               function says otherwise
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <sys/mman.h>
#include <unistd.h>
#include <ashlar/emit/simd/scalar.hpp>
#include <ashlar/expr/expr.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/tir/interpret.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace kernel_tests {

namespace ash = ashlar;
using ash::dyn;
using ash::index_t;

inline constexpr ash::axis<"i"> i;
inline constexpr ash::axis<"j"> j;
inline constexpr ash::axis<"k"> k;

using filler = double (*)(std::uint64_t);

/// A number without a pattern for each place.
constexpr auto scramble(std::uint64_t n) -> std::uint64_t {
  n = (n + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
  n ^= n >> 29;
  n *= 0x94d049bb133111ebu;
  return n ^ (n >> 32);
}
inline auto small_integers(std::uint64_t n) -> double {
  return static_cast<double>(scramble(n) % 9) - 4;
}

/// An operand that a test asks for.
template <class View> struct operand {
  typename View::extents_type n{};
  index_t stride[ash::max_rank]{};
  filler fill = small_integers;
};

/// A packed operand with these dynamic extents.
template <class T, index_t... E, class... N> auto like(N... n) -> operand<ash::view<T, E...>> {
  return {.n = ash::extents<E...>(n...)};
}
template <class T, index_t... E, class... N>
auto filled(filler f, N... n) -> operand<ash::view<T, E...>> {
  return {.n = ash::extents<E...>(n...), .fill = f};
}

/// Every stage as it was captured.
inline constexpr auto one_by_one = [](ash::schedule&) {};

/// Every stage in vectors of `Lanes` along its axis i.
template <int Lanes, ash::tail Tail = ash::tail::guard> struct in_lanes {
  constexpr void operator()(ash::schedule& s) const {
    ash::name_text names[ash::limits::stages]{};
    int count = 0;
    for (auto const& stage : s.program().stages) names[count++] = stage.name;
    for (int at = 0; at < count; ++at) s[names[at].view()].vectorize("i", Lanes, Tail);
  }
  friend constexpr auto operator==(in_lanes, in_lanes) -> bool = default;
};

/// Bytes between two pages that cannot be touched.
class fenced {
 public:
  fenced(std::size_t bytes, bool at_end) {
    auto const page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    std::size_t const inner = (bytes + page - 1) / page * page;
    size_ = inner + 2 * page;
    all_ = static_cast<char*>(
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(all_ != MAP_FAILED);
    REQUIRE(mprotect(all_, page, PROT_NONE) == 0);
    REQUIRE(mprotect(all_ + page + inner, page, PROT_NONE) == 0);
    data_ = all_ + page + (at_end ? inner - bytes : 0);
  }
  fenced(fenced const&) = delete;
  auto operator=(fenced const&) -> fenced& = delete;
  ~fenced() { munmap(all_, size_); }
  auto data() const -> char* { return data_; }

 private:
  char* all_ = nullptr;
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// An operand in memory of its own.
template <class View> class placed {
 public:
  using T = typename View::value_type;

  placed(operand<View> const& o, std::uint64_t seed, bool at_end)
      : view_(View::with_strides(nullptr, o.n, o.stride)), reach_(ash::reach_of(view_)) {
    auto const bytes = static_cast<std::size_t>(reach_.last - reach_.first + 1);
    count_ = bytes / sizeof(T);
    memory_ = std::make_unique<fenced>(bytes, at_end);
    for (std::size_t at = 0; at < count_; ++at) {
      T const v = value_at(o.fill, seed * 1000003 + at);
      std::memcpy(memory_->data() + at * sizeof(T), &v, sizeof(T));
    }
    void* const first = memory_->data() - reach_.first;
    view_ = View::with_strides(static_cast<typename View::element_type*>(first), o.n, o.stride);
  }

  auto view() const -> View { return view_; }
  auto array() const -> ash::tir::raw_array {
    ash::tir::dimensions d{};
    d.rank = View::rank;
    for (int at = 0; at < View::rank; ++at) {
      d.extent[at] = view_.extent(at);
      d.stride[at] = view_.stride(at);
    }
    return ash::tir::raw_array(ash::dtype_of<T>, const_cast<T*>(view_.data()), d);
  }
  auto count() const -> std::size_t { return count_; }
  auto at(std::size_t n) const -> T {
    T v{};
    std::memcpy(&v, memory_->data() + n * sizeof(T), sizeof(T));
    return v;
  }

 private:
  static auto value_at(filler fill, std::uint64_t n) -> T {
    if constexpr (ash::is_paired<T>) {
      return T(static_cast<int>(fill(2 * n)), static_cast<int>(fill(2 * n + 1)));
    } else {
      return static_cast<T>(value_for(fill(n)));
    }
  }
  // The value of an element whose type need not hold negative numbers.
  static auto value_for(double v) -> double {
    if constexpr (std::is_same_v<T, bool>)
      return v > 0 ? 1 : 0;
    else if constexpr (std::is_unsigned_v<T>)
      return v < 0 ? -v : v;
    else
      return v;
  }

  View view_{};
  ash::byte_reach reach_{};
  std::size_t count_ = 0;
  std::unique_ptr<fenced> memory_{};
};

/// How many floats lie between a and b.
template <class T> auto distance(T a, T b) -> double {
  if (a == b || (a != a && b != b)) return 0;
  if (a != a || b != b || std::isinf(a) || std::isinf(b)) return std::numeric_limits<double>::max();
  double const size = std::fmax(std::fabs(double(a)), std::fabs(double(b)));
  int const exponent = std::ilogb(std::fmax(size, double(std::numeric_limits<T>::min())));
  return std::fabs(double(a) - double(b)) /
         std::ldexp(1.0, exponent + 1 - std::numeric_limits<T>::digits);
}

/// An object of a tensor as a number to print.
template <class T> auto shown(T v) {
  if constexpr (ash::is_paired<T>)
    return +v.bits;
  else
    return +v;
}

template <class T> auto is_same(T a, T b, double ulp) -> bool {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a && b != b) return true;
    if (ulp > 0) return distance(a, b) <= ulp;
  }
  if constexpr (ash::is_half(ash::dtype_of<T>)) {
    if (float(a) != float(a) && float(b) != float(b)) return true;
  }
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class View>
void require_same(int which, placed<View> const& got, placed<View> const& wanted, double ulp) {
  for (std::size_t n = 0; n < got.count(); ++n) {
    if (is_same(got.at(n), wanted.at(n), ulp)) continue;
    INFO("operand " << which << ", element " << n << " of " << got.count() << " in memory: got "
                    << shown(got.at(n)) << ", wanted " << shown(wanted.at(n)));
    FAIL();
  }
}

template <class... Views> struct checked_call {
  std::tuple<operand<Views>...> const& operands;
  double ulp = 0;
  ash::launch how{};

  template <class Kernel, class Calls, std::size_t... At>
  void run(Calls const& calls, bool at_end, std::index_sequence<At...>) const {
    using captured = typename Kernel::template compilation<Views...>::captured;
    auto const program = std::make_unique<ash::tir::program>(captured::make());
    std::tuple<placed<Views>...> const actual{
        placed<Views>(std::get<At>(operands), At + 1, at_end)...};
    std::tuple<placed<Views>...> const wanted{
        placed<Views>(std::get<At>(operands), At + 1, at_end)...};
    ash::tir::raw_array arrays[] = {std::get<At>(wanted).array()...};
    ash::tir::oracles watch{};
    auto const violation = ash::tir::interpret(*program, arrays, watch, calls);
    auto const status = Kernel{}.run(how, std::get<At>(actual).view()...);
    INFO(status.text());
    REQUIRE(violation.ok() == bool(status));
    (require_same(int{At}, std::get<At>(actual), std::get<At>(wanted), ulp), ...);
  }
};

template <class Kernel, class Calls, class... Views>
void agree_on(Calls const& calls, double ulp, ash::launch const& how,
              operand<Views> const&... operands) {
  std::tuple<operand<Views>...> const all{operands...};
  checked_call<Views...> const call{.operands = all, .ulp = ulp, .how = how};
  for (bool const at_end : {true, false}) {
    call.template run<Kernel>(calls, at_end, std::index_sequence_for<Views...>{});
  }
}

/// Every backend computes what the definition says, bit for bit.
template <auto Algorithm, auto Schedule = ash::automatic, class... Views>
void agree(operand<Views> const&... operands) {
  namespace simd = ash::emit::simd;
  using scalar = ash::kernel<Algorithm, Schedule, ash::fp::relaxed, simd::scalar_backend>;
  using native = ash::kernel<Algorithm, Schedule, ash::fp::relaxed, simd::native_backend>;
  {
    INFO("scalar backend");
    agree_on<scalar>(ash::tir::no_calls{}, 0, ash::launch{}, operands...);
  }
  INFO("native backend");
  agree_on<native>(ash::tir::no_calls{}, 0, ash::launch{}, operands...);
}

}  // namespace kernel_tests
