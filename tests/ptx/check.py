#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/ptx/check.py FILE.cu --nvcc NVCC --include DIR [--update]: what nvcc makes of each kernel.

The comment above a function that launches a kernel says what its PTX has, and what ptxas needs:

    // PTX: ld.global.v4.f32 == 2, ld.global.f32 == 0, bar.sync >= 1
    // ptxas: sm_80 18 registers, sm_90 18 registers; 0 bytes of shared memory

A name is an instruction with its modifiers, and may have wildcards: ld.global*.v4.f32. The n-th such
comment is of the n-th kernel of the PTX. Besides, no kernel has memory of its own (ld.local,
st.local), calls a function or spills, unless a line says `// own memory: WHY`; a file compiles for
one architecture in 10 s of CPU and 600 MB for its first kernel, and 2 s and 170 MB for each other, or
what a line `// cost: N s, M MB: WHY` says; no symbol of a kernel is longer than 200 characters.
Registers may differ by 8 from one toolkit to the next; --update writes what was found.
"""
import argparse
import fnmatch
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ARCHITECTURES = ("80", "90")
SLACK = 8  # registers
# Of the first kernel, of each other. Seconds are 5 and 1 where nothing else runs.
CPU_SECONDS, MEGABYTES = (10, 2), (600, 170)


def compile_for(options, arch, folder):
    """The PTX, what ptxas says, and the cost."""
    common = [options.nvcc, "-std=c++20", f"-arch=sm_{arch}", *(f"-I{d}" for d in options.include)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([*common, "-Xptxas", "-v,-warn-spills", "--keep", "--keep-dir", folder, "-c",
                          str(options.file), "-o", f"{folder}/out.o"], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        sys.exit(f"{options.file}: nvcc for sm_{arch} ends with {run.returncode}\n{run.stderr}")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # ru_maxrss is of the largest process that has ended so far.
    return next(Path(folder).glob("*.ptx")).read_text(), run.stderr, seconds, after.ru_maxrss / 1024


def kernels_of(ptx):
    """The name of each kernel, and its instructions, in their order."""
    parts = re.split(r"^\.visible \.entry (\w+)", ptx, flags=re.MULTILINE)[1:]
    instruction = re.compile(r"^\s*(?:@!?%p\d+\s+)?([a-z][\w.]*)\b", re.MULTILINE)
    return [(name, instruction.findall(body)) for name, body in zip(parts[::2], parts[1::2])]


def used_by(report):
    """Registers and bytes of shared memory of each kernel."""
    used, name = {}, None
    for line in report.splitlines():
        if match := re.search(r"Compiling entry function '(\w+)'", line):
            name = match[1]
        elif match := re.search(r"Used (\d+) registers", line):
            shared = re.search(r"(\d+) bytes smem", line)
            used[name] = int(match[1]), int(shared[1]) if shared else 0
    return used


def holds(instructions, claim, where):
    match = re.fullmatch(r"\s*([\w.*]+)\s*(==|>=|<=)\s*(\d+)\s*", claim)
    if not match:
        return f"{where}: cannot read '{claim}'"
    pattern, sign, wanted = match[1], match[2], int(match[3])
    n = sum(fnmatch.fnmatchcase(i, pattern) for i in instructions)
    good = {"==": n == wanted, ">=": n >= wanted, "<=": n <= wanted}[sign]
    return None if good else f"{where}: {pattern} occurs {n} times, not {sign} {wanted}"


def judge(kernel, claims, where, owns):
    name, instructions = kernel
    claims = [c for c in claims.split(",") if c.strip()]
    if not owns:
        claims += ["*.local* == 0", "call* == 0"]
    problems = [holds(instructions, c, where) for c in claims]
    if len(name) > 200:
        problems.append(f"{where}: its symbol has {len(name)} characters")
    return [p for p in problems if p]


def check_cost(options, arch, count, seconds, megabytes, stated):
    limits = [first + each * (count - 1) for first, each in (CPU_SECONDS, MEGABYTES)]
    if stated:
        limits = [int(stated[1]), int(stated[2])]
    found = f"{options.file.name}: sm_{arch}: {seconds:.1f} s of CPU, {megabytes:.0f} MB"
    print(f"{found} for {count} kernels")
    too_slow = seconds > limits[0]
    too_large = megabytes > limits[1]
    return [f"{found}, more than {limits}"] if too_slow or too_large else []


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--nvcc", default="nvcc")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    text = options.file.read_text(encoding="utf-8")
    wanted = [(claims.replace("\n//", ""), ptxas) for claims, ptxas in re.findall(
        r"^// PTX: (.*(?:\n//  .*)*)\n// ptxas: (.*)$", text, re.MULTILINE)]
    owns = "// own memory: " in text
    problems, found = [], [{} for _ in wanted]
    for arch in ARCHITECTURES:
        with tempfile.TemporaryDirectory() as folder:
            ptx, report, seconds, megabytes = compile_for(options, arch, folder)
        kernels, used = kernels_of(ptx), used_by(report)
        if len(kernels) != len(wanted):
            sys.exit(f"{options.file}: {len(wanted)} comments for {len(kernels)} kernels")
        if "spill" in report and re.search(r"[1-9]\d* bytes spill", report) and not owns:
            problems.append(f"sm_{arch}: registers are spilled\n{report}")
        stated = re.search(r"^// cost: (\d+) s, (\d+) MB: .", text, re.MULTILINE)
        problems += check_cost(options, arch, len(kernels), seconds, megabytes, stated)
        for n, (kernel, (claims, ptxas)) in enumerate(zip(kernels, wanted)):
            where = f"kernel {n + 1}, sm_{arch}"
            problems += judge(kernel, claims, where, owns)
            registers, shared = used[kernel[0]]
            found[n][arch] = registers, shared
            golden = re.search(rf"sm_{arch} (\d+) registers", ptxas)
            bytes_of = re.search(r"(\d+) bytes of shared", ptxas)
            if options.update:
                continue
            if not golden or abs(registers - int(golden[1])) > SLACK:
                problems.append(f"{where}: {registers} registers; the golden is '{ptxas}'")
            if not bytes_of or shared != int(bytes_of[1]):
                problems.append(f"{where}: {shared} bytes of shared memory; the golden is '{ptxas}'")
    if options.update:
        lines = iter(", ".join(f"sm_{a} {f[a][0]} registers" for a in ARCHITECTURES)
                     + f"; {f[ARCHITECTURES[0]][1]} bytes of shared memory" for f in found)
        text = re.sub(r"^// ptxas: .*$", lambda _: "// ptxas: " + next(lines), text, flags=re.MULTILINE)
        options.file.write_text(text, encoding="utf-8")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
