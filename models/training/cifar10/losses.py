"""What is minimised: the error of the noise, and on request how badly that error tells the classes apart."""

import torch
import torch.nn.functional as F

from .model import repeat

NULL_SHARE = 16  # one row in so many is trained without its class
CONTRAST_SHARE = 4  # one row in so many is decoded for all classes
SHARPNESS = 1024.0  # β: errors that differ by 0.005 mean odds of e^5


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
        return contrasted(errors, batch.labels[:rows])


class HeadLosses:
    """For a network that predicts the noise of every class at once: first what the teacher predicts, then as Losses."""

    def __init__(self, heads, teacher, contrast):
        """teacher: a Unet; contrast: λ of the second part."""
        self.heads, self.teacher, self.weight = heads, teacher, contrast

    def distillation(self, batch):
        """The squared distance to the teacher's velocity, for the row's own class and two others."""
        labels = torch.stack([(batch.labels + offset) % self.heads.size.classes for offset in self._offsets(batch)], dim=1)
        count = labels.shape[1]
        with torch.no_grad():
            shared = (repeat(x, count) for x in (*self.teacher.encoder(batch.sample, batch.timestep), batch.timestep))
            taught = self.teacher.decoder(*shared, labels.flatten()).float()
        found = self.heads(batch.sample, batch.timestep)
        rows = torch.arange(len(labels), device=labels.device)[:, None]
        distance = squared(found[rows, labels].flatten(0, 1), taught)
        velocity = (distance / repeat(self.heads.encoder.alphas[batch.timestep], count)).mean()
        return velocity, {"distance": velocity.detach(), **self._figures(found.detach(), batch)}

    def data(self, batch):
        found = self.heads(batch.sample, batch.timestep)
        errors = squared(found, batch.noise[:, None])
        own = errors.gather(1, batch.labels[:, None])[:, 0]
        velocity = (own / self.heads.encoder.alphas[batch.timestep]).mean()
        contrast, top1 = contrasted(errors, batch.labels)
        return velocity + self.weight * contrast, {
            "velocity": velocity.detach(), "epsilon": own.detach().mean(), "contrast": contrast.detach(), "top1": top1}

    def _offsets(self, batch):
        """0, and two that differ from step to step."""
        classes = self.heads.size.classes
        first = int(batch.timestep.sum()) % (classes - 1) + 1
        return 0, first, first % (classes - 1) + 1

    @staticmethod
    def _figures(found, batch):
        errors = squared(found, batch.noise[:, None])
        return {"epsilon": errors.gather(1, batch.labels[:, None]).mean(), "top1": (errors.argmin(1) == batch.labels).float().mean()}


def contrasted(errors, right):
    """errors f32[B,K], the classes i64[B] → the cross-entropy of softmax_c(−β·error_c), and how many are right."""
    return F.cross_entropy(-SHARPNESS * errors, right), (errors.argmin(1) == right).float().mean()


def squared(epsilon, noise):
    """The mean squared error over the last three axes: pixels and channels."""
    return (epsilon.float() - noise).square().mean(dim=(-3, -2, -1))
