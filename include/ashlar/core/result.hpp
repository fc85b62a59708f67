// SPDX-License-Identifier: Apache-2.0
//
// core/result: what a function returns that can fail at run time, for programs without exceptions.
//
//   status      a code and the numbers which disagree; true when nothing is wrong
//   result<T>   a T, or the status which says why there is none
//   invariants  a status is trivially copyable, owns nothing and never allocates; a result with a
//               value has the status `ok`
//   source      std::expected (P0323), reduced to what a library without exceptions needs
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

namespace ashlar {

/// What went wrong at run time.
enum class status_code : std::uint8_t {
  ok,
  null_pointer,
  misaligned,
  rank_mismatch,
  dtype_mismatch,
  extent_mismatch,
  extent_negative,
  extent_not_multiple,
  extent_too_large,
  extent_too_small,
  stride_mismatch,
  overlap,
  self_overlap,
  overflow,
  out_of_memory,
  out_of_bounds,
  span_too_short,
  workspace_too_small,
  workspace_misaligned,
  workspace_in_use,
  weights_missing,
  weights_unreadable,
  weights_too_short,
  weights_too_long,
  weights_wrong_format,
  weights_wrong_version,
  weights_wrong_model,
  weights_corrupt,
  unsupported_device,
  unsupported_cpu,
  device_failed,
  device_mismatch,
  device_too_small,
  grid_too_large,
  span_too_large,
};

/// The rule which a code says was broken, as a fixed text.
constexpr auto text_of(status_code code) -> char const* {
  switch (code) {
    case status_code::ok: return "ok";
    case status_code::null_pointer: return "the data pointer is null";
    case status_code::misaligned: return "the address is not a multiple of the promised alignment";
    case status_code::rank_mismatch: return "the number of dimensions differs";
    case status_code::dtype_mismatch: return "the element type differs";
    case status_code::extent_mismatch: return "the extent differs";
    case status_code::extent_negative: return "an extent must not be negative";
    case status_code::extent_not_multiple: return "the extent is not the promised multiple";
    case status_code::extent_too_large: return "the extent is above its promised bound";
    case status_code::extent_too_small: return "the extent is below its promised bound";
    case status_code::stride_mismatch: return "the stride differs from what the layout says";
    case status_code::overlap: return "two operands share memory, and one of them is written";
    case status_code::self_overlap: return "two elements of an output share memory";
    case status_code::overflow: return "the operand spans more than the index type can count";
    case status_code::out_of_memory: return "the memory could not be allocated";
    case status_code::out_of_bounds: return "an index is outside its dimension";
    case status_code::span_too_short: return "the span holds fewer elements than the extents need";
    case status_code::workspace_too_small: return "the workspace holds too few bytes";
    case status_code::workspace_misaligned: return "the workspace is not aligned to 64 bytes";
    case status_code::workspace_in_use: return "the workspace is used by another call";
    case status_code::weights_missing: return "the weights could not be found";
    case status_code::weights_unreadable: return "the weights could not be read";
    case status_code::weights_too_short: return "the weights are shorter than the model needs";
    case status_code::weights_too_long: return "the weights are longer than the model needs";
    case status_code::weights_wrong_format: return "the weights are not a weights file";
    case status_code::weights_wrong_version: return "the weights are of another format version";
    case status_code::weights_wrong_model: return "the weights belong to another model";
    case status_code::weights_corrupt: return "the weights do not match their checksum";
    case status_code::unsupported_device:
      return "the memory is not accessible where the kernel runs";
    case status_code::unsupported_cpu: return "this processor lacks an instruction set it needs";
    case status_code::device_failed: return "the CUDA runtime reports an error";
    case status_code::device_mismatch: return "the memory is that of another device";
    case status_code::device_too_small: return "the device has less than a block needs";
    case status_code::grid_too_large: return "the grid has more blocks than the device takes";
    case status_code::span_too_large: return "the operand spans more than a GPU kernel counts";
  }
  return "unknown status";
}

/// A whole message, ended by a NUL; long enough for every status.
struct status_text {
  char chars[192] = {};
  constexpr auto c_str() const -> char const* { return chars; }
};

/// The outcome of a check: true when nothing is wrong.
struct [[nodiscard]] status {
  status_code code = status_code::ok;
  std::int16_t operand = -1;      // its position in the call, -1 when the fault is of no operand
  std::int16_t dimension = -1;    // -1 when the fault is of no dimension
  std::int64_t found = 0;         // what there is: an extent, a stride, bytes, an address modulo
  std::int64_t expected = 0;      // what there should be, in the same unit
  char const* subject = nullptr;  // a name of static storage duration, or null

