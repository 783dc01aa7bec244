"""The U-Net of Stable Diffusion 2 in plain PyTorch: the same layers in the same order, with random weights.

For measuring and for testing exports, where weights do not matter. It needs neither diffusers nor a download.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

import fused


@dataclass(frozen=True)
class Size:
    channels: tuple  # of the four levels
    heads: tuple  # of the attention at each level
    text_width: int
    latent: int  # side of the latent
    parameters: int  # what it must come to

    latent_channels = 4
    tokens = 77
    layers = 2  # of a level on the way down; one more on the way up

    def side(self, i):
        """Of the planes at level i: half of the one above."""
        return self.latent >> i


SIZES = {
    "sd2": Size((320, 640, 1280, 1280), (5, 10, 20, 20), 1024, 64, 865_910_724),
    "tiny": Size((32, 64, 64, 64), (1, 2, 2, 2), 32, 16, 3_222_692),
}


class Attention(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.heads, self.wide = heads, False  # wide: in float32 also in a float16 model, see overflow.py
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(context, width, bias=False)
        self.v = nn.Linear(context, width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x, context):
        return self.out(fused.attention(self.q(x), self.k(context), self.v(context), self.heads, self.wide))


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gated = nn.Linear(width, 8 * width)
        self.out = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.out(fused.split_gelu(x, self.gated))


class Transformer(nn.Module):
    def __init__(self, width, heads, text_width, side):
        super().__init__()
        self.width, self.side = width, side
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.into, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.itself = Attention(width, heads, width)
        self.text = Attention(width, heads, text_width)
        self.feed = FeedForward(width)

    def forward(self, x, text):
        h = self.into(fused.tokens(fused.group_norm(x, self.norm, self.side), self.width, self.side))
        normed = self.norms[0](h)
        h, normed = fused.add_norm(h, self.itself(normed, normed), self.norms[1])
        h, normed = fused.add_norm(h, self.text(normed, text), self.norms[2])
        return x + fused.planes(self.out(h + self.feed(normed)), self.width, self.side)


class Residual(nn.Module):
    def __init__(self, before, after, time, side):
        super().__init__()
        self.side = side
        self.norm1, self.conv1 = nn.GroupNorm(32, before), nn.Conv2d(before, after, 3, padding=1)
        self.time = nn.Linear(time, after)
        self.norm2, self.conv2 = nn.GroupNorm(32, after), nn.Conv2d(after, after, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()

    def forward(self, x, time):
        h = self.conv1(fused.group_norm(x, self.norm1, self.side, silu=True))
        h = h + self.time(F.silu(time))[:, :, None, None]
        return self.skip(x) + self.conv2(fused.group_norm(h, self.norm2, self.side, silu=True))


class Level(nn.Module):
    """A residual block, followed by attention except at the lowest level."""

    def __init__(self, before, after, i, size, attention):
        super().__init__()
        self.residual = Residual(before, after, 4 * size.channels[0], size.side(i))
        self.transformer = Transformer(after, size.heads[i], size.text_width, size.side(i)) if attention else None

    def forward(self, x, time, text):
        x = self.residual(x, time)
        return x if self.transformer is None else self.transformer(x, text)


class Unet(nn.Module):
    def __init__(self, size):
        super().__init__()
        first, lowest = size.channels[0], len(size.channels) - 1
        self.first = first
        self.time = nn.Sequential(nn.Linear(first, 4 * first), nn.SiLU(), nn.Linear(4 * first, 4 * first))
        self.into = nn.Conv2d(size.latent_channels, first, 3, padding=1)
        self.down, self.downsample, widths, width = nn.ModuleList(), nn.ModuleList(), [first], first
        for i, after in enumerate(size.channels):
            for _ in range(size.layers):
                self.down.append(Level(width, after, i, size, attention=i < lowest))
                widths.append(width := after)
            if i < lowest:
                self.downsample.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
                widths.append(width)
        self.middle = Level(width, width, lowest, size, attention=True)
        self.after_middle = Residual(width, width, 4 * first, size.side(lowest))
        self.up, self.upsample = nn.ModuleList(), nn.ModuleList()
        for i, after in reversed(list(enumerate(size.channels))):
            for _ in range(size.layers + 1):
                self.up.append(Level(width + widths.pop(), after, i, size, attention=i < lowest))
                width = after
            if i > 0:
                self.upsample.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm, self.out = nn.GroupNorm(32, first), nn.Conv2d(first, size.latent_channels, 3, padding=1)
        self.layers, self.size = size.layers, size

    def forward(self, sample, timestep, encoder_hidden_states):
        time, x = self.time(self.embed(timestep).to(sample.dtype)), self.into(sample)
        skips = [x]
        for i, level in enumerate(self.down):
            skips.append(x := level(x, time, encoder_hidden_states))
            if (i + 1) % self.layers == 0 and i + 1 < len(self.down):
                skips.append(x := self.downsample[i // self.layers](x))
        x = self.after_middle(self.middle(x, time, encoder_hidden_states), time)
        for i, level in enumerate(self.up):
            x = level(torch.cat([x, skips.pop()], dim=1), time, encoder_hidden_states)
            if (i + 1) % (self.layers + 1) == 0 and i + 1 < len(self.up):
                x = self.enlarge(x, i // (self.layers + 1))
        return self.out(fused.group_norm(x, self.norm, self.size.side(0), silu=True))

    def enlarge(self, x, i):
        """The i-th step up, from the lowest level to the one above."""
        conv = self.upsample[i]
        return conv(fused.upsample(x, conv.in_channels, self.size.side(len(self.upsample) - i)))

    def embed(self, timestep):
        """Cosines and sines; in float32, for half precision has no room for 999 times a frequency."""
        half = self.first // 2
        frequencies = torch.exp(-math.log(10_000) / half * torch.arange(half, device=timestep.device, dtype=torch.float32))
        angles = timestep.float()[:, None] * frequencies
        return torch.cat([angles.cos(), angles.sin()], dim=1)


def build(name, device="cpu", dtype=torch.float32):
    """The U-Net of a size, ready to run, with the same weights every time."""
    torch.manual_seed(0)
    unet = Unet(SIZES[name]).to(device, dtype).eval().requires_grad_(False)
    parameters = sum(parameter.numel() for parameter in unet.parameters())
    if parameters != SIZES[name].parameters:
        raise ValueError(f"The U-Net '{name}' has {parameters:,} parameters instead of {SIZES[name].parameters:,}.")
    return unet


def inputs(name, rows, device="cpu", dtype=torch.float32):
    """Any numbers, in the shapes of a batch."""
    size = SIZES[name]
    return (
        torch.randn(rows, size.latent_channels, size.latent, size.latent, device=device, dtype=dtype),
        torch.randint(0, 1000, (rows,), device=device),
        torch.randn(rows, size.tokens, size.text_width, device=device, dtype=dtype),
    )
