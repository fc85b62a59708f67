#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# examples/digits/train: trains the convolutional network of this example and writes every file
# beside this script that the example needs.
#
#   takes    the UCI handwritten digits as scikit-learn ships them: 1797 images of 8x8, values 0..16
#   writes   digits.onnx          [batch, 1, 8, 8] f32 -> [batch, 10] f32 logits; the batch is dynamic
#            images.f32           the held-out images, little endian, already scaled to 0..1
#            labels.u8            their classes, one byte each
#            reference.f32        ONNX Runtime's logits for them
#   run as   python -m venv V && V/bin/pip install -r requirements.txt && V/bin/python train.py
#   source   E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998
"""Train, export and record the digits example."""

import pathlib

import numpy
import onnx
import onnxruntime
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
HELD_OUT = 360
EPOCHS = 60
BATCH = 64


def network() -> nn.Sequential:
    """Three convolutions and a classifier, 32 thousand parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(128, 10),
    )


def data() -> tuple[torch.Tensor, ...]:
    """Training and held-out images and labels, the same split on every run."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(numpy.float32)[:, None]
    split = train_test_split(
        images, digits.target, test_size=HELD_OUT, random_state=7, stratify=digits.target
    )
    train_x, test_x, train_y, test_y = (torch.from_numpy(numpy.ascontiguousarray(a)) for a in split)
    return train_x, train_y, test_x, test_y


def shifted(batch: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """The batch with every image moved by at most one pixel, which is the only augmentation."""
    down, right = torch.randint(-1, 2, (2,), generator=random).tolist()
    padded = nn.functional.pad(batch, (1, 1, 1, 1))
    return padded[:, :, 1 + down : 9 + down, 1 + right : 9 + right]


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
    """Minimise the cross entropy by AdamW under a cosine schedule."""
    random = torch.Generator().manual_seed(11)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-3)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    model.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for rows in torch.randperm(len(x), generator=random).split(BATCH):
            loss = nn.functional.cross_entropy(model(shifted(x[rows], random)), y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(rows)
        rate.step()
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {total / len(x):.4f}")
    model.eval()


def export(model: nn.Module, path: pathlib.Path) -> None:
    """Write the model with a dynamic batch by PyTorch's own exporter, weights inside the file.

    Not optimised by the exporter, so that BatchNormalization and the arithmetic on shapes are still
    in the file, as in most models that people have. Stack traces of this machine are left out.
    """
    torch.onnx.export(
        model,
        (torch.zeros(2, 1, 8, 8),),
        path,
        input_names=["image"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        opset_version=20,
        dynamo=True,
        external_data=False,
        optimize=False,
    )
    exported = onnx.load(path)
    for item in (exported, exported.graph, *exported.graph.node, *exported.graph.value_info):
        item.ClearField("metadata_props")
    onnx.checker.check_model(exported, full_check=True)
    onnx.save(exported, path)


def main() -> None:
    torch.manual_seed(5)
    torch.set_num_threads(1)
    train_x, train_y, test_x, test_y = data()
    model = network()
    train(model, train_x, train_y)
    export(model, HERE / "digits.onnx")

    session = onnxruntime.InferenceSession(str(HERE / "digits.onnx"))
    logits = session.run(None, {"image": test_x.numpy()})[0]
    (HERE / "images.f32").write_bytes(test_x.numpy().astype("<f4").tobytes())
    (HERE / "labels.u8").write_bytes(test_y.numpy().astype("u1").tobytes())
    (HERE / "reference.f32").write_bytes(logits.astype("<f4").tobytes())
    accuracy = float((logits.argmax(1) == test_y.numpy()).mean())
    print(f"parameters {sum(p.numel() for p in model.parameters())}, held-out accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
