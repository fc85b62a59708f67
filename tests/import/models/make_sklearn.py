#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# tests/import/models/make_sklearn: writes the scikit-learn models that the importer's tests read.
#
#   writes   NAME.onnx            by skl2onnx: [rows, 64] f32 -> label [rows] i64, probabilities f32
#            NAME.input.f32       32 rows of the digits that the model was not trained on
#            NAME.label.i64       ONNX Runtime's labels
#            NAME.probability.f32 ONNX Runtime's probabilities
#   needs    skl2onnx==1.20.0 and examples/digits/requirements.txt without torch
"""Train and export two small multi-layer perceptrons."""

import pathlib

import numpy
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

HERE = pathlib.Path(__file__).resolve().parent
ROWS = 32


def write(name: str, activation: str, classes: int) -> None:
    """Train on all digits below `classes` but the last rows, export, and record the reference."""
    x, y = load_digits(return_X_y=True)
    x, y = (x[y < classes] / 16.0).astype(numpy.float32), y[y < classes]
    model = MLPClassifier((24,), activation=activation, max_iter=200, random_state=3)
    model.fit(x[:-ROWS], y[:-ROWS])
    held_out = x[-ROWS:]

    exported = to_onnx(model, held_out[:1], options={"zipmap": False}, target_opset=18)
    (HERE / f"{name}.onnx").write_bytes(exported.SerializeToString())
    session = onnxruntime.InferenceSession(exported.SerializeToString())
    label, probability = session.run(None, {session.get_inputs()[0].name: held_out})
    (HERE / f"{name}.input.f32").write_bytes(held_out.astype("<f4").tobytes())
    (HERE / f"{name}.label.i64").write_bytes(label.astype("<i8").tobytes())
    (HERE / f"{name}.probability.f32").write_bytes(probability.astype("<f4").tobytes())
    print(name, "accuracy", float((label == y[-ROWS:]).mean()))


if __name__ == "__main__":
    write("mlp_multiclass", "tanh", 10)
    write("mlp_binary", "relu", 2)
