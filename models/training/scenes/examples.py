"""The scenes in `samples/`: chosen, not drawn by chance, and in no training set.

    python3 -m scenes.examples ../../samples
"""

import argparse
import pathlib

import numpy as np

from . import drawing, scene, words

SEED = 7
TURN = 0.05  # radians
EXAMPLES = {  # file: colour, shape, size, texture, and the middle's place from left and top, of one or two objects
    "green-triangle": [(words.GREEN, words.TRIANGLE, words.LARGE, words.PLAIN, 30, 34)],  # a pair that is held out
    "red-circle-blue-square": [(words.RED, words.CIRCLE, words.SMALL, words.PLAIN, 17, 33), (words.BLUE, words.SQUARE, words.LARGE, words.PLAIN, 45, 31)],
    "blue-circle-red-square": [(words.BLUE, words.CIRCLE, words.SMALL, words.PLAIN, 17, 33), (words.RED, words.SQUARE, words.LARGE, words.PLAIN, 45, 31)],
}


def picture(objects):
    """u8[64,64,3]"""
    pair = (*objects, objects[0])[:2]
    colour, shape, size, texture, x, y = (np.array([values]) for values in zip(*pair))
    radius = np.array(scene.RADII, np.float32)[size].mean(axis=2)
    look = np.random.default_rng(SEED).random((1, scene.Scenes.LOOKS), np.float32)
    whole = scene.Scenes(
        np.array([len(objects)], np.int8), np.array([False]), *(part.astype(np.int8) for part in (colour, shape, size, texture)),
        x.astype(np.float32), y.astype(np.float32), radius, np.full((1, 2), TURN, np.float32), look)
    return drawing.draw(whole, SEED)[0]


def main():
    from PIL import Image

    parser = argparse.ArgumentParser(prog="python3 -m scenes.examples", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    for name, objects in EXAMPLES.items():
        Image.fromarray(picture(objects)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
