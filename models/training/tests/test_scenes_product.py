"""An untrained bundle in the program that it is for; skipped where that is not built (`dotnet build src/DiffusionClassifier.Cli`)."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import torch

from scenes import autoencoder, batches, model, testsets
from scenes.export import Bundle
from scenes.tokenizer import Tokenizer

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = [ROOT / "artifacts" / "bin" / "DiffusionClassifier.Cli" / kind / "dclassify.dll" for kind in ("release", "debug")]


class ProductTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = next((path for path in PROGRAMS if path.exists()), None)
        if program is None or shutil.which("dotnet") is None:
            raise unittest.SkipTest("dclassify is not built")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.program, cls.folder = program, pathlib.Path(folder.name)
        try:
            testsets.write(cls.folder / "tests", pictures=4)
        except ImportError:
            raise unittest.SkipTest("Pillow is not installed") from None
        torch.manual_seed(0)
        words = Tokenizer([("r", "e"), ("re", "d</w>")])
        network = model.TextToImage(model.TINY, words.end, len(words.ids)).eval()
        torch.nn.init.normal_(network.unet.out.weight, std=0.1)  # an untrained model says the same whatever it is told
        Bundle(network, autoencoder.Autoencoder(autoencoder.TINY).eval(), 0.7, words).write(cls.folder / "bundle")

    def run_program(self, *arguments):
        done = subprocess.run(["dotnet", self.program, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def test_inspect_understands_the_bundle(self):
        text = self.run_program("inspect", self.folder / "bundle")
        for part in ("free text, prompt 'a {label}'", "64×64", "4×16×16", "squared-cos-cap-v2", f"{batches.CLASSIFIED[0]} to {batches.CLASSIFIED[1] - 1}"):
            self.assertIn(part, text)

    def test_labels_are_free_text(self):
        labels = ["red circle", "blue square", "something never seen"]
        answer = json.loads(self.run_program(
            "classify", self.folder / "tests" / "size" / "images" / "0000.png", "--model", self.folder / "bundle", "--labels", ",".join(labels),
            "--trials", 2, "--strategy", "fixed", "--json"))
        self.assertEqual(set(labels), {label["label"] for label in answer["labels"]})
        self.assertEqual(3, len({label["meanError"] for label in answer["labels"]}))

    def test_all_tests_can_be_read(self):
        tests = self.folder / "tests"
        for test in (*testsets.CLASSES, *testsets.SWAPS):
            data = f"csv:{tests / test / testsets.CAPTIONS}" if test in testsets.CLASSES else f"winoground:{tests / test}"
            names = ["--class-names", tests / test / testsets.NAMES, "--strategy", "fixed"] if test in testsets.CLASSES else []
            out = self.folder / "out" / test
            self.run_program("evaluate", "--model", self.folder / "bundle", "--data", data, *names, "--trials", 1, "--out", out)
            self.assertTrue((out / "report.json").exists())


if __name__ == "__main__":
    unittest.main()
