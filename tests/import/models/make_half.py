#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# tests/import/models/make_half: writes the models of 16-bit floats and 4-bit weights.
#
#   writes   half.onnx     [2, 3, 8, 8] f16 -> [2, 5] f16, by a convolution, poolings and products
#            bfloat.onnx   [6, 15] bf16 and [3, 5] i4 -> [6, 5] f32
#            NAME.INPUT    what they are run on
#            NAME.output   ONNX Runtime's outputs, of bfloat.onnx those of its model in f32 with
#                          values rounded to bf16 where that has them
#   needs    numpy, ml_dtypes, onnx==1.22.0, onnxruntime==1.31.1
"""Small models, in types that other models have for their weights."""

import pathlib

import ml_dtypes
import numpy as np
import onnxruntime
from onnx import TensorProto as T
from onnx import helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
RANDOM = np.random.default_rng(7)


def floats(*shape: int, scale: float = 1.0) -> np.ndarray:
    return (RANDOM.standard_normal(shape) * scale).astype(np.float32)


def typed(name: str, dtype: int, values: np.ndarray, bits) -> "onnx.TensorProto":
    """An initialiser with its data in int32_data, as exporters write short ones."""
    return helper.make_tensor(name, dtype, values.shape, bits.view(np.uint16).ravel().tolist(), raw=False)


def save(name: str, graph) -> bytes:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    data = model.SerializeToString()
    (HERE / f"{name}.onnx").write_bytes(data)
    return data


def half() -> None:
    x = floats(2, 3, 8, 8).astype(np.float16)
    bias = floats(5, scale=0.1).astype(np.float16)
    initialisers = [
        numpy_helper.from_array(floats(4, 3, 3, 3, scale=0.3).astype(np.float16), "filter"),
        numpy_helper.from_array(floats(16, 12, scale=0.3).astype(np.float16), "first"),
        numpy_helper.from_array(floats(12, 5, scale=0.4).astype(np.float16), "second"),
    ]
    last = helper.make_tensor("bias", T.FLOAT16, [5], bias.astype(float).tolist())
    nodes = [
        helper.make_node("Conv", ["x", "filter"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["m"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("AveragePool", ["m"], ["a"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["a"], ["f"]),
        helper.make_node("MatMul", ["f", "first"], ["p"]),
        helper.make_node("Tanh", ["p"], ["t"]),
        helper.make_node("Gemm", ["t", "second", "bias"], ["g"]),
        helper.make_node("Sigmoid", ["g"], ["s"]),
        helper.make_node("Add", ["s", "g"], ["d"]),
        helper.make_node("Softmax", ["d"], ["y"], axis=1),
    ]
    graph = helper.make_graph(
        nodes, "half", [helper.make_tensor_value_info("x", T.FLOAT16, [2, 3, 8, 8])],
        [helper.make_tensor_value_info("y", T.FLOAT16, [2, 5])], [*initialisers, last])
    data = save("half", graph)
    (y,) = onnxruntime.InferenceSession(data).run(None, {"x": x})
    (HERE / "half.x").write_bytes(x.tobytes())
    (HERE / "half.output").write_bytes(y.tobytes())
    print("half", y)


def bfloat() -> None:
    x = floats(6, 15).astype(ml_dtypes.bfloat16)
    shift = floats(15, scale=0.5).astype(ml_dtypes.bfloat16)
    q = RANDOM.integers(-8, 8, (3, 5)).astype(ml_dtypes.int4)
    weights = RANDOM.integers(0, 16, (15, 5)).astype(ml_dtypes.uint4)
    scale = (floats(3, 5) ** 2 + 0.1).astype(np.float32) * 0.1
    zero = RANDOM.integers(5, 11, (3, 5)).astype(ml_dtypes.uint4)

    def made(kind: int):
        """The graph with bf16, or with f32 that is rounded to bf16 after each operation."""
        is_half = kind == T.BFLOAT16
        def rounded(to):
            return [] if is_half else [
                helper.make_node("Cast", [f"{to}_"], [f"{to}__"], to=T.BFLOAT16),
                helper.make_node("Cast", [f"{to}__"], [to], to=T.FLOAT)]
        end = "" if is_half else "_"
        nodes = [
            helper.make_node("Mul", ["x", "shift"], ["m" + end]), *rounded("m"),
            helper.make_node("Tanh", ["m"], ["t" + end]), *rounded("t"),
            helper.make_node("DequantizeLinear", ["weights", "scale", "zero"], ["w"], axis=0, block_size=5),
            helper.make_node("Cast", ["w"], ["b" + end], to=kind), *rounded("b"),
            helper.make_node("MatMul", ["t", "b"], ["p" + end]), *rounded("p"),
            helper.make_node("Cast", ["p"], ["f"], to=T.FLOAT),
            helper.make_node("Cast", ["q"], ["n"], to=T.FLOAT),
            helper.make_node("ReduceSum", ["n", "first"], ["o"], keepdims=1),
            helper.make_node("Add", ["f", "o"], ["y"]),
        ]
        values = [
            numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(scale, "scale"),
            numpy_helper.from_array(zero, "zero"),
            numpy_helper.from_array(np.array([0], np.int64), "first"),
            numpy_helper.from_array(shift if is_half else shift.astype(np.float32), "shift"),
        ]
        return helper.make_graph(
            nodes, "bfloat",
            [helper.make_tensor_value_info("x", kind, [6, 15]),
             helper.make_tensor_value_info("q", T.INT4, [3, 5])],
            [helper.make_tensor_value_info("y", T.FLOAT, [6, 5])], values)

    reference = helper.make_model(made(T.FLOAT), opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    save("bfloat", made(T.BFLOAT16))
    # ONNX Runtime takes inputs of 4 bits in no array of NumPy's: they are made constant.
    reference.graph.input.pop()
    reference.graph.initializer.append(numpy_helper.from_array(q, "q"))
    session = onnxruntime.InferenceSession(reference.SerializeToString())
    (y,) = session.run(None, {"x": x.astype(np.float32)})
    (HERE / "bfloat.x").write_bytes(x.tobytes())
    (HERE / "bfloat.q").write_bytes(numpy_helper.from_array(q, "q").raw_data)
    (HERE / "bfloat.output").write_bytes(y.tobytes())
    print("bfloat", y)


if __name__ == "__main__":
    half()
    bfloat()
