"""The network of a bundle, read back from its graph: a teacher, or a start."""

import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from common.bundle import TOLERANCE

from .model import Size, Unet


def read_bundle(folder):
    """A bundle of export.py → its Unet, checked with the bundle's test vectors."""
    folder, unet = pathlib.Path(folder), Unet(Size()).eval()
    graph = onnx.load(str(folder / "unet" / "model.onnx")).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    unet.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in _named(unet, graph, held).items()})
    with np.load(folder / "testvec.npz") as vectors, torch.no_grad():
        sample, timestep, labels, expected = (torch.from_numpy(vectors[name]) for name in ("sample", "timestep", "class_labels", "epsilon"))
        difference = (unet(sample, timestep, labels) - expected).abs().max().item()
    if not difference < TOLERANCE:
        raise ValueError(f"{folder} is another network than model.py makes: its test vectors are {difference:.2g} away.")
    return unet


def _named(unet, graph, held):
    """Where the exporter folded a weight into another shape, the node that takes it has the name of the weight's module."""
    folded = {"Mul": "weight", "Add": "bias", "MatMul": "weight"}
    for node in graph.node:
        for value in (held[name] for name in node.input if name in held and name.startswith("onnx::")):
            module = node.name.strip("/").rsplit("/", 1)[0].replace("/", ".")
            held[f"{module}.{folded[node.op_type]}"] = value.T if node.op_type == "MatMul" else value.ravel()
    return {name: held[name] for name in unet.state_dict()}
