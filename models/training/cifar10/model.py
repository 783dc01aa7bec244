"""A small conditional diffusion model for 32×32 images, in two modules.

The encoder sees the noisy image and the timestep but not the class; to classify, it runs once for all classes. The decoder turns the
encoder's features and one class into the predicted noise ε. Together they are a U-Net, cut at its bottom.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from common.layers import Attention, Norm, Residual, sinusoids
from common.schedule import alphas_cumprod

FREQUENCIES = 64  # sines and cosines that a timestep is told by
SLOWEST = 10_000  # steps in which the slowest of them turns by one radian, as in the transformer's position encoding


@dataclass(frozen=True)
class Size:
    classes: int = 10
    side: int = 32
    widths: tuple = (48, 96, 192)  # channels at a half, a quarter and an eighth of the image's resolution
    encoder: tuple = (1, 2, 2)  # the encoder's residual blocks at these
    decoder: tuple = (1, 1, 1)  # the decoder's
    heads: int = 4  # of the attention at the lowest resolution
    condition: int = 128  # width of the vectors of time and class that steer the layers


TINY = Size(widths=(16, 24, 32), encoder=(1, 1, 1), condition=8)


class Time(nn.Sequential):
    """Timesteps i64[B] → f32[B,width]."""

    def __init__(self, width):
        super().__init__(nn.Linear(FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, timestep):
        return super().forward(sinusoids(timestep, FREQUENCIES, SLOWEST))


class Encoder(nn.Module):
    """sample f32[B,3,S,S], timestep i64[B] → the features that all classes share; `FEATURES` names them.

    The first is √(1−ᾱ)·sample, what is known of ε before looking closer. The others are what the encoder saw at a half, a quarter and
    an eighth of the image's resolution, at the last with attention.
    """

    FEATURES = ("base", "high", "middle", "low")

    def __init__(self, size):
        super().__init__()
        self.time = Time(size.condition)
        self.into = nn.Conv2d(12, size.widths[0], 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in zip(size.widths, size.widths[1:]))
        self.levels = nn.ModuleList(
            nn.ModuleList(Residual(width, width, size.condition) for _ in range(count)) for width, count in zip(size.widths, size.encoder))
        low = size.widths[-1]
        self.norm, self.attention = Norm(low), Attention(low, low, size.heads)
        self.register_buffer("alphas", alphas_cumprod().float(), persistent=False)

    def forward(self, sample, timestep):
        time, features = F.silu(self.time(timestep)), []
        x = self.into(F.pixel_unshuffle(sample, 2))
        for level, blocks in enumerate(self.levels):
            x = self.down[level - 1](x) if level else x
            x = through(blocks, x, time)
            features.append(x)
        places = self.norm(x).flatten(2).transpose(1, 2)
        features[-1] = x + self.attention(places, places).transpose(1, 2).view(x.shape)
        return (1 - self.alphas[timestep])[:, None, None, None].sqrt() * sample, *features


class Decoder(nn.Module):
    """The encoder's features, timestep i64[B], class_labels i64[B] → ε f32[B,3,S,S].

    Inside, the velocity v = √ᾱ·ε − √(1−ᾱ)·x₀ is predicted, from which ε = √(1−ᾱ)·x + √ᾱ·v. The class enters every block, and at the
    lowest resolution as a map, too: a sky is above a ship.
    """

    def __init__(self, size):
        super().__init__()
        high, middle, low = size.widths
        self.places = size.side // 8
        self.time, self.label = Time(size.condition), nn.Embedding(size.classes + 1, size.condition)
        self.map = nn.Linear(size.condition, low * self.places ** 2)
        self.levels = nn.ModuleList(
            nn.ModuleList(Residual(width, width, size.condition) for _ in range(count)) for width, count in zip(size.widths, size.decoder))
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in ((high, middle), (middle, low)))
        self.norm, self.steer, self.out = Norm(high), nn.Linear(size.condition, 2 * high), nn.Conv2d(high, 12, 3, padding=1)
        self.register_buffer("alphas", alphas_cumprod().float(), persistent=False)

    def forward(self, base, high, middle, low, timestep, class_labels):
        condition = F.silu(self.time(timestep) + self.label(class_labels))
        *_, x = self.upward(high, middle, low, condition)
        return base + self.alphas[timestep][:, None, None, None].sqrt() * self.velocity(x, condition)

    def upward(self, high, middle, low, condition):
        """What is made of the encoder's features at an eighth, a quarter and a half of the image's resolution."""
        x = through(self.levels[2], low + self.map(condition).view(-1, low.shape[1], self.places, self.places), condition)
        y = through(self.levels[1], middle + enlarge(self.up[1](x)), condition)
        return x, y, through(self.levels[0], high + enlarge(self.up[0](y)), condition)

    def velocity(self, x, condition):
        scale, shift = self.steer(condition)[:, :, None, None].chunk(2, dim=1)
        return F.pixel_shuffle(self.out(F.silu(self.norm(x) * (1 + scale) + shift)).float(), 2)


class Unet(nn.Module):
    """sample f32[B,3,S,S] = √ᾱ·x₀ + √(1−ᾱ)·ε, timestep i64[B], class_labels i64[B] → the predicted ε f32[B,3,S,S]."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.encoder, self.decoder = Encoder(size), Decoder(size)

    def forward(self, sample, timestep, class_labels):
        return self.decoder(*self.encoder(sample, timestep), timestep, class_labels)

    def epsilons(self, sample, timestep):
        """The ε̂ of every class, f32[B,K,3,S,S]: the encoder runs once for all of them."""
        rows, classes = len(sample), self.size.classes
        shared = (repeat(x, classes) for x in (*self.encoder(sample, timestep), timestep))
        labels = torch.arange(classes, device=sample.device).repeat(rows)
        return self.decoder(*shared, labels).view(rows, classes, *sample.shape[1:])


def through(blocks, x, condition):
    """The sums of the residual blocks are kept in float32 where the convolutions are computed in bfloat16."""
    x = x.float()
    for block in blocks:
        x = block(x, condition)
    return x


def enlarge(x):
    return F.interpolate(x.float(), scale_factor=2.0, mode="nearest")


def repeat(x, count):
    """Every row count times, one after the other."""
    return x.repeat_interleave(count, dim=0)
