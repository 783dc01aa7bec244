"""Trains the CIFAR-10 model, measures it as a diffusion classifier and writes the bundle.

    cd models/training
    python3 -m cifar10 --data cifar-10-binary.tar.gz --work /tmp/cifar10 --minutes 20      # again and again, until it says that it is done
    python3 -m cifar10 --data cifar-10-binary.tar.gz --work /tmp/cifar10 --test test_batch.bin --out ../cifar10

Needs PyTorch (1.13 or later), numpy, onnx, and Pillow where --data holds pictures; uses a CUDA device where there is one. A run that was
stopped, by --minutes or otherwise, goes on where it was.
"""

import argparse
import json
import pathlib
import sys

import torch

from common import checkpoint, workers
from common.loop import Training, train
from common.plan import Plan
from common.progress import Progress

from . import data, evaluate
from .batches import Batches
from .export import check_bundle, write_bundle
from .heads import Heads
from .losses import HeadLosses, Losses
from .model import Size, Unet
from .shipped import read_bundle

TIMESTEPS = (150, 850)  # [from, to): below, the error tells little of the class; above, little of the image is left
SAMPLES = 3_230_000  # 65 epochs
DECAY = 0.252  # of them, over which the learning rate falls
DISTILLED = 400_000  # samples: not yet tuned; after 72,000 the classes' differences were still 60% off
BATCH = 128  # of all workers together
RATE = 2e-3  # README.md, What was learnt


def main():
    arguments = parse()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if not arguments.no_training:
        data.cached(arguments.data, arguments.work)  # once, before several processes read it
        workers.run(1 if device == "cuda" else arguments.workers, work, arguments, device)
    training = start(arguments, "cpu")
    if training.seen == 0:
        sys.exit(f"{training.path} is not there: train first, without --no-training.")
    unet = training.ema.model
    print(f"{training.seen:,} of {training.plan.samples:,} samples seen in {training.seconds / 60:.0f} minutes")
    if arguments.test:
        measure(unet.to(device), arguments, device)
    if arguments.pack:
        checkpoint.save(arguments.pack, checkpoint.pack(checkpoint.load(training.path)))
    if arguments.out:
        write_bundle(unet.cpu(), arguments.out, TIMESTEPS)
        difference = check_bundle(arguments.out)
        print(f"{arguments.out}: " + ("not checked, as Python has no onnxruntime; the tests of DiffusionClassifier.Onnx check it too" if difference is None
                                      else f"at most {difference:.1g} away from PyTorch"))


def parse():
    parser = argparse.ArgumentParser(prog="python3 -m cifar10", description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="CIFAR-10's training images: cifar-10-binary.tar.gz, its folder, or a tar of pictures in folders named after the classes")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for the checkpoint and the unpacked images")
    parser.add_argument("--minutes", type=float, help="stop after so long; the next run goes on from there")
    parser.add_argument("--start", type=pathlib.Path, help="begin with this checkpoint (--pack) where --work has none")
    parser.add_argument("--pack", type=pathlib.Path, help="write a small checkpoint for --start to this file")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="how many images to train on in all (%(default)s)")
    parser.add_argument("--contrast", type=float, default=0, help="weight of the loss that sets the classes' errors apart; 0 is a purely generative model (%(default)s)")
    parser.add_argument("--heads", metavar="BUNDLE", type=pathlib.Path, help="train the network that predicts the noise of all classes at once: it begins with this bundle's weights, and is first taught by it")
    parser.add_argument("--distilled", type=int, default=DISTILLED, help="with --heads: the samples in which it is taught; from then on it learns from the labels, with --contrast (%(default)s)")
    parser.add_argument("--shift", type=int, default=0, help="move images by up to so many pixels (%(default)s)")
    parser.add_argument("--decay", type=float, default=DECAY, help="share of the samples over which the learning rate falls to 0, at the end (%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes that train together on the CPU, one thread each (%(default)s)")
    parser.add_argument("--half", action="store_true", help="compute in bfloat16 on the CPU too, --test included: faster where the processor has AVX512-BF16 or AMX")
    parser.add_argument("--no-training", action="store_true", help="measure or export the checkpoint as it is")
    parser.add_argument("--test", type=pathlib.Path, help="measure on these images: test_batch.bin")
    parser.add_argument("--choosing", action="store_true", help=f"on the first {data.FOR_CHOOSING} of them, which are for comparing variants; the others are for the figures that are stated")
    parser.add_argument("--images", type=int, default=2000, help="on at most so many (%(default)s)")
    parser.add_argument("--trials", type=int, default=32, help="with so many trials (%(default)s)")
    parser.add_argument("--out", type=pathlib.Path, help="write the bundle to this folder")
    arguments = parser.parse_args()
    if not pathlib.Path(arguments.data).exists():
        parser.error(f"--data: there is no {arguments.data}. CIFAR-10 is at https://www.cs.toronto.edu/~kriz/cifar.html (cifar-10-binary.tar.gz).")
    if arguments.test and not arguments.test.is_file():
        parser.error(f"--test: there is no file {arguments.test}.")
    return arguments


def start(arguments, device):
    torch.manual_seed(Plan.seed)
    plan = Plan(samples=arguments.samples, decay=arguments.decay, batch=BATCH, rate=RATE)
    network = Unet(Size()) if arguments.heads is None else Heads(Size()).begin_with(read_bundle(arguments.heads))
    return Training(network.to(device), plan, arguments.work / "checkpoint.pt", arguments.start)


def work(crew, arguments, device):
    """What each of the processes does."""
    images, labels = data.cached(arguments.data, arguments.work)
    training = start(arguments, device)
    batches = Batches(images, labels, TIMESTEPS, training.plan.batch, training.plan.seed, device, arguments.shift)
    loss = loss_of(training, arguments, device)
    train(training, lambda step, rank, count: loss(step, batches(step, rank, count)), crew, arguments.minutes, arguments.half or device == "cuda")


def loss_of(training, arguments, device):
    """→ a function from a step and its batch to the loss."""
    if arguments.heads is None:
        losses = Losses(training.model, arguments.contrast)
        return lambda _, batch: losses(batch)
    losses = HeadLosses(training.model, read_bundle(arguments.heads).to(device), arguments.contrast)
    return lambda step, batch: losses.distillation(batch) if step * training.plan.batch < arguments.distilled else losses.data(batch)


def measure(unet, arguments, device):
    """Prints the accuracy by the number of trials, and keeps the errors for later."""
    images, labels = data.split(*data.read(arguments.test), arguments.choosing, arguments.images)
    with torch.autocast(device, torch.bfloat16, enabled=arguments.half):
        found = evaluate.errors(unet, images, TIMESTEPS, arguments.trials, device=device, progress=Progress(arguments.trials))
    evaluate.save(arguments.work / "errors.npz", found, labels, TIMESTEPS)
    print(json.dumps(evaluate.summary(found, labels, evaluate.trial_timesteps(TIMESTEPS, arguments.trials).numpy()), indent=2))
