"""What the networks are made of."""

import math

import torch
import torch.nn.functional as F
from torch import nn

GROUPS = 8  # of the group normalisation


class Norm(nn.GroupNorm):
    """In float32 whatever comes in: under autocast PyTorch 1.13 refuses bfloat16 beside float32 weights."""

    def __init__(self, channels):
        super().__init__(GROUPS, channels)

    def forward(self, x):
        return super().forward(x.float())


class Residual(nn.Module):
    """Two convolutions; the condition, where there is one, scales and shifts between them."""

    def __init__(self, before, after, condition=0):
        super().__init__()
        self.norm1, self.conv1 = Norm(before), nn.Conv2d(before, after, 3, padding=1)
        self.norm2, self.conv2 = Norm(after), nn.Conv2d(after, after, 3, padding=1)
        self.steer = nn.Linear(condition, 2 * after) if condition else None
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        nn.init.zeros_(self.conv2.weight)  # a block begins as the identity

    def forward(self, x, condition=None):
        h = self.norm2(self.conv1(F.silu(self.norm1(x))))
        if self.steer is not None:
            scale, shift = self.steer(condition)[:, :, None, None].chunk(2, dim=1)
            h = h * (1 + scale) + shift
        return self.skip(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    """From [B,n,width] to [B,m,context]; keys and values have no bias, so that a token of zeros is a place to look at for nothing."""

    def __init__(self, width, context, heads):
        super().__init__()
        self.heads = heads
        self.q, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.k, self.v = nn.Linear(context, width, bias=False), nn.Linear(context, width, bias=False)

    def forward(self, x, context, mask=None):
        """mask: f32[B,1,1 or n,m], added to the logits."""
        q, k, v = (self._split(part) for part in (self.q(x), self.k(context), self.v(context)))
        logits = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])
        weights = (logits if mask is None else logits + mask).softmax(dim=3)
        return self.out((weights @ v).transpose(1, 2).flatten(2))

    def _split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, x.shape[2] // self.heads).transpose(1, 2)


def feed_forward(width, factor):
    return nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))


def sinusoids(positions, width, slowest):
    """Cosines and sines of log-spaced frequencies, f32[…,width]; slowest: how far the slowest turns by one radian."""
    frequencies = torch.exp(-math.log(slowest) / (width // 2) * torch.arange(width // 2, device=positions.device, dtype=torch.float32))
    angles = positions.float()[..., None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def places(side, width):
    """The places of a map of side × side by sinusoids of their row and their column, f32[side²,width]: left and right are far apart from the start."""
    one = sinusoids(torch.arange(side), width // 2, side)
    return torch.cat([one.repeat_interleave(side, 0), one.repeat(side, 1)], dim=-1)
