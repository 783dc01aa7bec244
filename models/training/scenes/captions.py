"""Scenes → captions: the same fact in many words and orders, so that it is the fact that is learnt."""

from dataclasses import dataclass

from . import words
from .scene import SIDE

BEGINNINGS = ("a picture of", "a photo of", "a drawing of", "an image of", "there is")
VOWELS = "aeiou"
LISTED, RELATED = 0.2, 0.65  # up to here captions of two objects list them, up to there they relate them; the others place them
PLACED = 0.5  # share of the captions of one object that say where it is, if that is clear
MOST_WORDS = 22  # so that every caption fits between start and end
CLEARLY = 9.0  # pixels off the middle
JOINS = ("and", "with", "next to", "beside")


@dataclass(frozen=True)
class Style:
    """How often a caption does what."""

    begun: float = 0.3  # begins with one of BEGINNINGS
    size: float = 0.5  # tells the size, and so on
    colour: float = 0.85
    shape: float = 0.85
    texture: float = 0.7
    no_texture: float = 0.1  # tells that there is none
    usual: float = 0.5  # takes the usual name of something, whatever other names there are
    the: float = 0.1  # has "the" for "a"
    other_order: float = 0.15  # has "red small" for "small red"
    afterwards: float = 0.1  # has "circle that is red" for "red circle"


VARIED = Style()
PLAIN = Style(begun=0, size=0.15, colour=1, texture=0, no_texture=0, usual=1, the=0, other_order=0, afterwards=0)
PLAIN_SHARE = 0.5  # of the captions: from varied ones alone, what "left of" means was not found in 400,000 samples


def caption(scenes, i, random):
    """A caption of scene i; random: random.Random."""
    style = PLAIN if random.random() < PLAIN_SHARE else VARIED
    text = _two(scenes, i, style, random) if scenes.count[i] == 2 else _one(scenes, i, style, random)
    begun = f"{random.choice(BEGINNINGS)} {text}"
    return begun if random.random() < style.begun and len(begun.split()) <= MOST_WORDS else text


def phrase(scenes, i, which, style, random):
    """One object: "a small red circle"."""
    colour = _maybe(words.COLOURS[scenes.colour[i, which]], style.colour, style, random)
    noun = _name(words.SHAPES[scenes.shape[i, which]] if random.random() < style.shape else words.ANYTHING, style, random)
    before = [_maybe(words.SIZES[scenes.size[i, which]], style.size, style, random), _texture(scenes.texture[i, which], style, random)]
    if colour and random.random() < style.afterwards:
        noun, colour = f"{noun} that is {colour}", ""
    before = [word for word in (*before, colour) if word]
    if random.random() < style.other_order:
        random.shuffle(before)
    text = " ".join([*before, noun])
    return f"{'the' if random.random() < style.the else 'an' if text[0] in VOWELS else 'a'} {text}"


def _texture(texture, style, random):
    return _maybe(words.TEXTURES[texture], style.no_texture if texture == words.PLAIN else style.texture, style, random)


def _maybe(choices, share, style, random):
    return _name(choices, style, random) if random.random() < share else ""


def _name(choices, style, random):
    return choices[0] if random.random() < style.usual else random.choice(choices)


def _one(scenes, i, style, random):
    found = phrase(scenes, i, 0, style, random)
    off = ((scenes.x[i, 0] - SIDE / 2, words.LEFT), (scenes.y[i, 0] - SIDE / 2, words.ABOVE))
    places = [direction ^ int(distance > 0) for distance, direction in off if abs(distance) > CLEARLY]
    if places and random.random() < PLACED:
        found += " " + _name(words.PLACES[random.choice(places)], style, random)
    return found


def _two(scenes, i, style, random):
    first = random.randrange(2)
    here, there = phrase(scenes, i, first, style, random), phrase(scenes, i, 1 - first, style, random)
    kind, direction = random.random(), words.direction_of(scenes.vertical[i], first)
    if kind < LISTED:
        return f"{here} {_name(JOINS, style, random)} {there}"
    if kind < RELATED:
        return f"{here} {_name(words.RELATIONS[direction], style, random)} {there}"
    return f"{here} {_name(words.PLACES[direction], style, random)} and {there} {_name(words.PLACES[direction ^ 1], style, random)}"
