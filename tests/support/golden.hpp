// SPDX-License-Identifier: Apache-2.0
//
// support/golden: the committed text that a stage must print.
//
//   std::string const text = print(program);
//   REQUIRE(text == golden("pass/fold_constants/product.tir", text));
//
//   takes    a path below tests/golden, and what the stage printed now
//   returns  the committed text; "(no such golden)" and the path if there is none
//   update   tools/golden --update makes this write the text instead, to be reviewed as code
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

inline auto golden(std::string const& path, std::string_view actual) -> std::string {
  std::filesystem::path const file = std::filesystem::path(ASHLAR_GOLDEN_DIR) / path;
  if (std::getenv("ASHLAR_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << actual;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return "(no such golden) " + path;
  return std::string(std::istreambuf_iterator<char>(in), {});
}
