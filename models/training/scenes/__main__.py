"""Trains the model of drawn scenes, measures it and writes the bundle.

    cd models/training
    python3 -m scenes --work /tmp/scenes --minutes 30 --out ../scenes      # again and again, until it says that it is done
    python3 -m scenes --tests /tmp/scenes-tests                             # the test pictures, for `dclassify evaluate` too
    python3 -m scenes --work /tmp/scenes --no-training --tests /tmp/scenes-tests --pictures 100 --trials 8 --gallery /tmp/scenes.png

Needs PyTorch (1.13 or later) and numpy, and Pillow for the tests; uses a CUDA device where there is one. Nothing is downloaded.
"""

import argparse
import json
import pathlib
import sys

import torch

from . import checkpoints, testsets
from .evaluate import Evaluation
from .export import Bundle
from .sample import gallery
from .stages import Recipe, Sizes

MEASURED = "evaluations.jsonl"  # in --work: every measurement, for plots.py


def main():
    arguments = parse()
    if arguments.tests and not arguments.tests.exists():
        testsets.write(arguments.tests, seed=arguments.tests_seed)
        print(f"{arguments.tests}: {testsets.PICTURES} pictures for each of {', '.join((*testsets.CLASSES, *testsets.SWAPS, testsets.POINTING))}")
    if not arguments.work:
        return
    if arguments.start:
        checkpoints.unpack(arguments.start, arguments.work)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    sizes = Sizes(pictures=arguments.autoencoder_pictures, scenes=arguments.scenes, samples=arguments.samples)
    recipe = Recipe(arguments.work, sizes, 1 if device == "cuda" else arguments.workers, arguments.half or device == "cuda", device)
    if not arguments.no_training and not recipe.train(arguments.minutes):
        print("not done yet: the next run goes on from here")
    finish(recipe, arguments)
    if arguments.pack:
        checkpoints.pack(arguments.work, arguments.pack)


def finish(recipe, arguments):
    """Measures and exports what there is."""
    coder, diffusion, tokenizer = recipe.coder(), recipe.diffusion(), recipe.tokenizer()
    print(f"autoencoder: {coder.seen:,} of {recipe.sizes.pictures:,} pictures in {coder.seconds / 60:.1f} minutes, {_figures(coder)}")
    print(f"diffusion: {diffusion.seen:,} of {recipe.sizes.samples:,} samples in {diffusion.seconds / 60:.1f} minutes, {_figures(diffusion)}")
    if not coder.seen:
        return
    scale = recipe.scale()
    if arguments.tests and diffusion.seen:
        networks = diffusion.ema.model.to(recipe.device), coder.ema.model.encoder.to(recipe.device)
        evaluation = Evaluation(*networks, scale, tokenizer, recipe.device, recipe.half)
        for found in evaluation.run(arguments.tests, arguments.pictures, arguments.trials):
            line = json.dumps({"seen": diffusion.seen, "trials": arguments.trials, **found})
            print(line, flush=True)
            with open(arguments.work / MEASURED, "a", encoding="utf-8") as stream:
                stream.write(line + "\n")
    if arguments.gallery:
        gallery(diffusion.ema.model.cpu(), coder.ema.model.decoder.cpu(), scale, tokenizer, arguments.gallery)
    if arguments.out:
        difference = Bundle(diffusion.ema.model.cpu(), coder.ema.model.cpu(), scale, tokenizer).write(arguments.out)
        print(f"{arguments.out}: " + ("not checked, as Python has no onnxruntime" if difference is None else f"at most {difference:.1g} away from PyTorch"))


def _figures(training):
    last = training.history[-1] if training.history else {}
    return ", ".join(f"{name} {value:.4g}" for name, value in last.items() if name not in ("seen", "seconds")) or "not begun"


def parse():
    sizes = Sizes()
    parser = argparse.ArgumentParser(prog="python3 -m scenes", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, help="a folder for all that is made; 500 MB")
    parser.add_argument("--minutes", type=float, help="stop training after so long; the next run goes on from there")
    parser.add_argument("--out", type=pathlib.Path, help="write the bundle to this folder")
    parser.add_argument("--tests", type=pathlib.Path, help="the test pictures: written where the folder is not there; with --work the model is measured on them")
    parser.add_argument("--tests-seed", type=int, default=testsets.SEED, help="other test pictures, to choose something on (%(default)s)")
    parser.add_argument("--pictures", type=int, default=100, help="how many of each test to measure on (%(default)s)")
    parser.add_argument("--trials", type=int, default=8, help="with so many trials (%(default)s)")
    parser.add_argument("--gallery", type=pathlib.Path, help="draw a few captions into this picture file")
    parser.add_argument("--no-training", action="store_true", help="measure or export what there is")
    parser.add_argument("--workers", type=int, default=1, help="processes that train together on the CPU, one thread each (%(default)s)")
    parser.add_argument("--half", action="store_true", help="compute in bfloat16 on the CPU too: 1.6 times as fast where the processor has AVX512-BF16 or AMX")
    parser.add_argument("--start", type=pathlib.Path, help="begin with the checkpoints of this folder (--pack) where --work has none")
    parser.add_argument("--pack", type=pathlib.Path, help="write small checkpoints for --start to this folder")
    parser.add_argument("--autoencoder-pictures", type=int, default=sizes.pictures, help="that the autoencoder sees (%(default)s)")
    parser.add_argument("--scenes", type=int, default=sizes.scenes, help="to draw for the diffusion model (%(default)s)")
    parser.add_argument("--samples", type=int, default=sizes.samples, help="that the diffusion model sees (%(default)s)")
    arguments = parser.parse_args()
    if not (arguments.work or arguments.tests):
        parser.error("give --work, a folder to train in, or --tests, a folder to write the test pictures to.")
    if arguments.start and not (arguments.start / checkpoints.DIFFUSION).exists():
        parser.error(f"--start: {arguments.start} holds no {checkpoints.DIFFUSION}; a folder that --pack wrote does.")
    if arguments.start and arguments.work and not checkpoints.fits(arguments.work):
        parser.error(f"--start: {arguments.work} has begun a run of its own; name another folder with --work.")
    if arguments.tests and arguments.tests.exists() and not arguments.work:
        parser.error(f"--tests: {arguments.tests} is already there.")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
