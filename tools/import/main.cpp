// SPDX-License-Identifier: Apache-2.0
//
// ashlar-import MODEL.onnx --header FILE --weights FILE: turns an ONNX model into a header with a
// constexpr graph and a file with its weights.
//
//   exit 0   both files are there, and a line says what was made
//   exit 1   the model is refused: one line on standard error, and no file was made or changed
//   exit 2   the command line is wrong: one line on standard error
#include "output_file.hpp"
#include "write_header.hpp"

#include <ashlar/graph/fuse.hpp>
#include <ashlar/graph/print.hpp>
#include <ashlar/runtime/weights.hpp>

#include <google/protobuf/stubs/logging.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>

namespace {

namespace imp = ashlar::import;

struct arguments {
  std::string model;
  std::string header;
  std::string weights;
  std::string name = "model";
  std::int64_t batch = 0;
  std::vector<std::string> dims;
  std::vector<std::string> binds;
  bool print = false;
  bool draw = false;
};

struct pair {
  std::string key;
  std::string value;
};

auto split(std::string const& text, char const* option) -> pair {
  auto const at = text.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    throw imp::failure(imp::code::usage, option, "needs NAME=VALUE, not " + imp::quoted(text));
  }
  return {text.substr(0, at), text.substr(at + 1)};
}

auto options_of(arguments const& a) -> imp::options {
  imp::options how;
  how.batch = a.batch;
  for (auto const& text : a.dims) {
    auto const [key, value] = split(text, "--dim");
    std::int64_t extent = 0;
    char const* const end = value.data() + value.size();
    auto const [stop, error] = std::from_chars(value.data(), end, extent);
    if (error != std::errc{} || stop != end || extent < 0) {
      throw imp::failure(imp::code::usage, "--dim", "no extent: " + imp::quoted(value));
    }
    how.dims[key] = extent;
  }
  for (auto const& text : a.binds) {
    auto const [key, value] = split(text, "--bind");
    how.bind[key] = imp::read_tensor(value);
  }
  auto const slash = a.model.rfind('/');
  how.folder = slash == std::string::npos ? "." : a.model.substr(0, slash + 1);
  return how;
}

/// Memory for the file twice and a fixed amount more: beyond it allocation fails, and is reported.
void limit_memory(std::string const& path) {
#ifdef ASHLAR_IMPORT_LIMITS_MEMORY
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return;
  constexpr rlim_t fixed = rlim_t{6} << 30U;
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0) return;
  rlim_t const wanted = fixed + 2 * static_cast<rlim_t>(std::max<off_t>(0, about.st_size));
  limit.rlim_cur = std::min(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_AS, &limit);
#else
  static_cast<void>(path);
#endif
}

struct stream {
  std::string text;
  auto operator<<(std::string_view s) -> stream& { return text += s, *this; }
  auto operator<<(char c) -> stream& { return text += c, *this; }
  auto operator<<(std::int64_t v) -> stream& { return text += std::to_string(v), *this; }
};

void run(arguments const& a) {
  if (!imp::is_identifier(a.name)) {
    throw imp::failure(imp::code::usage, "--name", "not a C++ identifier: " + imp::quoted(a.name));
  }
  limit_memory(a.model);
  auto const how = options_of(a);
  auto const model = imp::import_model(imp::read_model(a.model), how);
  std::string const weights = imp::pack_weights(model);
  ashlar::runtime::weights_header header;
  std::memcpy(&header, weights.data(), sizeof header);
  std::string const text = imp::header_text(model, a.name, header.model);

  imp::output_file weights_file(a.weights, weights);
  imp::output_file header_file(a.header, text);
  weights_file.publish();
  header_file.publish();

  stream out;
  if (a.print) ashlar::graph::print(model.graph, out);
  if (a.draw) ashlar::graph::draw(model.graph, out);
  std::cout << out.text << "ashlar-import: nodes=" << model.nodes_in_model
            << " kernels=" << ashlar::graph::group_count(model.graph)
            << " arena_bytes=" << model.graph.arena_bytes
            << " weights_bytes=" << model.graph.weights_bytes << '\n';
}

auto parse(int count, char** values, arguments& a) -> int {
  CLI::App app("Turns an ONNX model into a header with a constexpr graph and a file of weights.");
  app.name("ashlar-import");
  app.add_option("model", a.model, "the .onnx file")->required();
  app.add_option("--header", a.header, "the header to write")->required();
  app.add_option("--weights", a.weights, "the weights to write")->required();
  app.add_option("--name", a.name, "the namespace of the model in the header");
  app.add_option("--batch", a.batch, "the extent of an input's first dimension where it is open")
      ->check(CLI::PositiveNumber);
  app.add_option("--dim", a.dims, "NAME=N: the extent of a named dimension");
  app.add_option("--bind", a.binds, "NAME=FILE.pb: an input that is a constant");
  app.add_flag_callback(
      "--operators",
      [] {
        std::cout << imp::operator_list();
        throw CLI::Success();
      },
      "print the operators that can be imported, and stop");
  app.add_flag("--print", a.print, "print the graph");
  app.add_flag("--draw", a.draw, "print the graph as a Mermaid drawing");
  try {
    app.parse(count, values);
  } catch (CLI::Success const& e) {
    app.exit(e);
    return -1;
  } catch (CLI::ParseError const& e) {
    std::cerr << imp::failure(imp::code::usage, "command line", imp::quoted(e.what())).line()
              << '\n';
    return 2;
  }
  return 0;
}

}  // namespace

auto main(int count, char** values) -> int {
#if GOOGLE_PROTOBUF_VERSION < 4022000
  // The one line says what is wrong; protobuf's own would be a second.
  google::protobuf::SetLogHandler(nullptr);
#endif
  arguments a;
  if (int const status = parse(count, values, a); status != 0) return status < 0 ? 0 : status;
  try {
    run(a);
    return 0;
  } catch (imp::failure const& f) {
    std::cerr << f.line() << '\n';
    return f.number == static_cast<int>(imp::code::usage) ? 2 : 1;
  } catch (std::bad_alloc const&) {
    std::fputs("ashlar-import: E216: model: the memory does not suffice\n", stderr);
  } catch (std::exception const& e) {
    std::cerr << imp::failure(imp::code::memory, "importer", imp::quoted(e.what())).line() << '\n';
  }
  return 1;
}
