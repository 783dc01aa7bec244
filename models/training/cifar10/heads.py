"""A network that returns the noise of every class at once: one call for each trial, whatever the number of classes.

It is the U-Net of model.py, told no class, and reads from its decoder at all three resolutions how the velocity of each class differs
from what it predicts for none. The idea, with the last convolution alone: Chen et al., Robust Classification via a Single Diffusion Model
(ICML 2024), section 3.4.
"""

import torch
import torch.nn.functional as F
from torch import nn

from common.layers import Norm

from .model import Decoder, Encoder, enlarge


class Readout(nn.Module):
    """Features at an eighth, a quarter and a half of the image's resolution → by how much the velocity of each class differs, f32[B,K,3,S,S]."""

    def __init__(self, size):
        super().__init__()
        high, middle, low = size.widths
        self.classes = size.classes
        self.norms = nn.ModuleList(Norm(width) for width in (low, middle, high))
        self.steer = nn.Linear(size.condition, 2 * (low + middle + high))
        self.narrow = nn.ModuleList(nn.Conv2d(width, high, 1) for width in (low, middle))
        self.out = nn.Conv2d(2 * high, size.classes * 12, 1)
        nn.init.zeros_(self.out.weight)  # at first, all classes are alike
        nn.init.zeros_(self.out.bias)

    def forward(self, low, middle, high, condition):
        maps = [norm(x) for norm, x in zip(self.norms, (low, middle, high))]
        steered = self.steer(condition)[:, :, None, None].split([2 * x.shape[1] for x in maps], dim=1)
        low, middle, high = (F.silu(x * (1 + scale) + shift) for x, (scale, shift) in zip(maps, (part.chunk(2, dim=1) for part in steered)))
        middle = self.narrow[1](middle) + enlarge(self.narrow[0](low))
        return F.pixel_shuffle(self.out(torch.cat([high, enlarge(middle)], dim=1)), 2).view(-1, self.classes, 3, 2 * high.shape[2], 2 * high.shape[3])


class Heads(nn.Module):
    """sample f32[B,3,S,S], timestep i64[B] → the predicted ε of every class, f32[B,K,3,S,S]."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.encoder, self.decoder, self.readout = Encoder(size), Decoder(size), Readout(size)

    def forward(self, sample, timestep):
        base, *features = self.encoder(sample, timestep)
        null = torch.full_like(timestep, self.size.classes)
        condition = F.silu(self.decoder.time(timestep) + self.decoder.label(null))
        levels = self.decoder.upward(*features, condition)
        shared = base + self.decoder.alphas[timestep][:, None, None, None].sqrt() * self.decoder.velocity(levels[-1], condition)
        return shared[:, None] + self.decoder.alphas[timestep][:, None, None, None, None].sqrt() * self.readout(*levels, condition)

    def epsilons(self, sample, timestep):
        return self(sample, timestep)

    def begin_with(self, unet):
        """Takes over what both networks have."""
        self.encoder.load_state_dict(unet.encoder.state_dict())
        self.decoder.load_state_dict(unet.decoder.state_dict())
        return self
