// SPDX-License-Identifier: Apache-2.0
//
// import/output_file: files that appear whole or not at all.
//
//   invariants  a file is written beside its destination, synced and renamed; until `publish` of
//               the last one has returned nothing that was there is touched, and what was not
//               published is removed
#pragma once

#include <string>
#include <string_view>

namespace ashlar::import {

class output_file {
 public:
  /// Throws E215.
  output_file(std::string path, std::string_view content);
  output_file(output_file const&) = delete;
  auto operator=(output_file const&) -> output_file& = delete;
  ~output_file();

  /// Throws E215.
  void publish();

 private:
  [[noreturn]] void fail(char const* what);

  std::string path_;
  std::string temporary_;
};

}  // namespace ashlar::import
