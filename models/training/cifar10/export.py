"""Writes the bundle: the model as one graph and as the pair of encoder and decoder, on the same weights, and what the service needs to know.

A network that predicts for all classes at once is one graph.
"""

import pathlib

import numpy as np
import torch

from common import bundle, weights
from common.schedule import STEPS

from .data import CLASSES, SIDE
from .heads import Heads
from .model import Encoder

VECTORS = 7  # rows of testvec.npz: an odd number, so that no batch size divides it
GRAPHS = ("model.onnx", "encoder.onnx", "decoder.onnx")


class RowsDecoder(torch.nn.Module):
    """The decoder for rows that share features: `slots` i64[rows] says whose a row takes."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, *inputs):
        *features, slots, timestep, labels = inputs
        return self.decoder(*(feature[slots] for feature in features), timestep, labels)


class FlatHeads(torch.nn.Module):
    """The ε̂ of all classes as channels: f32[rows,K·3,S,S]."""

    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def forward(self, sample, timestep):
        return self.heads(sample, timestep).view(-1, 3 * self.heads.size.classes, SIDE, SIDE)


def write_bundle(network, folder, timesteps):
    """network: on the CPU; timesteps: [from, to) for classifier.json."""
    folder = pathlib.Path(folder)
    (_write_heads if isinstance(network, Heads) else _write_pair)(network, folder, timesteps)


def _write_heads(heads, folder, timesteps):
    sample, timestep, _ = _inputs()
    _write_configs(folder, timesteps, sum(p.numel() for p in heads.parameters()), {"out_channels": 3 * len(CLASSES)}, {"nullClass": None},
                   "all classes at once, ")
    flat, rows = FlatHeads(heads).eval(), {0: "rows"}
    with torch.no_grad():
        epsilon = flat(sample, timestep)
    np.savez(folder / "testvec.npz", sample=sample.numpy(), timestep=timestep.numpy(), epsilon=epsilon.numpy())
    file = folder / "unet" / "model.onnx"
    bundle.export(flat, (sample, timestep), {"sample": rows, "timestep": rows}, {"epsilon": rows}, file)
    weights.share([file], folder / "unet" / "weights.bin")
    for name in GRAPHS[1:]:
        (folder / "unet" / name).unlink(missing_ok=True)  # a pair that was there before would be run instead


def _write_pair(unet, folder, timesteps):
    sample, timestep, labels = _inputs()
    _write_configs(folder, timesteps, sum(p.numel() for p in unet.parameters()), {"out_channels": 3, "num_class_embeds": len(CLASSES) + 1},
                   {"nullClass": len(CLASSES)})
    with torch.no_grad():
        features = unet.encoder(sample, timestep)
        epsilon = unet.decoder(*features, timestep, labels)
    np.savez(folder / "testvec.npz", sample=sample.numpy(), timestep=timestep.numpy(), class_labels=labels.numpy(), epsilon=epsilon.numpy())

    of_slots, of_features, of_rows = ({0: name} for name in ("slots", "slots_of_batch", "rows"))  # what each first axis counts
    shared = {name: of_features for name in unet.encoder.FEATURES}
    rows = {"timestep": of_rows, "class_labels": of_rows}
    whole, encoder, decoder = files = [folder / "unet" / name for name in GRAPHS]
    bundle.export(unet, (sample, timestep, labels), {"sample": of_rows, **rows}, {"epsilon": of_rows}, whole)
    bundle.export(unet.encoder, (sample, timestep), {"sample": of_slots, "timestep": of_slots}, {name: of_slots for name in shared}, encoder)
    bundle.export(RowsDecoder(unet.decoder), (*features, torch.arange(VECTORS), timestep, labels), {**shared, "slots": of_rows, **rows},
                  {"epsilon": of_rows}, decoder)
    weights.share(files, folder / "unet" / "weights.bin")


def check_bundle(folder):
    """Runs the three files on the test vectors → the largest difference to what PyTorch computed, or None without onnxruntime.

    A file that computes something else is an error.
    """
    try:
        import onnxruntime
    except ImportError:
        return None
    unet = pathlib.Path(folder) / "unet"
    with np.load(unet.parent / "testvec.npz") as archive:
        vectors = dict(archive)
    expected = vectors.pop("epsilon")
    found = {"model.onnx": _run(onnxruntime, unet / "model.onnx", vectors)[0]}
    if "class_labels" in vectors:
        labels = vectors.pop("class_labels")
        features = _run(onnxruntime, unet / "encoder.onnx", vectors)
        shared = {**dict(zip(Encoder.FEATURES, features)), "slots": np.arange(len(labels)), "timestep": vectors["timestep"], "class_labels": labels}
        found["encoder.onnx and decoder.onnx"] = _run(onnxruntime, unet / "decoder.onnx", shared)[0]
    return bundle.check({f"{unet}: {file}": float(np.abs(epsilon - expected).max()) for file, epsilon in found.items()})


def _write_configs(folder, timesteps, parameters, unet, classifier, kind=""):
    bundle.write_json(folder / "model_index.json", {
        "_class_name": "ClassConditionalPixelPipeline", "scheduler": ["diffusers", "DDPMScheduler"], "unet": ["onnx", "OnnxModel"],
        "id2label": {str(i): name for i, name in enumerate(CLASSES)}})
    bundle.write_schedule(folder)
    bundle.write_json(folder / "unet" / "config.json", {
        "_class_name": "UNet2DModel", "in_channels": 3, "sample_size": SIDE, **unet})
    bundle.write_classifier(folder, {
        "displayName": f"CIFAR-10, {kind}{parameters / 1e6:.1f} M parameters", "conditioning": "class", **classifier,
        "license": "own work, under the license of this project; trained on the training images of CIFAR-10 (Krizhevsky, 2009)",
        "timestepRange": list(timesteps)})


def _inputs():
    random = torch.Generator().manual_seed(0)
    return (torch.randn(VECTORS, 3, SIDE, SIDE, generator=random), torch.randint(0, STEPS, (VECTORS,), generator=random),
            torch.randint(0, len(CLASSES) + 1, (VECTORS,), generator=random))


def _run(onnxruntime, path, inputs):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, inputs)
