"""What a scene may hold, and the words for it. The first word of each list names it in labels; captions use them all."""

SHAPES = (("circle", "disc"), ("square", "box"), ("triangle", "wedge"), ("cross", "plus"), ("ring", "hoop"))
COLOURS = (("red", "crimson"), ("green", "jade"), ("blue", "navy"), ("yellow", "golden"), ("purple", "violet"), ("cyan", "turquoise"))
SIZES = (("small", "little", "tiny"), ("large", "big", "huge"))
TEXTURES = (("plain", "solid"), ("striped",), ("dotted", "spotted"))
ANYTHING = ("object", "shape", "thing")  # where a caption does not tell the shape

# A direction is what the first object of a caption is to the second; the opposite of direction d is d ^ 1.
LEFT, RIGHT, ABOVE, BELOW = range(4)
RELATIONS = (
    ("left of", "to the left of", "on the left of"), ("right of", "to the right of", "on the right of"),
    ("above", "over", "higher than"), ("below", "under", "beneath", "lower than"))
PLACES = (("on the left", "at the left"), ("on the right", "at the right"), ("at the top",), ("at the bottom",))

CIRCLE, SQUARE, TRIANGLE, CROSS, RING = range(5)
RED, GREEN, BLUE, YELLOW, PURPLE, CYAN = range(6)
SMALL, LARGE = range(2)
PLAIN, STRIPED, DOTTED = range(3)

# Pairs that no training picture shows and no training caption names, under any of their words.
HELD_OUT = frozenset({(GREEN, TRIANGLE), (YELLOW, CROSS), (PURPLE, SQUARE), (CYAN, RING)})
PAIRS = tuple((colour, shape) for colour in range(len(COLOURS)) for shape in range(len(SHAPES)))
SEEN = tuple(pair for pair in PAIRS if pair not in HELD_OUT)


def pair_label(colour, shape):
    return f"{COLOURS[colour][0]} {SHAPES[shape][0]}"


def direction_of(vertical, second):
    """What an object is to the other: the first of a scene is the one further to the left, or further up."""
    return (ABOVE if vertical else LEFT) ^ int(second)
