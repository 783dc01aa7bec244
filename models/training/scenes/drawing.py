"""Scenes → pictures: signed distances, so that edges are smooth; all pictures of a call at once."""

import numpy as np

from . import words
from .scene import SIDE

GROUP = 32  # pictures drawn at once: their arrays fit the processor's cache
NOISE = 0.012  # standard deviation of the grain, where white is 1
STRIPE, DOT = 4.2, 5.0  # pixels from one stripe or dot to the next
DARK = 0.55  # brightness of stripes and dots on an object
BAR, RING = 0.34, 0.42  # half the width of a cross's bars and the width of a ring, in radii
BACKGROUND_STRIPES = 0.25  # share of the backgrounds

# (red, green, blue), the middle of what a colour's name covers
PALETTE = np.array([(0.86, 0.14, 0.14), (0.13, 0.62, 0.22), (0.16, 0.27, 0.86), (0.93, 0.82, 0.16), (0.58, 0.18, 0.72), (0.15, 0.76, 0.82)], np.float32)
SHADE = 0.1  # how far a shade may be from it

_ROWS, _COLUMNS = np.meshgrid(np.arange(SIDE, dtype=np.float32) + 0.5, np.arange(SIDE, dtype=np.float32) + 0.5, indexing="ij")


def draw(scenes, seed):
    """u8[N,SIDE,SIDE,3]; the seed is that of the grain."""
    groups = [_draw(scenes[start:start + GROUP], np.random.default_rng((seed, start))) for start in range(0, len(scenes), GROUP)]
    return np.concatenate(groups)


def _draw(scenes, random):
    picture = _background(scenes.look)
    for i in range(2):
        for shape in range(len(words.SHAPES)):
            rows = np.flatnonzero((scenes.shape[:, i] == shape) & (scenes.count > i))
            if len(rows):
                picture[rows] = _with_object(picture[rows], scenes[rows], i, shape)
    picture += NOISE * random.standard_normal(picture.shape, np.float32)
    return (picture.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _background(look):
    """A grey or pale tone that gets brighter to one side, some with faint stripes; never as saturated as an object."""
    tone = 0.12 + 0.76 * look[:, 0:1] + 0.1 * (look[:, 1:4] - 0.5)
    angle, slope = 2 * np.pi * look[:, 4], 0.2 * look[:, 5]
    brightness = slope[:, None, None] * _across(angle, 0.5) / SIDE
    striped = np.flatnonzero(look[:, 6] < BACKGROUND_STRIPES)
    waves = np.sin(_across(2 * np.pi * look[striped, 7], 0.5) * (2 * np.pi / (5 + 4 * look[striped, 8]))[:, None, None])
    brightness[striped] += 0.035 * waves
    return tone[:, None, None, :] + brightness[..., None]


def _across(angle, middle):
    """Distance of every pixel from a line through the picture's middle, f32[N,SIDE,SIDE]."""
    centre = middle * SIDE
    return np.cos(angle)[:, None, None] * (_COLUMNS - centre) + np.sin(angle)[:, None, None] * (_ROWS - centre)


def boxes(scenes, i):
    """i64[N,4]: left, top, width and height, in pixels, of what is seen of object i of every scene."""
    found = np.zeros((len(scenes), 4), np.int64)
    for shape in range(len(words.SHAPES)):
        for row in np.flatnonzero(scenes.shape[:, i] == shape):
            seen = _outline(scenes[row:row + 1], i, shape)[0][0] > 0.5
            columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
            found[row] = columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    return found


def _with_object(picture, scenes, i, shape):
    cover, along, across = _outline(scenes, i, shape)
    radius, cover = scenes.radius[:, i, None, None], cover[..., None]
    shade = SHADE * (2 * scenes.look[:, 9 + 6 * i:12 + 6 * i] - 1)
    colour = (PALETTE[scenes.colour[:, i]] + shade).clip(0, 1)[:, None, None, :] * _texture(scenes.texture[:, i], along * radius, across * radius)[..., None]
    return picture + cover * (colour - picture)


def _outline(scenes, i, shape):
    """How much of every pixel object i covers, f32[N,SIDE,SIDE], and where the pixel is in the object's own coordinates, in radii."""
    x, y, radius, turn = (value[:, i, None, None] for value in (scenes.x, scenes.y, scenes.radius, scenes.turn))
    right, down = (_COLUMNS - x) / radius, (_ROWS - y) / radius
    along, across = np.cos(turn) * right + np.sin(turn) * down, np.cos(turn) * down - np.sin(turn) * right
    return np.clip(0.5 - radius * _distance(shape, along, across), 0, 1), along, across


def _texture(texture, along, across):
    """The brightness of an object at every pixel, f32[N,SIDE,SIDE]."""
    brightness = np.ones_like(along)
    striped, dotted = texture == words.STRIPED, texture == words.DOTTED
    brightness[striped] -= (1 - DARK) * (np.sin((along + across)[striped] * (2 * np.pi / STRIPE) / np.sqrt(2)) > 0)
    waves = np.cos(along[dotted] * (2 * np.pi / DOT)) + np.cos(across[dotted] * (2 * np.pi / DOT))
    brightness[dotted] -= (1 - DARK) * np.clip(2 * (waves - 0.6), 0, 1)
    return brightness


def _distance(shape, x, y):
    """How far a point is outside the shape of radius 1 around the origin, in radii; negative inside."""
    if shape == words.CIRCLE:
        return np.sqrt(x * x + y * y) - 0.95
    if shape == words.SQUARE:
        return np.maximum(abs(x), abs(y)) - 0.85
    if shape == words.TRIANGLE:
        return np.maximum(0.866 * abs(x) - 0.5 * y - 0.5, y - 0.8)
    if shape == words.CROSS:
        return np.maximum(np.minimum(abs(x), abs(y)) - BAR, np.maximum(abs(x), abs(y)) - 1)
    return abs(np.sqrt(x * x + y * y) - (1 - RING / 2)) - RING / 2
