// SPDX-License-Identifier: Apache-2.0
#include "output_file.hpp"

#include "failure.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace ashlar::import {

output_file::output_file(std::string path, std::string_view content) : path_(std::move(path)) {
  temporary_ = path_ + ".XXXXXX";
  int const file = ::mkstemp(temporary_.data());
  if (file < 0) {
    temporary_.clear();
    fail("cannot be created");
  }
  std::size_t done = 0;
  bool good = true;
  while (good && done < content.size()) {
    auto const wrote = ::write(file, content.data() + done, content.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    good = wrote > 0;
    if (good) done += static_cast<std::size_t>(wrote);
  }
  // A temporary file is private; the result is as any other that the user makes.
  ::mode_t const mask = ::umask(0);
  ::umask(mask);
  good = good && ::fchmod(file, 0666 & ~mask) == 0;
  good = ::close(file) == 0 && good;
  if (!good) fail("cannot be written");
}

void output_file::fail(char const* what) {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
  throw failure(code::output_file, quoted(path_), what);
}

void output_file::publish() {
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be replaced");
  temporary_.clear();
}

output_file::~output_file() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace ashlar::import
