#!/usr/bin/env python3
"""Exports a diffusers pipeline as a bundle: Stable Diffusion 1, 2, XL, 3 and 3.5, FLUX.1, PixArt-α and -Σ, DiT.

    python3 models/export/export.py stabilityai/stable-diffusion-xl-base-1.0 models/sdxl
    python3 models/export/export.py facebook/DiT-XL-2-256 models/dit256 --float16 --fuse        # on a CUDA device
    ./dclassify inspect models/sdxl --check

Takes a repository of the Hugging Face Hub or a folder in diffusers' layout. Every graph takes any batch and one timestep a row, so that
rows of all timesteps share a batch; images have the size that the model was trained on. Each graph is then run by ONNX Runtime on another
batch and compared with PyTorch. Needs PyTorch (1.13 or later), onnx, diffusers, transformers and, to compare, onnxruntime.
"""

import argparse
import inspect
import json
import pathlib
import shutil
import sys
import tempfile

import onnx
import torch

import families
import fuse

OPSET = 17
TOLERANCES = {torch.float32: 1e-3, torch.float16: 5e-2}  # of the output's root mean square: other kernels, other order of sums
SMALLEST = 1e-6  # size of an output that is all zeros, as of a layer that was never trained
INDEX_FIELDS = ("force_zeros_for_empty_prompt",)


def write(part, folder):
    """Writes folder/model.onnx, with its weights beside it as a protobuf file may not hold 2 GB, and config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [name for name in [*part.inputs, *part.outputs] if name not in part.whole]
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with tempfile.TemporaryDirectory(dir=folder) as scratch, torch.no_grad():
        plain = str(pathlib.Path(scratch) / "model.onnx")
        torch.onnx.export(part.module, tuple(part.inputs.values()), plain, input_names=list(part.inputs), output_names=part.outputs,
                          opset_version=OPSET, dynamic_axes={name: {0: "batch"} for name in rows}, **options)
        model = onnx.load(plain)
    (folder / "model.onnx_data").unlink(missing_ok=True)  # onnx appends to what is there
    onnx.save_model(model, str(folder / "model.onnx"), save_as_external_data=True, location="model.onnx_data")
    write_json(folder / "config.json", part.config)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def other_batch(part):
    """Other rows than those that were traced, and one more of them."""

    def change(name, tensor):
        if name in part.whole:
            return tensor
        more = torch.cat([tensor, tensor[:1]])
        return more.flip(0) if name == "attention_mask" or not more.is_floating_point() else more.flip(0) * 0.75

    return {name: change(name, tensor) for name, tensor in part.inputs.items()}


@torch.no_grad()
def deviation(part, path, run):
    """The largest difference between PyTorch's outputs and the graph's, in root mean squares of the output."""
    inputs = other_batch(part)
    expected = part.module(*inputs.values())
    worst = 0.0
    for own, given in zip(expected if isinstance(expected, tuple) else (expected,), run(path, inputs)):
        own, given = own.float().cpu(), given.float().cpu()
        if not (own.isfinite().all() and given.isfinite().all()):
            return float("inf")  # a maximum with NaN may be either
        worst = max(worst, ((own - given).abs().max() / own.pow(2).mean().sqrt().clamp(min=SMALLEST)).item())
    return worst


def onnxruntime_runner():
    """Runs graphs with ONNX Runtime; None where it is not installed."""
    try:
        import onnxruntime
    except ImportError:
        return None

    def run(path, inputs):
        session = onnxruntime.InferenceSession(str(path), providers=onnxruntime.get_available_providers())
        return [torch.from_numpy(one) for one in session.run(None, {name: tensor.cpu().numpy() for name, tensor in inputs.items()})]

    return run


def export(pipe, output, run, report=print, half=False):
    """Writes all parts of a pipeline and everything else that a bundle needs; raises RuntimeError where a graph is not what PyTorch is."""
    device = next((pipe.vae).parameters()).device
    for part in families.parts_of(pipe):
        dtype = torch.float16 if half and not part.overflows else torch.float32
        part.module.to(dtype).requires_grad_(False).eval()
        # Rounded, a timestep is another noise level.
        part.inputs = {name: tensor.to(device, dtype) if tensor.is_floating_point() and name != "timestep" else tensor.to(device)
                       for name, tensor in part.inputs.items()}
        write(part, output / part.folder)
        if run is None:
            report(f"{part.folder}: written, not compared with PyTorch, as onnxruntime is not installed")
            continue
        worst = deviation(part, output / part.folder / "model.onnx", run)
        report(f"{part.folder}: written; the graph differs from PyTorch by {worst:.1e} of the output's size")
        if not worst < TOLERANCES[dtype]:
            raise RuntimeError(f"{part.folder}: the graph differs from PyTorch by {worst:.1e}, more than {TOLERANCES[dtype]:g}.")
    pipe.scheduler.save_pretrained(output / "scheduler")
    for number in ("", "_2", "_3"):
        if getattr(pipe, f"tokenizer{number}", None) is not None and getattr(pipe, f"text_encoder{number}", None) is not None:
            getattr(pipe, f"tokenizer{number}").save_pretrained(output / f"tokenizer{number}")
    config = dict(pipe.config)
    fields = {name: config[name] for name in INDEX_FIELDS if name in config}
    if getattr(pipe, "labels", None):
        fields["id2label"] = families.labels_of(pipe)
    write_json(output / "model_index.json", {"_class_name": type(pipe).__name__, **fields})


def load(source, half):
    from diffusers import DiffusionPipeline  # only here: the rest needs no diffusers

    pipe = DiffusionPipeline.from_pretrained(source, torch_dtype=torch.float32)
    return pipe.to("cuda") if half else pipe


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="a repository of the hub, or a folder")
    parser.add_argument("output", type=pathlib.Path, help="a new folder for the bundle")
    parser.add_argument("--float16", action="store_true", help="weights in float16, except a VAE that overflows; needs a CUDA device")
    parser.add_argument("--fuse", action="store_true", help="fuse the denoiser for CUDA, as fuse.py does: it runs nowhere else then")
    arguments = parser.parse_args()
    if arguments.output.exists():
        sys.exit(_refuse(f"{arguments.output}: exists already."))
    if arguments.float16 and not torch.cuda.is_available():
        sys.exit(_refuse("--float16 needs a CUDA device: PyTorch does not run all of a model in float16 on a processor."))
    try:
        export(load(arguments.source, arguments.float16), arguments.output, onnxruntime_runner(), half=arguments.float16)
    except (ImportError, ValueError, OSError, RuntimeError) as problem:
        shutil.rmtree(arguments.output, ignore_errors=True)  # half a bundle is of no use, and in the way of the next attempt
        sys.exit(_refuse(str(problem)))
    if arguments.fuse:
        for path in (path for part in fuse.DENOISERS if (path := arguments.output / part / "model.onnx").is_file()):
            print(f"{path}:", *fuse.fuse_file(path), sep="\n  ")
    print(f"{arguments.output}: check it with ./dclassify inspect {arguments.output} --check")


def _refuse(reason):
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