  constexpr auto ok() const -> bool { return code == status_code::ok; }
  constexpr explicit operator bool() const { return ok(); }
  /// The fixed text of the code, without the numbers.
  constexpr auto text() const -> char const* { return text_of(code); }
  /// The whole sentence: operand, dimension, rule, and both numbers.
  constexpr auto message() const -> status_text;

  friend constexpr auto operator==(status const&, status const&) -> bool = default;
};
static_assert(std::is_trivially_copyable_v<status>);

namespace result_impl {

struct writer {
  status_text out{};
  std::size_t used = 0;

  constexpr void put(char const* text) {
    for (; *text != '\0' && used + 1 < sizeof out.chars; ++text) out.chars[used++] = *text;
  }
  constexpr void put(std::int64_t number) {
    char digits[24] = {};
    int at = 23;
    // Unsigned, because the smallest int64 has no positive counterpart.
    auto rest =
        number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (number < 0) digits[--at] = '-';
    put(digits + at);
  }
};

}  // namespace result_impl

constexpr auto status::message() const -> status_text {
  result_impl::writer w{};
  if (subject != nullptr) {
    w.put(subject);
    w.put(": ");
  }
  if (operand >= 0) {
    w.put("operand ");
    w.put(std::int64_t{operand});
    w.put(dimension >= 0 ? ", " : ": ");
  }
  if (dimension >= 0) {
    w.put("dimension ");
    w.put(std::int64_t{dimension});
    w.put(": ");
  }
  w.put(text());
  if (!ok() && (found != 0 || expected != 0)) {
    w.put(" (found ");
    w.put(found);
    w.put(", expected ");
    w.put(expected);
    w.put(")");
  }
  return w.out;
}

/// A value of type T, or the status that says why there is none. Reading the value of a failed
/// result ends the program.
template <class T> class [[nodiscard]] result {
  static_assert(!std::is_reference_v<T> && !std::is_same_v<T, status>);

 public:
  using value_type = T;

  constexpr result(T value) : value_(std::move(value)) {}
  constexpr result(status why) : error_(why) {
    // A success without a value would be a lie that is found much later.
    if (why.ok()) std::abort();
  }

  constexpr auto has_value() const -> bool { return value_.has_value(); }
  constexpr explicit operator bool() const { return value_.has_value(); }
  constexpr auto error() const -> status { return error_; }

  constexpr auto value() & -> T& { return checked(), *value_; }
  constexpr auto value() const& -> T const& { return checked(), *value_; }
  constexpr auto value() && -> T&& { return checked(), std::move(*value_); }
  constexpr auto operator*() & -> T& { return value(); }
  constexpr auto operator*() const& -> T const& { return value(); }
  constexpr auto operator*() && -> T&& { return std::move(*this).value(); }
  constexpr auto operator->() -> T* { return &value(); }
  constexpr auto operator->() const -> T const* { return &value(); }

  template <class U> constexpr auto value_or(U&& other) const& -> T {
    return has_value() ? *value_ : static_cast<T>(std::forward<U>(other));
  }

 private:
  constexpr void checked() const {
    if (!value_.has_value()) std::abort();
  }

  std::optional<T> value_;
  status error_{};
};

}  // namespace ashlar
