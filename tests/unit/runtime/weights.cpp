// SPDX-License-Identifier: Apache-2.0
#include <ashlar/runtime/weights_file.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace rt = ashlar::runtime;
using ashlar::status_code;

constexpr rt::weights_id id{{11, 22}, 128};

/// A sound block in memory aligned to 64.
class block {
 public:
  block() {
    rt::weights_header h;
    h.model[0] = id.model[0];
    h.model[1] = id.model[1];
    h.bytes = id.bytes;
    for (std::size_t i = 0; i < id.bytes; ++i) at()[64 + i] = static_cast<std::byte>(3 * i + 1);
    h.checksum = rt::weights_checksum({at() + 64, id.bytes});
    std::memcpy(at(), &h, sizeof h);
  }
  auto at() -> std::byte* { return bytes_.data(); }
  auto check(std::size_t length = 192) -> status_code {
    return rt::check_weights({at(), length}, id).error().code;
  }

 private:
  alignas(64) std::array<std::byte, 512> bytes_{};
};

TEST_CASE("a sound block passes and its tensors are where they lie", "[runtime][weights]") {
  block b;
  auto const view = rt::check_weights({b.at(), 192}, id);
  REQUIRE(view);
  CHECK(view->data == b.at() + 64);
  CHECK(view->bytes == 128);
}

TEST_CASE("every truncation and every longer block is refused", "[runtime][weights]") {
  block b;
  for (std::size_t n = 0; n < 192; ++n) REQUIRE(b.check(n) == status_code::weights_too_short);
  for (std::size_t n = 193; n < 400; ++n) REQUIRE(b.check(n) == status_code::weights_too_long);
}

TEST_CASE("every flipped bit is refused", "[runtime][weights]") {
  for (std::size_t bit = 0; bit < 192 * 8; ++bit) {
    block b;
    b.at()[bit / 8] ^= std::byte{1} << (bit % 8);
    INFO("bit " << bit);
    REQUIRE(b.check() != status_code::ok);
  }
}

TEST_CASE("the fault has its own code", "[runtime][weights]") {
  auto const with = [](std::size_t at, unsigned char value) {
    block b;
    b.at()[at] = std::byte{value};
    return b.check();
  };
  CHECK(with(0, 'x') == status_code::weights_wrong_format);
  CHECK(with(8, 2) == status_code::weights_wrong_version);
  CHECK(with(12, 1) == status_code::weights_wrong_format);
  CHECK(with(16, 99) == status_code::weights_wrong_model);
  CHECK(with(39, 0x80) == status_code::weights_wrong_model);
  CHECK(with(40, 0xee) == status_code::weights_corrupt);
  CHECK(with(48, 1) == status_code::weights_wrong_format);
  CHECK(with(100, 0xff) == status_code::weights_corrupt);
  CHECK(rt::check_weights({}, id).error().code == status_code::weights_missing);
  block b;
  CHECK(rt::check_weights({b.at() + 4, 192}, id).error().code == status_code::misaligned);
}

TEST_CASE("another model's weights are refused", "[runtime][weights]") {
  block b;
  rt::weights_id other = id;
  other.model[1] = 23;
  CHECK(rt::check_weights({b.at(), 192}, other).error().code == status_code::weights_wrong_model);
}

class folder {
 public:
  folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "ashlar-weights-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  auto file(std::string const& name) const -> std::string { return path_ + "/" + name; }

 private:
  std::string path_;
};

void write(std::string const& path, std::byte const* data, std::size_t length) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<char const*>(data), static_cast<std::streamsize>(length));
}

TEST_CASE("a file is mapped, checked and moved", "[runtime][weights]") {
  folder const at;
  block b;
  write(at.file("w"), b.at(), 192);
  auto opened = rt::weights_file::open(at.file("w").c_str(), id);
  REQUIRE(opened);
  rt::weights_file moved = std::move(*opened);
  REQUIRE(moved.view().bytes == 128);
  CHECK(std::memcmp(moved.view().data, b.at() + 64, 128) == 0);
  rt::weights_file again = std::move(moved);
  CHECK(moved.view().data == nullptr);  // NOLINT(bugprone-use-after-move)
  CHECK(again.view().data != nullptr);
}

TEST_CASE("what is no weights file is an error value", "[runtime][weights]") {
  folder const at;
  block b;
  auto const code = [&](std::string const& name) {
    return rt::weights_file::open(at.file(name).c_str(), id).error().code;
  };
  write(at.file("empty"), b.at(), 0);
  write(at.file("short"), b.at(), 100);
  write(at.file("long"), b.at(), 193);
  REQUIRE(::mkfifo(at.file("pipe").c_str(), 0600) == 0);
  std::filesystem::create_directory(at.file("folder"));
  CHECK(code("missing") == status_code::weights_missing);
  CHECK(code("empty") == status_code::weights_too_short);
  CHECK(code("short") == status_code::weights_too_short);
  CHECK(code("long") == status_code::weights_too_long);
  CHECK(code("pipe") == status_code::weights_unreadable);
  CHECK(code("folder") == status_code::weights_unreadable);
  CHECK(rt::weights_file::open(nullptr, id).error().code == status_code::null_pointer);
}

}  // namespace
