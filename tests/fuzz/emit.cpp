// SPDX-License-Identifier: Apache-2.0
#include <fuzz/emit.hpp>

#include <fuzz/source.hpp>

#include <cstdio>
#include <fstream>

namespace ashlar::fuzz {

namespace {

using std::to_string;

constexpr char const head[] =
    "// SPDX-License-Identifier: Apache-2.0\n"
    "//\n"
    "// Written by fuzz --emit: random kernels, for the compiler to compile.\n"
    "#include <fuzz/compiled.hpp>\n\n"
    "namespace ash = ashlar;\n\n"
    "namespace {\n";

auto view_source(tensor_form const& t, int place) -> std::string {
  std::string r = "      ash::view<" + type_source(t.type) + (t.is_output ? "" : " const");
  auto const extents = extents_source(t);
  if (!extents.empty()) r += ", " + extents;
  r += ">(c.at<" + type_source(t.type) + ">(" + to_string(place) + ")";
  for (std::size_t d = 0; d < t.dims.size(); ++d) {
    if (t.dims[d].promise.is_static()) continue;
    r += ", c.extent(" + to_string(place) + ", " + to_string(d) + ")";
  }
  return r + ")";
}

auto case_source(campaign_options const& o, fuzz_case const& c, std::uint64_t n) -> std::string {
  std::string r = "namespace case_" + to_string(n) + " {\n" + kernel_source(c.kernel, "kernel") +
                  schedule_source(c.steps, "blocked") +
                  "template <class Backend>\n"
                  "auto run(ash::fuzz::call const& c) -> ash::status {\n"
                  "  return ash::kernel<kernel, blocked, ash::fp::" +
                  (c.kernel.strict ? "strict" : "relaxed") + ", Backend>{}(\n";
  int place = 0;
  for (auto const& t : c.kernel.tensors) {
    if (!t.is_operand) continue;
    if (place > 0) r += ",\n";
    r += view_source(t, place++);
  }
  return r + ");\n}\nash::fuzz::compiled const entry{" + to_string(o.seed) + "U, " + to_string(n) +
         "U, &run<ash::fuzz::scalar>, &run<ash::fuzz::native>};\n}  // namespace case_" +
         to_string(n) + "\n\n";
}

}  // namespace

auto portable(campaign_options o) -> campaign_options {
  o.is_portable = true;
  return o;
}

// Of larger ones, one in twenty, clang's budget of constant evaluation is not enough for some.
constexpr int most_values = 400;

auto emit_units(campaign_options o, std::uint64_t count, std::uint64_t per_unit,
                std::string const& directory) -> int {
  o = portable(o);
  std::uint64_t n = 0;
  for (std::uint64_t unit = 0; unit * per_unit < count; ++unit) {
    std::ofstream out(directory + "/unit_" + to_string(unit) + ".cpp");
    out << head;
    for (std::uint64_t in_unit = 0; in_unit < per_unit && unit * per_unit + in_unit < count;) {
      auto const c = make_case(o, n);
      auto const found = judge(c);
      bool const fits = found.values <= most_values;
      if (found.what == verdict::legal && !found.is_trivial && fits) {
        out << case_source(o, c, n);
        ++in_unit;
      }
      ++n;
    }
    out << "}  // namespace\n";
    if (!out.flush()) {
      std::fprintf(stderr, "fuzz: cannot write to %s\n", directory.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace ashlar::fuzz
