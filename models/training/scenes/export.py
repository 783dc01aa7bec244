"""Writes the bundle, in the layout of diffusers and optimum, and checks every graph against PyTorch."""

import json
import pathlib
import zipfile

import numpy as np
import torch

from common import bundle
from common.schedule import STEPS

from . import autoencoder, drawing, scene
from .batches import CLASSIFIED
from .evaluate import TEMPLATE
from .tokenizer import LENGTH

VECTORS = "testvec.npz"
TRIALS = 64  # recommended
CAPTIONS = ("a red circle", "A  photo of a BLUE box, please!", "a small striped violet hoop to the left of a large jade triangle", "", "x" * 40)


class Bundle:
    def __init__(self, model, coder, scale, tokenizer):
        """model: TextToImage; coder: Autoencoder; both in evaluation mode on the CPU. scale: of the latents."""
        self.model, self.coder, self.scale, self.tokenizer = model, coder, scale, tokenizer
        self.graphs = {  # folder: module, names of inputs, name of the output
            "text_encoder": (model.text, ["input_ids"], "last_hidden_state"),
            "unet": (model.unet, ["sample", "timestep", "encoder_hidden_states"], "out_sample"),
            "vae_encoder": (coder.encoder, ["sample"], "latent_parameters"),
            "vae_decoder": (coder.decoder, ["latent_sample"], "sample")}

    def write(self, folder):
        """→ the largest difference that the check found, or None without onnxruntime."""
        folder = pathlib.Path(folder)
        self._write_configs(folder)
        self.tokenizer.write(folder / "tokenizer")
        vectors = {}
        for name, (module, inputs, output) in self.graphs.items():
            values = self._inputs(name, vectors)
            with torch.no_grad():
                vectors[f"{name}.{output}"] = module(*values).numpy()
            vectors.update({f"{name}.{given}": value.numpy() for given, value in zip(inputs, values)})
            of_rows = {0: "batch"}
            bundle.export(module, tuple(values), dict.fromkeys(inputs, of_rows), {output: of_rows}, folder / name / "model.onnx")
        np.savez_compressed(folder / VECTORS, **vectors)
        with zipfile.ZipFile(folder / VECTORS, "a") as archive:
            archive.writestr("captions.json", json.dumps(CAPTIONS))
        return check_bundle(folder)

    def _inputs(self, name, vectors):
        """For a graph: real captions and pictures, and what the graphs before made of them."""
        random, rows = torch.Generator().manual_seed(0), len(CAPTIONS)
        if name == "text_encoder":
            return [torch.tensor([self.tokenizer.encode(text) for text in CAPTIONS])]
        if name == "unet":
            return [torch.randn(rows, autoencoder.LATENT_CHANNELS, self.model.size.side, self.model.size.side, generator=random),
                    torch.randint(0, STEPS, (rows,), generator=random), torch.from_numpy(vectors["text_encoder.last_hidden_state"])]
        if name == "vae_encoder":
            return [autoencoder.pixels(drawing.draw(scene.draw(np.random.default_rng(0), 2), 0))]
        return [torch.from_numpy(vectors["vae_encoder.latent_parameters"]).chunk(2, dim=1)[0].contiguous()]

    def _write_configs(self, folder):
        width, end = self.model.size.text, self.tokenizer.end
        parameters = sum(p.numel() for module, *_ in self.graphs.values() for p in module.parameters())
        bundle.write_json(folder / "model_index.json", {
            "_class_name": "StableDiffusionPipeline", "scheduler": ["diffusers", "DDPMScheduler"], "tokenizer": ["transformers", "CLIPTokenizer"],
            **{part: ["onnx", "OnnxModel"] for part in self.graphs}})
        bundle.write_schedule(folder)
        bundle.write_json(folder / "text_encoder" / "config.json", {
            "hidden_size": width, "vocab_size": end + 1, "max_position_embeddings": LENGTH, "bos_token_id": end - 1, "eos_token_id": end, "pad_token_id": end})
        bundle.write_json(folder / "unet" / "config.json", {
            "_class_name": "UNet2DConditionModel", "in_channels": autoencoder.LATENT_CHANNELS, "out_channels": autoencoder.LATENT_CHANNELS,
            "sample_size": self.model.size.side, "cross_attention_dim": width})
        for part in ("vae_encoder", "vae_decoder"):
            bundle.write_json(folder / part / "config.json", {
                "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": autoencoder.LATENT_CHANNELS,
                "sample_size": scene.SIDE, "scaling_factor": self.scale})
        bundle.write_classifier(folder, {
            "displayName": f"Drawn scenes, any caption, {parameters / 1e6:.1f} M parameters", "conditioning": "text", "template": TEMPLATE,
            "license": "own work, under the license of this project; trained on images that its recipe draws",
            "timestepRange": list(CLASSIFIED), "recommended": {"trials": TRIALS, "strategy": "race", "loss": "l2"}})


def check_bundle(folder):
    """Runs every graph on the test vectors → the largest difference to what PyTorch computed, or None without onnxruntime.

    A graph that computes something else is an error.
    """
    try:
        import onnxruntime
    except ImportError:
        return None
    vectors = np.load(pathlib.Path(folder) / VECTORS)
    differences = {}
    for file in sorted(pathlib.Path(folder).glob("*/model.onnx")):
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        part, output = file.parent.name, session.get_outputs()[0].name
        (found,) = session.run([output], {given.name: vectors[f"{part}.{given.name}"] for given in session.get_inputs()})
        differences[str(file)] = float(np.abs(found - vectors[f"{part}.{output}"]).max())
    return bundle.check(differences)
