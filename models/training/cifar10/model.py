"""A small conditional diffusion model for 32×32 images, in two modules.

The encoder sees the noisy image and the timestep but not the class; it does nearly all the work and, to classify, runs once for all
classes. The decoder is light and turns the encoder's features and one class into the predicted noise ε.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from common.schedule import alphas_cumprod


@dataclass(frozen=True)
class Size:
    classes: int = 10
    side: int = 32
    high: int = 64  # channels of the encoder at half the image's resolution
    middle: int = 128  # at a quarter
    low: int = 192  # at an eighth
    blocks: tuple = (1, 2, 2)  # residual blocks of the three resolutions
    decoder: tuple = (32, 64, 128)  # channels of the decoder at the three resolutions
    condition: int = 128  # width of the vectors of time and class that steer the layers


TINY = Size(high=8, middle=8, low=8, blocks=(1, 1, 1), decoder=(8, 8, 8), condition=8)


class TimeEmbedding(nn.Module):
    """Timesteps i64[B] → f32[B, width]: cosines and sines of log-spaced frequencies, then one layer."""

    FREQUENCIES = 32
    LONGEST_PERIOD = 10_000  # in steps, as in the transformer's position encoding

    def __init__(self, width):
        super().__init__()
        exponents = torch.arange(self.FREQUENCIES) / self.FREQUENCIES
        self.register_buffer("frequencies", torch.exp(-math.log(self.LONGEST_PERIOD) * exponents), persistent=False)
        self.layer = nn.Linear(2 * self.FREQUENCIES, width)

    def forward(self, timestep):
        angles = timestep.float()[:, None] * self.frequencies
        return F.relu(self.layer(torch.cat([angles.cos(), angles.sin()], dim=1)))


def convolution(before, after, kernel=3, stride=1):
    """A convolution and its normalisation, which an export folds into one."""
    padding = kernel // 2 if stride == 1 else 0
    return nn.Sequential(nn.Conv2d(before, after, kernel, stride, padding, bias=False), nn.BatchNorm2d(after))


class Residual(nn.Module):
    def __init__(self, channels, condition):
        super().__init__()
        self.first, self.second = convolution(channels, channels), convolution(channels, channels)
        self.time = nn.Linear(condition, channels)
        nn.init.zeros_(self.second[1].weight)  # a block begins as the identity

    def forward(self, x, time):
        h = F.relu(self.first(x) + self.time(time)[:, :, None, None])
        return F.relu(x + self.second(h))


class Encoder(nn.Module):
    """sample f32[B,3,S,S], timestep i64[B] → the features that all classes share; `FEATURES` names them.

    The first is the noise that it would predict for no class in particular: inside, the velocity v = √ᾱ·ε − √(1−ᾱ)·x₀ is predicted,
    from which ε = √(1−ᾱ)·x + √ᾱ·v. The others are what it saw at a half, a quarter and an eighth of the image's resolution.
    """

    FEATURES = ("noise", "high", "middle", "low")

    def __init__(self, size):
        super().__init__()
        self.time = TimeEmbedding(size.condition)
        self.into = convolution(12, size.high)
        widths = (size.high, size.middle, size.low)
        self.levels = nn.ModuleList(
            nn.ModuleList(Residual(width, size.condition) for _ in range(count)) for width, count in zip(widths, size.blocks))
        self.down = nn.ModuleList(convolution(a, b, kernel=2, stride=2) for a, b in zip(widths, widths[1:]))
        self.up = nn.ModuleList(convolution(b, a, kernel=1) for a, b in zip(widths, widths[1:]))
        self.join = convolution(size.high, size.high)
        self.base = nn.Conv2d(size.high, 12, 3, padding=1)
        self.features = nn.ModuleList(convolution(width, narrow, kernel=1) for width, narrow in zip(widths, size.decoder))
        self.register_buffer("alphas", alphas_cumprod().float(), persistent=False)

    def forward(self, sample, timestep):
        time = self.time(timestep)
        high = self.run(0, F.relu(self.into(F.pixel_unshuffle(sample, 2))), time)
        middle = self.run(1, F.relu(self.down[0](high)), time)
        low = self.run(2, F.relu(self.down[1](middle)), time)
        middle = F.relu(middle + enlarge(self.up[1](low)))
        high = F.relu(high + enlarge(self.up[0](middle)))
        high = F.relu(high + self.join(high))
        alpha = self.alphas[timestep][:, None, None, None]
        noise = (1 - alpha).sqrt() * sample + alpha.sqrt() * F.pixel_shuffle(self.base(high), 2)
        return noise, *(layer(x) for layer, x in zip(self.features, (high, middle, low)))

    def run(self, level, x, time):
        for block in self.levels[level]:
            x = block(x, time)
        return x


class Steered(nn.Module):
    """A residual block whose channels are scaled and shifted as the class and the timestep say."""

    def __init__(self, channels, condition):
        super().__init__()
        self.first, self.second = convolution(channels, channels), convolution(channels, channels)
        self.film = nn.Linear(condition, 2 * channels)

    def forward(self, x, condition):
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
        return F.relu(x + self.second(F.relu(self.first(x) * (1 + scale) + shift)))


class Decoder(nn.Module):
    """The encoder's features, timestep i64[B], class_labels i64[B] → ε f32[B,3,S,S].

    It adds to the encoder's prediction what knowing the class changes. The class enters every block, and at the lowest resolution as a
    map, too: a sky is above a ship.
    """

    def __init__(self, size):
        super().__init__()
        high, middle, low = size.decoder
        self.places = size.side // 8
        self.time = TimeEmbedding(size.condition)
        self.label = nn.Embedding(size.classes + 1, size.condition)
        self.condition = nn.Linear(size.condition, size.condition)
        self.map = nn.Linear(size.condition, low * self.places ** 2)
        self.blocks = nn.ModuleList(Steered(width, size.condition) for width in size.decoder)
        self.up = nn.ModuleList(convolution(b, a, kernel=1) for a, b in ((high, middle), (middle, low)))
        self.out = nn.Conv2d(high, 12, 3, padding=1)
        self.register_buffer("alphas", alphas_cumprod().float(), persistent=False)

    def forward(self, noise, high, middle, low, timestep, class_labels):
        condition = F.relu(self.condition(self.time(timestep) + self.label(class_labels)))
        h = F.relu(low + self.map(condition).view(-1, low.shape[1], self.places, self.places))
        h = self.blocks[2](h, condition)
        h = self.blocks[1](F.relu(middle + enlarge(self.up[1](h))), condition)
        h = self.blocks[0](F.relu(high + enlarge(self.up[0](h))), condition)
        return noise + self.alphas[timestep][:, None, None, None].sqrt() * F.pixel_shuffle(self.out(h), 2)


class Unet(nn.Module):
    """sample f32[B,3,S,S] = √ᾱ·x₀ + √(1−ᾱ)·ε, timestep i64[B], class_labels i64[B] → the predicted ε f32[B,3,S,S]."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.encoder, self.decoder = Encoder(size), Decoder(size)

    def forward(self, sample, timestep, class_labels):
        return self.decoder(*self.encoder(sample, timestep), timestep, class_labels)


def enlarge(x):
    return F.interpolate(x, scale_factor=2.0, mode="nearest")
