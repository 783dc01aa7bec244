"""What one step trains on."""

from dataclasses import dataclass

import numpy as np
import torch

from common.schedule import add_noise, alphas_cumprod


@dataclass
class Batch:
    sample: torch.Tensor  # x_t f32[B,3,32,32]
    noise: torch.Tensor  # ε of the same shape
    images: torch.Tensor  # x₀ of the same shape
    timestep: torch.Tensor  # i64[B]
    labels: torch.Tensor  # i64[B]


class Batches:
    """A step's batch is a function of the seed, the step and the process: nothing has to be stored to resume."""

    def __init__(self, images, labels, timesteps, size, seed, device="cpu", shift=0):
        """images u8[N,3,32,32], labels i64[N]; timesteps: [from, to) to draw from; size: of all processes together.

        shift: pixels that an image is moved by at most, up or down, left or right.
        """
        self.images, self.labels = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)
        self.timesteps, self.size, self.seed, self.device = timesteps, size, seed, device
        self.alphas = alphas_cumprod().float().to(device)
        self.epoch, self.order, self.shift = -1, None, shift

    def __call__(self, step, rank=0, count=1):
        rows = self._rows(step)[rank::count]
        random = torch.Generator().manual_seed((self.seed * 1_000_003 + step) * 64 + rank)
        images = self._shifted(self._mirrored(self.images[rows].float() / 127.5 - 1, random), random)
        noise = torch.randn(images.shape, generator=random).to(self.device)
        low, high = self.timesteps
        # one in each of B equal parts: less variance than B free draws
        grid = (torch.randperm(len(rows), generator=random) + torch.rand(len(rows), generator=random)) / len(rows)
        timestep = (low + (high - low) * grid).long().to(self.device)
        return Batch(add_noise(images, noise, timestep, self.alphas), noise, images, timestep, self.labels[rows])

    def _rows(self, step):
        """The images of a step: every epoch has an order of its own and leaves out the few that fill no batch."""
        steps = max(len(self.images) // self.size, 1)
        epoch, place = divmod(step, steps)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.default_rng((self.seed, epoch)).permutation(len(self.images))
        return torch.from_numpy(self.order[place * self.size:(place + 1) * self.size])

    @staticmethod
    def _mirrored(images, random):
        """Mirrors half of the images."""
        mirrored = torch.rand(len(images), generator=random) < 0.5
        return torch.where(mirrored[:, None, None, None].to(images.device), images.flip(3), images)

    def _shifted(self, images, random):
        """What a move leaves empty is filled with a mirror image of what is beside it."""
        if self.shift == 0:
            return images
        side, wide = images.shape[-1], torch.nn.functional.pad(images, (self.shift,) * 4, mode="reflect")
        down, right = torch.randint(0, 2 * self.shift + 1, (2, len(images)), generator=random).tolist()
        return torch.stack([image[:, y:y + side, x:x + side] for image, y, x in zip(wide, down, right)])
