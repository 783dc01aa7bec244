"""What is minimised: the error of the noise, and on request how badly that error tells the classes apart."""

import torch
import torch.nn.functional as F

NULL_SHARE = 16  # one row in so many is trained without its class
CONTRAST_SHARE = 4  # one row in so many is decoded for all classes
SHARPNESS = 512.0  # β: errors that differ by 0.01 mean odds of e^5


class Losses:
    """velocity + λ·contrast; purely generative with λ = 0.

    velocity: the squared error of v = √ᾱ·ε − √(1−ᾱ)·x₀ for the image's own class, which weighs all timesteps about alike.
    contrast: the cross-entropy of softmax_c(−β·error_c) on this one trial, where error_c is the mean squared error of ε: it makes the
    differences between the classes' errors, by which the model classifies, more telling.
    """

    def __init__(self, unet, contrast):
        """contrast: λ."""
        self.unet, self.weight = unet, contrast

    def __call__(self, batch):
        features = self.unet.encoder(batch.sample, batch.timestep)
        labels = batch.labels.clone()
        labels[len(labels) - max(len(labels) // NULL_SHARE, 1):] = self.unet.size.classes
        error = squared(self.unet.decoder(*features, batch.timestep, labels), batch.noise)
        velocity = (error / self.unet.encoder.alphas[batch.timestep]).mean()  # ε = √(1−ᾱ)·x + √ᾱ·v
        figures = {"velocity": velocity.detach(), "epsilon": error.detach().mean()}
        if self.weight == 0:
            return velocity, figures
        contrast, top1 = self.contrast(features, batch)
        return velocity + self.weight * contrast, {**figures, "contrast": contrast.detach(), "top1": top1}

    def contrast(self, features, batch):
        rows, classes = max(len(batch.labels) // CONTRAST_SHARE, 1), self.unet.size.classes
        repeated = [repeat(x[:rows], classes) for x in (*features, batch.timestep, batch.noise)]
        labels = torch.arange(classes, device=batch.labels.device).repeat(rows)
        errors = squared(self.unet.decoder(*repeated[:-1], labels), repeated[-1]).view(rows, classes)
        right = batch.labels[:rows]
        return F.cross_entropy(-SHARPNESS * errors, right), (errors.argmin(1) == right).float().mean()


def squared(epsilon, noise):
    """The mean squared error of every row, f32[B]."""
    return (epsilon.float() - noise).square().mean(dim=(1, 2, 3))


def repeat(x, count):
    """Every row count times, one after the other."""
    return x.repeat_interleave(count, dim=0)
