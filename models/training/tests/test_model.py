import unittest

import torch

from cifar10.model import TINY, Size, Unet


def inputs(rows):
    random = torch.Generator().manual_seed(0)
    return torch.randn(rows, 3, 32, 32, generator=random), torch.randint(0, 1000, (rows,), generator=random), torch.arange(rows) % 11


class ModelTests(unittest.TestCase):
    def test_epsilon_has_the_shape_of_the_sample(self):
        sample, timestep, labels = inputs(5)
        self.assertEqual(sample.shape, Unet(TINY)(sample, timestep, labels).shape)

    def test_one_run_of_the_encoder_serves_all_classes(self):
        unet, (sample, timestep, _) = Unet(TINY), inputs(1)
        features = unet.encoder(sample, timestep)
        for label in torch.arange(11)[:, None]:
            torch.testing.assert_close(unet(sample, timestep, label), unet.decoder(*features, timestep, label))

    def test_classes_are_told_apart_from_the_first_step_on(self):
        unet, (sample, timestep, _) = Unet(TINY), inputs(1)
        cat, dog = (unet(sample, timestep, torch.tensor([label])) for label in (3, 5))
        self.assertGreater((cat - dog).abs().max().item(), 0)

    def test_rows_do_not_depend_on_their_neighbours(self):
        unet, (sample, timestep, labels) = Unet(TINY), inputs(4)
        torch.testing.assert_close(unet(sample, timestep, labels)[2:3], unet(sample[2:3], timestep[2:3], labels[2:3]))

    def test_the_decoder_is_the_smaller_part(self):
        encoder, decoder = (sum(p.numel() for p in part.parameters()) for part in (Unet(Size()).encoder, Unet(Size()).decoder))
        self.assertLess(decoder, encoder)


if __name__ == "__main__":
    unittest.main()
