// SPDX-License-Identifier: Apache-2.0
//
// bench/harness: ratios to peers, measured side by side in one run.
//
//   takes       cases, each run by Ashlar and by peers, registered with Google Benchmark
//   returns     a table of medians with peer_seconds / seconds, above 1 where Ashlar is ahead; with
//               --json FILE the same as a list of objects
//   method      Google Benchmark's random interleaving: the repetitions of all sides of a case are
//               mixed, so that what else the machine does falls on all of them; one core,
//               pinned, unless threads are the subject
#pragma once

#include <benchmark/benchmark.h>
#include <sched.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Command line and cases of one benchmark program.
class suite {
 public:
  explicit suite(std::string name) : name_(std::move(name)) {}

  /// An option of this program with its legal values, the default in front; before parse.
  void choose(std::string option, std::string& value, std::vector<std::string> legal) {
    value = legal.front();
    choices_.push_back({std::move(option), &value, std::move(legal)});
  }

  /// Reads the command line. Exits on --help and on what it does not know.
  void parse(int argc, char** argv) {
    CLI::App app("bench " + name_);
    bool peers = false;
    app.add_flag("--peers", peers, "accepted for tools/bench, which installs the peers");
    app.add_option("--json", json_, "also write the table to FILE as a list of objects");
    app.add_option("--filter", filter_, "only cases whose name contains this");
    app.add_option("--threads", threads_, "threads of both sides")->check(CLI::Range(1, 256));
    app.add_option("--repetitions", repetitions_, "medians of this many")->check(CLI::Range(3, 99));
    app.add_option("--min-time", min_time_, "seconds of each repetition")
        ->check(CLI::Range(1e-4, 10.));
    for (auto& c : choices_) {
      app.add_option(c.option, *c.value, "one of the legal values")->check(CLI::IsMember(c.legal));
    }
    try {
      app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
      std::exit(app.exit(e));
    }
    if (threads_ == 1) pin();
  }

  auto threads() const -> int { return threads_; }
  auto wants(std::string const& case_name) const -> bool {
    return case_name.find(filter_) != std::string::npos;
  }

  /// One contestant of a case; `unit_work` in floating-point operations or bytes, for the rate.
  void add(std::string const& case_name, std::string const& who, std::function<void()> body) {
    if (wants(case_name)) always(case_name, who, std::move(body));
  }
  /// The same whatever the filter says: what others are compared with.
  void always(std::string const& case_name, std::string const& who, std::function<void()> body) {
    if (std::find(order_.begin(), order_.end(), case_name) == order_.end()) {
      order_.push_back(case_name);
    }
    benchmark::RegisterBenchmark((case_name + "|" + who).c_str(),
                                 [body = std::move(body)](benchmark::State& state) {
                                   for (auto _ : state) body();
                                 })
        ->Repetitions(repetitions_)
        ->MinTime(min_time_)
        ->UseRealTime();
  }

  /// Measures, prints and writes. Returns the exit code.
  auto run() -> int {
    std::string program = "bench." + name_;
    std::string mixed = "--benchmark_enable_random_interleaving=true";
    char* arguments[] = {program.data(), mixed.data(), nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    collector all;
    benchmark::RunSpecifiedBenchmarks(&all);
    for (auto const& [name, _] : all.seconds) medians_[name] = all.median(name);
    for (auto const& g : goals_) all.seconds[g.first] = {g.second(*this)};
    print(all);
    return json_.empty() || write(all) ? 0 : 1;
  }

  /// A contestant that is not run: its seconds follow from those of others.
  void expect(std::string const& case_name, std::string const& who,
              std::function<double(suite const&)> seconds) {
    goals_.emplace_back(case_name + "|" + who, std::move(seconds));
  }
  /// The median of a contestant that was run.
  auto seconds(std::string const& case_name, std::string const& who) const -> double {
    return medians_.at(case_name + "|" + who);
  }

 private:
  struct collector : benchmark::BenchmarkReporter {
    std::map<std::string, std::vector<double>> seconds;

    auto ReportContext(Context const&) -> bool override { return true; }
    void ReportRuns(std::vector<Run> const& runs) override {
      for (auto const& r : runs) {
        if (r.run_type != Run::RT_Iteration) continue;
        auto const name = r.run_name.function_name;
        seconds[name].push_back(r.real_accumulated_time / static_cast<double>(r.iterations));
      }
      std::fprintf(stderr, ".");
    }
    auto median(std::string const& name) const -> double {
      auto v = seconds.at(name);
      std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
      return v[v.size() / 2];
    }
  };

  struct choice {
    std::string option;
    std::string* value;
    std::vector<std::string> legal;
  };
  struct row {
    std::string case_name, who, peer;
    double seconds, peer_seconds;
  };

  // Every contestant whose name begins with "ashlar" against every other one.
  auto rows(collector const& all) const -> std::vector<row> {
    std::vector<row> out;
    for (auto const& c : order_) {
      for (auto const& [mine, a] : all.seconds) {
        if (mine.rfind(c + "|ashlar", 0) != 0) continue;
        auto const who = mine.substr(c.size() + 1);
        bool any = false;
        for (auto const& [other, b] : all.seconds) {
          if (other.rfind(c + "|", 0) != 0 || other.rfind(c + "|ashlar", 0) == 0) continue;
          any = true;
          out.push_back({c, who, other.substr(c.size() + 1), all.median(mine), all.median(other)});
        }
        if (!any) out.push_back({c, who, "", all.median(mine), 0});
      }
    }
    return out;
  }

  void print(collector const& all) const {
    std::fprintf(stderr, "\n");
    std::printf("%-34s %-16s %12s  %-12s %12s %7s\n", "case", "schedule", "us", "peer", "us",
                "ratio");
    for (auto const& r : rows(all)) {
      std::printf("%-34s %-16s %12.3f  %-12s %12.3f %7.3f\n", r.case_name.c_str(), r.who.c_str(),
                  r.seconds * 1e6, r.peer.c_str(), r.peer_seconds * 1e6,
                  r.peer_seconds / r.seconds);
    }
  }

  auto write(collector const& all) const -> bool {
    std::ofstream out(json_);
    char const* separator = "";
    out << "[";
    for (auto const& r : rows(all)) {
      auto const label = r.who == "ashlar" ? r.case_name : r.case_name + " (" + r.who + ")";
      out << separator << "\n  {\"bench\": \"" << name_ << "\", \"case\": \"" << label
          << "\", \"threads\": " << threads_ << ", \"seconds\": " << r.seconds << ", \"peer\": \""
          << r.peer << "\", \"peer_seconds\": " << r.peer_seconds
          << ", \"ratio\": " << (r.peer.empty() ? 0.0 : r.peer_seconds / r.seconds) << "}";
      separator = ",";
    }
    out << "\n]\n";
    return static_cast<bool>(out.flush());
  }

  // The last core: the first one serves most interrupts.
  static void pin() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    std::size_t last = CPU_SETSIZE;
    for (std::size_t c = 0; c < CPU_SETSIZE; ++c) {
      if (CPU_ISSET(c, &allowed)) last = c;
    }
    if (last == CPU_SETSIZE) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    sched_setaffinity(0, sizeof one, &one);
  }

  std::string name_;
  std::string json_;
  std::string filter_;
  int threads_ = 1;
  int repetitions_ = 11;
  double min_time_ = 0.02;
  std::vector<choice> choices_;
  std::vector<std::string> order_;
  std::map<std::string, double> medians_;
  std::vector<std::pair<std::string, std::function<double(suite const&)>>> goals_;
};

}  // namespace bench
