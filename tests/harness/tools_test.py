#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The repository's own tools must find what they look for: each runs in a small tree with one fault."""
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
sys.dont_write_bytecode = True

REPORT = """<testsuite>
<testcase name="a" status="run"/>
<testcase name="b" status="fail"><failure message=""/></testcase>
<testcase name="c" status="notrun"><skipped message="Unable to find executable"/></testcase>
<testcase name="d" status="notrun"><skipped message="SKIP_RETURN_CODE=4"/></testcase>
<testcase name="e" status="disabled"/>
<testcase name="f" status="notrun"><skipped message="Fixture dependency failed"/></testcase>
</testsuite>"""


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("CMakeLists.txt", "project(ashlar VERSION 1.2.3)\n")

    def write(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def header(self, name, text):
        self.write(f"include/ashlar/{name}", f"{LICENCE}#pragma once\n{text}")

    def tool(self, name, *arguments):
        """(exit status, output) of tools/NAME in this tree."""
        (self.root / "tools").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tools" / name, self.root / "tools")
        run = subprocess.run([sys.executable, f"tools/{name}", *arguments], cwd=self.root, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return run.returncode, run.stdout


class Layers(Tree):
    def problems(self):
        self.tool("check_layers", "--write")
        return self.tool("check_layers")

    def test_accepts_an_include_of_a_lower_layer_and_draws_it(self):
        self.header("core/a.hpp", "#include <vector>\n")
        self.header("tir/b.hpp", "#include <ashlar/core/a.hpp>\n")
        self.assertEqual(self.problems(), (0, ""))
        self.assertEqual((self.root / "docs/layers.mmd").read_text(), "graph TD\n  tir --> core\n")

    def test_rejects_a_stale_graph(self):
        self.header("core/a.hpp", "")
        self.assertIn("stale", self.tool("check_layers")[1])

    def test_rejects_an_include_of_a_higher_layer(self):
        self.header("core/a.hpp", "#include <ashlar/tir/b.hpp>\n")
        self.header("tir/b.hpp", "")
        status, text = self.problems()
        self.assertEqual(status, 1)
        self.assertIn("a.hpp:3: core must not include <ashlar/tir/b.hpp>", text)

    def test_rejects_third_party_headers_outside_emit_and_runtime(self):
        self.header("tir/a.hpp", "#include <hwy/highway.h>\n")
        self.assertIn("only emit/ and runtime/", self.problems()[1])
        self.header("tir/a.hpp", "")
        self.header("emit/a.hpp", "#include <hwy/highway.h>\n")
        self.assertEqual(self.problems(), (0, ""))

    def test_rejects_quotes_unknown_folders_and_missing_headers(self):
        self.header("core/a.hpp", '#include "b.hpp"\n#include <ashlar/core/none.hpp>\n')
        self.header("misc/a.hpp", "")
        text = self.problems()[1]
        for problem in ("not \"b.hpp\"", "no such header", "misc/ is not a layer"):
            self.assertIn(problem, text)


class Amalgamate(Tree):
    def amalgam(self):
        status, text = self.tool("amalgamate")
        self.assertEqual(status, 0, text)
        return (self.root / "single_include/ashlar.hpp").read_text()

    def test_places_each_header_once_and_hoists_standard_headers(self):
        self.header("ashlar.hpp", "#include <ashlar/core/b.hpp>\n#include <ashlar/core/a.hpp>\n")
        self.header("core/a.hpp", "#include <vector>\nint a;\n")
        self.header("core/b.hpp", "#include <array>\n#include <ashlar/core/a.hpp>\nint b;\n")
        text = self.amalgam()
        self.assertEqual(text.count("int a;"), 1)
        self.assertLess(text.index("int a;"), text.index("int b;"))
        self.assertLess(text.index("<array>"), text.index("<vector>"))
        self.assertEqual(text.count("#pragma once"), 1)
        self.assertIn("Ashlar 1.2.3", text)
        self.assertEqual(self.tool("amalgamate", "--check"), (0, ""))
        self.header("core/a.hpp", "int changed;\n")
        self.assertIn("stale", self.tool("amalgamate", "--check")[1])

    def test_keeps_what_stands_under_a_condition(self):
        self.header("ashlar.hpp", "#if __has_include(<x/y.h>)\n#include <ashlar/emit/a.hpp>\n#endif\n")
        self.header("emit/a.hpp", "#include <vector>\n#include <x/y.h>\nint a;\n")
        text = self.amalgam()
        condition = text.index("#if __has_include")
        for part in ("<x/y.h>\n", "int a;", "<vector>"):
            self.assertLess(condition, text.rindex(part))
            self.assertLess(text.rindex(part), text.index("#endif"))

    def test_rejects_a_header_that_only_a_condition_would_place(self):
        self.header("ashlar.hpp", "#if X\n#include <ashlar/core/a.hpp>\n#endif\n"
                                  "#include <ashlar/core/a.hpp>\n")
        self.header("core/a.hpp", "")
        status, text = self.tool("amalgamate")
        self.assertEqual(status, 1)
        self.assertIn("include it unconditionally before", text)


class Headers(Tree):
    def test_reports_a_header_that_needs_another_first(self):
        self.header("core/a.hpp", "inline int twice(pair p) { return p.first + p.second; }\n")
        self.header("core/b.hpp", "#include <string_view>\nstruct pair { int first, second; };\n")
        status, text = self.tool("check_headers")
        self.assertEqual(status, 1)
        self.assertIn("ashlar/core/a.hpp does not compile on its own", text)
        self.assertNotIn("core/b.hpp", text)

    def test_compiles_again_when_an_included_header_changes(self):
        self.header("core/a.hpp", "#include <ashlar/core/b.hpp>\ninline int a = b;\n")
        self.header("core/b.hpp", "inline int b = 1;\n")
        self.assertEqual(self.tool("check_headers"), (0, ""))
        self.header("core/b.hpp", "")
        self.assertEqual(self.tool("check_headers")[0], 1)


def load(name, path):
    """A script of the repository as a module."""
    loader = SourceFileLoader(name, str(ROOT / path))
    module = module_from_spec(spec_from_loader(name, loader))
    sys.modules[name] = module
    loader.exec_module(module)
    return module


class Count(unittest.TestCase):
    def test_what_could_not_start_has_failed(self):
        test = load("counted", "tools/test")
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as report:
            report.write(REPORT)
            report.flush()
            self.assertEqual(test.count(report.name), (1, 3, 2))


# Makes programs that print what they should, except with three of the flags; one it cannot have at all.
COMPILER = """#!/bin/sh
for program; do :; done
printed=good
case "$*" in
  *-m32*probe*) exit 1 ;;
  *probe*) ;;
  *-Wall*) echo "warning: a conversion" ;;
  *-fshort-enums*) printed=wrong ;;
  *"-O0 -ffast-math"*) echo "error: something else"; exit 1 ;;
esac
printf '#!/bin/sh\\necho %s\\n' $printed > "$program"
chmod +x "$program"
"""


class Matrix(Tree):
    def test_finds_warnings_wrong_output_and_other_errors(self):
        self.write("examples/01_saxpy.out", "good\n")
        self.write("compiler", COMPILER)
        (self.root / "compiler").chmod(0o755)
        status, output = self.tool("matrix", "--program", "saxpy", "--compiler",
                                   str(self.root / "compiler"), "--compiler", "absent")
        self.assertEqual(status, 1)
        rows = load("matrix_rows", "tools/matrix").ROWS
        possible = len(rows) - 1
        self.assertIn(f"matrix: passed {possible - 3} of {possible}\n", output)
        self.assertIn("not installed: absent", output)
        self.assertIn("a conversion", output)
        self.assertIn("does not print examples/01_saxpy.out\n  wrong", output)
        self.assertIn("must be refused", output)


PATCH = """A user sees two.
--- a/include/ashlar/pass/a.hpp
+++ b/include/ashlar/pass/a.hpp
@@ -1,3 +1,3 @@
 // SPDX-License-Identifier: Apache-2.0
 #pragma once
-int a = 1;
+int a = 2;
"""


# ninja -C BUILD -jN PROGRAMS makes programs that fail of what is 2, if the test says so.
NINJA = """
tests=$2/tests headers=$2/../../include
[ "$3" = -n ] && exit
shift 3
for name; do
  if [ "$name" = "$build" ] && grep -rq "= 2" $headers; then
    echo "$why"
    exit 1
  fi
  case $name in
    fuzz) program=$tests/fuzz/fuzz ;;
    backend.*) program=$tests/backend/$name ;;
    *) program=$tests/$name ;;
  esac
  mkdir -p $(dirname $program)
  echo "#!/bin/sh" > $program
  [ "$name" = "$run" ] && echo "! grep -rq '= 2' $headers" >> $program
  chmod +x $program
done
"""


class Mutate(Tree):
    def setUp(self):
        super().setUp()
        self.write("tests/mutants/01_a_is_two.patch", PATCH)

    def test_lists_the_patches_that_match(self):
        self.write("tests/mutants/02_other.patch", PATCH)
        self.assertEqual(self.tool("mutate", "--list", "--only", "*two"),
                         (0, "01_a_is_two: A user sees two.\n"))

    def test_checks_that_patches_apply(self):
        self.header("pass/a.hpp", "int a = 1;\n")
        self.assertEqual(self.tool("mutate", "--check"), (0, ""))
        self.header("pass/a.hpp", "int a = 3;\n")
        stale = "01_a_is_two.patch does not apply any more: adapt it to include/ashlar/pass/a.hpp\n"
        self.assertEqual(self.tool("mutate", "--check"), (1, stale))
        self.assertEqual(self.tool("mutate"),
                         (1, f"mutate: {stale}mutate: killed 0 of 1\n"))

    def test_wants_to_know_what_a_user_sees_of_one_change(self):
        for text in (PATCH.partition("\n")[2], PATCH + PATCH):
            self.write("tests/mutants/01_a_is_two.patch", text)
            status, output = self.tool("mutate", "--check")
            self.assertEqual(status, 1)
            self.assertIn("01_a_is_two.patch must say in its first line what a user sees", output)

    def judged(self, **finds):
        """(exit status, output) where the program finds["run"] fails of what is 2, or the build of
        finds["build"] says why; there are no compilers."""
        self.header("pass/a.hpp", "int a = 1;\n")
        for name in ("pass/a", "pass/other", "schedule/b"):
            self.write(f"tests/unit/{name}.cpp", "")
        for name, script in {"tools/setup": "", "bin/cmake": "", "bin/ninja": NINJA}.items():
            self.write(name, f"#!/bin/sh\n{script}")
            (self.root / name).chmod(0o755)
        subprocess.run(["git", "init", "--quiet", self.root], check=True)
        environment = {"PATH": f"{self.root}/bin:{os.environ['PATH']}", **finds}
        with unittest.mock.patch.dict(os.environ, environment):
            return self.tool("mutate")

    def test_a_test_that_fails_kills(self):
        for program in ("fuzz", "unit.pass.a", "unit.pass.other", "unit.schedule.b"):
            status, output = self.judged(run=program)
            self.assertEqual(status, 0, output)
            self.assertIn(f"01_a_is_two: killed by {program}, ", output)
            self.assertTrue(output.endswith("\nmutate: killed 1 of 1\n"))
        copy = self.root / "build/mutate/tree/include/ashlar/pass/a.hpp"
        self.assertIn("a = 1", copy.read_text(), "no patch stays in the copy")

    def test_what_is_emitted_is_for_the_backends(self):
        self.write("tests/mutants/01_a_is_two.patch", PATCH.replace("pass/a.hpp", "emit/a.hpp"))
        self.header("emit/a.hpp", "int a = 1;\n")
        status, output = self.judged(run="backend.kernel_splits")
        self.assertEqual(status, 0, output)
        self.assertIn("01_a_is_two: killed by backend.kernel_splits, ", output)

    def test_headers_without_a_test_have_those_of_what_includes_them(self):
        self.header("pass/other.hpp", "#include <ashlar/pass/between.hpp>\n")
        self.header("pass/between.hpp", "#include <ashlar/pass/c.hpp>\n")
        self.write("tests/mutants/01_a_is_two.patch", PATCH.replace("pass/a.hpp", "pass/c.hpp"))
        self.header("pass/c.hpp", "int a = 1;\n")
        output = self.judged(run="unit.pass.other")[1]
        self.assertIn("mutate: unit.pass.other without any patch", output)

    def test_a_static_requirement_kills_and_an_error_does_not(self):
        output = self.judged(build="unit.pass.a", why="error: static assertion failed")[1]
        self.assertIn("01_a_is_two: killed by a static requirement, ", output)
        for program, why in {"unit.pass.a": "expected ';'", "fuzz": "static assertion"}.items():
            status, output = self.judged(build=program, why=why)
            self.assertEqual(status, 1)
            self.assertIn(f"01_a_is_two: {program} does not compile\n{why}", output)

    def test_what_nothing_finds_survives(self):
        status, output = self.judged()
        self.assertEqual(status, 1)
        self.assertIn("01_a_is_two: SURVIVES: A user sees two., ", output)
        self.assertTrue(output.endswith("\nmutate: killed 0 of 1\n"))

    def test_a_program_that_fails_anyway_proves_nothing(self):
        self.header("pass/b.hpp", "int b = 2;\n")
        status, output = self.judged(run="fuzz")
        self.assertEqual(status, 1)
        self.assertIn("without any patch fuzz fails", output)


class CompileBench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def rows(self, peers):
        """What is compared if each compilation takes a second more than the one before it."""
        bench = load("compile_bench", "bench/compile/run")
        jobs = bench.plan(["map"], [1, 64], peers, self.folder)
        clock, bench.say = itertools.count(1), lambda text: None
        bench.cost.compile_once = lambda *_: (True, next(clock), 100)
        bench.cost.longest_symbol = lambda obj: 20
        bench.cost.counts = lambda *_, **__: ({"classes": 1, "functions": 2, "ours": 1}, {})
        results = bench.measure(jobs, 4, self.folder)
        self.rounds = {job.copies: len(results.differences["g++", job]) for job in jobs}
        return list(bench.comparisons(jobs, results, ["map"], peers)), bench

    def test_measures_headers_just_before_what_is_compared_beyond_them(self):
        rows, _ = self.rows(["eigen"])
        for program in ("gemm", "axpy"):
            self.assertIn((f"g++ {program} beyond headers", 1, "eigen", 1), rows)
        self.assertEqual(self.rounds, {1: 4, 64: 3})
        self.assertIn("clang++-19 map x64", [row[0] for row in rows])

    def test_writes_a_ratio_only_where_there_is_a_peer(self):
        for peers in ([], ["eigen", "xtensor"]):
            rows, bench = self.rows(peers)
            bench.write_json(self.folder / "rows.json", rows)
            records = json.loads((self.folder / "rows.json").read_text())
            self.assertEqual({r["peer"] for r in records}, {"", *peers})
            self.assertEqual(len({(r["case"], r["peer"]) for r in records}), len(records))
            for r in records:
                expected = r["peer_seconds"] / r["seconds"] if r["peer"] else 0
                self.assertEqual((r["bench"], r["threads"], r["ratio"]), ("compile", 1, expected))

    def test_refuses_before_it_measures(self):
        wrong = {"at least 3": ["--repetitions", "2"], "there are: gemm": ["none"],
                 "no folder": ["--json", "none/x.json"], "at least 1": ["--copies", "0"]}
        for text, arguments in wrong.items():
            run = subprocess.run([ROOT / "bench/compile/run", *arguments], cwd=self.folder, text=True,
                                 stdin=subprocess.DEVNULL, capture_output=True)
            self.assertEqual(run.returncode, 2)
            self.assertIn(text, run.stderr)


if __name__ == "__main__":
    unittest.main()
