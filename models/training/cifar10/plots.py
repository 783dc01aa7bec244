"""The pictures of the model card, from the file that a measurement leaves.

    python3 -m cifar10.plots ../cifar10/evaluation.json ../cifar10/evaluation.png
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402: the line above must come first

from .data import CLASSES  # noqa: E402


def draw(figures, path):
    """figures: what evaluate.summary returns, and `curve`: accuracy by samples seen."""
    _, (curve, steps, trials, confusion) = plt.subplots(1, 4, figsize=(19, 4.2), constrained_layout=True)
    _lines(curve, "accuracy against samples seen", "samples", "top-1, %")
    for name, points in figures.get("curve", {}).items():
        curve.errorbar([p["seen"] for p in points], [p["percent"] for p in points], [p["standardError"] for p in points], marker="o", capsize=2, label=name)
    if figures.get("curve"):
        curve.legend()
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


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        draw(json.load(file), sys.argv[2])
