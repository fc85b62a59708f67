// SPDX-License-Identifier: Apache-2.0
//
// The program ashlar-import as a user runs it: exit codes, the one line, and files that appear
// whole or not at all.
#include "support.hpp"

#include <sys/wait.h>
#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <filesystem>

namespace {

namespace fs = std::filesystem;

struct outcome {
  int exit = -1;
  std::string text;  // both streams
};

class folder {
 public:
  folder() {
    std::string pattern = (fs::temp_directory_path() / "ashlar-import-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  auto operator/(std::string const& name) const -> std::string { return (path_ / name).string(); }
  auto count() const -> int {
    int n = 0;
    for ([[maybe_unused]] auto const& entry : fs::directory_iterator(path_)) ++n;
    return n;
  }

 private:
  fs::path path_;
};

auto run(std::string const& arguments, std::string const& environment = "") -> outcome {
  std::string const command =
      environment + " '" + std::string(ASHLAR_IMPORT_PROGRAM) + "' " + arguments + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  outcome out;
  char buffer[256];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) out.text += buffer;
  int const status = ::pclose(pipe);
  if (WIFEXITED(status)) out.exit = WEXITSTATUS(status);
  return out;
}

auto quoted_path(std::string const& path) -> std::string { return "'" + path + "' "; }

auto files(folder const& at, std::string const& name) -> std::string {
  return "--header " + quoted_path(at / (name + ".hpp")) + "--weights " +
         quoted_path(at / (name + ".weights"));
}

auto const digits = quoted_path(support::source_file("examples/digits/digits.onnx"));

void is_one_line(outcome const& o, std::string const& start) {
  INFO(o.text);
  CHECK(o.text.starts_with(start));
  CHECK(o.text.find('\n') == o.text.size() - 1);
}

TEST_CASE("a model becomes two files", "[import][program]") {
  folder const at;
  auto const o = run(digits + files(at, "digits") + "--batch 1 --name digits");
  CHECK(o.exit == 0);
  is_one_line(o, "ashlar-import: nodes=31 kernels=8 ");
  CHECK(at.count() == 2);
  CHECK(support::read_file(at / "digits.weights").substr(0, 7) == "ASHLARW");
  CHECK(support::read_file(at / "digits.hpp").find("namespace digits {") != std::string::npos);
}

TEST_CASE("the same model gives the same bytes in every locale", "[import][program]") {
  folder const at;
  REQUIRE(run(digits + files(at, "a") + "--batch 2").exit == 0);
  REQUIRE(run(digits + files(at, "b") + "--batch 2", "LC_ALL=de_DE.UTF-8 LANG=tr_TR").exit == 0);
  for (char const* end : {".hpp", ".weights"}) {
    std::string const a = support::read_file(at / (std::string("a") + end));
    CHECK_FALSE(a.empty());
    CHECK(a == support::read_file(at / (std::string("b") + end)));
  }
}

TEST_CASE("a refused model leaves nothing behind", "[import][program]") {
  folder const at;
  auto const o = run(digits + files(at, "digits"));
  CHECK(o.exit == 1);
  is_one_line(o, "ashlar-import: E212: input 0 'image': ");
  CHECK(at.count() == 0);

  std::ofstream(at / "short.onnx")
      << support::read_file(support::source_file("examples/digits/digits.onnx")).substr(0, 5000);
  auto const s = run(quoted_path(at / "short.onnx") + files(at, "short") + "--batch 1");
  CHECK(s.exit == 1);
  is_one_line(s, "ashlar-import: E202: ");
  CHECK(at.count() == 1);
}

TEST_CASE("a refused model leaves older files as they were", "[import][program]") {
  folder const at;
  std::ofstream(at / "digits.hpp") << "old";
  std::ofstream(at / "digits.weights") << "old";
  CHECK(run(digits + files(at, "digits")).exit == 1);
  CHECK(support::read_file(at / "digits.hpp") == "old");
  CHECK(support::read_file(at / "digits.weights") == "old");
}

TEST_CASE("an output that cannot be written leaves no other", "[import][program]") {
  folder const at;
  auto const o = run(digits + "--header " + quoted_path(at / "no/such/folder.hpp") + "--weights " +
                     quoted_path(at / "digits.weights") + "--batch 1");
  CHECK(o.exit == 1);
  is_one_line(o, "ashlar-import: E215: ");
  CHECK(at.count() == 0);
}

TEST_CASE("a pipe or a device is no model and no wait", "[import][program]") {
  folder const at;
  REQUIRE(std::system(("mkfifo " + quoted_path(at / "pipe")).c_str()) == 0);
  for (std::string const& path : {at / "pipe", std::string("/dev/zero"), std::string("/")}) {
    auto const o = run(quoted_path(path) + files(at, "x"));
    CHECK(o.exit == 1);
    is_one_line(o, "ashlar-import: E201: ");
  }
  CHECK(at.count() == 1);
}

TEST_CASE("command lines that are wrong", "[import][program]") {
  folder const at;
  for (std::string const& more :
       {std::string("--batch 0"), std::string("--batch x"), std::string("--dim N"),
        std::string("--dim N=-1"), std::string("--name 'a; int b'"), std::string("--name class"),
        std::string("--nonsense"), std::string("--bind x")}) {
    auto const o = run(digits + files(at, "x") + more);
    INFO(more);
    CHECK(o.exit == 2);
    is_one_line(o, "ashlar-import: E200: ");
  }
  CHECK(run("").exit == 2);
  CHECK(run("--help").exit == 0);
  CHECK(at.count() == 0);
}

}  // namespace
