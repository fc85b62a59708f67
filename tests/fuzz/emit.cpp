// SPDX-License-Identifier: Apache-2.0
#include <fuzz/emit.hpp>

#include <fuzz/mistakes.hpp>
#include <fuzz/source.hpp>

#include <cstdio>
#include <fstream>
#include <set>

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

auto view_type(tensor_form const& t) -> std::string {
  auto const extents = extents_source(t);
  return "ash::view<" + type_source(t.memory_type()) + (t.is_output ? "" : " const") +
         (extents.empty() ? "" : ", " + extents) + ">";
}

auto view_source(tensor_form const& t, int place) -> std::string {
  std::string r = "      " + view_type(t) + "(c.at<" + type_source(t.memory_type()) + ">(" +
                  to_string(place) + ")";
  for (std::size_t d = 0; d < t.dims.size(); ++d) {
    if (t.dims[d].promise.is_static()) continue;
    r += ", c.extent(" + to_string(place) + ", " + to_string(d) + ")";
  }
  return r + ")";
}

// What compares constant evaluation with run time, for one case of a unit: it costs.
auto evaluation_source(fuzz_case const& c, bool is_compared) -> std::string {
  if (!is_compared) return "nullptr";
  std::string r = "&ash::fuzz::is_evaluated_alike<ash::kernel<kernel, blocked, ash::fp::";
  r += c.kernel.strict ? "strict>" : "relaxed>";
  for (auto const& t : c.kernel.tensors)
    if (t.is_operand) r += ", " + view_type(t);
  return r + ">";
}

auto case_source(campaign_options const& o, fuzz_case const& c, std::uint64_t n, bool is_compared)
    -> std::string {
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
         "U, &run<ash::fuzz::scalar>, &run<ash::fuzz::native>, " +
         evaluation_source(c, is_compared) + "};\n}  // namespace case_" + to_string(n) + "\n\n";
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
        out << case_source(o, c, n, in_unit == 0);
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

namespace {

constexpr char const mistakes_head[] =
    "// SPDX-License-Identifier: Apache-2.0\n"
    "//\n"
    "// Written by fuzz --emit-mistakes: ASHLAR_CASE=0 is legal, the others must not compile.\n"
    "#include <ashlar/kernel/kernel.hpp>\n"
    "#include <ashlar/expr/boundary.hpp>\n\n"
    "namespace ash = ashlar;\n\n";

// As far as a message reads the same in each compiler.
auto as_pattern(std::string const& text) -> std::string {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,:;_-";
  std::string r;
  for (char const c : text.substr(0, 70)) {
    if (plain.find(c) != std::string_view::npos)
      r += c;
    else if (std::string_view(".()[]").find(c) != std::string_view::npos)
      r += std::string("\\") + c;
    else
      break;
  }
  return r;
}

// A call, whose pointers nobody follows.
auto call_source(fuzz_case const& c) -> std::string {
  std::string pointers;
  std::string views;
  int place = 0;
  for (auto const& t : c.kernel.tensors) {
    if (!t.is_operand) continue;
    auto const type = type_source(t.memory_type()) + (t.is_output ? "" : " const");
    auto const name = "p" + to_string(place++);
    pointers += (pointers.empty() ? "" : ", ") + type + "* " + name;
    auto const extents = extents_source(t);
    views += views.empty() ? "" : ", ";
    views += "ash::view<" + type + (extents.empty() ? "" : ", " + extents) + ">(" + name;
    for (auto const& d : t.dims) {
      if (!d.promise.is_static()) views += ", " + to_string(d.extent);
    }
    views += ")";
  }
  return "inline bool run(" + pointers + ") {\n  return ash::kernel<kernel, blocked>{}(" + views +
         ").ok();\n}\n";
}

// All but the mistake.
auto without_mistake(fuzz_case c) -> fuzz_case {
  c.steps.resize(static_cast<std::size_t>(c.legal_steps));
  c.mistake = diag::code::ok;
  return c;
}

auto mistake_source(fuzz_case const& c, std::uint64_t number, std::string const& why)
    -> std::string {
  auto const n = to_string(number);
  return "// EXPECT: ashlar\\[" + number_of(c.mistake) + "\\] " +
         as_pattern(std::string(diag::text_of(c.mistake))) + "\n// ALSO: " + as_pattern(why) +
         "\n#if ASHLAR_CASE == 0 || ASHLAR_CASE == " + n + "\nnamespace case_" + n + " {\n" +
         kernel_source(c.kernel, "kernel") + "#if ASHLAR_CASE == 0\n" +
         schedule_source(without_mistake(c).steps, "blocked") + "#else\n" +
         schedule_source(c.steps, "blocked") + "#endif\n" + call_source(c) +
         "}  // namespace case_" + n + "\n#endif\n\n";
}

/// Draws cases until one has a code that the others lack, where there is any.
struct mistake_stream {
  campaign_options o;
  std::uint64_t next = 0;
  std::set<diag::code> used{};

  auto draw(outcome& found) -> fuzz_case {
    constexpr int patience = 6000;
    for (int tries = 0;; ++tries) {
      auto const c = make_case(o, next++);
      found = judge(c);
      bool const is_small = c.kernel.stages.size() < 5 && !c.kernel.strict;
      bool const is_fresh = tries > patience || used.count(c.mistake) == 0;
      if (found.what != verdict::illegal || !is_small || !is_fresh) continue;
      if (judge(without_mistake(c)).what != verdict::legal) continue;
      used.insert(c.mistake);
      return c;
    }
  }
};

}  // namespace

auto emit_mistakes(campaign_options o, std::uint64_t count, std::uint64_t per_unit,
                   std::string const& directory) -> int {
  o = portable(o);
  o.is_mistaken = true;
  mistake_stream cases{.o = o};
  for (std::uint64_t unit = 0; unit * per_unit < count; ++unit) {
    std::ofstream out(directory + "/mistake_" + to_string(unit) + ".cpp");
    out << mistakes_head;
    for (std::uint64_t n = 0; n < per_unit && unit * per_unit + n < count; ++n) {
      outcome found{};
      auto const c = cases.draw(found);
      out << mistake_source(c, n + 1, found.why);
      if (cases.used.size() == schedule_codes().size()) cases.used.clear();
    }
    if (!out.flush()) {
      std::fprintf(stderr, "fuzz: cannot write to %s\n", directory.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace ashlar::fuzz
