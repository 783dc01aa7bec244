"""Pictures with known answers, in the formats that `dclassify evaluate` reads: csv with class-names.txt, and Winoground's."""

import csv
import json
import pathlib

import numpy as np

from . import drawing, scene, words

PICTURES = 400  # of each test
SEED = 1_000_000  # far from those of training
CLASSES = ("seen-pairs", "held-out-pairs", "size")
SWAPS = ("attribute-swap", "relation-swap")
POINTING = "two-objects"
CAPTIONS, NAMES, EXAMPLES, BOXES = "captions.csv", "class-names.txt", "examples.jsonl", "boxes.csv"


def write(folder, pictures=PICTURES, seed=SEED):
    """A folder for each of the tests; those of swaps hold pairs of pictures, that of pointing the box of each object."""
    folder = pathlib.Path(folder)
    for i, name in enumerate(CLASSES):
        random = np.random.default_rng((seed, i))
        scenes = scene.draw(random, pictures, objects=1, held_out=name == "held-out-pairs")
        labels = [_label(name, scenes, k) for k in range(pictures)]
        _write_classes(folder / name, drawing.draw(scenes, (seed, i)), labels, _all_labels(name))
    for i, name in enumerate(SWAPS, len(CLASSES)):
        random = np.random.default_rng((seed, i))
        first = swappable(random, pictures // 2, name)
        second = first.with_colours_exchanged() if name == "attribute-swap" else first.with_objects_exchanged()
        pairs = drawing.draw(first, (seed, i, 0)), drawing.draw(second, (seed, i, 1))
        _write_swaps(folder / name, pairs, [swapped_captions(name, first, k) for k in range(pictures // 2)])
    _write_pointing(folder / POINTING, pictures, (seed, len(CLASSES) + len(SWAPS)))


def _write_pointing(folder, pictures, seed):
    """Two objects in every picture; its label names one of them, and the boxes say where each is."""
    scenes = scene.draw(np.random.default_rng(seed), pictures, objects=2)
    names = [[words.pair_label(scenes.colour[i, k], scenes.shape[i, k]) for k in range(2)] for i in range(pictures)]
    files = _write_classes(folder, drawing.draw(scenes, seed), [names[i][i % 2] for i in range(pictures)], _all_labels(POINTING))
    boxes = [drawing.boxes(scenes, k) for k in range(2)]
    rows = [(files[i], names[i][k], *boxes[k][i]) for i in range(pictures) for k in range(2)]
    _write_table(folder / BOXES, [("path", "label", "x", "y", "width", "height"), *rows])


def _label(test, scenes, i):
    return f"{words.SIZES[scenes.size[i, 0]][0]} {words.ANYTHING[0]}" if test == "size" else words.pair_label(scenes.colour[i, 0], scenes.shape[i, 0])


def _all_labels(test):
    return [f"{size[0]} {words.ANYTHING[0]}" for size in words.SIZES] if test == "size" else [words.pair_label(*pair) for pair in words.PAIRS]


def swappable(random, count, test):
    """Two objects of other shapes, and for a swap of colours of other colours too."""
    scenes = scene.draw(random, 4 * count, objects=2)  # of which more than half can be used
    usable = scenes.shape[:, 0] != scenes.shape[:, 1]
    if test == "attribute-swap":
        usable &= scenes.colour[:, 0] != scenes.colour[:, 1]
    return scenes[np.flatnonzero(usable)[:count]]


def swapped_captions(test, scenes, i):
    """Tag and two captions: the first is true of the scene, the second of the one with something exchanged; both use the same words."""
    start = i % 2  # which of the objects comes first
    pair = [(scenes.colour[i, k], scenes.shape[i, k]) for k in (start, 1 - start)]
    if test == "attribute-swap":
        (colour, shape), (other_colour, other_shape) = pair
        return "colours", _join("and", pair), _join("and", [(other_colour, shape), (colour, other_shape)])
    direction = words.direction_of(scenes.vertical[i], start)
    here, there = (words.RELATIONS[way][0] for way in (direction, direction ^ 1))
    if i % 4 < 2:
        return "objects", _join(here, pair), _join(here, pair[::-1])
    return "relation", _join(here, pair), _join(there, pair)


def _join(word, pair):
    return f"a {words.pair_label(*pair[0])} {word} a {words.pair_label(*pair[1])}"


def _write_classes(folder, pictures, labels, names):
    files = [_save(folder, f"{i:04}", picture) for i, picture in enumerate(pictures)]
    _write_table(folder / CAPTIONS, [("path", "label"), *zip(files, labels)])
    (folder / NAMES).write_text("".join(f"{name}\t{name}\n" for name in names), encoding="utf-8")
    return files


def _write_table(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def _write_swaps(folder, pairs, examples):
    lines = []
    for i, (tag, first, second) in enumerate(examples):
        files = [pathlib.Path(_save(folder, f"{i:04}-{k}", pairs[k][i])).name for k in range(2)]
        lines.append(json.dumps({"id": f"{i}", "caption_0": first, "caption_1": second, "image_0": files[0], "image_1": files[1], "collapsed_tag": tag}))
    (folder / EXAMPLES).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _save(folder, name, picture):
    from PIL import Image  # only here, so that training does not need it

    path = folder / "images" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return f"images/{name}.png"


def read_classes(folder):
    """u8[N,64,64,3], the labels' indices i64[N], and all labels."""
    names = [line.split("\t")[1] for line in (folder / NAMES).read_text(encoding="utf-8").splitlines()]
    with open(folder / CAPTIONS, newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    return _load(folder, [file for file, _ in rows]), np.array([names.index(label) for _, label in rows]), names


def read_swaps(folder):
    """u8[N,2,64,64,3], the pairs of captions, and the tags."""
    rows = [json.loads(line) for line in (folder / EXAMPLES).read_text(encoding="utf-8").splitlines()]
    pictures = _load(folder, [f"images/{row[f'image_{k}']}" for row in rows for k in range(2)])
    return pictures.reshape(len(rows), 2, *pictures.shape[1:]), [(row["caption_0"], row["caption_1"]) for row in rows], [row["collapsed_tag"] for row in rows]


def _load(folder, files):
    from PIL import Image

    return np.stack([np.asarray(Image.open(folder / file).convert("RGB")) for file in files])
