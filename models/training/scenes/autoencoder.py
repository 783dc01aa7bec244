"""A KL autoencoder: pictures of 64×64 pixels ↔ latents of 4×16×16."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from common.layers import Norm, Residual

LATENT_CHANNELS = 4
FACTOR = 4  # pixels of a latent's side
PIXEL = 0.1  # the unit of the errors of pixels in [−1, 1]
KL_WEIGHT = 1e-2  # of a latent number's KL divergence in nats: about that of a decoder whose noise is as strong as the pictures' grain
LARGEST_LOG_VARIANCE = 10.0


@dataclass(frozen=True)
class Size:
    high: int = 24  # channels at half the picture's resolution
    low: int = 56  # and at a quarter
    blocks: int = 2  # residual blocks at a quarter


TINY = Size(high=8, low=8, blocks=1)


class Encoder(nn.Module):
    """sample f32[B,3,64,64] in [−1, 1] → latent_parameters f32[B,8,16,16]: means, then log variances."""

    def __init__(self, size):
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(12, size.high, 3, padding=1), Residual(size.high, size.high),
            nn.Conv2d(size.high, size.low, 3, stride=2, padding=1), *(Residual(size.low, size.low) for _ in range(size.blocks)),
            Norm(size.low), nn.SiLU(), nn.Conv2d(size.low, 2 * LATENT_CHANNELS, 3, padding=1))

    def forward(self, sample):
        mean, spread = self.layers(sample).chunk(2, dim=1)
        return torch.cat([mean, spread.clamp(-30, LARGEST_LOG_VARIANCE)], dim=1)


class Decoder(nn.Module):
    """latent_sample f32[B,4,16,16] → sample f32[B,3,64,64]."""

    def __init__(self, size):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, size.low, 3, padding=1), *(Residual(size.low, size.low) for _ in range(size.blocks)),
            nn.Conv2d(size.low, 4 * size.high, 1), nn.PixelShuffle(2), Residual(size.high, size.high),
            Norm(size.high), nn.SiLU(), nn.Conv2d(size.high, 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, latent_sample):
        return self.layers(latent_sample)


class Autoencoder(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.encoder, self.decoder = Encoder(size), Decoder(size)

    def forward(self, pictures, noise):
        """The pictures as they come back, and the KL divergence of each number of the latents from a standard normal."""
        mean, spread = self.encoder(pictures).float().chunk(2, dim=1)
        divergence = 0.5 * (mean.square() + spread.exp() - 1 - spread)
        return self.decoder(mean + (0.5 * spread).exp() * noise), divergence


def loss(model, pictures, noise):
    """f32[B,3,64,64] and noise of the latents' shape → the loss and what to show of it."""
    found, divergence = model(pictures, noise)
    squared = F.mse_loss(found.float(), pictures)
    return squared / PIXEL ** 2 + F.l1_loss(found.float(), pictures) / PIXEL + KL_WEIGHT * divergence.mean(), {
        "psnr": 10 * torch.log10(4 / squared.detach()), "kl": divergence.detach().mean()}


def pixels(pictures, device="cpu"):
    """u8[B,64,64,3] → f32[B,3,64,64] in [−1, 1]."""
    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
