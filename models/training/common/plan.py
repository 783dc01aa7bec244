"""How long to train, and how fast."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    samples: int  # in all; may be changed between chunks until the decay has begun
    batch: int = 64  # of all workers together
    rate: float = 1.5e-3  # the learning rate between warm-up and decay
    warmup: int = 10_000  # samples over which the rate rises from 0
    decay: float = 0.4  # share of the samples over which it falls to 0, linearly
    weight_decay: float = 0.05
    clip: float = 1.0  # largest norm of the gradient
    ema: int = 40_000  # half-life of the averaged weights, in samples
    seed: int = 0

    def rate_at(self, seen):
        rise = (seen + self.batch) / max(self.warmup, 1)
        fall = (self.samples - seen) / max(self.decay * self.samples, 1)
        return self.rate * max(0.0, min(1.0, rise, fall))
