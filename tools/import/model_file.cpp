// SPDX-License-Identifier: Apache-2.0
//
// import/model_file: reads protobuf messages from files and memory, quietly and within limits.
#include "import.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>

namespace ashlar::import {

namespace {

constexpr int most_nesting = 100;

auto parse(google::protobuf::io::ZeroCopyInputStream& in, google::protobuf::MessageLite& to)
    -> bool {
  google::protobuf::io::CodedInputStream coded(&in);
  coded.SetTotalBytesLimit(std::numeric_limits<int>::max());
  coded.SetRecursionLimit(most_nesting);
  return to.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
}

void parse_file(std::string const& path, google::protobuf::MessageLite& to) {
  // Not blocking, so that the name of a pipe is an error and no wait.
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) throw failure(code::unreadable, quoted(path), "the file cannot be opened");
  google::protobuf::io::FileInputStream in(file);
  in.SetCloseOnDelete(true);
  struct stat about{};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    throw failure(code::unreadable, quoted(path), "not a regular file");
  }
  if (about.st_size > std::numeric_limits<int>::max()) {
    throw failure(code::limit, quoted(path), "a protobuf file has at most 2 GB");
  }
  if (!parse(in, to)) throw failure(code::not_onnx, quoted(path), "not an ONNX message");
}

}  // namespace

auto parse_model(std::string_view file) -> onnx::ModelProto {
  onnx::ModelProto model;
  google::protobuf::io::ArrayInputStream in(file.data(), static_cast<int>(file.size()));
  if (!parse(in, model)) throw failure(code::not_onnx, "model", "not an ONNX message");
  return model;
}

auto read_model(std::string const& path) -> onnx::ModelProto {
  onnx::ModelProto model;
  parse_file(path, model);
  return model;
}

auto read_tensor(std::string const& path) -> onnx::TensorProto {
  onnx::TensorProto t;
  parse_file(path, t);
  return t;
}

}  // namespace ashlar::import
