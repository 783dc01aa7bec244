"""The errors that `dclassify calibrate` fits the posterior to: pictures of their own, with two captions each.

    python3 -m scenes.bank --work /tmp/scenes/work --out /tmp/scenes/bank.npz
    dclassify calibrate --model models/scenes --bank /tmp/scenes/bank.npz --write

Of the captions one is true; the other has another colour, shape or size, or the same words with something exchanged, each as often.
"""

import argparse
import pathlib

import numpy as np
import torch

from . import drawing, scene, testsets, words
from .evaluate import Evaluation, TEMPLATE, trial_timesteps
from .stages import Recipe, Sizes
from .testsets import swappable, swapped_captions

SEED = 2_000_000  # far from those of training and of the tests
SINGLE = ("colour", "shape", "size")
PICTURES = 240  # of each kind
TRIALS = 16  # about where a race ends; with 64 all questions are answered right, and no posterior is sharp enough


def questions(kind, count):
    """u8[count,64,64,3] and for each picture its true caption and a false one."""
    random = np.random.default_rng((SEED, (*SINGLE, *testsets.SWAPS).index(kind)))
    if kind in testsets.SWAPS:
        scenes = swappable(random, count, kind)
        captions = [swapped_captions(kind, scenes, i)[1:] for i in range(count)]
    else:
        scenes = scene.draw(random, count, objects=1)
        captions = [tuple(TEMPLATE.format(label=label) for label in _single(kind, scenes, i, random)) for i in range(count)]
    return drawing.draw(scenes, (SEED, 0)), captions


def _single(kind, scenes, i, random):
    colour, shape, size = scenes.colour[i, 0], scenes.shape[i, 0], scenes.size[i, 0]
    if kind == "size":
        return tuple(f"{words.SIZES[s][0]} {words.ANYTHING[0]}" for s in (size, 1 - size))
    other = (_other(colour, words.COLOURS, random), shape) if kind == "colour" else (colour, _other(shape, words.SHAPES, random))
    return words.pair_label(colour, shape), words.pair_label(*other)


def _other(value, names, random):
    return (value + random.integers(1, len(names))) % len(names)


def bank(evaluation, pictures=PICTURES, trials=TRIALS):
    """→ errors f32[picture, trial, 2], labels i64[picture], t i64[trial]."""
    found, places = [], np.random.default_rng(SEED)
    for kind in (*SINGLE, *testsets.SWAPS):
        images, captions = questions(kind, pictures)
        found.append(evaluation.errors(images, torch.stack([evaluation.embed(pair) for pair in captions]), trials))
    errors = np.concatenate(found)
    labels = places.integers(0, 2, len(errors))  # the true caption is the first or the second
    errors[labels == 1] = errors[labels == 1][:, :, ::-1]
    return {"errors": errors, "labels": labels.astype(np.int64), "t": trial_timesteps(trials).numpy()}


def main():
    parser = argparse.ArgumentParser(prog="python3 -m scenes.bank", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, required=True, help="the folder of the recipe")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the .npz file to write")
    arguments = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    recipe = Recipe(arguments.work, Sizes(), device=device)
    networks = recipe.diffusion().ema.model.to(device), recipe.coder().ema.model.encoder.to(device)
    np.savez_compressed(arguments.out, **bank(Evaluation(*networks, recipe.scale(), recipe.tokenizer(), device)))


if __name__ == "__main__":
    main()
