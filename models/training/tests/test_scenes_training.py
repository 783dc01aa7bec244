import json
import pathlib
import tempfile
import unittest

import numpy as np
import torch

from scenes import autoencoder, bank, batches, checkpoints, evaluate, model, testsets
from scenes.export import Bundle
from scenes.latents import PART
from scenes.sample import sample
from scenes.stages import Recipe, Sizes
from scenes.tokenizer import Tokenizer

SIZES = Sizes(coder=autoencoder.TINY, model=model.TINY, pictures=96, scenes=2 * PART, samples=192)


def network(end=600):
    torch.manual_seed(0)
    return model.TextToImage(model.TINY, end, end + 1).eval()


class FolderTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class RecipeTests(FolderTests):
    def test_a_run_cut_again_and_again_gives_the_weights_of_an_uncut_one(self):
        whole, cut = Recipe(self.folder / "whole", SIZES), Recipe(self.folder / "cut", SIZES)
        self.assertTrue(whole.train())
        chunks = 0
        while not cut.train(minutes=0):
            chunks += 1
        self.assertGreater(chunks, 4)
        for stage in ("coder", "diffusion"):
            for kind in ("model", "ema"):
                expected, found = (getattr(getattr(recipe, stage)(), kind) for recipe in (whole, cut))
                expected, found = (x.model if kind == "ema" else x for x in (expected, found))
                for name, value in expected.state_dict().items():
                    self.assertTrue(torch.equal(value, found.state_dict()[name]), f"{stage} {kind}: {name}")

    def test_every_weight_is_trained(self):
        recipe = Recipe(self.folder, SIZES)
        before = recipe.diffusion().model.state_dict()
        recipe.train()
        after = recipe.diffusion().model.state_dict()
        self.assertEqual([], [name for name in before if torch.equal(before[name], after[name]) and name != "unet.alphas"])


class ModelTests(unittest.TestCase):
    def test_epsilon_has_the_shape_of_the_sample(self):
        sample = torch.randn(3, 4, 16, 16)
        self.assertEqual(sample.shape, network()(sample, torch.tensor([0, 500, 999]), torch.randint(0, 600, (3, 24))).shape)

    def test_what_follows_the_end_changes_nothing(self):
        text = network().text
        ids = torch.full((2, 24), 600)
        ids[:, :5] = torch.tensor([599, 1, 2, 3, 600])
        ids[1, 5:] = torch.arange(19)
        hidden = text(ids)
        torch.testing.assert_close(hidden[0], hidden[1])
        self.assertEqual(0, hidden[:, 5:].abs().max())

    def test_the_order_of_words_changes_what_they_mean(self):
        text = network().text
        ids = torch.full((2, 24), 600)
        ids[:, :5] = torch.tensor([[599, 1, 2, 3, 600], [599, 3, 2, 1, 600]])
        hidden = text(ids)
        self.assertGreater((hidden[0, 1] - hidden[1, 3]).abs().max(), 1e-3)

    def test_timesteps_are_mostly_those_that_classify(self):
        low, high = batches.CLASSIFIED
        found = batches.timesteps(2000, torch.Generator().manual_seed(0))
        inside = ((found >= low) & (found < high)).float().mean()
        self.assertTrue(0.85 < inside < 0.95)


class CheckpointTests(FolderTests):
    def test_a_run_goes_on_from_a_packed_one_with_its_words_and_its_autoencoder(self):
        first, second = self.folder / "first", self.folder / "second"
        whole = Recipe(first, SIZES)
        whole.train()
        checkpoints.pack(first, self.folder / "packed")

        checkpoints.unpack(self.folder / "packed", second)
        resumed = Recipe(second, SIZES)

        self.assertEqual((SIZES.samples, whole.scale()), (resumed.diffusion().seen, resumed.scale()))
        self.assertEqual(whole.tokenizer().merges, resumed.tokenizer().merges)
        for expected, found in zip(whole.diffusion().ema.model.parameters(), resumed.diffusion().ema.model.parameters()):
            torch.testing.assert_close(expected, found, rtol=1e-3, atol=1e-4)  # half precision

    def test_a_run_that_has_begun_goes_on_and_two_are_not_mixed(self):
        packed, work = self.folder / "packed", self.folder / "work"
        for folder, text in ((packed, "theirs"), (work, "mine")):
            folder.mkdir()
            (folder / checkpoints.DIFFUSION).write_text(text)
        checkpoints.unpack(packed, work)
        self.assertEqual("mine", (work / checkpoints.DIFFUSION).read_text())
        self.assertTrue(checkpoints.fits(work) and checkpoints.fits(self.folder / "new"))
        (work / checkpoints.DIFFUSION).rename(work / checkpoints.CODER)
        self.assertFalse(checkpoints.fits(work))


