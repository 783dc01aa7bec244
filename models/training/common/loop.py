"""The training loop: any model, any loss, in chunks of any length.

Everything random is a function of the seed and of the samples seen, so a run that was cut and resumed gives the weights of an uncut one.
"""

import contextlib
import time

import torch

from . import checkpoint
from .ema import Ema
from .progress import Progress

SAVE_SECONDS = 120  # at most so much work is lost
SMOOTHING = 0.98  # of the figures that are shown


class Training:
    """A model in training and what a resumed run needs of it."""

    def __init__(self, model, plan, path, start=None):
        """path: the run's checkpoint; start: another one, to begin from where that is not there yet."""
        self.model, self.plan, self.path = model, plan, path
        self.ema = Ema(model, plan.ema)
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=0.0, betas=(0.9, 0.99), weight_decay=plan.weight_decay)
        self.seen, self.seconds, self.history = 0, 0.0, []
        if path.exists() or start is not None:
            self._restore(checkpoint.load(path if path.exists() else start))

    def step(self, loss, workers):
        """One update of the weights; the gradients are taken from loss."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        parameters = list(self.model.parameters())
        workers.average(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, self.plan.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate_at(self.seen)
        self.optimizer.step()
        self.seen += self.plan.batch
        self.ema.update(self.model, self.plan.batch, self.seen)

    def save(self):
        checkpoint.save(self.path, {
            "model": self.model.state_dict(), "ema": self.ema.model.state_dict(), "optimizer": self.optimizer.state_dict(),
            "seen": self.seen, "seconds": self.seconds, "history": self.history})

    def _restore(self, state):
        self.model.load_state_dict(state["model"])
        self.ema.model.load_state_dict(state["ema"])
        if "optimizer" in state:  # a packed checkpoint has none
            self.optimizer.load_state_dict(state["optimizer"])
        self.seen, self.seconds, self.history = state["seen"], state["seconds"], state["history"]


def train(training, loss_of, workers, minutes=None, half=False):
    """Trains until the plan is done or the minutes are over, and saves.

    loss_of(step, rank, count) → the loss of that process's part of the batch, and figures to show.
    half: computes in bfloat16 where PyTorch's autocast says so; the weights stay float32.
    """
    plan, began = training.plan, time.monotonic()
    progress, saved, spent, shown = Progress(plan.samples, training.seen), began, training.seconds, {}
    device = next(training.model.parameters()).device.type
    stop = training.seen >= plan.samples
    while not stop:
        with torch.autocast(device, torch.bfloat16) if half else contextlib.nullcontext():
            loss, figures = loss_of(training.seen // plan.batch, workers.rank, workers.count)
        training.step(loss, workers)
        now = time.monotonic()
        training.seconds = spent + now - began
        over = minutes is not None and now - began > 60 * minutes
        stop = workers.agree(over) or training.seen >= plan.samples
        shown = {name: SMOOTHING * shown.get(name, float(value)) + (1 - SMOOTHING) * float(value) for name, value in figures.items()}
        if workers.rank == 0:
            progress.show(training.seen, shown, stop)
            if stop or now - saved > SAVE_SECONDS:
                training.history.append({"seen": training.seen, "seconds": round(training.seconds), **shown})
                training.save()
                saved = now
