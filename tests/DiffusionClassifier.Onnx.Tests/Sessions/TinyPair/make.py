"""Writes the bundle in this folder: a denoiser of random weights as one graph and as a pair, for tests that compare the two. And in
TinyHeads, beside it, a graph that predicts for all classes at once, of the same weights.

    python3 make.py     (PyTorch with its ONNX exporter)
"""

import inspect
import json
import pathlib

import torch
from torch import nn

SIDE, CLASSES, WIDTH, OPSET = 8, 3, 8, 17
HEADS = "../TinyHeads/"
FOLDER = pathlib.Path(__file__).parent


class Encoder(nn.Module):
    """sample f32[S,3,8,8], timestep i64[S] → noise f32[S,3,8,8], image f32[S,8]."""

    FEATURES = ("noise", "image")

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(3, WIDTH, 3, padding=1), nn.Conv2d(WIDTH, 3, 3, padding=1)
        self.time, self.image = nn.Linear(1, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, sample, timestep):
        h = torch.tanh(self.first(sample) + self.time(timestep.float()[:, None] / 1000)[:, :, None, None])
        return self.last(h), self.image(h.mean(dim=(2, 3)))


class Decoder(nn.Module):
    """The features [S, …], slots i64[B], timestep i64[B], class_labels i64[B] → epsilon f32[B,3,8,8]."""

    def __init__(self):
        super().__init__()
        self.label, self.time, self.scale = nn.Embedding(CLASSES + 1, WIDTH), nn.Linear(1, WIDTH), nn.Linear(WIDTH, 3)
        self.last = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, noise, image, slots, timestep, class_labels):
        noise, image = noise[slots], image[slots]
        steer = torch.tanh(image * self.label(class_labels) + self.time(timestep.float()[:, None] / 1000))
        return noise + self.last(noise * self.scale(steer)[:, :, None, None])


class Whole(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, sample, timestep, class_labels):
        return self.decoder(*self.encoder(sample, timestep), torch.arange(sample.shape[0]), timestep, class_labels)


class Heads(nn.Module):
    """sample f32[B,3,8,8], timestep i64[B] → epsilon of every class, f32[B,3·classes,8,8]."""

    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, sample, timestep):
        features, slots = self.encoder(sample, timestep), torch.arange(sample.shape[0])
        return torch.cat([self.decoder(*features, slots, timestep, torch.full_like(timestep, label)) for label in range(CLASSES)], dim=1)


def export(module, arguments, inputs, outputs, slots, file):
    """slots: the inputs and outputs whose first axis counts slots; that of the others counts rows. The two names must differ."""
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    axes = {name: {0: "slots_of_batch" if name in slots else "rows"} for name in (*inputs, *outputs)}
    torch.onnx.export(module, arguments, str(FOLDER / file), input_names=list(inputs), output_names=list(outputs),
                      opset_version=OPSET, dynamic_axes=axes, **options)


def write(file, value):
    (FOLDER / file).parent.mkdir(parents=True, exist_ok=True)
    (FOLDER / file).write_text(json.dumps(value) + "\n", encoding="utf-8")


def write_configs(folder, **unet):
    write(f"{folder}model_index.json", {"id2label": {"0": "circle", "1": "square", "2": "star"}})
    write(f"{folder}scheduler/scheduler_config.json", {"_class_name": "DDPMScheduler", "num_train_timesteps": 1000, "beta_schedule": "linear"})
    write(f"{folder}unet/config.json", {"in_channels": 3, "sample_size": SIDE, **unet})


def main():
    torch.manual_seed(0)
    encoder, decoder = Encoder().eval(), Decoder().eval()
    write_configs("", num_class_embeds=CLASSES + 1)
    sample, timestep = torch.randn(2, 3, SIDE, SIDE), torch.tensor([100, 900])
    slots, row_timestep, labels = torch.tensor([0, 0, 1]), torch.tensor([100, 100, 900]), torch.tensor([0, 1, 2])
    features = encoder(sample, timestep)
    export(Whole(encoder, decoder).eval(), (sample, timestep, labels[:2]), ("sample", "timestep", "class_labels"), ("epsilon",), (), "unet/model.onnx")
    export(encoder, (sample, timestep), ("sample", "timestep"), Encoder.FEATURES, ("sample", "timestep", *Encoder.FEATURES), "unet/encoder.onnx")
    export(decoder, (*features, slots, row_timestep, labels), (*Encoder.FEATURES, "slots", "timestep", "class_labels"), ("epsilon",),
           Encoder.FEATURES, "unet/decoder.onnx")
    write_configs(HEADS, out_channels=3 * CLASSES)
    export(Heads(encoder, decoder).eval(), (sample, timestep), ("sample", "timestep"), ("epsilon",), (), HEADS + "unet/model.onnx")


if __name__ == "__main__":
    main()
