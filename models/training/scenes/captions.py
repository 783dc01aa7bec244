"""Scenes → captions: the same fact in many words and orders, so that it is the fact that is learnt."""

from . import words
from .scene import SIDE

BEGINNINGS = ("a picture of", "a photo of", "a drawing of", "an image of", "there is")
BEGUN = 0.3  # share of the captions that begin with one of them
NAMED_SIZE, NAMED_COLOUR, NAMED_SHAPE, NAMED_TEXTURE, NAMED_PLAIN = 0.5, 0.85, 0.85, 0.7, 0.1  # how often each attribute is told
VOWELS = "aeiou"
THE = 0.1  # share of "the" for "a"
OTHER_ORDER = 0.15  # share of "red small" for "small red"
USUAL = 0.5  # share of the names that are the usual one, whatever other words there are
AFTERWARDS = 0.1  # share of "circle that is red" for "red circle"
LISTED, RELATED = 0.15, 0.6  # up to here captions of two objects list them, up to there they relate them; the others place them
PLACED = 0.5  # share of the captions of one object that say where it is, if that is clear
MOST_WORDS = 22  # so that every caption fits between start and end
CLEARLY = 9.0  # pixels off the middle
JOINS = ("and", "with", "next to", "beside")


def caption(scenes, i, random):
    """A caption of scene i; random: random.Random."""
    text = _two(scenes, i, random) if scenes.count[i] == 2 else _one(scenes, i, random)
    begun = f"{random.choice(BEGINNINGS)} {text}"
    return begun if random.random() < BEGUN and len(begun.split()) <= MOST_WORDS else text


def phrase(scenes, i, which, random):
    """One object: "a small red circle"."""
    colour = _name(words.COLOURS[scenes.colour[i, which]], random) if random.random() < NAMED_COLOUR else ""
    noun = _name(words.SHAPES[scenes.shape[i, which]] if random.random() < NAMED_SHAPE else words.ANYTHING, random)
    before = [_maybe(words.SIZES[scenes.size[i, which]], NAMED_SIZE, random), _texture(scenes.texture[i, which], random)]
    if colour and random.random() < AFTERWARDS:
        noun, colour = f"{noun} that is {colour}", ""
    before = [word for word in (*before, colour) if word]
    if random.random() < OTHER_ORDER:
        random.shuffle(before)
    text = " ".join([*before, noun])
    return f"{'the' if random.random() < THE else 'an' if text[0] in VOWELS else 'a'} {text}"


def _maybe(choices, share, random):
    return _name(choices, random) if random.random() < share else ""


def _name(choices, random):
    return choices[0] if random.random() < USUAL else random.choice(choices)


def _texture(texture, random):
    return _maybe(words.TEXTURES[texture], NAMED_PLAIN if texture == words.PLAIN else NAMED_TEXTURE, random)


def _one(scenes, i, random):
    found = phrase(scenes, i, 0, random)
    off = ((scenes.x[i, 0] - SIDE / 2, words.LEFT), (scenes.y[i, 0] - SIDE / 2, words.ABOVE))
    places = [direction ^ int(distance > 0) for distance, direction in off if abs(distance) > CLEARLY]
    if places and random.random() < PLACED:
        found += " " + _name(words.PLACES[random.choice(places)], random)
    return found


def _two(scenes, i, random):
    first = random.randrange(2)
    here, there = phrase(scenes, i, first, random), phrase(scenes, i, 1 - first, random)
    kind, direction = random.random(), words.direction_of(scenes.vertical[i], first)
    if kind < LISTED:
        return f"{here} {random.choice(JOINS)} {there}"
    if kind < RELATED:
        return f"{here} {_name(words.RELATIONS[direction], random)} {there}"
    return f"{here} {_name(words.PLACES[direction], random)} and {there} {_name(words.PLACES[direction ^ 1], random)}"
