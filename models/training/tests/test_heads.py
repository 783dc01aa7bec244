import json
import pathlib
import tempfile
import unittest

import numpy as np
import onnx
import torch

from cifar10.batches import Batches
from cifar10.export import check_bundle, write_bundle
from cifar10.heads import Heads
from cifar10.losses import HeadLosses, contrasted, squared
from cifar10.model import TINY, Unet
from cifar10.shipped import read_bundle
from common.loop import Training, train
from common.plan import Plan
from common.workers import Workers

from .networks import perturbed

SHIPPED = pathlib.Path(__file__).parents[2] / "cifar10"


def batch(size=6):
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (size, 3, 32, 32), dtype=np.uint8), random.integers(0, 10, size)
    return Batches(images, labels, (150, 850), size, seed=0)(0)


class HeadTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_it_begins_with_what_the_unet_predicts_for_no_class(self):
        unet, rows = perturbed(Unet(TINY)), batch()
        found = Heads(TINY).begin_with(unet)(rows.sample, rows.timestep)
        expected = unet(rows.sample, rows.timestep, torch.full_like(rows.labels, 10))
        self.assertEqual((6, 10, 3, 32, 32), tuple(found.shape))
        torch.testing.assert_close(expected[:, None].expand_as(found), found)

    def test_classes_have_errors_of_their_own_and_rows_do_not_depend_on_their_neighbours(self):
        heads, rows = perturbed(Heads(TINY)), batch()
        found = heads(rows.sample, rows.timestep)
        self.assertEqual(60, len(set(squared(found, rows.noise[:, None]).flatten().tolist())))
        torch.testing.assert_close(found[2:3], heads(rows.sample[2:3], rows.timestep[2:3]))

    def test_a_unet_gives_the_noise_of_every_class_as_it_does_one_by_one(self):
        unet, rows = perturbed(Unet(TINY)), batch()
        one_by_one = [unet(rows.sample, rows.timestep, torch.full_like(rows.labels, label)) for label in range(10)]
        torch.testing.assert_close(torch.stack(one_by_one, 1), unet.epsilons(rows.sample, rows.timestep))

    def test_a_teacher_that_is_agreed_with_is_at_no_distance(self):
        unet, rows = Unet(TINY), batch()
        heads = Heads(TINY).begin_with(unet)
        distance, _ = HeadLosses(heads, unet, contrast=0.1).distillation(rows)
        self.assertGreater(distance.item(), 0)
        with torch.no_grad():
            for parameter in (unet.decoder.label.weight, unet.decoder.map.weight, unet.decoder.map.bias):
                parameter.zero_()
        heads.begin_with(unet)
        self.assertLess(HeadLosses(heads, unet, contrast=0.1).distillation(rows)[0].item(), 1e-12)

    def test_training_lowers_the_contrast_and_is_resumed_from_its_checkpoint(self):
        rows, path = batch(), self.folder / "checkpoint.pt"
        unet = Unet(TINY)

        def run(samples):
            torch.manual_seed(0)
            training = Training(Heads(TINY).begin_with(unet), Plan(samples=samples, batch=6, rate=5e-3, warmup=0), path)
            losses = HeadLosses(training.model, unet, contrast=1)
            train(training, lambda *_: losses.data(rows), Workers())
            errors = squared(training.model(rows.sample, rows.timestep), rows.noise[:, None])
            return training.seen, contrasted(errors, rows.labels)[0].item()

        self.assertEqual((60, 240), (run(60)[0], run(240)[0]))
        self.assertLess(run(240)[1], 1.0)  # 2.3 where nothing is known

    def test_the_bundle_is_one_graph_with_a_head_for_each_class(self):
        write_bundle(perturbed(Heads(TINY)), self.folder, (150, 850))
        graph = onnx.load(str(self.folder / "unet" / "model.onnx")).graph
        self.assertEqual((["sample", "timestep"], ["epsilon"]), ([v.name for v in graph.input], [v.name for v in graph.output]))
        self.assertEqual(30, json.loads((self.folder / "unet" / "config.json").read_text())["out_channels"])
        if check_bundle(self.folder) is None:
            self.skipTest("onnxruntime is not installed")

    def test_the_bundle_that_ships_is_read_back_as_its_network(self):
        if not SHIPPED.exists():
            self.skipTest("the bundle is not there")
        self.assertEqual(3_558_828, sum(p.numel() for p in read_bundle(SHIPPED).parameters()))


if __name__ == "__main__":
    unittest.main()
