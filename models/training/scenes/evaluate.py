"""How well the model classifies, on the pictures of `testsets`: the same noise for all captions of a picture, as the service does it."""

import contextlib

import numpy as np
import torch

from common.schedule import add_noise

from . import testsets
from .batches import CLASSIFIED
from .latents import encode

TEMPLATE = "a {label}"  # of the labels, as the bundle's classifier.json has it
ROWS = 240  # rows of the U-Net at once
SEED = 1


def trial_timesteps(trials):
    """i64[trials], evenly spaced: the middle of each of the parts, as the service draws them."""
    low, high = CLASSIFIED
    return (low + (high - low) * (torch.arange(trials) + 0.5) / trials).long()


@torch.no_grad()
def errors(model, latents, hidden, trials, device="cpu"):
    """latents f32[N,4,16,16], scaled; hidden f32[N or 1,K,24,D], the captions of each picture → mean squared errors of ε, f32[N,trials,K]."""
    captions = hidden.shape[1]
    group = max(ROWS // captions, 1)
    found = np.zeros((len(latents), trials, captions), np.float32)
    for trial, step in enumerate(trial_timesteps(trials)):
        noise = torch.randn((1, *latents.shape[1:]), generator=torch.Generator().manual_seed(SEED * 100_003 + trial))
        for start in range(0, len(latents), group):
            rows = latents[start:start + group]
            timestep = step.expand(len(rows))
            noisy = add_noise(rows.to(device), noise.to(device), timestep.to(device), model.unet.alphas)
            text = (hidden if len(hidden) == 1 else hidden[start:start + group]).expand(len(rows), -1, -1, -1).flatten(0, 1)
            epsilon = model.unet(noisy.repeat_interleave(captions, 0), timestep.repeat_interleave(captions).to(device), text)
            found[start:start + group, trial] = (epsilon.float().cpu() - noise).square().mean(dim=(1, 2, 3)).view(len(rows), captions)
    return found


class Evaluation:
    def __init__(self, model, encoder, scale, tokenizer, device="cpu", half=False):
        """Networks in evaluation mode on the device; scale: of the latents; half: the U-Net computes in bfloat16."""
        self.model, self.encoder, self.scale, self.tokenizer, self.device, self.half = model, encoder, scale, tokenizer, device, half

    def run(self, folder, pictures, trials):
        """Yields the figures of every test, ready for JSON."""
        for name in testsets.CLASSES:
            yield {"test": name, **self.classes(folder / name, pictures, trials)}
        for name in testsets.SWAPS:
            yield {"test": name, **self.swaps(folder / name, pictures, trials)}

    def classes(self, folder, pictures, trials):
        images, labels, names = testsets.read_classes(folder)
        images, labels = images[:pictures], labels[:pictures]
        hidden = self.embed([TEMPLATE.format(label=name) for name in names])[None]
        found = self.errors(images, hidden, trials)
        return {"pictures": len(labels), **self._accuracies(found, labels), "byTimestep": by_timestep(found, labels)}

    def swaps(self, folder, pictures, trials):
        images, captions, tags = testsets.read_swaps(folder)
        images, captions, tags = images[:pictures // 2], captions[:pictures // 2], np.array(tags[:pictures // 2])
        hidden = torch.stack([self.embed([*pair, ""]) for pair in captions]).repeat_interleave(2, 0)
        found = self.errors(images.reshape(-1, *images.shape[2:]), hidden, trials)
        own, told = np.tile([0, 1], len(tags)), found[:, :, :2]
        right = told.mean(axis=1).argmin(axis=1) == own
        return {
            "pictures": len(own), **self._accuracies(told, own),
            "byTag": {str(tag): round(float(right[np.repeat(tags == tag, 2)].mean()), 4) for tag in sorted(set(tags))},
            "winoground": winoground(told), "winogroundMinusEmpty": winoground(told - found[:, :, 2:]), "byTimestep": by_timestep(told, own)}

    def _accuracies(self, found, labels):
        """By the error of ε, as the service has it, and by that of the velocity, which is what fitted weights of timesteps come near to."""
        alphas = self.model.unet.alphas.cpu()[trial_timesteps(found.shape[1])].numpy()
        velocity = (found / alphas[None, :, None]).mean(axis=1).argmin(axis=1) == labels
        return {**_accuracy(found.mean(axis=1).argmin(axis=1) == labels), "byVelocity": _accuracy(velocity)["accuracy"]}

    def embed(self, texts):
        with torch.no_grad():
            return self.model.text(torch.tensor([self.tokenizer.encode(text) for text in texts], device=self.device))

    def errors(self, images, hidden, trials):
        latents = torch.from_numpy(encode(self.encoder, images, self.device)) * self.scale
        with torch.autocast(self.device, torch.bfloat16) if self.half else contextlib.nullcontext():
            return errors(self.model, latents, hidden, trials, self.device)


def winoground(found):
    """f32[2·pairs,trials,2] → the share of pairs right for both pictures (text), both captions (image), and all (group)."""
    error = found.mean(axis=1).reshape(-1, 2, 2)  # pair, picture, caption
    text = (error[:, 0, 0] < error[:, 0, 1]) & (error[:, 1, 1] < error[:, 1, 0])
    image = (error[:, 0, 0] < error[:, 1, 0]) & (error[:, 1, 1] < error[:, 0, 1])
    return {"text": round(float(text.mean()), 4), "image": round(float(image.mean()), 4), "group": round(float((text & image).mean()), 4)}


def by_timestep(found, labels):
    right = (found.argmin(axis=2) == labels[:, None]).mean(axis=0)
    return {int(t): round(float(share), 3) for t, share in zip(trial_timesteps(found.shape[1]), right)}


def _accuracy(right):
    share = float(right.mean())
    return {"accuracy": round(share, 4), "standardError": round(float(np.sqrt(share * (1 - share) / len(right))), 4)}
