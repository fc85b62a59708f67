// SPDX-License-Identifier: Apache-2.0
//
// examples/digits/explain: the network's second convolution as text: what it computes, its loops
// before its schedule, the schedule, and its loops after it.
#include <digits/model.hpp>

#include <ashlar/graph/explain.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace {

constexpr int layer = 1;
constexpr auto unscheduled = [](ashlar::schedule&) {};

/// One section of an explanation, which begins with a line `--- name`.
auto section(std::string_view text, std::string_view name) -> std::string_view {
  auto const at = text.find("--- " + std::string(name) + "\n");
  if (at == std::string_view::npos) return "";
  auto const begin = text.find('\n', at) + 1;
  return text.substr(begin, text.find("--- ", begin) - begin);
}

/// The program after the last pass that changed it.
auto outcome(std::string_view text) -> std::string_view {
  std::string_view last;
  for (auto at = text.find("--- "); at != std::string_view::npos; at = text.find("--- ", at + 4)) {
    auto const begin = text.find('\n', at) + 1;
    auto const body = text.substr(begin, text.find("--- ", begin) - begin);
    if (!body.starts_with("(unchanged)")) last = body;
  }
  return last;
}

void print(char const* title, std::string_view body) {
  while (body.ends_with('\n')) body.remove_suffix(1);
  std::printf("%s\n\n%.*s\n\n", title, static_cast<int>(body.size()), body.data());
}

}  // namespace

int main() {
  auto const before = ashlar::graph::explain<digits::definition, layer, unscheduled>();
  auto const after = ashlar::graph::explain<digits::definition, layer>();
  print("What the second convolution computes, with the bias and the relu behind it:",
        section(after, "algorithm"));
  print("Its loops before its schedule:", outcome(before));
  print("Its schedule:", section(after, "schedule"));
  print("Its loops after its schedule:", outcome(after));
}
