#!/usr/bin/env python3
"""Fuses the denoiser of a bundle that another tool exported, for ONNX Runtime on CUDA.

    python3 models/export/fuse.py sd21 --output sd21-cuda      # without --output: in place

Attention, group norms with their SiLU, sums with their layer norms, gated GELUs and the nearest upsampling become one node each, and
shapes become constants: the latent's size is that of config.json from then on, the batch stays free. It replaces only what it recognizes
entirely, so that the answers stay the same, and says how many it found. A single timestep becomes one for each row: the engine gives
either. Needs onnx. The result runs on CUDA only: the processor has no such kernels.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import sys

import onnx
from onnx import helper

import attention
import kernels
import patterns
from graphs import Graph
from shapes import settle

DENOISERS = ("unet", "transformer")
GRAPHS = ("model.onnx", "encoder.onnx", "decoder.onnx")
OLDEST_OPSET = 13  # where axes are inputs
COMPUTED = ("Shape", "Size", "NonZero", "Range")  # begin what ONNX Runtime computes on the processor, and on the device with prefer_nhwc=1


def fuse(model, config, base=""):
    """Fuses a model in place. Returns what was found and fused, by name, and the nodes left that compute shapes."""
    _fix_size(model, config)
    graph = Graph(model, base)
    shapes = settle(graph) + _timestep_of_rows(graph)
    sites = {"upsampling": patterns.resizes(graph)}  # first: onnx loses the name of the batch at a Resize
    sites |= {"sum and layer norm": patterns.add_norms(graph), "group norm": patterns.group_norms(graph),
              "attention": attention.attentions(graph, bool(config.get("upcast_attention"))), "gated GELU": patterns.split_gelus(graph)}
    shapes += settle(graph)
    kernels.finish(model, base)
    left = {kind: sum(node.op_type == kind for node in model.graph.node) for kind in COMPUTED}
    return sites, shapes, {kind: count for kind, count in left.items() if count}


def _fix_size(model, config):
    """Of the latent, where the graph takes any."""
    side = config.get("sample_size")
    sides = dict(zip((1, 2, 3), (config.get("in_channels"), *(side if isinstance(side, list) else (side, side)))))
    for value in model.graph.input:
        dims = value.type.tensor_type.shape.dim
        for i, size in sides.items():
            if value.name == "sample" and len(dims) == 4 and isinstance(size, int) and not dims[i].HasField("dim_value"):
                dims[i].dim_value = size


def _timestep_of_rows(graph):
    """diffusers expands one timestep to the batch, whose size would be computed; the input takes one for each row instead."""
    inputs = {value.name: value for value in graph.graph.input}
    if "timestep" not in inputs or "sample" not in inputs or len(graph.takers.get("timestep", [])) != 1:
        return 0
    first = graph.takers["timestep"][0]
    expand = first if first.op_type == "Expand" else graph.taker(first.output[0], "Expand") if first.op_type == "Unsqueeze" else None
    if expand is None or graph.value(expand.input[1]) != graph.sizes["sample"][:1]:
        return 0
    shape = inputs["timestep"].type.tensor_type.shape
    del shape.dim[:]
    shape.dim.add().CopyFrom(inputs["sample"].type.tensor_type.shape.dim[0])
    graph.put(expand, [helper.make_node("Identity", ["timestep"], list(expand.output))])
    graph.sizes["timestep"] = graph.sizes["sample"][:1]
    graph.commit()
    return 1


def fuse_file(path):
    """Returns the lines of the report; the file is written only where something was found."""
    model = onnx.load(str(path), load_external_data=False)
    opset = next((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), 0)
    if opset < OLDEST_OPSET:
        return [f"opset {opset} is too old: export with {OLDEST_OPSET} or later; left as it is"]
    config = path.with_name("config.json")
    sites, shapes, left = fuse(model, json.loads(config.read_text(encoding="utf-8")) if config.exists() else {}, path.parent)
    lines = [f"{name}: {fused} of {found} fused" if found else f"{name}: none found" for name, (found, fused) in sites.items()]
    lines.append(f"shapes made constant: {shapes}")
    if left:
        nodes = ", ".join(f"{count} {kind}" for kind, count in left.items())
        lines.append(f"shapes left to compute, which no CUDA graph with prefer_nhwc=1 holds: {nodes}")
    if not shapes and not any(fused for _, fused in sites.values()):
        return [*lines, "nothing to do: left as it is"]
    scratch = path.with_name(path.name + ".part")
    onnx.save(model, str(scratch))  # weights in files of their own stay there
    os.replace(scratch, path)
    return lines


def update_hashes(root, changed):
    """classifier.json may list the SHA-256 of files that are others now; those of the rest still tell whether they are whole."""
    file = root / "classifier.json"
    fields = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    listed = fields.get("sha256")
    if listed:
        fields["sha256"] = {name: _sha256(root / name) if root / name in changed else old for name, old in listed.items()}
        file.write_text(json.dumps(fields, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, help="a new folder for the fused bundle [default: in place]")
    arguments = parser.parse_args()
    root = arguments.bundle
    files = [path for part in DENOISERS for name in GRAPHS if (path := root / part / name).is_file()]
    if not files:
        sys.exit(_refuse(f"{root}: there is no {' or '.join(f'{part}/{GRAPHS[0]}' for part in DENOISERS)}."))
    if arguments.output is not None:
        if arguments.output.exists():
            sys.exit(_refuse(f"{arguments.output}: exists already."))
        shutil.copytree(root, arguments.output)
        files, root = [arguments.output / path.relative_to(root) for path in files], arguments.output
    for path in files:
        print(f"{path}:", *fuse_file(path), sep="\n  ")
    update_hashes(root, files)


def _refuse(reason):
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