class EvaluationTests(FolderTests):
    def test_a_model_that_knows_the_answer_is_right_everywhere(self):
        found = np.zeros((6, 4, 2), np.float32)
        own = np.tile([0, 1], 3)
        found[np.arange(6), :, 1 - own] = 1
        self.assertEqual({"text": 1.0, "image": 1.0, "group": 1.0}, evaluate.winoground(found))
        self.assertEqual([1, 1, 1, 1], list(evaluate.by_timestep(found, own).values()))

    def test_a_caption_that_always_wins_scores_nothing(self):
        found = np.zeros((6, 4, 2), np.float32)
        found[:, :, 1] = 1
        self.assertEqual(0, evaluate.winoground(found)["text"])

    def test_all_tests_are_measured(self):
        try:
            testsets.write(self.folder / "tests", pictures=8)
        except ImportError:
            self.skipTest("Pillow is not installed")
        tokenizer = Tokenizer([])
        coder = autoencoder.Autoencoder(autoencoder.TINY).eval()
        for half in (False, True):
            evaluation = evaluate.Evaluation(network(tokenizer.end), coder.encoder, 1.0, tokenizer, half=half)
            found = list(evaluation.run(self.folder / "tests", 8, 2))
            self.assertEqual([*testsets.CLASSES, *testsets.SWAPS], [record["test"] for record in found])
            self.assertTrue(json.dumps(found))


class Knowing:
    """Stands for a model that knows the answer: the first of two captions has no error, the second 1."""

    def embed(self, texts):
        return torch.zeros(len(texts), 1)

    def errors(self, images, hidden, trials):
        return np.tile(np.float32([0, 1]), (len(images), trials, 1))


class BankTests(unittest.TestCase):
    def test_the_label_of_every_question_is_its_true_caption(self):
        found = bank.bank(Knowing(), pictures=8, trials=3)
        self.assertEqual(((40, 3, 2), (40,), (3,)), tuple(found[name].shape for name in ("errors", "labels", "t")))
        np.testing.assert_array_equal(found["labels"][:, None].repeat(3, axis=1), found["errors"].argmin(axis=2))
        self.assertEqual({0, 1}, set(found["labels"]))


class SampleTests(unittest.TestCase):
    def test_every_caption_gives_a_picture_of_its_own(self):
        ids = torch.full((3, 24), 600)
        ids[1:, 1] = torch.tensor([5, 6])
        pictures = sample(network(), autoencoder.Decoder(autoencoder.TINY), 1.0, ids[1:], ids[0])
        self.assertEqual((2, 64, 64, 3), pictures.shape)
        self.assertTrue((pictures[0] != pictures[1]).any())


class ExportTests(FolderTests):
    def test_the_bundle_has_all_parts_and_every_graph_computes_what_pytorch_does(self):
        tokenizer = Tokenizer([("r", "e"), ("re", "d</w>")])
        net, coder = network(tokenizer.end), autoencoder.Autoencoder(autoencoder.TINY).eval()
        Bundle(net, coder, 0.7, tokenizer).write(self.folder)  # checks itself where onnxruntime is installed; the tests of the service check it too
        for part in ("text_encoder", "unet", "vae_encoder", "vae_decoder"):
            self.assertTrue((self.folder / part / "model.onnx").exists() and (self.folder / part / "config.json").exists())
        vectors = np.load(self.folder / "testvec.npz")
        ids = torch.from_numpy(vectors["text_encoder.input_ids"])
        torch.testing.assert_close(net.text(ids).detach(), torch.from_numpy(vectors["unet.encoder_hidden_states"]))
        self.assertEqual(tokenizer.merges, Tokenizer.read(self.folder / "tokenizer").merges)

    def test_what_was_fitted_to_the_weights_before_is_not_kept(self):
        (self.folder / "classifier.json").write_text('{"license": "MIT", "sha256": {"unet/model.onnx": "0"}, "temperatures": {"l2": 1}}', encoding="utf-8")
        words = Tokenizer([])
        Bundle(network(words.end), autoencoder.Autoencoder(autoencoder.TINY).eval(), 1.0, words).write(self.folder)
        found = json.loads((self.folder / "classifier.json").read_text(encoding="utf-8"))
        self.assertEqual("MIT", found["license"])
        self.assertFalse({"sha256", "temperatures"} & set(found))


if __name__ == "__main__":
    unittest.main()
