# SPDX-License-Identifier: Apache-2.0
"""The hashes of tests/unit/core/half.cpp: numpy's conversions of binary16, ml_dtypes' of bfloat16.

    build/venv/bin/python tests/unit/core/half_reference.py

Inputs of narrowing: each value of the format, the middle between it and the next, and the floats (or
doubles) on both sides of that middle. A NaN counts as one pattern, since libraries differ in payloads.
"""
import ml_dtypes
import numpy

ALL = numpy.arange(65536, dtype=numpy.uint16)


def digest(words):
    h = 0xCBF29CE484222325
    for w in words.tolist():
        h = (h ^ w) * 0x100000001B3 % 2**64
    return f"{h:#x}"


def widened(kind):
    f = ALL.view(kind).astype(numpy.float32)
    return numpy.where(numpy.isnan(f), 0x7FC00000, f.view(numpy.uint32))


def narrowed(kind, wide):
    positive = ALL[:0x7C00 if kind is numpy.float16 else 0x7F80].view(kind).astype(numpy.float64)
    last = 65536.0 if kind is numpy.float16 else 2.0**128
    middle = (positive + numpy.append(positive[1:], last)) / 2
    with numpy.errstate(over="ignore"):
        middle = middle.astype(wide)
        infinity = wide(numpy.inf)
        inputs = numpy.stack(
            [positive.astype(wide), numpy.nextafter(middle, wide(0)), middle,
             numpy.nextafter(middle, infinity)], axis=1).ravel()
        inputs = numpy.concatenate([inputs, -inputs])
        return inputs.astype(kind).view(numpy.uint16)


print("f16 to f32 ", digest(widened(numpy.float16)))
print("bf16 to f32", digest(widened(ml_dtypes.bfloat16)))
print("f32 to f16 ", digest(narrowed(numpy.float16, numpy.float32)))
print("f64 to f16 ", digest(narrowed(numpy.float16, numpy.float64)))
print("f32 to bf16", digest(narrowed(ml_dtypes.bfloat16, numpy.float32)))
