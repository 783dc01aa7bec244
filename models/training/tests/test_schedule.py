import unittest

import torch

from common.schedule import STEPS, add_noise, alphas_cumprod


class ScheduleTests(unittest.TestCase):
    def test_levels_are_those_that_diffusers_computes(self):
        # DDPMScheduler(beta_schedule="squaredcos_cap_v2").alphas_cumprod, in float32
        known = {0: 0.9999587, 150: 0.94, 500: 0.49228504, 849: 0.05365924, 999: 2.428735e-09}
        alphas = alphas_cumprod()
        self.assertEqual((STEPS,), alphas.shape)
        for step, level in known.items():
            self.assertAlmostEqual(level, alphas[step].item(), places=6)

    def test_noise_keeps_the_variance_of_a_standardised_image(self):
        random = torch.Generator().manual_seed(0)
        images, noise = torch.randn(2, 64, 3, 32, 32, generator=random)
        noisy = add_noise(images, noise, torch.arange(0, 960, 15), alphas_cumprod().float())
        self.assertAlmostEqual(1, noisy.var().item(), places=2)


if __name__ == "__main__":
    unittest.main()
