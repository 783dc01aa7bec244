"""Several processes that train one model: each takes its part of every batch, and the gradients are averaged.

On a CPU two processes of one thread are faster than one of two threads: only the averaging waits, not every layer. They share memory:
over sockets, the gradients of a few million weights can take longer than the step that they belong to.
"""

import os
import pathlib
import tempfile

import torch
from torch import multiprocessing


class Workers:
    """The view of one process: which it is, of how many."""

    def __init__(self, rank=0, count=1, folder=None, barrier=None):
        """folder: where the processes keep what they share; barrier: where they wait for each other."""
        self.rank, self.count, self.folder, self.barrier = rank, count, folder, barrier
        self.shared, self.turn = None, 0  # gradients of every process, twice: one is read while the next one is written
        self.flag = None if folder is None else self._share("stop", 1)

    def average(self, parameters):
        """Replaces every gradient by its mean over the processes."""
        if self.count == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        if self.shared is None or self.shared.shape[2] != len(flat):
            self.shared = self._share("gradients", 2 * self.count * len(flat)).view(2, self.count, len(flat))
        self.turn = 1 - self.turn
        self.shared[self.turn, self.rank].copy_(flat)
        self.barrier.wait()
        mean = self.shared[self.turn].mean(dim=0)  # in the same order in every process: their weights stay the same
        for gradient, part in zip(gradients, mean.split([g.numel() for g in gradients])):
            gradient.copy_(part.view_as(gradient))

    def agree(self, stop):
        """Whether the first process wants to stop: all must leave at the same step."""
        if self.count == 1:
            return stop
        if self.rank == 0:
            self.flag[0] = float(stop)
        self.barrier.wait()
        agreed = bool(self.flag.item())
        self.barrier.wait()  # nobody writes before all have read
        return agreed

    def _share(self, name, size):
        return torch.from_file(str(pathlib.Path(self.folder) / name), shared=True, size=size)


def run(count, work, *arguments):
    """Calls work(workers, *arguments) in count processes and waits for all of them."""
    if count == 1:
        work(Workers(), *arguments)
        return
    os.environ.setdefault("GOMP_SPINCOUNT", "0")  # a waiting thread must not burn the core that another process needs
    barrier = multiprocessing.get_context("spawn").Barrier(count)
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_enter, (count, folder, barrier, work, arguments), nprocs=count)


def _enter(rank, count, folder, barrier, work, arguments):
    torch.set_num_threads(1)
    work(Workers(rank, count, folder, barrier), *arguments)
