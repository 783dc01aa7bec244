"""Small checkpoints to begin from: without the optimizers, the diffusion model in half precision."""

import shutil

from common import checkpoint

CODER, DIFFUSION, TOKENIZER = "autoencoder.pt", "diffusion.pt", "tokenizer"


def pack(work, folder):
    """Writes what a run has made in work, but for the latents, which are made again, into a folder of 15 MB at most."""
    shutil.copytree(work / TOKENIZER, folder / TOKENIZER, dirs_exist_ok=True)
    coder = checkpoint.load(work / CODER)
    checkpoint.save(folder / CODER, {name: value for name, value in coder.items() if name != "optimizer"})  # rounded, it would make other latents
    checkpoint.save(folder / DIFFUSION, checkpoint.pack(checkpoint.load(work / DIFFUSION)))


def fits(work):
    """Whether work is new, or may be a run that goes on from a packed one: what is of two runs does not belong together."""
    return (work / DIFFUSION).exists() or not any((work / name).exists() for name in (CODER, TOKENIZER))


def unpack(folder, work):
    """Begins work with what pack wrote; a run that has begun goes on instead."""
    if not (work / DIFFUSION).exists():
        shutil.copytree(folder, work, dirs_exist_ok=True)
