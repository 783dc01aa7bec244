"""Files that are either whole or not there."""

import os
import pathlib

import torch


def save(path, state):
    """Replaces the file in one step, so that a run killed while writing leaves the one before."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(path.name + ".part")
    torch.save(state, scratch)
    os.replace(scratch, path)


def load(path):
    return torch.load(path, map_location="cpu")


def pack(state):
    """The state of a run without its optimizer and in half precision, to be kept: a fifth of the size.

    A run resumed from it begins with a fresh optimizer.
    """
    halves = {kind: {name: value.half() if value.is_floating_point() else value for name, value in state[kind].items()} for kind in ("model", "ema")}
    return {**{name: value for name, value in state.items() if name != "optimizer"}, **halves}
