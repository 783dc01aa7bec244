"""The stages of the recipe, one after the other, each of which can be stopped and goes on where it was.

tokenizer (seconds) → autoencoder → latents → diffusion
"""

import pathlib
import random
import time
from dataclasses import dataclass

import numpy as np
import torch

from common import workers
from common.loop import Training, train
from common.plan import Plan

from . import autoencoder, batches, captions, checkpoints, drawing, scene
from .latents import Latents, encode, scale_of
from .model import Size, TextToImage
from .tokenizer import Tokenizer, learn

MERGES = 400  # at most; when every word is one token there are fewer
CAPTIONS = 20_000  # that the tokenizer is learnt from
SEEDS = {"captions": 1, "pictures": 2, "scenes": 3, "batches": 4, "scale": 5}
SCALED = 500  # pictures that tell the standard deviation of latents
AUTOENCODER = {"batch": 32, "rate": 2e-3, "warmup": 4_000, "decay": 0.5, "weight_decay": 0.0, "ema": 6_000}
DIFFUSION = {"batch": 64, "rate": 1.5e-3, "warmup": 10_000, "decay": 0.4, "weight_decay": 0.02, "ema": 60_000}


@dataclass(frozen=True)
class Sizes:
    """How large, and how long."""

    coder: autoencoder.Size = autoencoder.Size()
    model: Size = Size()
    pictures: int = 160_000  # that the autoencoder sees
    scenes: int = 200_000  # that the diffusion model trains on
    samples: int = 800_000  # that it sees, with a new caption each time


class Recipe:
    def __init__(self, work, sizes, workers=1, half=False, device="cpu"):
        """work: a folder for all that is made; half: bfloat16, on the CPU too."""
        self.work, self.sizes, self.workers, self.half, self.device = pathlib.Path(work), sizes, workers, half, device

    def train(self, minutes=None):
        """→ whether all stages are done; else the minutes are over."""
        end = None if minutes is None else time.monotonic() + 60 * minutes
        self.tokenizer()
        for stage in (self._autoencoder, self._latents, self._diffusion):
            if not stage(end):
                return False
        return True

    def tokenizer(self):
        folder = self.work / checkpoints.TOKENIZER
        if not (folder / "merges.txt").exists():
            scenes, chance = scene.draw(np.random.default_rng(SEEDS["captions"]), CAPTIONS), random.Random(SEEDS["captions"])
            Tokenizer(learn([captions.caption(scenes, i, chance) for i in range(CAPTIONS)], MERGES)).write(folder)
        return Tokenizer.read(folder)

    def coder(self, device="cpu"):
        """The autoencoder's training, as far as it is."""
        torch.manual_seed(0)
        plan = Plan(samples=self.sizes.pictures, seed=SEEDS["pictures"], **AUTOENCODER)
        return Training(autoencoder.Autoencoder(self.sizes.coder).to(device), plan, self.work / checkpoints.CODER)

    def diffusion(self, device="cpu"):
        torch.manual_seed(0)
        words = self.tokenizer()
        plan = Plan(samples=self.sizes.samples, seed=SEEDS["batches"], **DIFFUSION)
        return Training(TextToImage(self.sizes.model, words.end, len(words.ids)).to(device), plan, self.work / checkpoints.DIFFUSION)

    def latents(self):
        """In a folder of this autoencoder's: trained further, it gives others."""
        return Latents(self.work / f"latents-{self.coder().seen}", self.sizes.scenes, SEEDS["scenes"])

    def scale(self):
        """What the latents are multiplied by: measured on scenes of its own, so that it is known before the latents are made."""
        pictures = drawing.draw(scene.draw(np.random.default_rng(SEEDS["scale"]), SCALED), SEEDS["scale"])
        return scale_of(encode(self.coder().ema.model.encoder, pictures))

    def _autoencoder(self, end):
        if self.coder().seen < self.sizes.pictures:
            print("autoencoder", flush=True)
            workers.run(self.workers, train_coder, self, _left(end))
        return self.coder().seen >= self.sizes.pictures

    def _latents(self, end):
        latents = self.latents()
        if latents.missing():
            print("latents", flush=True)
        encoder = self.coder(self.device).ema.model.encoder
        return latents.make(encoder, self.device, lambda: end is not None and time.monotonic() > end)

    def _diffusion(self, end):
        if self.diffusion().seen < self.sizes.samples:
            print("diffusion", flush=True)
            workers.run(self.workers, train_diffusion, self, _left(end))
        return self.diffusion().seen >= self.sizes.samples


def train_coder(crew, recipe, minutes):
    """What each of the processes does."""
    training = recipe.coder(recipe.device)
    pictures = batches.Pictures(training.plan.batch, training.plan.seed, recipe.device)
    train(training, lambda *place: autoencoder.loss(training.model, *pictures(*place)), crew, minutes, recipe.half)


def train_diffusion(crew, recipe, minutes):
    training = recipe.diffusion(recipe.device)
    captioned = batches.Captioned(recipe.latents(), recipe.scale(), recipe.tokenizer(), training.plan.batch, training.plan.seed, recipe.device)
    train(training, lambda *place: batches.loss(training.model, captioned(*place)), crew, minutes, recipe.half)


def _left(end):
    return None if end is None else max(end - time.monotonic(), 0) / 60
