"""The noise schedule `squaredcos_cap_v2` of Nichol and Dhariwal (2021), as diffusers' DDPMScheduler computes it."""

import math

import torch

STEPS = 1000
OFFSET = 0.008  # keeps the first steps' noise from being too small to matter
LARGEST_BETA = 0.999  # keeps ᾱ above zero at the last step


def alphas_cumprod():
    """ᾱ f64[STEPS]: the share of the signal's variance that is left at a step."""
    def level(fraction):
        return math.cos((fraction + OFFSET) / (1 + OFFSET) * math.pi / 2) ** 2

    betas = [min(1 - level((i + 1) / STEPS) / level(i / STEPS), LARGEST_BETA) for i in range(STEPS)]
    return torch.cumprod(1 - torch.tensor(betas, dtype=torch.float64), dim=0)


def add_noise(images, noise, timestep, alphas):
    """x_t = √ᾱ·x₀ + √(1−ᾱ)·ε for f32[B,C,H,W] and i64[B]."""
    alpha = alphas[timestep][:, None, None, None]
    return alpha.sqrt() * images + (1 - alpha).sqrt() * noise
