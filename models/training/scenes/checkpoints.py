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


def unpack(folder, work):
    """Begins work with what pack wrote; what is in work already stays."""
    for file in folder.rglob("*"):
        target = work / file.relative_to(folder)
        if file.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
