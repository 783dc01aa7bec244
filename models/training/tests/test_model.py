import unittest

import torch

from cifar10.model import TINY, Unet, repeat
from common.layers import places

from .networks import perturbed


def inputs(rows):
    random = torch.Generator().manual_seed(0)
    return torch.randn(rows, 3, 32, 32, generator=random), torch.randint(0, 1000, (rows,), generator=random), torch.arange(rows) % 11


class ModelTests(unittest.TestCase):
    def test_epsilon_has_the_shape_of_the_sample(self):
        sample, timestep, labels = inputs(5)
        self.assertEqual(sample.shape, Unet(TINY)(sample, timestep, labels).shape)

    def test_one_run_of_the_encoder_serves_all_classes(self):
        unet, (sample, timestep, _) = perturbed(Unet(TINY)), inputs(1)
        labels = torch.arange(11)
        together = unet.decoder(*(repeat(feature, 11) for feature in unet.encoder(sample, timestep)), timestep.expand(11), labels)
        torch.testing.assert_close(torch.cat([unet(sample, timestep, label[None]) for label in labels]), together)

    def test_classes_are_told_apart_from_the_first_step_on(self):
        unet, (sample, timestep, _) = Unet(TINY), inputs(1)
        cat, dog = (unet(sample, timestep, torch.tensor([label])) for label in (3, 5))
        self.assertGreater((cat - dog).abs().max().item(), 0)

    def test_rows_do_not_depend_on_their_neighbours(self):
        unet, (sample, timestep, labels) = perturbed(Unet(TINY)), inputs(4)
        torch.testing.assert_close(unet(sample, timestep, labels)[2:3], unet(sample[2:3], timestep[2:3], labels[2:3]))


class PlacesTests(unittest.TestCase):
    def test_a_linear_layer_can_tell_left_from_right_and_above_from_below(self):
        told, side = places(8, 16), torch.arange(8.0)
        where = torch.stack([side.repeat_interleave(8), side.repeat(8)], 1) - 3.5  # row and column
        found = told @ torch.linalg.lstsq(told, where).solution
        self.assertTrue(((found > 0) == (where > 0)).all())
        self.assertEqual(64, len({tuple(place) for place in told.tolist()}))


if __name__ == "__main__":
    unittest.main()
