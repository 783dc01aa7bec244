"""Pipelines of every family with tiny random networks, called as those of diffusers and transformers are: what the export is tested on.

    python3 -m tests.tiny_pipelines FOLDER      # writes a bundle of each
"""

import json
import pathlib
import sys
from types import SimpleNamespace

import torch
from torch import nn

import export
import sd2_random
from .evaluate import outputs

LATENT, REDUCTION, TOKENS, T5_WORDS = 8, 4, 16, 40
TEXT, POOLED, HIDDEN = 12, 10, 16


class Config(dict):
    """diffusers' FrozenDict: fields are keys and attributes."""

    __getattr__ = dict.__getitem__


class Network(nn.Module):
    """A network of diffusers: whatever it is told moves its features."""

    def __init__(self, channels, predicted, told, classes=0, **config):
        super().__init__()
        self.config = Config(in_channels=channels, sample_size=LATENT, **config)
        self.into, self.out = nn.Conv2d(channels, HIDDEN, 3, padding=1), nn.Conv2d(HIDDEN, predicted, 3, padding=1)
        self.time = nn.Linear(8, HIDDEN)
        self.told = nn.ModuleDict({name: nn.Linear(width, HIDDEN) for name, width in told.items()})
        self.classes = nn.Embedding(classes, HIDDEN) if classes else None

    def features(self, timestep, **told):
        angles = timestep.float()[:, None] * torch.tensor([1.0, 0.1, 0.01, 0.001])
        moved = self.time(torch.cat([angles.cos(), angles.sin()], 1))
        for name, value in told.items():
            moved = moved + self.told[name](value)
        return moved

    def denoise(self, sample, moved):
        return (self.out(torch.sigmoid(self.into(sample) + moved[:, :, None, None])),)


class Unet(Network):
    def forward(self, sample, timestep, encoder_hidden_states, added_cond_kwargs=None, return_dict=True):
        return self.denoise(sample, self.features(timestep, states=encoder_hidden_states.mean(1), **(added_cond_kwargs or {})))


class SD3Transformer(Network):
    def forward(self, hidden_states, encoder_hidden_states, pooled_projections, timestep, return_dict=True):
        return self.denoise(hidden_states, self.features(timestep, states=encoder_hidden_states.mean(1), pooled=pooled_projections))


class PixArtTransformer(Network):
    def forward(self, hidden_states, encoder_hidden_states, timestep, added_cond_kwargs, encoder_attention_mask, return_dict=True):
        weights = encoder_attention_mask.to(encoder_hidden_states.dtype)[:, :, None]
        told = {name: value for name, value in added_cond_kwargs.items() if value is not None}
        return self.denoise(hidden_states, self.features(timestep, states=(encoder_hidden_states * weights).mean(1), **told))


class DiTTransformer(Network):
    def forward(self, sample, timestep, class_labels, return_dict=True):
        return self.denoise(sample, self.features(timestep) + self.classes(class_labels))


class FluxTransformer(nn.Module):
    def __init__(self, guided):
        super().__init__()
        self.config = Config(in_channels=64, joint_attention_dim=TEXT, pooled_projection_dim=TEXT, guidance_embeds=guided)
        self.into, self.out = nn.Linear(64, HIDDEN), nn.Linear(HIDDEN, 64)
        self.places, self.states, self.pooled = nn.Linear(3, HIDDEN), nn.Linear(TEXT, HIDDEN), nn.Linear(TEXT, HIDDEN)

    def forward(self, hidden_states, encoder_hidden_states, pooled_projections, timestep, img_ids, txt_ids, guidance=None, return_dict=True):
        moved = self.pooled(pooled_projections) + timestep[:, None] * (1 if guidance is None else guidance[:, None])
        moved = moved[:, None] + self.states(encoder_hidden_states).mean(1, keepdim=True) + self.places(txt_ids).mean(0)
        return (self.out(torch.sigmoid(self.into(hidden_states) + moved + self.places(img_ids))),)


class Clip(nn.Module):
    def __init__(self, words, width=TEXT, projection=0):
        super().__init__()
        self.config = SimpleNamespace(vocab_size=words, hidden_size=width, projection_dim=projection)
        self.config.to_dict = lambda: {"vocab_size": words, "hidden_size": width, "projection_dim": projection}
        self.words, self.layers = nn.Embedding(words, width), nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.norm, self.projection = nn.LayerNorm(width), nn.Linear(width, projection, bias=False) if projection else None

    def forward(self, input_ids, output_hidden_states=False, return_dict=True):
        states = [self.words(input_ids)]
        for layer in self.layers:
            states.append(torch.sigmoid(layer(states[-1])))
        last = self.norm(states[-1])
        pooled = last.mean(1)
        return SimpleNamespace(last_hidden_state=last, pooler_output=pooled, hidden_states=tuple(states),
                               text_embeds=self.projection(pooled) if self.projection else None)


class T5(nn.Module):
    def __init__(self, width=TEXT):
        super().__init__()
        self.config = SimpleNamespace(vocab_size=T5_WORDS, to_dict=lambda: {"vocab_size": T5_WORDS, "d_model": width})
        self.words, self.mix = nn.Embedding(T5_WORDS, width), nn.Linear(width, width)

    def forward(self, input_ids, attention_mask=None):
        words = self.words(input_ids)
        seen = words if attention_mask is None else words * attention_mask.to(words.dtype)[:, :, None]
        return (words + self.mix(seen.mean(1, keepdim=True)),)


