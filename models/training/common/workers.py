"""Several processes that train one model: each takes its part of every batch, and the gradients are averaged.

On a CPU two processes of one thread are faster than one of two threads: only the averaging waits, not every layer.
"""

import os
import pathlib
import tempfile

import torch
import torch.distributed as dist
from torch import multiprocessing


class Workers:
    """The view of one process: which it is, of how many."""

    def __init__(self, rank=0, count=1):
        self.rank, self.count = rank, count

    def average(self, parameters):
        """Replaces every gradient by its mean over the processes."""
        if self.count == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        flat /= self.count
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
            gradient.copy_(part.view_as(gradient))

    def agree(self, stop):
        """Whether the first process wants to stop: all must leave at the same step."""
        if self.count == 1:
            return stop
        flag = torch.tensor([float(stop)])
        dist.broadcast(flag, 0)
        return bool(flag.item())


def run(count, work, *arguments):
    """Calls work(workers, *arguments) in count processes and waits for all of them."""
    if count == 1:
        work(Workers(), *arguments)
        return
    os.environ.setdefault("GOMP_SPINCOUNT", "0")  # a waiting thread must not burn the core that another process needs
    with tempfile.TemporaryDirectory() as folder:
        meeting = (pathlib.Path(folder) / "meeting").as_uri()
        multiprocessing.spawn(_enter, (count, meeting, work, arguments), nprocs=count)


def _enter(rank, count, meeting, work, arguments):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=count)
    try:
        work(Workers(rank, count), *arguments)
    finally:
        dist.destroy_process_group()
