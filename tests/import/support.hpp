// SPDX-License-Identifier: Apache-2.0
//
// tests/import/support: imports models in this process and runs them by the reference interpreter.
#pragma once

#include <ashlar/graph/interpret.hpp>

#include <import.hpp>
#include <tensor_data.hpp>
#include <write_header.hpp>

#include <catch2/catch_translate_exception.hpp>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <vector>

CATCH_TRANSLATE_EXCEPTION(ashlar::import::failure const& f) { return f.line(); }

namespace support {

namespace imp = ashlar::import;

inline auto source_file(std::string const& path) -> std::string {
  return std::string(ASHLAR_SOURCE_DIR) + "/" + path;
}

inline auto read_file(std::string const& path) -> std::string {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

template <class T> auto elements(std::string const& bytes) -> std::vector<T> {
  std::vector<T> out(bytes.size() / sizeof(T));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
  return out;
}

/// Bytes aligned to 64, filled with a pattern that is a signalling NaN in f32 and f64.
class aligned {
 public:
  explicit aligned(std::int64_t bytes) : data_(static_cast<std::size_t>(bytes) + 128) {
    auto const address = reinterpret_cast<std::uintptr_t>(data_.data());
    offset_ = static_cast<std::size_t>((64 - address % 64) % 64);
    unsigned char const pattern[8] = {0x01, 0x00, 0xb0, 0x7f, 0x01, 0x00, 0xf4, 0x7f};
    for (std::size_t i = 0; i < data_.size() - offset_; ++i) {
      data_[offset_ + i] = std::byte{pattern[i % 8]};
    }
  }
  aligned(std::string const& bytes) : aligned(static_cast<std::int64_t>(bytes.size())) {
    if (!bytes.empty()) std::memcpy(at(), bytes.data(), bytes.size());
  }
  auto at() -> std::byte* { return data_.data() + offset_; }

 private:
  std::vector<std::byte> data_;
  std::size_t offset_ = 0;
};

/// Takes the bytes of each input and returns those of each output.
inline auto run(imp::imported const& model, std::vector<std::string> const& inputs)
    -> std::vector<std::string> {
  namespace ag = ashlar::graph;
  auto const& g = model.graph;
  aligned weights(imp::pack_weights(model));
  aligned arena(g.arena_bytes);
  std::vector<aligned> in(inputs.begin(), inputs.end());
  std::vector<aligned> out;
  std::vector<std::byte*> in_at, out_at;
  for (auto& i : in) in_at.push_back(i.at());
  for (int i = 0; i < g.outputs.count; ++i)
    out.emplace_back(ag::byte_count(g[g.output_of_graph(i)]));
  for (auto& o : out) out_at.push_back(o.at());
  ag::interpret(g, weights.at() + 64, arena.at(), in_at.data(), out_at.data());
  std::vector<std::string> bytes;
  for (int i = 0; i < g.outputs.count; ++i) {
    auto const size = static_cast<std::size_t>(ag::byte_count(g[g.output_of_graph(i)]));
    bytes.emplace_back(reinterpret_cast<char const*>(out_at[static_cast<std::size_t>(i)]), size);
  }
  return bytes;
}

inline auto import_bytes(std::string const& bytes, imp::options const& how = {}) -> imp::imported {
  return imp::import_model(imp::parse_model(bytes), how);
}

/// Header and weights as the program would write them.
inline auto files_of(imp::imported const& model) -> std::string {
  std::string const weights = imp::pack_weights(model);
  std::uint64_t hash[2];
  std::memcpy(hash, weights.data() + 16, sizeof hash);
  return imp::header_text(model, "m", hash) + weights;
}

inline auto header_of(imp::imported const& model) -> std::string {
  std::uint64_t const hash[2] = {1, 2};
  return imp::header_text(model, "m", hash);
}

}  // namespace support
