"""The picture of the model card: accuracy against samples seen, and by timestep, from the measurements that the recipe leaves.

    python3 -m scenes.plots /tmp/scenes/work/evaluations.jsonl ../scenes/evaluation.png
"""

import argparse
import json
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402: the line above must come first

from .testsets import CLASSES, SWAPS  # noqa: E402


def draw(measured, path):
    """measured: a dictionary for each test and measurement, oldest first; by timestep the last of each test is shown."""
    _, (curve, steps) = plt.subplots(1, 2, figsize=(13, 4.2), constrained_layout=True)
    _axes(curve, "accuracy against samples seen", "samples")
    _axes(steps, "one trial alone: accuracy against t", "t")
    for i, name in enumerate((*CLASSES, *SWAPS)):
        found = [record for record in measured if record["test"] == name]
        if found:
            curve.errorbar([r["seen"] for r in found], [100 * r["accuracy"] for r in found], [100 * r["standardError"] for r in found], marker="o", capsize=2, color=f"C{i}", label=name)
            by_timestep = found[-1]["byTimestep"]
            steps.plot([int(t) for t in by_timestep], [100 * share for share in by_timestep.values()], marker=".", color=f"C{i}", label=name)
    curve.legend()
    plt.savefig(path, dpi=80)


def _axes(axes, title, x):
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel("right, %")
    axes.grid(alpha=0.3)


def main():
    parser = argparse.ArgumentParser(prog="python3 -m scenes.plots", description=__doc__.splitlines()[0])
    parser.add_argument("measurements", type=pathlib.Path, help="the file evaluations.jsonl of the recipe's --work")
    parser.add_argument("picture")
    arguments = parser.parse_args()
    draw([json.loads(line) for line in arguments.measurements.read_text(encoding="utf-8").splitlines()], arguments.picture)


if __name__ == "__main__":
    main()
