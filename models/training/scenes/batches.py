"""What one step trains on; a function of the seed and the step, so that nothing has to be stored to resume."""

import random as plain_random
from dataclasses import dataclass

import numpy as np
import torch

from common.schedule import STEPS, add_noise, alphas_cumprod

from . import autoencoder, captions, drawing, scene

CLASSIFIED = (300, 990)  # [from, to): the timesteps that classify; below, the noise hides nothing, above, everything
# Which timesteps the rows have: shares of them, and the timesteps up to which these are, evenly in between. Many are from where the noise
# hides what is where, so that what a caption says of it counts; few from where a caption hardly helps, which sampling needs, too.
SHARES = ((0, 0.15, 0.6, 1), (200, 450, 820, 990))
ANY_TIMESTEP = 0.15  # share of the rows whose timestep is any of all instead
EMPTY = 0.1  # share of the rows without a caption, from which the model learns what pictures are like of which nothing is known
LEAST_SIGNAL = 1e-4  # ᾱ of the last timesteps, where dividing by it would magnify rounding
PLACES = 64  # more than any number of processes: each has random numbers of its own


class Pictures:
    """For the autoencoder: new scenes at every step."""

    def __init__(self, size, seed, device="cpu"):
        """size: pictures of all processes together."""
        self.size, self.seed, self.device = size, seed, device

    def __call__(self, step, rank=0, count=1):
        """f32[B,3,64,64] in [−1, 1], and noise for their latents."""
        seeds = (self.seed, step, rank)
        pictures = drawing.draw(scene.draw(np.random.default_rng(seeds), self.size // count), seeds)
        side = scene.SIDE // autoencoder.FACTOR
        noise = torch.randn(len(pictures), autoencoder.LATENT_CHANNELS, side, side, generator=_torch_random(*seeds))
        return autoencoder.pixels(pictures, self.device), noise.to(self.device)


@dataclass
class Batch:
    sample: torch.Tensor  # x_t f32[B,4,16,16]
    noise: torch.Tensor  # ε of the same shape
    timestep: torch.Tensor  # i64[B]
    input_ids: torch.Tensor  # i64[B,24]


class Captioned:
    """For the diffusion model: latents in an order of each epoch's own, with new captions."""

    def __init__(self, latents, scale, tokenizer, size, seed, device="cpu"):
        self.latents, self.tokenizer, self.size, self.seed, self.device = latents, tokenizer, size, seed, device
        self.scenes = [latents.scenes(part) for part in range(latents.parts)]
        self.part = len(self.scenes[0])
        self.scale, self.alphas = scale, alphas_cumprod().float().to(device)
        self.epoch, self.order = -1, None

    def __call__(self, step, rank=0, count=1):
        rows, generator = self._rows(step)[rank::count], _torch_random(self.seed, step, rank)
        latents = self.latents.rows(rows) * self.scale
        noise = torch.randn(latents.shape, generator=generator)
        timestep, latents, noise = (x.to(self.device) for x in (timesteps(len(rows), generator), latents, noise))
        ids = torch.tensor([self.tokenizer.encode(text) for text in self.captions(rows, step, rank)], device=self.device)
        return Batch(add_noise(latents, noise, timestep, self.alphas), noise, timestep, ids)

    def captions(self, rows, step, rank=0):
        random = plain_random.Random((self.seed * 1_000_003 + step) * PLACES + rank)
        return ["" if random.random() < EMPTY else captions.caption(self.scenes[row // self.part], row % self.part, random) for row in rows]

    def _rows(self, step):
        steps = max(len(self.latents) // self.size, 1)
        epoch, place = divmod(step, steps)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.default_rng((self.seed, epoch)).permutation(len(self.latents))
        return self.order[place * self.size:(place + 1) * self.size]


def timesteps(count, generator):
    """i64[count]: one in each of count parts of the rows, which has less variance than free draws; some anywhere instead."""
    grid = (torch.randperm(count, generator=generator) + torch.rand(count, generator=generator)) / count
    anywhere = torch.randint(0, STEPS, (count,), generator=generator)
    chosen = torch.from_numpy(np.interp(grid.numpy(), *SHARES)).long()
    return torch.where(torch.rand(count, generator=generator) < ANY_TIMESTEP, anywhere, chosen)


def loss(model, batch):
    """The squared error of the velocity, which weighs all timesteps about alike; nothing but the likelihood of pictures under their captions."""
    error = (model(batch.sample, batch.timestep, batch.input_ids) - batch.noise).square().mean(dim=(1, 2, 3))
    velocity = (error / model.unet.alphas[batch.timestep].clamp(min=LEAST_SIGNAL)).mean()  # ε = √(1−ᾱ)·x + √ᾱ·v
    return velocity, {"velocity": velocity.detach(), "epsilon": error.detach().mean()}


def _torch_random(seed, step, rank):
    return torch.Generator().manual_seed((seed * 1_000_003 + step) * PLACES + rank)
