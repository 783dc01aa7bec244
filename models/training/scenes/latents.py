"""The scenes that the diffusion model trains on, drawn and encoded once: on a CPU drawing them again in every epoch would cost a third of the time."""

import os

import numpy as np
import torch

from common.progress import Progress

from . import autoencoder, drawing, scene

PART = 500  # scenes of a file
BATCH = 100  # encoded at once


class Latents:
    """Scenes and the means of their latents, in files that are whole or not there: making them can be stopped at any time."""

    def __init__(self, folder, count, seed):
        """folder: of these latents alone; another autoencoder needs another."""
        self.folder, self.parts, self.seed = folder, -(-count // PART), seed
        self.files = []

    def __len__(self):
        return self.parts * PART

    def missing(self):
        """The parts that are not there yet."""
        return [part for part in range(self.parts) if not self._file(part).exists()]

    def make(self, encoder, device, over):
        """Makes what is missing until over(), but at least one file, so that chunks of any length come to an end → whether all is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = self.missing()
        progress = Progress(len(self), len(self) - PART * len(missing))
        for i, part in enumerate(missing, 1):
            scratch = self._file(part).with_suffix(".part")
            with open(scratch, "wb") as stream:
                np.save(stream, encode(encoder, drawing.draw(self.scenes(part), (self.seed, part)), device).astype(np.float16))
            os.replace(scratch, self._file(part))
            progress.show(len(self) - PART * (len(missing) - i), {}, i == len(missing))
            if over():
                break
        return not self.missing()

    def scenes(self, part):
        return scene.draw(np.random.default_rng((self.seed, part)), PART)

    def rows(self, indices):
        """f32[n,4,16,16], unscaled."""
        self.files = self.files or [np.load(self._file(part), mmap_mode="r") for part in range(self.parts)]
        return torch.from_numpy(np.stack([self.files[i // PART][i % PART] for i in indices]).astype(np.float32))

    def _file(self, part):
        return self.folder / f"{part:04}.npy"


def scale_of(latents):
    """What latents are multiplied by to have a standard deviation of 1."""
    return float(1 / latents.astype(np.float32).std())


@torch.no_grad()
def encode(encoder, pictures, device="cpu"):
    """u8[N,64,64,3] → the means of their latents, f32[N,4,16,16]."""
    return np.concatenate([
        encoder(autoencoder.pixels(pictures[start:start + BATCH], device)).chunk(2, dim=1)[0].cpu().numpy() for start in range(0, len(pictures), BATCH)])
