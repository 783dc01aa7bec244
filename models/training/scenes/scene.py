"""What is where in a picture: drawn by chance so that no statistics of single words tell a scene from one with its attributes exchanged."""

from dataclasses import dataclass, fields, replace

import numpy as np

from . import words

SIDE = 64  # pixels of a picture's side
RADII = ((6.5, 8.0), (11.5, 13.5))  # pixels from the middle of an object to its rim, small and large
MARGIN = 1.0  # pixels between an object and the edge
GAP = 2.5  # and between two objects, at least
OFF_AXIS = 4.0  # pixels that either of two objects may be off the line through both
TEXTURED = 1 / 3  # share of the objects that are striped or dotted
TURN = 0.2  # radians that an object is turned by at most
TWO = 0.6  # share of the scenes with two objects

# Of two objects neither of whose attributes may be exchanged into a pair that is held out: else the words alone would tell the binding.
_BOTH = np.array([
    (*first, *second) for first in words.SEEN for second in words.SEEN
    if first != second and not {(first[0], second[1]), (second[0], first[1])} & words.HELD_OUT], np.int8)
_SEEN, _HELD_OUT = np.array(words.SEEN, np.int8), np.array(sorted(words.HELD_OUT), np.int8)


@dataclass
class Scenes:
    """N scenes of one or two objects; the attributes of the missing second object mean nothing."""

    count: np.ndarray  # i8[N]: 1 or 2
    vertical: np.ndarray  # bool[N]: of two objects the first is above the second; else to its left
    colour: np.ndarray  # i8[N,2], indices into words.COLOURS, and so on
    shape: np.ndarray
    size: np.ndarray
    texture: np.ndarray
    x: np.ndarray  # f32[N,2]: the middle, in pixels from the upper left corner
    y: np.ndarray
    radius: np.ndarray  # f32[N,2]: pixels
    turn: np.ndarray  # f32[N,2]: radians
    look: np.ndarray  # f32[N,LOOKS] in [0, 1): what else the drawing needs: shades, background

    LOOKS = 24

    def __len__(self):
        return len(self.count)

    def __getitem__(self, rows):
        return Scenes(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def with_colours_exchanged(self):
        """The same pictures but for the objects' colours."""
        return replace(self, colour=self.colour[:, ::-1])

    def with_objects_exchanged(self):
        """Each object where the other was, in the other's size, so that both fit: what it is moves, how large and where does not."""
        return replace(self, colour=self.colour[:, ::-1], shape=self.shape[:, ::-1], texture=self.texture[:, ::-1])


def draw(random, count, objects=None, held_out=False):
    """count scenes; objects: 1 or 2, else both kinds; held_out: single objects of the pairs that training leaves out."""
    two = random.random(count) < TWO if objects is None else np.full(count, objects == 2)
    attributes = _BOTH[random.integers(0, len(_BOTH), count)]
    single = _HELD_OUT if held_out else _SEEN
    attributes[~two, :2] = single[random.integers(0, len(single), (~two).sum())]
    size = random.integers(0, len(words.SIZES), (count, 2)).astype(np.int8)
    texture = np.where(random.random((count, 2)) < TEXTURED, random.integers(1, len(words.TEXTURES), (count, 2)), words.PLAIN).astype(np.int8)
    low, high = np.array(RADII, np.float32)[size].transpose(2, 0, 1)
    radius = low + (high - low) * random.random((count, 2), np.float32)
    vertical = random.random(count) < 0.5
    along, across = _places(random, radius, two)
    turn = TURN * (2 * random.random((count, 2), np.float32) - 1)
    return Scenes(
        1 + two.astype(np.int8), vertical, attributes[:, 0::2], attributes[:, 1::2], size, texture,
        np.where(vertical[:, None], across, along), np.where(vertical[:, None], along, across), radius, turn,
        random.random((count, Scenes.LOOKS), np.float32))


def _places(random, radius, two):
    """f32[N,2] along the line through both objects and across it; a single object may be anywhere."""
    chance = random.random((len(radius), 4), np.float32)
    low, high = MARGIN + radius, SIDE - MARGIN - radius
    apart = radius.sum(axis=1) + GAP
    apart += chance[:, 0] * (SIDE - 2 * MARGIN - radius.sum(axis=1) - apart)
    first = low[:, 0] + chance[:, 1] * (high[:, 1] - apart - low[:, 0])
    line = SIDE / 4 + chance[:, 2] * SIDE / 2
    across = np.clip(line[:, None] + OFF_AXIS * (2 * random.random(radius.shape, np.float32) - 1), low, high)
    alone = low + chance[:, :2] * (high - low), low + chance[:, 2:] * (high - low)
    return np.where(two[:, None], np.stack([first, first + apart], 1), alone[0]), np.where(two[:, None], across, alone[1])
