#!/usr/bin/env python3
"""Writes a bundle with Stable Diffusion 2's U-Net at its real size and random weights: for measuring, not for classifying.

    python3 models/export/sd2_random.py /tmp/sd2-random                    # float16, fused for CUDA; needs a CUDA device, 2 GB of disk
    python3 models/export/sd2_random.py /tmp/sd2-tiny --size tiny          # float32 on any processor, 8 MB
    dotnet run --project src/DiffusionClassifier.Cli -- inspect /tmp/sd2-tiny --check

Needs PyTorch (1.13 or later) and onnx. The U-Net takes one timestep a row, so that rows of all timesteps share a batch. The text
encoder and the VAE are stand-ins of the right shapes, a few thousand weights each: the engine calls them once for a prompt or an image.
"""

import argparse
import inspect
import json
import pathlib
import tempfile

import onnx
import torch
from torch import nn

import fused
import kernels
import overflow
import unet

OPSET = 17
LEVELS = {"standard": fused.STANDARD, "portable": fused.PORTABLE, "cuda": fused.CUDA}
START, END = "<|startoftext|>", "<|endoftext|>"


class TextStandIn(nn.Module):
    def __init__(self, size, words):
        super().__init__()
        self.words = nn.Embedding(words, size.text_width)

    def forward(self, input_ids):
        return self.words(input_ids)


class VaeStandIn(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.encode = nn.Conv2d(3, 2 * size.latent_channels, 8, stride=8)

    def forward(self, sample):
        return self.encode(sample)


def export(module, arguments, names, output, folder, config):
    """Writes folder/model.onnx, with its weights beside it as a protobuf file may not hold 2 GB, and config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with tempfile.TemporaryDirectory(dir=folder) as scratch, torch.no_grad():
        plain = pathlib.Path(scratch) / "model.onnx"
        torch.onnx.export(module, arguments, str(plain), input_names=names, output_names=[output], opset_version=OPSET,
                          dynamic_axes={name: {0: "batch"} for name in [*names, output]}, custom_opsets={"com.microsoft": 1}, **options)
        model = kernels.finish(onnx.load(str(plain)))
        for dim, size in list(zip(model.graph.output[0].type.tensor_type.shape.dim, module(*arguments).shape))[1:]:
            dim.dim_value = size  # PyTorch does not know what fused nodes return
    (folder / "model.onnx_data").unlink(missing_ok=True)  # onnx appends to what is there
    onnx.save_model(model, str(folder / "model.onnx"), save_as_external_data=True, location="model.onnx_data")
    write(folder / "config.json", config)


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def symbols():
    """The 256 symbols that CLIP's tokenizer writes bytes with: printable ones as they are, the others from 256 up."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def write_tokenizer(folder, tokens):
    """A vocabulary of single bytes: it takes any text."""
    words = [*symbols(), *(symbol + "</w>" for symbol in symbols()), START, END]
    write(folder / "vocab.json", {word: i for i, word in enumerate(words)})
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    write(folder / "tokenizer_config.json", {"tokenizer_class": "CLIPTokenizer", "model_max_length": tokens, "bos_token": START,
                                             "eos_token": END, "pad_token": END, "unk_token": END, "do_lower_case": True})
    return len(words)


def write_bundle(folder, name, device, dtype, level):
    size = unet.SIZES[name]
    write(folder / "model_index.json", {"_class_name": "StableDiffusionPipeline"})
    write(folder / "classifier.json", {"displayName": f"Random weights, U-Net of size '{name}'"})
    write(folder / "scheduler" / "scheduler_config.json", {
        "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
        "num_train_timesteps": 1000, "prediction_type": "epsilon"})
    words = write_tokenizer(folder / "tokenizer", size.tokens)
    export(TextStandIn(size, words).to(device, dtype), (torch.zeros(1, size.tokens, dtype=torch.long, device=device),),
           ["input_ids"], "last_hidden_state", folder / "text_encoder",
           {"hidden_size": size.text_width, "max_position_embeddings": size.tokens})
    export(VaeStandIn(size).to(device, dtype), (torch.zeros(1, 3, 8 * size.latent, 8 * size.latent, device=device, dtype=dtype),),
           ["sample"], "latent_parameters", folder / "vae_encoder",
           {"in_channels": 3, "latent_channels": size.latent_channels, "sample_size": 8 * size.latent, "scaling_factor": 0.18215})
    network, inputs = unet.build(name, device, dtype), unet.inputs(name, 2, device, dtype)
    if dtype == torch.float16:
        for layer, score in overflow.widen(network, inputs, unet.Attention).items():
            print(f"{layer}: scores of {score:.0f} need float32")
    with fused.export_for(level):
        export(network, inputs, ["sample", "timestep", "encoder_hidden_states"], "out_sample", folder / "unet",
               {"in_channels": size.latent_channels, "out_channels": size.latent_channels, "sample_size": size.latent,
                "cross_attention_dim": size.text_width})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--size", choices=unet.SIZES, default="sd2")
    parser.add_argument("--operators", choices=LEVELS, help="standard: any runtime; portable: ONNX Runtime on any device, fused attention; "
                        "cuda: all that it fuses there, and runs nowhere else [default: cuda where there is one, else portable]")
    arguments = parser.parse_args()
    cuda = torch.cuda.is_available()
    if arguments.size == "sd2" and not cuda:
        parser.error("the full size is exported in float16, which PyTorch runs on a CUDA device, and there is none; "
                     "--size tiny needs none.")
    level = LEVELS[arguments.operators or ("cuda" if cuda else "portable")]
    write_bundle(arguments.folder, arguments.size, "cuda" if cuda else "cpu", torch.float16 if cuda else torch.float32, level)
    print(f"{arguments.folder}: {unet.SIZES[arguments.size].parameters:,} parameters, {'float16' if cuda else 'float32'}")


if __name__ == "__main__":
    main()
