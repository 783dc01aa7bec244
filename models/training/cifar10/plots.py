"""The picture of the model card, from the errors that a measurement leaves: of this recipe, or a bank of `dclassify evaluate`.

    python3 -m cifar10.plots runs/bank.npz ../cifar10/evaluation.png --curve 657536:63.3 --curve 953856:66.4
"""

import argparse
import json

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402: the line above must come first
import numpy as np  # noqa: E402

from . import evaluate  # noqa: E402
from .data import CLASSES  # noqa: E402


def draw(figures, points, path):
    """figures: what evaluate.summary returns; points: samples seen and accuracy in percent, measured during training."""
    _, (curve, steps, trials, confusion) = plt.subplots(1, 4, figsize=(19, 4.2), constrained_layout=True)
    _lines(curve, "accuracy against samples seen", "samples", "top-1, %")
    if points:
        curve.plot(*zip(*points), marker="o")
    _lines(steps, "one trial: error and accuracy against t", "t", "mean squared error of ε")
    steps.plot([p["t"] for p in figures["byTimestep"]], [p["epsilonError"] for p in figures["byTimestep"]], color="C0")
    right = steps.twinx()
    right.plot([p["t"] for p in figures["byTimestep"]], [100 * p["top1"] for p in figures["byTimestep"]], color="C1")
    right.set_ylabel("top-1 of that trial alone, %", color="C1")
    _lines(trials, "accuracy against trials", "trials", "top-1, %")
    counts = [int(count) for count in figures["top1ByTrials"]]
    values = list(figures["top1ByTrials"].values())
    trials.errorbar(counts, [v["percent"] for v in values], [v["standardError"] for v in values], marker="o", capsize=2)
    trials.set_xscale("log", base=2)
    trials.set_xticks(counts, [str(count) for count in counts])
    _matrix(confusion, figures["confusion"])
    plt.savefig(path, dpi=80)


def _lines(axes, title, x, y):
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)


def _matrix(axes, counts):
    axes.set_title("true class (rows), answer (columns)")
    axes.imshow(counts, cmap="Blues")
    places = range(len(CLASSES))
    axes.set_xticks(places, CLASSES, rotation=60, ha="right")
    axes.set_yticks(places, CLASSES)
    largest = max(max(row) for row in counts)
    for row in places:
        for column in places:
            value = counts[row][column]
            axes.text(column, row, value, ha="center", va="center", fontsize=7, color="white" if value > largest / 2 else "black")


def main():
    parser = argparse.ArgumentParser(prog="python3 -m cifar10.plots", description=__doc__.splitlines()[0])
    parser.add_argument("errors", help="an .npz with errors f32[image, trial, class], labels i64[image] and t i64[trial]")
    parser.add_argument("picture")
    parser.add_argument("--curve", action="append", default=[], metavar="SEEN:PERCENT", help="a point of accuracy against samples seen; may be repeated")
    arguments = parser.parse_args()
    with np.load(arguments.errors) as archive:
        order = np.argsort(archive["t"], kind="stable")
        figures = evaluate.summary(archive["errors"][:, order], archive["labels"], archive["t"][order])
    draw(figures, [tuple(float(part) for part in point.split(":")) for point in arguments.curve], arguments.picture)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
