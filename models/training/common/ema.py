"""The running average of a model's weights, which is what is shipped: it generalises better than the weights of any one step."""

import copy

import torch


class Ema:
    def __init__(self, model, half_life):
        """half_life: the number of samples after which a step's weights count half."""
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.half_life = half_life

    @torch.no_grad()
    def update(self, model, samples, seen):
        """samples: of this step; seen: of all steps. While few were seen the average forgets faster, as it began with random weights."""
        share = 1 - 0.5 ** (samples / min(self.half_life, max(seen / 8, samples)))
        for average, value in zip(self.model.state_dict().values(), model.state_dict().values()):
            if average.is_floating_point():
                average.lerp_(value, share)
            else:
                average.copy_(value)
