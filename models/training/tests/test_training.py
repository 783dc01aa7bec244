import pathlib
import tempfile
import unittest

import numpy as np
import torch

from cifar10.batches import Batches
from cifar10.losses import Losses
from cifar10.model import TINY, Unet
from common import checkpoint, workers
from common.loop import Training, train
from common.plan import Plan

PLAN = Plan(samples=48, batch=8, ema=16)


def trained(folder, name, chunks, contrast=0.1):
    """A tiny model after PLAN.samples, trained in chunks of one step if chunks, else at once."""
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (20, 3, 32, 32), dtype=np.uint8), random.integers(0, 10, 20)
    while True:
        torch.manual_seed(0)
        training = Training(Unet(TINY), PLAN, pathlib.Path(folder) / name)
        if training.seen >= PLAN.samples:
            return training
        batches, losses = Batches(images, labels, (150, 850), PLAN.batch, PLAN.seed), Losses(training.model, contrast)
        train(training, lambda *place: losses(batches(*place)), workers.Workers(), minutes=0 if chunks else None)


def average_of_ranks(crew, folder):
    parameter = torch.nn.Parameter(torch.zeros(3))
    parameter.grad = torch.full((3,), float(crew.rank))
    crew.average([parameter])
    checkpoint.save(pathlib.Path(folder) / str(crew.rank), {"gradient": parameter.grad, "stop": crew.agree(crew.rank == 0)})


class TrainingTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_a_run_cut_after_every_step_gives_the_weights_of_an_uncut_one(self):
        whole, cut = trained(self.folder, "whole", chunks=False), trained(self.folder, "cut", chunks=True)
        for kind in ("model", "ema"):
            expected, found = (state(training, kind) for training in (whole, cut))
            for name in expected:
                self.assertTrue(torch.equal(expected[name], found[name]), f"{kind}: {name}")

    def test_a_step_changes_every_weight_that_the_loss_reaches(self):
        torch.manual_seed(0)
        before, after = Unet(TINY).state_dict(), state(trained(self.folder, "run", chunks=False), "model")
        still = [name for name, value in before.items() if value.is_floating_point() and torch.equal(value, after[name])]
        self.assertEqual([], still)

    def test_the_contrast_changes_what_the_encoder_learns(self):
        generative, hybrid = (trained(self.folder, str(weight), chunks=False, contrast=weight) for weight in (0, 0.1))
        difference = generative.model.encoder.into.weight - hybrid.model.encoder.into.weight
        self.assertGreater(difference.abs().max().item(), 0)

    def test_a_packed_checkpoint_is_small_and_starts_a_run(self):
        training = trained(self.folder, "run", chunks=False)
        small = pathlib.Path(self.folder) / "small"
        checkpoint.save(small, checkpoint.pack(checkpoint.load(training.path)))
        self.assertLess(small.stat().st_size, training.path.stat().st_size / 2)
        started = Training(Unet(TINY), PLAN, pathlib.Path(self.folder) / "new", start=small)
        self.assertEqual(training.seen, started.seen)
        torch.testing.assert_close(training.model.decoder.out.weight, started.model.decoder.out.weight, rtol=1e-3, atol=1e-4)

    def test_rate_rises_stays_and_falls_to_zero(self):
        plan = Plan(samples=1000, batch=50, rate=1.0, warmup=100, decay=0.5)
        self.assertEqual([0.5, 1, 1, 1, 0.5, 0], [round(plan.rate_at(seen), 6) for seen in (0, 50, 100, 400, 750, 1000)])

    def test_processes_share_the_mean_of_their_gradients_and_stop_together(self):
        workers.run(2, average_of_ranks, self.folder)
        for rank in range(2):
            state = checkpoint.load(pathlib.Path(self.folder) / str(rank))
            self.assertTrue(torch.equal(torch.full((3,), 0.5), state["gradient"]))
            self.assertTrue(state["stop"])

    def test_an_interrupted_save_leaves_the_file_before(self):
        path = pathlib.Path(self.folder) / "checkpoint.pt"
        checkpoint.save(path, {"seen": 1})
        with self.assertRaises(Exception):
            checkpoint.save(path, {"seen": lambda: 2})  # cannot be written
        self.assertEqual(1, checkpoint.load(path)["seen"])


def state(training, kind):
    return (training.model if kind == "model" else training.ema.model).state_dict()


class BatchTests(unittest.TestCase):
    def test_a_batch_depends_on_the_step_alone(self):
        images, labels = np.zeros((16, 3, 32, 32), np.uint8), np.zeros(16, np.int64)
        first, again = (Batches(images, labels, (150, 850), 8, seed=3) for _ in range(2))
        first(0)
        self.assertTrue(torch.equal(first(5).sample, again(5).sample))

    def test_processes_share_a_batch_without_overlap(self):
        labels = np.arange(16)
        batches = Batches(np.zeros((16, 3, 32, 32), np.uint8), labels, (150, 850), 16, seed=0)
        self.assertEqual(list(labels), sorted([*batches(0, 0, 2).labels.tolist(), *batches(0, 1, 2).labels.tolist()]))

    def test_timesteps_cover_their_range(self):
        batches = Batches(np.zeros((70, 3, 32, 32), np.uint8), np.zeros(70, np.int64), (150, 850), 70, seed=0)
        self.assertEqual(list(range(70)), sorted((step - 150) // 10 for step in batches(0).timestep.tolist()))

    def test_about_half_of_the_images_are_mirrored(self):
        images = np.zeros((64, 3, 32, 32), np.uint8)
        images[:, :, 10, 4] = 255
        found = Batches(images, np.zeros(64, np.int64), (150, 850), 64, seed=0)(0).images[:, 0].gt(0).nonzero()
        columns = found[:, 2].tolist()
        self.assertEqual(({10}, {4, 27}), (set(found[:, 1].tolist()), set(columns)))
        self.assertTrue(16 < columns.count(4) < 48)


if __name__ == "__main__":
    unittest.main()
