"""How well the model classifies: the error of every class on every trial, with the same noise for all classes."""

import numpy as np
import torch

from common.schedule import add_noise

from .data import CLASSES
from .losses import squared


def trial_timesteps(timesteps, trials):
    """i64[trials], evenly spaced in [from, to): the middle of each of the parts, as the service draws them."""
    low, high = timesteps
    return (low + (high - low) * (torch.arange(trials) + 0.5) / trials).long()


@torch.no_grad()
def errors(unet, images, timesteps, trials, seed=1, batch=50, device="cpu", progress=None):
    """images u8[N,3,32,32] → the mean squared errors of ε, f32[N, trials, classes]."""
    alphas, classes = unet.encoder.alphas, unet.size.classes
    found = np.zeros((len(images), trials, classes), np.float32)
    for trial, step in enumerate(trial_timesteps(timesteps, trials)):
        random = torch.Generator().manual_seed(seed * 100_003 + trial)
        noise = torch.randn((1, *images.shape[1:]), generator=random).to(device)  # one for all images, so that the order of images does not matter
        for start in range(0, len(images), batch):
            rows = torch.from_numpy(images[start:start + batch]).to(device).float() / 127.5 - 1
            timestep = step.to(device).expand(len(rows))
            epsilon = unet.epsilons(add_noise(rows, noise.expand_as(rows), timestep, alphas), timestep)
            found[start:start + batch, trial] = squared(epsilon, noise[:, None]).cpu()
        if progress is not None:
            progress.show(trial + 1, {}, trial + 1 == trials)
    return found


def spread(trials, count):
    """The indices of count of the trials, evenly spaced."""
    return ((np.arange(count) + 0.5) * trials / count).astype(int)


def accuracy(found, labels, count=None):
    """Top-1 with count evenly spaced trials, and its standard error."""
    kept = found if count is None else found[:, spread(found.shape[1], count)]
    right = (kept.mean(axis=1, dtype=np.float64).argmin(axis=1) == labels).mean()
    return float(right), float(np.sqrt(right * (1 - right) / len(labels)))


def summary(found, labels, steps):
    """The figures of the model card: accuracy by trials, class and timestep, and which classes are taken for which.

    found: f32[N, trials, classes]; labels: i64[N]; steps: i64[trials], the timesteps, ascending.
    """
    trials, classes = found.shape[1:]
    guesses = found.mean(axis=1, dtype=np.float64).argmin(axis=1)
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (labels, guesses), 1)
    counts = [2 ** i for i in range(3, 11) if 2 ** i < trials] + [trials]
    right = np.take_along_axis(found, labels[:, None, None], axis=2)[:, :, 0]
    return {
        "images": len(labels),
        "top1ByTrials": {count: _percent(*accuracy(found, labels, count)) for count in counts},
        "top1ByClass": {name: _percent(*accuracy(found[labels == i], labels[labels == i])) for i, name in enumerate(CLASSES) if (labels == i).any()},
        "epsilonError": float(right.mean()),
        "byTimestep": [{"t": int(steps[i]), "epsilonError": round(float(right[:, i].mean()), 5),
                        "top1": round(float((found[:, i].argmin(axis=1) == labels).mean()), 4)} for i in range(trials)],
        "confusion": confusion.tolist(),
    }


def save(path, found, labels, timesteps):
    np.savez_compressed(path, errors=found, labels=labels, t=trial_timesteps(timesteps, found.shape[1]).numpy())


def _percent(value, error):
    return {"percent": round(100 * value, 2), "standardError": round(100 * error, 2)}
