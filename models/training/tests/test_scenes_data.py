import collections
import random
import re
import unittest

import numpy as np

from scenes import bank, captions, drawing, examples, scene, testsets, words
from scenes.tokenizer import LENGTH, Tokenizer, learn

COUNT = 20_000
HELD_OUT = re.compile("|".join(
    rf"\b{colour}( \w+)? {shape}\b|\b{shape} that is {colour}\b"
    for pair in words.HELD_OUT for colour in words.COLOURS[pair[0]] for shape in words.SHAPES[pair[1]]))


def scenes(count=COUNT, seed=0, **options):
    return scene.draw(np.random.default_rng(seed), count, **options)


def told(found, seed=0):
    chance = random.Random(seed)
    return [captions.caption(found, i, chance) for i in range(len(found))]


class SceneTests(unittest.TestCase):
    def test_pairs_that_are_held_out_are_never_drawn(self):
        found = scenes()
        drawn = {(found.colour[i, k], found.shape[i, k]) for i in range(COUNT) for k in range(found.count[i])}
        self.assertEqual(set(words.SEEN), drawn)

    def test_the_test_of_pairs_that_are_held_out_draws_nothing_else(self):
        found = scenes(400, objects=1, held_out=True)
        self.assertEqual(words.HELD_OUT, set(zip(found.colour[:, 0], found.shape[:, 0])))

    def test_both_ways_of_binding_the_same_words_are_drawn_as_often(self):
        ways = {tuple(way) for way in scene._BOTH}
        for colour, shape, other_colour, other_shape in ways:
            self.assertIn((other_colour, shape, colour, other_shape), ways)
            self.assertIn((other_colour, other_shape, colour, shape), ways)
        self.assertEqual(len(ways), len(scene._BOTH))  # each as likely as any other

    def test_the_words_alone_do_not_tell_who_has_which_colour(self):
        found, ways = scenes(60_000, objects=2), collections.defaultdict(collections.Counter)
        for colour, shape in zip(found.colour.tolist(), found.shape.tolist()):
            if colour[0] != colour[1] and shape[0] != shape[1]:
                first = int(colour[0] > colour[1])
                ways[min(colour), max(colour), min(shape), max(shape)][shape[first] < shape[1 - first]] += 1
        self.assertGreater(len(ways), 70)
        for bag, counter in ways.items():
            self.assertLess(abs(counter[True] - counter[False]), 5 * sum(counter.values()) ** 0.5, bag)

    def test_the_words_of_a_caption_do_not_tell_which_object_is_to_the_left(self):
        found = scenes(objects=2)
        for attribute in (found.colour, found.shape, found.size, found.texture):
            means = np.bincount(attribute[:, 0]) / COUNT, np.bincount(attribute[:, 1]) / COUNT
            np.testing.assert_allclose(*means, atol=5 * np.sqrt(0.25 / COUNT))

    def test_a_box_holds_what_changes_when_its_object_gets_another_colour(self):
        found = scenes(60, objects=2)
        other = found.with_colours_exchanged()
        changed = np.flatnonzero(found.colour[:, 0] != found.colour[:, 1])
        pictures = drawing.draw(found[changed], 0).astype(int), drawing.draw(other[changed], 0).astype(int)
        boxes = [drawing.boxes(found, k)[changed] for k in range(2)]
        for i, change in enumerate(np.abs(pictures[0] - pictures[1]).max(axis=-1)):
            difference = change > 0.6 * change.max()  # a pixel that is less than half covered changes less
            inside = np.zeros_like(difference)
            for x, y, width, height in (boxes[0][i], boxes[1][i]):
                self.assertTrue(difference[y:y + height, x:x + width].any())
                inside[y:y + height, x:x + width] = True
            self.assertFalse((difference & ~inside).any())

    def test_objects_are_inside_the_picture_and_apart(self):
        found = scenes()
        for i in range(2):
            there = found.count > i
            for middle in (found.x, found.y):
                self.assertGreaterEqual((middle - found.radius)[there, i].min(), 0)
                self.assertLessEqual((middle + found.radius)[there, i].max(), scene.SIDE)
        two = found[found.count == 2]
        along = np.where(two.vertical[:, None], two.y, two.x)
        self.assertGreaterEqual((along[:, 1] - along[:, 0] - two.radius.sum(axis=1)).min(), scene.GAP - 1e-3)


class DrawingTests(unittest.TestCase):
    def test_a_picture_depends_on_scene_and_seed_alone(self):
        found = scenes(40)
        np.testing.assert_array_equal(drawing.draw(found, 1), drawing.draw(found, 1))
        self.assertGreater((drawing.draw(found, 1) != drawing.draw(found, 2)).mean(), 0.1)

    def test_an_object_has_its_colour_where_it_is(self):
        found = scenes(300, objects=1)
        found = found[np.flatnonzero((found.texture[:, 0] == words.PLAIN) & (found.shape[:, 0] != words.RING))]
        pictures = drawing.draw(found, 0)
        rows, columns = found.y[:, 0].astype(int), found.x[:, 0].astype(int)
        expected = drawing.PALETTE[found.colour[:, 0]]
        self.assertLess(abs(pictures[np.arange(len(found)), rows, columns] / 255 - expected).max(), drawing.SHADE + 6 * drawing.NOISE)

    def test_exchanging_colours_changes_nothing_else(self):
        found = scenes(60, objects=2)
        twice = found.with_colours_exchanged().with_colours_exchanged()
        np.testing.assert_array_equal(drawing.draw(found, 0), drawing.draw(twice, 0))
        same = found.colour[:, 0] == found.colour[:, 1]
        changed = (drawing.draw(found, 0) != drawing.draw(found.with_colours_exchanged(), 0)).any(axis=(1, 2, 3))
        np.testing.assert_array_equal(~same, changed)


