"""Writes the bundle: the model as one graph and as the pair of encoder and decoder, on the same weights, and what the service needs to know."""

import inspect
import json
import pathlib
import warnings

import numpy as np
import torch

from common import weights
from common.schedule import STEPS

from .data import CLASSES, SIDE
from .model import Encoder

OPSET = 17
VECTORS = 7  # rows of testvec.npz: an odd number, so that no batch size divides it
GRAPHS = ("model.onnx", "encoder.onnx", "decoder.onnx")
TOLERANCE = 1e-4  # of ε, whose standard deviation is 1: what another order of float32 sums may change


class RowsDecoder(torch.nn.Module):
    """The decoder for rows that share features: `slots` i64[rows] says whose a row takes."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, *inputs):
        *features, slots, timestep, labels = inputs
        return self.decoder(*(feature[slots] for feature in features), timestep, labels)


def write_bundle(unet, folder, timesteps):
    """unet: in evaluation mode on the CPU; timesteps: [from, to) for classifier.json. What else classifier.json holds is kept."""
    folder, (sample, timestep, labels) = pathlib.Path(folder), _inputs()
    parameters = sum(p.numel() for p in unet.parameters())
    _write(folder / "model_index.json", {
        "_class_name": "ClassConditionalPixelPipeline", "scheduler": ["diffusers", "DDPMScheduler"], "unet": ["onnx", "OnnxModel"],
        "id2label": {str(i): name for i, name in enumerate(CLASSES)}})
    _write(folder / "scheduler" / "scheduler_config.json", {
        "_class_name": "DDPMScheduler", "num_train_timesteps": STEPS, "beta_schedule": "squaredcos_cap_v2", "beta_start": 0.0001,
        "beta_end": 0.02, "prediction_type": "epsilon", "rescale_betas_zero_snr": False, "trained_betas": None})
    _write(folder / "unet" / "config.json", {
        "_class_name": "UNet2DModel", "in_channels": 3, "out_channels": 3, "sample_size": SIDE, "num_class_embeds": len(CLASSES) + 1})
    _write(folder / "classifier.json", {
        **_read(folder / "classifier.json"), "displayName": f"CIFAR-10, {parameters / 1e6:.1f} M parameters, trained on a CPU",
        "conditioning": "class", "nullClass": len(CLASSES), "timestepRange": list(timesteps)})

    with torch.no_grad():
        features = unet.encoder(sample, timestep)
        epsilon = unet.decoder(*features, timestep, labels)
    of_slots, of_features, of_rows = ({0: name} for name in ("slots", "slots_of_batch", "rows"))  # what each first axis counts
    shared = {name: of_features for name in unet.encoder.FEATURES}
    rows = {"timestep": of_rows, "class_labels": of_rows}
    _export(unet, (sample, timestep, labels), {"sample": of_rows, **rows}, {"epsilon": of_rows}, folder / "unet" / "model.onnx")
    _export(unet.encoder, (sample, timestep), {"sample": of_slots, "timestep": of_slots}, {name: of_slots for name in shared},
            folder / "unet" / "encoder.onnx")
    _export(RowsDecoder(unet.decoder), (*features, torch.arange(VECTORS), timestep, labels), {**shared, "slots": of_rows, **rows},
            {"epsilon": of_rows}, folder / "unet" / "decoder.onnx")
    weights.share([folder / "unet" / name for name in GRAPHS], folder / "unet" / "weights.bin")
    np.savez(folder / "testvec.npz", sample=sample.numpy(), timestep=timestep.numpy(), class_labels=labels.numpy(), epsilon=epsilon.numpy())


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
    expected, labels = vectors.pop("epsilon"), vectors.pop("class_labels")
    features = _run(onnxruntime, unet / "encoder.onnx", vectors)
    shared = {**dict(zip(Encoder.FEATURES, features)), "slots": np.arange(len(labels)), "timestep": vectors["timestep"], "class_labels": labels}
    found = {"model.onnx": _run(onnxruntime, unet / "model.onnx", {**vectors, "class_labels": labels})[0],
             "encoder.onnx and decoder.onnx": _run(onnxruntime, unet / "decoder.onnx", shared)[0]}
    differences = {file: float(np.abs(epsilon - expected).max()) for file, epsilon in found.items()}
    for file, difference in differences.items():
        if not difference < TOLERANCE:
            raise ValueError(f"{unet}: {file} is {difference:.2g} away from what PyTorch computed; at most {TOLERANCE:g} is rounding.")
    return max(differences.values())


def _export(module, arguments, inputs, outputs, path):
    """inputs, outputs: the names of their axes by their names, in order."""
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of shapes it cannot infer; check_bundle says whether it mattered
        torch.onnx.export(module.eval(), arguments, str(path), input_names=list(inputs), output_names=list(outputs), opset_version=OPSET,
                          dynamic_axes={**inputs, **outputs}, **options)


def _inputs():
    random = torch.Generator().manual_seed(0)
    return (torch.randn(VECTORS, 3, SIDE, SIDE, generator=random), torch.randint(0, STEPS, (VECTORS,), generator=random),
            torch.randint(0, len(CLASSES) + 1, (VECTORS,), generator=random))


def _run(onnxruntime, path, inputs):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, inputs)


def _read(path):
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _write(path, value):
    """One line a field."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = (f"  {json.dumps(name)}: {json.dumps(field)}" for name, field in value.items())
    path.write_text("{\n" + ",\n".join(fields) + "\n}\n", encoding="utf-8")
