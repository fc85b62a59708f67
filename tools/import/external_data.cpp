// SPDX-License-Identifier: Apache-2.0
#include "external_data.hpp"

#include "failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

namespace ashlar::import {

namespace {

struct descriptor {
  int file = -1;
  explicit descriptor(int f) : file(f) {}
  descriptor(descriptor const&) = delete;
  auto operator=(descriptor const&) -> descriptor& = delete;
  ~descriptor() {
    if (file >= 0) ::close(file);
  }
  void reset(int f) {
    if (file >= 0) ::close(file);
    file = f;
  }
};

struct location {
  std::string path;
  std::int64_t offset = 0;
  std::int64_t length = -1;
};

auto number(std::string const& text, std::string_view where) -> std::int64_t {
  std::int64_t value = 0;
  char const* const end = text.data() + text.size();
  auto const [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < 0) {
    throw failure(code::external_data, where, "offset or length is no number: " + quoted(text));
  }
  return value;
}

auto location_of(onnx::TensorProto const& t, std::string_view where) -> location {
  location l;
  for (auto const& entry : t.external_data()) {
    if (entry.key() == "location") {
      if (!l.path.empty()) throw failure(code::external_data, where, "two locations");
      l.path = entry.value();
    } else if (entry.key() == "offset") {
      l.offset = number(entry.value(), where);
    } else if (entry.key() == "length") {
      l.length = number(entry.value(), where);
    }
  }
  return l;
}

auto open_below(std::string const& folder, std::string const& path, std::string_view where) -> int {
  bool const plain = !path.empty() && path.size() < 4096 && path.front() != '/' &&
                     path.find('\0') == std::string::npos && path.find('\\') == std::string::npos &&
                     path.find(':') == std::string::npos;
  if (folder.empty() || !plain) {
    throw failure(code::external_data, where, "not a path below the model: " + quoted(path));
  }
  descriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::size_t first = 0;
  while (at.file >= 0 && first <= path.size()) {
    std::size_t const slash = std::min(path.find('/', first), path.size());
    std::string const part = path.substr(first, slash - first);
    if (part.empty() || part == "." || part == "..") {
      throw failure(code::external_data, where, "not a path below the model: " + quoted(path));
    }
    int const kind = slash < path.size() ? O_DIRECTORY : O_NONBLOCK;
    at.reset(::openat(at.file, part.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | kind));
    first = slash + 1;
  }
  if (at.file < 0) throw failure(code::external_data, where, "cannot open " + quoted(path));
  return std::exchange(at.file, -1);
}

}  // namespace

auto read_external(onnx::TensorProto const& t, std::int64_t bytes, std::string const& folder,
                   std::string_view where) -> std::string {
  location const l = location_of(t, where);
  descriptor const in(open_below(folder, l.path, where));
  struct stat about{};
  if (::fstat(in.file, &about) != 0 || !S_ISREG(about.st_mode)) {
    throw failure(code::external_data, where, "not a regular file: " + quoted(l.path));
  }
  std::int64_t const size = about.st_size;
  if (l.length >= 0 && l.length != bytes) {
    throw failure(code::external_data, where, "the length is not that of the tensor");
  }
  if (l.offset > size || bytes > size - l.offset) {
    throw failure(code::external_data, where, "the file is too short: " + quoted(l.path));
  }
  std::string data(static_cast<std::size_t>(bytes), '\0');
  std::int64_t done = 0;
  while (done < bytes) {
    auto const got = ::pread(in.file, data.data() + done, static_cast<std::size_t>(bytes - done),
                             l.offset + done);
    if (got <= 0) throw failure(code::external_data, where, "cannot read " + quoted(l.path));
    done += got;
  }
  return data;
}

}  // namespace ashlar::import