class CaptionTests(unittest.TestCase):
    def test_pairs_that_are_held_out_are_never_told(self):
        self.assertTrue(HELD_OUT.search("a golden dotted plus") and HELD_OUT.search("a triangle that is green"))  # it finds them
        self.assertEqual([], [text for text in told(scenes()) if HELD_OUT.search(text)])

    def test_a_caption_and_its_mirror_image_are_as_frequent(self):
        counts = collections.Counter(relation for text in told(scenes(objects=2)) for relation in re.findall(r"left of|right of|above|below", text))
        self.assertLess(abs(counts["left of"] - counts["right of"]), 5 * counts["left of"] ** 0.5)
        self.assertGreater(counts["above"], 500)

    def test_half_of_the_captions_are_plain(self):
        names = "|".join(colour[0] for colour in words.COLOURS), "|".join([*(shape[0] for shape in words.SHAPES), words.ANYTHING[0]])
        thing = f"an? (small |large )?({names[0]}) ({names[1]})"
        plain = re.compile(f"{thing}( (and|left of|right of|above|below) {thing}| (on|at) the \\w+( and {thing} (on|at) the \\w+)?)?")
        share = np.mean([plain.fullmatch(text) is not None for text in told(scenes())])
        self.assertTrue(captions.PLAIN_SHARE < share < captions.PLAIN_SHARE + 0.1, share)  # some varied ones are plain, too

    def test_relations_are_true(self):
        found = scenes(4000, objects=2)
        for i, text in enumerate(told(found)):
            match = re.search(r"(left|right) of", text)
            if match and found.colour[i, 0] != found.colour[i, 1]:
                first = [k for k in range(2) if any(word in text[:match.start()] for word in words.COLOURS[found.colour[i, k]])]
                if len(first) == 1:
                    self.assertEqual(match[1] == "left", found.x[i, first[0]] < found.x[i, 1 - first[0]], text)


class TokenizerTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.captions = told(scenes())
        cls.tokenizer = Tokenizer(learn(cls.captions, 400))

    def test_every_word_of_the_captions_is_one_token(self):
        for text in self.captions[:2000]:
            self.assertEqual(len(text.split()), self.tokenizer.count(text))

    def test_every_caption_fits(self):
        self.assertLessEqual(max(map(self.tokenizer.count, self.captions)), LENGTH - 2)

    def test_texts_come_back(self):
        for text in ("a red circle left of a blue ring", "an elephant, 25 €!", "naïve", "x"):
            self.assertEqual(text.replace(" ", ""), self.tokenizer.decode(self.tokenizer.encode(text)).replace(" ", ""))

    def test_case_and_spaces_do_not_matter(self):
        self.assertEqual(self.tokenizer.encode("a red circle"), self.tokenizer.encode("  A Red\tCIRCLE "))

    def test_an_empty_text_is_start_and_ends(self):
        self.assertEqual([self.tokenizer.end - 1] + [self.tokenizer.end] * (LENGTH - 1), self.tokenizer.encode(""))

    def test_the_order_of_the_captions_does_not_change_the_merges(self):
        self.assertEqual(self.tokenizer.merges, learn(self.captions[::-1], 400))


class TestSetTests(unittest.TestCase):
    def test_the_captions_of_a_swap_have_the_same_words_and_their_pictures_exchange_places(self):
        for test in testsets.SWAPS:
            found = testsets.swappable(np.random.default_rng(0), 40, test)
            self.assertEqual(40, len(found))
            for i in range(40):
                tag, first, second = testsets.swapped_captions(test, found, i)
                self.assertNotEqual(first, second)
                if tag != "relation":
                    self.assertEqual(sorted(first.split()), sorted(second.split()))
                for text in (first, second):
                    self.assertIsNone(HELD_OUT.search(text), text)


class BankTests(unittest.TestCase):
    def test_a_question_has_a_true_and_a_false_caption_that_differ_in_what_is_asked(self):
        for kind in bank.SINGLE:
            pictures, found = bank.questions(kind, 50)
            self.assertEqual((50, 64, 64, 3), pictures.shape)
            for true, false in found:
                self.assertEqual(1, sum(a != b for a, b in zip(true.split(), false.split(), strict=True)), (true, false))
        for kind in testsets.SWAPS:
            for true, false in bank.questions(kind, 50)[1]:
                self.assertNotEqual(true, false)

    def test_no_scene_is_one_of_the_tests(self):
        mine, theirs = (testsets.swappable(np.random.default_rng((seed, 3)), 200, "attribute-swap") for seed in (bank.SEED, testsets.SEED))
        self.assertEqual(set(), set(map(tuple, mine.x)) & set(map(tuple, theirs.x)))


class ExampleTests(unittest.TestCase):
    def test_the_sample_pictures_show_what_their_names_say(self):
        red, blue = (examples.picture(examples.EXAMPLES[name]).astype(int) for name in ("red-circle-blue-square", "blue-circle-red-square"))
        middles = 33, [17, 45]  # of both objects
        for picture, circle in ((red, 1), (blue, -1)):
            redness = circle * (picture[middles][:, 0] - picture[middles][:, 2])
            self.assertTrue(redness[0] > 50 > -50 > redness[1])
        self.assertEqual(1, len(examples.EXAMPLES["green-triangle"]))


if __name__ == "__main__":
    unittest.main()