class Vae(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.config = Config(latent_channels=channels, scaling_factor=0.5, shift_factor=0.1, block_out_channels=[4, 4, 4], sample_size=32)
        self.encoder = nn.Sequential(nn.Conv2d(3, 8, 2, stride=2), nn.Sigmoid(), nn.Conv2d(8, 2 * channels, 2, stride=2))
        self.quant_conv = nn.Conv2d(2 * channels, 2 * channels, 1) if channels == 4 else None


class Saved:
    """A scheduler or a tokenizer: what it writes is all that matters."""

    def __init__(self, save, **fields):
        self.save_pretrained = save
        self.__dict__.update(fields)


def clip_tokenizer():
    return Saved(lambda folder: sd2_random.write_tokenizer(folder, TOKENS), model_max_length=TOKENS)


def t5_tokenizer(length):
    letters = [[f"▁{c}", -3.0] for c in "abcdeo"] + [[c, -4.0] for c in "abcdefghijklmnopqrstuvwxyz"]
    vocabulary = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["▁", -2.0], *letters]

    def save(folder):
        added = [{"id": i, "content": vocabulary[i][0], "special": True} for i in range(3)]
        export.write_json(folder / "tokenizer.json", {"added_tokens": added, "model": {"type": "Unigram", "unk_id": 2, "vocab": vocabulary}})
        export.write_json(folder / "tokenizer_config.json", {"model_max_length": length})

    return Saved(save, model_max_length=length)


def scheduler(name, **fields):
    return Saved(lambda folder: export.write_json(folder / "scheduler_config.json", {"_class_name": name, **fields}))


def pipeline(name, **parts):
    """type(pipeline).__name__ is the pipeline's, as families.py asks."""
    pipe = type(name, (), {})()
    pipe.config = parts.pop("config", {})
    pipe.__dict__.update(parts)
    return pipe


def pipelines():
    """Every family once, and what differs within one."""
    torch.manual_seed(1)
    words = len(sd2_random.symbols()) * 2 + 2
    flow = scheduler("FlowMatchEulerDiscreteScheduler", shift=3.0)
    ddim, dpm = scheduler("DDIMScheduler", beta_schedule="scaled_linear"), scheduler("DPMSolverMultistepScheduler")
    two = {"tokenizer": clip_tokenizer(), "tokenizer_2": clip_tokenizer()}
    sd3 = {**two, "text_encoder": Clip(words, 6, 4), "text_encoder_2": Clip(words, 6, 6), "vae": Vae(16), "scheduler": flow}
    sd3_net = {"predicted": 16, "told": {"states": TEXT, "pooled": POOLED}, "joint_attention_dim": TEXT, "pooled_projection_dim": POOLED}
    pixart = {"text_encoder": T5(), "tokenizer": t5_tokenizer(512), "vae": Vae(4), "scheduler": dpm}
    flux = {"tokenizer": clip_tokenizer(), "tokenizer_2": t5_tokenizer(24), "text_encoder": Clip(words), "text_encoder_2": T5(), "vae": Vae(16),
            "scheduler": flow}
    sizes = {"states": TEXT, "resolution": 2, "aspect_ratio": 1}
    return {
        "sd": pipeline("StableDiffusionPipeline", unet=Unet(4, 4, {"states": TEXT}, cross_attention_dim=TEXT), vae=Vae(4),
                       text_encoder=Clip(words), tokenizer=clip_tokenizer(), scheduler=ddim),
        "sdxl": pipeline("StableDiffusionXLPipeline", unet=Unet(4, 4, {"states": TEXT, "text_embeds": POOLED, "time_ids": 6},
                         cross_attention_dim=TEXT), vae=Vae(4), text_encoder=Clip(words, 5), text_encoder_2=Clip(words, 7, POOLED), **two,
                         scheduler=ddim, config={"force_zeros_for_empty_prompt": True}),
        "sd3": pipeline("StableDiffusion3Pipeline", transformer=SD3Transformer(16, **sd3_net), **sd3),
        "sd3-t5": pipeline("StableDiffusion3Pipeline", transformer=SD3Transformer(16, **sd3_net), text_encoder_3=T5(),
                           tokenizer_3=t5_tokenizer(512), **sd3),
        "flux": pipeline("FluxPipeline", transformer=FluxTransformer(guided=True), **flux),
        "flux-unguided": pipeline("FluxPipeline", transformer=FluxTransformer(guided=False), **flux),
        "pixart": pipeline("PixArtSigmaPipeline", transformer=PixArtTransformer(4, 8, {"states": TEXT}, caption_channels=TEXT,
                           use_additional_conditions=None), **pixart),
        "pixart-sizes": pipeline("PixArtAlphaPipeline", transformer=PixArtTransformer(4, 8, sizes, caption_channels=TEXT,
                                 use_additional_conditions=True), **pixart),
        "dit": pipeline("DiTPipeline", transformer=DiTTransformer(4, 8, {}, classes=4, num_embeds_ada_norm=3), vae=Vae(4), scheduler=ddim,
                        labels={"cat": 0, "dog": 1, "hound": 1, "ship": 2}),
    }


def run(path, inputs):
    """In the place of ONNX Runtime, which is not everywhere where the exports are tested."""
    import onnx

    return outputs(onnx.load(str(path)), *inputs.values())


def main(folder):
    for name, pipe in pipelines().items():
        export.export(pipe, folder / name, run, report=lambda line: None)
    print(json.dumps(sorted(path.name for path in folder.iterdir())))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
